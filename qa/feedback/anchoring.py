"""Words → where they stand in a text, and a kept span → where it stands in a document that has changed since."""

import re
from collections.abc import Iterable

from index.feedback import KeptSpan

Place = tuple[int, int]


def occurrences(text: str, words: str) -> list[Place]:
    """The slices of `text` that are `words`, not parts of longer ones, in order.

    As they are written or, if they nowhere stand so, whatever the case and the white space between them.
    """
    words = words.strip()
    if not words:
        return []
    before, after = (r"(?<!\w)" if _is_word(words[0]) else ""), (r"(?!\w)" if _is_word(words[-1]) else "")
    exactly = re.compile(before + re.escape(words) + after)
    anyhow = re.compile(before + r"\s+".join(map(re.escape, words.split())) + after, re.IGNORECASE)
    return _places(exactly, text) or _places(anyhow, text)


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


def _places(pattern: re.Pattern[str], text: str) -> list[Place]:
    return [match.span() for match in pattern.finditer(text)]


def _is_word(character: str) -> bool:
    return re.fullmatch(r"\w", character) is not None
