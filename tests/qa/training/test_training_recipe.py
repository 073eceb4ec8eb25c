"""The whole recipe on a dozen small articles, with a real encoder for reader and teacher, a step or two of each stage."""

import gzip
import json
import re
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from index import model_files
from qa.reading.reader import TransformersReader
from qa.training import recipe
from qa.training.examples import Group
from qa.training.loop import BASE_ENCODER, Schedule

pytestmark = pytest.mark.slow

BUILDERS = ("Ann Tarrow", "Piet Amsel", "Jon Orm", "Lena Vask")


def dataset(title: str, articles: int, *, first: int, unanswerable: bool) -> dict:
    def paragraph(number: int) -> dict:
        text = f"The mill of Orm {number} was built in 1734 by {BUILDERS[number % 4]}. It burnt down in 1802."
        builder = {"text": BUILDERS[number % 4], "answer_start": text.index(BUILDERS[number % 4])}
        asked = f"the mill of Orm {number}?"
        questions = [{"id": f"{title}a{number}", "question": f"Who built {asked}", "answers": [builder]}]
        if unanswerable:
            questions.append(
                {"id": f"{title}u{number}", "question": f"Who owns {asked}", "answers": [], "is_impossible": True}
            )
        return {"context": text, "qas": questions}

    return {
        "version": "v2.0",
        "data": [{"title": f"{title}{i}", "paragraphs": [paragraph(first + i)]} for i in range(articles)],
    }


def mills(groups: list[Group]) -> set[str]:
    """The numbers of the mills whose builder is asked for, where the text tells."""
    answered = [window for group in groups for window in group if window.answer is not None]
    return {number for window in answered for number in re.findall(r"\d+", window.question)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, title, first in (("squad-36", "S", 1000), ("qamr", "Q", 2000), ("policyqa", "P", 3000)):
        content = dataset(title, 13, first=first, unanswerable=title == "S")
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
    pairs = [{"question": f"who built mill {i} ?", "sentence": f"mill {i} was built by ann ."} for i in range(120)]
    lines = "\n".join(json.dumps(pair) for pair in pairs)
    (folder / "squad-train-pairs.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


def test_from_data_to_a_reader_that_learned_from_teachers_of_other_articles(data: Path, tmp_path, monkeypatch) -> None:
    short = {"LABELS": (1, 4), "TEACHER": (1, 4), "DISTILLATION": (2, 4)}
    for name, (steps, groups) in short.items():
        monkeypatch.setattr(recipe, name, Schedule(steps=steps, groups=groups))
    monkeypatch.setattr(recipe, "FOLDS", 2)
    monkeypatch.setattr(recipe, "DISTILLATION_ROUNDS", 1)
    monkeypatch.setattr("qa.training.pairs.MIN_PROBABILITY", 0.0)  # what has learned nothing is sure of nothing
    trained_on, asked_about = [], []
    trained_teacher, teacher_logits_of = recipe.trained_teacher, recipe.teacher_logits_of

    def training(folder, rounds, *more):
        trained_on.append({number for n in range(9) for number in mills(rounds(n))})
        return trained_teacher(folder, rounds, *more)

    def asking(model, tokenizer, groups, folder):
        asked_about.append(mills(groups))
        return teacher_logits_of(model, tokenizer, groups, folder)

    monkeypatch.setattr(recipe, "trained_teacher", training)
    monkeypatch.setattr(recipe, "teacher_logits_of", asking)
    out, encoder = tmp_path / "out", model_files.locate(BASE_ENCODER)
    sha256 = recipe.run(data, out, encoder)

    model = out / "model"
    assert model_files.sha256(model) == sha256
    assert sha256 in (model / "MODEL.md").read_text()
    (reading,) = TransformersReader(str(model)).read("Who built it?", ["It was built by Ann Tarrow."])
    assert reading.spans
    figures = json.loads((out / "figures.json").read_text())
    assert (figures["answerable"], figures["all"]) == (6, 12)
    # What a teacher is asked about, and the pairs it marks, are not what it was trained on
    assert [len(numbers) > 10 for numbers in [*trained_on, *asked_about]] == [True] * 4
    for trained, asked in zip(trained_on, asked_about, strict=True):
        assert trained.isdisjoint(asked)
    labels = [json.loads((out / f"teacher-{fold}" / "labels.json").read_text()) for fold in (0, 1)]
    assert labels[0].keys().isdisjoint(labels[1])
    assert labels[0].keys() | labels[1].keys() == json.loads((out / "labels.json").read_text()).keys()

    # All is there: the same command trains nothing again and makes the same weights
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*.pt")}
    assert recipe.run(data, out, encoder) == sha256
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*.pt")} == stamps
    before = torch.load(out / "checkpoint.pt", weights_only=True)["model"]
    after = load_file(model / "model.safetensors")
    assert not torch.equal(before["qa_outputs.weight"].half(), after["qa_outputs.weight"])
