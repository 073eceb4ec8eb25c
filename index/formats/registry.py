"""The formats there are, and what is derived from them. A new format is a file beside this one and a line here."""

import encodings
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import PurePosixPath
from pkgutil import iter_modules

from index.documents import (
    MAX_METADATA,
    MAX_METADATA_CHARS,
    MAX_METADATA_NAME_CHARS,
    Heading,
    Metadata,
    Scalar,
    is_finite,
)
from index.errors import DocumentError, MediaTypeError
from index.formats.addresses import LINKS, SITEMAP
from index.formats.base import Format, Parsed, Pixels, WrongFormatError, check_length
from index.formats.delimited import CSV
from index.formats.disguise import looks_like
from index.formats.docx import DOCX
from index.formats.epub import EPUB
from index.formats.html import HTML
from index.formats.mail import EML, MBOX, MHTML
from index.formats.markdown import MARKDOWN
from index.formats.markup import ASCIIDOC, LATEX, ORG, RST
from index.formats.notebook import NOTEBOOK
from index.formats.opendocument import ODP, ODS, ODT
from index.formats.pdf import PDF
from index.formats.pictures import JPEG, PNG, TIFF, WEBP
from index.formats.pptx import PPTX
from index.formats.rtf import RTF
from index.formats.source import CODE, CONFIGURATION
from index.formats.structured import JSON, JSON_LINES, XML
from index.formats.subtitles import SUBTITLES
from index.formats.text import TEXT
from index.formats.unread import cure
from index.formats.xlsx import XLSX

FORMATS: tuple[Format, ...] = (
    TEXT,
    MARKDOWN,
    HTML,
    PDF,
    DOCX,
    PPTX,
    XLSX,
    CSV,
    ODT,
    ODS,
    ODP,
    RTF,
    EPUB,
    EML,
    MBOX,
    MHTML,
    RST,
    ASCIIDOC,
    ORG,
    LATEX,
    NOTEBOOK,
    SUBTITLES,
    JSON,
    JSON_LINES,
    XML,
    CODE,
    CONFIGURATION,
    PNG,
    JPEG,
    TIFF,
    WEBP,
)

_NO_DOCUMENTS = {each.media_type: each for each in (LINKS, SITEMAP)}
BY_MEDIA_TYPE = {each.media_type: each for each in FORMATS}
BY_SUFFIX = {suffix: each for each in FORMATS for suffix in each.suffixes}
TEXT_MEDIA_TYPES = tuple(each.media_type for each in FORMATS if each.text_is_file)  # which text alone may be sent as

# Declared media types that leave it to a file's ending
_SUFFIX_DECIDES = {"", "application/octet-stream", *(declared for each in FORMATS for declared in each.also_declared)}
MAX_TITLE_CHARS = 512
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def listed(names: list[str]) -> str:
    """Names as a sentence lists them: one, one and another, or one, another and a third."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


READABLE = listed([f"{each.name} ({each.suffixes[0]})" for each in FORMATS])  # as messages list them


def format_of(name: str, declared: str | None = None) -> Format:
    """The format to parse a file by: the one whose media type is `declared`, else the one its name's ending stands for.

    Raises MediaTypeError where neither is one of them, which says what to do about the file, or lists the formats.
    """
    media_type = (declared or "").split(";")[0].strip().lower()
    if media_type in BY_MEDIA_TYPE:
        return BY_MEDIA_TYPE[media_type]
    by_suffix = BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    if by_suffix is None or media_type not in _SUFFIX_DECIDES:
        if known := cure(name):
            raise MediaTypeError(f"{name} is {known}.")
        raise _unknown(f"{name} ({media_type})" if media_type else name)
    return by_suffix


def format_by_media_type(media_type: str, name: str) -> Format:
    """The format with this media type. Raises MediaTypeError, which lists the formats there are, where none has it."""
    try:
        return BY_MEDIA_TYPE[media_type]
    except KeyError:
        raise _unknown(f"{name} ({media_type})") from None


def stored_format(media_type: str) -> Format:
    """The format of a document that is stored; plain text's rules for one that was stored by a Quoth with more."""
    return BY_MEDIA_TYPE.get(media_type, TEXT)


