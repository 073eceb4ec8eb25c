"""A phrase that only names another thing is the last question, asked of that."""

import pytest

from index.documents import Document
from index.storage.principals import SEES_ALL
from qa.answering.another_thing import asked_of_another_thing
from qa.answering.questions import Turn
from qa.assembly import Engine, filter_of


@pytest.mark.parametrize(
    ("earlier", "question", "asked"),
    [
        ("When is the lock open in summer?", "And in winter?", "When is the lock open in winter?"),
        ("What is a berth for members on Sundays?", "and for guests?", "What is a berth for guests on Sundays?"),
        ("How much does the Harbour Pass cost?", "what about the Quay Card", "How much does the Quay Card cost?"),
        ("How much does the pass cost?", "And the Quay Card?", None),  # it names nothing in capitals
        ("Who sold Teal to Ida?", "And Eider?", None),  # it may stand for either
        ("What is the toll in May in Lund?", "And in June?", None),
        ("How long is the lock?", "And the quay?", None),
        ("How many of the boats are let?", "And of the huts?", None),
        ("When is it open in summer?", "And who opens it in winter?", None),  # asks by itself
        ("When is it open in summer?", "In winter?", None),  # may be anything
        ("When is it open in summer?", "And?", None),
        ("When is the pool open?", "and on Sundays?", None),
        ("Is it open in summer?", "And in winter?", None),  # for yes or no
    ],
)
def test_a_question_that_only_names_another_thing_is_the_last_one_on_it(
    earlier: str, question: str, asked: str | None
) -> None:
    assert asked_of_another_thing(question, [Turn(earlier, "4 kg")]) == asked
    assert asked_of_another_thing(question, []) is None


def test_one_that_only_names_another_thing_may_follow_such_a_one() -> None:
    turns = [Turn("How much does the Harbour Pass cost?", "£40"), Turn("And the Quay Card?", "£9")]
    assert asked_of_another_thing("And the Slip Ticket?", turns) == "How much does the Slip Ticket cost?"


@pytest.mark.slow
def test_it_names_a_cell_as_the_whole_question_does(fresh: Engine) -> None:
    text = "# Tolls\n\n| Boat | Toll in summer | Toll in winter |\n|---|---|---|\n| Yacht | £12 | £7 |\n| Barge | £30 | £18 |\n"
    fresh.indexer.add(Document("tolls.md", "Tolls", text, media_type="text/markdown"), "default")
    history = [Turn("What is the toll for a barge in summer?", "£30")]
    answer = fresh.ask(SEES_ALL, "And in winter?", filter_of(), history=history)
    assert answer.asked_as == "What is the toll for a barge in winter?"
    assert answer.answers[0].text == "£18"
