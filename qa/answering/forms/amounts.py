"""The amount that is said of what the question names, where a sentence gives several of them.

"A booking lasts 45 minutes for squash and 90 minutes for tennis." has two lengths, and readers often take the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of

# "£32 an hour for adults", "8 kg of cotton", "90 minutes for tennis": a number, at most three more words, then for whom
_AMOUNT = re.compile(
    r"(?<![\d.,:])(?P<amount>[£$€]?\d+(?:[.,:]\d+)*(?:\s?[°%][CF]?)?(?:\s(?!and\b|or\b|but\b|for\b|of\b)[a-z]+){0,3}?)"
    r"\s(?:for|of|on|at|in|to|with)\s(?:(?:the|an?|each|every|all|other)\s)?"
    r"(?P<subject>(?!and\b|or\b)[a-z][a-z'’-]+(?:\s(?!and\b|or\b|but\b|from\b|to\b)[a-z][a-z'’-]+)?)"
)
# "€24, a weekend ticket €40": an amount of something before, then another thing with its own
_TWO_AMOUNTS = re.compile(
    r"[£$€]?\d(?:[.,:]?\d)*(?:\s[^\W\d_]{1,12}){0,2}(?:,|,?\sand)\s(?P<subject>(?:[^\W\d_][\w'’-]*\s){1,5})"
    r"(?P<amount>[£$€]?\d[\d.,:]*(?:\s[^\W\d_]{1,12}){0,2})"
)
_FROM_TO = re.compile(
    r"(?:from\s+)?(?P<before>\S+(?:\s(?!to\b)\S+){0,3})\s+to\s+(?P<after>\S+(?:\s\S+){0,3})", re.IGNORECASE
)
_CHANGES = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|rais\w+|(?:goes|go|going|went|gone|put) (?:up|down)|falls?|fell|fallen|"
    r"drop\w*|decreas\w+|reduc\w+|cut|lower\w*|chang\w+)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_LOOKED_AT = 80  # characters before a span
_FORMERLY = re.compile(
    r"\b(?:before|until|was|were|did|used to|old|previous\w*|former\w*|earlier|so far|last)\b", re.IGNORECASE
)
_ON_CHANGE = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|rais\w+|up|down|falls?|fell|drop\w*|decreas\w+|reduc\w+|cut|lower\w*|"
    r"chang\w+|more|less|difference)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    subject: frozenset[str]


def asked_amount(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of another amount in the span's sentence, if that is what the question asks for.

    The span must be an amount of something that the question doesn't name, and exactly one other amount be of
    something that it names. "How long is a tennis booking?" with the span "45 minutes" gets "90 minutes".
    """
    first, last = sentence_at(text, lines, start, end)
    amounts = [
        _Amount(found.start("amount"), found.end("amount"), stems_of(found["subject"]))
        for found in _AMOUNT.finditer(text, first, last)
    ]
    touched = [amount for amount in amounts if amount.start < end and start < amount.end]
    asked = stems_of(question)
    if len(touched) != 1 or touched[0].subject & asked:
        return None
    named = [amount for amount in amounts if amount.subject and amount.subject <= asked]
    return (named[0].start, named[0].end) if len(named) == 1 else None


def last_amount(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The slice of the second amount, if the span is one of another thing and then that which is asked for.

    "How much is a weekend ticket?" with the span "€24, a weekend ticket €40" gets "€40".
    """
    both = _TWO_AMOUNTS.fullmatch(text, start, end)
    subject = stems_of(both["subject"]) if both else frozenset()
    return both.span("amount") if both and subject and subject <= stems_of(question) else None


def changed_amount(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The slice of what an amount has become, or of what it was if that is asked, if the span is both of them.

    "How much is a cycle from June?" with the span "£1.20 to £1.50" of "a cycle rises from £1.20 to £1.50": "£1.50", for
    what lies between them isn't its price. A question on the change itself gets both.
    """
    change = _FROM_TO.fullmatch(text, start, end)
    before = text[max(0, start - _LOOKED_AT) : start]
    rises = change and _CHANGES.search(before if text[start:end].lower().startswith("from") else _without_from(before))
    if not change or not rises or _ON_CHANGE.search(question):
        return None
    return change.span("before" if _FORMERLY.search(question) else "after")


def _without_from(before: str) -> str:
    """The text before a span without the "from" at its end; empty if there is none."""
    words = before.rstrip()
    return words.removesuffix("from") if words.endswith(" from") else ""
