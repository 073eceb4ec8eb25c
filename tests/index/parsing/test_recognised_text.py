"""Recognised words become paragraphs and headings; the heights here are those that Tesseract tells of a scan."""

from index.documents import Heading
from index.parsing.recognised_text import Page, Word, pages_of, words_of


def line(paragraph: int, number: int, words: str, confidence: float = 96) -> list[Word]:
    """Words as "Harbour/18 notice/18", each with its height in pixels."""
    found = [word.rpartition("/") for word in words.split()]
    return [Word(("1", str(paragraph)), str(number), confidence, int(height), text) for text, _, height in found]


BODY = "The/12 slipway/16 is/8 closed/12 from/12 3/11 to/9 9/11 May./15"


def test_a_line_in_larger_type_is_a_heading_whatever_letters_it_has() -> None:
    page = [*line(1, 1, "Quay/24 rules/18"), *line(2, 1, BODY), *line(2, 2, "quay/12 or/8 ramp/12")]
    text = "Quay rules\n\nThe slipway is closed from 3 to 9 May.\nquay or ramp"
    assert pages_of({0: page}) == {0: Page(text, (Heading(0, 1, "Quay rules"),))}


def test_sizes_give_levels_over_all_pages() -> None:
    first = [*line(1, 1, "Harbour/30 rules/30"), *line(2, 1, BODY)]
    # 29 is 30 as scanned; 20 is less than 0.85 of it
    second = [*line(1, 1, "More/29 rules/29"), *line(2, 1, "Fees/20"), *line(3, 1, BODY)]
    pages = pages_of({0: first, 3: second, 5: []})
    assert list(pages) == [0, 3]
    assert pages[0].headings == (Heading(0, 1, "Harbour rules"),)
    assert pages[3].headings == (Heading(0, 1, "More rules"), Heading(12, 2, "Fees"))
    assert pages[3].text.startswith("More rules\n\nFees\n\nThe slipway")


def test_a_heading_over_two_lines_is_one_and_may_stand_right_above_its_text() -> None:
    page = [*line(1, 1, "Rules/20 of/20"), *line(1, 2, "Orm/20"), *line(1, 3, BODY), *line(1, 4, BODY)]
    (found,) = pages_of({0: page}).values()
    assert found.headings == (Heading(0, 1, "Rules of Orm"),)
    assert found.text.split("\n\n")[0] == "Rules of Orm"


def test_large_numbers_and_long_texts_in_large_type_are_no_headings() -> None:
    large = [word for i in range(3) for word in line(1, i, "Closed/20 today/20")]
    pages = pages_of({0: [*large, *line(2, 1, "42/30"), *line(3, 1, BODY), *line(3, 2, BODY)]})
    assert pages[0].headings == ()
    assert pages[0].text.startswith("Closed today\nClosed today\nClosed today\n\n42\n\nThe")


def test_a_paragraph_that_is_unsure_is_no_text() -> None:
    assert pages_of({0: [*line(1, 1, "|/40 ~/3", confidence=20), *line(2, 1, BODY)]})[0].headings == ()
    assert pages_of({0: line(1, 1, "~/3", confidence=90)}) == {}


def test_divided_words_are_joined() -> None:
    page = [*line(1, 1, "The/12 har-/12"), *line(1, 2, "bour/12 is/8 Orm-/12"), *line(1, 3, "Viken/12")]
    assert pages_of({0: page})[0].text == "The harbour is Orm-\nViken"


def test_lines_that_are_no_words_are_left_out() -> None:
    rows = ["level\t…", "4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t", "5\t1\t1\t1\t1\t1\t0\t0\t9\t14\t91.5\tquay", "5\tx", ""]
    assert list(words_of("\n".join(rows))) == [Word(("1", "1", "1"), "1", 91.5, 14, "quay")]
