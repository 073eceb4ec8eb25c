"""`quoth serve` with a read replica, as its clients and its figures show it: nobody notices but the primary."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgresql_server import PostgreSQLServer, until
from support import Served

pytestmark = pytest.mark.long


@pytest.fixture
def primary() -> Iterator[PostgreSQLServer]:
    server = PostgreSQLServer()
    yield server
    server.stop()


@pytest.fixture
def standby(primary: PostgreSQLServer) -> Iterator[PostgreSQLServer]:
    server = PostgreSQLServer(standby_of=primary)
    yield server
    server.stop()


def found(served: Served) -> list[str]:
    response = served.client.post("/v1/search", json={"question": "When does the ferry sail?"})
    assert response.status_code == 200, response.text
    return sorted(passage["document_id"] for passage in response.json()["passages"])


def reads(served: Served) -> dict[str, int]:
    """What questions were read from → how many."""
    text = served.client.get("/metrics").text
    lines = re.findall(r'^quoth_replica_reads_total{read="(\w+)",why="(\w*)"} ([\d.]+)$', text, re.MULTILINE)
    return {f"{read} {why}".strip(): int(float(count)) for read, why, count in lines}


def test_questions_come_from_the_replica_and_have_what_was_just_written(
    primary: PostgreSQLServer, standby: PostgreSQLServer, tmp_path: Path
) -> None:
    served = Served(tmp_path, QUOTH_STORE=primary.url, QUOTH_STORE_READ=standby.url)

    def put(name: str, text: str) -> None:
        assert served.client.put(f"/v1/documents/{name}", json={"text": text}).status_code == 201

    def from_replica() -> bool:
        before = reads(served).get("replica", 0)
        found(served)
        return reads(served)["replica"] > before

    put("noon", "The ferry sails at noon.")
    assert found(served) == ["noon"]
    until(from_replica)
    with psycopg.connect(standby.url, autocommit=True) as connection:
        connection.execute("SELECT pg_wal_replay_pause()")
        put("dusk", "The ferry sails at dusk.")
        assert found(served) == ["dusk", "noon"]
        assert reads(served)["store behind"] >= 1
        answer = served.client.post("/v1/ask", json={"question": "When does the ferry sail?", "max_answers": 2})
        assert answer.json()["index_version"] == 2
        assert served.client.delete("/v1/documents/noon").status_code == 200
        assert found(served) == ["dusk"]
        connection.execute("SELECT pg_wal_replay_resume()")
    until(from_replica)
    assert found(served) == ["dusk"]
    standby.kill()
    assert found(served) == ["dusk"]
    assert reads(served)["store away"] >= 1
    served.read_until("Questions are read from QUOTH_STORE, and not from its replica.")
    standby.start()
    until(from_replica)
    served.read_until(f"Questions are read from {standby.url} again.")
    assert served.stop() == 0
