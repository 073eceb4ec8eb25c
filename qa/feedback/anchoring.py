"""Find words in a text, and a kept span in a document that may have changed since."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from index.feedback import KeptSpan

Offsets = tuple[int, int]  # of the slice [start, end)

_GAP = re.compile(r"\s{2,}|[^\S ]")  # white space other than a single blank
_WORD = re.compile(r"\w")


def occurrences(text: str, words: str) -> list[Offsets]:
    """Where `words` occur in `text` as whole words, in order.

    They are searched as written and, if that finds nothing, ignoring case and the amount of white space.
    """
    words = words.strip()
    if not words:
        return []
    return _whole_words(text, _exact(text, words)) or _whole_words(text, _normalized(text, words))


def nearest(places: Iterable[Offsets], start: int) -> Offsets:
    """The one of `places`, at least one, that begins nearest to `start`."""
    return min(places, key=lambda place: abs(place[0] - start))


def locate_again(text: str, span: KeptSpan) -> Offsets | None:
    """Where the words of a kept span are in the document's present `text`, None if that isn't certain.

    It is their old place if prefix, words and suffix are still there. Otherwise it is the only place where they occur
    with prefix and suffix, or else the only place where the words occur.
    """
    whole = span.prefix + span.exact + span.suffix
    first = span.start - len(span.prefix)
    unmoved = first >= 0 and text[first : first + len(whole)] == whole
    around = first if unmoved else _only(text, whole)
    start = _only(text, span.exact) if around is None else around + len(span.prefix)
    return None if start is None else (start, start + len(span.exact))


def _only(text: str, part: str) -> int | None:
    """Where `part` begins, if it occurs exactly once."""
    first = text.find(part)
    return first if first >= 0 and text.find(part, first + 1) < 0 else None


def _exact(text: str, part: str) -> Iterator[Offsets]:
    """All occurrences of `part`, overlapping ones included; `str.find` takes linear time for any input."""
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _normalized(text: str, words: str) -> Iterator[Offsets]:
    r"""All occurrences of `words`, ignoring case and the amount of white space.

    Both are case-folded, and each run of white space is shortened to one blank. "a \n b" becomes "a b": its gap ends at
    2 and has lost 2 characters, so offset 2 in the short text is 4 in `text`.
    """
    gaps, parts, lost = [0], [], [0]  # where each gap ends in the short text, and the characters lost up to there
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

    for start, end in _exact(shortened, _folded(" ".join(words.split()))):
        yield place(start), place(end - 1) + 1


def _folded(text: str) -> str:
    """Case-folded without changing the length: a letter that folds to several characters stays."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(each if len(each) == 1 else letter for letter in text for each in (letter.casefold(),))


def _whole_words(text: str, places: Iterable[Offsets]) -> list[Offsets]:
    """Those of `places` that don't begin or end inside a word, nor overlap the one before."""
    kept: list[Offsets] = []
    for start, end in places:
        apart = not kept or start >= kept[-1][1]
        if apart and not _inside_a_word(text, start) and not _inside_a_word(text, end):
            kept.append((start, end))
    return kept


def _inside_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and bool(_WORD.match(text[place - 1]) and _WORD.match(text[place]))
