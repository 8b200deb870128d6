"""The disk and the initial memory of the guest: programs of this machine with the libraries that they need."""

import gzip
import lzma
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent

# The shell and the tools that the tests, their scripts and the guest's init call.
TOOLS = """sh cat chmod chown cp cut date dd echo env expr false grep find head id kill ln ls mkdir mktemp mount nice nproc ps rm
rmdir sed seq setpriv setsid sleep sort stat sync tail taskset tee timeout touch tr true umount uname unshare wc yes""".split()
PYTHON = pathlib.Path("/usr/bin/python3")
MODULES = ("virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk")
DISK = "1G"


def libraries(programs):
    """What the loader maps for these programs."""
    found = set()
    for program in programs:
        text = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
        found.update(pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", text))
    return found


def put(source, root, name=None):
    target = root / (name or str(source)).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    return target


def make_python(root):
    """Debian's Python with its library; the answer is its programs, whose libraries are needed too."""
    real = PYTHON.resolve()
    put(real, root, str(PYTHON))
    library = pathlib.Path("/usr/lib") / real.name
    ignore = shutil.ignore_patterns("test", "tests", "idlelib", "tkinter", "lib2to3", "config-*", "__pycache__")
    shutil.copytree(library, root / str(library).lstrip("/"), ignore=ignore, symlinks=True)
    return [real, *library.glob("lib-dynload/*.so")]


def make_root(root, build, tests, programs):
    """A folder that is the guest's root: `build` with these tests and programs, and the scripts that run them."""
    for folder in ("proc", "sys", "dev", "tmp", "out", "etc", "root", "run", "var/tmp", "usr/sbin", "usr/bin", "usr/lib"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "usr/lib64").mkdir()
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")
    (root / "etc/hosts").write_text("127.0.0.1 localhost\n")

    copied = [put(shutil.which(tool), root, f"/usr/bin/{tool}") for tool in TOOLS]
    copied.append(put(shutil.which("busybox", path="/bin:/usr/bin"), root, "/usr/bin/busybox"))
    copied += make_python(root)
    for name in (*tests, *programs):
        copied.append(put(build / "bin" / name, root, f"/winjob/build/bin/{name}"))
    kept = (line for line in (build / "tests.txt").read_text().splitlines() if line.split()[0] in tests)
    (root / "winjob/build/tests.txt").write_text("\n".join(kept) + "\n")
    for library in libraries(copied):
        if not (root / str(library).lstrip("/")).exists():
            put(library, root)
    for folder in ("scripts/lib", "tests/e2e", "tests/guest", "config"):
        shutil.copytree(ROOT / folder, root / "winjob" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    put(HERE / "init", root, "/init").chmod(0o755)
    (root / "tmp").chmod(0o1777)
    (root / "var/tmp").chmod(0o1777)


def make_disk(path, root):
    path.unlink(missing_ok=True)
    command = ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-E", "root_owner=0:0", "-d", str(root), str(path), DISK]
    subprocess.run(["env", "PATH=/usr/sbin:/sbin:/usr/bin:/bin", *command], check=True)


def unpack(module):
    data = module.read_bytes()
    return {".xz": lzma.decompress, ".gz": gzip.decompress}.get(module.suffix, bytes)(data)


def make_initial(path, kernel, folder):
    """The kernel cannot read its disk without modules: a memory image that loads them and hands over to the disk."""
    folder.mkdir(parents=True)
    for name in ("bin", "new"):
        (folder / name).mkdir()
    shutil.copy(shutil.which("busybox", path="/bin:/usr/bin"), folder / "bin/busybox")
    found = []
    for name in MODULES:
        for module in (kernel / "lib/modules").rglob(f"{name}.ko*"):
            (folder / f"{name}.ko").write_bytes(unpack(module))
            found.append(name)
    lines = ["#!/bin/busybox sh", *(f"/bin/busybox insmod /{name}.ko" for name in found), "i=0",
             "/bin/busybox mkdir -p /dev; /bin/busybox mount -t devtmpfs dev /dev",
             "until [ -b /dev/vda ] || [ $i = 300 ]; do /bin/busybox sleep 0.1; i=$((i+1)); done",
             "/bin/busybox mount -t ext4 /dev/vda /new", "exec /bin/busybox switch_root /new /init"]
    (folder / "init").write_text("\n".join(lines) + "\n")
    (folder / "init").chmod(0o755)
    names = "\n".join(str(entry.relative_to(folder)) for entry in sorted(folder.rglob("*"))) + "\n"
    with path.open("wb") as output:
        subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], input=names.encode(), cwd=folder,
                       stdout=output, check=True)
