"""Seccomp filters: of all system calls those are left that compute, hold memory, and read and write what is open; or,

for a program that isn't ours, all but those that reach others.

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
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions of classic BPF
_NUMBER, _ARCHITECTURE, _THIRD_ARGUMENT = 0, 4, 32  # where they stand in what a filter sees (little endian)
_PROT_EXEC = 4
_SECOND_NUMBERS = 0x40000000  # from which on x86-64 has its calls again, for x32


@dataclass(frozen=True, slots=True)
class _Calls:
    """Numbers of system calls on one architecture: `memory` are mmap and mprotect, `others` those left besides.

    `reaching` are those that open connections or reach into other processes or the system.
    """

    architecture: int  # as the kernel's audit numbers it
    memory: tuple[int, ...]
    others: tuple[int, ...]
    reaching: tuple[int, ...]


# others: read write close fstat lseek munmap brk rt_sigaction rt_sigprocmask rt_sigreturn readv writev sched_yield
# mremap madvise getpid sendto recvfrom exit gettimeofday getrusage sigaltstack gettid futex restart_syscall
# clock_gettime exit_group getrandom rseq
# reaching: socket socketpair connect bind ptrace kill process_vm_readv process_vm_writev bpf io_uring_setup mount
# unshare setns userfaultfd perf_event_open keyctl add_key request_key pidfd_open pidfd_getfd; fork vfork where there
_CALLS = {
    "x86_64": _Calls(0xC000003E, (9, 10), (0, 1, 3, 5, 8, 11, 12, 13, 14, 15, 19, 20, 24, 25, 28, 39, 44, 45, 60, 96,
                     98, 131, 186, 202, 219, 228, 231, 318, 334),
                     (41, 53, 42, 49, 101, 62, 310, 311, 321, 425, 165, 272, 308, 323, 298, 250, 248, 249, 434, 438, 57,
                     58)),
    "aarch64": _Calls(0xC00000B7, (222, 226), (63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 65, 66, 124, 216, 233, 172,
                      206, 207, 93, 169, 165, 132, 178, 98, 128, 113, 94, 278, 293),
                      (198, 199, 203, 200, 117, 129, 270, 271, 280, 425, 40, 97, 268, 282, 241, 219, 217, 218, 434,
                      438)),
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
    _install(_program(_CALLS[platform.machine()]))


def give_up_reaching_others() -> None:
    """Have system calls fail with EPERM that connect, or reach other processes; in a program that is run then, too."""
    _install(_refusing(_CALLS[platform.machine()]))


def _install(program: bytes) -> None:
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
    return _packed(program)


def _refusing(calls: _Calls) -> bytes:
    """The filter that refuses what reaches others, and the second numbers that x86-64 has for all of its calls."""
    numbers = calls.reaching
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, calls.architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, len(numbers) + 1, 0, _SECOND_NUMBERS),
    ]
    program += [
        (_EQUAL, left + 1, 0, number) for left, number in zip(reversed(range(len(numbers))), numbers, strict=True)
    ]
    return _packed([*program, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)])


def _packed(program: list[tuple[int, int, int, int]]) -> bytes:
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
