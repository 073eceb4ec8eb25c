"""What somebody tries who took over a process that parses: one attempt a document, in a fork of the real child.

A test has `index.parsing.child.PROGRAM` be this module's name. As a program with other arguments it makes the same
attempts without anything that holds it back, or with one measure alone: `parsing_intruder nothing`, `seccomp`
or, of its ABI 3, `landlock 3`.
"""

import ctypes
import encodings.idna  # noqa: F401  # which the first address that is connected to would import
import json
import mmap
import os
import resource
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from index.parsing import landlock, seccomp, worker
from index.parsing.linux import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, prctl
from index.parsing.protocol import Connection

VARIABLE = "A_SECRET_OF_THE_SERVER"
Target = dict[str, Any]  # folder, file (in it, the data file), server (process id), port (somebody listens there)
LIBC = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def change(target: Target) -> None:
    descriptor = os.open(target["file"], os.O_RDWR)
    with mmap.mmap(descriptor, 0) as mapped:
        mapped[:4] = b"evil"


def connect(target: Target) -> None:
    with socket.socket() as connecting:
        connecting.connect(("127.0.0.1", target["port"]))


def listen(target: Target) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()


def send_datagram(target: Target) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))


def fork(target: Target) -> None:
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)


def thread(target: Target) -> None:
    started = threading.Thread(target=lambda: None)
    try:
        started.start()
    except RuntimeError as error:  # "can't start new thread" is all that is said of the reason
        raise OSError(str(error)) from None
    started.join()


def trace(target: Target) -> None:
    seize = 0x4206
    checked(LIBC.ptrace(seize, target["server"], None, None))


def read_memory(target: Target) -> None:
    buffer = ctypes.create_string_buffer(8)
    pair = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 8)
    there = (ctypes.c_void_p * 2)(target["address"], 8)
    checked(LIBC.process_vm_readv(target["server"], pair, 1, there, 1, 0))


ATTEMPTS: dict[str, Callable[[Target], object]] = {
    "read another variable of the environment": lambda _: os.environ[VARIABLE],
    "read the server's environment": lambda to: Path(f"/proc/{to['server']}/environ").read_bytes(),
    "open the server's memory": lambda to: Path(f"/proc/{to['server']}/mem").open("rb").close(),
    "read the server's memory": read_memory,
    "read the data file": lambda to: Path(to["file"]).read_bytes(),
    "change the data file": change,
    "cut the data file": lambda to: os.truncate(to["file"], 0),
    "remove the data file": lambda to: os.unlink(to["file"]),  # noqa: PTH108
    "rename the data file": lambda to: os.rename(to["file"], to["file"] + "2"),  # noqa: PTH104
    "link the data file": lambda to: os.link(to["file"], to["file"] + "3"),
    "see the data file's size": lambda to: os.stat(to["file"]),  # noqa: PTH116
    "open the data file to everybody": lambda to: os.chmod(to["file"], 0o666),  # noqa: PTH101, S103
    "list a folder": lambda to: os.listdir(to["folder"]),  # noqa: PTH208
    "make a file": lambda to: Path(to["folder"], "new").touch(),
    "make a folder": lambda to: os.mkdir(to["folder"] + "/made"),  # noqa: PTH102
    "make a symbolic link": lambda to: Path(to["folder"], "link").symlink_to("/etc/passwd"),
    "make a pipe with a name": lambda to: os.mkfifo(to["folder"] + "/pipe"),
    "make a file in memory": lambda _: os.memfd_create("x"),
    "connect": connect,
    "listen": listen,
    "send a datagram": send_datagram,
    "run a program": lambda _: os.execv("/bin/true", ["true"]),  # noqa: S606
    "fork": fork,
    "start a thread": thread,
    "signal the server": lambda to: os.kill(to["server"], 0),
    "signal the child that forked it": lambda _: os.kill(os.getppid(), 0),
    "trace the server": trace,
    "make memory executable": lambda _: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "raise a limit": lambda _: resource.setrlimit(resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE)),
    "be seen again": lambda _: prctl(PR_SET_DUMPABLE, 1),
    "enter a namespace": lambda _: checked(LIBC.unshare(0x04000000)),  # CLONE_NEWUTS, which only root may
}


def outcome(attempt: str, target: Target) -> str:
    """ "done", or "refused" and by what."""
    try:
        ATTEMPTS[attempt](target)
    except (OSError, KeyError) as error:
        return f"refused: {type(error).__name__} {error}"
    return "done"


def _answer(connection: Connection, memory_mb: int) -> None:
    request_id = connection.receive(16)
    connection.receive(4096), connection.receive(4096), connection.receive(10)
    asked = json.loads(connection.receive(2**20))
    said = outcome(asked["attempt"], asked["target"]).encode()
    connection.send(request_id, b"parsed", b"", said, *([b""] * 7))


def _take(measure: str) -> None:
    if measure != "nothing":
        prctl(PR_SET_NO_NEW_PRIVS, 1)
    if measure.startswith("landlock "):
        landlock.give_up_files(int(measure.split()[1]))
    if measure == "seccomp":
        seccomp.give_up_system_calls()


def _try_all(measure: str) -> dict[str, str]:
    """Each attempt's outcome, in a fork of its own that took this measure alone, with a data file of its own."""
    found = {}
    listener = socket.create_server(("127.0.0.1", 0))
    secret = ctypes.create_string_buffer(b"a secret")
    os.environ[VARIABLE] = "x"
    for attempt in ATTEMPTS:
        folder = tempfile.mkdtemp()
        file = Path(folder, "quoth.sqlite3")
        file.write_bytes(b"data of the index")
        server = os.getpid()
        target = {"folder": folder, "file": str(file), "server": server, "port": listener.getsockname()[1],
                  "address": ctypes.addressof(secret)}  # fmt: skip
        here, there = os.pipe()
        if not (child := os.fork()):
            _take(measure)
            os.write(there, outcome(attempt, target).encode())
            os._exit(1)
        os.close(there)
        said = os.read(here, 4096).decode()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        found[attempt] = said or ("done" if status == 0 else f"status {status}")  # a program that ran says nothing
        os.close(here)
    return found


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(_try_all(sys.argv[1])))
    else:
        worker.main(_answer)
