"""A page's elements → its text: all that it says to a reader, without menus and what is not shown.

What is left out depends on what elements are, never on the names that a site gives them: a section of the class
"share-classes" is no row of buttons for sharing. Blocks are parted by blank lines, list items and table rows by line
ends, cells by " | ". Items have the marks that the page shows before them: "- ", "3. ", "c) ". A short term and its
description, as "Weight" and "3.2 kg", are one line, parted by LABEL_MARK.
"""

import re
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from index.documents import Heading
from index.formats.base import CONTROL
from index.formats.html_lists import LISTS, List, indent, list_of
from index.formats.html_tables import CELLS, Table, table_of
from index.known_slices import CAPTION, Known

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADINGS = {**{f"h{level}": level for level in range(1, 7)}, "summary": 6}  # which heads what it unfolds
_ITEMS = {"dd", "dt", "li", "tr"}  # on the next line, not below a blank one
_CAPTIONS = {"caption", "figcaption"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "details", "dialog", "div", "dl",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "label", "legend", "main", "menu",
    "ol", "p", "pre", "section", "table", "ul", *_HEADINGS, *_ITEMS, *CELLS,
}  # fmt: skip
_NOT_SHOWN = {
    "audio", "canvas", "datalist", "embed", "head", "iframe", "input", "map", "meta", "noembed", "noframes",
    "noscript", "object", "option", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title",
    "video",
}  # fmt: skip
_MENU_ROLES = {"navigation", "menu", "menubar", "search"}
_ASKS = {"dt", *_HEADINGS}  # a button in them is what unfolds the answer below
_NO_DISPLAY = re.compile(r"display:none|visibility:hidden", re.IGNORECASE)
_PERMALINKS = {"#", "¶", "§", "🔗"}
_MOST_IN_A_HEAD = 100  # elements of a heading; what has more isn't one
_MOST_HEAD_CHARS = 500
_LEAST_LINKS = 3  # a shorter list of links is rather part of what is said

_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_CELL_MARK = "\x1f"  # no text has it: control characters are replaced
LABEL_MARK = ":\xa0"
"""Between a label and its value; a text of HTML has it nowhere else, since its blanks are plain ones."""
_AROUND_MARK = re.compile(rf" ?:? ?{LABEL_MARK} ?")
_SENTENCE_ENDS = re.compile(r"[.!?…]$")
_MOST_LABEL_CHARS, _MOST_VALUE_CHARS = 60, 200
_MOST_IN_A_TERM = 20  # elements; one with more is no label
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_POWER = re.compile(r"[+-]?\d+")
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z*†‡§])[\])]?")
# What a power is of: a number of two digits at most, or a unit such as m or km
_BASE = re.compile(r"(?:^|[^\w.,])(?:\d{1,2}|[^\W\d_]{1,2})$")
_MAX_BASE = 4


def text_of(page: "_Element") -> tuple[str, tuple[Heading, ...], tuple[Known, ...]]:
    """A page's text, where its headings begin in it, and which slices are captions.

    Of a page that says what its main part is, that part; else all of it but its foot and lists of nothing but links
    above its first heading. Where that leaves no text, the whole page.
    """
    main = next((each for each in page.iter("*") if each.tag == "main" or each.get("role") == "main"), None)
    for part, whole in ((page if main is None else main, main is not None), (page, True)):
        written = _Text()
        _walk(part, written, _Left(part, whole=whole))
        if written.blocks:
            break
    return "".join(written.blocks), tuple(written.headings), tuple(written.captions)


@dataclass(slots=True)
class _Text:
    """What is written so far: whole blocks with the gaps between them, and the line that comes next.

    `mark` stands before the next block, which begins an item, and `indent` before what else is in the item.
    """

    blocks: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    captions: list[Known] = field(default_factory=list)
    length: int = 0
    line: list[str] = field(default_factory=list)
    gap: str = ""
    mark: str = ""
    indent: str = ""

    def write(self, text: str | None, *, as_it_is: bool = False) -> None:
        """More of the line; runs of white space are one blank, unless the page shows them as they are."""
        if text:
            text = CONTROL.sub("\ufffd", text).replace("\xad", "")  # a soft hyphen isn't shown inside a line
            self.line.append(text if as_it_is else _BLANKS.sub(" ", text))

    def end(self, gap: str, *, level: int = 0, as_it_is: bool = False, is_caption: bool = False) -> None:
        """The line is a block, if it has words; `gap` at least parts it from the next. `level` is a heading's."""
        text = "".join(self.line)
        self.line.clear()
        block = text.strip("\n").rstrip() if as_it_is else _tidy(text)
        if block.strip():
            gap_before = self.gap if self.blocks else ""
            if not (level or as_it_is or _CELL_MARK in text):  # those have no marks, and are no less known without
                before = self.mark or self.indent
                block = before + block.replace("\n", "\n" + " " * len(before))
                is_caption = is_caption and not before
            self.mark = ""
            if level:
                self.headings.append(Heading(self.length + len(gap_before), level, " ".join(block.split())))
            self.blocks += [gap_before, block]
            self.length += len(gap_before) + len(block)
            self.captions += [Known(self.length - len(block), self.length, CAPTION)] if is_caption else []
            self.gap = ""
        self.gap = max(self.gap, gap, key=len)

    def before(self) -> str:
        """The last characters of the line."""
        return "".join(self.line[-2:])[-_MAX_BASE:]


