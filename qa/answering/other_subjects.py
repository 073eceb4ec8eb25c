"""Passages about another thing of the kind that the question names: of "Villa Elv" where it asks of "Villa Dal".

Such documents have the same words and often the same answer: what one says is no source for another. They are known by
their titles, or by their topmost headings, which share some words and differ in others; or by the names in their
sentences (see `qa/reading/namesakes.py`).
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from index.retrieval.passages import Passage
from qa.reading.namesakes import (
    Known,
    differ_in_name,
    known_in,
    name_things_apart,
    named_around,
    of_namesakes,
    path_at,
)
from qa.reading.stems import stems_of

Place = tuple[str, int]
"""(Id of its document, where it starts): which passage it is."""

_NAMING_LINES = 2  # of a context: the title and the topmost heading


def place_of(passage: Passage) -> Place:
    """Which passage it is."""
    return passage.document_id, passage.start


def said_of_others(question: str, passages: Sequence[Passage]) -> dict[Place, list[tuple[int, int]]]:
    """The slices of the passages' documents that are about another thing than the one that the question names.

    For "When was the cooler in Tarn Hall filled?" that is "The cooler in Dale Hall was filled on 4 May.", if a passage
    has Tarn Hall.
    """
    known = known_of(passages)
    closed = {}
    for passage in passages:
        ranges = of_namesakes(question, passage.text, passage.context, known)
        closed[place_of(passage)] = [(passage.start + start, passage.start + end) for start, end in ranges]
    return closed


def known_of(passages: Iterable[Passage]) -> Known:
    """The names that passages have."""
    return known_in([(passage.text, passage.context) for passage in passages])


def on_two_things(one: tuple[Passage, int, int], other: tuple[Passage, int, int], known: Known) -> bool:
    """Whether two places, each a passage with a slice of its text, are on two things that only a name tells apart.

    Their titles or headings tell, or their sentences without the places themselves, for an answer may be a name.
    """
    paths = [path_at(passage.text, passage.context, start) for passage, start, _ in (one, other)]
    if any(differ_in_name(line, theirs, known) for line in paths[0] for theirs in paths[1]):
        return True
    here, there = (named_around(passage.text, start, end) for passage, start, end in (one, other))
    return name_things_apart(here, there, known)


def about_others(question: str, passages: Sequence[Passage]) -> frozenset[Place]:
    """The passages that are about another thing than the one which the question names.

    For "From when is Villa Dal let?" that are those of "Villa Elv", if one of "Villa Dal" is there: the question has
    all words in which its title differs, none in which theirs differ from it, and they don't speak of it.
    """
    asked = stems_of(question)
    if not asked:
        return frozenset()
    names = {passage.document_id: _names(passage) for passage in passages}
    others = (
        place_of(passage)
        for passage in passages
        for document_id, named in names.items()
        if document_id != passage.document_id and _is_other(asked, named, names[passage.document_id], passage.text)
    )
    return frozenset(others)


def _names(passage: Passage) -> list[frozenset[str]]:
    return [stems_of(line) for line in passage.context.split("\n")[:_NAMING_LINES]]


def _is_other(asked: frozenset[str], named: Sequence[frozenset[str]], own: Sequence[frozenset[str]], text: str) -> bool:
    """Whether a text is about another thing than a document with these names, which the question names."""
    for theirs, ours in zip_longest(named, own, fillvalue=frozenset[str]()):
        apart = theirs - ours
        if theirs & ours and apart and apart <= asked and ours - theirs and not (ours - theirs) & asked:
            return not apart & stems_of(text)
    return False
