"""What is shown for a question without an answer."""

from support import CALIBRATION

from index.documents import Document
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from qa.answering.nearest import nearest_of
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
