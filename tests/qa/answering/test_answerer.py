"""Asking, end to end on the seeds with the shipped models: the promises of every answer."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import compress
from pathlib import Path

import pytest
from promises import check_promises

from index.documents import Document, Heading
from index.errors import NotFoundError, QuestionError
from index.storage.principals import SEES_ALL
from qa.answering.answers import Reason, Status
from qa.answering.calibration import shipped
from qa.answering.forms.form import Form
from qa.answering.questions import Turn
from qa.answering.ranking import MIN_FURTHER_CONFIDENCE, rank
from qa.answering.reach import within_reach
from qa.assembly import Engine, filter_of
from qa.settings import load_settings

pytestmark = pytest.mark.slow


def test_an_answer_is_copied_and_cited(engine: Engine) -> None:
    answer = engine.ask(SEES_ALL, "How big is the reward for Maduro now?", filter_of())
    check_promises(engine, answer)
    (given,) = answer.answers
    (citation,) = given.citations
    assert given.text == "$50 million"
    assert citation.document_id == "seeds/cartel-directive.md"
    assert citation.page is None
    assert citation.section
    assert "$50 million" in citation.sentence
    assert (answer.index_version, len(answer.passages)) == (10, 10)
    timings = answer.timings_ms
    assert 0 < timings.retrieve + timings.read <= timings.total


def test_a_pdfs_answer_names_its_page_and_section(engine: Engine) -> None:
    answer = engine.ask(SEES_ALL, "Who became safety officer after Piet Amsel?", filter_of())
    citation = answer.answers[0].citations[0]
    assert answer.answers[0].text.split() == ["Jorun", "Vask"]
    assert citation.document_id == "seeds/halden-handbook-2026.pdf"
    assert citation.page
    assert citation.section
    check_promises(engine, answer)


def test_several_answers_when_asked_for(engine: Engine) -> None:
    question = "On what date was the Marigold lost?"
    one, many = engine.ask(SEES_ALL, question, filter_of()), engine.ask(SEES_ALL, question, filter_of(), max_answers=5)
    check_promises(engine, many)
    assert len(one.answers) == 1
    assert one.answers[0] == many.answers[0]
    assert {"19 March 1912", "23 March 1912"} <= {given.text for given in many.answers}
    assert len({given.text for given in many.answers}) == len(many.answers) <= 5


def test_with_min_confidence_0_every_candidate_comes_back(engine: Engine) -> None:
    question = "In which country was origami first folded?"
    assert engine.ask(SEES_ALL, question, filter_of(), max_answers=20).answers == ()
    everything = engine.ask(SEES_ALL, question, filter_of(), max_answers=20, min_confidence=0.0)
    check_promises(engine, everything)
    assert len(everything.answers) > 5
    confidences = [given.confidence for given in everything.answers]
    assert confidences[1:] == sorted(confidences[1:], reverse=True)
    assert confidences[-1] < MIN_FURTHER_CONFIDENCE
    raised = engine.ask(
        SEES_ALL, "How big is the reward for Maduro now?", filter_of(), max_answers=20, min_confidence=1.0
    )
    assert (raised.answers, raised.reason) == ((), Reason.BELOW_THRESHOLD)


def test_further_answers_stop_at_the_usual_confidence_unless_less_is_asked_for(engine: Engine) -> None:
    question = "How often can office staff of the ferry company do their job from home?"
    ask = partial(engine.ask, SEES_ALL, question, filter_of(), top_k=7, max_answers=20)
    usual = ask()
    higher = ask(min_confidence=usual.answers[0].confidence - 0.01)
    assert [given.text for given in higher.answers] == [given.text for given in usual.answers]
    assert usual.answers[-1].confidence >= MIN_FURTHER_CONFIDENCE
    lower = ask(min_confidence=0.01)
    assert 0.01 <= lower.answers[-1].confidence < MIN_FURTHER_CONFIDENCE


def test_an_earlier_question_that_is_no_unicode_is_refused(engine: Engine) -> None:
    with pytest.raises(QuestionError, match="An earlier question holds half a surrogate pair: send it as valid"):
        engine.ask(SEES_ALL, "And when was that?", filter_of(), history=[Turn("Who \ud800 signed it in Lisbon?")])


def test_the_same_answer_in_two_documents_has_both_citations(fresh: Engine) -> None:
    fresh.indexer.add(Document("one", "One", "The bridge at Orm was built by Ada Kestrel in 1871."), "default")
    fresh.indexer.add(Document("two", "Two", "It was Ada Kestrel who built the bridge at Orm."), "default")
    fresh.indexer.add(Document("bees", "Bees", "Bees collect nectar and pollen in summer."), "default")
    answer = fresh.ask(SEES_ALL, "Who built the bridge at Orm?", filter_of())
    check_promises(fresh, answer)
    assert answer.answers[0].text == "Ada Kestrel"
    assert {citation.document_id for citation in answer.answers[0].citations} == {"one", "two"}


def test_documents_that_disagree_give_both_answers_even_if_one_is_asked_for(fresh: Engine) -> None:
    fresh.indexer.add(Document("a", "Rules of 2023", "The fine for parking in Lark Lane is 40 crowns."), "default")
    fresh.indexer.add(Document("b", "Rules of 2025", "The fine for parking in Lark Lane is 60 crowns."), "default")
    fresh.indexer.add(Document("c", "A letter", "The fine for parking in Lark Lane is sixty crowns."), "default")
    for max_answers in (1, 2):
        answer = fresh.ask(
            SEES_ALL, "How much is the fine for parking in Lark Lane?", filter_of(), max_answers=max_answers
        )
        check_promises(fresh, answer)
        assert answer.conflict
        supports = {frozenset(citation.document_id for citation in given.citations) for given in answer.answers}
        assert supports == {frozenset("a"), frozenset("bc")}
        assert sorted(given.support for given in answer.answers) == [1, 2]
        assert [given.contradicts for given in answer.answers] == [False, True]
    agreed = fresh.ask(SEES_ALL, "How much is the fine for parking in Lark Lane?", filter_of(document_ids=["b", "c"]))
    assert not agreed.conflict
    assert [given.support for given in agreed.answers] == [2]


def test_an_empty_index_is_no_answer_and_no_error(fresh: Engine) -> None:
    answer = fresh.ask(SEES_ALL, "Who signed the directive?", filter_of())
    assert (answer.status, answer.reason, answer.answers, answer.passages, answer.index_version) == (
        Status.NO_ANSWER, Reason.NOTHING_RETRIEVED, (), (), 0,
    )  # fmt: skip


def test_answers_come_in_the_form_that_is_asked_for(fresh: Engine) -> None:
    text = (
        "# Kit of the boats\n\nEach boat carries the following items:\n\n- a flare gun\n- two oars\n- a bailer\n\n"
        "# Smoking on the boats\n\nPassengers must not smoke anywhere on the boats.\n"
    )
    fresh.indexer.add(Document("kit", "Kit", text, media_type="text/markdown"), "default")
    kit = fresh.ask(SEES_ALL, "What items does each boat carry?", filter_of(), max_answers=5, min_confidence=0.0)
    check_promises(fresh, kit)
    assert kit.answers[0].form is Form.LIST
    assert [part.text for part in kit.answers[0].parts] == ["a flare gun", "two oars", "a bailer"]
    assert not [given for given in kit.answers[1:] if given.text in ("two oars", "a bailer")]  # all are in the first
    smoking = fresh.ask(SEES_ALL, "May passengers smoke on the boats?", filter_of(), min_confidence=0.0).answers[0]
    assert (smoking.form, smoking.verdict) == (Form.YES_NO, "no")
    assert smoking.text == "Passengers must not smoke anywhere on the boats."


def test_silence_shows_the_nearest_section_and_its_best_sentence(fresh: Engine) -> None:
    text = "# Ferries\n\n## Prices\n\nA crossing costs nine crowns. Children pay four.\n"
    headings = (Heading(0, 1, "Ferries"), Heading(text.index("## Prices"), 2, "Prices"))
    fresh.indexer.add(Document("ferry", "Ferries", text, media_type="text/markdown", headings=headings), "default")
    answer = fresh.ask(SEES_ALL, "What does a crossing cost?", filter_of(), min_confidence=1.0)
    check_promises(fresh, answer)
    assert answer.nearest
    assert (answer.nearest.document_id, answer.nearest.section) == ("ferry", "Prices")
    assert answer.nearest.sentence == "A crossing costs nine crowns."


@pytest.mark.parametrize("message", ["Hello!", "thanks a lot", "Thanks, that helped", "ok thx bye"])
def test_greetings_are_no_questions(engine: Engine, message: str) -> None:
    answer = engine.ask(SEES_ALL, message, filter_of(), history=[Turn("How far is it to Orm?", "9 km")])
    assert (answer.reason, answer.passages, answer.answers, answer.asked_as) == (Reason.GREETING, (), (), None)
    assert answer.message
    assert answer.nearest is None


def test_collections_and_filters_are_searched_alone(fresh: Engine) -> None:
    fresh.indexer.add(Document("a", "A", "The ferry to Orm sails at noon.", metadata={"year": 2024}), "default")
    fresh.indexer.add(Document("b", "B", "The ferry to Orm sails at midnight.", metadata={"year": 2026}), "default")
    fresh.indexer.add(Document("c", "C", "The ferry to Orm sails at dawn."), "other")

    def times(**where: object) -> list[str]:
        found = fresh.ask(SEES_ALL, "When does the ferry to Orm sail?", filter_of(**where)).answers
        return [given.text.removeprefix("at ") for given in found]

    assert times(collection="other") == ["dawn"]
    assert times(document_ids=["b"]) == ["midnight"]
    assert times(metadata={"year": 2024}) == ["noon"]
    with pytest.raises(NotFoundError, match="There is no collection 'third': known are default, other"):
        times(collection="third")
    with pytest.raises(NotFoundError, match="no document 'c' in the collection 'default'"):
        times(document_ids=["c"])


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "question is blank"),
        (" \n\t", "question is blank"),
        ("x" * 10_000, "has 10000 characters; at most 1000 are read"),
        ("word " * 190, "has 190 tokens; at most 128 are read"),
        ("who \ud800?", "half a surrogate pair"),
    ],
)
def test_questions_that_cant_be_asked(engine: Engine, question: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        engine.ask(SEES_ALL, question, filter_of())


@pytest.mark.parametrize(
    "question",
    [
        "🐝🐝🐝",
        "من وقّع على التوجيه؟",
        "מי חתם?",
        "\u202eWho signed?",
        "?",
        "' OR 1=1 --",
        "NEAR(a b)",
        "*",
        "who\0signed",
    ],
)
def test_odd_questions_get_an_answer_or_none_but_no_error(engine: Engine, question: str) -> None:
    check_promises(engine, engine.ask(SEES_ALL, question, filter_of(), max_answers=5))


def test_odd_documents_are_cited_exactly(fresh: Engine) -> None:
    text = (
        "👩‍👧 Intro\r\n\r\n"
        + "The same line again.\r\n" * 40
        + "\u202eرقم\u202c The Ta\u0301bor gate was built by Žofie K. in 1871.\r\n"
    )
    fresh.indexer.add(Document("odd", "Odd", text), "default")
    answer = fresh.ask(SEES_ALL, "When was the Ta\u0301bor gate built?", filter_of(), max_answers=3)
    check_promises(fresh, answer)
    assert answer.answers[0].text == "1871"


def test_concurrent_questions_give_the_same_answers_as_one_at_a_time(engine: Engine) -> None:
    questions = [
        "How big is the reward for Maduro now?",
        "When was the Marigold lost?",
        "At what temperature is yeast killed?",
    ]

    def ask(question: str) -> object:
        answer = engine.ask(SEES_ALL, question, filter_of(), max_answers=3)
        return answer.answers, answer.passages, answer.reason

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, questions * 4))
    assert together == alone * 4


ARTICLE = """The harbour of Orm was closed by Mayor Ilse Brandt on Tuesday, the Orm Gazette reported. Three tugs and two
barges were seized. “Our water is not for sale,” Brandt said."""


def test_unchanged_versions_repeat_and_changed_ones_are_told(fresh: Engine) -> None:
    fresh.indexer.add(Document("news", "News", ARTICLE), "default")
    first = fresh.ask(SEES_ALL, "Who closed the harbour of Orm?", filter_of())
    assert first.answers[0].text.endswith("Ilse Brandt")
    again = fresh.ask(SEES_ALL, "Who closed the harbour of Orm?", filter_of())
    assert (again.answers, again.passages, again.index_version) == (first.answers, first.passages, 1)
    fresh.store.delete("news", "default")
    gone = fresh.ask(SEES_ALL, "Who closed the harbour of Orm?", filter_of())
    assert (gone.status, gone.reason, gone.index_version) == (Status.NO_ANSWER, Reason.NOTHING_RETRIEVED, 2)


def test_a_question_without_an_answer_says_why(fresh: Engine) -> None:
    fresh.indexer.add(Document("bees", "Bees", "Bees make honey from nectar in summer."), "default")
    answer = fresh.ask(SEES_ALL, "Who signed the treaty of Lisbon?", filter_of())
    assert answer.status == Status.NO_ANSWER
    assert answer.reason == Reason.READER_NULL
    assert [passage.document_id for passage in answer.passages] == ["bees"]
    unsure = fresh.ask(SEES_ALL, "What do bees make from nectar?", filter_of(), min_confidence=1.0)
    assert (unsure.status, unsure.reason) == (Status.NO_ANSWER, Reason.BELOW_THRESHOLD)


def test_an_answer_just_as_sure_as_asked_for_is_given(engine: Engine) -> None:
    question = "How big is the reward for Maduro now?"
    passages, readings, compare = engine.consider(SEES_ALL, question, filter_of())
    read = within_reach(passages, shipped())
    ranked = rank(
        list(compress(passages, read)), list(compress(readings, read)), shipped(), question=question, compare=compare
    )
    best = ranked[0].confidence
    # Read among other passages, its scores differ in their last digits
    at = engine.ask(SEES_ALL, question, filter_of(), min_confidence=best - 1e-3)
    above = engine.ask(SEES_ALL, question, filter_of(), min_confidence=best + 1e-3)
    assert [answer.text for answer in at.answers][:1] == ["$50 million"]
    assert (above.answers, above.reason) == ((), Reason.BELOW_THRESHOLD)


def test_the_working_directory_plays_no_part(engine: Engine, tmp_path: Path) -> None:
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert (
            engine.ask(SEES_ALL, "How big is the reward for Maduro now?", filter_of()).answers[0].text == "$50 million"
        )
    finally:
        os.chdir(here)


JORUN = "Who became safety officer after Piet Amsel?"


@pytest.mark.parametrize("kind", ["dense", "bm25"])
def test_one_ranking_alone_can_be_asked_for(seeds_data: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine(load_settings(data=seeds_data, retrieval=kind), writing=False)
    try:
        found = engine.search(SEES_ALL, "Who wrote the handbook for the ferry crew?", filter_of(), top_k=7)
        # the shipped calibration is for both rankings: without one no threshold holds, and the reader decides
        asked = [engine.ask(SEES_ALL, JORUN, filter_of(), min_confidence=least) for least in (None, 0.0, 1.0)]
    finally:
        engine.close()
    assert [[(given.text, given.confidence) for given in answer.answers] for answer in asked] == [
        [("Jorun\nVask", None)]
    ] * 3
    assert [record.getMessage()[:58] for record in caplog.records if record.name == "qa.answering.answerer"] == [
        "Answers have no confidence. The calibration was fitted wit"
    ]
    scores = [getattr(passage, kind) for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    # the first of one ranking alone: its weight by 5 + 1
    assert found.passages[0].score == pytest.approx({"dense": 1.0, "bm25": 1.5}[kind] / 6, abs=1e-6)
