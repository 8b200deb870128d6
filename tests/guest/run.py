#!/usr/bin/env python3
"""Boots a kernel that has control groups of version 2 alone, in software emulation, and runs the Linux tests in it.

The guest's disk holds the programs of one build; what it reports is read back from there. Nothing of this machine is
changed, and no right is needed beyond reading.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import image  # noqa: E402

PROGRAMS = ("winjob_exporter", "workload")
ROWS = {"root": "linux-v2", "delegated": "linux-v2-delegated", "namespace": "linux-v2-namespace",
        "e2e": "e2e-linux-v2"}  # setting: its report


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build/<preset>")
    parser.add_argument("--kernel", type=pathlib.Path, required=True, help="a folder with boot/vmlinuz-* and lib/modules")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="folder for disk and logs")
    parser.add_argument("--settings", default="root", help="parted by commas: root, delegated, namespace, e2e")
    parser.add_argument("--tests", help="test programs, parted by commas; all of Linux by default")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for the guest")
    parser.add_argument("--logs", type=pathlib.Path, required=True, help="folder for the report of each setting")
    return parser.parse_args()


def boot(arguments, disk, initial):
    """Runs the guest until it switches itself off. The answer is what is wrong with its end, empty: nothing."""
    vmlinuz = next((arguments.kernel / "boot").glob("vmlinuz-*"))
    command = ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1536",
               "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio",
               "-kernel", str(vmlinuz), "-initrd", str(initial),
               "-drive", f"file={disk},if=virtio,format=raw,cache=unsafe",
               "-append", f"console=ttyS0 quiet panic=-1 cgroup_no_v1=all psi=1 settings={arguments.settings}"]
    log = arguments.work / "guest.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            status = process.wait(arguments.timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return f"the guest did not end within {arguments.timeout:.0f} s, see {log}"
    return f"the guest ended with status {status}, see {log}" if status != 0 else ""


def read_back(disk, folder):
    """Copies /out of the disk into the folder."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    subprocess.run(["env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin", "debugfs", "-R", f"rdump /out {folder}", str(disk)],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def run_guest(arguments):
    """Boots the guest on a new disk and brings back what it left in /out. The answer is what is wrong with its end."""
    work = arguments.work
    image.make_disk(work / "disk.img", work / "root")
    wrong = boot(arguments, work / "disk.img", work / "initial.img")
    read_back(work / "disk.img", work)
    print((work / "guest.log").read_text(encoding="utf-8", errors="replace"))
    return wrong


def report_of(setting, out, log, wrong, stalled):
    """What a setting reported; what it left behind in the guest, where nothing else runs, has failed too."""
    try:
        report = json.loads((out / f"{setting}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report = {"passed": [], "failed": [{"name": f"guest, {setting}", "why": wrong or "it left no report"}], "skipped": []}
    left = re.findall(f"LEFT BEHIND by {setting}: (.*)", log)
    clean = f"guest, {setting}: no group, process or mount is left behind"
    if left:
        report["failed"].append({"name": clean, "why": "\n".join(left)})
    elif not wrong:
        report["passed"].append(clean)
    if stalled and not wrong:
        report.setdefault("again", []).append({"name": f"guest, {setting}: it comes to its end", "why": stalled})
    return report


def main():
    arguments = parse_arguments()
    work = arguments.work
    for folder in ("root", "initial"):
        shutil.rmtree(work / folder, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    known = [line.split()[0] for line in (arguments.build / "tests.txt").read_text(encoding="utf-8").splitlines()]
    tests = arguments.tests.split(",") if arguments.tests else [
        name for name in known if name == "contract_test" or name.startswith("linux_")]
    if arguments.settings == "e2e":
        tests = []  # the programs alone
    begun = time.monotonic()
    image.make_root(work / "root", arguments.build, tests, PROGRAMS)
    image.make_initial(work / "initial.img", arguments.kernel, work / "initial")
    made = time.monotonic()
    wrong = run_guest(arguments)
    stalled = wrong  # an emulated machine may stop in its kernel: it has a second try, which the report names
    if stalled:
        print(f"{stalled}; a second time:")
        wrong = run_guest(arguments)
    log = (work / "guest.log").read_text(encoding="utf-8", errors="replace")
    print(f"image {made - begun:.1f} s, guest {time.monotonic() - made:.1f} s")
    failed = bool(wrong)
    for setting in arguments.settings.split(","):
        report = report_of(setting, work / "out", log, wrong, stalled)
        failed = failed or bool(report["failed"])
        (arguments.logs / f"{ROWS[setting]}.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
