"""What a text says was right once answers no question on what is."""

import pytest

from qa.reading.former_values import of_former_values
from qa.reading.guards import decode_guarded, guard_of
from tests.qa.reading.test_guards import best, windows

RAISED = "The adult fee was raised from £120 to £135."


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        (RAISED, ["£120"]),
        ("They raised the adult fee from £1.20 a day to £1.50 a day.", ["£1.20"]),
        ("The price has gone up by 5 pence from £1,200 to £1,205.", ["£1,200"]),
        ("Entry is £7, up from £6.", ["£6"]),
        ("Entry is £7 (up from £6).", ["£6"]),
        ("The loan is six weeks now; it is no longer four weeks.", ["four weeks"]),
        ("Parking costs £4 a day and no longer costs £3 a day.", ["£3"]),
        ("A booking lasts 90 minutes (before: 60 minutes).", ["60 minutes"]),
        ("Employees get 30 days of leave instead of 28.", ["28"]),
        ("It is 30 days instead of the previous 28 days.", ["28 days"]),
        ("The limit is 100 users (previously 60); formerly it was 40 users.", ["60", "40 users"]),
        ("Books are lent for four weeks, not three weeks as before.", ["three weeks"]),
        ("Lights out is at 10 pm, previously at 9:30 pm.", ["9:30 pm"]),
        ("The desk opens at eight instead of\nnine.", ["nine"]),
        ("You pay £412.80 a year. Last year's premium was £378.40.", ["£378.40"]),
        ("Half a tablet. (Until August it was a whole tablet.)", ["a whole tablet"]),
        ("The fee was 40 euros, is now 48 euros and is due in May.", ["40 euros"]),
        ("The fee was £40 until spring and is now £48.", ["£40"]),
        ("Entry is £7 (was £6).", ["£6"]),
        ("Project manager: Marek Solt (until 30 April 2025: Nadia Brandt)", ["Nadia Brandt"]),
        ("Meet at the lorry park (before 2024: bus stop).", ["bus stop"]),
        ("Send orders to uk@pell.example (before: sales@pell.example).", ["sales@pell.example"]),
        ("Key holder: ~~Anna Bell~~ Carl Dorn. Fee: ~~£4~~ £5.", ["~~Anna Bell~~", "~~£4~~"]),
        # What isn't former
        ("The office is open until 5 (in August: 4).", []),
        ("The trip was 40 km long and is now over.", []),
        ("Last year the hall was let 40 times.", []),
        ("Until August 40 euros are due a month.", []),
        ("Bring cups instead of empty bottles.", []),
        ("A booking lasts no longer than 60 minutes.", []),
        ("Come 60 minutes before 9:00.", []),
        ("The temperature can be raised from 20 to 60 °C.", []),
        ("The bridge was lowered from 1 April to 30 June.", []),
        ("The hours have changed and we are open from 9 to 5.", []),
        ("The fee goes up from 1 April.", []),
        ("Walk from 3 to 5 km instead of the usual bus.", []),
    ],
)
def test_amounts_that_are_called_former_are_closed(text: str, closed: list[str]) -> None:
    assert [text[start:end] for start, end in of_former_values("How much is it?", text)] == closed


@pytest.mark.parametrize(
    ("question", "closed"),
    [
        ("How much is the adult fee?", ["£120"]),
        ("adult fee", ["£120"]),
        ("How old must I be for the adult fee?", ["£120"]),
        ("How much was the adult fee?", []),
        ("What did the adult fee use to be?", []),
        ("old adult fee", []),
        ("By how much is the adult fee higher now?", []),
        ("From what was the adult fee raised?", []),
        ("Is the adult fee £120?", []),
    ],
)
def test_a_question_on_what_was_or_on_the_change_may_have_them(question: str, closed: list[str]) -> None:
    assert [RAISED[start:end] for start, end in of_former_values(question, RAISED)] == closed


def test_no_former_amount_is_read() -> None:
    assert best("How much is the adult fee?", RAISED, {"£120": 6.0, "£135": 1.0})[0] == "£135"
    across = decode_guarded("How much is the adult fee?", RAISED, windows(RAISED, {"£120": 6.0, "£135": 1.0}))
    assert all("£120" not in RAISED[span.start : span.end] for span in across.spans)


def test_what_a_label_names_keeps_what_it_was() -> None:
    passage = "Price: £7 (previously £6)"
    value = guard_of("What is the price?", passage).value
    assert value
    assert passage[slice(*value)] == "£7 (previously £6)"


def test_a_question_that_names_a_time_may_have_what_holds_until_then() -> None:
    text = "The course costs £90 (until 31 March: £75)."
    assert of_former_values("How much is the course?", text)
    assert not of_former_values("How much is the course in February?", text)
    assert not of_former_values("How much is the course until 31 March?", text)


def test_a_labelled_value_is_given_without_what_is_struck_out() -> None:
    text = "Rota\n\nKey holder: ~~Anna Bell~~ Carl Dorn\n"
    value = guard_of("Who is the key holder?", text).value
    assert value is not None
    assert text[slice(*value)] == "Carl Dorn"
