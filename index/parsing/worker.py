"""The child that parses: `python -m index.parsing.worker SECONDS MEMORY_MB`, started by `process.py` alone.

It reads one request after another from its standard input and answers on its standard output. What it may use of the
machine is limited before the first one.

It ends when its input does, which is when its parent has, however that came about.
"""

import json
import os
import signal
import sys
from dataclasses import asdict
from typing import BinaryIO

from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_BYTES
from index.formats.registry import load_libraries, parse_bytes
from index.parsing.protocol import MAX_HEAD_BYTES, receive, send
from index.parsing.sandbox import limit, limit_time, peak_mb

_MAX_DOCUMENTS = 500  # after which a new child starts, so that what a library leaks is given back
_SPARE_SECONDS = 5  # of processor time, after which the system ends a child whose parent didn't


def main() -> None:
    """Say that it is ready, then answer requests until there are no more.

    An answer's parts are its head (JSON), the text (UTF-8), and whether it is the last one, if so not empty.
    """
    seconds, memory_mb = map(int, sys.argv[1:])
    for name in (signal.SIGINT, signal.SIGTERM):  # meant for the parent, which finishes what it began
        signal.signal(name, signal.SIG_IGN)
    requests, replies = _own_streams()
    load_libraries()
    limit(memory_mb)
    send(replies, b"", b"", b"")
    for left in reversed(range(_MAX_DOCUMENTS)):
        try:
            head = json.loads(receive(requests, MAX_HEAD_BYTES))
            data = receive(requests, MAX_BYTES)
        except EOFError:
            return
        limit_time(seconds + _SPARE_SECONDS)
        payload, text = _answer(data, head["name"], head["media_type"], enough_mb=memory_mb / 2)
        last = b"last" if left == 0 or peak_mb() > memory_mb / 2 else b""
        send(replies, payload, text, last)
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
    """An answer's head, in JSON, and the text."""
    try:
        parsed = parse_bytes(data, name, media_type)
        head = {"title": parsed.title, "pages": parsed.pages, "headings": [asdict(each) for each in parsed.headings]}
        payload = json.dumps(head).encode()
        if len(payload) > MAX_HEAD_BYTES:
            return _failed("headings")
        return payload, parsed.text.encode(errors="surrogatepass")
    except DocumentError as error:
        if peak_mb() > enough_mb and not isinstance(error, TooLargeError):
            return _failed("memory")  # of which a library concludes that there is no text
        return json.dumps({"refused": error.kind, "message": str(error)}).encode(), b""
    except MemoryError:
        return _failed("memory")
    except Exception as error:  # noqa: BLE001  # whatever a library makes of bytes that are meant to break it
        return _failed(type(error).__name__)


def _failed(what: str) -> tuple[bytes, bytes]:
    return json.dumps({"failed": what}).encode(), b""


if __name__ == "__main__":
    main()
