"""How many processors this process may use: those that it is admitted to, or fewer under a quota.

A container's limit (Docker's `--cpus`, Kubernetes' `limits.cpu`) is a quota of time over all of the machine's cores,
which counting cores doesn't show. Threads beyond it take turns, and OpenMP's spin while they wait for each other.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def available_processors(root: Path = Path("/")) -> int:
    """At least 1. `root` is the folder that has `proc` and `sys`; where they aren't, there is no quota to be read.

    For example of a quota of 2.5 processors on a machine of 8 it is 2.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([cores, *(int(quota) for quota in _quotas(root))]))


def _quotas(root: Path) -> Iterator[float]:
    """The processors that each control group has which this process is in, where it limits them."""
    for folder in _groups(root):
        try:
            if (v2 := folder / "cpu.max").is_file():
                quota, period = v2.read_text().split()
            else:
                quota, period = ((folder / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period"))
            if quota != "max" and float(quota) > 0:  # version 1 has -1 for no quota
                yield float(quota) / float(period)
        except (OSError, ValueError, ZeroDivisionError):
            continue


def _groups(root: Path) -> Iterator[Path]:
    """The folders of this process's control groups, and of those that they are in: a quota holds for all in a group."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    mounted = root / "sys/fs/cgroup"
    for line in lines:  # "0::/a/b" (version 2) or "4:cpu,cpuacct:/a/b"
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        top = mounted / "cpu" if controllers else mounted
        group = PurePosixPath(path.lstrip("/"))
        yield from (top / each for each in (group, *group.parents))
