"""Retrieval over the seeds: which passages, in which order, with which signals."""

import pytest

from index.embedding import SentenceTransformerEmbedder
from index.errors import NotFoundError
from index.retrieval.dense import Dense
from index.retrieval.fusion import Fusion
from index.retrieval.lexical import Lexical
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.retrieval.stages import stages_of
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.assembly import Engine


@pytest.fixture(scope="module")
def retriever(embedder: SentenceTransformerEmbedder) -> Retriever:
    return Retriever(embedder)


def retrieve(engine: Engine, retriever: Retriever, question: str, where: Filter, top_k: int = 5) -> list[Passage]:
    with engine.store.view(SEES_ALL) as snapshot:
        passages = retriever.retrieve(snapshot, question, where, top_k)
        for passage in passages:
            document = snapshot.document(passage.document_id, "default")
            assert document.id == passage.document_id
            assert document.text[passage.start : passage.end] == passage.text
    return passages


def signals(passages: list[Passage], name: str) -> list[float]:
    return [passage.signal(name) for passage in passages]


def test_passages_have_ranks_and_all_three_signals(engine: Engine, retriever: Retriever) -> None:
    passages = retrieve(
        engine, retriever, "How many days of annual leave do full-time employees have?", Filter("default")
    )
    assert [passage.rank for passage in passages] == [1, 2, 3, 4, 5]
    assert {passage.document_id for passage in passages[:2]} == {
        "seeds/halden-handbook-2024.html",
        "seeds/halden-handbook-2026.pdf",
    }
    assert {name for passage in passages for name in passage.signals} == {"fused", "dense", "bm25"}
    assert all(-1 <= p.signal("dense") <= 1 and p.signal("bm25") >= 0 for p in passages)
    assert signals(passages, "fused") == pytest.approx([p.signal("dense") + 0.01 * p.signal("bm25") for p in passages])
    assert signals(passages, "fused") == sorted(signals(passages, "fused"), reverse=True)


def test_the_weights_change_what_is_found(
    engine: Engine, embedder: SentenceTransformerEmbedder, retriever: Retriever
) -> None:
    question = "Halden Ferry Company employee handbook"  # the PDF's title
    where = Filter("default", ("seeds/halden-handbook-2026.pdf",))
    by_title = retrieve(engine, retriever, question, where, 100)
    by_text = retrieve(engine, Retriever(embedder, [Dense(), Lexical(context=0), Fusion()]), question, where, 100)
    assert all(signal > 0 for signal in signals(by_title, "bm25"))
    assert not all(signal > 0 for signal in signals(by_text, "bm25"))
    dense = retrieve(engine, Retriever(embedder, stages_of("dense")), question, where, 50)
    assert signals(dense, "dense") == sorted(signals(dense, "dense"), reverse=True)
    assert signals(dense, "fused")[:2] == [1 / 6, 1 / 7]


def test_filters_hold_for_words_and_vectors(engine: Engine, retriever: Retriever) -> None:
    where = Filter("default", ("seeds/sourdough.md",))
    passages = retrieve(engine, retriever, "How many days of annual leave?", where, 50)
    assert {passage.document_id for passage in passages} == {"seeds/sourdough.md"}
    assert len(passages) > 15  # all of its chunks, though others are nearer
    with pytest.raises(NotFoundError, match="no document 'seeds/none.md' in the collection 'default'"):
        retrieve(engine, retriever, "x?", Filter("default", ("seeds/none.md",)))


def test_a_question_without_words_is_still_searched_by_meaning(engine: Engine, retriever: Retriever) -> None:
    passages = retrieve(engine, retriever, "what is it?", Filter("default"))
    assert len(passages) == 5
    assert signals(passages, "bm25") == [0.0] * 5  # a signal that a passage lacks
    assert not any("bm25" in passage.signals for passage in passages)


def test_top_k_over_everything_gives_everything_once(engine: Engine, retriever: Retriever) -> None:
    passages = retrieve(engine, retriever, "ferry", Filter("default"), 100)
    assert len({(p.document_id, p.start) for p in passages}) == len(passages) == 100
