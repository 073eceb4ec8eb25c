"""What a process that parses a document may use of the machine: memory, processor time, no further processes."""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def limit(memory_mb: int, seconds: int) -> None:
    """Bound memory and processor time; take away writing files, core dumps and further processes."""
    _lower(resource.RLIMIT_CPU, seconds, spare=1)  # in which it ends by SIGXCPU, which says why, and not by SIGKILL
    wanted = {"RLIMIT_AS": memory_mb * 2**20, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in wanted.items():
        _lower(getattr(resource, name, None), most)


def limit_descriptors(most: int) -> None:
    """Have all descriptors that are opened from now on be below this number."""
    _lower(resource.RLIMIT_NOFILE, most)


def _lower(limit: int | None, most: int, *, spare: int = 0) -> None:
    if limit is None:
        return
    hard = resource.getrlimit(limit)[1]
    ends = [end if hard == resource.RLIM_INFINITY else min(end, hard) for end in (most, most + spare)]
    try:
        resource.setrlimit(limit, (ends[0], ends[1]))
    except (OSError, ValueError):  # macOS knows some of these and refuses to set them
        return


def end_with_parent(parent: int) -> None:
    """Have the system end this process when its parent, a process with one thread, has ended. Linux alone knows how."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it had ended before
        os._exit(1)


def peak_mb() -> float:
    """The most memory that this process has held since it was forked, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
