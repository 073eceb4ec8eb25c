"""One request at a time, as polite as robots.txt and the rate ask: no redirects, no more bytes or seconds than set."""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import httpcore

from index.errors import DocumentError, TooLargeError
from index.sources.web.network import Network, PublicNetwork

USER_AGENT = f"quoth/{version('quoth')}"
_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/plain,*/*;q=0.5"
_TIMEOUT = {"connect": 10.0, "read": 20.0, "write": 10.0, "pool": 10.0}
_MOST_SECONDS = 120.0  # for a whole page, however slowly its bytes come
_TRIES = 3  # where a server says that it is busy
_MOST_PAUSE_SECONDS = 60.0  # that a server or robots.txt may ask for
_BUSY = (429, 503)


class UnreachableError(DocumentError):
    """A page that its server doesn't give out now, whatever it did before."""


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """Asks for pages, `rate` a second at most, each of `max_bytes` at most, on public addresses or `allowed` ones."""

    def __init__(self, *, rate: float, max_bytes: int, allowed: Sequence[Network] = ()) -> None:
        self.pause = 1 / rate
        self._max_bytes = max_bytes
        self._next = 0.0
        self._pool = httpcore.ConnectionPool(network_backend=PublicNetwork(allowed), max_connections=1)

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()

    def wait_at_least(self, seconds: float) -> None:
        """Pause so long between requests from now on, unless the rate asks for more."""
        self.pause = max(self.pause, min(seconds, _MOST_PAUSE_SECONDS))

    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Response:
        """The answer to one request for a page, a redirect as it is; a server that is busy is asked again.

        Raises UnreachableError for a page that can't be had, DocumentError for one that comes broken, TooLargeError
        for one that is too long, SettingsError for a host without a public address.
        """
        for tries_left in reversed(range(_TRIES)):
            self._await_turn()
            try:
                response = self._asked(address, headers or {})
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                if tries_left and isinstance(error, httpcore.RemoteProtocolError | httpcore.ReadError):
                    continue  # a connection kept alive that the server has closed meanwhile
                raise UnreachableError(f"{address} can't be had ({_in_words(error)}): try again later.") from error
            if response.status not in _BUSY or not tries_left:
                break
            self._next = time.monotonic() + _asked_pause(response, self.pause)
        return response

    def _await_turn(self) -> None:
        time.sleep(max(0.0, self._next - time.monotonic()))
        self._next = time.monotonic() + self.pause

    def _asked(self, address: str, headers: Mapping[str, str]) -> Response:
        ends = time.monotonic() + _MOST_SECONDS
        sent = {"User-Agent": USER_AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip", **headers}
        with self._pool.stream("GET", address, headers=list(sent.items()), extensions={"timeout": _TIMEOUT}) as answer:
            received = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            encoding = received.get("content-encoding", "").strip().lower()
            if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
                raise DocumentError(f"{address} comes compressed as {encoding}, which wasn't asked for.")
            unpacker = zlib.decompressobj(zlib.MAX_WBITS + 32) if encoding not in ("", "identity") else None
            body = bytearray()
            for piece in answer.iter_stream():
                room = self._max_bytes + 1 - len(body)
                body += unpacker.decompress(piece, room) if unpacker else piece[:room]
                if len(body) > self._max_bytes:
                    raise TooLargeError(
                        f"{address} has more than {self._max_bytes / 2**20:g} MiB: raise --max-page-mb if it is wanted."
                    )
                if time.monotonic() > ends:
                    raise DocumentError(f"{address} didn't come whole within {_MOST_SECONDS:.0f} s: try again later.")
        if unpacker and body and not unpacker.eof:
            raise DocumentError(f"{address} came cut short: try again later.")
        return Response(answer.status, received, bytes(body))


def _asked_pause(response: Response, otherwise: float) -> float:
    """The seconds that a busy server asks to wait; a date instead of a number is taken as a few."""
    after = response.headers.get("retry-after", "")
    return min(float(after), _MOST_PAUSE_SECONDS) if after.isdecimal() else max(otherwise, 5.0)


def _in_words(error: Exception) -> str:
    if isinstance(error, httpcore.TimeoutException):
        return "the server doesn't answer in time"
    return str(error) or type(error).__name__
