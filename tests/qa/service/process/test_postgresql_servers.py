"""Two `quoth serve` over one database, as their clients see them: what one writes the other answers from at once."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from click.testing import CliRunner
from postgresql_server import PostgreSQLServer
from support import Served, problem

from qa.cli.main import main

SITE = "https://site.example"

pytestmark = pytest.mark.long  # each server loads models of its own


@pytest.fixture(scope="module")
def url(postgresql: PostgreSQLServer) -> str:
    return f"{postgresql.url}?schema=servers"


@pytest.fixture(scope="module")
def key(url: str) -> str:
    made = CliRunner().invoke(main, ["keys", "add", "all", "--scope", "admin"], env={"QUOTH_STORE": url})
    return made.output.splitlines()[0]


@pytest.fixture(scope="module")
def clients(url: str, key: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[httpx.Client]]:
    """Of one server each."""
    data = tmp_path_factory.mktemp("unused")
    with ThreadPoolExecutor() as threads:
        settings = {"QUOTH_STORE": url, "QUOTH_ORIGINS": SITE, "QUOTH_RATE_LIMIT": "100000/hour"}
        servers = list(threads.map(lambda _: Served(data, **settings), range(2)))
    for server in servers:
        server.client.headers["Authorization"] = f"Bearer {key}"
    yield [server.client for server in servers]
    assert [server.stop() for server in servers] == [0, 0]
    assert list(data.iterdir()) == []


def titles(client: httpx.Client, question: str) -> list[str]:
    response = client.post("/v1/search", json={"question": question})
    assert response.status_code == 200, response.text
    return [passage["document_id"] for passage in response.json()["passages"]]


def put(client: httpx.Client, name: str, text: str) -> int:
    response = client.put(f"/v1/documents/{name}", json={"text": text})
    assert response.status_code in (200, 201), response.text
    return int(response.json()["index_version"])


def test_what_one_writes_the_other_answers_from_at_its_next_question(clients: list[httpx.Client]) -> None:
    for i in range(6):
        writer, reader = clients[i % 2], clients[1 - i % 2]
        version = put(writer, f"ferry-{i}", f"The ferry to Orm number {i} sails at noon.")
        assert f"ferry-{i}" in titles(reader, f"When does ferry number {i} sail?")
        assert reader.get("/readyz").json()["index_version"] == version
        assert reader.delete(f"/v1/documents/ferry-{i}").status_code == 200
        assert f"ferry-{i}" not in titles(writer, f"When does ferry number {i} sail?")


def test_both_write_at_once_and_nothing_is_lost(clients: list[httpx.Client]) -> None:
    names = [f"note-{i}" for i in range(12)]
    with ThreadPoolExecutor(4) as threads:
        pairs = [(clients[i % 2], name) for i, name in enumerate(names)]
        versions = list(threads.map(lambda pair: put(pair[0], pair[1], f"This is the text of {pair[1]}."), pairs))
    assert len(set(versions)) == len(names)  # each change has a version of its own
    for client in clients:
        listed = [each["id"] for each in client.get("/v1/documents").json()["documents"]]
        assert set(names) <= set(listed)


def test_keys_and_tokens_hold_across_them_until_they_are_revoked(clients: list[httpx.Client], url: str) -> None:
    one, other = clients
    made = CliRunner().invoke(main, ["keys", "add", "site"], env={"QUOTH_STORE": url})
    bearer = {"Authorization": f"Bearer {made.output.splitlines()[0]}"}
    minted = one.post("/v1/tokens", json={"origin": SITE}, headers=bearer)
    assert minted.status_code == 201
    token = {"Authorization": f"Bearer {minted.json()['token']}", "Origin": SITE}
    search = {"question": "When does the ferry sail?"}
    assert other.post("/v1/search", json=search, headers=token).status_code == 200
    CliRunner().invoke(main, ["keys", "revoke", "site"], env={"QUOTH_STORE": url})
    for client in clients:
        problem(client.post("/v1/search", json=search, headers=token), 401, "unauthorized")
        problem(client.post("/v1/search", json=search, headers=bearer), 401, "unauthorized")


def test_a_rate_limit_counts_what_is_asked_of_either(clients: list[httpx.Client]) -> None:
    remaining = [int(clients[i % 2].get("/v1/documents").headers["ratelimit-remaining"]) for i in range(4)]
    assert remaining == list(range(remaining[0], remaining[0] - 4, -1))


def test_questions_wait_for_a_database_that_is_being_started_anew(
    clients: list[httpx.Client], postgresql: PostgreSQLServer
) -> None:
    put(clients[0], "kept", "The lamp is lit at dusk.")
    postgresql.kill()
    with ThreadPoolExecutor() as threads:
        asked = [threads.submit(titles, client, "When is the lamp lit?") for client in clients]
        time.sleep(0.5)
        assert clients[0].get("/healthz").status_code == 200  # the process lives, whatever it waits for
        postgresql.start()
        assert all("kept" in each.result() for each in asked)
