"""What models multiply in is chosen by the processor, and changes no answer; their words are read from the file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from index import arithmetic, int8, model_files
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


LEAST_COSINES: dict[arithmetic.Precision, float] = {"bfloat16": 0.9999, "int8": 0.998}

eight_bits = pytest.mark.skipif(not int8.is_exact(), reason="this processor doesn't multiply eight bits exactly")
in_fewer_bits = pytest.mark.parametrize("precision", ["bfloat16", pytest.param("int8", marks=eight_bits)])


def test_words_read_from_the_file_make_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    folder = model_files.locate(embedder.name)
    plain = SentenceTransformer(str(folder), device="cpu", model_kwargs={"dtype": "float32"})
    assert np.array_equal(embedder.embed_passages(TEXTS), plain.encode(TEXTS, normalize_embeddings=True))
    assert plain.transformers_model.get_input_embeddings().weight.dtype is torch.float32
    # as it lies in the file, where the library made a copy of twice the size
    assert embedder._model.transformers_model.get_input_embeddings().weight.dtype is torch.float16


@in_fewer_bits
def test_vectors_in_fewer_bits_meet_those_in_float32_in_one_index(
    embedder: SentenceTransformerEmbedder, precision: arithmetic.Precision
) -> None:
    rounded = SentenceTransformerEmbedder(precision=precision)
    exact, near = embedder.embed_passages(TEXTS), rounded.embed_passages(TEXTS)
    assert near.dtype == np.float32
    assert np.linalg.norm(near, axis=1) == pytest.approx(1, abs=1e-5)
    assert not np.array_equal(exact, near)
    assert (exact * near).sum(axis=1).min() > LEAST_COSINES[precision]
    assert rounded.sha256 == embedder.sha256


@in_fewer_bits
def test_an_index_made_in_float32_answers_in_fewer_bits(
    engine: Engine, seeds_data: Path, monkeypatch: pytest.MonkeyPatch, precision: arithmetic.Precision
) -> None:
    question = "How big is the reward for Maduro now?"
    exact = engine.ask(SEES_ALL, question, filter_of())
    monkeypatch.setenv("QUOTH_PRECISION", precision)
    rounded = Engine(load_settings(data=seeds_data), writing=False)
    try:
        near = rounded.ask(SEES_ALL, question, filter_of())
        assert (engine.arithmetic, rounded.arithmetic) == ("float32", precision)
    finally:
        rounded.close()
    assert near.answers[0].text == exact.answers[0].text == "$50 million"
    assert near.answers[0].citations == exact.answers[0].citations
    assert near.answers[0].confidence == pytest.approx(exact.answers[0].confidence, abs=0.01)
    assert near.passages != exact.passages  # whose cosines have other last digits


@pytest.mark.parametrize(
    ("has", "milliseconds", "chosen"),
    [
        ({"avx2"}, {"bfloat16": 1, "int8": 1}, "float32"),
        ({"avx512_bf16"}, {"bfloat16": 7.9}, "bfloat16"),  # 0.8 of float32's 10 ms are worth it
        ({"avx512_bf16"}, {"bfloat16": 8.1}, "float32"),
        ({"avx512_bf16", "avx512_vnni"}, {"bfloat16": 8.1, "int8": 7.9}, "int8"),
        ({"amx_bf16", "avx512_vnni"}, {"bfloat16": 6, "int8": 5}, "bfloat16"),  # which moves less
        ({"avx_vnni"}, {"bfloat16": 1, "int8": 7.9}, "int8"),
        ({"avx_vnni"}, {"int8": 8.1}, "float32"),
    ],
)
def test_instructions_and_a_trial_decide(
    monkeypatch: pytest.MonkeyPatch, has: set[str], milliseconds: dict[str, float], chosen: str
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {**dict.fromkeys(has, True), "amx_tile": False})
    monkeypatch.setattr(arithmetic, "_seconds", lambda _: {**milliseconds, "float32": 10})
    assert arithmetic.fastest.__wrapped__() == chosen


@pytest.mark.parametrize("tried", ["float32", "bfloat16", pytest.param("int8", marks=eight_bits)])
def test_a_trial_takes_a_moment(tried: arithmetic.Arithmetic) -> None:
    threads = torch.get_num_threads()
    assert 0 < arithmetic._seconds([tried])[tried] < 10
    assert torch.get_num_threads() == threads


def test_what_is_set_is_what_is_used() -> None:
    assert arithmetic.arithmetic_of("float32") == "float32"
    assert arithmetic.arithmetic_of("bfloat16") == "bfloat16"
    assert arithmetic.arithmetic_of("int8") == "int8"
    assert arithmetic.arithmetic_of("auto") == arithmetic.fastest()
