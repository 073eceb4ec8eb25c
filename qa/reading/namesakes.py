"""Finds text about another thing than the one that the question names, where only a name tells the two apart.

What stands below the heading "Oak ward", or in "On Oak ward you can visit from 15:00", has the words of a question on
Elm ward, so to a reader both answer it. Both names must be known from the texts: a question on Ash ward, which no text
has, says nothing of Oak ward.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from qa.reading.stems import stem_of, stems_of

Range = tuple[int, int]
Titled = tuple[str, str]
"""A title or heading, and the heading right below it, "" if there is none."""
Named = tuple[str, str]
"""(What has such a name, the name), as stems: (" ward", "elm") for "Elm ward", ("villa ", "dal") for "villa Dal"."""

_MARKED_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]+(?P<title>[^\n]+)$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:['’-][^\W_]+)*")
# A line ends one only before a blank line or a mark, for a text may be wrapped
_SENTENCE = re.compile(r"(?:[^\n.!?;]|[.!?;](?!\s)|\n(?![ \t]*(?:[-*+•|#>\n]|\d{1,3}[.)]\s)))+[.!?;]?")
_NO_NAME = re.compile(rf"(?:{MONTH}|{DAY_NAME}s?)$", re.IGNORECASE)
# Then the one may tell of the other: "Which hall is bigger than Tarn Hall?", "Unlike Elm ward, it opens at nine"
_ON_BOTH = re.compile(
    r"\b(?:than|replac\w*|succe\w*|instead|compar\w*|differ\w*|chang\w*|becom\w*|became|between|both|other|others|else|"
    r"unlike|same|non|next|after|before|nearest|besides|except|related|relation|behind|beside)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:than|like|unlike|instead|compared|same|both|each|besides|except|but|only|alone|others?)\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(r"\b(?:it|its|they|their|he|his|she|her|there|this|these)\b", re.IGNORECASE)
_OPENS_WITH_POINTER = re.compile(r"\s*(?:it|its|they|their|he|his|she|her|there|this|these)\b", re.IGNORECASE)
_MIN_CHARS = 3
_KINDS_OF_TEXT = stems_of(
    "handbook manual policy policies notes guide rules newsletter report minutes list faq leaflet page file log memo "
    "notice letter mail summary instructions information contract agreement form sheet plan overview introduction"
)
_OF_VERSIONS = frozenset(
    ("draft", "final", "new", "old", "revised", "current", "updated", "copy", "version", "edition", "first", "second")
)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that texts have: their titles and headings, `named` in their sentences, and the words in lower case."""

    titled: frozenset[Titled]
    named: frozenset[Named]
    lower: frozenset[str]


def known_in(texts: Iterable[tuple[str, str]]) -> Known:
    """What passages, each with its context, have for names."""
    parts = [_known(passage, context) for passage, context in texts]
    lower = frozenset(word for part in parts for word in part.lower)
    named = frozenset((key, name) for part in parts for key, name in part.named)
    return Known(frozenset(each for part in parts for each in part.titled), named, lower)


def of_namesakes(question: str, passage: str, context: str, known: Known | None = None) -> list[Range]:
    """The ranges of the passage that are about another thing than the one that the question names, in characters.

    `context` holds the title and the headings above it; `known` is of this passage and others. Asked about Elm ward,
    that is what stands below "Oak ward" without "Elm", and the first sentence of "On Oak ward it is 15:00. Elm ward is
    different." Asked when the sauna opens, it is what stands below "Pool" and "Opening hours", if there is a "Sauna"
    with "Opening hours", too.
    """
    asked = stems_of(question)
    if not asked or _ON_BOTH.search(question):
        return []
    here = _known(passage, context).titled
    known = known or known_in([(passage, context)])
    closed: list[Range] = []
    for path, start, end in sections(passage, context):
        apart = _named_instead(question, known, path, here)
        sentences = [found.span() for found in _SENTENCE.finditer(passage, start, end)]
        if apart:
            closed += (each for each in sentences if not apart & stems_of(passage[slice(*each)]))
        else:
            closed += _sentences_on_others(question, passage, sentences, stems_of(" ".join(path)), known)
    return closed


def path_at(passage: str, context: str, place: int) -> tuple[str, ...]:
    """The title and the headings above a place in the passage, topmost first."""
    return next(path for path, start, end in reversed(list(sections(passage, context))) if start <= place)


