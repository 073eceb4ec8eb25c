"""What passages put in the place of other words, and which sentences tell of a change."""

import time

import pytest

from qa.reading.substitutions import handovers_in, substitutions_in, tells_of_change


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ('In clause 3.2, "45 days" is replaced by "30 days".', [("45 days", "30 days")]),
        ("Clause 4: “ten days” shall be replaced with the words “five days”.", [("ten days", "five days")]),
        ('Section 2: replace "28 euros" by "32 euros".', [("28 euros", "32 euros")]),
        ('Correction: for "Tuesday" read "Thursday".', [("Tuesday", "Thursday")]),
        ("In rule 7, **9 pm** becomes **10 pm**.", [("9 pm", "10 pm")]),
        ('Replace "localhost" with "your host".', []),  # changes no text
        ('In clause 3, "supplier" means "the seller".', []),
    ],
)
def test_words_for_others(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(old, text[start:end]) for old, (start, end) in substitutions_in(text)] == pairs


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("From June Dr. Ines Roth takes over the vaccinations from Dr. Amos Pell.", [("Amos Pell", "Ines Roth")]),
        ("Femke Douma, who takes over from Lars Prins, is on leave.", [("Lars Prins", "Femke Douma")]),
        ("Ida Marsh was succeeded as secretary by Otto Brandt.", [("Ida Marsh", "Otto Brandt")]),
        ("Otto Brandt has replaced Ida Marsh.", [("Ida Marsh", "Otto Brandt")]),
        ("Otto Brandt takes the keys from Ida Marsh.", []),
    ],
)
def test_who_follows_whom(text: str, pairs: list[tuple[str, str]]) -> None:
    assert [(old, text[start:end]) for old, (start, end), _ in handovers_in(text)] == pairs


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("It was agreed to change what was decided in March: barbecues end at 8 pm.", True),
        ("From this term subs go up to £48.", True),
        ("The trip has been put off and is now on 5 March.", True),
        ("The lead time for cake boxes becomes thirty working days.", True),
        ("Our library now closes at 20:00.", True),
        ("The gate is closed at 9 pm every evening.", False),
        ("The way goes from the gate up to the hut.", False),
        ("Please change trains in Sattel.", False),
    ],
)
def test_sentences_that_tell_of_a_change(sentence: str, tells: bool) -> None:
    assert tells_of_change(sentence) is tells


@pytest.mark.parametrize("text", ["A" * 20_000, "Ab " * 10_000, '"' * 20_000, "clause " + '"a" is ' * 5_000])
def test_long_lines_take_no_time(text: str) -> None:
    began = time.perf_counter()
    list(handovers_in(text)), list(substitutions_in(text, "amendment")), tells_of_change(text)
    assert time.perf_counter() - began < 5
