"""What the child that parses may use of the machine: memory, processor time, no files, no further processes."""

import re
from contextlib import suppress
from pathlib import Path


def limit(memory_mb: int) -> None:
    """Bound memory, and take away what parsing needs nothing of: writing files, core dumps, further processes."""
    try:
        import resource
    except ImportError:  # on Windows there is none of this: the parent's clock alone is left
        return
    wanted = {"RLIMIT_AS": memory_mb * 2**20, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in wanted.items():
        _lower(getattr(resource, name, None), most)


def limit_time(seconds: int) -> None:
    """Bound the processor time from now on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds, soft_only=True)


def _lower(limit: int | None, most: int, *, soft_only: bool = False) -> None:
    import resource

    if limit is None:
        return
    hard = resource.getrlimit(limit)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(limit, (most, hard if soft_only else most))
    except (OSError, ValueError):  # macOS knows some of these and refuses to set them
        return


def peak_mb() -> float:
    """The most memory that this process has held, in MiB; 0 where that can't be told, which is off Linux.

    Not getrusage's: that begins with what the parent held when it started this process.
    """
    with suppress(OSError):
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(peak[1]) / 2**10 if peak else 0
    return 0
