"""Which answers documents disagree on: on passages and readings made by hand, and the invented sets with the real parts."""

import json

import pytest
from support import CALIBRATION, ROOT

from index.documents import Document
from index.retrieval.passages import Passage
from index.storage.principals import SEES_ALL
from qa.answering.answer_equivalence import same_fact
from qa.answering.conflicts import rivals_of
from qa.answering.ranking import rank
from qa.assembly import Engine, filter_of
from qa.reading.spans import Reading, Span

pytestmark = pytest.mark.slow

QUESTION = "How tall is Mount Selvy?"


def read(document: int, text: str, answer: str, score: float = 16.0) -> tuple[Passage, Reading]:
    """A passage of a document, and its reading: one span, with a margin of `score` over the null."""
    start = text.index(answer)
    passage = Passage(f"d{document}", 0, len(text), text, 1, {"fused": 0.16})
    return passage, Reading((Span(start, start + len(answer), score),), 0.0)


def rivals(*read: tuple[Passage, Reading], question: str = QUESTION, title: str = "") -> list[str]:
    ranked = rank([passage for passage, _ in read], [reading for _, reading in read], CALIBRATION)
    found = rivals_of(question, ranked, 0.0, lambda _: title)
    return [answer.candidates[0].text for answer in found]


BEST = read(1, "Mount Selvy is 2,310 metres tall.", "2,310 metres", 17.0)


def test_another_number_in_another_document_is_a_rival() -> None:
    assert rivals(BEST, read(2, "Mount Selvy is 2,347 metres tall.", "2,347 metres")) == ["2,347 metres"]


def test_every_rival_is_told_once() -> None:
    second = read(2, "Mount Selvy is 2,347 metres tall.", "2,347 metres")
    third = read(3, "Mount Selvy is 2,290 metres tall.", "2,290 metres", 15.0)
    fourth = read(4, "Mount Selvy is 2347 m tall.", "2347 m", 14.0)
    assert rivals(BEST, second, third, fourth) == ["2,347 metres", "2,290 metres"]


def test_what_is_said_of_two_things_is_no_contradiction() -> None:
    question = "When do the gates of the depot open?"
    north = read(1, "# North Depot\n\nThe gates open at 6 am.", "6 am", 17.0)
    assert rivals(north, read(2, "# East Depot\n\nThe gates open at 7 am.", "7 am"), question=question) == []
    assert rivals(north, read(2, "# Depot rules\n\nThe gates open at 7 am.", "7 am"), question=question) == ["7 am"]
    oslo = read(1, "The Oslo office is open for guests. It closes in May.", "May", 17.0)
    bergen = read(2, "The Bergen office is open for guests. It closes in July.", "July")
    assert rivals(oslo, bergen, question="When does the office close?") == []


def test_another_kind_is_no_rival_unless_the_best_answer_is_said_of_it_too() -> None:
    question = "How often can office staff work from home?"
    shore = read(1, "Shore staff may work from home one day a week.", "one day", 17.0)
    newer = read(2, "The shore staff may work from home two days a week.", "two days")
    assert rivals(shore, newer, question=question) == ["two days"]
    office = read(1, "Office staff may work from home one day a week.", "one day", 17.0)
    assert rivals(office, newer, question=question) == []


@pytest.mark.parametrize(
    ("document", "text", "answer", "score"),
    [
        (1, "Mount Selvy is 2,347 metres tall.", "2,347 metres", 16.0),  # the same document
        (2, "Mount Selvy is 2310 m tall.", "2310 m", 16.0),  # the same fact
        (2, "Mount Selvy is tall: a seven hours' climb.", "seven hours", 16.0),  # of another kind
        (2, "Mount Corran is 2,347 metres tall.", "2,347 metres", 16.0),  # another mountain
        (2, "Selvy, the mount, has a hut at 2,347 metres.", "2,347 metres", 1.0),  # hardly an answer
        (2, "It is 2,347 metres.", "2,347 metres", 16.0),  # nothing of the question
    ],
)
def test_what_is_no_rival(document: int, text: str, answer: str, score: float) -> None:
    assert rivals(BEST, read(document, text, answer, score)) == []


def test_the_title_says_what_a_passage_is_about() -> None:
    best, other = read(1, "It is 2,310 metres tall.", "2,310 metres", 17.0), read(2, "It is 2,347 m tall.", "2,347 m")
    assert rivals(best, other) == []
    assert rivals(best, other, title="Mount Selvy") == ["2,347 m"]


def test_another_year_than_the_question_names_is_no_rival() -> None:
    best = read(1, "In 2021 Aster earned 3 million euros.", "3 million euros", 17.0)
    other = read(2, "In 2022 Aster earned 5 million euros.", "5 million euros")
    assert rivals(best, other, question="What did Aster earn in 2021?") == []
    assert rivals(best, other, question="What did Aster earn?") == ["5 million euros"]


def test_a_document_that_supports_the_best_answer_too_is_no_rival() -> None:
    text = "Mount Selvy is 2,310 metres tall, or by the old survey 2,347 metres."
    spans = tuple(
        Span(text.index(words), text.index(words) + len(words), 16.0) for words in ("2,310 metres", "2,347 metres")
    )
    both = Passage("d2", 0, len(text), text, 1, {"fused": 0.16}), Reading(spans, 0.0)
    assert rivals(BEST, both) == []


CASES = json.loads((ROOT / "tests" / "data" / "consolidation.json").read_text())["cases"]


def test_the_invented_sets(fresh: Engine) -> None:
    """What holds by a margin, since a reader is never right on each: see `tests/benchmarks/consolidation.py`."""
    for case in CASES:
        for number, text in enumerate(case["documents"]):
            fresh.indexer.add(Document(f"{case['id']}-{number}", "Document", text), case["id"])
    right = dict.fromkeys(("agreement", "disagreement", "control"), 0)
    for case in CASES:
        answer = fresh.ask(SEES_ALL, case["question"], filter_of(case["id"]))
        texts = [given.text for given in answer.answers]
        for given in answer.answers:
            assert given.support == len({citation.document_id for citation in given.citations}) >= 1
        if case["kind"] == "agreement":
            right["agreement"] += [given.support for given in answer.answers] == [case["support"]]
        elif case["kind"] == "disagreement":
            told = sum(any(same_fact(text, gold) for gold in case["answers"]) for text in texts)
            right["disagreement"] += answer.conflict and told >= 2
        else:
            right["control"] += not answer.conflict
        assert answer.conflict <= (len(texts) >= 2)
    assert right["agreement"] >= 11, right  # of 15
    assert right["disagreement"] >= 13, right  # of 19
    assert right["control"] >= 17, right  # of 20
