"""Sentences on the opposite of what a question is on: "the old boat" isn't "the new boat".

Asked "How much did the new boat cost?", a reader takes the price for which "the old boat was sold"; asked "Is the small
hall heated?", it says no by "The large hall isn't heated."
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.reading.namesakes import sections
from qa.reading.stems import stem_of
from qa.reading.weekdays import days_asked

Range = tuple[int, int]

_ORDINALS = "first, second, third, fourth, fifth"  # a rule for the first year tells something of the third as well
_AGES = "under, over"  # of "under 16s" and "over 16s"; other limits are compared in `limits.py`
# Before one noun, two of the same row tell two kinds apart; those between commas are one. A word may be of several
_ROWS = (
    "basic, standard, premium, gold, silver, bronze, platinum, pro, enterprise, starter",
    "large big huge main, medium, small tiny little",
    "full-time, part-time",
    "temporary seasonal casual, permanent",
    "new, existing current old, old former previous",
    "annual yearly, monthly, weekly, daily, hourly",
    "electric, diesel, petrol, hybrid, gas, charcoal",
    "private, business commercial corporate",
    "domestic national, international foreign",
    "adult, child child's children's kid kid's kids kids' junior youth, senior",
    "indoor inside, outdoor outside",
    "upper, lower",
    "top, middle, bottom",
    "front, back rear",
    "left, right",
    "north northern, south southern, east eastern, west western",
    "red, green, blue, yellow, black, white, brown, grey, pink, orange, purple",
    "male men's, female women's ladies'",
    "raw, cooked",
    "digital, printed",
    "hot warm heated, cold cool unheated",
    "soft, hard",
    "morning, afternoon, evening, night",
    "early, late",
    "fresh, dried dry, frozen, tinned canned",
    "spring, summer, autumn, winter",
    "single, double, twin, family",
    "single, return",
    "minimum, maximum",
    "home, away",
    "arrival, departure",
    "inner, outer",
    "high peak, low off-peak",
    "fast, slow",
    "deep, shallow",
    "motor, rowing, sailing",
    _AGES,
    _ORDINALS,
)
# "The first costs £52, each further one £38"
_ON_THE_OTHERS = re.compile(
    r"\b(?:further|additional|each|every|next|another|others?|extra|more|following|subsequent|after that|rest)\b",
    re.IGNORECASE,
)
_PARTS_OF_DAY = frozenset(("morning", "afternoon", "evening", "night", "lunchtime", "noon"))
_NOUNS = 2  # words behind one that may be what it tells the kind of: "the old garden shed"

_ASKS_WHY_OR_HOW = re.compile(
    r"\b(?:why|what for|how come|how (?:do|does|did|can|could|should|to|would|is|are))\b", re.IGNORECASE
)
_ASKS_WHETHER = re.compile(
    r"(?:^\W{0,5}|[,;:.!?–—-]\s)(?:(?:and|so|but) )?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|may|"
    r"might|must|should|shall|will|would|need)(?:n['’]t)?\s|\b(?:ok|okay|alright|fine|allowed|possible|right)\W{0,5}$",
    re.IGNORECASE,
)
_ASKS_CONSENT = re.compile(
    r"\b(?:can|may|could|must|should|allowed|permitted|ok|okay|fine|need|have to|possible|free to)\b", re.IGNORECASE
)
_ASKS_FOR_ONE = re.compile(
    r"\b(?:is|are|was|were)(?:n['’]t)? there\b|\b(?:have|has|got) (?:you|we|they|it|any|an?)\b", re.IGNORECASE
)
_PLACED = re.compile(
    r"\b(?:in|on|at|by|with|from|to|into|onto|through|under|near|as)(?:\s+(?:the|an?|my|our|your|its|their))?\s+$",
    re.IGNORECASE,
)
# Then the one kind may tell of the other: "When did the new pump replace the old one?"
_ON_BOTH = re.compile(
    r"\b(?:than|replac\w*|succe\w*|instead|compar\w*|differ\w*|chang\w*|becom\w*|became|between|both|or|swap\w*)\b",
    re.IGNORECASE,
)
# What says by the one kind whether the other is so: "Slow lanes only", "The old terms apply until you accept new ones"
_DECIDES_OTHERS = re.compile(
    r"\b(?:only|solely|exclusively|alone|except\w*|excluding|unless|until|still|already|than|other|others|else|elsewhere|rest|"
    r"instead|between|either|both|each|restricted|reserved|limited|void|continues?|replac\w*|moved|restored|anymore|"
    r"a must|essential|mandatory|compulsory)\b|"
    r"\bno longer\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*['’]?")
_POINTS_BACK = re.compile(r"[ \t]{0,3}(?:it|its|they|their|there)\b", re.IGNORECASE)
_AGE = re.compile(r"\d{1,2}['’]?s")
# Between two kinds that a sentence tells of one after the other: "The old boat is red, that of the new boat …"
_COORDINATED = re.compile(
    r"(?:[,;]|\b(?:and|but|while|whereas))\s+(?:(?:and|but|while|the|an?|in|on|for|at|that|those|of|to|with|our)\s+){0,4}$",
    re.IGNORECASE,
)
_ADJACENT = re.compile(r"[ \t*_]{1,5}")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A word that tells a kind, the index of its row, what it means there, and the stems of the words behind it.

    `place` is where it starts.
    """

    row: int
    means: frozenset[int]
    nouns: tuple[str, ...]
    place: int


