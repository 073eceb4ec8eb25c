"""What is never an answer: the question itself, a heading's number, what the text says is wrong, the words around it."""

import numpy as np
import pytest

from qa.reading.guards import decode_guarded, guard_of, is_question
from qa.reading.spans import Reading, Window, decode

FAQ = (
    "## Who do I call if the lift is stuck?\n\nRing the porter, Tom Aarset, on 44.\n\n## Where is the cellar?\n\nBelow."
)


def windows(text: str, likely: dict[str, float], null: float = 0.0) -> list[Window]:
    """One window, a token a word; `likely` words have that logit as start and end, all others -5; [CLS] half `null`."""
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        bare = word.rstrip(".,?:")
        words.append((at, at + len(bare), bare))
        at += len(word)
    logits = np.array([null / 2, *(likely.get(word, -5.0) for _, _, word in words)], dtype=np.float32)
    offsets = np.array([(0, 0), *((start, end) for start, end, _ in words)])
    paragraphs = np.array([0, *(text[:start].count("\n\n") for start, _, _ in words)])
    return [Window(logits, logits, offsets, np.array([-1, *range(len(words))]), paragraphs)]


def best(question: str, text: str, likely: dict[str, float], null: float = 0.0) -> tuple[str, float]:
    span = decode_guarded(question, text, windows(text, likely, null)).spans[0]
    return text[span.start : span.end], span.score


def test_the_question_as_a_heading_gives_what_stands_below_it_as_sure_as_the_question_was() -> None:
    # The reader likes "Who" (4 + 4 logits) best, and below it "44" (1 + 1)
    assert best("Who do I call if the lift is stuck?", FAQ, {"Who": 4.0, "44": 1.0}) == ("44", 8.0)


def test_where_the_reader_finds_nothing_below_the_first_sentence_is_the_answer() -> None:
    assert best("who to call when the lift is stuck", FAQ, {"Who": 4.0}) == ("Ring the porter, Tom Aarset, on 44", 8.0)


@pytest.mark.parametrize(
    "heading",
    ["**Q: Is smoking allowed?**", "### Is smoking allowed?", "Is smoking allowed?", "3. Is smoking allowed?",
     "Q3. Is smoking allowed?", "- Is smoking allowed?", "> **Is smoking allowed?**"],
)  # fmt: skip
def test_a_question_in_any_layout_is_no_answer(heading: str) -> None:
    text = f"{heading}\n\nA: No. It isn't allowed anywhere.\n\nMore on this later."
    assert is_question(heading)
    assert best("Is smoking allowed?", text, {"smoking": 4.0, "anywhere": 1.0}) == ("anywhere", 8.0)


def test_another_question_is_no_answer_either_but_lends_nothing_to_what_is_below() -> None:
    words = best("Who paints the boats?", FAQ, {"Who": 4.0, "porter": 1.0})
    assert words == ("porter", 2.0)


@pytest.mark.parametrize(
    "heading", ["## 4.4 Storage temperature", "# 12. Warranty", "4.4 Storage temperature", "## § 7 Fees"]
)
def test_a_headings_number_is_no_answer(heading: str) -> None:
    number = heading.lstrip("# ").split()[1 if "§" in heading else 0].rstrip(".")
    text = f"{heading}\n\nKeep it between 4 and 31 degrees."
    assert best("How cold may it be?", text, {number: 6.0, "31": 1.0})[0] == "31"


@pytest.mark.parametrize(
    ("heading", "number"),
    [("## 3.4.0 – 2026-04-28", "3.4.0"), ("## 3.4 (April 2026)", "3.4"), ("## 3.4.0", "3.4.0"), ("## 3.4 Storage", None)],
)  # fmt: skip
def test_a_versions_number_is_an_answer(heading: str, number: str | None) -> None:
    text = f"{heading}\n\n- Added dark mode\n- Fixed the crash on login\n"
    value = guard_of("In which version was dark mode added?", text).value
    assert (value and text[slice(*value)]) == number


