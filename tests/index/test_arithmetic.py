"""What models multiply in is chosen by the processor, and changes no answer; their words are read from the file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from index import arithmetic, model_files
from index.embedding import SentenceTransformerEmbedder
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, filter_of
from qa.settings import load_settings

pytestmark = pytest.mark.slow

TEXTS = [
    "The ferry to Orm sails at noon.",
    "Bees make honey from nectar in summer, and store it in cells that they close with wax. " * 4,
    "E417: the pump runs dry.",
]


@pytest.fixture(scope="module")
def rounded() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(precision="bfloat16")


def test_words_read_from_the_file_make_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    folder = model_files.locate(embedder.name)
    plain = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})
    assert np.array_equal(embedder.embed_passages(TEXTS), plain.encode(TEXTS, normalize_embeddings=True))
    assert plain.transformers_model.get_input_embeddings().weight.dtype is torch.float32
    # as it lies in the file, where the library made a copy of twice the size
    assert embedder._model.transformers_model.get_input_embeddings().weight.dtype is torch.float16


def test_vectors_in_bfloat16_meet_those_in_float32_in_one_index(
    embedder: SentenceTransformerEmbedder, rounded: SentenceTransformerEmbedder
) -> None:
    exact, near = embedder.embed_passages(TEXTS), rounded.embed_passages(TEXTS)
    assert near.dtype == np.float32
    assert np.linalg.norm(near, axis=1) == pytest.approx(1, abs=1e-5)
    assert not np.array_equal(exact, near)
    assert (exact * near).sum(axis=1).min() > 0.9999
    assert rounded.sha256 == embedder.sha256


def test_an_index_made_in_float32_answers_in_bfloat16(
    engine: Engine, seeds_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "How big is the reward for Maduro now?"
    exact = engine.ask(SEES_ALL, question, filter_of())
    monkeypatch.setenv("QUOTH_PRECISION", "bfloat16")
    rounded = Engine(load_settings(data=seeds_data), writing=False)
    try:
        near = rounded.ask(SEES_ALL, question, filter_of())
        assert (engine.arithmetic, rounded.arithmetic) == ("float32", "bfloat16")
    finally:
        rounded.close()
    assert near.answers[0].text == exact.answers[0].text == "$50 million"
    assert near.answers[0].citations == exact.answers[0].citations
    assert near.answers[0].confidence == pytest.approx(exact.answers[0].confidence, abs=0.01)
    assert near.passages != exact.passages  # whose cosines have other last digits


def test_without_instructions_for_bfloat16_it_is_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, "amx_bf16": False})
    assert arithmetic.fastest.__wrapped__() == "float32"


@pytest.mark.parametrize(("milliseconds", "chosen"), [(7.9, "bfloat16"), (8.1, "float32"), (30.0, "float32")])
def test_with_them_a_trial_decides(monkeypatch: pytest.MonkeyPatch, milliseconds: float, chosen: str) -> None:
    taken = {torch.bfloat16: milliseconds / 1000, torch.float32: 0.010}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(arithmetic, "_seconds", taken.get)
    assert arithmetic.fastest.__wrapped__() == chosen  # 0.8 of float32's 10 ms are worth it


def test_a_trial_takes_a_moment() -> None:
    assert 0 < arithmetic._seconds(torch.float32) < 10


def test_what_is_set_is_what_is_used() -> None:
    assert arithmetic.arithmetic_of("float32") == "float32"
    assert arithmetic.arithmetic_of("bfloat16") == "bfloat16"
    assert arithmetic.arithmetic_of("auto") == arithmetic.fastest()
