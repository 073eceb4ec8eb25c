"""The child that parses: `python -m index.parse_worker SECONDS MEMORY_MB`, started by `parsing_process.py` alone.

It reads one request after another from its standard input and answers on its standard output. What it may use of the
machine is limited before the first one. Messages are bytes with their length before them, JSON and text, never
pickles: whoever takes this process over by a hole in a parser could send pickles that the server would run.

It ends when its input does, which is when its parent has, however that came about.
"""

import json
import os
import re
import signal
import struct
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from index import formats
from index.errors import DocumentError, TooLargeError

MAX_HEAD_BYTES = 64 * 2**20  # what comes with a text: pages and headings
_LENGTH = struct.Struct("!Q")
_MAX_DOCUMENTS = 500  # after which a new child starts, so that what a library leaks is given back
_SPARE_SECONDS = 5  # of processor time, after which the system ends a child whose parent didn't


def send(stream: BinaryIO, *parts: bytes) -> None:
    """Write each part with its length before it."""
    for part in parts:
        stream.write(_LENGTH.pack(len(part)))
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO, most: int) -> bytes:
    """One part of a message. Raises EOFError where the stream ends before it does, or it has more than `most` bytes."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > most:
        raise EOFError(f"a part of {length} bytes, where at most {most} may come")
    return _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def main() -> None:
    """Say that it is ready, then answer requests until there are no more.

    An answer's parts are what is told (JSON), the text (UTF-8), and whether it is the last one, if so not empty.
    """
    seconds, memory_mb = map(int, sys.argv[1:])
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which finishes what it began
        signal.signal(name, signal.SIG_IGN)
    requests, replies = _own_streams()
    formats.load_libraries()
    _limit(memory_mb)
    send(replies, b"", b"", b"")
    for left in reversed(range(_MAX_DOCUMENTS)):
        try:
            head = json.loads(receive(requests, MAX_HEAD_BYTES))
            data = receive(requests, formats.MAX_BYTES)
        except EOFError:
            return
        _limit_time(seconds + _SPARE_SECONDS)
        told, text = _answer(data, head["name"], head["media_type"], enough_mb=memory_mb / 2)
        last = b"last" if left == 0 or _peak_mb() > memory_mb / 2 else b""
        send(replies, told, text, last)
        if last:
            return


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, which no library can reach any more: what it prints goes nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return requests, replies


def _answer(data: bytes, name: str, media_type: str, *, enough_mb: float) -> tuple[bytes, bytes]:
    """What is told of a document, and its text."""
    try:
        parsed = formats.parsed(data, name, media_type)
        told = {"title": parsed.title, "pages": parsed.pages, "headings": [asdict(each) for each in parsed.headings]}
        head = json.dumps(told).encode()
        if len(head) > MAX_HEAD_BYTES:
            return _failed("headings")
        return head, parsed.text.encode(errors="surrogatepass")
    except DocumentError as error:
        if _peak_mb() > enough_mb and not isinstance(error, TooLargeError):
            return _failed("memory")  # of which a library makes that there is nothing to find
        return json.dumps({"refused": error.kind, "message": str(error)}).encode(), b""
    except MemoryError:
        return _failed("memory")
    except Exception as error:  # noqa: BLE001  # whatever a library makes of bytes that are meant to break it
        return _failed(type(error).__name__)


def _failed(what: str) -> tuple[bytes, bytes]:
    return json.dumps({"failed": what}).encode(), b""


def _limit(memory_mb: int) -> None:
    """Bound memory, and take away what parsing needs nothing of: writing files, core dumps, further processes."""
    try:
        import resource
    except ImportError:  # on Windows there is none of this: the parent's clock alone is left
        return
    wanted = {"RLIMIT_AS": memory_mb * 2**20, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NPROC": 0}
    for name, most in wanted.items():
        _lower(getattr(resource, name, None), most)


def _limit_time(seconds: int) -> None:
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


def _peak_mb() -> float:
    """The most memory that this process has held, in MiB; 0 where that can't be told, which is off Linux.

    Not getrusage's: that begins with what the parent held when it started this process.
    """
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(found[1]) / 2**10 if found else 0
    return 0


if __name__ == "__main__":
    main()
