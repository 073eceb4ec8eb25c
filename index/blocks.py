"""A document's text as blocks: headings, paragraphs, list items, table rows, code, quotations and others.

Blocks are slices of the text, in order and without overlap; between them is white space alone. They are found by the
marks that `lines.py` knows, by where the format says that headings begin, and by what it knows of slices
(`known_slices.py`). So a document needs to keep nothing but its text, its headings and its metadata.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, pairwise

from index.documents import Heading
from index.known_slices import Known
from index.lines import Line, LineKind, lines_of
from index.quotations import ATTACHMENT, Slice, quoted_above, sender
from index.tables import GAP, lines_with_gaps, table_lines
from index.tagged_tables import CELL_TAG, parts_with_rows

_UNDERLINE = re.compile(r"([=~^\"'`#*+.:_-])\1+$")  # below a heading, as Markdown and reStructuredText have it
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t\r]*(\S?)")  # and whether a language follows
_NUMBER = re.compile(r"(\d{1,3})[.)]")
# "Figure 3: ", "**Table 2.** ", and not "Figure 3 shows"
_CAPTION = re.compile(
    r"[*_]{0,3}(?:fig(?:ure|ura|uur)?\.?|abb(?:ildung|\.)|table|tab\.|tabelle|tableau|tabla|tabella|tabela|tabel|listing"
    r"|chart|diagram|photo|plate|illustration)\s(?:[A-Z]\.?)?(?:\d{1,3}(?:[.-]\d{1,3}){0,3}[a-z]?|[IVX]{1,5})"
    r"[*_]{0,3}\s?[.:–—|][*_]{0,3}\s+(?=\S)",
    re.IGNORECASE,
)


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    QUOTATION = "quotation"
    CAPTION = "caption"
    FIELD = "field"  # of a form: its name and its value
    FURNITURE = "furniture"  # of pages: what they repeat at their heads and feet, which is neither indexed nor cited


@dataclass(frozen=True, slots=True)
class Block:
    """The slice `[start, end)` of the text, from a line's start to a line's end; neither end is white space.

    `content` is where its words begin, after the mark of an item or a heading, and after the name of a field. `level`
    is a heading's, 1 for the topmost, or the depth of an item in its list, 0 for the outermost; else 0. `who` is the
    slice of the text that says whose words these are, in quotations and in a mail that another one holds.
    """

    kind: BlockKind
    start: int
    content: int
    end: int
    level: int = 0
    who: Slice | None = None


def blocks_of(text: str, headings: Sequence[Heading] = (), known: Sequence[Known] = ()) -> Iterator[Block]:
    """All blocks of the text, in order; `headings` and `known` are in order too.

    # Boats                heading
                           (blank)
    Two are for hire:      paragraph
    - the *Eider*          item
      with its oars        … the same item
    - the *Teal*           item
    | Boat  | Price |      row
    |-------|-------|      … the same row, which has the heads
    | Eider | 40    |      row
    """
    who: Slice | None = None  # sent the mail that is quoted down to the next heading
    for block in _blocks(text, headings, known):
        if block.kind in (BlockKind.HEADING, BlockKind.FURNITURE) or text.startswith(ATTACHMENT, block.start):
            who = None
        quoted = quoted_above(text, block.start) if block.kind is BlockKind.QUOTATION else None
        yield replace(block, who=quoted or who) if quoted or who else block
        if block.kind is BlockKind.PARAGRAPH:
            who = sender(text, block.start, block.end) or who


def _blocks(text: str, headings: Sequence[Heading], known: Sequence[Known]) -> Iterator[Block]:
    """The blocks, without who is quoted."""
    block: Block | None = None
    indents: list[int] = []  # of the items that the next item may lie in
    for line, kind, level in _kinds_of(text, headings, known):
        if kind is None:
            if block:
                yield block
            block = None
            continue
        end = line.start + len(text[line.start : line.end].rstrip())
        if block and _goes_on(text, block, line, kind):
            block = block if line.kind is LineKind.BLANK else replace(block, end=end)
            continue
        if block:
            yield block
        if kind is BlockKind.ITEM:
            while indents and indents[-1] >= line.indent:
                indents.pop()
            level = len(indents)
            indents.append(line.indent)
        elif not line.indent:
            indents.clear()
        block = Block(kind, line.start + line.indent, _content(text, line, kind), end, level)
    if block:
        yield block


def _content(text: str, line: Line, kind: BlockKind) -> int:
    """Where the words begin of a block that this line begins."""
    if kind is BlockKind.FIELD:
        name = text.find(": ", line.start, line.end)
        return line.start + line.indent if name < 0 else name + 2
    return line.start + line.indent if kind in (BlockKind.CAPTION, BlockKind.FURNITURE) else line.content


def _kinds_of(
    text: str, headings: Sequence[Heading], known: Sequence[Known]
) -> Iterator[tuple[Line, BlockKind | None, int]]:
    """Each line with the kind of block it is in, None for a blank one, and the level of a heading that begins in it."""
    rest, others = iter(headings), iter(known)
    heading, other = next(rest, None), next(others, None)
    fence, above = "", _Above()
    for line in lines_of(text):
        level = 0
        while heading and heading.start <= line.end:
            level, heading = heading.level, next(rest, None)
        while other and other.end <= line.start:
            other = next(others, None)
        if other and other.start <= line.start + line.indent < other.end:
            yield line, None if line.kind is LineKind.BLANK else BlockKind(other.kind), 0
            above = _Above()
            continue
        mark = _FENCE.match(text, line.start + line.indent)
        if fence:
            closes = mark and not mark[2] and mark[1].startswith(fence)
            fence = "" if closes else fence
            yield line, BlockKind.CODE, 0
            above = _Above(BlockKind.CODE, line, line)
            continue
        if mark and not level and (above.kind is None or mark[1][0] == "`"):  # else it underlines the line above
            fence = mark[1]
        kind = _in_context(text, line, _kind_of(text, line, level, in_code=bool(fence)), above)
        yield line, kind, level
        above = _Above(kind, line, above.first if kind is above.kind else line)


@dataclass(frozen=True, slots=True)
class _Above:
    """The line above, and the first of those of its kind that it is the last of; none where that is blank."""

    kind: BlockKind | None = None
    line: Line | None = None
    first: Line | None = None


def _in_context(text: str, line: Line, kind: BlockKind | None, above: _Above) -> BlockKind | None:
    """The kind of a line below another: a paragraph may begin as captions do, and have lines that begin as items do."""
    if kind is BlockKind.PARAGRAPH and above.kind is not BlockKind.ITEM:
        begins = above.kind is not BlockKind.PARAGRAPH and _CAPTION.match(text, line.start + line.indent)
        return BlockKind.CAPTION if begins or above.kind is BlockKind.CAPTION else kind
    if kind is BlockKind.ITEM and above.kind is BlockKind.PARAGRAPH and _is_amid(text, line, above):
        return BlockKind.PARAGRAPH
    return kind


def _is_amid(text: str, line: Line, above: _Above) -> bool:
    """Whether a line that begins with a number goes on with the sentence above: "She was born in", "1987. Later she".

    A list there would begin with 1.
    """
    number = _NUMBER.match(text, line.start + line.indent)
    if not number or int(number[1]) == 1 or not above.line or not above.first or above.first.indent:
        return False
    return not text[above.line.start : above.line.end].rstrip().endswith((".", ":", ";", "!", "?"))


def _kind_of(text: str, line: Line, level: int, *, in_code: bool) -> BlockKind | None:
    if line.kind is LineKind.BLANK:
        return None
    if level:
        return BlockKind.HEADING
    if in_code:
        return BlockKind.CODE
    if text.startswith(">", line.start + line.indent):
        return BlockKind.QUOTATION
    return _BY_LINE.get(line.kind, BlockKind.PARAGRAPH)


_BY_LINE = {
    LineKind.BULLET: BlockKind.ITEM,
    LineKind.NUMBERED: BlockKind.ITEM,
    LineKind.ROW: BlockKind.ROW,
}
_OF_SEVERAL_LINES = (BlockKind.CODE, BlockKind.QUOTATION, BlockKind.CAPTION, BlockKind.FURNITURE)


def _goes_on(text: str, block: Block, line: Line, kind: BlockKind) -> bool:
    """Whether a line belongs to the block that ends on the line above."""
    if block.kind is BlockKind.HEADING:
        return kind is BlockKind.PARAGRAPH and bool(_UNDERLINE.match(text[line.start : line.end].strip()))
    if block.kind is BlockKind.ROW:
        return line.kind is LineKind.RULE
    if kind is BlockKind.PARAGRAPH:
        return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
    return kind is block.kind and kind in _OF_SEVERAL_LINES


def chunk_blocks(text: str, blocks: Iterable[Block]) -> Iterator[Block]:
    """The same blocks, with the rows of a paragraph each by itself, and marks right above a heading as a heading.

    A paragraph has both, as it is shown. A chunk shall not be torn within a row, nor between marks and their heading.
    """
    for block, following in pairwise(chain(blocks, [None])):
        if block is None or block.kind is not BlockKind.PARAGRAPH:
            if block:
                yield block
        elif _is_above(text, block, following):
            yield replace(block, kind=BlockKind.HEADING)
        elif CELL_TAG.search(text, block.start, block.end):
            yield from _with_tagged_rows(text, block)
        elif GAP.search(text, block.start, block.end):
            yield from _with_rows(text, block)
        else:
            yield block


def _is_above(text: str, block: Block, following: Block | None) -> bool:
    """Whether a block is the marks above a heading, as reStructuredText may have them."""
    is_heading = following and following.kind is BlockKind.HEADING
    return bool(is_heading and _UNDERLINE.fullmatch(text, block.start, block.end))


def _with_tagged_rows(text: str, paragraph: Block) -> Iterator[Block]:
    """The rows of a paragraph that is written as HTML, with the tags around them, and what else it has."""
    for start, end, is_row in parts_with_rows(text, paragraph.start, paragraph.end):
        words = text[start:end]
        first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
        if first < last:
            yield Block(BlockKind.ROW if is_row else BlockKind.PARAGRAPH, first, first, last, who=paragraph.who)


def _with_rows(text: str, paragraph: Block) -> Iterator[Block]:
    """The rows of a paragraph, each with the marks that belong to it, and what else it has."""
    block: Block | None = None
    for start, end, kind, goes_on in _parts(text, paragraph):
        if block and goes_on:
            block = replace(block, end=end)
            continue
        if block:
            yield block
        block = Block(kind, start, start, end, who=paragraph.who)
    if block:
        yield block


def _parts(text: str, paragraph: Block) -> Iterator[tuple[int, int, BlockKind, bool]]:
    """Each row's start, end and kind, and whether it belongs to the part above; likewise the lines that are no rows."""
    at, is_other = paragraph.start, False
    while at < paragraph.end:
        lines = [line for line in lines_with_gaps(text, at) if line[1] >= at]
        table = table_lines(text, lines)
        for (first, last), goes_on in table:
            words = text[first:last]
            yield first + len(words) - len(words.lstrip()), min(last, paragraph.end), BlockKind.ROW, goes_on
        if table:
            stop = lines[-1][1]
        else:
            stop = text.find("\n", lines[-1][1] if lines else at, paragraph.end)
            stop = paragraph.end if stop < 0 else stop
            yield at, stop, BlockKind.PARAGRAPH, is_other
        at, is_other = stop + 1, not table
