"""From a thumb over HTTP to a figure: feedback is given to a server, exported, evaluated and calibrated on."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_index import small_index
from support import ROOT, Served

from index.feedback import Feedback, KeptSpan, Words
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.cli.main import main

pytestmark = pytest.mark.slow

JUDGED = {
    "How big is the reward for Maduro now?": "$50 million",
    "On what date was the Marigold lost?": "23 March 1912",
}


def quoth(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def corrections() -> Iterator[tuple[str, str, str, str | None]]:
    """Question, document, a passage of it and the right answer in it, if there is one, of the questions on the seeds."""
    for article in json.loads((ROOT / "tests" / "data" / "seed-questions.json").read_text())["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                right = qa["answers"][0]["text"] if qa["answers"] else None
                if qa["question"] not in JUDGED:
                    yield qa["question"], article["title"], paragraph["context"], right


@pytest.fixture(scope="module")
def given(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after people judged two answers, and said of other questions what is right."""
    data = tmp_path_factory.mktemp("given")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data)
    try:
        tell(served)
    finally:
        assert served.stop() == 0
    return data


def tell(served: Served) -> None:
    def say(question: str, answer_id: str, **told: Any) -> None:
        body = {"question": question, "answer_id": answer_id, **told}
        assert served.client.post("/v1/feedback", json=body).status_code == 201

    for question in JUDGED:
        answer = served.client.post("/v1/ask", json={"question": question}).json()
        citation = answer["answers"][0]["citations"][0]
        judged = {name: citation[name] for name in ("document_id", "start", "end")}
        assert citation["quote"]["exact"] == JUDGED[question]
        say(question, answer["id"], verdict="right", answer=judged)
    texts: dict[str, str] = {}
    for number, (question, name, passage, right) in enumerate(corrections()):
        if name not in texts:
            texts[name] = served.client.get(f"/v1/documents/{name}").json()["document"]["text"]
        first = texts[name].index(passage)
        answer_id = f"{number:016x}"
        judged = {"document_id": name, "start": first, "end": first + 10}
        if right is None:
            say(question, answer_id, verdict="wrong", answer=judged, correction={"no_answer": True})
        else:
            start = first + passage.index(right)
            correction = {"document_id": name, "start": start, "end": start + len(right)}
            say(question, answer_id, verdict="wrong", answer=judged, correction=correction)
    say("What is the ferry's name?", "f" * 16, verdict="wrong", answer=judged)


def test_feedback_is_exported_evaluated_and_calibrated_on(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_TOP_K", "1")  # the reading is what takes long
    output = tmp_path / "feedback.json"
    result = quoth("--data", given, "feedback", "export", "--output", output)
    assert result.exit_code == 0, result.output
    right = {}
    for article in json.loads(output.read_text())["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                texts = [answer["text"] for answer in question["answers"]]
                assert question["is_impossible"] is not bool(texts)
                right[question["question"], paragraph["document_id"]] = texts
    told = {(question, name): [answer] if answer else [] for question, name, _, answer in corrections()}
    assert right == {
        **told,
        ("How big is the reward for Maduro now?", "seeds/cartel-directive.md"): ["$50 million"],
        ("On what date was the Marigold lost?", "seeds/expedition-report.html"): ["23 March 1912"],
    }
    assert result.stdout == f"exported   {len(right)} questions  ({output})\n"
    assert result.stderr == "left out   1: wrong, and nobody said what is right\n"

    evaluated = quoth("evaluate", output, "--limit", "6", "--output", tmp_path / "results.json")
    assert evaluated.exit_code == 0, evaluated.output
    assert f"questions          6 of {len(right)} (" in evaluated.output
    results = json.loads((tmp_path / "results.json").read_text())
    assert results["dataset"]["problems"] == {}
    assert all(gold["start"] is not None for row in results["rows"] for gold in row["golds"])

    calibrated = quoth("calibrate", output, "--output", tmp_path / "calibration.json")
    assert calibrated.exit_code == 0, calibrated.output
    assert json.loads((tmp_path / "calibration.json").read_text())["questions"] > 60


def test_nothing_is_written_where_there_is_nothing_to_tell(given: Path, tmp_path: Path) -> None:
    output = tmp_path / "feedback.json"
    result = quoth("--data", given, "feedback", "export", "--output", output, "--collection", "none")
    assert result.exit_code == 1
    assert "of the collection 'default', see --collection" in result.stderr
    assert result.stderr.endswith("There is no feedback on 'none' that could be exported: nothing is written.\n")
    assert not output.exists()
    missing = quoth("--data", tmp_path / "no", "feedback", "export", "--output", output)
    assert (missing.exit_code, "There is no index at" in missing.output) == (1, True)
    assert quoth("--data", given, "feedback", "export").exit_code == 2
    refused = quoth("--data", given, "feedback", "export", "--output", tmp_path)
    assert (refused.exit_code, "can't be written" in refused.output) == (1, True)


def test_what_people_said_is_listed(tmp_path: Path) -> None:
    data = small_index(tmp_path)
    store = SQLiteStore(data / FILE_NAME)
    answer = KeptSpan("tides", "0" * 64, 0, 4, "", "at\nnoon", "")
    said = Feedback(
        "default", "When is high\x1b[2Jwater?", "0" * 16, "wrong", answer, Words("at one"), "outdated", "It\nmoved."
    )
    store.keep_feedback(said)
    store.keep_feedback(Feedback("other", "Who?", "1" * 16, "right", None, None))
    store.close()
    result = quoth("--data", data, "feedback", "list")
    assert re.sub(r"20\d\d-\d\d-\d\d", "DAY", result.output) == (
        "DAY  wrong, outdated  When is high\\u001b[2Jwater?\n"
        "            answer     at noon  (tides)\n"
        "            right is   at one\n"
        "            comment    It moved.\n"
        "DAY  right  Who?\n"
        "            no answer\n"
    )
    (line,) = quoth("--data", data, "feedback", "list", "--collection", "default", "--json").output.splitlines()
    assert json.loads(line)["feedback"]["comment"] == "It\nmoved."
    assert quoth("--data", data, "feedback", "list", "--collection", "none").output == "Nobody has said anything yet.\n"
