"""What retrieval's weights rest on: how far up the right paragraph stands, and the first chunk that holds the answer.

    python tests/benchmarks/retrieval.py FILE.json.gz --skip Normans Oxygen > tuning.json
    python tests/benchmarks/retrieval.py FILE.json.gz --only Normans Oxygen > confirmation.json

FILE is in SQuAD's layout, gzipped or not. Every paragraph of the chosen articles is made a document, with the article's
title; questions without an answer are left out. Reported are recall@n and the mean reciprocal rank (0 for what is not
among the candidates: 50 of each ranking) on two levels: `document`, the first passage of the right paragraph, and
`span`, the first one that wholly holds an answer. A span that no chunk holds counts as missed; `span_in_a_chunk` is how
many are held. For each question the rankings are computed once, and fused in memory for every point of the grid, which
is printed with the best recall@7 of spans first.
"""

import argparse
import gzip
import itertools
import json
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from common import report
from tqdm import tqdm

from index.context import ChunkContext
from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_CONTEXT, DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, Indexer, signature_of
from index.language.english import ENGLISH
from index.retrieval.fusion import Fusion
from index.retrieval.query_words import query_words
from index.retrieval.stage import CANDIDATES
from index.storage.base import CONTEXT_WEIGHT, Filter, StoredChunk
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.storage.sqlite.view import SQLiteView

RECALLS = (1, 3, 5, 7, 10)
KS = (5, 10, 20, 40, 60)
WEIGHTS = ((1, 1), (1, 1.5), (1, 2), (1.5, 1))  # dense, bm25
CONTEXTS = tuple(sorted({0.0, 0.2, 0.5, 1.0, CONTEXT_WEIGHT}))
STOPS = {True: ENGLISH.stop_words, False: frozenset[str]()}


@dataclass(frozen=True)
class Question:
    """A question, the paragraph it was asked of, and where in it the answers stand."""

    text: str
    document_id: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Ranked:
    """A question's two rankings, chunk keys best first, and the keys that are right on each level."""

    dense: list[int]
    bm25: dict[tuple[float, bool], list[int]]  # (context's weight, whether stop words are left out) → ranking
    right: dict[str, frozenset[int]]


def read(path: Path, only: list[str] | None, skip: list[str], most: int | None) -> list[dict[str, Any]]:
    """The chosen articles, at most `most`, in the file's order. Ends the program where a title is not in the file."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        articles = json.load(file)["data"]
    titles = {article["title"] for article in articles}
    if unknown := [title for title in [*(only or []), *skip] if title not in titles]:
        raise SystemExit(f"{path} has no article {', '.join(unknown)}. Its articles are: {', '.join(sorted(titles))}.")
    return [a for a in articles if (only is None or a["title"] in only) and a["title"] not in skip][:most]


def documents_of(articles: list[dict[str, Any]]) -> tuple[list[Document], list[Question]]:
    """A document for each different paragraph of an article, and its questions that have an answer, each once."""
    documents: dict[tuple[str, str], Document] = {}
    questions: dict[Question, None] = {}
    for article in articles:
        for paragraph in article["paragraphs"]:
            key = (article["title"], paragraph["context"])
            if key not in documents:
                number = sum(title == article["title"] for title, _ in documents)
                title = article["title"].replace("_", " ")
                documents[key] = Document(f"{article['title']}/{number}", title, paragraph["context"])
            for qa in paragraph["qas"]:
                spans = {(a["answer_start"], a["answer_start"] + len(a["text"])) for a in qa["answers"]}
                if spans and not qa.get("is_impossible"):
                    questions[Question(qa["question"], documents[key].id, tuple(sorted(spans)))] = None
    return list(documents.values()), list(questions)


def index(
    documents: list[Document], context: ChunkContext, folder: Path
) -> tuple[SQLiteStore, SentenceTransformerEmbedder]:
    """The documents in a data file, with the default chunk sizes."""
    embedder = SentenceTransformerEmbedder()
    signature = signature_of(embedder, DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP, context)
    store = SQLiteStore.create(folder / FILE_NAME, signature)
    list(tqdm(Indexer(store, embedder, signature).add_all(documents, "default"), "index", len(documents)))
    return store, embedder


def rank_all(store: SQLiteStore, embedder: SentenceTransformerEmbedder, questions: list[Question]) -> list[Ranked]:
    """Both rankings of every question."""
    with store.view(SEES_ALL) as snapshot:
        chunks: dict[str, list[StoredChunk]] = {}
        for chunk in snapshot.chunks(snapshot.chunk_keys(Filter()).tolist()).values():
            chunks.setdefault(chunk.document_id, []).append(chunk)
        ranked = []
        for question in tqdm(questions, "rank"):
            query = embedder.embed_query(question.text)
            dense = list(snapshot.nearest(query, Filter(), CANDIDATES))
            bm25 = {
                (weight, stop): by_words(snapshot, question.text, weight, stop)
                for weight, stop in itertools.product(CONTEXTS, STOPS)
            }
            ranked.append(Ranked(dense, bm25, right_keys(question, chunks[question.document_id])))
    return ranked


def by_words(snapshot: SQLiteView, question: str, context: float, stop: bool) -> list[int]:
    """BM25's ranking."""
    return list(snapshot.matching(query_words(question, STOPS[stop]), Filter(), CANDIDATES, context=context))


