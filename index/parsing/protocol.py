"""What parent and child send each other: frames of bytes, each with its length before it.

Never pickles: whoever takes the child over by a hole in a parser could send pickles that the server would run.
"""

import socket
import struct
import time

_LENGTH = struct.Struct("!I")


class ProtocolError(Exception):
    """The other side sent what it may not send; the message says what."""


class Connection:
    """One end of a socket between two processes. With `seconds`, all that is sent and received must be done in those.

    Raises TimeoutError where it isn't, EOFError or another OSError where the other side has closed its end.
    """

    def __init__(self, end: socket.socket, seconds: float | None = None) -> None:
        self._end = end
        self._deadline = None if seconds is None else time.monotonic() + seconds

    def send(self, *frames: bytes) -> None:
        """Write each frame with its length before it."""
        for frame in frames:
            for part in (_LENGTH.pack(len(frame)), frame):
                self._limit_time()
                self._end.sendall(part)

    def receive(self, most: int) -> bytes:
        """The next frame. Raises ProtocolError, before reading any of it, where it has more than `most` bytes."""
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > most:
            raise ProtocolError(f"{length} bytes where at most {most} may come")
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        data = bytearray(length)
        left = memoryview(data)
        while left:
            self._limit_time()
            received = self._end.recv_into(left)
            if not received:
                raise EOFError
            left = left[received:]
        return bytes(data)

    def _limit_time(self) -> None:
        if self._deadline is None:
            return
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._end.settimeout(seconds)
