#!/usr/bin/env python3
"""Packs the program for Windows and installs, upgrades, repairs and removes it, under Wine or on Windows.

windows.py --build build/mingw --work build/package-windows --report FILE, in the source folder; machine.py says what it needs.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import sys
import time
import zipfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "package"), str(ROOT / "scripts" / "lib")]

import machine  # noqa: E402
import sbom  # noqa: E402
from machine import free_port, windows_path  # noqa: E402
from steps import Failed, Skipped, check, run, take, write_report  # noqa: E402

SYSTEM_LIBRARIES = {"ADVAPI32.dll", "KERNEL32.dll", "WS2_32.dll", "msvcrt.dll"}  # SHELL32 and USER32 take long to load
URL = "https://example.invalid/v"
EVENTS = "System\\CurrentControlSet\\Services\\EventLog\\Application\\winjob_exporter"


class Packages:
    def __init__(self, build, work):
        self.build, self.work = build.resolve(), work.resolve()
        self.folder = machine.program_files() / "winjob"
        self.data = machine.program_data() / "winjob"
        self.port = free_port()

    def pack(self, version):
        out = self.work / version
        run(sys.executable, ROOT / "scripts/package", "--build", self.build, "--out", out, "--version", version, "--url",
            URL + version)
        return out

    def file(self, version, kind):
        return self.work / version / f"winjob_exporter-{version}-x64.{kind}"

    def call(self, *words):
        return machine.call(words, self.work / "output.txt")

    def registry(self, key):
        """What `reg` shows of a key; empty when there is none."""
        status, text = self.call("reg", "query", "HKLM\\" + key)
        return text if status == 0 else ""

    def msiexec(self, *words):
        status, text = self.call("msiexec", *words, "/qn")
        check(status == 0, f"msiexec {words[0]}: status {status}: {text[-300:]}")

    def service(self, *words, program=None):
        return self.call(program or self.folder / "winjob_exporter.exe", "service", *words)

    def get(self, path, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def wait_for(self, what, probe):
        deadline = time.monotonic() + 60
        while True:
            try:
                found = probe()
            except OSError:
                found = None
            if found:
                return found
            check(time.monotonic() < deadline, f"in vain: {what}")
            time.sleep(0.1)

    def is_scraped(self, port=None):
        self.wait_for("a ready service", lambda: self.get("/-/ready", port)[0] == 200)
        check("winjob_exporter_build_info{" in self.get("/metrics", port)[1], "the page lacks its build info")

    def workloads(self):
        """Ids of workloads that the service has started."""
        return machine.processes("workload-of-the-package")

    def this_machine_can_take_packages(self):
        if reason := machine.cannot_install():
            raise Skipped(reason)

    def the_program_needs_system_libraries_alone_and_is_hardened(self):
        text = run("x86_64-w64-mingw32-objdump", "-p", self.build / "bin/winjob_exporter.exe")
        imports = set(re.findall(r"DLL Name: (\S+)", text))
        check(imports <= SYSTEM_LIBRARIES, f"it imports {sorted(imports - SYSTEM_LIBRARIES)}, too")
        for flag in ("HIGH_ENTROPY_VA", "DYNAMIC_BASE", "NX_COMPAT"):
            check(flag in text, f"it lacks {flag}")

    def the_program_has_a_version_and_a_manifest(self):
        data = (self.build / "bin/winjob_exporter.exe").read_bytes()
        for word in ("FileDescription", "ProductVersion", "OriginalFilename", "winjob_exporter.exe"):
            check(word.encode("utf-16-le") in data, f"the version resource lacks {word}")
        for word in (b'level="asInvoker"', b">UTF-8</activeCodePage>", b">true</longPathAware>"):
            check(word in data, f"the manifest lacks {word.decode()}")

    def the_packages_are_made_with_right_checksums(self):
        out = self.pack("0.1.0")
        listed = dict(reversed(line.split()) for line in (out / "SHA256SUMS").read_text(encoding="utf-8").splitlines())
        check(set(listed) == {f"winjob_exporter-0.1.0-x64.{kind}" for kind in ("zip", "msi", "spdx.json")}, f"listed: {listed}")
        for name, digest in listed.items():
            check(digest == hashlib.sha256((out / name).read_bytes()).hexdigest(), f"another checksum: {name}")

    def the_bill_of_materials_has_every_library(self):
        bill = json.loads(self.file("0.1.0", "spdx.json").read_text(encoding="utf-8"))
        check(bill["spdxVersion"] == "SPDX-2.3", "another format")
        found = {package["name"]: package for package in bill["packages"]}
        libraries = set(found) - {"winjob_exporter"}
        for name in ("openssl", "re2", "yaml-cpp", "prometheus-cpp", "spdlog", "fmtlib", "cli11", "libz-mingw-w64", "mingw-w64",
                     "gcc-mingw-w64"):
            check(name in libraries, f"{name} is not in it")
        related = {relation["relatedSpdxElement"] for relation in bill["relationships"]}
        for package in found.values():
            check(package["versionInfo"] and package["licenseDeclared"] != "NOASSERTION", f"{package['name']}: no version or license")
            check(package["SPDXID"] in related, f"{package['name']} is related to nothing")
        # A library that nobody has named stops the packing.
        known = sbom.BUILT.pop("libre2")
        try:
            sbom.components(self.build)
            raise Failed("a library without a name is passed over")
        except sbom.UnknownLibrary as unknown:
            check("libre2" in str(unknown), f"another one is missing: {unknown}")
        finally:
            sbom.BUILT["libre2"] = known

    def the_manifests_name_version_and_checksums(self):
        out = self.work / "0.1.0"
        digest = {kind: hashlib.sha256(self.file("0.1.0", kind).read_bytes()).hexdigest() for kind in ("msi", "zip")}
        texts = {path.name: path.read_text(encoding="utf-8") for folder in ("winget", "scoop", "chocolatey")
                 for path in (out / folder).rglob("*") if path.is_file()}
        check(len(texts) == 6, f"files: {sorted(texts)}")
        installer = texts["winjob.winjob_exporter.installer.yaml"]
        code = re.search(r"^ProductCode\t(\S+)", run("msiinfo", "export", self.file("0.1.0", "msi"), "Property"), re.MULTILINE)
        for word in (digest["msi"].upper(), f"{URL}0.1.0/winjob_exporter-0.1.0-x64.msi", code.group(1)):
            check(word in installer, f"winget lacks {word}")
        scoop = json.loads(texts["winjob_exporter.json"])
        check((scoop["version"], scoop["architecture"]["64bit"]["hash"]) == ("0.1.0", digest["zip"]), f"Scoop: {scoop}")
        check(digest["msi"] in texts["chocolateyinstall.ps1"], "Chocolatey lacks the checksum")
        check("<version>0.1.0</version>" in texts["winjob_exporter.nuspec"], "Chocolatey has another version")

    def the_installer_installs_silently_with_properties(self):
        self.msiexec("/i", self.file("0.1.0", "msi"), "LISTEN_ADDR=127.0.0.1", f"LISTEN_PORT={self.port}",
                     "EXTRA_FLAGS=--log.level=debug")
        self.is_scraped()
        _, facts = self.service("status")
        check("state: running" in facts, facts)
        check('command line: "C:\\Program Files\\winjob\\winjob_exporter.exe" service run' in facts, f"not quoted: {facts}")
        check("--log.level=debug" in facts, f"no extra flags: {facts}")
        self.the_source_of_events_is_registered()

    def the_source_of_events_is_registered(self):
        text = self.registry(EVENTS)
        program = machine.registry_value(text, "EventMessageFile")
        check(program == "C:\\Program Files\\winjob\\winjob_exporter.exe", f"another source of events: {text}")
        check(machine.registry_value(text, "TypesSupported") == "0x7", f"other types of events: {text}")

    def an_edited_configuration_with_workloads_is_served(self):
        workload = shutil.copy(self.build / "bin/workload.exe", self.work / "workload-of-the-package.exe")
        job = {"name": "kept", "object": "Global\\winjob-package-test", "on_exit": "release",
               "start": [{"command": [windows_path(workload), "sleep", "forever"]}]}
        (self.data / "winjob.yaml").write_text(json.dumps({"jobs": [job]}), encoding="utf-8")
        for verb in ("stop", "start"):
            status, text = self.service(verb)
            check(status == 0, text)
        self.is_scraped()
        self.wait_for("the workload", self.workloads)

    def kept(self):
        self.the_source_of_events_is_registered()
        check('"kept"' in (self.data / "winjob.yaml").read_text(encoding="utf-8"), "the configuration is another")
        _, facts = self.service("status")
        check(f"--web.listen-address=127.0.0.1:{self.port}" in facts and "--log.level=debug" in facts, f"lost: {facts}")
        self.wait_for("the job", lambda: 'winjob_job_up{job_object="kept"} 1' in self.get("/metrics")[1])

    def an_upgrade_keeps_configuration_properties_and_workloads(self):
        before = self.workloads()
        self.pack("0.1.1")
        self.msiexec("/i", self.file("0.1.1", "msi"))
        self.is_scraped()
        self.kept()
        check(before <= self.workloads(), "a workload has ended")

    def an_older_version_is_refused(self):
        status, _ = self.call("msiexec", "/i", self.file("0.1.0", "msi"), "/qn")
        check(status != 0, "it was installed over a newer one")
        self.kept()

    def a_repair_brings_back_what_is_missing_and_keeps_the_rest(self):
        (self.folder / "LICENSE.txt").unlink()
        self.msiexec("/i", self.file("0.1.1", "msi"), "REINSTALL=ALL", "REINSTALLMODE=amus")
        check((self.folder / "LICENSE.txt").exists(), "the file is still missing")
        self.is_scraped()
        self.kept()

    def a_property_that_is_given_again_wins(self):
        self.port = free_port()
        self.msiexec("/i", self.file("0.1.1", "msi"), "REINSTALL=ALL", f"LISTEN_PORT={self.port}")
        self.is_scraped()
        self.kept()

    def a_removal_leaves_configuration_and_workloads_alone(self):
        before = self.workloads()
        self.msiexec("/x", self.file("0.1.1", "msi"))
        check(not self.folder.exists(), f"left: {list(self.folder.glob('*'))}")
        left = sorted(path.name for path in self.data.iterdir())
        check(left == ["winjob.yaml", "winjob_exporter.log"], f"beside the configuration is left: {left}")
        check(before and before <= self.workloads(), "a workload has ended")
        for key in ("System\\CurrentControlSet\\Services\\winjob_exporter", "Software\\winjob\\winjob_exporter", EVENTS):
            check(not self.registry(key), f"in the registry is left: {self.registry(key)}")

    def the_zip_serves_as_well(self):
        with zipfile.ZipFile(self.file("0.1.0", "zip")) as archive:
            archive.extractall(self.work)
        folder = self.work / "winjob_exporter-0.1.0-x64"
        program, port = folder / "winjob_exporter.exe", free_port()
        status, text = self.service("install", f"--config.file={windows_path(folder / 'winjob.yaml')}",
                                    f"--web.listen-address=127.0.0.1:{port}", program=program)
        check(status == 0, text)
        status, text = self.service("start", program=program)
        check(status == 0, text)
        self.is_scraped(port)
        source = machine.registry_value(self.registry(EVENTS), "EventMessageFile")
        check(source == windows_path(program), f"another source of events: {source}")
        status, text = self.service("uninstall", program=program)
        check(status == 0, text)
        check(not self.registry(EVENTS), f"in the registry is left: {self.registry(EVENTS)}")

    def end(self):
        """Removes what a step that failed may have left."""
        for pid in self.workloads():
            os.kill(pid, 9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--report", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True)
    it = Packages(arguments.build, arguments.work)
    try:
        steps = [it.this_machine_can_take_packages, it.the_packages_are_made_with_right_checksums]
        if not machine.WINDOWS:  # which has not the tools that look into files, and another bill of materials
            steps += [it.the_program_needs_system_libraries_alone_and_is_hardened, it.the_program_has_a_version_and_a_manifest,
                      it.the_bill_of_materials_has_every_library, it.the_manifests_name_version_and_checksums]
        report = take(steps + [
            it.the_installer_installs_silently_with_properties, it.an_edited_configuration_with_workloads_is_served,
            it.an_upgrade_keeps_configuration_properties_and_workloads, it.an_older_version_is_refused,
            it.a_repair_brings_back_what_is_missing_and_keeps_the_rest, it.a_property_that_is_given_again_wins,
            it.a_removal_leaves_configuration_and_workloads_alone, it.the_zip_serves_as_well])
    finally:
        it.end()
    write_report(arguments.report, report)


if __name__ == "__main__":
    main()