def of_contrasts(question: str, passage: str, context: str = "") -> list[Range]:
    """The slices of the passage's sentences on the opposite of what the question is on; `context` has its headings.

    One that has the question's own kind as well is on both. None for a question on reasons or ways to do something, nor
    where it asks whether something is in or with the one kind: "Is it in the small hall?" is answered by "It is in the
    large hall."
    """
    is_yes_no = bool(_ASKS_WHETHER.search(question))
    closed: set[Range] = set()
    for asked in _asked(question, is_yes_no=is_yes_no):
        for path, start, end in sections(passage, context):
            is_below = _is_on_opposite("\n".join(path), asked)
            was_closed = False
            for first, last in _sentences(passage, start, end):
                sentence = passage[first:last]
                is_on_it = was_closed and bool(_POINTS_BACK.match(sentence))
                tells = _names(sentence, asked) or (is_yes_no and decides_others(sentence))
                was_closed = not tells and (is_below or is_on_it or _is_on_opposite(sentence, asked))
                if was_closed:
                    closed.add((first, last))
                elif not is_yes_no and (part := _part_on_opposite(sentence, asked)):
                    closed.add((first + part[0], first + part[1]))
    return sorted(closed)


def is_on_contrary(question: str, clause: str) -> bool:
    """Whether a clause has another kind of something than the question, and says nothing of the same.

    That of a place as well, unlike for `of_contrasts`: "Is it in the small hall?" with "It is in the large hall."
    """
    return any(_is_on_opposite(clause, asked) for asked in _asked(question, is_yes_no=True, with_places=True))


def decides_others(clause: str) -> bool:
    """Whether what a clause says of one kind may tell of the others, as "Only large dogs need a lead." does."""
    return bool(_DECIDES_OTHERS.search(clause))


def are_contrary(kind: str, other: str) -> bool:
    """Whether two stems are of one row, and of two kinds: "large" and "small", not "large" and "big"."""
    return any(
        row == their_row and not means & theirs
        for row, means in _BY_STEM.get(kind, {}).items()
        for their_row, theirs in _BY_STEM.get(other, {}).items()
    )


def _asked(question: str, *, is_yes_no: bool, with_places: bool = False) -> list[_Kind]:
    """The kinds that a question is on; none of those that it has several of, or asks for."""
    if _ON_BOTH.search(question) or _ASKS_WHY_OR_HOW.search(question):
        return []
    is_on_place = is_yes_no and not with_places and not _ASKS_CONSENT.search(question)
    if is_yes_no and _ASKS_FOR_ONE.search(question):
        return []
    return [
        kind
        for kind in _kinds(question)
        if not any(row == kind.row and not means & kind.means for row, means in _meanings(question))
        and not (is_yes_no and kind.row == _OF_ORDER)
        and not (is_on_place and _PLACED.search(question, 0, kind.place))
    ]


def _is_on_opposite(text: str, asked: _Kind) -> bool:
    """Whether a text has another kind of what the question is on, and not the same."""
    if asked.row == _OF_ORDER and _ON_THE_OTHERS.search(text):
        return False
    return bool(_alike(text, asked)) and not _names(text, asked)


