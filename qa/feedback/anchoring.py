"""Words → where they stand in a text, and a kept span → where it stands in a document that has changed since."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from index.feedback import KeptSpan

Place = tuple[int, int]

_GAP = re.compile(r"\s{2,}|[^\S ]")  # white space that isn't one blank
_WORD = re.compile(r"\w")


def occurrences(text: str, words: str) -> list[Place]:
    """The slices of `text` that are `words`, not parts of longer ones, in order.

    As they are written or, if they nowhere stand so, whatever the case and the white space between them.
    """
    words = words.strip()
    if not words:
        return []
    return _whole_words(text, _all(text, words)) or _whole_words(text, _anyhow(text, words))


def nearest(places: Iterable[Place], start: int) -> Place:
    """The one of `places`, of which there is one, that begins nearest to `start`."""
    return min(places, key=lambda place: abs(place[0] - start))


def found_again(text: str, span: KeptSpan) -> Place | None:
    """Where a kept span stands in its document's present `text`; None where that can't be told.

    Its words stand where they stood, or in one place between the words that were around them, or in one place at all.
    """
    whole = span.prefix + span.exact + span.suffix
    first = span.start - len(span.prefix)
    unmoved = first >= 0 and text[first : first + len(whole)] == whole
    around = first if unmoved else _only(text, whole)
    start = _only(text, span.exact) if around is None else around + len(span.prefix)
    return None if start is None else (start, start + len(span.exact))


def _only(text: str, part: str) -> int | None:
    """Where `part` begins, if it stands in one place."""
    first = text.find(part)
    return first if first >= 0 and text.find(part, first + 1) < 0 else None


def _all(text: str, part: str) -> Iterator[Place]:
    """Where `part` stands, one after another; Python's search is linear, whatever both are."""
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _anyhow(text: str, words: str) -> Iterator[Place]:
    r"""The same, whatever the case and the white space between the words.

    Both are searched with each gap as one blank: of "a \n b", that is "a b", the gap at 1 has lost two characters.
    """
    gaps, parts, lost = [0], [], [0]  # where a gap ends in the shortened text, and what it and those before it lost
    length = end = 0
    for gap in _GAP.finditer(text):
        parts += [text[end : gap.start()], " "]
        length += gap.start() - end + 1
        gaps.append(length)
        lost.append(gap.end() - length)
        end = gap.end()
    shortened = _folded("".join([*parts, text[end:]]))

    def place(at: int) -> int:
        return at + lost[bisect_right(gaps, at) - 1]

    for start, end in _all(shortened, _folded(" ".join(words.split()))):
        yield place(start), place(end - 1) + 1


def _folded(text: str) -> str:
    """Without the difference of case, and as long as before: a letter that folds to several stays."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(each if len(each) == 1 else letter for letter in text for each in (letter.casefold(),))


def _whole_words(text: str, places: Iterable[Place]) -> list[Place]:
    """Those that neither begin nor end inside a word nor overlap the one before."""
    found: list[Place] = []
    for start, end in places:
        apart = not found or start >= found[-1][1]
        if apart and not _inside_a_word(text, start) and not _inside_a_word(text, end):
            found.append((start, end))
    return found


def _inside_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and bool(_WORD.match(text[place - 1]) and _WORD.match(text[place]))
