"""Landlock (Linux 5.13): a process gives up files, and with later versions TCP, signals and abstract Unix sockets.

Called as the manual page landlock(7) says. Of the packages that wrap these two calls, none had more than one author or
a stable release by 2026, and what is asked for here is the simplest there is: no access to anything, or reading alone.
"""

import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from index.parsing.linux import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_VERSION = 1  # the flag that asks for it
_ACCESSES = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI → how many kinds of access to files it knows; 16 from ABI 5 on
_TCP = 0b11  # bind, connect
_SCOPES = 0b11  # abstract Unix sockets, signals
_BELOW = 1  # the kind of rule that names a folder or file
_READ_FILE, _READ_FOLDER = 0b101, 0b1101  # run and read a file; list a folder too


def abi() -> int:
    """The version of Landlock's interface that this system offers; 0 where there is none, or it is switched off."""
    if sys.platform != "linux":
        return 0
    try:
        return system_call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def give_up_files(version: int, readable: Sequence[Path] = ()) -> None:
    """Open, make, rename and remove no file from now on, nor connect or listen by TCP (ABI 4), nor signal a process
    outside (ABI 6); none outside can be traced, by whoever it is. Raises OSError where the system won't.

    The ruleset names every access that the version knows, and has a rule that allows it for no path or port, but for
    reading and running what is below those that are `readable`, where they are there.
    """
    fields = (2 ** _ACCESSES.get(version, 16) - 1, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    known = 1 + (version >= 4) + (version >= 6)
    attributes = struct.pack(f"={known}Q", *fields[:known])
    ruleset = system_call(_CREATE_RULESET, attributes, len(attributes), 0)
    try:
        for path in filter(Path.exists, readable):
            below = os.open(path, os.O_PATH | os.O_CLOEXEC)
            rule = struct.pack("=Qi", _READ_FOLDER if path.is_dir() else _READ_FILE, below)
            system_call(_ADD_RULE, ruleset, _BELOW, rule, 0)
            os.close(below)
        system_call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
