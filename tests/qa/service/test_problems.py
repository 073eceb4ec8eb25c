"""Trouble that isn't the client's: each kind of error has its status, and leaves the index as it was."""

import asyncio
import json
import resource
import sqlite3
from http import HTTPStatus

import pytest
from in_process import InProcess
from starlette.requests import Request
from support import Served, problem

from index import errors
from index.errors import QuothError
from index.storage.sqlite.store import FILE_NAME
from qa.api import errors as api_errors
from qa.service import problems


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.QuestionError, 422),
        (errors.DocumentError, 422),
        (errors.MediaTypeError, 415),
        (errors.TooLargeError, 413),
        (errors.FeedbackError, 422),
        (api_errors.UnauthorizedError, 401),
        (api_errors.ForbiddenError, 403),
        (api_errors.RateLimitError, 429),
        (api_errors.OriginError, 422),
        (errors.KeyNameError, 500),
        (errors.NotFoundError, 404),
        (errors.MismatchError, 409),
        (errors.StorageError, 507),
        (errors.BusyError, 503),
        (errors.ModelError, 500),
        (errors.SettingsError, 500),
        (errors.ResultsError, 500),
        (errors.DatasetError, 500),
        (api_errors.ServerError, 500),
    ],
)
def test_every_kind_of_error_has_its_status(error: type[QuothError], status: int) -> None:
    response = asyncio.run(problems._of_quoth(Request({"type": "http"}), error("What is wrong: the cure.")))
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers.get("retry-after") == ("5" if status == 503 else None)
    assert response.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert json.loads(response.body) == {
        "type": f"urn:quoth:problem:{error.kind}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": "What is wrong: the cure.",
    }


def test_a_defect_tells_nothing_of_the_inside() -> None:
    response = asyncio.run(problems._of_defect(Request({"type": "http"}), RuntimeError("secret")))
    assert response.status_code == 500
    assert "secret" not in bytes(response.body).decode()


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_lost(served: Served) -> None:
    before = served.client.get("/readyz").json()
    _, hard = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (1000, hard))  # no file may be written beyond it
    try:
        body = {"text": "Ferries sail at noon. " * 40, "collection": "full"}
        told = problem(served.client.put("/v1/documents/large", json=body), 507, "storage")
    finally:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert told["detail"].startswith("The disk of the data file is full; nothing was changed.") or told[
        "detail"
    ].startswith("The data file failed")
    assert served.client.get("/readyz").json() == before
    assert served.client.put("/v1/documents/small", json={"text": "x", "collection": "full"}).status_code == 201


def test_an_index_rebuilt_otherwise_under_a_running_server_is_told(here: InProcess) -> None:
    connection = sqlite3.connect(here.data / FILE_NAME, isolation_level=None)
    (signature,) = connection.execute("SELECT value FROM manifest WHERE name = 'signature'").fetchone()
    other = json.dumps({**json.loads(signature), "embedder": "other"})
    try:
        connection.execute("UPDATE manifest SET value = ? WHERE name = 'signature'", (other,))
        told = problem(here.client.post("/v1/ask", json={"question": "Who?"}), 409, "index-mismatch")
        assert told["detail"].startswith("The index in the data file was made with ")
        assert "made with embedder 'other' (here 'quoth-embedder')" in told["detail"]
        assert "`quoth rebuild`" in told["detail"]
        problem(here.client.put("/v1/documents/a", json={"text": "x"}), 409, "index-mismatch")
    finally:
        connection.execute("UPDATE manifest SET value = ? WHERE name = 'signature'", (signature,))
        connection.close()
    assert here.client.post("/v1/ask", json={"question": "Who?"}).status_code == 200
