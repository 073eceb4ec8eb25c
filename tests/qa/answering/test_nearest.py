"""What is shown for a question without an answer."""

from dataclasses import replace

import pytest
from support import CALIBRATION

from index.context import context_of
from index.documents import Document
from index.formats.registry import format_of
from index.language.english import ENGLISH
from index.parsing.parse import parse
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from qa.answering.answers import Nearest
from qa.answering.nearest import message_for, nearest_of
from qa.answering.ranking import rank
from qa.reading.spans import Reading, Span

QUESTION = "Who mends the boats of the club?"
FIRST = Document("boats", "Boats", "The boats of the club are blue. They are painted each spring.")
OTHER = Document("staff", "Staff", "Nobody paints here. Repairs are for Olav Rud. The club pays him.")
DOCUMENTS = {"boats": FIRST, "staff": OTHER}
PASSAGES = [
    Passage(document.id, 0, len(document.text), document.text, rank=number, signals={FUSED: 0.3})
    for number, document in enumerate((FIRST, OTHER), start=1)
]


def read(**margins: float) -> list[Reading]:
    """Readings in which the reader prefers these words of a document to no answer, by so many logits."""
    readings = []
    for document in DOCUMENTS.values():
        spans = [
            Span(document.text.index(name), document.text.index(name) + len(name), 5.0 + margin)
            for name, margin in margins.items()
            if name in document.text
        ]
        readings.append(Reading(tuple(spans), 5.0))
    return readings


def nearest(readings: list[Reading], threshold: float = 0.9) -> tuple[str, str, bool]:
    near = nearest_of(QUESTION, PASSAGES, rank(PASSAGES, readings, CALIBRATION), threshold, DOCUMENTS.__getitem__)
    assert near
    assert near.text[near.sentence_start - near.start : near.sentence_end - near.start] == near.sentence
    return near.document_id, near.sentence, near.likely


def test_a_likely_candidate_is_shown_with_its_sentence() -> None:
    assert nearest(read(Olav=0.5)) == ("staff", "Repairs are for Olav Rud.", True)


def test_in_the_first_document_a_candidate_may_be_likely_although_the_reader_prefers_none() -> None:
    assert nearest(read(spring=-0.5)) == ("boats", "They are painted each spring.", True)
    assert nearest(read(spring=-9.0)) == ("boats", "They are painted each spring.", False)


def test_elsewhere_what_the_reader_does_not_prefer_may_be_about_anything() -> None:
    assert nearest(read(Olav=-0.5, spring=-3.0)) == ("boats", "They are painted each spring.", False)


def test_where_the_reader_finds_nothing_there_the_sentence_with_most_words_in_common_is_marked() -> None:
    assert nearest(read(Olav=-0.5)) == ("boats", "The boats of the club are blue.", False)
    assert nearest(read()) == ("boats", "The boats of the club are blue.", False)
    assert nearest_of(QUESTION, [], [], 0.4, DOCUMENTS.__getitem__) is None


def test_a_passage_that_begins_amid_a_sentence_is_shown_from_the_sentence_on() -> None:
    source = Document("staff", "Staff", "Nobody paints here. In spring all repairs of the boats are for Olav Rud.")
    cut = source.text.index("repairs")
    passages = [Passage("staff", cut, len(source.text), source.text[cut:], rank=1, signals={FUSED: 0.3})]
    name = passages[0].text.index("Olav Rud")
    for spans in (
        [(Span(name, name + 8, 5.5),)],
        [()],
    ):  # the reader's best sentence, and the one with most words in common
        ranked = rank(passages, [Reading(*spans, 5.0)], CALIBRATION)
        near = nearest_of(QUESTION, passages, ranked, 0.9, lambda _: source)
        assert near
        assert near.text == near.sentence == "In spring all repairs of the boats are for Olav Rud."
        assert (near.start, near.end) == (20, len(source.text))
        assert (near.sentence_start, near.sentence_end) == (20, len(source.text))


def test_a_sentence_that_began_far_before_is_shown_from_the_passage_on() -> None:
    source = Document("staff", "Staff", "x" * 1800 + " boats are for Olav Rud.")
    cut = source.text.index("are")
    passages = [Passage("staff", cut, len(source.text), source.text[cut:], rank=1, signals={FUSED: 0.3})]
    near = nearest_of(QUESTION, passages, [], 0.9, lambda _: source)
    assert near
    assert near.text == near.sentence == "are for Olav Rud."


HANDBOOK = """# Yard handbook

## 2.1 Rumours

“Nobody may sail alone” is wrong. Sign the book first.

## 2.2 Mail

Letters go out at four.

## 2.3 Alarms

If it burns, ring the gate on 5599. Stay outside.

### Drills

A drill is held each spring.
"""
QUESTIONS = """# Guests

**Q1: Where do guests eat?**

A1: In the long hall. Soup is at noon.

**Q2: Who cleans the guest rooms?**

A2: No guest does. The porter cleans them.

### How long may guests stay?

Three nights.
"""
CONFIG = "# host: old-relay.elm.example\nhost: relay4.elm.example\n# seconds until a client is dropped\nttl: 60\n"


def shown(question: str, text: str, name: str = "page.md", span: str = "", margin: float = -3.0) -> Nearest:
    """What is shown of a document that is one passage, in which the reader picks these words, or none."""
    source = parse(text.encode(), name, format_of(name).media_type)
    passage = Passage(source.id, 0, len(source.text), source.text, rank=1, signals={FUSED: 0.3})
    passage = replace(passage, context=context_of(source, 0))
    at = source.text.index(span)
    spans = (Span(at, at + len(span), 5.0 + margin),) if span else ()
    near = nearest_of(question, [passage], rank([passage], [Reading(spans, 5.0)], CALIBRATION), 0.9, lambda _: source)
    assert near
    assert near.text == source.text[near.start : near.end]
    assert near.text[near.sentence_start - near.start : near.sentence_end - near.start] == near.sentence
    return near


