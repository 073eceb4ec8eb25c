"""Whether a sentence is on another thing than the question, and the sentence beside it that isn't.

"Are hens allowed?" isn't answered by "Cockerels are not allowed.", though every word but one is the question's.
"""

import re
from collections.abc import Iterator, Sequence

from index.lines import Line, item_at, items_around, line_at
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.polarity import forbids
from qa.answering.forms.verdict_words import words_of
from qa.reading.contrasts import of_contrasts
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

# Words that a question on any rule has, and of what is done with anything
OF_RULES = stems_of(
    "allowed allow permitted permit permission possible okay ok fine forbidden prohibited banned am need have keep "
    "bring take use get accept accepted pay make do put come go"
)
_BARE_BAN = re.compile(
    r"[^\w'’-]*(?!(?:it|they|this|that|these|those|he|she|we|you)\b)(?:no\s)?(?:[\w'’-]+\s){1,4}"
    r"(?:is|are|may|must|can|will)(?:\snot|\sno longer|n['’]t)?\s(?:be\s)?"
    r"(?:allowed|permitted|accepted|admitted|kept|used|brought|taken|forbidden|prohibited|banned|refused|disallowed)"
    r"(?:\s[\w'’-]+){0,5}[^\w'’-]*",
    re.IGNORECASE,
)
# What many things are that have other names
_WIDE = stems_of(
    "animal pet vehicle food drink alcohol device appliance equipment instrument game sport item thing object weapon "
    "electronics clothes valuables visitor guest outsider other"
)
_SHARED = 2 / 3  # of what is asked, in a sentence that stands for another
# "They are banned on weekdays." may be on what the sentence before it names
_POINTS_BACK = re.compile(
    r"^\W*(?:\w+ )?(?:its|their|he|his|she|her|this|that|these|those|both|neither|either|none|all|any|"
    r"everything|anything|nothing|same|so|which|there)\b|\b(?:it|they|them|him|others?|ones?|such)\b",
    re.IGNORECASE,
)


def is_on_another_thing(question: str, clause: str) -> bool:
    """Whether a clause has no word of the question, but for those that a question on any rule has."""
    return not asked_in(question, clause)


def is_bare_ban(clause: str) -> bool:
    """Whether a clause says no more than that a thing isn't allowed: "Cockerels are not allowed.", not "Animals …"."""
    return bool(_BARE_BAN.fullmatch(clause)) and forbids(clause) and not stems_of(clause) & _WIDE


def sentence_on_asked(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> Range | None:
    """The sentence beside the one at `[first, last)` that has most of what is asked, if that one has nothing of it.

    It stands before or behind it in the same paragraph, or as an item before or behind it in the same list. None where
    it isn't there, or the sentence may mean the same thing by "it" or "they".
    """
    sentence = text[first:last]
    if not is_on_another_thing(question, sentence) or _POINTS_BACK.search(sentence):
        return None
    asked = _asked(question)
    beside = ((place, text[slice(*place)]) for place in _beside(text, lines, first, last))
    places = [place for place, said in beside if not said.endswith("?") and not of_contrasts(question, said)]
    named = [len(asked_in(question, text[slice(*place)])) for place in places]
    most = max(named, default=0)
    return places[named.index(most)] if _SHARED * len(asked) <= most > 0 and named.count(most) == 1 else None


def _beside(text: str, lines: Sequence[Line], first: int, last: int) -> Iterator[Range]:
    floor, ceiling = block_at(text, lines, first, last)
    behind = last + len(text[last:ceiling]) - len(text[last:ceiling].lstrip())
    before = floor + len(text[floor:first].rstrip())
    if behind < ceiling:
        yield sentence_at(text, lines, behind, behind + 1)
    if before > floor:
        yield sentence_at(text, lines, before - 1, before)
    if item := item_at(text, lines, line_at(lines, first)):
        items = items_around(text, lines, item)
        at = next((i for i, each in enumerate(items) if each.start == item.start), None)
        if at is not None:
            yield from (sentence_at(text, lines, each.start, each.start + 1) for each in items[max(0, at - 1) : at])
            yield from (sentence_at(text, lines, each.start, each.start + 1) for each in items[at + 1 : at + 2])


def _asked(question: str) -> frozenset[str]:
    return stems_of(question) - OF_RULES


def asked_in(question: str, clause: str) -> frozenset[str]:
    """The stems of what is asked that a clause has, as a noun or a verb: "smoke" is in "Smoking is banned."."""
    said = stems_with_verbs(clause)
    forms = {stem: stems_with_verbs(word) for word in words_of(question) for stem in stems_of(word) - OF_RULES}
    return frozenset(stem for stem, those in forms.items() if any(_is_one(a, b) for a in those for b in said))


def _is_one(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
