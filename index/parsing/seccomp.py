"""A seccomp filter: of all system calls those are left that compute, hold memory, and read and write what is open.

Written by hand as seccomp(2) says: the one package for it that is in use, pyseccomp, has had no release since 2021 and
needs a C library that a server may not have.
"""

import ctypes
import errno
import platform
import struct
import sys
from dataclasses import dataclass

from index.parsing.linux import PR_SET_SECCOMP, prctl

_MODE_FILTER = 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # instructions of classic BPF
_NUMBER, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32  # where they stand in what a filter sees (little endian)
_PROT_EXEC = 4


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of system calls on one architecture: `memory` are mmap and mprotect, `others` those left besides."""

    architecture: int  # as the kernel's audit numbers it
    memory: tuple[int, ...]
    others: tuple[int, ...]


# others: read write close fstat lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn readv writev sched_yield
# mremap madvise getpid sendto recvfrom exit gettimeofday getrusage sigaltstack gettid futex restart_syscall
# clock_gettime exit_group getrandom rseq
_CALLS = {
    "x86_64": _Calls(0xC000003E, (9, 10), (0, 1, 3, 5, 8, 11, 12, 13, 14, 15, 19, 20, 24, 25, 28, 39, 44, 45, 60, 96,
                     98, 131, 186, 202, 219, 228, 231, 318, 334)),
    "aarch64": _Calls(0xC00000B7, (222, 226), (63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 65, 66, 124, 216, 233, 172,
                      206, 207, 93, 169, 165, 132, 178, 98, 128, 113, 94, 278, 293)),
}  # fmt: skip


def is_offered() -> bool:
    """Whether this system takes a filter, and its architecture is one that there is a filter for."""
    if sys.platform != "linux" or platform.machine() not in _CALLS or sys.maxsize < 2**32:
        return False
    try:
        prctl(PR_SET_SECCOMP, _MODE_FILTER)
    except OSError as error:
        return error.errno == errno.EFAULT  # it looked for a filter, and there was none at no address
    return False


def give_up_system_calls() -> None:
    """Have every other system call fail with EPERM, and those that would make memory executable. It is for good."""
    program = _program(_CALLS[platform.machine()])
    instructions = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    prctl(PR_SET_SECCOMP, _MODE_FILTER, ctypes.create_string_buffer(header, len(header)))


def _program(calls: _Calls) -> bytes:
    """The filter. An instruction is what to do, how many to jump over if a test says yes, and if it says no, a number.

    With mmap 9 and one other call, 0, for example:

        load the architecture; is it this one? then jump over 1; refuse; load the call's number
        is it 9? then jump over 2, to where the third argument is loaded
        is it 0? then jump over 3, to where it is allowed
        refuse; load the third argument; is PROT_EXEC in it? then jump over 1; allow; refuse
    """
    numbers = calls.memory + calls.others
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, calls.architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
    ]
    for left, number in zip(reversed(range(len(numbers))), numbers, strict=True):
        program.append((_EQUAL, left + (1 if number in calls.memory else 3), 0, number))
    program += [
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _THIRD_ARGUMENT),
        (_ANY_BIT, 1, 0, _PROT_EXEC),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
