"""Insights over HTTP: what is kept of questions that were asked, added up, grouped, exported and labelled."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support import Served, problem

from index.questions import ALL_QUESTIONS, WhichQuestions
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.cli.main import main
from qa.evaluation.datasets.squad import read_squad

pytestmark = pytest.mark.slow

AMSEL = "Who became safety officer after Piet Amsel?"
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def keeping(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that keeps questions, asked some."""
    data = tmp_path_factory.mktemp("keeping")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data, QUOTH_KEEP_QUESTIONS="30", QUOTH_KEEP_QUESTION_TEXT="7")
    for question in (AMSEL, AMSEL.upper(), "In which country was origami first folded?", "Hello!"):
        headers = {"X-Forwarded-For": "203.0.113.77", "User-Agent": "Xyzzy"}
        served.client.post("/v1/ask", json={"question": question}, headers=headers).raise_for_status()
    written(served, 4)
    yield served
    if served.process.poll() is None:  # the last test stops it
        served.stop()


def written(served: Served, count: int) -> None:
    """Wait until so many questions have been kept."""
    while f'quoth_kept_questions_total{{outcome="kept"}} {count}.0' not in served.client.get("/metrics").text:
        pass


def test_figures_of_a_period(keeping: Served) -> None:
    response = keeping.client.get("/v1/insights")
    assert (response.status_code, response.headers["cache-control"]) == (200, "private, no-cache")
    found = response.json()
    assert found["keeping"] == {"days": 30, "word_days": 7}
    assert (found["until"], found["collection"], found["questions"]) == (TODAY, None, 3)
    assert found["since"] == (datetime.now(UTC).date() - timedelta(days=29)).isoformat()
    assert len(found["days"]) == 30
    assert found["days"][-1] == {"day": TODAY, "outcomes": found["outcomes"]}
    assert found["outcomes"]["greeting"] == 1
    assert found["outcomes"]["unanswered"] == found["reasons"]["reader_null"] == 1
    assert found["outcomes"]["answered"] + found["outcomes"]["unsure"] == 2
    assert found["documents"]["most"][0]["document_id"] == "seeds/halden-handbook-2026.pdf"
    assert found["documents"]["most"][0]["questions"] == 2
    assert found["documents"]["answering"] + found["documents"]["silent"] == 10
    assert 0 < found["times"]["median"] <= found["times"]["p95"]
    before = keeping.client.get("/v1/insights", params={"until": "2026-01-31", "since": "2026-01-30"}).json()
    assert (before["questions"], before["times"], [day["day"] for day in before["days"]]) == (
        0, None, ["2026-01-30", "2026-01-31"],
    )  # fmt: skip
    assert keeping.client.get("/v1/insights?collection=none").json()["questions"] == 0


def test_questions_by_what_became_of_them(keeping: Served) -> None:
    found = keeping.client.get("/v1/insights/questions?outcome=unanswered").json()
    assert (found["total"], found["compared"], found["wordless"]) == (1, 1, 0)
    ((group,),) = [found["groups"]]
    (wording,) = group["wordings"]
    assert (group["questions"], group["more_wordings"], wording["times"]) == (1, 0, 1)
    assert wording["question"] == "In which country was origami first folded?"
    assert (wording["reason"], wording["confidence"], wording["document_ids"]) == ("reader_null", None, [])
    everything = keeping.client.get("/v1/insights/questions").json()
    assert everything["groups"][0]["questions"] == 2  # the same words, but for their case
    assert everything["groups"][0]["wordings"][0]["times"] == 2
    assert keeping.client.get("/v1/insights/questions?limit=1").json()["total"] == 3


@pytest.mark.parametrize(
    ("query", "kind", "detail"),
    [
        ("since=2026-11-02&until=2026-11-01", "invalid-question", "2026-11-02 to 2026-11-01 is no period of 1 to 3650"),
        ("since=2000-01-01&until=2026-11-01", "invalid-question", "is no period of 1 to 3650 days"),
        ("until=0001-01-01", "invalid-question", "is no period"),
        ("until=9999-12-31", "invalid-question", "is no period"),
        ("since=yesterday", "invalid-request", "since"),
    ],
)
def test_what_is_no_period_is_named(keeping: Served, query: str, kind: str, detail: str) -> None:
    for path in ("/v1/insights", "/v1/insights/questions", "/v1/insights/questions.csv"):
        found = problem(keeping.client.get(f"{path}?{query}"), 422, kind)
        assert detail in found["detail"]


