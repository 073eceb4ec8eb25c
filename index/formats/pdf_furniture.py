"""Running heads and feet of a PDF: lines that stand at the same place of page after page.

A line is one if its words are the same on several pages, or differ in nothing but a number that grows as the pages do:

    7th page   "Harbour Rules 2024 - 9"   harbour rules 2024 9, and harbour rules 2024 #+2: the page's number plus 2
    8th page   "Harbour Rules 2024 - 10"  harbour rules 2024 10, and harbour rules 2024 #+2: the same
    9th page   "Invoice 2024-117"         a number of its own each time, which counts no pages: it is what the page says

They are looked for from a page's upper and lower edge inwards as far as the first line that is none, so that what
stands in the midst of the text is none, however often it is said.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from math import inf

from index.formats.pdf_lines import Line

_MOST_LINES = 4  # of a head or a foot
_LEAST_PAGES = 3
_LEAST_SHARE = 0.4  # of the pages from the first to the last that has it: a chapter's, or on every other page
_GRID = 8  # points: lines at most half as far from each other are in one square of either of two grids
_LARGE = 1.2  # times the usual size: a title, which the next slide may have too
_MOST_NUMBERS = 6
_MOST_AHEAD = 20  # of where it stands in the file is a page's number; invoices 117, 118 and 119 don't count pages
_MOST_CHARS = 300
_MOST_OF_A_NUMBER = 2  # words that say no more than a page's number: "page", "of"
_WORD = re.compile(r"\d+|[^\W\d_]+")
_ROMAN = re.compile(r"(x{0,3}|xl|lx{0,3})(i{0,3}|iv|vi{0,3}|ix)")
_ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50}
_FIRST, _LAST = "<", ">"  # in place of all other words
_Key = tuple[tuple[str, ...], int]  # words, and a square of a grid


def furniture(pages: Sequence[Sequence[Line]]) -> list[frozenset[Line]]:
    """Each page's lines that are its running head or foot."""
    most = _LARGE * usual_size(line for lines in pages for line in lines)
    edges = [[_edge(lines, at_top=True), _edge(lines, at_top=False)] for lines in pages]
    found: dict[_Key, list[int]] = defaultdict(list)
    for page, both in enumerate(edges):
        for key in {key for edge in both for line in edge for key in _keys(line, page)}:
            found[key].append(page)
    least = min(_LEAST_PAGES, max(2, len(pages) - 1))
    repeated = {
        key
        for key, on in found.items()
        if len(on) >= least
        and len(on) >= _LEAST_SHARE * (len(pages) if key[0][0] in (_FIRST, _LAST) else on[-1] - on[0] + 1)
    }

    def is_one(line: Line, *, page: int) -> bool:
        return line.size <= most and not repeated.isdisjoint(_keys(line, page))

    return [
        frozenset(line for edge in both for line in takewhile(partial(is_one, page=page), edge))
        for page, both in enumerate(edges)
    ]


def said_once(pages: Sequence[Sequence[Line]], left_out: Sequence[frozenset[Line]]) -> list[str]:
    """What heads and feet say, each once and as it was last said, but for page numbers and what the text says too.

    "Chapter 3: Berths 41" says nothing where a line of the text is "3 Berths", and neither does "Page 2 of 9".
    """
    said: dict[tuple[str, ...], dict[tuple[str, ...], str]] = defaultdict(dict)  # words → with numbers → as written
    text: set[tuple[str, ...]] = set()
    for lines, out in zip(pages, left_out, strict=True):
        for line in lines:
            words = _words(line.text)
            bare = tuple(word for word in words if _number(word) is None)
            if line in out:
                said[bare][words] = line.text.strip()
            else:
                text.add(bare)
    return [
        list(versions.values())[-1]
        for bare, versions in said.items()
        if not _is_page_number(bare, versions, len(pages)) and text.isdisjoint(_halves(bare))
    ]


def _is_page_number(bare: tuple[str, ...], versions: Collection[tuple[str, ...]], pages: int) -> bool:
    """Whether lines say nothing but which page it is, of how many: "Page 7 of 9", "Seite 7", but not "Fees 2026, 7"."""
    same = set.intersection(*map(set, versions)) - set(bare) - {str(pages)}
    return len(versions) > 1 and len(bare) <= _MOST_OF_A_NUMBER and not same


def _halves(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The beginnings and the ends of a line that are at least half of it."""
    for length in range(max(1, (len(words) + 1) // 2), len(words) + 1):
        yield from (words[:length], words[-length:])


def usual_size(lines: Iterable[Line]) -> float:
    """The size of font that most characters have, in points; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0)


def _edge(lines: Sequence[Line], *, at_top: bool) -> list[Line]:
    """The lines that are nearest to a page's edge, from there inwards."""
    return sorted(lines, key=lambda line: -line.bottom if at_top else line.bottom)[:_MOST_LINES]


def _keys(line: Line, page: int) -> Iterator[_Key]:
    """What the line has in common with others that are the same: its words, those with one number as what it counts,

    and that number alone where it comes first or last: "Fees 41" on one page, "Tides 42" on the next.
    """
    if len(line.text) > _MOST_CHARS:
        return
    words = _words(line.text)
    most = page + _MOST_AHEAD if len(words) > 1 else inf
    numbers = ((i, _number(word)) for i, word in enumerate(words))
    counting = [(i, f"#{value - page}") for i, value in numbers if value is not None and value <= most]
    keys = [words, *((*words[:i], count, *words[i + 1 :]) for i, count in counting[:_MOST_NUMBERS])]
    keys += [(_FIRST, count) for i, count in counting if i == 0]
    keys += [(_LAST, count) for i, count in counting if i == len(words) - 1]
    for each in keys:
        yield each, int(line.bottom / _GRID) * 2
        yield each, int(line.bottom / _GRID + 0.5) * 2 + 1


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower())) or (text.strip(),)


def _number(word: str) -> int | None:
    """A number in digits, or in Roman ones below 90; None for another word."""
    if word.isdecimal():
        return int(word) if len(word) < 7 else None
    if not word or not _ROMAN.fullmatch(word):
        return None
    digits = [_ROMAN_DIGITS[digit] for digit in word]
    return sum(-digit if digit < after else digit for digit, after in zip(digits, [*digits[1:], 0], strict=True))