def _sentence_around(passage: str, start: int, end: int) -> Range:
    """The slice of the sentence around a span, with those that it touches."""
    around = [found.span() for found in _SENTENCE.finditer(passage) if found.start() < end and start < found.end()]
    return (min(around[0][0], start), max(around[-1][1], end)) if around else (start, end)


def named_around(passage: str, start: int, end: int) -> str:
    """The sentence around a span without the span, with the one before if it says "it" of what that names."""
    first, last = _sentence_around(passage, start, end)
    opens = first
    if _OPENS_WITH_POINTER.match(passage, first) and first > 0 and passage[first - 1] != "\n":
        opens, _ = _sentence_around(passage, first - 1, first)
    return f"{passage[opens:start]}; {passage[end:last]}"


def differ_in_name(one: str, other: str, known: Known) -> bool:
    """Whether two titles are of two things of a kind, told apart by a name: "North Depot" and "East Depot".

    Not those of two texts on one thing: "Staff handbook" and "Visitor handbook", "Leave policy 2023" and "2026".
    """
    middles = _middles(one, other)
    if not middles:
        return False
    first, second, shared = middles
    at_start = one.split()[: len(first)] == first
    if not shared or (at_start and shared <= _KINDS_OF_TEXT):
        return False
    return _are_names(first, known) and _are_names(second, known)


def name_things_apart(one: str, other: str, known: Known) -> bool:
    """Whether two sentences have different names in one place: "The cooler in Tarn Hall" and "in Dale Hall"."""
    here, there = ({each for each in _named_in(text) if each in known.named} for text in (one, other))
    stems, others = stems_of(one), stems_of(other)
    names = _names_of(known)
    return any(
        key == their_key and {name, theirs} <= names and not _has(others, name) and not _has(stems, theirs)
        for key, name in here
        for their_key, theirs in there
    )


def _are_names(words: Sequence[str], known: Known) -> bool:
    """Whether all have a capital, no text has them in lower case, and they are no dates or versions."""
    lower = [word.lower().strip("()[].,:;") for word in words]
    return all(_may_be_name(word) for word in words) and not any(word in known.lower | _OF_VERSIONS for word in lower)


def _named_instead(question: str, known: Known, path: Sequence[str], here: frozenset[Titled]) -> frozenset[str]:
    """The stems by which the question names another title or heading in place of one on this path."""
    own, on_path = list(_with_below(path)), stems_of(" ".join(path))
    for theirs in known.titled:
        for ours in own:
            apart = _asked_apart(question, theirs, ours, known, is_here=theirs in here)
            if apart and not apart & on_path:
                return apart
    return frozenset()


def _asked_apart(question: str, theirs: Titled, ours: Titled, known: Known, *, is_here: bool) -> frozenset[str]:
    """The asked stems in which their title differs from ours, if the question names theirs so, and not ours.

    Both are of one kind: they share words, or have the same heading below. Of a name a part is enough: "Anna" for
    "Staff file: Anna Lindqvist", beside "Staff file: Bert Salo". If they share words and differ in no name, as "Adult
    tickets" and "Child tickets", both are in this passage, and the question has a shared word as well.
    """
    middles = _middles(theirs[0], ours[0])
    if not middles:
        return frozenset()
    first, second, shared = middles
    asked, apart, own = _stems(question), _stems(" ".join(first)), _stems(" ".join(second))
    apart, own = apart - own, own - apart
    if not own or own & asked or not any(not stem.isdigit() for stem in apart & asked):
        return frozenset()
    if shared and _are_names(first, known):
        words = {word.lower().removesuffix("'s").removesuffix("’s") for word in _WORD.findall(question)}
        return _stems(" ".join(word for word in first if word.lower().strip(".,:;()") in words)) & apart
    has_same_below = bool(theirs[1]) and theirs[1].casefold() == ours[1].casefold()
    if not apart <= asked or not (has_same_below or (is_here and shared & asked)):
        return frozenset()
    return apart


_stems = lru_cache(maxsize=4096)(stems_of)


