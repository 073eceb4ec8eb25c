"""OpenDocument's elements → blocks: paragraphs, headings, lists, tables, text boxes and notes."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.formats.blocks import Blocks
from index.formats.elements import lowered, raised
from index.formats.sheets import CellCount

if TYPE_CHECKING:
    from lxml.etree import _Element

_URIS = {
    prefix: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}"
    for prefix, name in {
        "draw": "drawing", "office": "office", "presentation": "presentation", "style": "style", "table": "table",
        "text": "text",
    }.items()
}  # fmt: skip
_PREFIXES = {uri[1:-1]: prefix for prefix, uri in _URIS.items()}
_SPACES = re.compile(r"[ \t\r\n]+")
_LEFT_OUT = {"text:tracked-changes", "office:annotation", "presentation:notes", "office:forms", "text:table-of-content",
             "text:alphabetical-index", "text:sequence-decls"}  # fmt: skip
_FURNITURE = {"header", "footer", "date-time", "page-number", "page"}  # what frames of slides hold besides the slide
_QUOTES = {"Quotations", "Quote"}
_CAPTIONS = {"Caption", "Drawing", "Figure", "Illustration", "Table", "FigureCaption", "TableCaption"}
_MAX_COLUMNS = 16_384


class Writer:
    """Writes elements of a document's content; `title` is that of its paragraph in the style "Title", if it has one."""

    def __init__(self, blocks: Blocks, content: "_Element") -> None:
        self.blocks = blocks
        self.title: str | None = None
        self._parents = {get(s, "style:name"): get(s, "style:parent-style-name") for s in each(content, "style:style")}
        positions = {
            get(style, "style:name"): get(properties, "style:text-position")
            for style in each(content, "style:style")
            for properties in each(style, "style:text-properties")
        }
        self._raised = {style for style, position in positions.items() if position.startswith("super")}
        self._lowered = {style for style, position in positions.items() if position.startswith("sub")}
        self._numbered = {
            (get(style, "style:name"), int(get(level, "text:level") or 1))
            for style in each(content, "text:list-style")
            for level in each(style, "text:list-level-style-number")
            if get(level, "style:num-format")
        }
        self._last_numbers: dict[tuple[str, int], int] = {}
        self._floating: list[_Element] = []  # text boxes of the paragraph that is being read
        self._notes: list[str] = []

    def content(self, element: "_Element") -> None:
        """Write all that is in an element."""
        for child in element:
            self.element(child)

    def element(self, element: "_Element") -> None:
        """Write an element."""
        name = name_of(element)
        if name in _LEFT_OUT or get(element, "presentation:class") in _FURNITURE:
            return
        if name == "text:h":
            self.blocks.heading(self.words(element), int(get(element, "text:outline-level") or 1))
        elif name == "text:p":
            self._paragraph(element)
        elif name == "text:list":
            self._list(element, get(element, "text:style-name"), 1)
        elif name == "table:table":
            self.blocks.table(rows_of(element))
        else:
            self.content(element)
        boxes, self._floating = self._floating, []
        for box in boxes:
            self.content(box)

    def notes(self) -> None:
        """Write the notes, at the end as a list."""
        for number, note in enumerate(self._notes, start=1):
            self.blocks.item(note, number=number)

    def words(self, element: "_Element") -> str:
        """An element's words; a note's are kept for the end, a text box's for after the paragraph."""
        return "".join(self._words(element)).strip()

    def _words(self, element: "_Element") -> Iterator[str]:
        yield _SPACES.sub(" ", element.text or "")
        for child in element:
            name = name_of(child)
            if name == "text:s":
                yield " "
            elif name in ("text:tab", "text:line-break"):
                yield " " if name == "text:tab" else "\n"
            elif name == "text:note":
                self._notes.append(" ".join(self.words(body) for body in each(child, "text:note-body")))
                yield f"[{len(self._notes)}]"
            elif name == "text:span":
                words = "".join(self._words(child))
                style = get(child, "text:style-name")
                yield raised(words) if style in self._raised else lowered(words) if style in self._lowered else words
            elif name.startswith("draw:") and name_of(element).startswith("text:"):
                self._floating.append(child)
            elif name and name not in _LEFT_OUT:
                yield from self._words(child)
                yield "\n" if name in ("text:p", "text:h") else ""
            yield _SPACES.sub(" ", child.tail or "")

    def _paragraph(self, element: "_Element") -> None:
        words, style = self.words(element), get(element, "text:style-name")
        style = self._parents.get(style) or style
        if style == "Title" and words:
            self.title = self.title or words
            self.blocks.heading(words, 1)
        elif style in _CAPTIONS:
            self.blocks.caption(words)
        else:
            self.blocks.paragraph(words, mark="> " if style in _QUOTES else "")

    def _list(self, element: "_Element", style: str, level: int) -> None:
        key = (style, level)
        number = self._last_numbers.get(key, 0) if get(element, "text:continue-numbering") == "true" else 0
        for item in element:
            number = int(get(item, "text:start-value") or number + 1)
            self._last_numbers[key] = number
            begun = name_of(item) == "text:list-header"
            for child in item:
                if name_of(child) == "text:list":
                    self._list(child, get(child, "text:style-name") or style, level + 1)
                elif name_of(child) in ("text:p", "text:h") and not begun:
                    self.blocks.item(self.words(child), level - 1, number if key in self._numbered else None)
                    begun = True
                elif name_of(child) in ("text:p", "text:h"):
                    self.blocks.item_goes_on(self.words(child), level - 1)
                else:
                    self.element(child)


def name_of(element: "_Element") -> str:
    """An element's name with the standard's usual prefix: "text:p"; "" for one of another standard."""
    uri, _, name = element.tag[1:].partition("}") if isinstance(element.tag, str) else ("", "", "")
    return f"{_PREFIXES[uri]}:{name}" if uri in _PREFIXES else ""


def get(element: "_Element", name: str) -> str:
    """An attribute by its name with the usual prefix; "" where it isn't set."""
    prefix, _, local = name.partition(":")
    return element.get(_URIS[prefix] + local) or ""


def each(element: "_Element", name: str) -> Iterator["_Element"]:
    """The elements of a name below this one."""
    prefix, _, local = name.partition(":")
    yield from element.iter(_URIS[prefix] + local)


def styles_with(content: "_Element", name: str, value: str) -> set[str]:
    """The names of the styles among whose properties this one has this value."""
    return {
        get(style, "style:name")
        for style in each(content, "style:style")
        if any(get(properties, name) == value for properties in style)
    }


def rows_of(table: "_Element", cells: CellCount | None = None) -> Iterator[Sequence[str]]:
    """A table's rows of words; a row that is said to be there many times is, unless it is empty."""
    for row in each(table, "table:table-row"):
        words: list[str] = []
        skipped = 0
        for cell in row:
            text = "" if name_of(cell) != "table:table-cell" else _cell_words(cell)
            times = min(int(get(cell, "table:number-columns-repeated") or 1), _MAX_COLUMNS)
            if text and len(words) + skipped + times <= _MAX_COLUMNS:
                words += [""] * skipped + [text] * times
                skipped = 0
            else:
                skipped += times
        times = int(get(row, "table:number-rows-repeated") or 1) if words else 1
        for _ in range(times):
            if cells:
                cells.add(len(words))
            yield words


def _cell_words(cell: "_Element") -> str:
    paragraphs = [*each(cell, "text:p"), *each(cell, "text:h")]
    return " ".join(" ".join("".join(paragraph.itertext()).split()) for paragraph in paragraphs).strip()
