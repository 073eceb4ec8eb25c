"""HTML elements → blocks: all that is shown of them, in order, and nothing dropped for what it is called.

For HTML that is a document's whole content: a chapter of a book, a mail's text, what a Word document is turned into.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.formats.blocks import Blocks

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSHOWN = {"script", "style", "template", "head", "title", "nav", "object", "iframe", "audio", "video", "svg",
            "select", "del", "s", "strike"}  # fmt: skip
_BLOCKS = {"p", "div", "section", "article", "aside", "main", "header", "footer", "body", "html", "address", "figure",
           "figcaption", "details", "summary", "fieldset", "form", "legend", "center", "dl", "dt", "hr", "caption",
           "td", "th", "tr", "thead", "tbody", "tfoot", "li"}  # fmt: skip
_AROUND = {"blockquote", "dd", "figcaption"}  # what is in them is written otherwise
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_BACK_LINKS = {"↑", "↩", "↩︎", "^"}  # words of links from a note to where it belongs
_MAX_SPAN = 100  # columns that a cell is taken to be wide


def root_of(source: bytes, name: str) -> "_Element | None":
    """The root element of an HTML page in UTF-8; None where there is nothing, or nothing but comments.

    Raises DocumentError for elements nested deeper than is read, of which lxml would silently leave out the rest.
    """
    from lxml import etree, html

    # huge: elements may be nested 2,048 deep, not only 256
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root: _Element = html.document_fromstring(source, parser=parser)
    except etree.ParserError:
        return None
    if any(each.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for each in parser.error_log):
        raise _too_deep(name)
    return root


def write_html(source: str, blocks: Blocks) -> "_Element | None":
    """Write what an HTML page's source shows, and return its root element; None where there is none.

    Raises DocumentError as `root_of` and `write` do.
    """
    root = root_of(source.encode("utf-8", "replace"), blocks.name)
    if root is not None:
        write(root, blocks)
    return root


def write(root: "_Element", blocks: Blocks) -> None:
    """Write what an element shows. Raises DocumentError where elements stand in each other hundreds deep."""
    walk = _Walk(blocks)
    try:
        walk.element(root)
    except RecursionError as error:
        raise _too_deep(blocks.name) from error
    walk.flush()


def tag_of(element: "_Element") -> str:
    """An element's name without its namespace, in lower case; "" for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def words_of(element: "_Element") -> str:
    """What an element shows, as words on one line or, where it breaks lines, several."""
    return "".join(_words(element)).strip()


def raised(text: str) -> str:
    """A superscript as its characters, where there are such: "³" of "3"; else the words as they are."""
    return text.translate(_RAISED) if all(ord(character) in _RAISED for character in text) else text


def lowered(text: str) -> str:
    """A subscript, likewise."""
    return text.translate(_LOWERED) if all(ord(character) in _LOWERED for character in text) else text