@lru_cache(maxsize=16384)
def _middles(one: str, other: str) -> tuple[list[str], list[str], frozenset[str]] | None:
    """In what two titles differ, and the stems that they share around it; None if one only adds to the other.

    "Handbook Alpha site" and "Handbook Beta site": [Alpha], [Beta], {handb, site}.
    """
    words, others = one.split(), other.split()
    first = 0
    while first < min(len(words), len(others)) and _same(words[first], others[first]):
        first += 1
    last = 0
    while last < min(len(words), len(others)) - first and _same(words[-1 - last], others[-1 - last]):
        last += 1
    middle, other_middle = words[first : len(words) - last], others[first : len(others) - last]
    if not middle or not other_middle:
        return None
    return middle, other_middle, stems_of(" ".join([*words[:first], *words[len(words) - last :]]))


def _same(word: str, other: str) -> bool:
    return word.casefold() == other.casefold()


def sections(passage: str, context: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The path of titles and headings of each section of a passage, with its slice, the headings left out."""
    lines = tuple(filter(None, context.split("\n")))
    stack: list[tuple[int, str]] = []
    path, start = lines, 0
    for found in _MARKED_HEADING.finditer(passage):
        yield path, start, found.start()
        level = len(found["marks"])
        stack = [each for each in stack if each[0] < level]
        stack.append((level, found["title"].strip(" #*_")))
        titles = tuple(title for _, title in stack)
        path, start = titles if stack[0][0] == 1 else (*lines[:1], *titles), found.end()
    yield path, start, len(passage)


def _with_below(path: Sequence[str]) -> Iterator[Titled]:
    return pairwise([*path, ""])


@lru_cache(maxsize=512)
def _known(passage: str, context: str) -> Known:
    titled = frozenset(each for path, _, _ in sections(passage, context) for each in _with_below(path))
    words = _WORD.findall(f"{passage}\n{context}")
    named = (pair for text in (passage, *context.split("\n")) for pair in _named_in(text))
    return Known(titled, frozenset(named), frozenset(word.lower() for word in words if word[0].islower()))


def _named_in(text: str, *, capitals: bool = True) -> Iterator[Named]:
    """Each name with the word that says what has it, behind it or before it; without `capitals` any two words."""
    for word, behind in pairwise(_WORD.finditer(text)):
        if text[word.end() : behind.start()] != " ":
            continue
        one, other = stem_of(word[0]), stem_of(behind[0])
        if not one or not other or min(len(word[0]), len(behind[0])) < _MIN_CHARS:
            continue
        if not capitals or _may_be_name(word[0]):
            yield f" {other}", one
        if not capitals or (_may_be_name(behind[0]) and word[0][0].islower()):
            yield f"{one} ", other


def _may_be_name(word: str) -> bool:
    return word[0].isupper() and not _NO_NAME.match(word)


def _has(stems: frozenset[str], name: str) -> bool:
    """Whether a text with these stems has a name, "full-time" being two of them."""
    return stems.issuperset(name.split("-"))


@lru_cache(maxsize=32)
def _names_of(known: Known) -> frozenset[str]:
    """The stems that stand for names only: no text has them in lower case."""
    return frozenset(name for _, name in known.named) - frozenset(map(stem_of, known.lower))


def _sentences_on_others(
    question: str, passage: str, sentences: Sequence[Range], above: frozenset[str], known: Known
) -> Iterator[Range]:
    """The sentences with another name than the question's in its place, and those behind that say "it" of that."""
    names = _names_of(known)
    in_question = known.named.intersection(_named_in(question, capitals=False))
    asked_names = [(key, name) for key, name in in_question if name in names and not _has(above, name)]
    if not asked_names:
        return
    asked, keys = stems_of(question), {key for key, _ in asked_names}
    before: frozenset[str] = frozenset()
    was_closed = False
    for start, end in sentences:
        words = passage[start:end]
        stems = stems_of(words)
        pointer = _POINTS_BACK.search(words)
        until = pointer.start() if pointer else len(words)  # "His mother, Sabina Vanahalm": about him
        named = _named_in(words[:until])
        others = {key for key, name in named if key in keys and name in names and not _has(asked, name)}
        instead = [name for key, name in asked_names if key in others]
        is_on_other = bool(instead) and not any(_has(stems, name) for name in instead) and not _COMPARES.search(words)
        if is_on_other and pointer and any(_has(before, name) for name in instead):
            is_on_other = False
        has_asked = any(_has(stems, name) for _, name in asked_names)
        was_closed = is_on_other or (was_closed and not has_asked and bool(_OPENS_WITH_POINTER.match(words)))
        if was_closed:
            yield start, end
        before = stems
