"""OpenDocument texts, spreadsheets and presentations, read from their XML as the standard says what stands where.

odfpy, the library for it, has had no release since 2020. What changes that are recorded took out is left out.
"""

from typing import TYPE_CHECKING

from index.formats.base import Format, Parsed
from index.formats.blocks import Blocks
from index.formats.opendocument_writing import Writer, each, get, rows_of, styles_with
from index.formats.packages import Package, dublin_core_title, encrypted
from index.formats.sheets import CellCount, write_sheet

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT, _SHEET, _SLIDES = "an OpenDocument text", "an OpenDocument spreadsheet", "an OpenDocument presentation"


def _parse_text(data: bytes, name: str) -> Parsed:
    package, content = _opened(data, name, _TEXT)
    writer = Writer(Blocks(name), content)
    for body in each(content, "office:text"):
        writer.content(body)
    writer.notes()
    return writer.blocks.parsed(_TEXT, writer.title or _title(package))


def _parse_sheet(data: bytes, name: str) -> Parsed:
    package, content = _opened(data, name, _SHEET)
    hidden = styles_with(content, "table:display", "false")
    blocks, cells = Blocks(name), CellCount(name)
    for sheet in each(content, "table:table"):
        if get(sheet, "table:style-name") not in hidden:
            write_sheet(blocks, get(sheet, "table:name"), rows_of(sheet, cells))
    return blocks.parsed(_SHEET, _title(package))


def _parse_slides(data: bytes, name: str) -> Parsed:
    package, content = _opened(data, name, _SLIDES)
    hidden = styles_with(content, "presentation:visibility", "hidden")
    writer = Writer(Blocks(name), content)
    first_title = None
    for number, slide in enumerate(each(content, "draw:page"), start=1):
        if get(slide, "draw:style-name") in hidden:
            continue
        titles = [frame for frame in each(slide, "draw:frame") if get(frame, "presentation:class") == "title"]
        title = " ".join(map(writer.words, titles))
        first_title = first_title or title
        writer.blocks.slide(number, title)
        for child in slide:
            if child not in titles:
                writer.element(child)
        for notes in each(slide, "presentation:notes"):
            writer.content(notes)
    return writer.blocks.parsed(_SLIDES, first_title or _title(package))


def _opened(data: bytes, name: str, kind: str) -> tuple[Package, "_Element"]:
    package = Package(data, name, kind)
    if "META-INF/manifest.xml" in package.paths and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise encrypted(name)
    return package, package.xml("content.xml")


def _title(package: Package) -> str | None:
    if "meta.xml" not in package.paths:
        return None
    return dublin_core_title(package.xml("meta.xml"))


_PREFIX = "application/vnd.oasis.opendocument."
ODT = Format(
    "OpenDocument text", f"{_PREFIX}text", (".odt", ".ott"), _parse_text, also_declared=(f"{_PREFIX}text-template",)
)
ODS = Format(
    "OpenDocument spreadsheet",
    f"{_PREFIX}spreadsheet",
    (".ods", ".ots"),
    _parse_sheet,
    also_declared=(f"{_PREFIX}spreadsheet-template",),
)
ODP = Format(
    "OpenDocument presentation",
    f"{_PREFIX}presentation",
    (".odp", ".otp"),
    _parse_slides,
    also_declared=(f"{_PREFIX}presentation-template",),
    libraries=("lxml.etree",),
)
