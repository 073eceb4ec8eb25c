"""Yes or no as the reader reads it in a clause, where it is sure enough; the rules over the words decide what is left.

It reads the clause below its title and heading:

    Rules of the baths. Animals. Guide dogs excepted, no animals are let in.

Numbers are left to the rules: "up to 20" says no to 25, and which of two rows in a table has more is counted.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from index.context import context_of, read_prefix
from index.documents import Document
from qa.answering.forms.form import Form, Shape, Verdict
from qa.answering.forms.limits import relation_to_limit
from qa.answering.forms.question_kind import Kind, kind_of
from qa.reading.comparisons import comparison_asked
from qa.reading.reader import Reader

SURE = 0.72
"""The least probability of a yes, or of a no, that is given."""


class VerdictReader:
    """Gives shapes that answer yes or no the verdict that the reader reads; for one question as it is read."""

    def __init__(self, reader: Reader, question: str) -> None:
        self._question = question
        self._asks = kind_of(question) is Kind.YES_NO
        self._count_tokens = cache(lambda words: reader.count_tokens([words]))
        self._decide = cache(partial(reader.decide, question))

    def __call__(self, document: Document, shape: Shape) -> Shape:
        """The shape with its verdict; as it is if it answers something else, or the reader can't tell."""
        if not self._asks or shape.form not in (Form.YES_NO, Form.SENTENCE, Form.SPAN):
            return shape
        if shape.verdict and self._counts(document.text[shape.start : shape.end]):
            return shape
        yes = self._decide(below_heading(document, shape.start, shape.end, self._count_tokens))
        verdict = verdict_of(yes) or shape.verdict
        return replace(shape, form=Form.YES_NO, verdict=verdict) if verdict else shape

    def _counts(self, clause: str) -> bool:
        """Whether numbers decide: two things that are compared, or a limit and an amount that is asked about."""
        return comparison_asked(self._question) is not None or relation_to_limit(self._question, clause) is not None


def below_heading(document: Document, start: int, end: int, count_tokens: Callable[[str], int]) -> str:
    """The slice of a document's text below its title and nearest heading."""
    return read_prefix(context_of(document, start), count_tokens) + document.text[start:end]


def verdict_of(yes: float | None) -> Verdict | None:
    """Yes or no by the probability of a yes; None if neither is likely enough, or nothing is known."""
    if yes is None or max(yes, 1 - yes) < SURE:
        return None
    return "yes" if yes > 1 - yes else "no"
