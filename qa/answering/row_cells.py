"""The other cells of the table rows that candidates are in: read together with them, one of them may answer better.

| Boat  | Price | Weight |    "How heavy is the Eider?" with the candidate "40": beside it "Eider" and "120 kg"
| Eider | 40    | 120 kg |
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.answering.forms.question_kind import Kind, kind_of
from qa.reading.told_rows import told_row

if TYPE_CHECKING:
    from qa.answering.ranking import Candidate

BETTER = 0.0
"""By how much another cell's score must exceed the candidate's own, in logits."""

_OF_LABELS = re.compile(
    r"\b(?:which|list|most|least|(?!(?:gu|w|r|t|requ|inter|for|harv|cont|prot|inv|ch)est)\w{1,12}est)\b",
    re.IGNORECASE,
)


def asks_for_one_cell(question: str) -> bool:
    """Whether a question asks for one cell of a row that it names, and not for a row, several, or a yes or no."""
    return kind_of(question) is Kind.FACT and not _OF_LABELS.search(question)


def cells_beside(candidates: Sequence["Candidate"]) -> list[tuple[int, "Candidate"]]:
    """The other cells of each candidate's row, each with the number of the candidate; none that one of them touches."""
    beside = []
    for number, candidate in enumerate(candidates):
        passage, start, end = candidate.within
        row = told_row(passage.text, start, passage.context)
        if not row or end > row.cells[-1].end:
            continue
        for cell in row.cells:
            place = replace(
                candidate,
                start=passage.start + cell.start,
                end=passage.start + cell.end,
                text=passage.text[cell.start : cell.end],
            )
            if not any(place.overlaps(other) for other in candidates):
                beside.append((number, place))
    return beside


def with_better_cells(
    candidates: Sequence["Candidate"], beside: Sequence[tuple[int, "Candidate"]], scores: Sequence[float]
) -> tuple[list["Candidate"], list[float]]:
    """The candidates, each in the place of its row's best cell; and their scores, of which those `beside` come last."""
    chosen, best = list(candidates), list(scores[: len(candidates)])
    for (number, place), score in zip(beside, scores[len(candidates) :], strict=True):
        if score > best[number] + (BETTER if chosen[number] is candidates[number] else 0.0):
            chosen[number], best[number] = place, score
    return chosen, best
