"""What the decider learns from: clauses below their headings, what they say, and the loss worked out by hand."""

import gzip
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoTokenizer

from index.loading import id_of
from qa.evaluation.datasets import load_dataset
from qa.reading.reader import SHIPPED_READER
from qa.training.people import decided
from qa.training.people.decided import Decided, decided_by_passages, decided_in, decision_loss, rounds

BATHS = """# Rules of the baths

## Animals

Guide dogs excepted, no animals are let in. They wait outside.

## Towels

Towels may be borrowed at the desk for two crowns a day. Leave them there.
"""


def words(text: str) -> int:
    return len(text.split())


def found(folder: Path, *rows: dict[str, object]) -> list[Decided]:
    (folder / "baths.md").write_text(BATHS)
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps({"document": id_of(folder / "baths.md"), **row}) for row in rows))
    dataset = load_dataset(file, documents=[folder / "baths.md"])
    return list(decided_in(dataset, words))


def test_the_sentence_that_decides_stands_below_its_title_and_heading(tmp_path: Path) -> None:
    dog, towel = found(
        tmp_path,
        {"question": "can my poodle come", "yesno": "no", "answers": ["no animals are let in"]},
        {"question": "who waits", "answers": ["They"]},  # asks for something else
        {"question": "is there a cat", "yesno": "no", "answers": []},  # nothing decides it
        {
            "question": "and towels?",
            "yesno": "yes",
            "answers": ["Towels may be borrowed"],
            "history": [{"question": "do you lend caps", "answer": "no"}],
        },
    )
    assert (dog.question, dog.yes, dog.times) == ("can my poodle come", False, 2)
    assert dog.text == "Rules of the baths. Animals. Guide dogs excepted, no animals are let in."
    assert (towel.question, towel.yes) == ("do you lend caps and towels?", True)
    assert towel.text == "Rules of the baths. Towels. Towels may be borrowed at the desk for two crowns a day."


def test_passages_stand_once_in_a_round_and_clauses_twice(tmp_path: Path, monkeypatch) -> None:
    rows = [{"question": f"is it {i}", "passage": f"It is {i}. " + "x" * 600, "answer": i % 2 == 0} for i in range(5)]
    file = tmp_path / "boolq.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    passages = list(decided_by_passages(file, every=2))
    assert [(one.question, one.yes, len(one.text)) for one in passages] == [
        ("is it 0", True, 500), ("is it 2", True, 500), ("is it 4", True, 500),
    ]  # fmt: skip
    draw = rounds([*passages, Decided("dogs?", "No.", 2, yes=False)], seed=2)
    assert len(draw(0)) == 5
    assert draw(0) == draw(0) != draw(1)
    monkeypatch.setattr(decided, "NOISE", 0.0)
    assert sorted(one.question for one in draw(0)) == ["dogs?", "dogs?", "is it 0", "is it 2", "is it 4"]


class Weights(torch.nn.Module):
    """The same start and end logits for every window: those of [CLS] are given, of other tokens 9."""

    def __init__(self, yes: float, no: float) -> None:
        super().__init__()
        self.yes, self.no = yes, no

    def forward(self, input_ids: torch.Tensor, **_: torch.Tensor) -> SimpleNamespace:
        starts, ends = torch.full(input_ids.shape, 9.0), torch.full(input_ids.shape, 9.0)
        starts[:, 0], ends[:, 0] = self.yes, self.no
        return SimpleNamespace(start_logits=starts, end_logits=ends)


def test_the_loss_is_that_of_yes_and_no() -> None:
    tokenizer = AutoTokenizer.from_pretrained(SHIPPED_READER)
    known = [Decided("dogs?", "Dogs may.", 2, yes=True), Decided("may a dog come in?", "No dogs.", 2, yes=False)]
    # of logits 2 (yes) and 0 (no): -ln(e² / (e² + 1)) = 0.1269 for the first, 2.1269 for the second
    assert decision_loss(Weights(2.0, 0.0), tokenizer, known).item() == pytest.approx(1.1269, abs=1e-4)
