"""A document's text as blocks: headings, paragraphs, list items, table rows, code and quotations.

Blocks are slices of the text, in order and without overlap; between them is white space alone. They are found by the
marks that `lines.py` knows, and by where the format says that headings begin. So a document needs to keep nothing but
its text and its headings.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.documents import Heading
from index.lines import Line, LineKind, lines_of

_UNDERLINE = re.compile(r"([=~^\"'`#*+.:_-])\1+$")  # below a heading, as Markdown and reStructuredText have it
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t\r]*(\S?)")  # and whether a language follows


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    CODE = "code"
    QUOTATION = "quotation"


@dataclass(frozen=True, slots=True)
class Block:
    """The slice `[start, end)` of the text, from a line's start to a line's end; neither end is white space.

    `content` is where its words begin, after the mark of an item or a heading. `level` is a heading's, 1 for the
    topmost, or the depth of an item in its list, 0 for the outermost; else 0.
    """

    kind: BlockKind
    start: int
    content: int
    end: int
    level: int = 0


def blocks_of(text: str, headings: Sequence[Heading] = ()) -> Iterator[Block]:
    """All blocks of the text, in order.

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
    block: Block | None = None
    indents: list[int] = []  # of the items that the next item may lie in
    for line, kind, level in _kinds_of(text, headings):
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
        block = Block(kind, line.start + line.indent, line.content, end, level)
    if block:
        yield block


def _kinds_of(text: str, headings: Sequence[Heading]) -> Iterator[tuple[Line, BlockKind | None, int]]:
    """Each line with the kind of block it is in, None for a blank one, and the level of a heading that begins in it."""
    rest = iter(headings)
    heading = next(rest, None)
    fence, after_blank = "", True
    for line in lines_of(text):
        level = 0
        while heading and heading.start <= line.end:
            level, heading = heading.level, next(rest, None)
        mark = _FENCE.match(text, line.start + line.indent)
        if fence:
            closes = mark and not mark[2] and mark[1].startswith(fence)
            fence = "" if closes else fence
            yield line, BlockKind.CODE, 0
            continue
        if mark and not level and (after_blank or mark[1][0] == "`"):  # else it underlines the line above
            fence = mark[1]
        yield line, _kind_of(text, line, level, in_code=bool(fence)), level
        after_blank = line.kind is LineKind.BLANK


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


def _goes_on(text: str, block: Block, line: Line, kind: BlockKind) -> bool:
    """Whether a line belongs to the block that ends on the line above."""
    if block.kind is BlockKind.HEADING:
        return kind is BlockKind.PARAGRAPH and bool(_UNDERLINE.match(text[line.start : line.end].strip()))
    if block.kind is BlockKind.ROW:
        return line.kind is LineKind.RULE
    if kind is BlockKind.PARAGRAPH:
        return block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM)
    return kind is block.kind and kind in (BlockKind.CODE, BlockKind.QUOTATION)
