"""What bytes are that their name says something else of, as far as their beginning tells: "an HTML page", ".html"."""

import re
from codecs import BOM_UTF8

_BEGINNINGS = (
    (re.compile(rb"\{\\rtf"), "an RTF document", ".rtf"),
    (re.compile(rb"\x89PNG"), "a PNG picture", ".png"),
    (re.compile(rb"\xff\xd8\xff"), "a JPEG picture", ".jpg"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "a TIFF picture", ".tif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "a WebP picture", ".webp"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/epub\+zip", re.DOTALL), "an EPUB book", ".epub"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.text", re.DOTALL),
     "an OpenDocument text", ".odt"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.spreadsheet", re.DOTALL),
     "an OpenDocument spreadsheet", ".ods"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.presentation", re.DOTALL),
     "an OpenDocument presentation", ".odp"),
    (re.compile(rb"(?:<\?xml[^>]{0,200}>\s{0,20})?(?:<!doctype html|<html)", re.IGNORECASE),
     "an HTML page", ".html"),
    (re.compile(rb"<\?xml"), "an XML document", ".xml"),
)  # fmt: skip
_PARTS = (  # of a zip file of Office
    (b"word/document.xml", "a Word document", ".docx"),
    (b"xl/workbook", "an Excel workbook", ".xlsx"),
    (b"ppt/presentation.xml", "a PowerPoint presentation", ".pptx"),
)
_TEXTS = {".rtf", ".html", ".xml", ".txt"}
_PDF_BYTES = 1024  # in which a PDF says that it is one
_TEXT_BYTES = 4096  # that are looked at
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def looks_like(data: bytes) -> tuple[str, str] | None:
    """(What bytes look like, the ending of its name); None for what isn't known. Text is what it looks like last."""
    if b"%PDF-" in data[:_PDF_BYTES]:
        return "a PDF", ".pdf"
    head = data[:_TEXT_BYTES].removeprefix(BOM_UTF8).lstrip()
    for beginning, what, suffix in _BEGINNINGS:
        if beginning.match(head):
            return what, suffix
    if data.startswith(b"PK\x03\x04"):
        return next(((what, suffix) for part, what, suffix in _PARTS if part in data), ("a zip archive", ".zip"))
    return ("plain text", ".txt") if is_text(data[:_TEXT_BYTES]) else None


def is_binary(data: bytes) -> bool:
    """Whether bytes are a known kind of file that isn't text."""
    found = looks_like(data)
    return found is not None and found[1] not in _TEXTS


def is_text(data: bytes) -> bool:
    """Whether the beginning of a file may be text in UTF-8, a letter cut at its end or not."""
    text = data.decode(errors="ignore")
    return len(text.encode()) > len(data) - 4 and not _CONTROL.search(text)
