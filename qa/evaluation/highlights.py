"""A passage's text cut where gold answers and the given one begin and end, so that a page can mark them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.rows import Passage, Place


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage; `gold` and `answer` say what it lies in."""

    text: str
    gold: bool
    answer: bool


def pieces(passage: Passage, golds: Sequence[Gold], answer: Sequence[Place]) -> list[Piece]:
    """The passage's text in order; joined, the pieces are the text.

    Golds without offsets are found by their words, white space and case apart, in passages of their own document (or in
    any, if they name none). `answer` is the citations of the answer.
    """
    text = passage.text
    gold_spans = [span for gold in golds for span in _spans(passage, gold)]
    answer_spans = [span for place in answer for span in _spans(passage, place)]
    cuts = sorted({0, len(text), *(at for span in (*gold_spans, *answer_spans) for at in span)})
    return [
        Piece(text[start:end], _inside(start, gold_spans), _inside(start, answer_spans))
        for start, end in pairwise(cuts)
    ]


def _spans(passage: Passage, place: Gold | Place) -> Iterable[tuple[int, int]]:
    """Where `place` lies in the passage's text, from its offsets in the document or else from its words."""
    text = passage.text
    if place.document_id not in (None, passage.document_id):
        return
    if place.start is not None and place.end is not None:
        start, end = (min(max(offset - passage.start, 0), len(text)) for offset in (place.start, place.end))
        if start < end:
            yield start, end
    elif isinstance(place, Gold) and (words := place.text.split()):
        pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
        yield from (match.span() for match in re.finditer(pattern, text, re.IGNORECASE))


def _inside(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)
