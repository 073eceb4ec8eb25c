"""What the decider learns from: clauses below their headings, what they say, and the loss worked out by hand."""

import gzip
import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoTokenizer

from index.loading import id_of
from qa.evaluation.datasets import load_dataset
from qa.reading.reader import SHIPPED_READER
from qa.training.people import decided
from qa.training.people.decided import (
    Decided,
    decided_by_clauses,
    decided_by_passages,
    decided_in,
    decision_loss,
    rounds,
)

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
    assert (dog.question, dog.yes) == ("can my poodle come", 0.0)
    assert dog.text == "Rules of the baths. Animals. Guide dogs excepted, no animals are let in."
    assert (towel.question, towel.yes) == ("do you lend caps and towels?", 1.0)
    assert towel.text == "Rules of the baths. Towels. Towels may be borrowed at the desk for two crowns a day."


def test_a_round_has_each_passage_and_each_question_on_a_clause_once(tmp_path: Path, monkeypatch) -> None:
    rows = [
        {"question": f"is it {i}", "passage": f"It is {i}. " + "x" * 600, "answer": "yes" if i else "no"}
        for i in range(5)
    ]
    file = tmp_path / "boolq.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    passages = list(decided_by_passages(file, every=2))
    assert [(one.question, one.yes, len(one.text)) for one in passages] == [
        ("is it 0", 0.0, 500), ("is it 2", 1.0, 500), ("is it 4", 1.0, 500),
    ]  # fmt: skip
    clauses = tmp_path / "clauses.json.gz"
    asked = [{"q": "dogs?", "a": "no"}, {"q": "is it banned?", "a": "yes"}, {"q": "and cats?", "a": "?"}]
    row = {"part": "training", "heading": "Rules. ", "clause": "No dogs.", "questions": asked}
    clauses.write_bytes(gzip.compress(json.dumps([row, {**row, "part": "test"}]).encode()))
    questions = list(decided_by_clauses("training", clauses))
    assert questions == [
        Decided("dogs?", "Rules. No dogs.", 0.0),
        Decided("is it banned?", "Rules. No dogs.", 1.0),
        Decided("and cats?", "Rules. No dogs.", 0.5),
    ]
    draw = rounds([*passages, *questions], seed=2)
    assert draw(0) == draw(0) != draw(1)
    monkeypatch.setattr(decided, "NOISE", 0.0)
    assert sorted(one.question for one in draw(0)) == [
        "and cats?", "dogs?", "is it 0", "is it 2", "is it 4", "is it banned?",
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["training", "test"])
def test_as_many_clauses_say_yes_as_no_and_each_is_asked_several_times(part: str) -> None:
    asked = list(decided_by_clauses(part))
    said = Counter(one.yes for one in asked)
    assert 0.9 < said[1.0] / said[0.0] < 1.1
    assert 0.1 < said[0.5] / said.total() < 0.2
    assert said.total() > 4 * len({one.text for one in asked})


def test_no_clause_is_in_both_parts() -> None:
    training, test = ({one.text for one in decided_by_clauses(part)} for part in ("training", "test"))
    assert not training & test


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
    known = [Decided("dogs?", "Dogs may.", 1.0), Decided("may a dog come in?", "No dogs.", 0.0)]
    # of logits 2 (yes) and 0 (no): -ln(e² / (e² + 1)) = 0.1269 for the first, 2.1269 for the second
    assert decision_loss(Weights(2.0, 0.0), tokenizer, known).item() == pytest.approx(1.1269, abs=1e-4)
    # what isn't said: the mean of both, which weighs half as much: (0.1269 + 2.1269 + 1.1269 / 2) / 3
    unsaid = Decided("cats?", "No dogs.", 0.5)
    assert decision_loss(Weights(2.0, 0.0), tokenizer, [*known, unsaid]).item() == pytest.approx(0.9391, abs=1e-4)
    # of more than are read together, too
    assert decision_loss(Weights(2.0, 0.0), tokenizer, known * 9).item() == pytest.approx(1.1269, abs=1e-4)
