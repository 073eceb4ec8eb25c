"""The seeds and the questions on them: enough of both, gold answers that slice, and the figures not below what was told."""

import json

import pytest
from support import ROOT, SEEDS

from index.loading import load
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, filter_of

QUESTIONS = ROOT / "tests" / "data" / "seed-questions.json"


def test_there_are_enough_of_all_kinds(engine: Engine) -> None:
    files = [path for path in SEEDS.iterdir() if path.is_file()]
    assert len(files) >= 8
    assert {path.suffix for path in files} == {".txt", ".md", ".html", ".pdf"}
    with engine.store.view(SEES_ALL) as snapshot:
        chunks = [summary.chunks for summary in snapshot.summaries()]
    assert sum(chunks) >= 100
    assert max(chunks) >= 30


def test_gold_answers_slice_their_context_and_contexts_their_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    data = json.loads(QUESTIONS.read_text())
    assert data["version"] == "v2.0"
    impossible, questions, ids = 0, set(), set()
    for article in data["data"]:
        text = load(ROOT / article["title"]).text
        for paragraph in article["paragraphs"]:
            assert paragraph["context"] in text
            for qa in paragraph["qas"]:
                assert qa["id"] not in ids
                ids.add(qa["id"])
                assert bool(qa["answers"]) != qa["is_impossible"]
                for answer in qa["answers"]:
                    begin = answer["answer_start"]
                    assert paragraph["context"][begin : begin + len(answer["text"])] == answer["text"]
                impossible += qa["is_impossible"] and qa["question"] not in questions
                questions.add(qa["question"])
    assert len(questions) == 80 >= 60
    assert impossible == 24 >= len(questions) / 4


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who put his name to the directive?", "Donald Trump"),
        ("How big is the reward for Maduro now?", "$50 million"),
        ("How many tons of cocaine has the DEA seized?", "30"),
        ("When did The New York Times report the directive?", "Friday morning"),
        ("Where did MS-13 begin?", "Los Angeles"),
    ],
)
def test_the_retold_article_is_answered(engine: Engine, question: str, answer: str) -> None:
    given = engine.ask(SEES_ALL, question, filter_of(document_ids=["seeds/cartel-directive.md"])).answers[0]
    assert answer in given.text
    assert given.citations[0].document_id == "seeds/cartel-directive.md"
