"""Suggestions over HTTP: off unless they are set, and never of what the sender may not see."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from contract.support import asked
from in_process import InProcess
from support import problem

from index.storage.sqlite.store import FILE_NAME
from qa.reading.reader import TransformersReader

BOOK, FERRY = "seeds/sourdough.md", "seeds/halden-handbook-2026.pdf"
YEAST, OFFICER = "At what temperature is yeast killed?", "Who became safety officer after Piet Amsel?"
KEEPING: dict[str, Any] = {"keep_questions": 30, "keep_question_text": 7}


def service(seeds_data: Path, data: Path, reader: TransformersReader, **settings: Any) -> InProcess:
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    service = InProcess(data, reader, **settings)
    store = service.app.state.services.engine.store
    store.keep_questions([asked(BOOK, text=YEAST)] * 3 + [asked(FERRY, text=OFFICER)] * 4)
    return service


@pytest.fixture(scope="module")
def suggesting(
    seeds_data: Path, tmp_path_factory: pytest.TempPathFactory, reader: TransformersReader
) -> Iterator[InProcess]:
    suggesting = service(seeds_data, tmp_path_factory.mktemp("suggesting"), reader, **KEEPING, suggest_questions=3)
    yield suggesting
    suggesting.close()


def test_questions_asked_often_are_suggested_for_what_was_typed(suggesting: InProcess) -> None:
    response = suggesting.client.get("/v1/suggestions", params={"q": "yeast temp"})
    assert (response.status_code, response.json()) == (200, {"questions": [YEAST], "complete": True})
    assert response.headers["cache-control"] == "private, max-age=60"
    assert {"Authorization", "Cookie"} <= set(response.headers["vary"].split(", "))
    assert suggesting.client.get("/v1/suggestions").json()["questions"] == [OFFICER, YEAST]
    assert suggesting.client.get("/v1/suggestions?q=bread").json() == {"questions": [], "complete": True}


def test_what_cant_be_looked_for_is_refused(suggesting: InProcess) -> None:
    refused = problem(suggesting.client.get("/v1/suggestions?collection=minutes"), 404, "not-found")
    assert refused["detail"] == "There is no collection 'minutes': known are default."
    problem(suggesting.client.get("/v1/suggestions", params={"q": "?" * 1001}), 422, "invalid-request")


def test_an_asking_key_is_suggested_what_it_may_read(suggesting: InProcess) -> None:
    engine = suggesting.app.state.services.engine
    suggesting.client.put("/v1/documents/pay.md", json={"text": "The harbour master earns 900.", "readers": ["board"]})
    earnings = "How much does the harbour master earn?"
    engine.store.keep_questions([asked("pay.md", text=earnings)] * 3)
    keys = {name: engine.store.add_key(name, ["ask"], groups) for name, groups in {"b": ["board"], "c": []}.items()}
    try:
        for name, expected in {"b": [earnings], "c": []}.items():
            headers = {"Authorization": f"Bearer {keys[name]}"}
            response = suggesting.client.get("/v1/suggestions?q=earn", headers=headers)
            assert (response.json()["questions"], "harbour" in response.text) == (expected, bool(expected))
        problem(suggesting.client.get("/v1/suggestions?q=earn"), 401, "unauthorized")
    finally:
        for name in keys:
            engine.store.revoke_key(name)


def test_nothing_is_suggested_unless_it_is_set(seeds_data: Path, tmp_path: Path, reader: TransformersReader) -> None:
    silent = service(seeds_data, tmp_path, reader, **KEEPING, rate_limit="2/minute")
    assert silent.client.get("/v1/suggestions?q=yeast").json() == {"questions": [], "complete": True}
    silent.client.get("/v1/suggestions")
    problem(silent.client.get("/v1/suggestions"), 429, "rate-limited")
    silent.close()