def _tidy(text: str) -> str:
    """Single blanks, none at a line's ends, and marks between cells.

    A row of the cells "a ", "" and "b" is "a | | b", one whose first is empty "| a | b", so that columns stay apart.
    """
    cells = [" ".join(cell.split()) for cell in text.split(_CELL_MARK)]
    if len(cells) > 1:
        row = " ".join(" | ".join(cells).split())
        return row.rstrip(" |") if row.strip(" |") else ""
    lines = (" ".join(filter(None, line.split(" "))) for line in text.split("\n"))
    return _AROUND_MARK.sub(LABEL_MARK, "\n".join(lines)).removeprefix(LABEL_MARK).removesuffix(LABEL_MARK).strip()


class _Left:
    """What of a part of a page is left out."""

    def __init__(self, part: "_Element", *, whole: bool) -> None:
        self._whole = whole
        self._unfolded = {name for each in part.iter("*") for name in (each.get("aria-controls") or "").split()}

    def out(self, element: "_Element", text: _Text) -> bool:
        """Whether nothing of the element is written; what a superscript says may be written already."""
        tag = element.tag
        if tag in _NOT_SHOWN or tag == "nav" or element.get("role") in _MENU_ROLES or self._is_hidden(element):
            return True
        if tag == "button":
            return not _unfolds(element)
        if tag == "a":
            return _words(element) in _PERMALINKS
        if tag == "sup":
            return _is_mark(element, text)
        # a list of links above all headings is the site's, below one the section's
        return not self._whole and (_is_foot(element) or (not text.headings and _is_menu(element)))

    def _is_hidden(self, element: "_Element") -> bool:
        """Whether it is never shown; what a button unfolds is, and what browsers show when it is searched for."""
        style = (element.get("style") or "").replace(" ", "")
        hidden = element.get("hidden")
        is_hidden = (hidden is not None and hidden.lower() != "until-found") or bool(_NO_DISPLAY.search(style))
        return is_hidden and element.get("id") not in self._unfolded


def _walk(part: "_Element", text: _Text, left: _Left) -> None:
    """Write an element and all in it. Elements can be nested deeper than functions can call each other."""
    from lxml import etree

    within = _Within(text)
    walker = etree.iterwalk(part, events=("start", "end"))
    skipped = None
    for event, element in walker:
        if event == "start":
            if left.out(element, text):
                skipped = element
                walker.skip_subtree()
            else:
                within.enter(element)
            continue
        if element is not skipped:
            within.leave(element)
        if element is not part:
            text.write(element.tail, as_it_is=bool(within.as_it_is))
    text.end("")


@dataclass(slots=True)
class _Within:
    """What is being written, and how many elements of a kind that is in.

    `tables` are those around it, `cell` is where the words of the cell begin in the line. `on_a_line` are the
    description that is one line with its term, and the paragraph that it is.
    """

    text: _Text
    as_it_is: int = 0
    items: int = 0
    cells: int = 0
    heads: int = 0
    captions: int = 0
    tables: list[Table] = field(default_factory=list)
    cell: int = 0
    lists: list[List] = field(default_factory=list)
    on_a_line: list["_Element"] = field(default_factory=list)

    def enter(self, element: "_Element") -> None:
        """What stands before an element's first child."""
        tag = element.tag
        if tag == "table":
            self.tables.append(table_of(element))
        if tag in LISTS:
            self.lists.append(list_of(element))
        if tag == "br":
            self.text.write(" " if self.cells else "\n", as_it_is=True)
        elif self._is_cell(tag):
            self.cells += 1
            self._begin_cell(element)
        elif tag in _BLOCKS:
            if not any(element is each for each in self.on_a_line):
                self._edge(tag, near=tag == "caption" or self._is_item(tag))
            self.heads += _is_short_head(element)
            self.items += self._is_item(tag)
            self.as_it_is += tag == "pre"
            self.captions += tag in _CAPTIONS
            if tag == "li" and self.lists and not self.cells:
                self.text.mark = indent(len(self.lists) - 1) + self.lists[-1].mark(element)
                self.text.indent = indent(len(self.lists))
        self.text.write(element.text, as_it_is=bool(self.as_it_is))

    def leave(self, element: "_Element") -> None:
        """What stands behind an element's last child."""
        tag = element.tag
        if self._is_cell(tag):
            self.cells -= 1
            further = self.tables[-1].add_cell(element, "".join(self.text.line[self.cell :]))
            self.text.line += [_CELL_MARK] * further
        elif tag in _BLOCKS:
            near = tag in ("caption", "summary") or self._is_item(tag)
            self.heads -= _is_short_head(element)
            if tag == "tr" and self._is_item(tag):
                self._end_row(element)
            if tag == "dt" and not (self.cells or self.as_it_is) and (value := _value_of(element)) is not None:
                self.on_a_line = [value, *(each for each in value if each.tag == "p")]
                self.text.line.append(LABEL_MARK)
            else:
                self._edge(tag, near=near, level=_HEADINGS.get(tag, 0))
            self.items -= self._is_item(tag)
            self.as_it_is -= tag == "pre"
            self.captions -= tag in _CAPTIONS
        if tag == "table":
            self.tables.pop()
        if tag in LISTS:
            self.lists.pop()
        if tag in LISTS or tag == "li":
            self.text.mark = ""
            self.text.indent = indent(len(self.lists) - (tag == "li"))

    def _begin_cell(self, cell: "_Element") -> None:
        """What stands in a row before a cell: a mark, and the cells from above that span this row."""
        if cell.getprevious() is not None:
            self.text.line.append(_CELL_MARK)
        for words in self.tables[-1].before_cell():
            self.text.line += [words, _CELL_MARK]
        self.cell = len(self.text.line)

    def _end_row(self, row: "_Element") -> None:
        """What stands in a row behind its last cell; a row without any isn't shown."""
        behind = list(self.tables[-1].end_row())
        if any(cell.tag in CELLS for cell in row):
            for words in behind:
                self.text.line += [_CELL_MARK, words]

    def _edge(self, tag: str, *, near: bool, level: int = 0) -> None:
        """Where a block begins or ends; in a cell, and in a heading, that is no more than a blank."""
        if self.cells or (self.heads and tag not in _HEADINGS):
            self.text.write(" ")
        else:
            gap = "\n" if near or self.items else "\n\n"
            self.text.end(gap, level=level, as_it_is=bool(self.as_it_is), is_caption=self.captions > 0 and not level)

    def _is_cell(self, tag: str) -> bool:
        return tag in CELLS and bool(self.tables) and self.tables[-1].has_columns

    def _is_item(self, tag: str) -> bool:
        return tag in _ITEMS and (tag != "tr" or (bool(self.tables) and self.tables[-1].has_columns))


