"""Speed as ratios measured in one run: indexing and asking against the bare model calls on the same inputs.

python tests/benchmarks/speed.py > speed.json          all of it, about five minutes on two cores
python tests/benchmarks/speed.py asking retrieval      parts of it
"""

import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from common import ROOT, interleaved, milliseconds, ratio, report, resident_mb, seconds, served
from quality import gold_questions

from index.chunking import Chunk
from index.context import read_prefix
from index.documents import DEFAULT_COLLECTION, Document
from index.embedding import SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, Indexer, signature_of
from index.loading import find_files, load
from index.retrieval.retriever import Retriever
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.assembly import Engine, embedder_of, filter_of
from qa.reading.reader import TransformersReader
from qa.settings import load_settings

SEEDS = ROOT / "seeds"
QUOTH = [sys.executable, "-m", "qa.cli"]
BARE = 7  # passages; as many were retrieved by default when this was first measured


def new_indexer(embedder: SentenceTransformerEmbedder) -> Indexer:
    """Over a data file of its own, in a folder that stays until the process ends."""
    signature = signature_of(embedder, DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP)
    folder = tempfile.mkdtemp(prefix="quoth-speed-")
    return Indexer(SQLiteStore.create(Path(folder) / FILE_NAME, signature), embedder, signature)


def indexing() -> dict[str, Any]:
    """Loading, chunking, embedding and storing the seeds, by `SentenceTransformer.encode` of their sorted chunks."""
    embedder = embedder_of(load_settings())
    indexer = new_indexer(embedder)
    documents = [load(path) for path in find_files(SEEDS)]
    cut = [(document, indexer._chunk(document, DEFAULT_COLLECTION)) for document in documents]
    texts = [document.text[c.start : c.end] for document, chunks in cut for c in chunks]
    texts.sort(key=len, reverse=True)
    model = SentenceTransformerEmbedder()._model  # in float32, whatever the embedder multiplies in
    taken = interleaved(
        5,
        from_files=lambda: list(new_indexer(embedder).add_paths([SEEDS], "default")),
        from_documents=lambda: list(new_indexer(embedder).add_all(documents, "default")),
        bare_encode=lambda: model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False),
    )
    tokens = sum(embedder.count_tokens(text) for text in texts)
    return {
        "chunks": len(texts),
        "tokens": tokens,
        "tokens_per_second": {name: round(tokens / statistics.median(times)) for name, times in taken.items()},
        "throughput_to_bare_encode": {
            "from_documents": ratio(taken, "bare_encode", "from_documents"),
            "from_files": ratio(taken, "bare_encode", "from_files"),
        },
    }


def asking() -> dict[str, Any]:
    """`Engine.ask`, one question at a time, by the bare query embedding and the bare reader forward over BARE passages.

    The bare ones are in float32, whatever the engine's models multiply in.
    """
    engine = seeds_engine()
    model, reader = SentenceTransformerEmbedder()._model, TransformersReader()
    totals, embeds, forwards, stages = [], [], [], []
    for question in [item.question for item in gold_questions()][:40]:
        answer = engine.ask(SEES_ALL, question, filter_of())
        encoded = _encoded(engine, question, BARE)
        taken = interleaved(
            3,
            ask=lambda question=question: engine.ask(SEES_ALL, question, filter_of()),
            embed=lambda question=question: model.encode_query(question, normalize_embeddings=True),
            forward=lambda encoded=encoded: [reader._forward(encoded, batch) for batch in reader._batches(encoded)],
        )
        totals.append(statistics.median(taken["ask"]))
        embeds.append(statistics.median(taken["embed"]))
        forwards.append(statistics.median(taken["forward"]))
        stages.append(answer.timings_ms.retrieve)
    bare = [embed + forward for embed, forward in zip(embeds, forwards, strict=True)]
    engine.close()
    return {
        "questions": len(totals),
        "arithmetic": engine.arithmetic,
        "ask": milliseconds(totals),
        "bare_query_embedding": milliseconds(embeds),
        "bare_reader_forward": milliseconds(forwards),
        "median_total_by_median_bare": round(statistics.median(totals) / statistics.median(bare), 3),
    }