def _part_on_opposite(sentence: str, asked: _Kind) -> Range | None:
    """The part of a sentence on both kinds that is on the other: "The old boat cost £9," before "the new boat £20"."""
    kinds = _alike(sentence, asked)
    is_asked = [bool(kind.means & asked.means) for kind in kinds]
    if is_asked not in ([True, False], [False, True]):
        return None
    first, second = (kind.place for kind in kinds)
    if not _COORDINATED.search(sentence, first, second):
        return None
    return (second, len(sentence)) if is_asked[0] else (0, second)


def _alike(text: str, asked: _Kind) -> list[_Kind]:
    """The kinds that a text has of what the question asks of one."""
    return [each for each in _kinds(text) if each.row == asked.row and _share_noun(each.nouns, asked.nouns)]


def _share_noun(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether what two kinds are of is the same: "hall" and "meeting hall", not "boat cost" and "harbour cost"."""
    return any(_is_same(one[0], each) for each in other) or any(_is_same(other[0], each) for each in one)


def _is_same(noun: str, other: str) -> bool:
    return noun.startswith(other) or other.startswith(noun)  # "class" and "classes" have two stems


def _names(text: str, asked: _Kind) -> bool:
    return any(row == asked.row and means & asked.means for row, means in _meanings(text))


def _meanings(text: str) -> Iterator[tuple[int, frozenset[int]]]:
    """The row of each word that tells a kind, and what it means there."""
    for word in _WORD.finditer(text):
        yield from _of_word(word[0])


def _kinds(text: str) -> Iterator[_Kind]:
    words = list(_WORD.finditer(text))
    for i, word in enumerate(words):
        rows = list(_of_word(word[0]))
        nouns = list(_nouns_behind(text, words, i)) if rows else []
        for row, means in rows:
            own = [noun for noun in nouns if not any(row == each for each, _ in _of_word(noun))]
            if own and own[0][0].isupper() and word[0][0].islower():
                own = own[1:]  # a name
            if own and _may_be_of(row, own[0]):
                yield _Kind(row, means, tuple(map(stem_of, own)), word.start())


def _may_be_of(row: int, noun: str) -> bool:
    """Whether a noun may have kinds of a row: no evening is a kind of Monday's, and only "16s" are over or under."""
    if row == _OF_DAYS:
        return noun.lower().removesuffix("s") not in _PARTS_OF_DAY
    return row != _OF_AGE or bool(_AGE.fullmatch(noun))


def _nouns_behind(text: str, words: Sequence[re.Match[str]], i: int) -> Iterator[str]:
    """The words right behind one, up to a stop word or a mark."""
    for before, word in pairwise(words[i : i + 1 + _NOUNS]):
        if not _ADJACENT.fullmatch(text, before.end(), word.start()) or not stem_of(word[0]):
            return
        yield word[0]


def _of_word(word: str) -> Iterator[tuple[int, frozenset[int]]]:
    yield from _BY_WORD.get(word.lower().replace("’", "'"), {}).items()
    if days := days_asked(word):
        yield _OF_DAYS, days


def _sentences(passage: str, start: int, end: int) -> Iterator[Range]:
    for mark in _SENTENCE_END.finditer(passage, start, end):
        yield start, mark.end()
        start = mark.end()
    yield start, end


def _table(rows: Sequence[str]) -> dict[str, dict[int, frozenset[int]]]:
    """A word that tells a kind → the index of each row that it is in → which of the kinds there it means."""
    table: dict[str, dict[int, frozenset[int]]] = {}
    for row, kinds in enumerate(rows):
        for number, words in enumerate(kinds.split(", ")):
            for word in words.split():
                means = table.setdefault(word, {})
                means[row] = means.get(row, frozenset()) | {number}
    return table


def _by_stem(words: dict[str, dict[int, frozenset[int]]]) -> dict[str, dict[int, frozenset[int]]]:
    table: dict[str, dict[int, frozenset[int]]] = {}
    for word, rows in words.items():
        means = table.setdefault(stem_of(word), {})
        for row, numbers in rows.items():
            means[row] = means.get(row, frozenset()) | numbers
    return table


_BY_WORD = _table(_ROWS)
_BY_STEM = _by_stem(_BY_WORD)
_OF_DAYS = len(_ROWS)
_OF_AGE, _OF_ORDER = _ROWS.index(_AGES), _ROWS.index(_ORDINALS)
