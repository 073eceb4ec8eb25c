"""What a chunk stands under: the document's title and the headings above it, by which it is found and understood.

It is embedded, searched and read with the chunk, but never cited: an answer is copied from the chunk's own text.
Headings that stand in the chunk itself are left out. Where the source has no title, the words of its file name serve:
"docs/transit-benefit.md" stands under "transit benefit", "docs/leave/index.md" under "leave".
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Literal

from index.documents import Document
from index.tables import heads_above

ChunkContext = Literal["none", "title", "section"]
"""What is embedded in front of a chunk: nothing, the title, or also the nearest heading above (a table's heads)."""

PREFIX_TOKENS = 32  # at most, all parts and their full stops together

_UNTELLING_NAMES = {"index", "_index", "readme", "default", "main"}
_NAME_BREAKS = re.compile(r"[-_.\s]+")


def title_of(document: Document) -> str:
    """The title on one line; without one, the words of the file's name, or of its folder's for an index."""
    path = PurePosixPath(document.id)
    if document.title not in (document.id, path.name, path.stem):
        return _on_one_line(document.title)
    name = path.stem if path.stem.lower() not in _UNTELLING_NAMES else path.parent.name
    return _on_one_line(_NAME_BREAKS.sub(" ", name))


def headings_above(document: Document, start: int) -> list[str]:
    """The headings that a chunk from `start` on stands under, topmost first, but for one that repeats the title."""
    titles = [_on_one_line(heading.title) for heading in document.headings_at(start) if heading.start < start]
    return [title for title in titles if title and title != _on_one_line(document.title)]


def context_of(document: Document, start: int) -> str:
    """The words that a chunk from `start` on is found by besides its own: title and headings, one a line.

    For a chunk from the midst of a table the heads of its columns are the last line: "Boat | Price | Weight".
    """
    return "\n".join(filter(None, [title_of(document), *headings_above(document, start), heads_of(document, start)]))


def heads_of(document: Document, start: int) -> str:
    """The heads of the table's columns for a chunk that begins in one of its rows further down, else nothing."""
    return " | ".join(map(_on_one_line, heads_above(document.text, start)))


def prefix_of(document: Document, start: int, context: ChunkContext, count_tokens: Callable[[str], int]) -> str:
    """What is embedded in front of a chunk from `start` on: "Title. Heading. ", or nothing where there is neither."""
    parts = [] if context == "none" else [title_of(document)]
    if context == "section":
        heads = heads_of(document, start)
        parts += [heads] if heads else headings_above(document, start)[-1:]
    return _prefix(parts, count_tokens)


def read_prefix(context: str, count_tokens: Callable[[str], int]) -> str:
    """What is read in front of a chunk with this `context_of`: its first line and its last, "Title. Heading. "."""
    lines = context.splitlines()
    return _prefix([*lines[:1], *lines[1:][-1:]], count_tokens)


def _prefix(parts: Sequence[str], count_tokens: Callable[[str], int]) -> str:
    """At most PREFIX_TOKENS tokens, shared evenly: the end of a part that has more is cut off."""
    parts = [part for part in parts if part]
    sentences = [_sentence(part, PREFIX_TOKENS // len(parts), count_tokens) for part in parts]
    return "".join(f"{sentence} " for sentence in sentences if sentence)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str, most: int, count_tokens: Callable[[str], int]) -> str:
    """As much of `text` as has `most` tokens with a full stop, cut between words where it has any."""
    stop = "" if text.endswith((".", "!", "?")) else "."
    if count_tokens(text + stop) <= most:
        return text + stop
    end = bisect_right(range(1, len(text) + 1), most, key=lambda length: count_tokens(text[:length] + "."))
    cut = text[:end] if text[end : end + 1].isspace() else text[:end].rpartition(" ")[0] or text[:end]
    return f"{cut.rstrip()}." if cut else ""
