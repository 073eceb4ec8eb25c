"""What parent and child send each other: parts, each with its length before it.

They are JSON and text, never pickles: whoever takes the child over by a hole in a parser could send pickles that the
server would run.
"""

import struct
from typing import BinaryIO

MAX_HEAD_BYTES = 64 * 2**20  # what comes with a text: pages and headings
_LENGTH = struct.Struct("!Q")


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
