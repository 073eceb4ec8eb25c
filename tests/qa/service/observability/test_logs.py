"""What a server logs: one line a request with its id and how it ended, and nothing that was asked, stored or secret."""

import asyncio
import io
import json
import logging
import re
import shutil
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from support import ROOT, Served, problem

from qa.assembly import Engine
from qa.cli.main import main
from qa.reading.reader import SHIPPED_READER
from qa.service.app import create_app
from qa.service.observability import logs
from qa.settings import load_settings

pytestmark = pytest.mark.slow

HERE = "http://127.0.0.1"
QUESTION = "Who keeps the lighthouse key?"
STORED = "Ottilie Marsh keeps it under the third stone of the eastern wall"


@pytest.fixture(scope="module")
def unlettered_reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader that loads, and fails in torch at words that its tokenizer has and it hasn't."""
    from transformers import BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("unlettered-reader")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(SHIPPED_READER / name, folder / name)
    small = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, vocab_size=12_000)  # fmt: skip
    BertForQuestionAnswering(small).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def told(unlettered_reader: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[dict[str, Any]], str]:
    """The lines that a server logged as JSON while questions failed and succeeded, and all that they are made of."""
    data = tmp_path_factory.mktemp("told")
    served = Served(data, QUOTH_LOG_FORMAT="json", QUOTH_READER=str(unlettered_reader))
    client = served.client
    assert client.put("/v1/documents/private/short.txt", json={"text": "Noon."}).status_code == 201
    assert client.put("/v1/documents/private/long.txt", json={"text": f"{STORED}. " * 9}).status_code == 201
    key = CliRunner().invoke(main, ["--data", str(data), "keys", "add", "intranet", "--scope", "ask"]).stdout.strip()
    client.headers["Authorization"] = f"Bearer {key}"

    def ask(number: int, document: str, *, path: str = "/v1/ask", question: str = "When?") -> Any:
        body = {"question": question, "document_ids": [f"private/{document}"]}
        return client.post(path, json=body, headers={"X-Request-ID": f"r{number}"})

    assert ask(1, "short.txt").status_code == 200
    defect = ask(2, "long.txt", question=QUESTION)
    assert problem(defect, 500, "defect")["detail"].startswith("Quoth failed in a way it shouldn't; its log says more")
    assert defect.headers["x-request-id"] == "r2"
    assert "event: error" in ask(3, "long.txt", question=QUESTION, path="/v1/ask/stream").text
    problem(ask(4, "none.txt", question=QUESTION), 404, "not-found")
    refused = client.get(f"/v1/documents?token={key}", headers={"Authorization": f"Bearer {key}x"})
    problem(refused, 401, "unauthorized")
    batch = {"questions": ["When?", "Where?"], "document_ids": ["private/short.txt"]}
    assert client.post("/v1/ask/batch", json=batch, headers={"X-Request-ID": "r6"}).status_code == 200
    assert served.stop() == 0
    for hidden in (key, key[-20:], QUESTION, "lighthouse", "When?", "Ottilie", "private", "short.txt", str(data),
                   str(unlettered_reader), str(ROOT), "site-packages", "/qa/", "Traceback", 'File "', "index out of range"):  # fmt: skip
        assert hidden not in served.log
    return [json.loads(line) for line in served.log.splitlines()], served.log


def requests(told: tuple[list[dict[str, Any]], str]) -> dict[str, dict[str, Any]]:
    return {line["request_id"]: line for line in told[0] if line.get("status")}


