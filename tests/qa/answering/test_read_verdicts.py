"""Yes or no as the reader reads it in a clause: what it reads, and what is made of how likely either is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from index.documents import Document
from index.formats.registry import parse_bytes
from qa.answering.forms.form import Form, Shape, Verdict
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
    ("yes", "by_rules", "verdict"),
    [
        (0.6, None, "yes"), (1.0, None, "yes"), (0.59, None, None), (0.5, None, None), (0.41, None, None),
        (0.4, None, "no"), (None, None, None), (None, "no", "no"),
        (0.5, "yes", "yes"),  # odds of 2.2 to 1: 0.69
        (0.41, "yes", "yes"),  # 0.902 to 0.59: 0.605
        (0.35, "yes", None),  # 0.77 to 0.65: 0.54
        (0.2, "yes", "no"),  # 0.44 to 0.8: 0.65 that it is no
        (0.2, "no", "no"),
    ],
)  # fmt: skip
def test_a_verdict_is_given_where_it_is_likely_enough(
    yes: float | None, by_rules: Verdict | None, verdict: str | None
) -> None:
    assert verdict_of(yes, by_rules) == verdict


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
        ("can i bring my cat", "Guide dogs excepted, no animals are let in.", "no"),
        ("can my guide dog come along?", "Guide dogs excepted, no animals are let in.", "yes"),
        ("do i have to put something on my head", "A cap must be worn.", "yes"),
        ("will you have the sauna open on monday", "The sauna is closed on Mondays.", "no"),
        ("is it free for my seven year old", "Children from six on may come along free of charge.", "yes"),
        ("are the lessons in english", "A cap must be worn.", None),  # it doesn't say
    ],
)
def test_what_a_clause_says_in_other_words(
    reader: TransformersReader, baths: Document, question: str, words: str, verdict: str
) -> None:
    shape = VerdictReader(reader, question)(baths, sentence(baths, words))
    assert (shape.verdict, shape.form) == (verdict, Form.YES_NO if verdict else Form.SENTENCE)
    assert BATHS[shape.start : shape.end] == words


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


class NoSayer(PlainReader):
    """A reader that reads a no in everything."""

    def decide(self, question: str, text: str) -> float | None:
        return 0.01


COUNTED_OR_EXCEPTED = [
    ("Is the sauna open on Tuesdays?", "The sauna is closed on Mondays."),
    ("Are guide dogs allowed?", "Dogs are not allowed, except guide dogs."),
    ("Do I need a ticket?", "No entry without a ticket."),
    ("Can I take 3 tablets a day?", "Do not take more than 4 tablets a day."),
]


def given_of(reader: Reader, question: str, text: str) -> Shape:
    document = Document("rules.txt", "Rules", text)
    return VerdictReader(reader, question)(document, shaped_as(question, document, 0, len(text) - 1))


@pytest.mark.parametrize(("question", "text"), COUNTED_OR_EXCEPTED)
def test_rules_have_the_last_word_on_what_is_counted_or_excepted(question: str, text: str) -> None:
    given = given_of(NoSayer(), question, text)
    assert (given.verdict, text[given.start : given.end]) == ("yes", text)


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        *((question, text, "yes") for question, text in COUNTED_OR_EXCEPTED),
        ("Can members row?", "Only members may row.", "yes"),
        ("Can guests row?", "Only members may row.", "no"),
        ("Are scans accepted?", "Photocopies are not accepted; scans are.", "yes"),
        ("Are dogs forbidden?", "Dogs are forbidden.", "yes"),
        ("Are dogs allowed?", "Dogs are forbidden.", "no"),
        ("Is Monday a closing day?", "The sauna is closed on Mondays.", "yes"),
    ],
)
def test_what_is_plain_is_said(reader: TransformersReader, question: str, text: str, verdict: str) -> None:
    assert given_of(reader, question, text).verdict == verdict


def test_amounts_that_the_rules_cant_tell_are_read(baths: Document) -> None:
    group = sentence(baths, "Groups of up to 20 people\nmay book a lane.")
    assert VerdictReader(NoSayer(), "Are the 20 of us at liberty to come?")(baths, group).verdict == "no"


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


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Can non-members use the sauna?", "Only members can use the sauna.", "no"),
        ("Can non-tenants use the garden?", "Tenants may use the garden.", None),
        (
            "Can I fly to Munich if the train takes three hours?",
            "Flights within the country are not approved unless the train would take longer than six hours.",
            "no",
        ),
        ("Can I send a parcel of 8 kg?", "Parcels aren't accepted unless they weigh less than 5 kg.", "no"),
        ("Can I bring my dog?", "Dogs used to be allowed but no longer are.", "no"),
        ("Do you accept cheques?", "We used to accept cheques.", "no"),
        ("Can my 6 year old swim alone?", "Children under 8 may not swim without an adult.", "no"),
        ("Can my 6 year old swim?", "Children under 8 may not swim without an adult.", None),
        ("Can I get a payment plan for £200?", "Payment plans are offered for treatment over £300.", "no"),
        ("Can I get a payment plan for £500?", "Payment plans are offered for treatment over £300.", "yes"),
        ("Do I need permission for a dog?", "Pets other than dogs do not need permission.", "yes"),
        ("Do I need permission for a cat?", "Pets other than dogs do not need permission.", "no"),
        (
            "Can I work from Spain for ten days?",
            "Working from abroad is not possible, with the exception of two weeks a year in the EU.",
            None,
        ),
        (
            "Can I work from Brazil?",
            "Working from abroad is not possible, with the exception of two weeks a year in the EU.",
            "no",
        ),
        ("Can I pay with American Express?", "We accept all cards other than American Express.", "no"),
        ("Do I have to register my bicycle?", "Vehicles except bicycles must be registered.", "no"),
    ],
)
def test_no_permission_is_read_in_what_forbids_or_excepts(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert given_of(reader, question, text).verdict == verdict


@pytest.mark.parametrize(
    ("question", "text", "verdict"),
    [
        ("Are hens allowed?", "Cockerels are not allowed.", None),
        ("Can I use the old hook?", "It mustn't be used.", "no"),
        ("Can I bring my dog?", "Pets are not allowed.", "no"),
        ("Can I bring my dog?", "No animals are allowed in the hall.", "no"),
        ("Can I smoke in my office?", "Smoking is prohibited in the building.", "no"),
        ("Do I need permission for a shed?", "Sheds must be removed when a tenancy ends.", None),
        ("Do I need permission to sublet?", "Subletting requires our written consent.", "yes"),
        ("Is the small hall heated?", "The large hall isn't heated.", None),
        ("Is the large hall heated?", "The large hall isn't heated.", "no"),
        ("Does the choir meet in the small hall?", "The choir meets in the large hall.", None),
        ("Does a small dog have to be on a lead?", "Only large dogs must be on a lead.", "no"),
        ("Can I drink white wine in the hall?", "Red wine isn't allowed in the hall.", None),
    ],
)
def test_a_clause_on_another_thing_decides_nothing(
    reader: TransformersReader, question: str, text: str, verdict: str | None
) -> None:
    assert given_of(reader, question, text).verdict == verdict


def test_the_reader_must_agree_on_a_clause_of_several_halves() -> None:
    text = "Sundays are normal days; only public holidays are paid double."
    assert given_of(NoSayer(), "Are Sundays normal days?", text).verdict is None
    assert given_of(PlainReader(), "Are Sundays normal days?", text).verdict == "yes"


@pytest.mark.parametrize(
    ("question", "verdict", "words"),
    [
        ("my dad can't manage his plot any more, can I just take it over from him?", "no", "No plot may be sublet or passed on to family."),
        ("can I hand my plot to my daughter", "no", "No plot may be sublet or passed on to family."),
        ("can a friend help me on the plot", "yes", "You may name one helper, who may work the plot but has no claim to it."),
    ],
)  # fmt: skip
def test_the_ban_beside_a_permission_decides_if_it_is_surer(
    reader: TransformersReader, question: str, verdict: str, words: str
) -> None:
    text = (
        "No plot may be sublet or passed on to family. "
        "You may name one helper, who may work the plot but has no claim to it."
    )
    document = Document("rules.txt", "Hollin Bank Allotment Society", text)
    helper = shaped_as(question, document, text.index("You"), len(text))
    given = VerdictReader(reader, question)(document, helper)
    assert (given.verdict, text[given.start : given.end]) == (verdict, words)


@pytest.mark.parametrize(
    ("question", "words", "text"),
    [
        ("can dogs wait in the porch", "Dogs may wait in the porch.", "Dogs aren't allowed in the hall. {} No tents."),
        (
            "may over 16s use the weights?",
            "Over 16s may, after an introduction.",
            "Under 16s may not use the weights. {}",
        ),
        ("can members use the sauna", "Members may.", "Guests may not use the sauna. {}"),
    ],
)
def test_a_permission_stands_beside_a_ban_on_another_thing(
    reader: TransformersReader, question: str, words: str, text: str
) -> None:
    document = Document("rules.txt", "Rules", text.format(words))
    given = VerdictReader(reader, question)(document, sentence(document, words))
    assert (given.verdict, document.text[given.start : given.end]) == ("yes", words)


COVER = """# Your home cover

