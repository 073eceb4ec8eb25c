"""The shipped models, real ones, each asked a thing once in a test process: what they answered is remembered.

For tests that embed and read the same documents again and again, and whose subject is what is done with the results.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from index.embedding import SentenceTransformerEmbedder, Vectors
from qa.reading.reader import TransformersReader
from qa.reading.spans import Comparison

_vectors: dict[tuple[str, str], Vectors] = {}  # (model, text) → its vector
_readings: dict[tuple[Any, ...], list[Any]] = {}  # (model, question, passages, contexts) → the batches
_comparisons: dict[tuple[Any, ...], Comparison] = {}  # (model, question, text, spans) → their scores

_embed_passages = SentenceTransformerEmbedder.embed_passages
_read_in_batches = TransformersReader.read_in_batches
_compare = TransformersReader.compare


def remember(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the models' results remembered until `monkeypatch` is undone."""
    monkeypatch.setattr(SentenceTransformerEmbedder, "embed_passages", _remembered_vectors)
    monkeypatch.setattr(TransformersReader, "read_in_batches", _remembered_readings)
    monkeypatch.setattr(TransformersReader, "compare", _remembered_comparison)


def _remembered_vectors(embedder: SentenceTransformerEmbedder, texts: Sequence[str]) -> Vectors:
    new = [text for text in dict.fromkeys(texts) if (embedder.sha256, text) not in _vectors]
    for text, vector in zip(new, _embed_passages(embedder, new), strict=True):
        _vectors[embedder.sha256, text] = vector
    rows = [_vectors[embedder.sha256, text] for text in texts]
    return np.stack(rows) if rows else _embed_passages(embedder, [])


def _remembered_readings(
    reader: TransformersReader, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
) -> Iterator[Any]:
    asked = (reader.sha256, question, tuple(passages), tuple(contexts or ()))
    if asked not in _readings:
        _readings[asked] = list(_read_in_batches(reader, question, passages, contexts))
    yield from _readings[asked]


def _remembered_comparison(
    reader: TransformersReader, question: str, text: str, spans: Sequence[tuple[int, int]]
) -> Comparison:
    asked = (reader.sha256, question, text, tuple(spans))
    if asked not in _comparisons:
        _comparisons[asked] = _compare(reader, question, text, spans)
    return _comparisons[asked]
