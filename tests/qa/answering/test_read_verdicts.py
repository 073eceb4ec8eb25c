"""Yes or no as the reader reads it in a clause: what it reads, and what is made of how likely either is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from index.documents import Document
from index.formats.registry import parse_bytes
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.shaping import shape as shaped_as
from qa.answering.read_verdicts import VerdictReader, below_heading, verdict_of
from qa.reading.reader import Reader, TransformersReader
from qa.reading.spans import Reading, probability_of_yes

BATHS = """# Rules of the baths

## Animals

Guide dogs excepted, no animals are let in.

## Lessons

Children from six on may come along free of charge. A cap must be worn. The sauna is closed on Mondays. Groups of up to 20 people
may book a lane.
"""


@pytest.fixture(scope="module")
def reader() -> TransformersReader:
    return TransformersReader()


@pytest.fixture(scope="module")
def baths() -> Document:
    parsed = parse_bytes(BATHS.encode(), "baths.md", "text/markdown")
    return Document("baths.md", parsed.title or "", parsed.text, headings=parsed.headings)


def sentence(document: Document, words: str) -> Shape:
    start = document.text.index(words)
    return Shape(Form.SENTENCE, start, start + len(words))


@pytest.mark.parametrize(
    ("yes", "verdict"),
    [(0.72, "yes"), (1.0, "yes"), (0.71, None), (0.5, None), (0.29, None), (0.28, "no"), (None, None)],
)
def test_a_verdict_is_given_where_it_is_likely_enough(yes: float | None, verdict: str | None) -> None:
    assert verdict_of(yes) == verdict


def test_two_logits_make_a_probability() -> None:
    assert probability_of_yes(2.0, 0.0) == pytest.approx(0.8808, abs=1e-4)  # e² / (e² + 1) = 7.389 / 8.389
    assert probability_of_yes(-900.0, 900.0) == pytest.approx(0.0)


def test_a_clause_stands_below_its_title_and_heading(baths: Document) -> None:
    cap = sentence(baths, "A cap must be worn.")
    text = below_heading(baths, cap.start, cap.end, lambda words: len(words.split()))
    assert text == "Rules of the baths. Lessons. A cap must be worn."


@pytest.mark.parametrize(
    ("question", "words", "verdict"),
    [
        ("can my poodle come along?", "Guide dogs excepted, no animals are let in.", "no"),
        ("do i have to put something on my head", "A cap must be worn.", "yes"),
        ("will you have the sauna open on monday", "The sauna is closed on Mondays.", "no"),
        ("is it free for my seven year old", "Children from six on may come along free of charge.", None),  # 0.47
    ],
)
def test_what_a_clause_says_in_other_words(
    reader: TransformersReader, baths: Document, question: str, words: str, verdict: str
) -> None:
    shape = VerdictReader(reader, question)(baths, sentence(baths, words))
    assert (shape.verdict, shape.form) == (verdict, Form.YES_NO if verdict else Form.SENTENCE)
    assert BATHS[shape.start : shape.end] == words


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        (
            "Is the sauna open on Tuesdays?",
            "The sauna is closed on Mondays.",
            "yes",
        ),  # the reader says no to each of these
        ("Can members row?", "Only members may row.", "yes"),
        ("Are guide dogs allowed?", "Dogs are not allowed, except guide dogs.", "yes"),
        ("Do I need a ticket?", "No entry without a ticket.", "yes"),
        ("Can I take 3 tablets a day?", "Do not take more than 4 tablets a day.", "yes"),
        ("Are scans accepted?", "Photocopies are not accepted; scans are.", "yes"),
    ],
)
def test_rules_have_the_last_word_on_what_is_counted_or_excepted(
    reader: TransformersReader, question: str, text: str, verdict: str
) -> None:
    document = Document("rules.txt", "Rules", text)
    given = VerdictReader(reader, question)(document, shaped_as(question, document, 0, len(text) - 1))
    assert (given.verdict, text[given.start : given.end]) == (verdict, text)
    assert verdict_of(reader.decide(question, text)) == "no"


class PlainReader(Reader):
    """A reader that can't decide."""

    sha256 = "0" * 64

    def load(self) -> None:
        pass

    def read_in_batches(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> Iterator[dict[int, Reading]]:
        yield from ()

    def count_tokens(self, texts: Sequence[str]) -> int:
        return len(texts)


def test_shapes_stay_as_they_are_for_other_questions_forms_and_readers(
    reader: TransformersReader, baths: Document
) -> None:
    cap = sentence(baths, "A cap must be worn.")
    assert VerdictReader(reader, "what must be worn?")(baths, cap) is cap
    steps = Shape(Form.STEPS, 0, 9)
    assert VerdictReader(reader, "must a cap be worn?")(baths, steps) is steps
    assert VerdictReader(PlainReader(), "must a cap be worn?")(baths, cap) is cap
    ruled = replace(cap, form=Form.YES_NO, verdict="no")
    assert VerdictReader(PlainReader(), "must a cap be worn?")(baths, ruled) == ruled


def test_numbers_are_left_to_the_rules(reader: TransformersReader, baths: Document) -> None:
    price = sentence(baths, "Groups of up to 20 people\nmay book a lane.")
    ruled = replace(price, form=Form.YES_NO, verdict="no")
    assert VerdictReader(reader, "Can we book a lane with 25 people?")(baths, ruled) is ruled
