"""How an answer is shown: its form, its slice of the document, and the parts of that slice."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Verdict = Literal["yes", "no"]


class Form(StrEnum):
    """How to show an answer."""

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
    """The slice `[start, end)` of a document's text that answers, and its form.

    `parts` are set for LIST and STEPS, in their order and within the slice; `verdict` for YES_NO; `row` and `column`,
    the heads of a cell, for CELL, each None if the table has none. `is_stated`: the text has the verdict itself, as a
    table's cell "yes".
    """

    form: Form
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    verdict: Verdict | None = None
    row: str | None = None
    column: str | None = None
    is_stated: bool = False