def test_a_chapters_number_above_its_sections_is_no_answer() -> None:
    text = "5 In the club\n\n5.1 House rules\n\nBring a towel."
    assert best("What are the rules of the club?", text, {"5": 6.0, "towel": 1.0})[0] == "towel"
    other = "5 In the club\n\n6.1 House rules\n\nBring a towel."
    assert best("How many are there?", other, {"5": 6.0, "towel": 1.0})[0] == "5"


@pytest.mark.parametrize("line", ["## E417 Too hot", "2.5 cups of sugar", "## 2024 in figures", "3.6 V battery"])
def test_a_code_or_an_amount_that_begins_a_line_is_an_answer(line: str) -> None:
    word = line.removeprefix("## ").split()[0]
    assert best("What is it?", f"{line}\n\nMore below.", {word: 6.0})[0] == word


def test_a_number_that_begins_a_sentence_is_an_answer() -> None:
    assert best("How long?", "27 months from the day of sale.", {"27": 4.0})[0] == "27"


def test_a_heading_that_only_repeats_the_question_is_no_answer() -> None:
    text = "# Opening hours\n\nFrom nine to five."
    assert best("What are the opening hours?", text, {"hours": 6.0, "nine": 1.0})[0] == "nine"
    assert best("What is this chapter on?", text, {"hours": 6.0, "nine": 1.0})[0] == "hours"


@pytest.mark.parametrize("furniture", ["Page 3 of 12", "- 7 -", "page 4", "All rights reserved.", "Back to top"])
def test_page_furniture_is_closed(furniture: str) -> None:
    text = f"It costs nine crowns.\n{furniture}\nPaid in cash."
    start = text.index(furniture)
    assert guard_of("How much is it?", text).closed == ((start, start + len(furniture)),)


@pytest.mark.parametrize(
    "below",
    ["That is wrong: it opens at seven.", "This is no longer true. It opens at seven.", "In fact it opens at seven.",
     "The claim is false; it opens at seven."],
)  # fmt: skip
def test_a_quotation_that_the_text_contradicts_is_no_answer(below: str) -> None:
    text = f"The leaflet says: “The pool opens at six each day.” {below}"
    assert best("When does the pool open?", text, {"six": 5.0, "seven": 1.0})[0] == "seven"
    agreed = "The leaflet says: “The pool opens at six each day.” Children pay half."
    assert best("When does the pool open?", agreed, {"six": 5.0})[0] == "six"


def test_without_anything_to_close_it_is_read_as_ever() -> None:
    text = "Keep it between 4 and 31 degrees."
    read = windows(text, {"31": 2.0})
    assert decode_guarded("How warm?", text, read) == decode(read)
    assert isinstance(decode(read), Reading)


@pytest.mark.parametrize("line", ["**Q: Who pays?** A: The guest.", "Who pays? The guest."])
def test_a_question_is_no_answer_where_its_answer_is_on_the_same_line(line: str) -> None:
    assert best("Who pays?", line, {"Who": 4.0, "pays": 4.0}) == ("The guest", 8.0)


def test_the_mark_of_an_answer_is_none() -> None:
    assert best("May I sing?", "Q7. May I paint?\nA7. Yes, in light colours.", {"A7": 4.0, "light": 1.0}) == (
        "light",
        2.0,
    )


def test_a_value_named_by_its_label_comes_before_what_the_reader_likes() -> None:
    prices = "Haircut ...... 38.00\nBeard trim ... 14.50"
    assert best("What does a beard trim cost?", prices, {"38.00": 4.0})[0] == "14.50"
    shifts = "Duty: Ida Foss until noon, Leif Dahl after that"
    assert best("Who is on duty?", shifts, {"Leif": 1.0}, null=1.0)[0] == "Leif"  # the best of a long one
    everybody = "Ida Foss, Leif Dahl, Nora Berg"
    assert best("Who was present?", f"Present: {everybody}", {"Leif": 1.0}, null=1.0)[0] == everybody
