"""Which kind of answer a question asks for, and that spans of any other kind are no answer to it."""

import pytest

from qa.reading.answer_kinds import kind_asked
from qa.reading.guards import decode_guarded
from tests.qa.reading.test_guards import best, windows


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("marta oyelaran phone number", "020 7946 0018", "marta@example.org"),
        ("Which number do I call when the lift is stuck?", "ext. 4410", "the porter"),
        ("What's the email address for complaints?", "complaints [at] example.org", "020 7946 0018"),
        ("What percentage of the members voted?", "two thirds", "the members"),
        ("How much does a day ticket cost?", "£12", "at the gate"),
        ("how much does parking cost", "free for residents", "behind the hall"),
        ("how many boats are there", "a dozen", "Teal"),
        ("How many volunteers came?", "hundreds of volunteers", "Teal Street"),
        ("How long do I have to wait?", "until the paint is dry", "Room"),
        ("How long is a booking?", "90 minutes", "for tennis"),
        ("How long is the footbridge?", "12 metres", "310 cyclists a day"),
        ("How long is the shop open?", "9 hours a day", "£4"),
        ("When did Ida Moe die?", "on 4 May 2019, aged 87", "87"),
        ("when was she born", "1932", "aged 87"),
        ("how much is the bracket", "12", "4471-08"),
        ("How much is the bracket?", "€5-8", "BR-12"),
        ("how deep is the canal", "3 m", "narrow canal"),
        ("How deep does the water get?", "knee-deep", "a narrow"),
        ("how much notice do I have to give?", "one month's", "£1,110"),
        ("how much notice do I have to give?", "six weeks", "£965 per calendar month"),
        ("How much time do we have?", "about two hours", "900 euros"),
    ],
)
def test_a_question_that_asks_for_a_kind_is_answered_by_that_kind_alone(question: str, right: str, wrong: str) -> None:
    kind = kind_asked(question)
    assert kind is not None
    assert kind.fits(right)
    assert not kind.fits(wrong)


@pytest.mark.parametrize(
    "question",
    [
        "Who do I call when the lift is stuck?",
        "Do I have to give my mobile number?",  # yes or no
        "Phone number example: must I type the dashes?",
        "Why may an email be more casual?",
        "Please say where I find how many boats there are.",  # a place
        "How long is the jetty's cable?",  # metres, in whatever words
        "What does it cost to know how much the repair costs?",
        "How much does the weather matter for the costs?",
    ],
)
def test_other_questions_ask_for_no_kind(question: str) -> None:
    assert kind_asked(question) is None


def test_the_best_span_of_the_kind_is_read_instead() -> None:
    # "Teal" has 5 + 5 logits, "12" has 1 + 1
    text = "A boat for a crew: the Teal.\n\nRoom for 12 people."  # no span goes over a paragraph
    assert best("What does the Teal carry?", text, {"Teal": 5.0, "12": 1.0}) == ("Teal", 10.0)
    assert best("How many people does the Teal carry?", text, {"Teal": 5.0, "12": 1.0}) == ("12", 2.0)


def test_a_number_is_read_with_what_it_counts() -> None:
    text = "It carries 310 cyclists a day.\n\nIt has 12 metres."
    assert "310" in best("How many cyclists does it carry?", text, {"310": 5.0, "12 metres": 1.0})[0]
    assert "310" not in best("How long is the footbridge?", text, {"310": 5.0, "12 metres": 1.0})[0]


def test_a_passage_without_any_span_of_the_kind_has_no_answer() -> None:
    text = "Marta Oyelaran, marta@example.org"
    reading = decode_guarded("Marta Oyelaran's phone number", text, windows(text, {"marta@example.org": 5.0}, null=1.0))
    assert reading.spans == ()
    assert reading.null_score == 1.0


@pytest.mark.parametrize(("mark", "word"), [("", "Who"), ("", "who"), ("**", "Who"), ("", "When")])
def test_a_question_word_alone_is_no_answer(mark: str, word: str) -> None:
    # the word has 5 + 5 logits, "Ida" has 1 + 1
    text = f"{mark}{word}{mark} should have access?\n\nIda Moe has the key."
    assert best("name of the one with the key", text, {word: 5.0, "Ida": 1.0}) == ("Ida", 2.0)


def test_a_name_in_capitals_is_no_question_word() -> None:
    assert best("name of the agency", "WHO said so in May.", {"WHO": 5.0}) == ("WHO", 10.0)