def test_the_csv_has_a_line_a_question_and_no_formula(keeping: Served) -> None:
    assert keeping.client.post("/v1/ask", json={"question": "=1+1 \x1b[31m is what?"}).status_code == 200
    written(keeping, 5)
    response = keeping.client.get("/v1/insights/questions.csv")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"].startswith('attachment; filename="questions-20')
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 5
    assert rows[0]["question"].startswith("'=1+1")
    assert "\x1b" not in response.text
    assert rows[-1]["documents"].split()[0].startswith("seeds/halden-handbook-2026.pdf")
    assert (rows[-1]["question"], rows[-1]["asked"][:10], rows[-1]["verdict"]) == (AMSEL, TODAY, "")
    only = keeping.client.get("/v1/insights/questions.csv?outcome=greeting").text
    assert [row["question"] for row in csv.DictReader(io.StringIO(only))] == ["Hello!"]


def test_an_unanswered_question_becomes_a_labelled_one(keeping: Served, tmp_path: Path) -> None:
    (group,) = keeping.client.get("/v1/insights/questions?outcome=unanswered&limit=1").json()["groups"]
    wording = group["wordings"][0]
    document = keeping.client.get("/v1/documents/seeds/sourdough.md").json()["document"]
    start = document["text"].index("Sourdough")
    label = {
        "question": wording["question"], "answer_id": wording["answer_id"], "verdict": "wrong",
        "correction": {"document_id": document["id"], "start": start, "end": start + 9, "exact": "Sourdough"},
    }  # fmt: skip
    assert keeping.client.post("/v1/feedback", json=label).status_code == 201
    found = keeping.client.get("/v1/insights/questions?outcome=unanswered&verdict=wrong").json()
    assert found["groups"][0]["wordings"][0]["verdict"] == "wrong"
    assert keeping.client.get("/v1/insights").json()["verdicts"] == {"right": 0, "wrong": 1}
    response = keeping.client.get("/v1/insights/labelled.json")
    assert response.headers["content-disposition"] == 'attachment; filename="labelled.json"'
    file = tmp_path / "labelled.json"
    file.write_bytes(response.content)
    (question,) = read_squad(file).questions
    assert question.text == wording["question"]


def test_who_asked_is_nowhere_and_all_is_written_when_the_server_ends(keeping: Served) -> None:
    keeping.client.post("/v1/ask/batch", json={"questions": ["Who is Ada?", "Who is Bob?", "Who is Cleo?"]})
    assert "event: final" in keeping.client.post("/v1/ask/stream", json={"question": "Who is Dora?"}).text
    assert keeping.stop() == 0, keeping.log
    path = keeping.data / FILE_NAME
    for secret in (b"203.0.113.77", b"Xyzzy", b"127.0.0.1"):
        assert not any(secret in file.read_bytes() for file in keeping.data.iterdir())
    assert "Who is Ada" not in keeping.log
    store = SQLiteStore(path, read_only=True)
    with store.view(SEES_ALL) as view:
        texts = [one.question.text for one in view.questions(ALL_QUESTIONS)]
        assert texts[:4] == ["Who is Dora?", "Who is Cleo?", "Who is Bob?", "Who is Ada?"]
        assert len(texts) == 9
        assert view.questions(WhichQuestions(outcome="greeting"))[0].question.vector is None
    store.close()

    def quoth(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["--data", str(keeping.data), *arguments])

    summary = quoth("insights").output
    assert "8 questions" in summary
    assert "In which country was origami first folded?" in summary
    assert quoth("insights", "--csv", "--outcome", "greeting").output.splitlines()[1].endswith("Hello!")
    assert '"questions": 8,' in quoth("insights", "--json").output
    assert quoth("insights", "purge").exit_code == 2
    assert quoth("insights", "purge", "--containing", "who  IS ada").output == "purged     1 question\n"
    assert quoth("insights", "purge", "--before", "2026-01-01").output == "purged     0 questions\n"
    assert b"Who is Ada" not in path.read_bytes()
    assert quoth("insights", "purge", "--all", "--only-words").output == "purged     the words of 8 questions\n"
    assert "of which the words aren't kept" in quoth("insights").output
    assert quoth("insights", "purge", "--all").output == "purged     8 questions\n"
    assert "0 questions" in quoth("insights").output
