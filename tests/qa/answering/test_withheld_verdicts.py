"""Yes or no, from the sentence that is read to the verdict: sanctions, exceptions, other people's duties, other days."""

import pytest

from index.documents import Document
from qa.answering.forms.shaping import shape as shaped_as
from qa.answering.read_verdicts import VerdictReader
from qa.reading.reader import TransformersReader


@pytest.fixture(scope="module")
def reader() -> TransformersReader:
    return TransformersReader()


def verdict_given(reader: TransformersReader, question: str, text: str) -> tuple[str | None, str]:
    """The verdict and its sentence; what is read stands between "<" and ">", or is all of the text."""
    start, end = text.find("<"), text.find(">") - 1
    text = text.replace("<", "").replace(">", "")
    start, end = (start, end) if start >= 0 else (0, len(text))
    document = Document("rules.txt", "", text)
    given = VerdictReader(reader, question)(document, shaped_as(question, document, start, end))
    return given.verdict, text[given.start : given.end]


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("can I leave my bike in the hall?", "Bicycles standing in the hall may be removed at the owner's cost.", "no"),
        ("may I feed the foxes?", "Feeding foxes may lead to the loss of your plot.", "no"),
        ("can I leave my car after closing?", "Cars left after closing may be towed away.", "no"),
        (
            "can I travel without a ticket?",
            "Travelling without a ticket can be punished with a fine of 60 euros.",
            "no",
        ),
        ("is littering ok?", "Littering may result in a fine.", "no"),
        ("can I leave my bag for 1 hour?", "Bags left for longer than 2 hours will be destroyed.", None),
        ("can I leave my bag for 3 hours?", "Bags left for longer than 2 hours will be destroyed.", "no"),
        # what is asked is the sanction, or there is none
        ("will my car be towed away?", "Cars left after closing may be towed away.", "yes"),
        ("is there a charge for late payment?", "Late payment may incur a charge of 5 euros.", "yes"),
        ("can the caretaker remove old furniture?", "Old furniture may be removed by the caretaker.", "yes"),
        ("can the stitches be removed after 2 weeks?", "Stitches may be removed after ten days.", "yes"),
        ("can I pay the fine in cash?", "The fine can be paid in cash.", "yes"),
    ],
)
def test_what_is_punished_is_not_allowed(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text) == (verdict, text)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("can I take off a colleague's padlock?", "Nobody but the owner takes a padlock off.", "no"),
        ("can the owner take the padlock off?", "Nobody but the owner takes a padlock off.", "yes"),
        ("can I edit the lock file?", "Nobody except the release manager edits the lock file.", "no"),
        ("can a new developer tag a release?", "Nobody but the release manager tags a version.", "no"),
        ("can the release manager tag a version?", "Nobody but the release manager tags a version.", "yes"),
        ("can I restart the queue?", "No one but Ada restarts the queue.", "no"),
        ("can Ada restart the queue?", "No one but Ada restarts the queue.", "yes"),
        ("may I open the rack?", "Nobody except the two admins may open the rack.", "no"),
        ("may the kids touch the big knives?", "Nobody apart from the cook touches the big knives.", "no"),
        ("does my guide dog need a muzzle?", "They have to wear a muzzle, guide dogs excepted.", "no"),
        ("does my dog need a muzzle?", "Dogs have to wear a muzzle, guide dogs excepted.", "yes"),
        ("may my cat come in?", "No animals are let in (cats excepted).", "yes"),
        ("is alcohol included?", "Drinks are included, alcohol excluded.", "no"),
        ("are drinks included?", "Drinks are included, alcohol excluded.", "yes"),
        ("do the trains run on Sunday?", "The trains run daily, Sundays excepted.", "no"),
        ("do the trains run on Monday?", "The trains run daily, Sundays excepted.", "yes"),
    ],
)
def test_what_is_excepted_and_what_is_not(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert verdict_given(reader, question, text) == (verdict, text)
