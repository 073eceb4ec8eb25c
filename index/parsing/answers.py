"""What the child answers, and how its parent checks every byte of it: whoever took the child over can answer anything.

An answer's frames are the request's id, an outcome, and what belongs to that outcome:

    parsed                title · text · pages · headings' starts · levels · titles · metadata's names · values ·
                          scanned pages
    drawn                 width and height · a byte for each pixel
    unreadable-document   the refusal's message
    too-large             the refusal's message
    failed                what with: the name of an exception, or "memory", "pages" or "headings"

Text is UTF-8, a page or a start an unsigned 32-bit number (characters of the text), and so are the numbers of the
scanned pages, a width and a height; a level is a byte. The headings'
titles are lines, and so are names of metadata and its values, each after the first letter of its type: "strue" is the
string and "bTrue" the boolean. So nothing is there to check but lengths, order and range.
"""

import sys
from array import array
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from index.documents import Heading, Scalar, is_finite
from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_BYTES, MAX_DRAWN, MAX_SIDE, Parsed, Pixels
from index.formats.registry import MAX_TITLE_CHARS, fitting, one_line
from index.parsing.protocol import Connection, ProtocolError

ID_BYTES = 16  # of a request's random id
MAX_PAGES = 100_000
MAX_HEADINGS = 100_000
MAX_TITLES_BYTES = 16 * 2**20  # of all headings' titles together
MAX_MESSAGE_CHARS = 4000
_MAX_METADATA_BYTES = 2**19  # of the names, and of the values
_MAX_WORD_BYTES = 64  # of an outcome, or the name of an exception
_REFUSALS: dict[str, type[DocumentError]] = {error.kind: error for error in (DocumentError, TooLargeError)}


@dataclass(frozen=True, slots=True)
class Failed:
    """Parsing ended in an exception that is no refusal: its name, or "memory", "pages" or "headings"."""

    what: str


def parsed_frames(parsed: Parsed) -> tuple[bytes, ...]:
    """The frames, but for the id, of what was parsed, or of a failure where that is more than an answer holds."""
    titles = "\n".join(heading.title for heading in parsed.headings).encode()
    if len(parsed.headings) > MAX_HEADINGS or len(titles) > MAX_TITLES_BYTES:
        return failed_frames("headings")
    if max(len(parsed.pages), len(parsed.scanned)) > MAX_PAGES:
        return failed_frames("pages")
    return (
        b"parsed",
        (parsed.title or "").encode(),
        parsed.text.encode(errors="surrogatepass"),
        _packed(parsed.pages),
        _packed(heading.start for heading in parsed.headings),
        bytes(min(heading.level, 255) for heading in parsed.headings),
        titles,
        "\n".join(parsed.metadata).encode(),
        "\n".join(f"{type(value).__name__[0]}{value}" for value in parsed.metadata.values()).encode(),
        _packed(parsed.scanned),
    )


def drawn_frames(pixels: Pixels) -> tuple[bytes, ...]:
    """The frames, but for the id, of a page that was drawn."""
    return b"drawn", _packed((pixels.width, pixels.height)), pixels.grey


