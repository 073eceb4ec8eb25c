"""What an answer looks like: its form, the slice of the document that it is, and the parts of that."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Verdict = Literal["yes", "no"]


class Form(StrEnum):
    """How an answer is to be shown."""

    SPAN = "span"
    SENTENCE = "sentence"
    LIST = "list"
    STEPS = "steps"
    YES_NO = "yes_no"
    CELL = "cell"


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a list, or a step: `text` is the slice `[start, end)` of the cited document."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The slice `[start, end)` of a document's text in the form in which it answers.

    `parts` are those of a list or of steps, in their order and within the slice; `verdict` is that of yes_no; `row` and
    `column` are the heads of a cell, None where the table has none.
    """

    form: Form
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    row: str | None = None
    column: str | None = None
