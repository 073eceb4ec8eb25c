"""Slices of a text of which its format says what they are, though no mark in the text does.

A document keeps them in its metadata, a field for each kind, as it keeps which of its pages were recognised:
`"captions": "1200-1310, 2040-2100"`, in characters of the text. So every store, copy and backup has them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from index.documents import MAX_METADATA_CHARS, Metadata, Scalar

CAPTION, FORM_FIELD, FURNITURE = "caption", "field", "furniture"
FIELDS = {CAPTION: "captions", FORM_FIELD: "form_fields", FURNITURE: "page_furniture"}  # of metadata, by kind

_SLICES = re.compile(r"\d{1,9}-\d{1,9}(?:, \d{1,9}-\d{1,9})*")


@dataclass(frozen=True, slots=True)
class Known:
    """The slice `[start, end)` of the text, whole lines of it; `kind` is one of FIELDS."""

    start: int
    end: int
    kind: str


def known_slices(metadata: Metadata, length: int) -> tuple[Known, ...]:
    """Those that the metadata of a text of this length names, in order.

    A field that is written otherwise, as anybody may send one, names none, and neither does one that leads out of the
    text.
    """
    found = [each for kind in FIELDS for each in _read(metadata, kind) if each.end <= length]
    return tuple(sorted(found, key=lambda each: each.start))


def as_metadata(known: Iterable[Known]) -> dict[str, str]:
    """The fields of metadata that name these slices, which are in order: of each kind as many as such a field holds."""
    fields: dict[str, str] = {}
    for each in known:
        name = FIELDS[each.kind]
        more = f"{each.start}-{each.end}"
        written = f"{fields[name]}, {more}" if name in fields else more
        if len(written) <= MAX_METADATA_CHARS:
            fields[name] = written
    return fields


def moved(metadata: Metadata, at: int, by: int) -> dict[str, Scalar]:
    """The metadata of the same text with `by` more characters at `at`."""
    known = [each for kind in FIELDS for each in _read(metadata, kind)]
    later = (replace(each, start=each.start + by, end=each.end + by) if each.start >= at else each for each in known)
    return {**metadata, **as_metadata(later)}


def outside_furniture(known: Iterable[Known], text: str) -> Iterator[tuple[int, int]]:
    """The slices of the text between the page furniture, but for blank ones."""
    furniture = [(each.start, each.end) for each in known if each.kind == FURNITURE]
    edges = [(0, 0), *furniture, (len(text), len(text))]
    return ((end, start) for (_, end), (start, _) in pairwise(edges) if text[end:start].strip())


def before_furniture(text: str, metadata: Metadata, place: int) -> str:
    """The text up to the first page furniture behind `place`: a list or a sentence there doesn't go on in that."""
    behind = [each.start for each in _read(metadata, FURNITURE) if place <= each.start < each.end <= len(text)]
    return text[: behind[0]] if behind else text


def _read(metadata: Metadata, kind: str) -> list[Known]:
    """The slices of a kind; none if they aren't in order, one behind the other."""
    written = str(metadata.get(FIELDS[kind], ""))
    if not _SLICES.fullmatch(written):
        return []
    places = [int(place) for place in re.findall(r"\d+", written)]
    if any(after < before for before, after in pairwise(places)):
        return []
    return [Known(start, end, kind) for start, end in zip(places[::2], places[1::2], strict=True) if start < end]