## What's insured

- fire, smoke and explosion

## What isn't insured

- storm damage to fences, gates and hedges

These are covered

- theft

The following are not covered

- frost damage

## Packing

Please leave at home

- penknives
"""


@pytest.mark.parametrize(
    ("question", "words", "verdict"),
    [
        ("the storm blew my fence down. am I covered?", "storm damage to fences, gates and hedges", "no"),
        ("am I covered for a fire?", "fire, smoke and explosion", "yes"),
        ("is frost damage covered", "frost damage", "no"),
        ("is theft covered", "theft", "yes"),
        ("is a penknife ok?", "penknives", "no"),
        ("is theft covered", "The following are not covered", "yes"),  # below the other label
        ("is my bike covered", "The following are not covered", None),
    ],
)
@pytest.mark.parametrize(
    ("name", "mime"), [("c.md", "text/markdown"), ("c.txt", "text/plain"), ("c.html", "text/html")]
)
def test_an_item_is_read_with_the_label_above_it(
    reader: TransformersReader, question: str, words: str, verdict: str | None, name: str, mime: str
) -> None:
    source = COVER if name != "c.html" else as_html(COVER)
    parsed = parse_bytes(source.encode(), name, mime)
    document = Document(name, parsed.title or "", parsed.text, headings=parsed.headings)
    start = parsed.text.index(words)
    shape = shaped_as(question, document, start, start + len(words))
    assert VerdictReader(reader, question)(document, shape).verdict == verdict


def as_html(markdown: str) -> str:
    """A text of headings, labels and lists of one item as HTML."""
    tags = {"# ": "<h1>{}</h1>", "##": "<h2>{}</h2>", "- ": "<ul><li>{}</li></ul>"}
    lines = (line for line in markdown.splitlines() if line)
    return "".join(tags.get(line[:2], "<p>{}</p>").format(line.lstrip("#- ")) for line in lines)
