"""The questions on invented documents, for benchmarks: whole, and each answer where it is said to be."""

from pathlib import Path

import pytest
from support import ROOT

from qa.evaluation.datasets import load_dataset

INVENTED = Path("tests") / "data" / "invented"


def test_every_answer_stands_in_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    dataset = load_dataset(INVENTED / "questions.jsonl", documents=[INVENTED / "documents"])
    assert not dataset.problems
    assert len(dataset.documents) == 16
    asked = {
        document.id: [q for q in dataset.questions if q.document_id == document.id] for document in dataset.documents
    }
    texts = {document.id: document.text for document in dataset.documents}
    for name, questions in asked.items():
        assert [sum(question.answerable is kind for question in questions) for kind in (True, False)] == [23, 11], name
        assert len({question.text for question in questions}) == 34
        assert all(gold.text in texts[name] for question in questions for gold in question.golds)
