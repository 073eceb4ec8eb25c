"""What a store of so many chunks takes: time to open, ask, add and delete; memory; and how much of the best it finds.

    python tests/benchmarks/scale.py --chunks 10000                          a minute
    python tests/benchmarks/scale.py --chunks 1000000 --folder /tmp/million  make it there, or measure it once more

Vectors lie around 500 centres, as those of texts do; words are as frequent as Zipf's law has it; a document has twenty
chunks. No model is loaded: a question is a chunk's vector with noise and three of its words, one of which few other
chunks have. The store is made in one process and measured in another, whose memory is compared with what it has before
it opens the store. The exact answers are computed from the synthetic data, without the store.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stores import CENTRES, CHUNKS_A_DOCUMENT, DIMENSION, SIGNATURE, VOCABULARY, WORDS_A_CHUNK, Given
from tqdm import tqdm

from index.chunking import Chunk
from index.documents import Document
from index.retrieval.query_words import query_words
from index.retrieval.retriever import Retriever
from index.storage.base import Filter, View
from index.storage.principals import SEES_ALL
from index.storage.sqlite import manifest
from index.storage.sqlite.rows import insert_chunks, insert_document
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

_BATCH = 10_000  # chunks that are made at once, and stored in one transaction
_PARTS = 1000  # a filter by part admits 0.1 %
_PART = 7
_WRITES = 15
K1, B = 1.2, 0.75


def batch(number: int, chunks: int) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """The vectors (n, dimension), of length 1, and words (n, WORDS_A_CHUNK) of one batch; always the same."""
    rng = np.random.default_rng((1, number))
    centres = np.random.default_rng(1).standard_normal((CENTRES, DIMENSION), np.float32)
    count = min(_BATCH, chunks - number * _BATCH)
    vectors = centres[rng.integers(CENTRES, size=count)] + 0.6 * rng.standard_normal((count, DIMENSION), np.float32)
    frequencies = 1 / np.arange(1, VOCABULARY + 1)
    words = rng.choice(VOCABULARY, (count, WORDS_A_CHUNK), p=frequencies / frequencies.sum()).astype(np.uint16)
    return _unit(vectors), words


def batches(chunks: int, what: str) -> Iterator[tuple[int, NDArray[np.float32], NDArray[np.uint16]]]:
    """(Number of its first chunk, vectors, words) of each batch."""
    for number in tqdm(range(-(-chunks // _BATCH)), desc=what, unit="batch"):
        yield number * _BATCH, *batch(number, chunks)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def document_of(number: int, words: NDArray[np.uint16]) -> tuple[Document, list[Chunk]]:
    """Document `number` with a chunk for each row of words."""
    texts = [" ".join(f"word{word}x" for word in row) for row in words]
    ends = np.cumsum([len(text) + 1 for text in texts])
    chunks = [Chunk(int(end) - len(text) - 1, int(end) - 1) for end, text in zip(ends, texts, strict=True)]
    return Document(f"document-{number}", "-", "\n".join(texts), metadata={"part": number % _PARTS}), chunks


def make(folder: Path, chunks: int, questions: int) -> dict[str, float]:
    """A store of so many chunks, and beside it the questions with their exact answers."""
    asked = np.sort(np.random.default_rng(2).choice(chunks, questions, replace=False))
    vectors, words = np.empty((questions, DIMENSION), np.float32), np.empty((questions, WORDS_A_CHUNK), np.uint16)
    store = SQLiteStore.create(folder / FILE_NAME, SIGNATURE)
    began = time.perf_counter()
    for first, its_vectors, its_words in batches(chunks, "storing"):
        with store.transaction() as connection:
            for at in range(0, len(its_words), CHUNKS_A_DOCUMENT):
                rows = slice(at, at + CHUNKS_A_DOCUMENT)
                document, pieces = document_of((first + at) // CHUNKS_A_DOCUMENT, its_words[rows])
                key = insert_document(connection, document, None, "default")
                insert_chunks(connection, key, document, pieces, its_vectors[rows], "default")
            manifest.next_version(connection)
        here = (asked >= first) & (asked < first + len(its_words))
        vectors[here], words[here] = its_vectors[asked[here] - first], its_words[asked[here] - first]
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    store.close()
    closed = time.perf_counter() - began
    rng = np.random.default_rng(3)
    vectors = _unit(vectors + 0.02 * rng.standard_normal(vectors.shape, np.float32))
    words = np.sort(words, axis=1)[:, (-1, 20, 10)]
    np.savez(folder / "questions.npz", vectors=vectors, words=words, **_exact(chunks, vectors, words))
    return {"chunks_stored_a_second": round(chunks / seconds), "closing_s": round(closed, 1)}


def _exact(chunks: int, vectors: NDArray[np.float32], words: NDArray[np.uint16]) -> dict[str, NDArray[Any]]:
    """The ten best cosines of each question in all chunks and in one part, and its ten best BM25 scores."""
    counts = np.zeros((*words.shape, chunks), np.uint8)  # how often each chunk has each word
    best, best_in_part = np.full((len(vectors), 10), -1.0, np.float32), np.full((len(vectors), 10), -1.0, np.float32)
    for first, its_vectors, its_words in batches(chunks, "exact answers"):
        cosines = vectors @ its_vectors.T
        part = (first + np.arange(len(its_words))) // CHUNKS_A_DOCUMENT % _PARTS == _PART
        best = np.sort(np.hstack([best, cosines]))[:, -10:]
        best_in_part = np.sort(np.hstack([best_in_part, cosines[:, part]]))[:, -10:]
        for i, j in np.ndindex(words.shape):
            counts[i, j, first : first + len(its_words)] = (its_words == words[i, j]).sum(axis=1)
    scores = np.empty((len(words), 10))
    for i, times in enumerate(counts):  # all chunks are of the same length, and titles have no words
        n = (times > 0).sum(axis=1, keepdims=True)
        idf = np.maximum(np.log((chunks - n + 0.5) / (n + 0.5)), 1e-6)
        scores[i] = np.sort((idf * (times * (K1 + 1) / (times + K1))).sum(axis=0))[-10:]
    return {"cosines": best, "cosines_in_part": best_in_part, "bm25": scores}


def measure(folder: Path) -> dict[str, Any]:
    """What opening, asking and changing the store takes."""
    questions = np.load(folder / "questions.npz")
    vectors = questions["vectors"]
    texts = [f"{i} " + " ".join(f"word{word}x" for word in words) for i, words in enumerate(questions["words"])]
    retriever = Retriever(Given(vectors))  # type: ignore[arg-type]
    in_part = Filter(metadata={"part": _PART})
    import faiss  # noqa: F401  # so that it isn't counted as memory of the store

    before, began = _memory("VmRSS"), _now()
    store = SQLiteStore(folder / FILE_NAME, SIGNATURE)
    opened = _since(began)

    def ask(i: int = 0, where: Filter = Filter()) -> None:  # noqa: B008
        with store.view(SEES_ALL) as view:
            retriever.retrieve(view, texts[i], where, 7)

    ask()
    first = _since(began)
    with store.view(SEES_ALL) as view:
        chunks = view.sizes()["default"][1]
    figures: dict[str, Any] = {
        "chunks": chunks,
        "open_ms": opened,
        "open_and_first_question_ms": first,
        "memory_a_chunk_after_first_question": round((_memory("VmRSS") - before) / chunks),
    }
    calls: dict[str, Callable[[View, int], object]] = {
        "dense": lambda view, i: view.nearest(vectors[i], Filter(), 50),
        "lexical": lambda view, i: view.matching(query_words(texts[i])[1:], Filter(), 50),
        "retrieval": lambda view, i: retriever.retrieve(view, texts[i], Filter(), 7),
        "retrieval_in_0.1_percent": lambda view, i: retriever.retrieve(view, texts[i], in_part, 7),
    }
    for name, call in calls.items():
        times = []
        for i in range(len(texts)):
            began = _now()
            with store.view(SEES_ALL) as view:
                call(view, i)
            times.append(_since(began))
        figures[f"{name}_ms"] = _summary(times)
    with store.view(SEES_ALL) as view:
        found = [view.nearest(vector, Filter(), 10) for vector in vectors]
        found_in_part = [view.nearest(vector, in_part, 10) for vector in vectors]
        by_words = [calls["lexical"](view, i) for i in range(len(texts))]
    figures["recall_at_10"] = _recall(found, questions["cosines"])
    figures["recall_at_10_in_0.1_percent"] = _recall(found_in_part, questions["cosines_in_part"])
    figures["bm25_recall_at_10"] = _recall(
        [dict(list(each.items())[:10]) for each in by_words], questions["bm25"], 0.02
    )
    figures["memory_a_chunk"] = round((_memory("VmRSS") - before) / chunks)
    figures["peak_mb"] = round(_memory("VmHWM") / 1e6)
    with store.view(SEES_ALL) as view:
        ids = np.random.default_rng().choice(list(view.digests("default")), _WRITES, replace=False).tolist()
        gone = [
            (
                view.document(name, "default"),
                [Chunk(chunk.start, chunk.end) for chunk in view.chunks_of(name, "default")],
                view.vectors_of(name, "default"),
            )
            for name in ids
        ]
    put, asked, deleted, asked_again = [], [], [], []
    for i, (document, pieces, its_vectors) in enumerate(gone):
        new = Document(f"new-{i}", "-", document.text)
        for times, work in (
            (put, lambda: store.put(new, pieces, its_vectors, "default")),  # noqa: B023
            (asked, ask),
            (deleted, lambda: store.delete(document.id, "default")),  # noqa: B023
            (asked_again, ask),
        ):
            began = _now()
            work()
            times.append(_since(began))
    for i, (document, pieces, its_vectors) in enumerate(gone):  # as it was, to be measured once more
        store.put(document, pieces, its_vectors, "default")
        store.delete(f"new-{i}", "default")
    for name, times in (("put", put), ("ask_after_put", asked), ("delete", deleted), ("ask_after_delete", asked_again)):
        figures[f"{name}_ms"] = _summary(times)
    figures["bytes"] = store.sizes_on_disk()
    store.close()
    return figures


def _recall(found: list[Any], exact: NDArray[Any], error: float = 1e-4) -> float:
    """The share of the ten best that are found; by their scores, for ties, which may be off by a rounding error."""
    shares = [
        sum(score >= best[0] - error for score in each.values()) / 10 for each, best in zip(found, exact, strict=True)
    ]
    return round(float(np.mean(shares)), 4)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> dict[str, float]:
    """Milliseconds that went by, and of processor time: on a busy machine the latter tells what a quiet one takes."""
    return {name: round(1000 * (now - then), 1) for name, now, then in zip(("all", "cpu"), _now(), began, strict=True)}


def _summary(times: list[dict[str, float]]) -> dict[str, float]:
    """Median, 95th percentile, both of processor time too, and the longest."""
    figures = {}
    for name in ("all", "cpu"):
        for part in (50, 95):
            at = float(np.percentile([each[name] for each in times], part))
            figures[f"{'' if name == 'all' else 'cpu_'}p{part}"] = round(at, 1)
    return {**figures, "max": max(each["all"] for each in times)}


def _memory(name: str) -> int:
    """Bytes of memory of this process: resident now (VmRSS), or at most so far (VmHWM)."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return 1024 * int(found[1]) if found else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where the store is, or is made; without, in a temporary folder")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="quoth-scale-") as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        made = {} if (folder / FILE_NAME).exists() else make(folder, asked.chunks, asked.questions)
        command = [sys.executable, __file__, "--measure", "--folder", str(folder)]
        measured = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        print(json.dumps({**json.loads(measured.stdout), **made}, indent=1))


if __name__ == "__main__":
    main()