def _unknown(what: str) -> MediaTypeError:
    return MediaTypeError(f"{what} is in a format that Quoth doesn't read: bring {READABLE}.")


def parse_bytes(data: bytes, name: str, media_type: str) -> Parsed:
    """Parse bytes here, without limits; `name` is what errors call them.

    Raises DocumentError for bytes that are binary, wrongly encoded, encrypted, cut short, too deep or without text,
    TooLargeError for more than MAX_BYTES of text, MediaTypeError for a media type that no format has; and whatever a
    library makes of bytes that are meant to break it.
    """
    file_format = _NO_DOCUMENTS.get(media_type) or format_by_media_type(media_type, name)
    with _refused(data, name):
        parsed = file_format.parse(data, name)
    check_length(parsed.text, name)
    headings = tuple(Heading(h.start, h.level, one_line(h.title)) for h in parsed.headings)
    title, metadata = one_line(parsed.title or "") or None, fitting(parsed.metadata)
    return Parsed(parsed.text, title, parsed.pages, headings, metadata, parsed.scanned)


def draw(data: bytes, name: str, media_type: str, page: int) -> Pixels:
    """A scanned page, counted from 0, as a picture; raises as `parse_bytes` does."""
    file_format = format_by_media_type(media_type, name)
    if file_format.draw is None:
        raise MediaTypeError(f"{name} is {file_format.name}, which has no scanned pages: bring it as it is.")
    with _refused(data, name):
        return file_format.draw(data, name, page)


@contextmanager
def _refused(data: bytes, name: str) -> Iterator[None]:
    """What a parser raises that is known, as a refusal with the cure."""
    try:
        yield
    except WrongFormatError as error:
        raise DocumentError(f"{error}: {_cure_of(data, name)}.") from error
    except ModuleNotFoundError as error:
        raise DocumentError(f"{name} needs the library {error.name}, which isn't there: install Quoth anew.") from error
    except RecursionError as error:
        raise DocumentError(
            f"{name} has parts in parts, hundreds deep, which is more than are taken: export it again."
        ) from error


def _cure_of(data: bytes, name: str) -> str:
    """What to do about bytes that aren't what they are said to be."""
    found = looks_like(data)
    if found is None:
        return "bring it under the ending of what it is, or save it again"
    what, suffix = found
    if PurePosixPath(name).suffix.lower() == suffix:
        return f"it looks like {what}, so bring it as that"
    return f"it looks like {what}, so have its name end in {suffix}"


def fitting(metadata: Metadata) -> dict[str, Scalar]:
    """What of a document's own metadata can be kept: MAX_METADATA fields, each on one line.

    What is too long or isn't finite is left out; a whole number of more than 64 bits is its digits.
    """
    fit: dict[str, Scalar] = {}
    for name, value in metadata.items():
        named = one_line(name)
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            value = str(value)
        if isinstance(value, str):
            value = one_line(value) if len(value) <= MAX_METADATA_CHARS else math.nan
        if named and named == name and len(named) <= MAX_METADATA_NAME_CHARS and is_finite(value):
            fit[named] = value
    return dict(list(fit.items())[:MAX_METADATA])


def one_line(title: str) -> str:
    """A title on one line, without control characters, and not so long that it buries the rest."""
    line = _UNPRINTABLE.sub("\ufffd", " ".join(title[: 4 * MAX_TITLE_CHARS].split()))
    return line.encode(errors="replace").decode()[:MAX_TITLE_CHARS].rstrip()


def load_libraries() -> None:
    """Load all that the parsers may use, for a process that can open no file later: libraries and text encodings."""
    for each in (*FORMATS, *_NO_DOCUMENTS.values()):
        for library in each.libraries:
            with suppress(ModuleNotFoundError):  # documents of this format alone are refused then
                import_module(library)
        if each.sample:
            each.parse(each.sample, "sample")
    for encoding in iter_modules(encodings.__path__, "encodings."):
        with suppress(ImportError):  # Windows' own
            import_module(encoding.name)
