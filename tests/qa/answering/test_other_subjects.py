"""Passages about another thing of the kind that a question names are no sources for what is said of it."""

import pytest

from index.retrieval.passages import Passage
from qa.answering.other_subjects import about_others
from qa.answering.ranking import rank
from qa.reading.spans import Reading, Span

TEXT = "The house is let from 1 June."


def passage(name: str, context: str, text: str = TEXT) -> Passage:
    return Passage(name, 0, len(text), text, 1, {}, context)


@pytest.mark.parametrize(
    ("question", "contexts", "others"),
    [
        ("From when is Villa Dal let?", ["Villa Dal", "Villa Elv"], {"1"}),
        ("From when is Villa Elv let?", ["Villa Dal", "Villa Elv"], {"0"}),
        ("From when are villas let?", ["Villa Dal", "Villa Elv"], set()),  # names none
        ("Are Villa Dal and Villa Elv let?", ["Villa Dal", "Villa Elv"], set()),  # names both
        ("When did Hedda start?", ["hedda\nContract of Hedda", "jonas\nContract of Jonas"], {"1"}),
        ("When did Hedda start?", ["hedda", "jonas"], set()),  # what has nothing in common may be about anything
        ("How many days of leave?", ["Leave policy", "Handbook"], set()),
    ],
)
def test_titles_that_differ_in_the_word_that_is_asked_for(question: str, contexts: list[str], others: set[str]) -> None:
    passages = [passage(str(number), context) for number, context in enumerate(contexts)]
    assert {name for name, _ in about_others(question, passages)} == others


def test_a_passage_that_speaks_of_what_is_asked_for_is_about_it() -> None:
    both = [passage("0", "Villa Dal"), passage("1", "Villa Elv", "As Villa Dal, it is let from 1 June.")]
    assert not about_others("From when is Villa Dal let?", both)


def test_the_same_answer_on_another_is_neither_support_nor_another_answer() -> None:
    start = TEXT.index("1 June")
    read = Reading((Span(start, start + 6, 5.0),), 0.0)
    passages = [passage("0", "Villa Dal"), passage("1", "Villa Elv")]
    (answer,) = rank(passages, [read, read], None, question="From when is Villa Dal let?")
    assert [place.passage.document_id for place in answer.candidates] == ["0"]
    assert answer.lead is None
    (both,) = rank(passages, [read, read], None, question="From when are they let?")
    assert [place.passage.document_id for place in both.candidates] == ["0", "1"]


def test_an_answer_said_of_another_is_none() -> None:
    texts = ["The cooler in Dale Hall was filled on 5 May.", "The cooler in Tarn Hall was filled on 4 May."]
    passages = [passage(str(number), f"Note {number}", text) for number, text in enumerate(texts)]
    readings = [
        Reading((Span(text.index("on "), len(text) - 1, 9.0 - number),), 0.0) for number, text in enumerate(texts)
    ]
    (answer,) = rank(passages, readings, None, question="When was the cooler in Tarn Hall filled?")
    assert answer.candidates[0].text == "on 4 May"
    assert len(rank(passages, readings, None, question="When was the cooler filled?")) == 2
