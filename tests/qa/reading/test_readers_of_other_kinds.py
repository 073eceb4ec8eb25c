"""Models other than the shipped one: six kinds can be read with, and what can't is refused in a line."""

import json
import re
from pathlib import Path

import pytest
from model_folders import KINDS, save_headless, save_reader

from index.arithmetic import Precision
from index.errors import ModelError
from index.int8 import is_exact
from qa.reading.reader import TransformersReader

eight_bits = pytest.mark.skipif(not is_exact(), reason="this processor doesn't multiply eight bits exactly")

PASSAGE = "The treaty was signed in lisbon on 4 may 1901. "


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_every_kind_reads_spans_that_are_slices(kind: str, tmp_path: Path) -> None:
    reader = TransformersReader(str(save_reader(tmp_path / kind, kind)))
    passages = [PASSAGE, "Bees make honey.", PASSAGE * 30]  # the last one is longer than a window
    readings = reader.read("Where was it signed?", passages)
    for passage, reading in zip(passages, readings, strict=True):
        assert reading.spans
        assert all(0 <= span.start < span.end <= len(passage) for span in reading.spans)
    alone = reader.read("Where was it signed?", passages[1:2])[0]
    assert alone.null_score == pytest.approx(readings[1].null_score, abs=1e-4)
    assert [(span.start, span.end) for span in alone.spans[:1]] == [
        (span.start, span.end) for span in readings[1].spans[:1]
    ]


@pytest.mark.parametrize("precision", ["bfloat16", pytest.param("int8", marks=eight_bits)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_every_kind_reads_nearly_the_same_in_fewer_bits(
    kind: str, precision: Precision, tmp_path: Path
) -> None:
    folder = str(save_reader(tmp_path / kind, kind))
    exact = TransformersReader(folder).read("Where?", [PASSAGE])[0]
    near = TransformersReader(folder, precision=precision).read("Where?", [PASSAGE])[0]
    assert near.null_score == pytest.approx(exact.null_score, abs=0.02)
    assert near.spans[0].score == pytest.approx(exact.spans[0].score, abs=0.02)
    assert near != exact


def test_every_file_that_changes_a_reading_changes_the_digest(tmp_path: Path) -> None:
    folder = save_reader(tmp_path, "bert")
    digests = {TransformersReader(str(folder)).sha256}
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"):
        (folder / name).write_bytes((folder / name).read_bytes() + b" ")
        digests.add(TransformersReader(str(folder)).sha256)
    assert len(digests) == 5
    (folder / "README.md").write_text("What it learned from.")
    assert TransformersReader(str(folder)).sha256 in digests


def test_code_of_a_folder_is_never_run(tmp_path: Path) -> None:
    folder = save_reader(tmp_path, "bert")
    config = json.loads((folder / "config.json").read_text())
    code = {"model_type": "own", "auto_map": {"AutoModelForQuestionAnswering": "own.Model", "AutoConfig": "own.Config"}}
    (folder / "config.json").write_text(json.dumps({**config, **code}))
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    message = (
        rf"The model in {re.escape(str(folder))} wants code of its own to be run \(auto_map\), which Quoth never does"
    )
    with pytest.raises(ModelError, match=message):
        TransformersReader(str(folder))
    assert not (tmp_path / "ran").exists()


def test_a_pickle_is_never_read(tmp_path: Path) -> None:
    folder = save_reader(tmp_path, "bert")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(
        ModelError, match=r"has its weights as a pickle only \(pytorch_model\.bin\).*: save the model with"
    ):
        TransformersReader(str(folder))


def test_a_model_without_a_head_is_refused(tmp_path: Path) -> None:
    reader = TransformersReader(str(save_headless(tmp_path)))
    with pytest.raises(ModelError, match=r"has no weights for qa_outputs\..*: choose a ForQuestionAnswering model"):
        reader.load()


def test_a_model_that_reads_too_little_is_refused(tmp_path: Path) -> None:
    reader = TransformersReader(str(save_reader(tmp_path, "bert", max_position_embeddings=128)))
    with pytest.raises(ModelError, match="reads only 126 tokens at once, of 256 needed: choose another reader"):
        reader.load()


def test_a_folder_without_a_tokenizer_is_refused_in_a_line(tmp_path: Path) -> None:
    folder = save_reader(tmp_path, "bert")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError) as refused:
        TransformersReader(str(folder)).load()
    assert len(str(refused.value).splitlines()) == 1
