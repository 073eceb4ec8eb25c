"""The packaged embedder, with pinned values, and models that can't be used."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import model_files
from index.embedding import SentenceTransformerEmbedder
from index.errors import ModelError
from index.indexing import signature_of

pytestmark = pytest.mark.slow

# The model's first four numbers for the question below, computed once with the weights that ship
PINNED = [-0.0156, 0.1090, -0.0111, -0.0100]


def test_vectors_have_length_one_and_the_pinned_values(embedder: SentenceTransformerEmbedder) -> None:
    vector = embedder.embed_query("Who signed the directive?")
    assert (vector.shape, vector.dtype, embedder.dimension) == ((384,), np.float32, 384)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert vector[:4] == pytest.approx(PINNED, abs=2e-3)


def test_passages_keep_their_order_whatever_their_length(embedder: SentenceTransformerEmbedder) -> None:
    texts = ["short", "a much longer text about ferries " * 20, "mid length text here", ""]
    together = embedder.embed_passages(texts)
    assert together.shape == (4, 384)
    for text, vector in zip(texts, together, strict=True):
        assert embedder.embed_passages([text])[0] == pytest.approx(vector, abs=1e-5)
    assert embedder.embed_passages([]).shape == (0, 384)


def test_threads_may_share_it(embedder: SentenceTransformerEmbedder) -> None:
    texts = [f"Ferry number {number} sails at noon. " * (number + 1) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(embedder.embed_query, texts))
    for text, vector in zip(texts, together, strict=True):
        assert embedder.embed_query(text) == pytest.approx(vector, abs=1e-5)


def test_meaning_is_near(embedder: SentenceTransformerEmbedder) -> None:
    query = embedder.embed_query("How long do I have to give notice?")
    near, far = embedder.embed_passages(["An employee resigns with two months' warning.", "Bees collect pollen."])
    assert query @ near > query @ far + 0.2


def test_letters_with_a_stroke_are_those_that_people_type_for_them(embedder: SentenceTransformerEmbedder) -> None:
    names, typed = "Søren Kjærgård, Łukasz Żółć, Đorđe Ćirić, Weiß", "Soren Kjaergard, Lukasz Zolc, Dorde Ciric, Weiss"
    assert embedder.embed_query(names) @ embedder.embed_query(typed) == pytest.approx(1.0, abs=1e-5)
    assert embedder.count_tokens(names) == embedder.count_tokens(typed)


def test_tokens_are_counted_without_a_limit(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.count_tokens("unfathomable") == 4
    assert embedder.count_tokens("word " * 1000) == 1000
    assert embedder.max_tokens == 254


def test_the_packaged_figures_are_the_models_own(embedder: SentenceTransformerEmbedder) -> None:
    for name, model in model_files.PACKAGED.items():
        same = SentenceTransformerEmbedder(str(model_files.locate(name)))
        assert (same.dimension, same.max_tokens, same.sha256) == (model.dimension, model.max_tokens, model.sha256)
    assert embedder.sha256 == model_files.PACKAGED["quoth-embedder"].sha256


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    shutil.copytree(model_files.locate("all-MiniLM-L6-v2"), tmp_path / "model")
    with (tmp_path / "model" / model_files.WEIGHTS_FILE).open("r+b") as file:
        file.seek(5000)
        file.write(b"\x01")
    with pytest.raises(
        ModelError, match=r"not the published ones \(sha256 of model\.safetensors .*53aa5117.*: reinstall"
    ):
        model_files.check(tmp_path / "model", model_files.PACKAGED["all-MiniLM-L6-v2"].weights_sha256)


def test_weights_that_were_lost_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks decider\.safetensors, which is installed with it: reinstall\."):
        model_files.check(tmp_path, "0" * 64, "decider.safetensors")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("./nowhere", r"no model folder \./nowhere: give a folder, a hub name, or quoth-embedder, all-MiniLM-L6-v2"),
        ("misspelt", "no model folder misspelt"),
        ("some/model", "some/model is neither a folder here nor to be had from the hub"),
    ],
)
def test_models_that_arent_there_are_named(name: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        SentenceTransformerEmbedder(name)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no readable model\.safetensors"):
        model_files.sha256(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_files.locate("all-MiniLM-L6-v2"), tmp_path / "model"))


@pytest.mark.parametrize(
    "name",
    ["1_Pooling/config.json", "config.json", "config_sentence_transformers.json", "modules.json", "model.safetensors",
     "sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"],
)  # fmt: skip
def test_every_file_that_changes_a_vector_changes_the_digest(name: str, folder: Path) -> None:
    published = model_files.PACKAGED["all-MiniLM-L6-v2"].sha256
    assert model_files.digest_of(folder) == published
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert model_files.digest_of(folder) != published


def test_pooling_by_the_first_token_is_another_embedder(folder: Path) -> None:
    before = SentenceTransformerEmbedder(str(folder)).sha256
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    pooling |= {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    changed = signature_of(SentenceTransformerEmbedder(str(folder)), 128, 32)
    assert changed.embedder_sha256 != before
    with pytest.raises(ModelError, match=r"The files in .* are not the published ones .*: reinstall"):
        model_files.check_files(folder, model_files.PACKAGED["all-MiniLM-L6-v2"])


def test_a_part_that_isnt_sentence_transformers_own_is_refused(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    (folder / "modules.json").write_text(
        json.dumps([*modules, {"idx": 3, "name": "3", "path": "", "type": "own.Head"}])
    )
    with pytest.raises(ModelError, match=r"wants code of its own to be run \(own\.Head\), which Quoth never does"):
        SentenceTransformerEmbedder(str(folder))


def test_weights_in_half_precision_make_vectors_in_single(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    whole = SentenceTransformerEmbedder("all-MiniLM-L6-v2").embed_query("Who signed the directive?")
    halved = {name: weight.half() for name, weight in load_file(folder / "model.safetensors").items()}
    save_file(halved, folder / "model.safetensors", {"format": "pt"})
    vector = SentenceTransformerEmbedder(str(folder)).embed_query("Who signed the directive?")
    assert vector.dtype == np.float32
    assert vector @ whole == pytest.approx(1, abs=1e-4)


def test_a_model_that_ships_in_a_package_is_one_entry(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path / "shipping" / "weights" / "embedder")
    (tmp_path / "shipping" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    published = model_files.PACKAGED["all-MiniLM-L6-v2"]
    shipped = replace(published, package="shipping", folder="weights/embedder")
    monkeypatch.setitem(model_files.PACKAGED, "shipped-embedder", shipped)
    embedder = SentenceTransformerEmbedder("shipped-embedder")
    assert (embedder.sha256, embedder.dimension, embedder.max_tokens) == (published.sha256, 384, 254)
    assert embedder.count_tokens("unfathomable") == 4
