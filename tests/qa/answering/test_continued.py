"""A phrase that goes on with a question for yes or no is the whole question, and gets its verdict."""

import pytest

from index.documents import Document
from index.storage.principals import SEES_ALL
from qa.answering.continued import continued
from qa.answering.forms.form import Form
from qa.answering.questions import Turn
from qa.assembly import Engine, filter_of


@pytest.mark.parametrize(
    ("earlier", "question", "whole"),
    [
        ("Is the pool open on Saturdays?", "and on Sundays?", "Is the pool open on Sundays?"),
        ("Is the pool open on Saturdays", "And Sundays, too?", "Is the pool open on Sundays?"),
        ("Is the pool open on Saturdays?", "what about the sauna?", "Is the sauna open on Saturdays?"),
        ("Is the pool open on Saturdays in winter?", "and in summer?", "Is the pool open on Saturdays in summer?"),
        ("Can I bring a dog into the garden?", "What about cats?", "Can I bring cats into the garden?"),
        ("Are dogs allowed?", "and cats", "Are cats allowed?"),
        ("Are dogs allowed?", "In the garden?", "Are dogs allowed in the garden?"),
        ("Is smoking allowed in the rooms?", "And on the balcony?", "Is smoking allowed on the balcony?"),
        ("Is breakfast served in the hall?", "on Sundays too?", "Is breakfast served in the hall on Sundays?"),
        ("May I enter with a dog?", "Without a leash?", "May I enter with a dog without a leash?"),
        ("Can I pay by card?", "and by cheque?", "Can I pay by cheque?"),
        ("Is parking free?", "And online?", "Is parking free online?"),
        ("Is parking free?", "and who pays?", None),
        ("Is parking free?", "And if it rains?", None),
        ("Is parking free?", "and then there?", None),
        ("Is parking free?", "refund policy", None),  # no follow-up
        ("Is parking free?", "best place then?", None),
        ("When is the pool open?", "and on Sundays?", None),  # not for yes or no
        ("Is parking free? I come by car.", "and on Sundays?", None),
        ("Can it be had?", "and cats?", None),  # nothing that cats could stand for
    ],
)
def test_the_whole_question(earlier: str, question: str, whole: str | None) -> None:
    assert continued(question, [Turn(earlier)]) == whole
    assert continued(question, []) is None


def test_it_goes_on_over_several_turns() -> None:
    history = [Turn("Are dogs allowed?", "No"), Turn("And cats?", "Yes")]
    assert continued("In the garden?", history) == "Are cats allowed in the garden?"


@pytest.mark.slow
def test_a_question_that_goes_on_gets_the_verdict_of_the_whole_one(fresh: Engine) -> None:
    text = (
        "# The Alder pool\n\nThe pool is open on Saturdays from 9 to 18.\n\nThe pool is closed on Sundays.\n\n"
        "# Rules\n\nDogs aren't allowed in the pool hall. Tickets are sold at the door.\n"
    )
    fresh.indexer.add(Document("pool.md", "The Alder pool", text, media_type="text/markdown"), "default")
    history = [Turn("Is the pool open on Saturdays?", "Yes")]
    answer = fresh.ask(SEES_ALL, "and on Sundays?", filter_of(), history=history)
    assert answer.asked_as == "Is the pool open on Sundays?"
    assert (answer.answers[0].form, answer.answers[0].verdict) == (Form.YES_NO, "no")
    assert answer.answers[0].text == "The pool is closed on Sundays."
    whole = fresh.ask(SEES_ALL, "Is the pool open on Sundays?", filter_of())
    assert (whole.asked_as, whole.answers) == (None, answer.answers)
