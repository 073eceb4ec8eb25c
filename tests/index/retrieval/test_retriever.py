"""Fusion worked out by hand, the words of a question, and retrieval over the seeds."""

import pytest

from index.embedding import SentenceTransformerEmbedder
from index.errors import NotFoundError
from index.retrieval.fusion import Fusion
from index.retrieval.lexical import word_query
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.storage.base import Filter
from qa.assembly import Engine


def test_fusion_adds_reciprocal_ranks() -> None:
    # k = 10: key 7 is 1st and 2nd: 1/11 + 1/12; key 5 is 2nd and 3rd: 1/12 + 1/13; key 9 only 1st: 1/11; key 3 3rd: 1/13
    fused = Fusion(k=10, bm25=1).fuse([7, 5, 3], [9, 7, 5])
    assert [key for key, _ in fused] == [7, 5, 9, 3]
    assert [score for _, score in fused] == pytest.approx([0.174242, 0.160256, 0.090909, 0.076923], abs=1e-6)
    assert Fusion().fuse([], []) == []


def test_fusion_weighs_the_rankings() -> None:
    # k = 5, weights 1 and 2: key 7 is 1st and 2nd: 1/6 + 2/7; key 9 is 1st of the second: 2/6; key 5 2nd and 3rd:
    # 1/7 + 2/8; key 3 3rd of the first: 1/8
    fused = Fusion(k=5, bm25=2).fuse([7, 5, 3], [9, 7, 5])
    assert [key for key, _ in fused] == [7, 5, 9, 3]
    assert [score for _, score in fused] == pytest.approx([0.452381, 0.392857, 0.333333, 0.125], abs=1e-6)
    assert Fusion(k=5, bm25=2).fuse([1], [1]) == [(1, Fusion(k=5, bm25=2).best_score)]
    assert Fusion(k=10, dense=0).fuse([7, 5], [9, 7]) == [(9, 1.5 / 11), (7, 1.5 / 12)]
    assert Fusion().best_score == 2.5 / 6


@pytest.mark.parametrize("wrong", [{"k": -1}, {"dense": -0.1}, {"context": float("nan")}, {"dense": 0, "bm25": 0}])
def test_a_fusion_that_makes_no_order_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="all four must be 0 or more and finite, and dense or bm25 more than 0"):
        Fusion(**wrong)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who signed the directive?", '"signed" OR "directive"'),
        ('a "quoted" NEAR(word* -x)', '"quoted" OR "near" OR "word" OR "x"'),
        ("what is it?", ""),
        ("🐝🐝", ""),
        ("مَن وقّع؟", '"م" OR "ن" OR "وق" OR "ع"'),
        ("MS-13 MS-13", '"ms" OR "13"'),
    ],
)
def test_a_questions_words_are_quoted_and_said_once(question: str, words: str) -> None:
    assert word_query(question) == words


@pytest.fixture(scope="module")
def retriever(embedder: SentenceTransformerEmbedder) -> Retriever:
    return Retriever(embedder)


def retrieve(engine: Engine, retriever: Retriever, question: str, where: Filter, top_k: int = 5) -> list[Passage]:
    with engine.store.snapshot() as snapshot:
        passages = retriever.retrieve(snapshot, question, where, top_k)
        for passage in passages:
            document = snapshot.document(passage.document_key)
            assert document.id == passage.document_id
            assert document.text[passage.start : passage.end] == passage.text
    return passages


def test_passages_have_ranks_and_all_three_scores(engine: Engine, retriever: Retriever) -> None:
    passages = retrieve(
        engine, retriever, "How many days of annual leave do full-time employees have?", Filter("default")
    )
    assert [passage.rank for passage in passages] == [1, 2, 3, 4, 5]
    assert {passage.document_id for passage in passages[:2]} == {
        "seeds/halden-handbook-2024.html",
        "seeds/halden-handbook-2026.pdf",
    }
    assert all(0 < passage.score <= 2.5 / 6 and -1 <= passage.dense <= 1 and passage.bm25 >= 0 for passage in passages)
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)


def test_the_weights_change_what_is_found(
    engine: Engine, embedder: SentenceTransformerEmbedder, retriever: Retriever
) -> None:
    question = "Halden Ferry Company employee handbook"  # the PDF's title
    where = Filter("default", ("seeds/halden-handbook-2026.pdf",))
    by_title = retrieve(engine, retriever, question, where, 100)
    by_text = retrieve(engine, Retriever(embedder, Fusion(context=0)), question, where, 100)
    assert all(passage.bm25 > 0 for passage in by_title)
    assert not all(passage.bm25 > 0 for passage in by_text)
    dense = retrieve(engine, Retriever(embedder, Fusion(bm25=0)), question, where, 50)
    assert [passage.dense for passage in dense] == sorted((passage.dense for passage in dense), reverse=True)
    assert [passage.score for passage in dense[:2]] == [1 / 6, 1 / 7]


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
    assert all(passage.bm25 == 0 for passage in passages)


def test_top_k_over_everything_gives_everything_once(engine: Engine, retriever: Retriever) -> None:
    passages = retrieve(engine, retriever, "ferry", Filter("default"), 100)
    assert len({(p.document_id, p.start) for p in passages}) == len(passages) == 100
