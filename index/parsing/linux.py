"""Calls of Linux's that Python's standard library doesn't have, with errors as OSError."""

import ctypes
import os
from functools import cache

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38


def prctl(option: int, argument: int, pointer: "ctypes.Array[ctypes.c_char] | None" = None) -> None:
    """Change what this process may do. Raises OSError where it fails."""
    address = ctypes.c_void_p(None if pointer is None else ctypes.addressof(pointer))
    _checked(_libc().prctl(option, ctypes.c_ulong(argument), address, ctypes.c_ulong(0), ctypes.c_ulong(0)))


def system_call(number: int, *arguments: bytes | int | None) -> int:
    """Make a system call that the C library has no function for. Raises OSError where it fails."""
    passed = (each if isinstance(each, bytes | None) else ctypes.c_long(each) for each in arguments)
    return _checked(_libc().syscall(ctypes.c_long(number), *passed))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
