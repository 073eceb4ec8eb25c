"""PowerPoint: each shown slide's title, text, lists, tables and diagrams in the file's order, and the speaker's notes.

Read from its XML parts. python-pptx would do, but loads every picture, and brings Pillow and XlsxWriter, which only
writing needs.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.formats.base import Format, Parsed
from index.formats.blocks import Blocks
from index.formats.packages import Package

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND = "a PowerPoint presentation"
_NAMESPACES = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = f"{{{_NAMESPACES['a']}}}"
_P = f"{{{_NAMESPACES['p']}}}"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"ftr", "dt", "sldNum", "hdr", "sldImg"}  # footer, date, number
_LISTS = {"body", "obj"}  # placeholders whose paragraphs have bullets, unless they say that they have none


def _parse(data: bytes, name: str) -> Parsed:
    package = Package(data, name, _KIND)
    blocks = Blocks(name)
    first_title = None
    for number, path in enumerate(_slide_paths(package), start=1):
        slide = package.xml(path)
        if slide.get("show") in ("0", "false"):
            continue
        shapes = list(_shapes(slide))
        title = " ".join(_text_of(shape) for shape in shapes if _placeholder(shape) in _TITLES)
        first_title = first_title or title
        relations = package.relations(path)
        blocks.slide(number, title)
        for shape in shapes:
            _write_shape(shape, blocks, package, relations)
        _write_notes(package, relations, blocks)
    return blocks.parsed(_KIND, first_title or package.core_title())


def _slide_paths(package: Package) -> Iterator[str]:
    main = package.main_part()
    relations = package.relations(main)
    for slide in package.xml(main).iterfind(".//p:sldIdLst/p:sldId", _NAMESPACES):
        yield relations.get(slide.get(f"{_RELATION}id", ""), ("", ""))[1]


def _shapes(slide: "_Element") -> Iterator["_Element"]:
    """Shapes with text, tables and diagrams, those of groups too."""
    yield from slide.iter(f"{_P}sp", f"{_P}graphicFrame")


def _placeholder(shape: "_Element") -> str:
    """What a shape is a placeholder of; "" for one that is none."""
    placeholder = shape.find("p:nvSpPr/p:nvPr/p:ph", _NAMESPACES)
    return "" if placeholder is None else placeholder.get("type", "obj")


def _write_shape(shape: "_Element", blocks: Blocks, package: Package, relations: dict[str, tuple[str, str]]) -> None:
    kind = _placeholder(shape)
    if kind in _TITLES or kind in _FURNITURE:
        return
    for table in shape.iterfind(".//a:tbl", _NAMESPACES):
        rows = table.iterfind("a:tr", _NAMESPACES)
        blocks.table([_text_of(cell) for cell in row.iterfind("a:tc", _NAMESPACES)] for row in rows)
    for diagram in shape.iterfind(".//dgm:relIds", _NAMESPACES):
        path = relations.get(diagram.get(f"{_RELATION}dm", ""), ("", ""))[1]
        for point in package.xml(path).iterfind(".//dgm:t", _NAMESPACES) if path in package.paths else ():
            blocks.item(_text_of(point))
    body = shape.find("p:txBody", _NAMESPACES)
    if body is not None:
        _write_paragraphs(body, blocks, has_bullets=kind in _LISTS)


def _write_paragraphs(body: "_Element", blocks: Blocks, *, has_bullets: bool) -> None:
    numbers: dict[int, int] = {}  # level → of its last item
    for paragraph in body.iterfind("a:p", _NAMESPACES):
        properties = paragraph.find("a:pPr", _NAMESPACES)
        marks = set() if properties is None else {child.tag.removeprefix(_A) for child in properties}
        level = 0 if properties is None else int(properties.get("lvl", "0"))
        text = _text_of(paragraph)
        if not text:
            continue
        numbers = {each: number for each, number in numbers.items() if each <= level}
        if "buAutoNum" in marks:
            numbers[level] = numbers.get(level, 0) + 1
            blocks.item(text, level, numbers[level])
        elif "buChar" in marks or (has_bullets and "buNone" not in marks):
            blocks.item(text, level)
        else:
            blocks.paragraph(text)


def _write_notes(package: Package, relations: dict[str, tuple[str, str]], blocks: Blocks) -> None:
    for kind, path in relations.values():
        if kind == "notesSlide" and path in package.paths:
            for shape in package.xml(path).iter(f"{_P}sp"):
                body = shape.find("p:txBody", _NAMESPACES)
                if body is not None and _placeholder(shape) == "body":
                    _write_paragraphs(body, blocks, has_bullets=False)


def _text_of(element: "_Element") -> str:
    """The words of an element's paragraphs, line breaks between them."""
    pieces = []
    for each in element.iter(f"{_A}t", f"{_A}br", f"{_A}p", f"{_A}tab"):
        pieces.append(each.text or "" if each.tag == f"{_A}t" else " " if each.tag == f"{_A}tab" else "\n")
    return "".join(pieces).strip()


PPTX = Format(
    "PowerPoint",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    (".pptx", ".pptm", ".ppsx", ".potx"),
    _parse,
    also_declared=(
        "application/vnd.ms-powerpoint.presentation.macroenabled.12",
        "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
        "application/vnd.openxmlformats-officedocument.presentationml.template",
    ),
    libraries=("lxml.etree",),
)
