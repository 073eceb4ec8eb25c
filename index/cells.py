"""A table's cell, however the table is written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: `text` is the slice `[start, end)` of the document's text, without white space around.

    Of a head in two rows it is both, and the slice reaches from the one to the other. In HTML it is what is shown of
    the slice, without tags. `is_head` says whether it is marked as a head, None where nothing does that.
    """

    start: int
    end: int
    text: str
    is_head: bool | None = None
