"""A question's events, as they are told while it is answered: on the seeds, with the shipped models."""

from dataclasses import replace

import pytest
from promises import check_promises

from index.errors import NotFoundError, QuestionError
from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, Event, GivenAnswer, Progress, Retrieved, Status
from qa.answering.questions import MAX_QUESTION_CHARS, Turn
from qa.assembly import Engine, filter_of

pytestmark = pytest.mark.slow


def without_time(answer: Event) -> object:
    assert isinstance(answer, Answer)
    return replace(answer, timings_ms=None)


def test_a_stream_tells_the_passages_then_how_far_they_are_read_and_ends_with_the_answer(engine: Engine) -> None:
    question = "On what date was the Marigold lost?"
    told = list(engine.stream(SEES_ALL, question, filter_of(), top_k=20, max_answers=3))
    answer = engine.ask(SEES_ALL, question, filter_of(), top_k=20, max_answers=3)
    assert isinstance(told[0], Retrieved)
    assert (told[0].passages, told[0].index_version, told[0].asked_as) == (answer.passages, answer.index_version, None)
    assert without_time(told[-1]) == without_time(answer)
    progress = [event for event in told if isinstance(event, Progress)]
    assert progress == [Progress(read, 20) for read in (4, 8, 12, 16)]
    candidates = [event for event in told[1:-1] if isinstance(event, GivenAnswer)]
    assert len(told) == 2 + len(progress) + len(candidates)


def test_candidates_are_citable_and_each_is_surer_than_the_one_before(engine: Engine) -> None:
    asked = ["How big is the reward for Maduro now?", "At what temperature is yeast killed?", "Who signed the directive?",
             "Who became safety officer after Piet Amsel?"]  # fmt: skip
    several = 0
    for question in asked:
        told = list(engine.stream(SEES_ALL, question, filter_of(), top_k=30, min_confidence=0.05))
        candidates = [event for event in told if isinstance(event, GivenAnswer)]
        several += len(candidates) > 1
        confidences = [candidate.confidence for candidate in candidates]
        assert confidences == sorted(set(confidences))
        assert all(confidence >= 0.05 for confidence in confidences)
        answer = told[-1]
        assert isinstance(answer, Answer)
        check_promises(engine, replace(answer, answers=tuple(candidates), status=Status.ANSWERED, reason=None))
    assert several


def test_what_is_too_unsure_to_be_given_is_no_candidate(engine: Engine) -> None:
    told = list(engine.stream(SEES_ALL, "In which country was origami first folded?", filter_of(), top_k=30))
    assert [event for event in told if isinstance(event, GivenAnswer)] == []
    assert isinstance(told[-1], Answer)
    assert told[-1].status == Status.NO_ANSWER


def test_a_stream_that_is_closed_reads_no_further(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    question, batches = "On what date was the Marigold lost?", []
    forward = engine._reader.forward
    monkeypatch.setattr(engine._reader, "forward", lambda *batch: batches.append(batch) or forward(*batch))
    stream = engine.stream(SEES_ALL, question, filter_of(), top_k=40)
    next(stream)
    assert batches == []
    assert next(stream) == Progress(4, 40)
    stream.close()
    assert len(batches) == 1
    assert engine.ask(SEES_ALL, question, filter_of()).answers[0].text == "23 March 1912"


def test_a_stream_tells_what_a_question_that_leans_was_searched_as(engine: Engine) -> None:
    history = [Turn("Who founded the Mount Corran observatory?")]
    told = list(engine.stream(SEES_ALL, "How much did she give for it?", filter_of(), history=history))
    expected = "Who founded the Mount Corran observatory? How much did she give for it?"
    assert [told[0].asked_as, told[-1].asked_as] == [expected] * 2  # type: ignore[union-attr]


def test_a_stream_raises_before_it_tells_anything(engine: Engine) -> None:
    with pytest.raises(QuestionError, match="question is blank"):
        next(engine.stream(SEES_ALL, " ", filter_of()))
    with pytest.raises(QuestionError, match=f"at most {MAX_QUESTION_CHARS} are read"):
        next(engine.stream(SEES_ALL, "x" * 100_000, filter_of()))
    with pytest.raises(NotFoundError, match="There is no collection 'none'"):
        next(engine.stream(SEES_ALL, "Who?", filter_of("none")))


def test_a_stream_over_nothing_has_no_passages_and_no_answer(fresh: Engine) -> None:
    retrieved, answer = fresh.stream(SEES_ALL, "Who signed the directive?", filter_of())
    assert retrieved == Retrieved((), 0, None)
    assert without_time(answer) == without_time(fresh.ask(SEES_ALL, "Who signed the directive?", filter_of()))
