"""Which places of an answer are in copies of one text, and so count as one source.

A copy of a whole text is left out by retrieval. But one with a date above, or a sentence behind, has other words.
"""

from index.lines import lines_near
from index.retrieval.passages import Passage
from qa.answering.answer_normalization import normalize
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of

_MIN_WORDS = 5  # "It opens at nine." is said so of anything


def are_copies(one: tuple[Passage, int, int], other: tuple[Passage, int, int]) -> bool:
    """Whether two places, each a passage with a slice of its text, are in one sentence of two copies.

    The titles of copies are the same, or one adds to the other: "Leave" and "Leave (draft)", but not "Leave 2025" and
    "Leave 2026", which are two texts that agree.
    """
    (passage, _, _), (their_passage, _, _) = one, other
    if passage.document_id == their_passage.document_id:
        return False
    title, their_title = (stems_of(each.context.partition("\n")[0]) for each in (passage, their_passage))
    sentence = _sentence(*one)
    is_long = len(sentence.split()) >= _MIN_WORDS
    return is_long and (title <= their_title or their_title <= title) and sentence == _sentence(*other)


def _sentence(passage: Passage, start: int, end: int) -> str:
    first, last = sentence_at(passage.text, lines_near(passage.text, start, end), start, end)
    return normalize(passage.text[first:last])
