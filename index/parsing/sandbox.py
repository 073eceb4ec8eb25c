"""What is taken from a process before it parses a document: nothing but memory and time to compute is left to it."""

import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from index.parsing import landlock, seccomp
from index.parsing.confinement import hide
from index.parsing.linux import PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, prctl


def enter(memory_mb: int, seconds: int, parent: int) -> None:
    """Bound memory and processor time; give up files, sockets, other processes and all privileges, for good.

    What the system doesn't offer of that is left out; what it does, but then refuses, is an OSError. The process ends
    with its parent, which has one thread. All that is to be imported must have been.
    """
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it had ended before
            os._exit(1)
        hide()
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    if version := landlock.abi():
        landlock.give_up_files(version)
    _limit(memory_mb, seconds)
    if seccomp.is_offered():
        seccomp.give_up_system_calls()


def enter_to_run(memory_mb: int, seconds: int, parent: int, readable: Sequence[Path]) -> None:
    """As `enter`, for a program that is then run in place of this one: it may read what is below `readable`."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    if version := landlock.abi():
        landlock.give_up_files(version, readable)
    _limit(memory_mb, seconds, descriptors=32)
    if seccomp.is_offered():
        seccomp.give_up_reaching_others()


def limit_descriptors(most: int) -> None:
    """Have all descriptors that are opened from now on be below this number."""
    _lower(resource.RLIMIT_NOFILE, most)


def _limit(memory_mb: int, seconds: int, descriptors: int = 0) -> None:
    _lower(resource.RLIMIT_CPU, seconds, spare=1)  # in which it ends by SIGXCPU, which says why, and not by SIGKILL
    # The last, where it is 0: no descriptor can be had any more, so no file or socket; what is open stays so
    names = {"RLIMIT_AS": memory_mb * 2**20, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    names["RLIMIT_NOFILE"] = descriptors
    for name, most in names.items():
        _lower(getattr(resource, name, None), most)


def _lower(limit: int | None, most: int, *, spare: int = 0) -> None:
    if limit is None:
        return
    hard = resource.getrlimit(limit)[1]
    ends = [end if hard == resource.RLIM_INFINITY else min(end, hard) for end in (most, most + spare)]
    try:
        resource.setrlimit(limit, (ends[0], ends[1]))
    except (OSError, ValueError):  # macOS knows some of these and refuses to set them
        return


def peak_mb() -> float:
    """The most memory that this process has held since it was forked, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