def refusal_frames(error: DocumentError) -> tuple[bytes, ...]:
    """The frames, but for the id, of a refusal."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in str(error))
    return error.kind.encode(), shown[:MAX_MESSAGE_CHARS].encode()


def failed_frames(what: str) -> tuple[bytes, ...]:
    """The frames, but for the id, of a failure."""
    return b"failed", what.encode()[:_MAX_WORD_BYTES]


def receive_answer(
    connection: Connection, request_id: bytes, name: str, *, drawn: bool = False
) -> Parsed | Pixels | DocumentError | Failed:
    """The answer to this request about the document of this name: what was parsed, or drawn, or why nothing was.

    Raises ProtocolError for whatever else comes, and as Connection does.
    """
    if connection.receive(ID_BYTES) != request_id:
        raise ProtocolError("an answer to another request")
    outcome = _text(connection.receive(_MAX_WORD_BYTES))
    if outcome == "parsed" and not drawn:
        return _parsed(connection)
    if outcome == "drawn" and drawn:
        return _pixels(connection)
    if outcome in _REFUSALS:
        return _REFUSALS[outcome](_message(connection, name))
    if outcome == "failed":
        return Failed(_word(connection))
    raise ProtocolError("an outcome that there is none of")


def _parsed(connection: Connection) -> Parsed:
    title = _text(connection.receive(4 * MAX_TITLE_CHARS))
    _check_titles(title)
    text = _text(connection.receive(MAX_BYTES), "surrogatepass")
    pages = _offsets(connection, MAX_PAGES, len(text))
    starts = _offsets(connection, MAX_HEADINGS, len(text))
    levels = connection.receive(MAX_HEADINGS)
    lines = _text(connection.receive(MAX_TITLES_BYTES))
    titles = lines.split("\n") if starts or lines else []
    if not len(starts) == len(levels) == len(titles):
        raise ProtocolError("headings without a level or a title")
    if 0 in levels:
        raise ProtocolError("a heading of level 0")
    _check_titles(*titles)
    headings, metadata = tuple(map(Heading, starts, levels, titles)), _metadata(connection)
    scanned = _offsets(connection, MAX_PAGES, max(len(pages) - 1, 0))
    if len(set(scanned)) != len(scanned):
        raise ProtocolError("a page that is scanned twice")
    return Parsed(text, title or None, pages, headings, metadata, scanned)


def _pixels(connection: Connection) -> Pixels:
    size = _numbers(connection.receive(8))
    if len(size) != 2 or not all(0 < side <= MAX_SIDE for side in size) or size[0] * size[1] > MAX_DRAWN:
        raise ProtocolError("a picture of no size that is drawn")
    grey = connection.receive(MAX_DRAWN)
    if len(grey) != size[0] * size[1]:
        raise ProtocolError("a picture of another size than it says")
    return Pixels(*size, grey)


def _metadata(connection: Connection) -> dict[str, Scalar]:
    names, values = (_text(connection.receive(_MAX_METADATA_BYTES)) for _ in range(2))
    named, listed = (lines.split("\n") if names or values else [] for lines in (names, values))
    metadata = dict(zip(named, map(_scalar, listed), strict=False))
    if not len(metadata) == len(named) == len(listed) or fitting(metadata) != metadata:
        raise ProtocolError("metadata that no document has")
    return metadata


def _scalar(line: str) -> Scalar:
    """The value that a line tells. Raises ProtocolError for one that tells none."""
    kind, text = line[:1], line[1:]
    with suppress(ValueError):
        if kind == "s":
            return text
        if kind == "i":
            return int(text)
        if kind == "f" and is_finite(number := float(text)):
            return number
        if kind == "b":
            return bool(("False", "True").index(text))
    raise ProtocolError("a value of no type")


def _message(connection: Connection, name: str) -> str:
    message = _text(connection.receive(4 * MAX_MESSAGE_CHARS))
    if not message.startswith(name) or not message.isprintable() or len(message) > MAX_MESSAGE_CHARS:
        raise ProtocolError("a refusal that isn't one of this document")
    return message


def _word(connection: Connection) -> str:
    word = _text(connection.receive(_MAX_WORD_BYTES))
    if not (word.isascii() and word.isidentifier()):
        raise ProtocolError("a failure without a name")
    return word


def _offsets(connection: Connection, most: int, end: int) -> tuple[int, ...]:
    offsets = _numbers(connection.receive(4 * most))
    if offsets != tuple(sorted(offsets)) or (offsets and offsets[-1] > end):
        raise ProtocolError("offsets out of order, or past the text's end")
    return offsets


def _numbers(data: bytes) -> tuple[int, ...]:
    if len(data) % 4:
        raise ProtocolError("half a number")
    return tuple(_big_endian(array("I", data)))


def _packed(offsets: Iterable[int]) -> bytes:
    return _big_endian(array("I", offsets)).tobytes()


def _big_endian(numbers: "array[int]") -> "array[int]":
    """The same numbers from, or for, the order in which their bytes are sent."""
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _check_titles(*titles: str) -> None:
    if any(one_line(title) != title for title in titles):
        raise ProtocolError("a title that is too long, or not on one line")


def _text(data: bytes, errors: str = "strict") -> str:
    try:
        return data.decode(errors=errors)
    except UnicodeDecodeError:
        raise ProtocolError("text that isn't UTF-8") from None