def _value_of(term: "_Element") -> "_Element | None":
    """The only description of a term, if both are short and one line each: "3.2 kg" of "Weight"; else None."""
    value = term.getnext()
    following = None if value is None else value.getnext()
    if value is None or value.tag != "dd" or (following is not None and following.tag == "dd"):
        return None
    parts = [list(islice(each.iterdescendants(), _MOST_IN_A_TERM + 1)) for each in (term, value)]
    if max(map(len, parts)) > _MOST_IN_A_TERM:
        return None
    of_term, of_value = ([each for each in part if each.tag in _BLOCKS or each.tag == "br"] for part in parts)
    is_line = not of_term and (not of_value or (len(of_value) == 1 and of_value[0] in value.findall("p")))
    label, words = _words(term), _words(value)
    is_short = 0 < len(label) <= _MOST_LABEL_CHARS and 0 < len(words) <= _MOST_VALUE_CHARS
    return value if is_line and is_short and not _SENTENCE_ENDS.search(label) else None


def _words(element: "_Element") -> str:
    return " ".join("".join(element.itertext()).split())


def _is_short_head(element: "_Element") -> bool:
    """Whether it is a heading, and not one that somebody forgot to end."""
    if element.tag not in _HEADINGS:
        return False
    within = list(islice(element.iter(), _MOST_IN_A_HEAD + 1))
    return len(within) <= _MOST_IN_A_HEAD and sum(len(each.text or "") for each in within) <= _MOST_HEAD_CHARS


def _is_foot(element: "_Element") -> bool:
    """Whether it is the page's own foot, not an article's."""
    is_foot = element.tag == "footer" or element.get("role") == "contentinfo"
    return is_foot and not any(each.tag in ("article", "section", "blockquote") for each in element.iterancestors())


def _is_menu(element: "_Element") -> bool:
    """Whether it is a list of several links and of nothing else."""
    if element.tag not in ("ul", "ol", "menu"):
        return False
    links = list(element.iter("a"))
    return len(links) >= _LEAST_LINKS and sum(len(_words(link)) for link in links) >= len(_words(element)) - len(links)


def _unfolds(button: "_Element") -> bool:
    """Whether a button is the head of what it shows; in a heading, if that says nothing before it."""
    if button.get("aria-expanded") is not None or button.get("aria-controls") is not None:
        return True
    head = next((each for each in button.iterancestors() if each.tag in _ASKS), None)
    before = () if head is None else takewhile(lambda each: each is not button, islice(head.iter(), _MOST_IN_A_HEAD))
    return head is not None and not any((each.text or "").strip() for each in before)


def _is_mark(superscript: "_Element", text: _Text) -> bool:
    """Whether a superscript leads to a note, which would otherwise be read as part of a number: "1987¹" is not 19871.

    A power is written: 10⁶, m².
    """
    words = _words(superscript)
    if next(superscript.iter("a"), None) is not None:
        return True
    if _POWER.fullmatch(words) and _BASE.search(text.before()):
        text.write(words.translate(_SUPERSCRIPTS))
        return True
    return bool(_NOTE_MARK.fullmatch(words))
