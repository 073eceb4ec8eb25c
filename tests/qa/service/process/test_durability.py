"""What a client is told when the data file can't be written, and that all goes on once it can."""

import resource
import sqlite3

import httpx
import pytest
from support import Served, problem

from index.storage.sqlite.store import FILE_NAME

QUESTION = "How big is the reward for Maduro now?"
BODY = {"text": "The ferry to Orm sails at noon."}


def state(client: httpx.Client) -> object:
    return client.get("/v1/documents").raise_for_status().json()


@pytest.mark.slow
def test_a_full_disk_is_told_and_answers_go_on(served: Served, client: httpx.Client) -> None:
    before = state(client)
    unlimited = resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (4096, unlimited[1]))
    try:
        refused = problem(client.put("/v1/documents/durability", json=BODY), 507, "storage")
        removing = problem(client.delete("/v1/documents/seeds/sourdough.md"), 507, "storage")
        assert state(client) == before
        answer = client.post("/v1/ask", json={"question": QUESTION}).raise_for_status().json()
        assert answer["answers"][0]["text"].startswith("$50 million")
        assert client.get("/readyz").status_code == 200
    finally:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, unlimited)
    for told in (refused, removing):
        assert told["detail"].startswith("The data file failed (disk I/O error); nothing was changed.")
        assert str(served.data) not in str(told)
    assert client.put("/v1/documents/durability", json=BODY).status_code == 201
    assert client.delete("/v1/documents/durability").status_code == 200


@pytest.mark.long
def test_another_process_that_writes_for_too_long_is_told_with_when_to_try_again(
    served: Served, client: httpx.Client
) -> None:
    before = state(client)
    other = sqlite3.connect(served.data / FILE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        response = client.put("/v1/documents/durability", json=BODY)
        told = problem(response, 503, "busy")
        assert told["detail"] == "Another process has been writing to the data file for 10 s: try again."
        assert response.headers["Retry-After"] == "5"
        assert state(client) == before
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert client.put("/v1/documents/durability", json=BODY).status_code == 201
    assert client.delete("/v1/documents/durability").status_code == 200
