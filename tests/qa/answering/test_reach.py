"""Passages that come too far behind the first to hold the answer aren't read, and say so."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import CALIBRATION

from index.documents import Document
from index.retrieval.passages import Passage
from index.storage.principals import SEES_ALL
from qa.answering.answers import Progress, Retrieved
from qa.answering.calibration import MANIFEST_NAME, Calibration
from qa.answering.reach import within_reach
from qa.assembly import Engine, filter_of
from qa.evaluation.datasets.dataset import Gold, Question
from qa.evaluation.fitting import Considered, _with_reach
from qa.reading.spans import Reading, Span
from qa.settings import load_settings

WEIGHED = replace(CALIBRATION, signal_weights={"fused": 40.0}, reach=5.0)


def passages(*scores: float) -> list[Passage]:
    return [Passage(f"d{i}", 0, 3, "Ada", 1, {"fused": score}) for i, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("scores", "read"),
    [
        ((0.6, 0.55, 0.5, 0.49, 0.46), [True, True, True, True, False]),  # the last two 4.4 and 5.6 logits behind
        ((0.5, 0.5, 0.5, 0.375, 0.374), [True, True, True, True, False]),  # 5 and 5.04
        ((0.9, 0.3, 0.2, 0.1, 0.1), [True, True, True, False, False]),  # three in any case
        ((0.1,), [True]),
        ((), []),
    ],
)
def test_what_comes_too_far_behind_the_first_is_not_worth_reading(scores: tuple[float, ...], read: list[bool]) -> None:
    assert within_reach(passages(*scores), WEIGHED) == read


@pytest.mark.parametrize("calibration", [None, replace(WEIGHED, reach=None), replace(WEIGHED, signal_weights={})])
def test_without_a_calibration_or_a_reach_or_weights_all_are(calibration: Calibration | None) -> None:
    assert within_reach(passages(0.6, 0.1, 0.1, 0.1), calibration) == [True] * 4


def considered(better: float) -> Considered:
    """The wrong answer in the first three passages, the right one, `better` logits better, 0.1 (4 logits) behind them."""
    gold = Gold("Ada", "d3", 0, 3)
    spans = [*[Reading((Span(0, 2, 0.0),), 0.0)] * 3, Reading((Span(0, 3, better),), 0.0)]
    return Considered(Question("q", "Who?", (gold,), {}), passages(0.5, 0.5, 0.5, 0.4), spans)


@pytest.mark.parametrize(
    ("better", "reach"),
    [
        ([3.0] * 200, 1.0),  # never enough: what is far behind need not be read
        ([5.0] * 200, 4.0),  # always enough: 4 logits behind must be read
        ([5.0] + [3.0] * 199, 1.0),  # one of 200 may be lost
        ([5.0] * 2 + [3.0] * 198, 4.0),  # two may not
    ],
)
def test_the_reach_is_the_smallest_that_loses_hardly_an_answer(better: list[float], reach: float) -> None:
    assert _with_reach([considered(each) for each in better], replace(WEIGHED, reach=None)).reach == reach


@pytest.mark.slow
def test_an_answer_and_a_stream_say_which_passages_were_read(tmp_path: Path) -> None:
    engine = Engine(load_settings(data=tmp_path), writing=True)
    texts = {"mill": "Ada Tarrow built the mill.", "owl": "Owls hunt at night.", "tea": "Tea is picked by hand."}
    texts |= {"bees": "Bees make honey.", "ferry": "The ferry sails at noon."}
    list(engine.indexer.add_all([Document(name, name, text) for name, text in texts.items()], "default"))
    question = "Who built the mill?"
    fitted = Calibration(
        engine.fitted_with("default"), 100, {"fused": 40.0}, 0.0, {"span": 1.0}, lone_lead=0.0, threshold=0.4, reach=5.0
    )
    # four windows are read at once, so that of five one batch is left to tell of
    for reach, read, told in ((5.0, [True] * 3 + [False] * 2, []), (1000.0, [True] * 5, [Progress(4, 5)])):
        engine.store.keep(MANIFEST_NAME, replace(fitted, reach=reach).to_json())
        answer = engine.ask(SEES_ALL, question, filter_of())
        assert [passage.read for passage in answer.passages] == read
        assert (answer.passages[0].document_id, answer.answers[0].text) == ("mill", "Ada Tarrow")
        retrieved, *progress, last = engine.stream(SEES_ALL, question, filter_of(), candidates=False)
        assert isinstance(retrieved, Retrieved)
        assert retrieved.passages == answer.passages
        assert progress == told
        assert replace(last, timings_ms=None) == replace(answer, timings_ms=None)  # type: ignore[type-var]
    engine.store.keep(MANIFEST_NAME, fitted.to_json())
    assert [passage.read for passage in engine.ask(SEES_ALL, question, filter_of(), top_k=5).passages] == [True] * 5
    assert [passage.read for passage in engine.search(SEES_ALL, question, filter_of()).passages] == [False] * 5
    engine.close()
