"""What a format is: the record from which media types, file endings, upload lists and link rules are derived.

A parser takes a file's bytes and returns text, title, pages and headings, or refuses them by name. What can't be read
whole is refused: no parser guesses an encoding or keeps the readable half of a broken file. Parsers don't bound their
time or memory, and may crash; `index.parsing` runs them in a child process that does and survives that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from index.documents import Heading, Metadata
from index.errors import DocumentError, TooLargeError
from index.formats.disguise import is_binary

MAX_BYTES = 50 * 2**20  # of a file, and of the text in it
MAX_DRAWN = 40 * 10**6  # pixels of a page that is drawn: A3 with 300 in an inch has 17 million
MAX_SIDE = 30_000  # pixels of its width and height: Tesseract takes 32,767

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
BLANK_LINE = re.compile(r"\n\s*\n")
_DOS_END = "\x1a"  # Ctrl-Z, with which DOS ended its files
_LEAST_NULS, _LEAST_SHARE = 8, 0.02  # of the characters: about one in six of a text is a blank
_BYTE_ORDER_MARKS = {
    b"\xff\xfe\0\0": "utf-32",  # before UTF-16's, with which it begins
    b"\0\0\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
    b"\xef\xbb\xbf": "utf-8-sig",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser returns: the text, the title if the format names one, and where pages and headings begin.

    `metadata` is what the document says of itself besides its title. `scanned` are the pages, counted from 0, that show
    something of which no text is known: pictures of text, perhaps. Where there are some, the text may be blank.
    """

    text: str
    title: str | None = None
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Metadata = field(default_factory=dict)
    scanned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pixels:
    """A page as a picture: `grey` has a byte for each pixel, row by row from the top, 0 for black."""

    width: int
    height: int
    grey: bytes


class Layout(StrEnum):
    """What the ends of lines and other marks mean in a format's texts, for whoever draws them."""

    MARKDOWN = "markdown"  # Markdown's marks; a line's end in a paragraph is a blank
    WRAPPED = "wrapped"  # a line may end where a page's or a screen's edge was
    LINES = "lines"  # each line ends where it is meant to
    VERBATIM = "verbatim"  # each character stands where it is meant to, as in source code


@dataclass(frozen=True, slots=True)
class Format:
    """A format that Quoth reads.

    `name` is what messages and pages call it; `media_type` is what its documents are stored as, and `also_declared`
    are other media types that clients declare for it, with which a file's ending decides; `suffixes` are in lower case,
    with the dot, the usual one first. `parse(data, name)` raises DocumentError for bytes that it refuses,
    and WrongFormatError for those of another format. `libraries` are what it imports, loaded before the first document;
    `sample` is a document that has them load what they load late, which no process that parses can.

    `text_is_file` says that the text is the decoded file, so that no original is kept beside it and the text alone may
    be sent in JSON; `only_decodes` that parsing is no more than decoding, so that it needs no child process.

    `draw(data, name, page)` gives a scanned page, counted from 0, as a picture for text recognition; None where there
    are none. `is_picture` says that nothing else gives its text.

    `page_links` says that viewers of the format open at `#page=N`, `opens_in_browser` that browsers show the original
    safely, without running any of it as this site's page. `layout` says how its text is drawn. `breaks` matches where
    the page as shown goes on in another element, or has something else than the text as indexed: a text fragment holds
    no words from both sides of it.
    """

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    parse: Callable[[bytes, str], Parsed]
    also_declared: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    sample: bytes = b""
    text_is_file: bool = False
    only_decodes: bool = False
    page_links: bool = False
    opens_in_browser: bool = False
    draw: Callable[[bytes, str, int], Pixels] | None = None
    is_picture: bool = False
    layout: Layout = Layout.LINES
    breaks: re.Pattern[str] = BLANK_LINE


class WrongFormatError(DocumentError):
    """The bytes are of another format; the registry adds the cure to its message."""


def decode(data: bytes, name: str, encoding: str | None = None) -> str:
    """Bytes → text, by their byte order mark, or else the `encoding`, or else UTF-16 or UTF-8; less DOS's end mark.

    Raises DocumentError for bytes that aren't in it, WrongFormatError for control characters, which text has none of.
    """
    marked = next((e for mark, e in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    encoding = marked or encoding or _unmarked_utf_16(data) or "utf-8"
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        if is_binary(data):
            raise WrongFormatError(f"{name} is not text, whatever its name says") from error
        where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        cure = f"if it is text, save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 {name}"
        raise DocumentError(f"{name} can't be decoded as {encoding}{where}: {cure}") from error
    text = text.rstrip(_DOS_END)
    if control := CONTROL.search(text):
        if control[0] == "\b":
            raise DocumentError(
                f"{name} is a manual page as it is printed, with letters struck over others: save it without them, for "
                f"example: col -bx < {name}"
            )
        raise WrongFormatError(f"{name} is binary, not text (control character {control[0]!r} at {control.start()})")
    return text


def _unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16's byte order, where bytes are plainly in it: blanks and line ends have a NUL, all on the same side.

    "a b" is 61 00 20 00 62 00 in UTF-16LE and 00 61 00 20 00 62 in UTF-16BE; no text in UTF-8 has a NUL.
    """
    low, high = data[1::2].count(0), data[::2].count(0)
    if len(data) % 2 or max(low, high) < max(_LEAST_NULS, _LEAST_SHARE * len(data) / 2) or min(low, high):
        return None
    return "utf-16-le" if low else "utf-16-be"


def topmost_title(headings: tuple[Heading, ...]) -> str | None:
    """The first heading of level 1; None if there is none."""
    return next((heading.title for heading in headings if heading.level == 1 and heading.title), None)


def check_length(text: str, name: str) -> None:
    """Raises TooLargeError for more than MAX_BYTES of text in UTF-8."""
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise too_much_text(name)


def too_much_text(name: str) -> TooLargeError:
    """The error for a file whose text has more than MAX_BYTES."""
    return TooLargeError(
        f"{name} unfolds to more than {MAX_BYTES // 2**20} MiB of text, which is all that is taken: split it."
    )
