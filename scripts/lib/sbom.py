"""The bill of materials of winjob_exporter.exe, as SPDX 2.3: every library that the linker took something from, by its map;
of a build by vcpkg, every package of its triplet but those of the tests."""

import dataclasses
import json
import pathlib
import re
import subprocess

# Archive -> source package, for what deps/CMakeLists.txt builds; licenses as the packages' copyright files have them.
BUILT = {"libre2": "re2", "libyaml-cpp": "yaml-cpp", "libprometheus-cpp-core": "prometheus-cpp", "libssl": "openssl",
         "libcrypto": "openssl", "libspdlog": "spdlog", "libfmt": "fmtlib"}
HEADERS = {"CLI": "cli11", "spdlog": "spdlog", "fmt": "fmtlib"}
LICENSES = {"re2": "BSD-3-Clause", "yaml-cpp": "MIT", "prometheus-cpp": "MIT", "openssl": "Apache-2.0", "spdlog": "MIT",
            "fmtlib": "MIT", "cli11": "BSD-3-Clause", "libz-mingw-w64": "Zlib",
            "gcc-mingw-w64": "GPL-3.0-or-later WITH GCC-exception-3.1", "mingw-w64": "ZPL-2.1"}


# What vcpkg builds for tests and benchmarks.
NOT_LINKED = {"benchmark", "gtest"}


class UnknownLibrary(Exception):
    pass


@dataclasses.dataclass
class Library:
    version: str
    license: str
    purl: str


def of_debian(name, version):
    return Library(version, LICENSES.get(name, "NOASSERTION"), f"pkg:deb/debian/{name}@{version}?arch=source")


def linked_archives(map_file, build):
    """Archives outside the build that members were taken from."""
    text = map_file.read_text(encoding="utf-8", errors="replace").split("\nMerging program properties", 1)[0]
    text = text.split("\nDiscarded input sections", 1)[0].split("\nMemory Configuration", 1)[0]
    found = {match.group(1) for match in re.finditer(r"^(\S+\.a)\(", text, re.MULTILINE)}
    paths = {pathlib.Path(build, path).resolve() for path in found}
    return sorted(path for path in paths if build.resolve() not in path.parents)


def system_package(path):
    """(source package, version) of a file that Debian installed."""
    owner = subprocess.run(["dpkg", "-S", str(path)], capture_output=True, text=True, check=False).stdout
    if not owner:
        raise UnknownLibrary(f"{path} belongs to no package")
    fields = subprocess.run(["dpkg-query", "-W", "-f", "${source:Package} ${source:Version}", owner.split(":")[0]],
                            capture_output=True, text=True, check=True).stdout
    name, version = fields.split()
    return name, version


def components(build):
    """{package: Library} of all that is in the program."""
    installed = build / "vcpkg_installed"
    return of_vcpkg(installed) if installed.is_dir() else of_mingw(build)


def of_vcpkg(installed):
    """By the bills that vcpkg itself leaves with each package. Those of tools for the build are under another triplet."""
    found = {}
    for file in sorted(installed.glob("*-static/share/*/vcpkg.spdx.json")):
        bill = json.loads(file.read_text(encoding="utf-8"))
        port = next(package for package in bill["packages"] if package["SPDXID"] == "SPDXRef-port")
        if port["name"] not in NOT_LINKED:
            version = port["versionInfo"]
            found[port["name"]] = Library(version, port.get("licenseConcluded", "NOASSERTION"),
                                          f"pkg:generic/vcpkg/{port['name']}@{version.replace('#', '%23')}")
    if not found:
        raise UnknownLibrary(f"{installed} has no bill of any package")
    return found


def of_mingw(build):
    prefix = pathlib.Path((build / "deps.stamp").read_text(encoding="utf-8").strip()).resolve()
    versions = dict(line.removesuffix(".dsc").split("_", 1) for line in (prefix / "versions.txt").read_text().split())
    found = {}
    for archive in linked_archives(build / "bin" / "winjob_exporter.exe.map", build):
        if prefix in archive.parents:
            name = BUILT.get(archive.stem)
            if name is None:
                raise UnknownLibrary(f"{archive.name}: scripts/lib/sbom.py does not say which library it is")
            found[name] = of_debian(name, versions[name])
        else:
            name, version = system_package(archive)
            found[name] = of_debian(name, version)
    # Libraries that are headers alone, by the files that the compiler read.
    read = subprocess.run(["ninja", "-C", str(build), "-t", "deps"], capture_output=True, text=True, check=True).stdout
    own = False
    for line in read.splitlines():
        if not line.startswith(" "):
            own = line.startswith(("winjob/", "config/", "agent/", "exporter/"))
        elif own and f"{prefix}/include/" in line:
            name = HEADERS.get(line.split(f"{prefix}/include/")[1].split("/")[0])
            if name is not None:
                found[name] = of_debian(name, versions[name])
    return found


def document(version, found, created):
    """The SPDX document as a value."""
    packages = [{"SPDXID": "SPDXRef-winjob", "name": "winjob_exporter", "versionInfo": version, "downloadLocation": "NOASSERTION",
                 "licenseDeclared": "Apache-2.0", "licenseConcluded": "NOASSERTION", "copyrightText": "NOASSERTION",
                 "filesAnalyzed": False, "primaryPackagePurpose": "APPLICATION"}]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-winjob"}]
    for name, library in sorted(found.items()):
        identity = "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)
        packages.append({"SPDXID": identity, "name": name, "versionInfo": library.version, "downloadLocation": "NOASSERTION",
                         "licenseDeclared": library.license, "licenseConcluded": "NOASSERTION",
                         "copyrightText": "NOASSERTION", "filesAnalyzed": False,
                         "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                           "referenceLocator": library.purl}]})
        relations.append({"spdxElementId": "SPDXRef-winjob", "relationshipType": "STATIC_LINK", "relatedSpdxElement": identity})
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
            "name": f"winjob_exporter-{version}", "documentNamespace": f"urn:winjob_exporter:{version}:{created}",
            "creationInfo": {"created": created, "creators": ["Tool: scripts/package"]},
            "packages": packages, "relationships": relations}