class _Walk:
    """Goes through elements in order and writes a block whenever one ends."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._inline: list[str] = []  # of the block that isn't written yet
        self._items: list[tuple[int | None, bool]] = []  # open list items: their numbers, whether they have begun
        self._within: Counter[str] = Counter()  # the elements of _AROUND that are open

    def element(self, element: "_Element") -> None:
        tag = tag_of(element)
        if not tag or tag in _UNSHOWN or _is_hidden(element):
            return
        if tag in _HEADINGS:
            self.flush()
            self._blocks.heading(words_of(element), _HEADINGS[tag])
        elif tag == "pre":
            self.flush()
            self._blocks.code("".join(element.itertext()))
        elif tag == "table" and not _is_layout(element):
            self.flush()
            self._table(element)
        elif tag in ("ul", "ol"):
            self.flush()
            self._list(element, ordered=tag == "ol")
        elif tag in ("a", "br", "sup", "sub", "rt"):
            self._inline += _words(element)
        elif tag in _AROUND:
            self.flush()
            self._within[tag] += 1
            self._content(element)
            self.flush()
            self._within[tag] -= 1
        elif tag in _BLOCKS or tag == "table":
            self.flush()
            self._content(element)
            self.flush()
        else:
            self._content(element)

    def flush(self) -> None:
        """Write the block that ends here, if there is one."""
        text = "".join(self._inline).strip()
        self._inline.clear()
        if not text:
            return
        if self._items:
            number, begun = self._items[-1]
            self._items[-1] = (number, True)
            depth = len(self._items) - 1
            if begun:
                self._blocks.item_goes_on(text, depth)
            else:
                self._blocks.item(text, depth, number)
        elif self._within["dd"]:
            self._blocks.line(text)
        elif self._within["figcaption"] and not self._within["blockquote"]:
            self._blocks.caption(text)
        else:
            self._blocks.paragraph(text, mark="> " * self._within["blockquote"])

    def _content(self, element: "_Element") -> None:
        self._inline.append(_SPACES.sub(" ", element.text or ""))
        for child in element:
            self.element(child)
            self._inline.append(_SPACES.sub(" ", child.tail or ""))

    def _list(self, element: "_Element", *, ordered: bool) -> None:
        number = _number(element.get("start"), 1)
        for child in element:
            if tag_of(child) != "li":
                self.element(child)  # a list in the list, without an item of its own
                continue
            number = _number(child.get("value"), number)
            self._items.append((number if ordered else None, False))
            self._content(child)
            self.flush()
            self._items.pop()
            number += 1

    def _table(self, table: "_Element") -> None:
        for caption in table.iterchildren("{*}caption"):
            self._blocks.caption(words_of(caption))
        self._blocks.table(_rows(table))


def _rows(table: "_Element") -> Iterator[list[str]]:
    """The rows' cells; what spans several rows or columns stands in the first column of each row."""
    spanning: dict[int, tuple[int, str]] = {}  # column → for how many more rows, and the words
    for row in table.iter("{*}tr"):
        cells: dict[int, str] = {}
        column = 0
        for cell in row:
            if tag_of(cell) not in ("td", "th"):
                continue
            while spanning.get(column, (0, ""))[0] > 0:
                column += 1
            words = words_of(cell)
            cells[column] = words
            width = min(max(_number(cell.get("colspan"), 1), 1), _MAX_SPAN)
            rows = _number(cell.get("rowspan"), 1)
            for each in range(column, column + width) if rows > 1 else ():
                spanning[each] = (rows, words if each == column else "")
            column += width
        for each, (left, words) in list(spanning.items()):
            cells.setdefault(each, words)
            spanning[each] = (left - 1, words)
            if left <= 1:
                del spanning[each]
        yield [cells.get(each, "") for each in range(max(cells, default=-1) + 1)]


def _is_layout(table: "_Element") -> bool:
    """Whether a table only places things on the page: it has tables in it, or a single row or column."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("{*}table"), None) is not None:
        return True
    rows = list(table.iter("{*}tr"))
    return len(rows) < 2 or max(sum(tag_of(cell) in ("td", "th") for cell in row) for row in rows) < 2


def _is_hidden(element: "_Element") -> bool:
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style", "")):
        return True
    return tag_of(element) == "a" and (element.text or "").strip() in _BACK_LINKS


def _refers_to_a_note(link: "_Element") -> bool:
    kinds = f"{link.get('epub:type')} {link.get('role')} {link.get('class')}".split()
    return not {"noteref", "doc-noteref", "footnote-ref"}.isdisjoint(kinds) and link.find(".//{*}sup") is None


def _words(element: "_Element") -> Iterator[str]:
    """The pieces of what an element shows; superscripts as such, so that the 2 of 1204² is no digit of its number."""
    tag = tag_of(element)
    if not tag or tag in _UNSHOWN or _is_hidden(element):
        return
    if tag == "br":
        yield "\n"
        return
    pieces = [_SPACES.sub(" ", element.text or "")]
    for child in element:
        pieces += _words(child)
        pieces.append(_SPACES.sub(" ", child.tail or ""))
    if tag in ("sup", "sub"):
        yield (raised if tag == "sup" else lowered)("".join(pieces))
    elif tag == "a" and _refers_to_a_note(element):
        yield f"[{''.join(pieces).strip('[]')}]"
    elif tag == "rt":  # how the characters before are read
        yield f"({''.join(pieces)})"
    elif tag in _BLOCKS or tag in _HEADINGS:
        yield from (" ", *pieces, " ")
    else:
        yield from pieces


def _too_deep(name: str) -> DocumentError:
    return DocumentError(f"{name} is HTML nested too deep to be read whole: save the page anew, or as text.")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,6}", text.strip()) else default
