"""Refuses a data file on a network file system, as far as the machine knows file systems (Linux's /proc).

Processes that use a write-ahead log need shared memory, which no network file system offers to several machines; many
of them don't lock reliably either (https://www.sqlite.org/useovernet.html). So writes of two machines would damage the
file. It is opened there only if the user states that no other machine does.
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
_READ_VERSION = 19  # this byte of SQLite's header is 2 in a file with a write-ahead log


def check_place(path: Path) -> None:
    """Raise StorageError for a data file on a network file system, unless it has no log, like a backup."""
    kind = file_system_of(path)
    if kind in NETWORK and _has_log(path):
        raise StorageError(
            f"{path} is on a network file system ({kind}), where SQLite can't keep two machines from damaging it: "
            "choose a folder on a disk of this machine with --data. If no other machine ever opens it, set "
            f"QUOTH_STORE=sqlite:///{path.absolute()}?network=1",
            file=path,
        )


def file_system_of(path: Path) -> str | None:
    """The type of the file system of a path, such as "ext4" or "nfs4"; None if unknown."""
    try:
        mounts = _MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return None
    # 36 35 98:0 /root /mount/point rw,noatime master:1 - ext4 /dev/root rw (man 5 proc_pid_mountinfo)
    lines = [(Path(_unescaped(line.split()[4])), line.split(" - ")[1].split()[0]) for line in mounts.splitlines()]
    above = {path.resolve(), *path.resolve().parents}
    # the innermost mount point; of several at one point the last, which hides the others
    kinds = sorted(((len(point.parts), n, kind) for n, (point, kind) in enumerate(lines) if point in above))
    return kinds[-1][2] if kinds else None


def _unescaped(point: str) -> str:
    r"""A mount point without escapes: blanks and backslashes are written in octal, "/my\040disk" → "/my disk"."""
    return re.sub(r"\\([0-7]{3})", lambda digits: chr(int(digits[1], 8)), point)


def _has_log(path: Path) -> bool:
    """Whether a data file has a write-ahead log, or will have one when it is created."""
    try:
        with path.open("rb") as file:
            header = file.read(_READ_VERSION + 1)
    except OSError:
        return True
    return len(header) <= _READ_VERSION or header[_READ_VERSION] != 1
