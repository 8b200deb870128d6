#!/usr/bin/env python3
"""Packs the program as a .deb and installs, runs, upgrades and removes it in a fresh Debian of its own.

debian.py --build build/release --work build/package --report FILE, as root, in the source folder. The fresh Debian holds the
packages that ours depends on and nothing else; it is kept in the cache, keyed by that list.
"""

import argparse
import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from steps import Failed, Skipped, check, run, take, write_report  # noqa: E402

CONFIG = "etc/winjob/winjob.yaml"
UNIT = "usr/lib/systemd/system/winjob_exporter.service"


def apt_sources():
    """The machine's own package sources, in the one of the two forms that it uses."""
    more = pathlib.Path("/etc/apt/sources.list.d")
    files = sorted(more.glob("*.sources")) or [pathlib.Path("/etc/apt/sources.list"), *sorted(more.glob("*.list"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


class Package:
    def __init__(self, build, work):
        self.build, self.work = build.resolve(), work.resolve()
        self.root = self.work / "root"
        self.deb = None

    def cpack(self, version):
        out = self.work / version
        run("cpack", "--config", self.build / "CPackConfig.cmake", "-B", out, "-R", version)
        found = list(out.glob("*.deb"))
        check(len(found) == 1, f"one package is expected, there are: {found}")
        return found[0]

    def chroot(self, *command):
        return run("chroot", self.root, "/usr/bin/env", "DEBIAN_FRONTEND=noninteractive",
                   "PATH=/usr/sbin:/usr/bin:/sbin:/bin", *command)

    def dpkg(self, *arguments):
        return self.chroot("dpkg", *arguments)

    def install(self, deb):
        shutil.copy(deb, self.root / deb.name)
        self.dpkg("--install", f"/{deb.name}")

    def the_package_is_made(self):
        self.deb = self.cpack("0.1.0")
        fields = run("dpkg-deb", "--field", self.deb, "Package", "Version", "Depends")
        check("Package: winjob-exporter" in fields, f"another name: {fields}")

    def it_installs_in_a_fresh_debian(self):
        if os.geteuid() != 0:
            raise Skipped("needs root: a fresh Debian is made and entered")
        depends = run("dpkg-deb", "--field", self.deb, "Depends").strip()
        names = sorted(entry.split()[0] for entry in depends.split(","))
        key = hashlib.sha256((" ".join(names) + apt_sources()).encode()).hexdigest()[:16]
        kept = pathlib.Path(os.environ["WINJOB_CACHE"]) / f"debian-{key}.tar"
        if not kept.exists():
            partial = kept.with_suffix(".partial.tar")
            sources = self.work / "sources"
            sources.write_text(apt_sources(), encoding="utf-8")
            with sources.open(encoding="utf-8") as text:
                run("mmdebstrap", "--mode=root", "--variant=apt", "--include=" + ",".join(names), "bookworm", partial, "-",
                    stdin=text)
            partial.rename(kept)
        self.root.mkdir(parents=True)
        run("tar", "--extract", "--file", kept, "--directory", self.root)
        self.install(self.deb)

    def the_program_runs_there(self):
        check("winjob_exporter, version 0.1.0" in self.chroot("winjob_exporter", "--version"), "another version")
        for folder in ("proc", "sys"):
            run("mount", "--bind", f"/{folder}", self.root / folder)
        try:
            self.serves()
        finally:
            for folder in ("sys", "proc"):
                run("umount", self.root / folder)

    def serves(self):
        port = 20000 + os.getpid() % 10000
        command = ["chroot", str(self.root), "/usr/bin/winjob_exporter", f"--config.file=/{CONFIG}",
                   f"--web.listen-address=127.0.0.1:{port}"]
        with (self.work / "agent.log").open("wb") as log, subprocess.Popen(command, stderr=log) as agent:
            try:
                deadline = time.monotonic() + 30
                while True:
                    with contextlib.suppress(urllib.error.URLError, OSError):
                        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                            check(b"winjob_exporter_build_info" in answer.read(), "the page lacks its build info")
                        break
                    check(agent.poll() is None, f"it ended: {(self.work / 'agent.log').read_text(encoding='utf-8')}")
                    check(time.monotonic() < deadline, "no answer within 30 s")
                    time.sleep(0.1)
            finally:
                agent.send_signal(signal.SIGTERM)
            check(agent.wait(timeout=30) == 0, "it did not end well")

    def the_unit_is_valid(self):
        # The fresh Debian has no systemd, so this machine's judges the unit, as if the program were installed here.
        unit = self.work / "winjob_exporter.service"
        text = (self.root / UNIT).read_text(encoding="utf-8")
        unit.write_text(text.replace("=/usr/bin/", f"={self.root}/usr/bin/"), encoding="utf-8")
        check(run("systemd-analyze", "verify", "--man=no", unit) == "", "it has something to say")

    def the_manual_page_renders_and_has_every_flag(self):
        page = self.root / "usr/share/man/man1/winjob_exporter.1"
        text = run("man", "--warnings", "--local-file", page)
        check("warning" not in text.lower(), f"it has warnings: {text[:300]}")
        check("EXIT STATUS" in text, "a section is missing")
        flags = set(re.findall(r"--[a-z][a-z.-]+", self.chroot("winjob_exporter", "--help")))
        missing = sorted(flag for flag in flags if flag not in text)
        check(not missing, f"flags are missing: {missing}")

    def an_upgrade_keeps_an_edited_configuration(self):
        config = self.root / CONFIG
        config.write_text("jobs: []  # edited\n", encoding="utf-8")
        self.install(self.cpack("0.1.1"))
        check("0.1.1" in self.dpkg("--status", "winjob-exporter"), "it was not upgraded")
        check("# edited" in config.read_text(encoding="utf-8"), "the configuration is another")

    def a_removal_leaves_the_configuration_alone(self):
        self.dpkg("--remove", "winjob-exporter")
        left = [str(path.relative_to(self.root)) for path in self.root.rglob("*winjob*") if not path.is_dir()]
        left = [path for path in left if not path.startswith(("winjob-exporter_", "var/lib/dpkg/info/"))]
        check(left == [CONFIG], f"something else is left: {left}")
        self.dpkg("--purge", "winjob-exporter")
        check(not (self.root / CONFIG).exists(), "a purge leaves the configuration")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--report", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True)

    package = Package(arguments.build, arguments.work)
    steps = [package.the_package_is_made, package.it_installs_in_a_fresh_debian, package.the_program_runs_there,
             package.the_unit_is_valid, package.the_manual_page_renders_and_has_every_flag,
             package.an_upgrade_keeps_an_edited_configuration, package.a_removal_leaves_the_configuration_alone]
    report = take(steps)
    if not report["failed"]:
        shutil.rmtree(package.root, ignore_errors=True)
    write_report(arguments.report, report)


if __name__ == "__main__":
    main()
