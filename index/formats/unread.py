"""Formats that Quoth doesn't read but knows, each with what to do about it."""

from pathlib import PurePosixPath

_WORD = "a Word document of before 2007: save it as .docx"
_EXCEL = "an Excel workbook of before 2007: save it as .xlsx"
_POWERPOINT = "a PowerPoint presentation of before 2007: save it as .pptx"
_ARCHIVE = "an archive: unpack it and bring the files in it"
_ZIP = "a zip archive: bring it to POST /v1/archives or `quoth index`; one in another isn't opened, unpack that"
_SCANS = "a picture, whose text is recognised where Tesseract is installed (apt-get install tesseract-ocr)"
_PICTURE = "a picture of a kind that isn't read: save it as .png"
_MANUAL = "the source of a manual page: bring it as it is shown, for example: man -l {name} | col -bx > {name}.txt"

UNREAD = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"), _SCANS),
    **dict.fromkeys((".doc", ".dot"), _WORD),
    **dict.fromkeys((".xls", ".xlt"), _EXCEL),
    **dict.fromkeys((".ppt", ".pps"), _POWERPOINT),
    **dict.fromkeys((".man", ".roff", *(f".{section}" for section in range(1, 10))), _MANUAL),
    ".zip": _ZIP,
    ".xlsb": "a binary Excel workbook: save it as .xlsx",
    ".pages": "a Pages document: export it as .docx",
    ".numbers": "a Numbers spreadsheet: export it as .xlsx",
    ".key": "a Keynote presentation: export it as .pptx",
    ".msg": "an Outlook message: save it as .eml",
    ".pst": "an Outlook mailbox: export its messages as .eml",
    **dict.fromkeys((".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"), _ARCHIVE),
    **dict.fromkeys((".gif", ".bmp", ".heic"), _PICTURE),
}


def cure(name: str) -> str | None:
    """What a file is by its name's ending, and what to do about it; None where that isn't known."""
    known = UNREAD.get(PurePosixPath(name).suffix.lower())
    return known and known.replace("{name}", name)
