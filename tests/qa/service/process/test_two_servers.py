"""Two servers over one data file, as their clients see them: always one truth."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from support import Served, problem

from index.storage.sqlite.store import FILE_NAME
from qa.assembly import Engine
from qa.cli.main import main
from qa.settings import load_settings

pytestmark = pytest.mark.slow

SITE = "https://site.example"
REPORT = "The {ordinal} report was signed by {name} in the harbour office. " * 3


class TwoServers:
    """Two processes that serve one data file, and a key that may do everything, which their clients send."""

    def __init__(self, data: Path, key: str, **environment: str) -> None:
        self.data = data
        self.bearer = {"Authorization": f"Bearer {key}"}
        self.servers = [Served(data, **environment) for _ in range(2)]
        self._next = cycle(self.servers)
        self.client = self.fresh()

    def fresh(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client of the server whose turn it is."""
        return self._client(next(self._next), headers)

    def of_each(self, send: Callable[[httpx.Client], Any], headers: dict[str, str] | None = None) -> list[Any]:
        """What each server answers."""
        answers = []
        for server in self.servers:
            with self._client(server, headers) as client:
                answers.append(send(client))
        return answers

    def _client(self, server: Served, headers: dict[str, str] | None) -> httpx.Client:
        headers = self.bearer if headers is None else headers
        return httpx.Client(base_url=server.client.base_url, timeout=120, headers=headers)


def quoth(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoServers]:
    data = tmp_path_factory.mktemp("two")
    Engine(load_settings(data=data), writing=True).close()
    key = quoth(data, "keys", "add", "all", "--scope", "admin")
    two = TwoServers(data, key, QUOTH_ORIGINS=SITE)
    put(two.client, "report", "The report was signed by Hilde Brandt.")
    yield two
    two.client.close()
    for server in two.servers:
        assert server.stop() == 0, server.log
        assert "Traceback" not in server.log


def put(client: httpx.Client, document_id: str, text: str, collection: str = "reports") -> int:
    response = client.put(f"/v1/documents/{document_id}", json={"text": text, "collection": collection})
    assert response.status_code in (200, 201), response.text
    return int(response.json()["index_version"])


def ask(client: httpx.Client, path: str = "/v1/ask", collection: str = "reports") -> dict[str, Any]:
    response = client.post(path, json={"question": "Who signed the report?", "collection": collection})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


class Reports:
    """A few documents of one writer, and what they said at each version."""

    def __init__(self, collection: str) -> None:
        self.collection = collection
        self.at: dict[int, dict[str, str]] = {}
        self._now: dict[str, str] = {}

    def write(self, client: httpx.Client, number: int) -> None:
        document_id = f"report-{number % 3}"
        if number % 5 == 4:
            version = client.delete(f"/v1/documents/{document_id}?collection={self.collection}").json()["index_version"]
            del self._now[document_id]
        else:
            text = "§ " * number + REPORT.format(ordinal=f"{number}th", name=f"Ada Kestrel {number}")
            version = put(client, document_id, text, self.collection)
            self._now[document_id] = text
        self.at[version] = dict(self._now)

    def check(self, body: dict[str, Any]) -> None:
        """All that an answer shows is what stood there at its version."""
        texts = self.at[body["index_version"]]
        assert {passage["document_id"] for passage in body["passages"]} == set(texts)
        for passage in body["passages"]:
            assert texts[passage["document_id"]][passage["start"] : passage["end"]] == passage["text"]
        for citation in (citation for answer in body.get("answers", []) for citation in answer["citations"]):
            quoted = texts[citation["document_id"]][citation["start"] : citation["end"]]
            assert quoted == citation["quote"]["exact"]


@pytest.mark.parametrize("keeping", [True, False], ids=["one connection", "a connection each time"])
def test_each_client_sees_versions_grow_and_every_answer_slices_its_version(two: TwoServers, keeping: bool) -> None:
    reports, done = Reports("kept" if keeping else "anew"), Event()

    def read(path: str) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        with two.fresh() as client:
            while not done.is_set() or not seen:
                if keeping:
                    seen.append(ask(client, path, reports.collection))
                else:
                    with two.fresh() as another:
                        seen.append(ask(another, path, reports.collection))
        return seen

    def write() -> None:
        try:
            for number in range(1, 7):
                with two.fresh() as client:
                    reports.write(client, number)
                assert two.client.get("/readyz").json()["index_version"] == max(reports.at)
        finally:
            done.set()

    with two.fresh() as client:
        reports.write(client, 0)
    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read, path) for path in ("/v1/ask", "/v1/search", "/v1/search")]
        pool.submit(write).result()
        for reader in readers:
            versions = [body["index_version"] for body in reader.result()]
            assert versions == sorted(versions)
            for body in reader.result():
                reports.check(body)
    bodies = two.of_each(lambda client: ask(client, collection=reports.collection))
    assert [body["index_version"] for body in bodies] == [max(reports.at)] * 2
    for body in bodies:
        reports.check(body)