def right_keys(question: Question, chunks: list[StoredChunk]) -> dict[str, frozenset[int]]:
    """The chunks of the question's paragraph, and those of them that wholly hold an answer."""
    holding = {c.key for c in chunks for start, end in question.spans if c.start <= start and end <= c.end}
    return {"document": frozenset(c.key for c in chunks), "span": frozenset(holding)}


def figures(rankings: Iterable[Sequence[int]], ranked: list[Ranked]) -> dict[str, dict[str, float]]:
    """Recall and mean reciprocal rank on each level, 0 to 1."""
    places: dict[str, list[float]] = {"document": [], "span": []}
    for ranking, question in zip(rankings, ranked, strict=True):
        for level, right in question.right.items():
            places[level].append(next((place for place, key in enumerate(ranking, 1) if key in right), float("inf")))
    return {
        level: {
            **{f"recall@{n}": round(sum(place <= n for place in found) / len(found), 4) for n in RECALLS},
            "mrr": round(sum(1 / place for place in found) / len(found), 4),
        }
        for level, found in places.items()
    }


def fused(ranked: list[Ranked], fusion: Fusion, context: float, stop: bool) -> dict[str, Any]:
    """One point of the grid, and its figures."""
    rankings = (list(fusion.fuse({"dense": r.dense, "bm25": r.bm25[context, stop]})) for r in ranked)
    point = {"k": fusion.k, **fusion.weights, "context": context, "stop_words": stop}
    return {**point, **figures(rankings, ranked)}


def grid(ranked: list[Ranked]) -> list[dict[str, Any]]:
    """Every point, the best recall@7 of spans first, and of equals the best reciprocal rank."""
    points = list(itertools.product(KS, WEIGHTS, CONTEXTS, STOPS))
    rows = [
        fused(ranked, Fusion({"dense": dense, "bm25": bm25}, k), context, stop)
        for k, (dense, bm25), context, stop in tqdm(points, "fuse")
    ]
    return sorted(rows, key=lambda row: (-row["span"]["recall@7"], -row["span"]["mrr"]))


def main() -> None:
    """Index, rank, fuse, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", nargs="+", metavar="TITLE", help="these articles, as the file spells their titles")
    parser.add_argument("--skip", nargs="+", metavar="TITLE", default=[], help="all articles but these")
    parser.add_argument("--articles", type=int, metavar="N", help="the first N of them")
    parser.add_argument("--limit", type=int, metavar="N", help="N questions of theirs, drawn with a fixed seed")
    parser.add_argument("--chunk-context", choices=get_args(ChunkContext), default=DEFAULT_CHUNK_CONTEXT)
    arguments = parser.parse_args()
    articles = read(arguments.file, arguments.only, arguments.skip, arguments.articles)
    documents, questions = documents_of(articles)
    if arguments.limit is not None and arguments.limit < len(questions):
        questions = random.Random(1).sample(questions, arguments.limit)  # noqa: S311  # not for secrets
    if not questions:
        raise SystemExit(f"{arguments.file}: the chosen articles have no question with an answer.")
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        store, embedder = index(documents, arguments.chunk_context, Path(folder))
        ranked = rank_all(store, embedder, questions)
        store.close()
    report(
        {
            "articles": [article["title"] for article in articles],
            "documents": len(documents),
            "questions": len(questions),
            "chunk_context": arguments.chunk_context,
            "span_in_a_chunk": round(sum(bool(r.right["span"]) for r in ranked) / len(ranked), 4),
            "dense": figures((r.dense for r in ranked), ranked),
            "bm25": [
                {"context": context, "stop_words": stop, **figures((r.bm25[context, stop] for r in ranked), ranked)}
                for context, stop in itertools.product(CONTEXTS, STOPS)
            ],
            "fused": fused(ranked, Fusion(), CONTEXT_WEIGHT, stop=True),
            "grid": grid(ranked),
            "seconds": round(time.perf_counter() - began),
        }
    )


if __name__ == "__main__":
    main()
