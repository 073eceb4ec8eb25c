"""Which file system a data file lies on, where the machine can tell (Linux's /proc).

Those who use a write-ahead log agree through memory that they share, which no network file system gives to several
machines, and many of them lie about locks (https://www.sqlite.org/useovernet.html): writes of two machines damage the
file. So it isn't opened there, unless somebody says that only one machine ever does.
"""

import re
from pathlib import Path

from index.errors import StorageError

NETWORK = {
    *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "pvfs2"),
    *("smb3", "smbfs", "fuse.ceph", "fuse.davfs", "fuse.gcsfuse", "fuse.glusterfs", "fuse.goofys", "fuse.juicefs"),
    *("fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
}
_MOUNTS = Path("/proc/self/mountinfo")
_VERSION_FOR_READING = 19  # a byte of SQLite's header: 2 where the file has a write-ahead log


def check_place(path: Path) -> None:
    """Raise StorageError for a data file on a network file system; a backup, which has no log, may be read from one."""
    kind = file_system_of(path)
    if kind in NETWORK and _has_log(path):
        raise StorageError(
            f"{path} is on a network file system ({kind}), where SQLite can't keep two machines from damaging it: "
            "choose a folder on a disk of this machine with --data. If no other machine ever opens it, set "
            f"QUOTH_STORE=sqlite:///{path.absolute()}?network=1",
            file=path,
        )


def file_system_of(path: Path) -> str | None:
    """Such as "ext4" or "nfs4"; None where it can't be known."""
    try:
        mounts = _MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return None
    # 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/root rw (man 5 proc_pid_mountinfo)
    found = [(Path(_unescaped(line.split()[4])), line.split(" - ")[1].split()[0]) for line in mounts.splitlines()]
    above = {path.resolve(), *path.resolve().parents}
    # the innermost mount point, and of several in one place the last, which hides the others
    kinds = sorted(((len(point.parts), n, kind) for n, (point, kind) in enumerate(found) if point in above))
    return kinds[-1][2] if kinds else None


def _unescaped(point: str) -> str:
    r"""Blanks and backslashes stand there in octal: "/my\040disk" → "/my disk"."""
    return re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), point)


def _has_log(path: Path) -> bool:
    """Whether it has a write-ahead log, or will, once it is there."""
    try:
        with path.open("rb") as file:
            header = file.read(_VERSION_FOR_READING + 1)
    except OSError:
        return True
    return len(header) <= _VERSION_FOR_READING or header[_VERSION_FOR_READING] != 1
