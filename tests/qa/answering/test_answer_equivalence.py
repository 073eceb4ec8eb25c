"""Which answers are one fact, and which contradict each other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.answer_equivalence import contradict, same_fact
from qa.answering.answer_normalization import normalize

SAME = [
    ("Jorun Vask", "Vask, Jorun"),
    ("50 million dollars", "$50 million"),
    ("30 tons", "thirty tons"),
    ("Friday", "Friday morning"),
    ("3 May 2024", "May 3, 2024"),
    ("2024", "3 May 2024"),
    ("Erik", "Erik Vask"),
    ("six weeks", "about six weeks"),
    ("25 days", "25 days of paid leave a year"),
    ("7 per cent", "7%"),
    ("Lorenzo Langstroth", "Langstroth"),
    ("the Cat", "cat"),
    ("Lieutenant Farraday", "Farraday"),
    ("Oslo", "Oslo, Norway"),
    ("the soap manufacturer Sir Lemuel Cotterstock", "Sir Lemuel Cotterstock"),
    ("on 12 October 1931", "12 October 1931"),
    ("6 p.m.", "18:00"),
    ("Josiah Beck", "Josiah H. Beck"),
    ("three", "3"),
    ("2024-05-03", "May 3rd, 2024"),
    ("Daniel Muir", "Daniel Muir, captain of the Marigold"),
    ("May 2024", "3 May 2024"),
    ("because of falling rocks", "Falling rocks"),
    ("by Edda Brannigan", "Edda Brannigan"),
    ("in Ostermark", "Ostermark"),
    ("on Mondays", "every Monday"),
    ("on Monday", "on Mondays"),
    ("each Friday", "on Fridays"),
    ("weekdays", "Monday to Friday"),
    ("from Monday to Friday", "Mon–Fri"),
    ("15.03.2025", "15 March 2025"),
    ("24 months", "2 years"),
    ("24 months' notice", "two years"),
    ("90 days", "three months"),
    ("an hour", "60 minutes"),
    ("half an hour", "30 minutes"),
    ("twice a year", "every six months"),
    ("weekly", "once a week"),
    ("weekly", "every 7 days"),
    ("daily", "every day"),
    ("once per year", "annually"),
    ("quarterly", "every three months"),
    ("three times a day", "every 8 hours"),
    ("14.30", "2:30 pm"),
    ("from 9.30 to 11.00", "9:30 am to 11 am"),
    ("01628 555 022", "(01628) 555022"),
    ("01628 555 022", "+44 1628 555022"),
    ("+44 (0)1628 555022", "0044 1628 555022"),
    ("07700 900415", "07700-900-415"),
]
CONTRARY = [
    ("Thursday 12 February", "Thursday 5 March"),
    ("Friday 20 March at 7 pm", "Friday 27 March at 7.30 pm"),
    ("Friday 20 March at 7 pm", "7.30 pm"),
    ("3.80 (valid until 2025)", "4.20"),
    ("12 knots", "14 knots"),
    ("Mount Corran", "Mount Karran"),
    ("May 2024", "May 2025"),
    ("Erik Vask", "Jorun Vask"),
    ("19 March 1912", "23 March 1912"),
    ("on 23 March 1912", "19 March 1912"),
    ("Fifty-two dogs", "forty-six"),
    ("Petter Aas", "Lieutenant Farraday"),
    ("25 days", "28 days of paid leave"),
    ("one day a week", "two days a week"),
    ("7 per cent of wages", "9 per cent"),
    ("scurvy", "heart failure"),
    ("noon", "5 pm"),
    ("from 9:30 to 11", "from 10:15 to 12"),
    ("32 crowns", "41 crowns for a full day"),
    ("Monday", "Friday"),
    ("on Mondays", "every Tuesday"),
    ("15.03.2025", "16 March 2025"),
    ("4 weeks", "3 months"),
    ("25 days", "ten weeks"),
    ("four weeks", "30 days"),
    ("300 minutes", "7 hours"),
    ("£5 quarterly", "£6 quarterly"),
    ("notice of 4 weeks", "three months in writing"),
    ("every 90 days", "every six months"),
    ("every two years", "every 12 months"),
    ("once a year", "twice a year"),
    ("weekly", "every two weeks"),
    ("weekly", "monthly"),
    ("14.30", "3:30 pm"),
    ("from 9 to 17", "from 9 to 18"),
    ("9–17", "from 10 to 16"),
    ("first floor", "second floor"),
    ("01628 555 022", "01628-555-023"),
    ("+49 1628 555022", "+44 1628 555022"),
    ("2019", "March 2020"),
    ("60 °C", "55 °C"),
    ("blue", "dark green"),
    ("Ada Lovelace", "Charles Babbage"),
    ("about 50 tons", "44 tons"),  # 6 of 50: more than a tenth off
    ("about 50 tons", "56 tons"),  # 6 of 56
    ("up to £28 a day", "up to £30 a day"),  # two limits
    ("at most 25 days", "at most 24 days"),
]
# Neither the same nor a contradiction: more or less than the other, of another kind, or too vague to tell
APART = [
    ("J. Vask", "Jorun Vask"),
    ("UN", "United Nations"),
    ("25 days", "5 weeks"),  # of work
    ("4 weeks", "a month"),
    ("6 months", "every two weeks"),
    ("about 4 weeks", "30 days"),
    ("3.30 m", "3:30"),
    ("£14.30", "2:30 pm"),
    ("about 9 to 17", "9 to 18"),
    ("first floor", "second mate"),
    ("about 50 tons", "48 tons"),
    ("about 50 tons", "45 tons"),  # 5 of 50: just a tenth off
    ("about 50 tons", "about 48 tons"),
    ("up to 50 tons", "48 tons"),
    ("about 50 tons", "55 tons"),  # 5 of 55
    ("5 to 7 days", "6 days"),
    ("Erik", "ten weeks"),
    ("May", "2024"),
    ("six weeks on average", "about six weeks"),
    ("Ada", "Ada and Bob"),
    ("3.6 metres", "3 knots"),
    ("noon", "dawn"),
    ("dark red", "red"),
    ("London", "12 knots"),
    ("", "Ada"),
]
DIFFERENT = [
    ("north pier", "south pier"),
    ("permitted", "not permitted"),
    ("Virginia", "West Virginia"),
    ("France", "King of France"),
    ("pier", "north pier"),
    ("Ada", "Ada and Bob"),
    ("1912", "before 1912"),
    ("3", "3 to 5 days"),
    ("Ada beat Bob", "Bob beat Ada"),
    ("France", "France's king"),
    ("5 °C", "-5 °C"),
    ("1990", "the 1990s"),
    ("50", "50 million"),
    ("3 May", "4 May"),
    ("3 to 5 days", "5 to 3 days"),
    ("May 2024", "2024 to May 2025"),
    ("failure", "heart failure"),
    ("12", "12:00"),
    ("York", "New York"),
    ("Oslo", "University of Oslo"),
    ("3.6 metres", "36 metres"),
    ("by 1912", "1912 and 1913"),
    ("from Oslo", "to Oslo"),
    ("every day", "every day in summer"),
    ("every 3 months", "3 years"),
    ("Monday and Friday", "Monday to Friday"),
    ("!", "?"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_fact_in_other_words(one: str, other: str) -> None:
    assert same_fact(one, other)
    assert same_fact(other, one)
    assert not contradict(one, other)


@pytest.mark.parametrize(("one", "other"), CONTRARY)
def test_contradictions(one: str, other: str) -> None:
    assert contradict(one, other)
    assert contradict(other, one)
    assert not same_fact(one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_merely_another_answer(one: str, other: str) -> None:
    assert not contradict(one, other)
    assert not contradict(other, one)
    assert not same_fact(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_facts_are_never_one(one: str, other: str) -> None:
    assert not same_fact(one, other)
    assert not same_fact(other, one)


_PIECES = st.sampled_from(
    ["ten", "million", "½", "²", "-", "$", "5", "١", "p.m.", "2024-13-01", ":", "May", ",", "'s", "half"]
)
_TEXTS = st.text() | st.lists(_PIECES | st.text(max_size=3), max_size=6).map(" ".join) | st.lists(_PIECES).map("".join)


@settings(deadline=None)  # the first call imports
@given(_TEXTS, _TEXTS)
def test_any_two_texts_compare_alike_both_ways(one: str, other: str) -> None:
    assert same_fact(one, one) == bool(one) or not normalize(one)
    assert same_fact(one, other) == same_fact(other, one)
    assert contradict(one, other) == contradict(other, one)
    assert not (same_fact(one, other) and contradict(one, other))
