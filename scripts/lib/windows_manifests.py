"""Manifests of winget, Scoop and Chocolatey for one version, from its files' names, addresses and checksums."""

import json

SUMMARY = "Prometheus exporter and agent for Windows job objects"


def winget(version, url, digests, product_code):
    name = "winjob.winjob_exporter"
    head = f"PackageIdentifier: {name}\nPackageVersion: {version}\n"
    tail = "ManifestVersion: 1.6.0\n"
    msi = f"winjob_exporter-{version}-x64.msi"
    return {
        f"winget/{name}.yaml": f"{head}DefaultLocale: en-US\nManifestType: version\n{tail}",
        f"winget/{name}.locale.en-US.yaml":
            f"{head}PackageLocale: en-US\nPublisher: winjob\nPackageName: winjob_exporter\nLicense: Apache-2.0\n"
            f"ShortDescription: {SUMMARY}\nManifestType: defaultLocale\n{tail}",
        f"winget/{name}.installer.yaml":
            f"{head}Platform: [Windows.Desktop]\nMinimumOSVersion: 10.0.14393.0\nInstallerType: wix\nScope: machine\n"
            f"UpgradeBehavior: install\nInstallers:\n  - Architecture: x64\n    InstallerUrl: {url}/{msi}\n"
            f"    InstallerSha256: {digests[msi].upper()}\n    ProductCode: '{product_code}'\nManifestType: installer\n{tail}",
    }


def scoop(version, url, digests):
    archive = f"winjob_exporter-{version}-x64.zip"
    manifest = {"version": version, "description": SUMMARY, "homepage": url, "license": "Apache-2.0",
                "architecture": {"64bit": {"url": f"{url}/{archive}", "hash": digests[archive],
                                           "extract_dir": f"winjob_exporter-{version}-x64"}},
                "bin": "winjob_exporter.exe", "persist": "winjob.yaml",
                "notes": "winjob_exporter service install --config.file=... makes it a service."}
    return {"scoop/winjob_exporter.json": json.dumps(manifest, indent=4) + "\n"}


def chocolatey(version, url, digests):
    msi = f"winjob_exporter-{version}-x64.msi"
    return {
        "chocolatey/winjob_exporter.nuspec":
            '<?xml version="1.0" encoding="utf-8"?>\n'
            '<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">\n  <metadata>\n'
            f"    <id>winjob_exporter</id>\n    <version>{version}</version>\n    <title>winjob_exporter</title>\n"
            f"    <authors>winjob</authors>\n    <projectUrl>{url}</projectUrl>\n    <tags>prometheus exporter</tags>\n"
            f"    <summary>{SUMMARY}</summary>\n    <description>{SUMMARY}</description>\n  </metadata>\n"
            '  <files><file src="tools\\**" target="tools"/></files>\n</package>\n',
        "chocolatey/tools/chocolateyinstall.ps1":
            "$ErrorActionPreference = 'Stop'\n$arguments = @{\n  packageName = 'winjob_exporter'\n  fileType = 'msi'\n"
            f"  url64bit = '{url}/{msi}'\n  checksum64 = '{digests[msi]}'\n  checksumType64 = 'sha256'\n"
            "  silentArgs = \"/qn /norestart $env:chocolateyInstallArguments\"\n  validExitCodes = @(0, 3010)\n}\n"
            "Install-ChocolateyPackage @arguments\n",
    }


def all_of(version, url, digests, product_code):
    """{path: text}."""
    return {**winget(version, url, digests, product_code), **scoop(version, url, digests), **chocolatey(version, url, digests)}
