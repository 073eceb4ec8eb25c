"""The context of a chunk: its document's title and the headings above it, which help to find and understand it.

It is embedded, searched and read with the chunk, but never cited: an answer is copied from the chunk's own text.
Headings within the chunk are left out. A document without a title has the words of its file name for one: "transit
benefit" for "docs/transit-benefit.md", "leave" for "docs/leave/index.md".
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Literal

from index.documents import Document
from index.tables import heads_above
from index.versions import is_release

ChunkContext = Literal["none", "title", "section"]
"""What is embedded in front of a chunk: nothing; the title; or the title and the nearest heading (or table heads)."""

PREFIX_TOKENS = 32  # the most tokens of a prefix, with full stops

HEAD_SEPARATOR = " | "
"""Between the heads of a table's columns in the last line of a context."""

_EMPTY_NAMES = {"index", "_index", "readme", "default", "main"}  # which say nothing of what is in the file
# What one folder has as well as the next: whose contact it is, the folder says
_SHARED_NAMES = {
    "about", "contact", "contacts", "details", "faq", "faqs", "general", "info", "information", "intro", "introduction",
    "notes", "overview", "people", "prices", "rules", "summary", "team",
}  # fmt: skip
_PLAIN_FOLDERS = {
    "",
    "content",
    "contents",
    "data",
    "doc",
    "docs",
    "documents",
    "files",
    "pages",
    "public",
    "site",
    "src",
}
_NAME_BREAKS = re.compile(r"[-_.\s]+")


def title_of(document: Document) -> str:
    """The title on one line; without one, the words of the file's name, or of its folder's for "index" and the like.

    "teams/payroll/contact.md" is "payroll contact".
    """
    path = PurePosixPath(document.id)
    if document.title not in (document.id, path.name, path.stem):
        return _on_one_line(document.title)
    name, folder = path.stem, path.parent.name
    if name.lower() in _EMPTY_NAMES:
        name = folder
    elif name.lower() in _SHARED_NAMES and folder.lower() not in _PLAIN_FOLDERS:
        name = f"{folder} {name}"
    return _on_one_line(_NAME_BREAKS.sub(" ", name))


def headings_above(document: Document, start: int) -> list[str]:
    """The headings above a chunk that begins at `start`, topmost first, without one that repeats the title."""
    titles = [_on_one_line(heading.title) for heading in document.headings_at(start) if heading.start < start]
    return [title for title in titles if title and title != _on_one_line(document.title)]


def context_of(document: Document, start: int) -> str:
    """The context of a chunk that begins at `start`: title and headings, each on a line.

    If the chunk begins within a table, the last line are the heads of its columns: "Boat | Price | Weight".
    """
    return "\n".join(filter(None, [title_of(document), *headings_above(document, start), heads_of(document, start)]))


def heads_of(document: Document, start: int) -> str:
    """The heads of a table's columns if `start` is in a row below them, as "Boat | Price | Weight"; else ""."""
    return HEAD_SEPARATOR.join(map(_on_one_line, heads_above(document.text, start)))


def prefix_of(document: Document, start: int, context: ChunkContext, count_tokens: Callable[[str], int]) -> str:
    """What is embedded in front of a chunk that begins at `start`: "Title. Heading. ", "" if there is neither."""
    parts = [] if context == "none" else [title_of(document)]
    if context == "section":
        heads = heads_of(document, start)
        parts += [heads] if heads else _nearest(headings_above(document, start))
    return _prefix(parts, count_tokens)


def read_prefix(context: str, count_tokens: Callable[[str], int]) -> str:
    """What is read in front of a chunk with this context: the first line and the last, as "Title. Heading. ".

    Below a version's heading that is read, too: "Changelog. 4.2.1: Fixed. ".
    """
    lines = context.splitlines()
    return _prefix([*lines[:1], *_nearest(lines[1:])], count_tokens)


def _nearest(headings: Sequence[str]) -> list[str]:
    """The last of these headings; below a version's with that, for "Fixed" is told apart by it: "4.2.1: Fixed"."""
    if len(headings) > 1 and is_release(headings[-2]) and not is_release(headings[-1]):
        return [f"{headings[-2]}: {headings[-1]}"]
    return list(headings[-1:])


def _prefix(parts: Sequence[str], count_tokens: Callable[[str], int]) -> str:
    """The parts as sentences, at most PREFIX_TOKENS tokens in all: with two parts each is cut to 16."""
    parts = [part for part in parts if part]
    sentences = [_sentence(part, PREFIX_TOKENS // len(parts), count_tokens) for part in parts]
    return "".join(f"{sentence} " for sentence in sentences if sentence)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str, most: int, count_tokens: Callable[[str], int]) -> str:
    """As much of `text` as has at most `most` tokens with its full stop, cut between words if there is a blank."""
    stop = "" if text.endswith((".", "!", "?")) else "."
    if count_tokens(text + stop) <= most:
        return text + stop
    end = bisect_right(range(1, len(text) + 1), most, key=lambda length: count_tokens(text[:length] + "."))
    cut = text[:end] if text[end : end + 1].isspace() else text[:end].rpartition(" ")[0] or text[:end]
    return f"{cut.rstrip()}." if cut else ""
