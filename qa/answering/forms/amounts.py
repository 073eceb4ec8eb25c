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
