"""The amount behind a comma that a sentence gives for another case in few words: "4 euros, for umbrellas nothing".

| question                   | sentence                                   | amount  |
| -------------------------- | ------------------------------------------ | ------- |
| What for my umbrella?      | Finds cost £4, for umbrellas nothing.      | nothing |
| A ticket on Sunday?        | The adult ticket is 9 euros, on Sundays 6. | 6       |
| I lost my fob, how much?   | A lost fob is £35, a lost key £12.         | £35     |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.language.months import MONTH
from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.quantities import NUMBER_WORD
from qa.reading.stems import stems_of

Range = tuple[int, int]

_AMOUNT = (
    rf"(?:(?:[£$€]\s?\d[\d.,]*(?<![.,])|(?:\d[\d.,]*(?<![.,])|(?:half\s)?an?|half|{NUMBER_WORD})"
    rf"(?!\s?{MONTH})(?:\s?[€£$%]|\s(?:and\sa\shalf\s)?[a-z]{{1,12}})?)|nothing|none|free(?:\sof\scharge)?)"
)
_HAS_AMOUNT = re.compile(rf"(?<![\w.,£$€:/–-])(?:{_AMOUNT})(?!\w)", re.IGNORECASE)
_COUNTS = re.compile(r"\d|\b(?:nothing|none|free|half|hours?|minutes?|days?|weeks?|months?|years?)\b", re.IGNORECASE)
_FURTHER_CASE = re.compile(
    r"(?:(?:and|but)\s)?(?:(?:for|on|in|at|against|after|before|with|under|over|during|by)\s)?(?:(?:the|an?|all)\s)?"
    r"(?P<subject>(?!plus\b|including\b)[^\W\d_][\w'’-]*(?:\s(?!(?:until|till|from|to|of|per|plus)\b)[^\W\d_][\w'’-]*){0,3}?)\s"
    r"(?:(?:gets?|have|has|pays?|goe?s?|are|is|costs?|takes?|lasts?)\s(?:it\s|in\s)?)?(?:(?:only|just)\s)?"
    rf"(?P<amount>{_AMOUNT})(?:\s(?:only|each))?",
    re.IGNORECASE,
)
_ON_TIME = re.compile(r"^\W*(?:\w+ )?(?:when|what time|which day)\b", re.IGNORECASE)
_ON_SEVERAL = re.compile(r"\b(?:and|or|both)\b", re.IGNORECASE)
_MAX_CHARS = 300


@dataclass(frozen=True, slots=True)
class _Case:
    amount: Range
    said: frozenset[str]  # stems of what it is of


def amount_of_other_case(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice of the amount of the case that the question names, where the span has that of another one.

    What the cases have in common, as "lost" in "a lost fob is £35, a lost key £12", names none of them. None if the
    question names several or none, or the first one, with which all may be meant.
    """
    if _ON_TIME.search(question):
        return None
    cases = _cases(text, *sentence_at(text, lines, start, end))
    touched = [case for case in cases if case.amount[0] < end and start < case.amount[1]]
    if len(cases) < 2 or not touched:
        return None
    asked = stems_of(question)
    own = [case.said - frozenset().union(*(each.said for each in cases if each is not case)) for case in cases]
    named = [case for case, words in zip(cases, own, strict=True) if words & asked]
    if cases[0] in named and len(named) > 1 and not _ON_SEVERAL.search(question):
        named.remove(cases[0])  # "an adult ticket on Sunday" names the ticket, too
    if len(named) != 1 or touched == named or (named[0] is cases[0] and cases[0] in touched):
        return None
    return named[0].amount


def _cases(text: str, first: int, last: int) -> list[_Case]:
    """The amount that a sentence is on, and those of the further cases behind its commas; none unless there are any."""
    parts = _parts(text, first, last)
    main = (
        [found.span() for found in _HAS_AMOUNT.finditer(text, *parts[0]) if _COUNTS.search(found[0])] if parts else []
    )
    if not main or last - first > _MAX_CHARS:
        return []
    with_digit = [place for place in main if re.search(r"\d", text[slice(*place)])]
    if len(with_digit or main) > 1:
        return []
    (amount,) = with_digit or main
    cases = [_Case(amount, stems_of(text[slice(*parts[0])]) - stems_of(text[slice(*amount)]))]
    for part in parts[1:]:
        tail = _FURTHER_CASE.fullmatch(text, *part)
        if not tail or not _COUNTS.search(tail["amount"]):
            return []
        cases.append(_Case(tail.span("amount"), stems_of(tail["subject"])))
    return cases


def _parts(text: str, first: int, last: int) -> list[Range]:
    stop = first + len(text[first:last].rstrip(" .!\n"))
    edges = [first, *(mark.end() for mark in re.finditer(r",\s|;\s", text[:stop]) if mark.start() >= first), stop]
    return [
        (begin, begin + len(text[begin:end].rstrip(" ,;\n")))
        for begin, end in pairwise(edges)
        if text[begin:end].strip()
    ]