@pytest.mark.parametrize(
    ("question", "span", "begins", "sentence"),
    [
        ("What number is for emergencies?", "5599", "## 2.3 Alarms", "If it burns, ring the gate on 5599."),
        ("What number is for emergencies?", "A drill", "### Drills", "A drill is held each spring."),
        ("Where are letters put?", "", "## 2.2 Mail", "Letters go out at four."),
        ("Who may go out by boat?", "Sign the book", "# Yard handbook\n\n## 2.1", "Sign the book first."),
        ("Are there rumours?", "", "# Yard handbook\n\n## 2.1", "“Nobody may sail alone” is wrong."),
    ],
)
def test_a_passage_of_several_sections_is_shown_from_the_one_of_its_sentence_on(
    question: str, span: str, begins: str, sentence: str
) -> None:
    near = shown(question, HANDBOOK, span=span)
    assert near.text.startswith(begins)
    assert near.sentence == sentence
    assert near.section
    assert near.section in near.text.partition("\n\n“")[0]
    assert near.text.endswith("each spring.\n")


def test_in_an_faq_it_is_shown_from_the_question_on_and_the_mark_of_the_answer_is_not_marked() -> None:
    near = shown("Where is lunch?", QUESTIONS, span="long hall", margin=-9.0)
    assert near.text.startswith("**Q1: Where do guests eat?**")
    assert (near.sentence, near.likely) == ("In the long hall.", False)


@pytest.mark.parametrize(
    ("question", "sentence", "section"),
    [
        ("How long may guests stay?", "Three nights.", "How long may guests stay?"),
        ("how long can guests stay", "Three nights.", "How long may guests stay?"),
        ("Who cleans the guest rooms?", "No guest does.", "Guests"),
        ("Where do guests eat?", "In the long hall.", "Guests"),
    ],
)
def test_below_the_questions_own_heading_this_may_be_it_however_unsure_the_reader_is(
    question: str, sentence: str, section: str
) -> None:
    near = shown(question, QUESTIONS, span="Soup", margin=-9.0)
    assert (near.sentence, near.section, near.likely) == (sentence, section, True)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("When is the mill open?", "Where is the mill open?"),
        ("When is the mill open?", "Who opens the mill?"),
        ("When is the mill open in winter?", "When is the mill open?"),
        ("When is the mill open?", "When is the mill open in winter?"),
        ("Opening of the mill", "Who may be at the opening of the mill?"),
        ("Opening of the mill", "When is the opening of the mill?"),
    ],
)
def test_a_heading_that_asks_for_something_else_makes_nothing_likely(heading: str, question: str) -> None:
    assert not shown(question, f"# House\n\n## {heading}\n\nSee the board.\n", span="the board", margin=-9.0).likely


@pytest.mark.parametrize(
    ("text", "question", "sentence"),
    [
        ("# Mill\n\n## Who built it?\n\nTwo brothers did. It took years.\n", "Who built the mill?", "Two brothers did."),
        ("# Pump\n\n## 4.4 Storage temperature\n\nKeep it dry.\n", "What is the storage temperature?", "Keep it dry."),
        ("# Pump\n\n## Parking\n\nBack to top\n\nBehind the mill.\n", "parking", "Behind the mill."),
        ("# Lost\n\n## I lost my key. What now?\n\nRing 40.\n", "What do I do if I lost my key?", "Ring 40."),
        ("# A\n\n## When is it open?\n\n### In summer\n\n- From nine.\n- Or ten.\n", "When is it open?", "From nine."),
    ],
)  # fmt: skip
def test_the_first_sentence_below_a_heading_of_the_same_words(text: str, question: str, sentence: str) -> None:
    near = shown(question, text)
    assert (near.sentence, near.likely) == (sentence, True)


def test_of_settings_the_line_is_marked_and_never_a_comment_that_sets_what_another_line_does() -> None:
    assert shown("What is the smtp host?", CONFIG, "mail.yaml").sentence == "host: relay4.elm.example"
    assert shown("When is a client dropped?", CONFIG, "mail.yaml").sentence == "ttl: 60"
    over = "relay4.elm.example\n# seconds"
    assert shown("What is the smtp host?", CONFIG, "mail.yaml", span=over).sentence == "host: relay4.elm.example"
    assert shown("What is the smtp host?", CONFIG, "mail.yaml", span="relay4").sentence == "host: relay4.elm.example"


def test_headings_furniture_and_what_is_called_wrong_are_not_marked() -> None:
    text = "# Boats\n\nPage 3 of 9\n\n## Keys of the boats\n\nOn hook nine.\n\n## Paint\n\nBlue boats are old.\n"
    assert shown("Where are keys kept?", text).sentence == "On hook nine."
    assert shown("What is on page 3?", text).sentence == "On hook nine."


def test_the_words_for_what_may_be_it_end_as_a_sentence_does() -> None:
    likely = "This may be it, though I'm not sure enough to give it as an answer: “Guests”"
    near = shown("How long may guests stay?", QUESTIONS)
    assert message_for(near, ENGLISH.messages) == f"{likely}, How long may guests stay?"
    assert message_for(replace(near, section="Guests"), ENGLISH.messages) == f"{likely}."


def test_where_a_pointer_is_all_there_is_it_is_marked() -> None:
    text = "# Rooms\n\nEach has a bed. How to cancel a stay is explained on our page on stays.\n"
    assert shown("How do I cancel a stay?", text).sentence.startswith("How to cancel a stay is explained")