def test_every_line_is_json_with_time_level_logger_and_message(told: Any) -> None:
    for line in told[0]:
        assert list(line)[:4] == ["time", "level", "logger", "message"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["level"] in ("info", "warning", "error")
    messages = [line["message"] for line in told[0]]
    assert messages[0].startswith("Loading the models, then serving on http://127.0.0.1:")
    assert "Application startup complete." in messages
    assert messages[-1] == "Stopped."
    assert not [line for line in told[0] if line["logger"] == "uvicorn.access"]


def test_a_request_is_one_line_that_tells_how_it_ended(told: Any) -> None:
    line = requests(told)["r1"]
    assert (line["level"], line["message"]) == ("info", "POST /v1/ask")
    assert (line["method"], line["route"], line["status"], line["key"]) == ("POST", "/v1/ask", 200, "intranet")
    assert line["answer"] in ("answered", "no_answer")
    assert line["confidence"] is None  # nothing is fitted for this reader
    assert (line["answer"] == "no_answer") == (line["reason"] is not None)
    assert line["ms"] >= line["retrieve_ms"] + line["read_ms"] > 0
    assert line["index_version"] == 2
    assert line["bytes"] > 100
    of_it = [each["level"] for each in told[0] if each.get("request_id") == "r1"]
    assert sorted(of_it) == ["info", "warning"]  # and once that there is no confidence
    batch = requests(told)["r6"]
    assert (batch["questions"], batch["route"]) == (2, "/v1/ask/batch")
    assert batch["answered"] in (0, 1, 2)


def test_what_is_refused_is_told_by_its_kind(told: Any) -> None:
    refused = requests(told)["r4"]
    assert (refused["status"], refused["problem"], refused["level"]) == (404, "not-found", "info")
    (nobody,) = [line for line in told[0] if line.get("problem") == "unauthorized"]
    assert (nobody["route"], nobody["status"]) == ("/v1/documents", 401)
    assert "key" not in nobody


@pytest.mark.parametrize("request_id", ["r2", "r3"])
def test_a_defect_is_told_by_its_type_and_the_lines_that_led_to_it(told: Any, request_id: str) -> None:
    defect, request = [line for line in told[0] if line.get("request_id") == request_id]
    assert (defect["level"], defect["error"]) == ("error", "IndexError")
    assert re.fullmatch(r"qa/reading/reader\.py:\d+", defect["at"][-1])
    assert any(re.fullmatch(r"qa/answering/answerer\.py:\d+", where) for where in defect["at"])
    assert re.fullmatch(r"(torch|transformers)/[\w/]+\.py:\d+", defect["raised_at"])
    assert request["level"] == "warning"
    assert request["status"] == (500 if request_id == "r2" else 200)  # a stream had begun


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What this process logs as a server would, in text."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    handlers, level = logging.root.handlers[:], logging.root.level
    logs.configure(load_settings())
    yield written
    logging.captureWarnings(False)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_text_has_the_same_fields_behind_the_message(logged: io.StringIO) -> None:
    told = {"route": "/v1/ask", "status": 200, "reason": None, "asked": ["Who\nkeeps it?"], "key": "in tranet"}
    logging.getLogger("quoth.requests").info("POST %s", "/v1/ask", extra={"fields": told})
    time, _, line = logged.getvalue().partition(" ")
    assert time.endswith("Z")
    assert line == 'INFO    POST /v1/ask route=/v1/ask status=200 asked="[\\"Who\\\\nkeeps it?\\"]" key="in tranet"\n'


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_a_field_holds_makes_no_line_and_turns_no_text(
    monkeypatch: pytest.MonkeyPatch, logged: io.StringIO, log_format: str
) -> None:
    monkeypatch.setattr("sys.stderr", logged)
    logs.configure(load_settings(log_format=log_format))
    hostile = "".join(
        map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
    )
    told = {"asked": [f"Who{hostile}?"], "key": f"in{hostile}tranet"}
    logging.getLogger("quoth").info("Seen %s", f"a{hostile}b", extra={"fields": told})
    line = logged.getvalue().removesuffix("\n")
    assert not set(hostile) & set(line)
    assert line.splitlines() == [line]
    assert r"\u202e" in line
    if log_format == "json":
        assert {name: json.loads(line)[name] for name in told} == told


def test_another_librarys_message_is_not_shown(logged: io.StringIO) -> None:
    library = logging.getLogger("some.library")
    library.addHandler(logging.StreamHandler(logged))
    library.propagate = False
    logs.adopt()
    library.warning("Can't read %s", "/home/me/secret")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("secret", UserWarning, stacklevel=1)
    try:
        raise ValueError("secret")
    except ValueError:
        library.exception("It says secret")
    lines = logged.getvalue().splitlines()
    assert len(lines) == 3
    assert all("A library's message, which isn't shown" in line for line in lines)
    assert re.search(r" from=test_logs:\d+ error=ValueError at=\[\]", lines[2])
    assert "secret" not in logged.getvalue()


def test_a_program_that_logs_in_its_own_way_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])  # another test may have run a command, which sets its own
    library = logging.getLogger("another.library")
    library.addHandler(its := logging.NullHandler())
    logs.adopt()
    assert library.handlers == [its]


def test_questions_are_told_if_asked_for(seeds_data: Path, logged: io.StringIO) -> None:
    engine = Engine(load_settings(data=seeds_data, log_questions=True), writing=False)
    app = create_app(engine)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            return await client.post("/v1/ask", json={"question": QUESTION, "document_ids": []})

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, ask()).result().status_code == 200
    (line,) = [line for line in logged.getvalue().splitlines() if "POST" in line]
    assert f'asked="[\\"{QUESTION}\\"]"' in line
    assert " reason=nothing_retrieved " in line
