"""How many processors there are to use: the machine's, or what a control group's quota leaves of them."""

import os
import sys
from pathlib import Path

import pytest
import torch

from index import arithmetic
from index.processors import available_processors


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "processors"),
    [
        ({}, 8),  # no Linux, or none that shows its groups
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, 8),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "250000 100000\n"}, 2),  # 2.5: a third would wait
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "50000 100000\n"}, 1),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1600000 100000\n"}, 8),
        (  # the quota of the group around it
            {
                "proc/self/cgroup": "0::/pods/quoth\n",
                "sys/fs/cgroup/pods/cpu.max": "300000 100000\n",
                "sys/fs/cgroup/pods/quoth/cpu.max": "max 100000\n",
            },
            3,
        ),
        (  # version 1, in a container: its path is the machine's, its files are at the top
            {
                "proc/self/cgroup": "5:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n0::/docker/1f\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            4,
        ),
        (
            {
                "proc/self/cgroup": "1:cpu:/\n",
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            8,
        ),
        ({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "what is this\n"}, 8),
    ],
)
def test_a_quota_is_counted_in_whole_processors(tmp_path: Path, files: dict[str, str], processors: int) -> None:
    write(tmp_path, files)
    assert available_processors(tmp_path) == processors


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has control groups")
def test_what_this_machine_says_can_be_read() -> None:
    assert 1 <= available_processors() <= 8


def test_models_have_no_more_threads_than_processors_unless_somebody_said_how_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    used: list[int] = []
    monkeypatch.setattr(torch, "set_num_threads", used.append)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    monkeypatch.setattr(arithmetic, "available_processors", lambda: 2)
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    arithmetic.limit_threads()
    assert used == []
    monkeypatch.delenv("OMP_NUM_THREADS")
    arithmetic.limit_threads()
    assert used == [2]
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)  # each of several readers has its share
    arithmetic.limit_threads()
    assert used == [2]
