"""The registry of stages; and that one more stage is one room: this file's `Rerank` is all that it takes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support import CALIBRATION

from index.embedding import SentenceTransformerEmbedder
from index.errors import SettingsError
from index.retrieval import stages
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.ranking import rank
from qa.assembly import Engine, filter_of
from qa.reading.spans import Reading, Span
from qa.settings import load_settings


class Rerank:
    """Adds `rerank` to the best ten and puts them in its order: how often a word of the question stands in the chunk."""

    def describe(self) -> str:
        return "rerank"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        best = candidates.keys[:10]
        words = {word.strip("?").lower() for word in search.question.split()}
        scores = {key: sum(text.lower().count(word) for word in words) for key, text in search.texts(best).items()}
        ranked = sorted(best, key=lambda key: -scores[key])
        return candidates.ranked_by("rerank", {key: float(scores[key]) for key in ranked})

    def complete(self, search: Search, name: str, keys: Sequence[int]) -> Signal:
        return {}


@pytest.fixture
def reranking(seeds_data: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine that was told of one more stage by its setting."""
    monkeypatch.setitem(stages.STAGES, "rerank", Rerank)
    return Engine(load_settings(data=seeds_data, retrieval="dense, lexical, sum, rerank"), writing=False)


def test_one_more_stage_reorders_what_the_others_bring(engine: Engine, reranking: Engine) -> None:
    question = "How many days of annual leave do employees have?"
    before = [passage.text for passage in engine.search(SEES_ALL, question, filter_of(), top_k=10).passages]
    after = [passage.text for passage in reranking.search(SEES_ALL, question, filter_of(), top_k=10).passages]
    reranking.close()
    assert sorted(after) == sorted(before)
    assert after != before
    counts = [sum(text.lower().count(word) for word in question.rstrip("?").lower().split()) for text in after]
    assert counts == sorted(counts, reverse=True)


def test_its_signal_reaches_the_calibration_by_its_name(engine: Engine, embedder: SentenceTransformerEmbedder) -> None:
    from index.retrieval.retriever import Retriever

    retriever = Retriever(embedder, [*stages.stages_of(), Rerank()])
    assert retriever.describe() == "dense, lexical(context=0.3), sum(bm25=0.01, dense=1), distinct, rerank"
    with engine.store.view(SEES_ALL) as snapshot:
        passages = retriever.retrieve(snapshot, "How many days of annual leave?", Filter(), 2)
    assert [set(passage.signals) for passage in passages] == [{"dense", "bm25", "fused", "rerank"}] * 2
    readings = [Reading((Span(0, 5, 1.0),), 0.0), Reading((), 0.0)]
    weighing = replace(CALIBRATION, intercept=-9.0, coefficients={"rerank": 1.0}, signal_weights={"rerank": 2.0})
    (answer,) = rank(passages, readings, weighing)
    count = passages[0].signal("rerank")
    assert answer.candidates[0].score == 1.0 + 2.0 * count
    assert answer.confidence == weighing.confidence({"rerank": count})
    # to numbers that know nothing of it, it is as if the stage weren't there; and without the stage it counts as 0
    plain = [
        replace(passage, signals={n: s for n, s in passage.signals.items() if n != "rerank"}) for passage in passages
    ]
    assert rank(plain, readings, CALIBRATION)[0].confidence == rank(passages, readings, CALIBRATION)[0].confidence
    assert rank(plain, readings, weighing)[0].candidates[0].score == 1.0


def test_an_unknown_stage_is_refused_by_name_with_the_known_ones() -> None:
    with pytest.raises(
        SettingsError,
        match=r"no stage of retrieval 'dens': name hybrid, dense, bm25, or a list .* dense, lexical, fusion, sum, distinct\.",
    ):
        load_settings(retrieval="dens, fusion")