def test_what_was_put_is_found_by_every_server_at_once(two: TwoServers) -> None:
    for name in ("Jorun Vask", "Piet Amsel", "Ada Kestrel"):
        with two.fresh() as client:
            version = put(client, "ledger", f"The ledger was last closed by {name}.")
        for body in two.of_each(lambda client: ask(client, "/v1/search")):
            assert body["index_version"] == version
            assert name in next(p["text"] for p in body["passages"] if p["document_id"] == "ledger")
    with two.fresh() as client:
        client.delete("/v1/documents/ledger?collection=reports")
    for body in two.of_each(lambda client: ask(client, "/v1/search")):
        assert "ledger" not in {passage["document_id"] for passage in body["passages"]}
    missing = two.of_each(lambda client: client.get("/v1/documents/ledger?collection=reports"))
    assert [response.status_code for response in missing] == [404, 404]


def test_readers_go_on_while_something_is_being_written(two: TwoServers) -> None:
    before = two.client.get("/readyz").json()["index_version"]
    with (
        closing(sqlite3.connect(two.data / FILE_NAME, isolation_level=None)) as other,
        ThreadPoolExecutor() as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE manifest SET value = value + 1 WHERE name = 'version'")

        def read(client: httpx.Client) -> list[int]:
            listed = client.get("/v1/documents?collection=reports").json()["index_version"]
            return [ask(client)["index_version"], ask(client, "/v1/search")["index_version"], listed]

        assert two.of_each(read) == [[before] * 3] * 2
        with two.fresh() as writer:
            waiting = pool.submit(put, writer, "late", "The late report was signed by nobody.")
            assert two.client.get("/v1/documents/late?collection=reports").status_code == 404
            other.execute("ROLLBACK")
            assert waiting.result() == before + 1


def test_who_puts_and_who_deletes_the_same_document_are_both_answered(two: TwoServers) -> None:
    done = False

    def delete() -> set[int]:
        statuses = set()
        with two.fresh() as client:
            while not done:
                statuses.add(client.delete("/v1/documents/fought-over?collection=fought").status_code)
        return statuses

    def write(who: str) -> set[int]:
        statuses = set()
        for number in range(8):
            with two.fresh() as client:
                body = {"text": f"{who} wrote this for the {number}th time.", "collection": "fought"}
                response = client.put("/v1/documents/fought-over", json=body)
                assert response.json()["document"]["characters"] == len(body["text"])
                statuses.add(response.status_code)
        return statuses

    with ThreadPoolExecutor(3) as pool:
        deleting = pool.submit(delete)
        try:
            statuses = set.union(*pool.map(write, ("Ada", "Berthold")))
        finally:
            done = True
    assert statuses <= {200, 201}
    assert deleting.result() <= {200, 404}


def test_a_revoked_key_and_its_tokens_are_refused_by_every_server(two: TwoServers) -> None:
    key = {"Authorization": f"Bearer {quoth(two.data, 'keys', 'add', 'soon-gone')}"}

    def listed(client: httpx.Client) -> httpx.Response:
        return client.get("/v1/documents")

    assert [response.status_code for response in two.of_each(listed, key)] == [200, 200]
    minted = two.of_each(lambda client: client.post("/v1/tokens", json={"origin": SITE}).json()["token"], key)
    bearers = [{"Authorization": f"Bearer {token}", "Origin": SITE} for token in minted]
    for bearer in bearers:  # also with the server that didn't mint it
        assert [response.status_code for response in two.of_each(listed, bearer)] == [200, 200]
    assert two.client.get("/v1/documents", headers=key).status_code == 200  # over a connection that is kept
    quoth(two.data, "keys", "revoke", "soon-gone")
    for headers in (key, *bearers):
        for response in two.of_each(listed, headers):
            problem(response, 401, "unauthorized")
    problem(two.client.get("/v1/documents", headers=key), 401, "unauthorized")
