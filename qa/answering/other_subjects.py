"""Passages about another thing of the kind that the question names: of "Villa Elv" where it asks of "Villa Dal".

Such documents have the same words and often the same answer: what one says is no source for another. They are known by
their titles, or by their topmost headings, which share some words and differ in others.
"""

from collections.abc import Sequence
from itertools import zip_longest

from index.retrieval.passages import Passage
from qa.reading.stems import stems_of

Place = tuple[str, int]
"""(Id of its document, where it starts): which passage it is."""

_NAMING_LINES = 2  # of a context: the title and the topmost heading


def place_of(passage: Passage) -> Place:
    """Which passage it is."""
    return passage.document_id, passage.start


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