class OneVector:
    """An embedder that has embedded the question already, so that retrieval is measured by itself."""

    dimension = 384

    def __init__(self, vector: np.ndarray) -> None:
        self.vector = vector

    def embed_query(self, question: str) -> np.ndarray:
        return self.vector


def fill(store: SQLiteStore, count: int) -> None:
    """Put so many chunks, a hundred in a document, made of the seeds' sentences, with random vectors."""
    rng, shuffle = np.random.default_rng(1), random.Random(1)  # noqa: S311  # not for secrets
    sentences = [s for path in find_files(SEEDS) for s in re.split(r"(?<=[.!?])\s+", load(path).text) if s.strip()]
    for number in range(count // 100):
        text, chunks = "", []
        for _ in range(100):
            chunk = " ".join(shuffle.choices(sentences, k=6)) + "\n"
            chunks.append(Chunk(len(text), len(text) + len(chunk) - 1))
            text += chunk
        vectors = rng.standard_normal((100, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        metadata = {"part": number % 4}
        store.put(Document(str(number), str(number), text, metadata=metadata), chunks, vectors, "default")


def retrieval(count: int = 10_000) -> dict[str, Any]:
    """Retrieval without the query's embedding over chunks made of the seeds' sentences, with random vectors."""
    store = new_indexer(SentenceTransformerEmbedder())._store
    fill(store, count)
    questions = [item.question for item in gold_questions()]
    embedder = SentenceTransformerEmbedder()
    queries = [OneVector(embedder.embed_query(question)) for question in questions]
    retriever = Retriever(queries[0])
    taken: dict[str, list[float]] = {"plain": [], "filtered": []}
    for name, where in [("plain", Filter("default")), ("filtered", Filter("default", metadata={"part": 1}))]:
        for question, query in zip(questions, queries, strict=True):
            retriever._embedder = query

            def retrieve(question: str = question, where: Filter = where) -> None:
                with store.view(SEES_ALL) as snapshot:
                    retriever.retrieve(snapshot, question, where, 10)

            retrieve()
            taken[name].append(min(seconds(retrieve) for _ in range(3)))
    return {"chunks": count, "questions": len(questions), **{name: milliseconds(t) for name, t in taken.items()}}


START = """
import gc; gc.disable()  # as `quoth ask` does
import time; began = time.perf_counter(); steps = {}
def step(name):
    global began; now = time.perf_counter(); steps[name] = round(now - began, 2); began = now
import qa.cli.main, qa.assembly, qa.settings; step("import quoth")
import torch; step("import torch")
import transformers; from transformers import AutoModelForQuestionAnswering; step("import transformers")
import sentence_transformers; step("import sentence_transformers")
engine = qa.assembly.Engine(qa.settings.load_settings(), writing=False); step("open the index, check the weights")
engine._embedder.embed_query("Ready?"); step("load the embedder"); engine._reader.load(); step("load the reader")
import index.storage.principals as who; engine.ask(who.SEES_ALL, "Who signed the directive?", qa.assembly.filter_of()); step("answer")
import json; print(json.dumps(steps))
"""


def processes() -> dict[str, Any]:
    """Whole processes: the help, one question from start to answer and where its time goes, and the server's memory."""
    data = seeds_folder()
    environment = {**os.environ, "QUOTH_DATA": str(data), "HF_HUB_OFFLINE": "1"}

    def run(*command: str) -> str:
        return subprocess.run([*command], env=environment, check=True, capture_output=True, text=True).stdout

    def first_line(*command: str) -> None:
        with subprocess.Popen([*command], env=environment, stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout else ""
            answered.append(time.perf_counter() - began)
            assert line.startswith("$50 million")

    question, answered = "How big is the reward for Maduro now?", []
    taken = interleaved(5, help=lambda: run(*QUOTH, "--help"))
    for _ in range(6):
        began = time.perf_counter()
        first_line(*QUOTH, "ask", question)
    return {
        "quoth_help_s": round(statistics.median(taken["help"]), 3),
        "quoth_ask_start_to_answer_s": round(statistics.median(answered[1:]), 2),
        "where_ask_goes_s": json.loads(run(sys.executable, "-c", START)),
        "server": server(data),
    }


def server(data: Path) -> dict[str, Any]:
    """`quoth serve` with the seeds: resident memory, what HTTP adds to a question, and health under load."""
    with served(data) as (pid, url), httpx.Client(base_url=url, timeout=60) as client:
        ready = resident_mb(pid)
        added = [added_by_http(client, item.question) for item in gold_questions()]
        health = health_while_asking(client)
        return {
            "ready_mb": ready,
            "after_160_questions_mb": resident_mb(pid),
            "added_by_http": milliseconds(added),
            "healthz_while_asking": health,
        }


def added_by_http(client: httpx.Client, question: str) -> float:
    """Seconds that a question takes over HTTP beyond those that the answer itself tells."""
    began = time.perf_counter()
    answer = client.post("/v1/ask", json={"question": question}).raise_for_status().json()
    return time.perf_counter() - began - answer["timings_ms"]["total"] / 1000


def health_while_asking(client: httpx.Client) -> dict[str, float]:
    """How long `/healthz` takes while four clients ask as fast as they are answered."""
    questions = [{"question": item.question} for item in gold_questions()]
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.post, "/v1/ask", json=question) for question in questions]
        taken = []
        while not all(future.done() for future in asked):
            taken.append(seconds(lambda: client.get("/healthz")))
            time.sleep(0.02)
    return milliseconds(taken)


def seeds_folder() -> Path:
    """A data folder with the seeds indexed."""
    os.chdir(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="quoth-speed-"))
    engine = Engine(load_settings(data=folder), writing=True)
    list(engine.indexer.add_paths([Path("seeds")], "default"))
    engine.close()
    return folder


def seeds_engine() -> Engine:
    """An engine over the seeds."""
    return Engine(load_settings(data=seeds_folder()), writing=False)


def _encoded(engine: Engine, question: str, top_k: int) -> Any:  # transformers' BatchEncoding
    """What the reader's model is given for a question: each passage behind its title and nearest heading."""
    reader = engine._reader
    passages, _, _ = engine._answerer.consider(SEES_ALL, question, filter_of(), top_k=top_k)
    texts = [read_prefix(passage.context, reader._count) + passage.text for passage in passages]
    return reader._encode(question, [question] * len(texts), texts)


def together() -> dict[str, Any]:
    """The windows of two and of four questions in one call of the model, by one question after the other."""
    engine = seeds_engine()
    reader = engine._reader
    questions = [item.question for item in gold_questions()][:12]
    encoded = [_encoded(engine, question, engine.settings.top_k) for question in questions]

    def in_one(group: list[Any]) -> None:
        reader.forward(
            [ids for one in group for ids in one["input_ids"]], [ids for one in group for ids in one["token_type_ids"]]
        )

    def apart(group: list[Any]) -> None:
        for one in group:
            for batch in reader._batches(one):
                reader._forward(one, batch)

    ratios = {}
    for size in (2, 4):
        groups = [encoded[first : first + size] for first in range(0, len(encoded), size)]
        taken = [interleaved(3, in_one=partial(in_one, group), apart=partial(apart, group)) for group in groups]
        ratios[str(size)] = round(statistics.median(ratio(each, "in_one", "apart") for each in taken), 3)
    engine.close()
    return {"questions_in_one_call_by_apart": ratios}


PARTS = {"indexing": indexing, "asking": asking, "together": together, "retrieval": retrieval, "processes": processes}

if __name__ == "__main__":
    names = sys.argv[1:] or list(PARTS)
    report({name: PARTS[name]() for name in names})
