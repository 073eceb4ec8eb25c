"""`quoth serve --workers 2`, as its clients see it: several processes over one data file, and always one truth."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from support import ROOT, Served, metric, problem

from index.storage.sqlite.store import FILE_NAME
from qa.assembly import Engine
from qa.cli.main import main
from qa.settings import load_settings

SITE = "https://site.example"
REPORT = "The {ordinal} report was signed by {name} in the harbour office. " * 3


class Several(Served):
    """A server with two workers, and a key that may do everything, which its client sends."""

    ready = "workers serve"

    def __init__(self, data: Path, key: str, **environment: str) -> None:
        super().__init__(data, "--workers", "2", **environment)
        self.bearer = {"Authorization": f"Bearer {key}"}

    @property
    def workers(self) -> list[int]:
        """The processes that serve, as it said last."""
        return [int(number) for number in re.findall(r"processes (\d+), (\d+)", self.log)[-1]]

    def fresh(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client with connections of its own."""
        return httpx.Client(
            base_url=self.client.base_url, timeout=120, headers=self.bearer if headers is None else headers
        )

    def of_each(self, send: Callable[[httpx.Client], Any], headers: dict[str, str] | None = None) -> list[Any]:
        """What each worker answers: the other sleeps meanwhile."""
        answers = []
        for worker in self.workers:
            others = [other for other in self.workers if other != worker]
            with asleep(others), self.fresh(headers) as client:
                answers.append(send(client))
        return answers


@contextmanager
def asleep(processes: list[int]) -> Iterator[None]:
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        while any(state(process) != "T" for process in processes):
            time.sleep(0.001)
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def sockets(process: int) -> int:
    """How many it has open."""
    found = 0
    for each in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found += str(each.readlink()).startswith("socket:")
    return found


def quoth(data: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    data = tmp_path_factory.mktemp("several")
    Engine(load_settings(data=data), writing=True).close()
    key = quoth(data, "keys", "add", "all", "--scope", "admin")
    patient = {"QUOTH_SHUTDOWN_SECONDS": "600", "QUOTH_DEADLINE_SECONDS": "600"}
    several = Several(data, key, QUOTH_ORIGINS=SITE, **patient)
    several.client.headers.update(several.bearer)
    put(several.client, "report", "The report was signed by Hilde Brandt.")
    yield several
    end_while_it_answers(several)
    assert "Stopped." in several.log
    assert "Traceback" not in several.log
    assert not [process for process in several.workers if Path(f"/proc/{process}").exists()]


def end_while_it_answers(several: Several) -> None:
    """Tell it to end when the first of many questions is answered: the others are too, and then it does."""
    with several.fresh() as asking, several.fresh() as watching, ThreadPoolExecutor() as pool:
        before = metric(watching, "quoth_passages_read_total")
        batch = {"questions": ["Who signed the report?"] * 6, "collection": "reports"}
        waiting = pool.submit(asking.post, "/v1/ask/batch", json=batch)
        while metric(watching, "quoth_passages_read_total") == before:
            time.sleep(0.01)
        several.process.send_signal(signal.SIGTERM)
        response = waiting.result()
    assert response.status_code == 200, response.text
    assert len({answer["id"] for answer in response.json()["answers"]}) == 1
    assert len(response.json()["answers"]) == 6
    several.client.close()
    assert several.ended() == 0, several.log


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
def test_each_client_sees_versions_grow_and_every_answer_slices_its_version(several: Several, keeping: bool) -> None:
    reports, done = Reports("kept" if keeping else "anew"), Event()

    def read(path: str) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        with several.fresh() as client:
            while not done.is_set() or not seen:
                if keeping:
                    seen.append(ask(client, path, reports.collection))
                else:
                    with several.fresh() as another:
                        seen.append(ask(another, path, reports.collection))
        return seen

    def write() -> None:
        try:
            for number in range(1, 7):
                with several.fresh() as client:
                    reports.write(client, number)
                assert several.client.get("/readyz").json()["index_version"] == max(reports.at)
        finally:
            done.set()

    with several.fresh() as client:
        reports.write(client, 0)
    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read, path) for path in ("/v1/ask", "/v1/search", "/v1/search")]
        pool.submit(write).result()
        for reader in readers:
            versions = [body["index_version"] for body in reader.result()]
            assert versions == sorted(versions)
            for body in reader.result():
                reports.check(body)
    bodies = several.of_each(lambda client: ask(client, collection=reports.collection))
    assert [body["index_version"] for body in bodies] == [max(reports.at)] * 2
    for body in bodies:
        reports.check(body)


def test_what_was_put_is_found_by_every_worker_at_once(several: Several) -> None:
    for name in ("Jorun Vask", "Piet Amsel", "Ada Kestrel"):
        with several.fresh() as client:
            version = put(client, "ledger", f"The ledger was last closed by {name}.")
        for body in several.of_each(lambda client: ask(client, "/v1/search")):
            assert body["index_version"] == version
            assert name in next(p["text"] for p in body["passages"] if p["document_id"] == "ledger")
    with several.fresh() as client:
        client.delete("/v1/documents/ledger?collection=reports")
    for body in several.of_each(lambda client: ask(client, "/v1/search")):
        assert "ledger" not in {passage["document_id"] for passage in body["passages"]}
    missing = several.of_each(lambda client: client.get("/v1/documents/ledger?collection=reports"))
    assert [response.status_code for response in missing] == [404, 404]


def test_readers_go_on_while_something_is_being_written(several: Several) -> None:
    before = several.client.get("/readyz").json()["index_version"]
    with (
        closing(sqlite3.connect(several.data / FILE_NAME, isolation_level=None)) as other,
        ThreadPoolExecutor() as pool,
    ):
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE manifest SET value = value + 1 WHERE name = 'version'")

        def read(client: httpx.Client) -> list[int]:
            listed = client.get("/v1/documents?collection=reports").json()["index_version"]
            return [ask(client)["index_version"], ask(client, "/v1/search")["index_version"], listed]

        assert several.of_each(read) == [[before] * 3] * 2
        with several.fresh() as writer:
            waiting = pool.submit(put, writer, "late", "The late report was signed by nobody.")
            assert several.client.get("/v1/documents/late?collection=reports").status_code == 404
            other.execute("ROLLBACK")
            assert waiting.result() == before + 1


def test_who_puts_and_who_deletes_the_same_document_are_both_answered(several: Several) -> None:
    done = False

    def delete() -> set[int]:
        statuses = set()
        with several.fresh() as client:
            while not done:
                statuses.add(client.delete("/v1/documents/fought-over?collection=fought").status_code)
        return statuses

    def write(who: str) -> set[int]:
        statuses = set()
        for number in range(8):
            with several.fresh() as client:
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


def test_a_revoked_key_and_its_tokens_are_refused_by_every_worker(several: Several) -> None:
    key = {"Authorization": f"Bearer {quoth(several.data, 'keys', 'add', 'soon-gone')}"}

    def listed(client: httpx.Client) -> httpx.Response:
        return client.get("/v1/documents")

    assert [response.status_code for response in several.of_each(listed, key)] == [200, 200]
    minted = several.of_each(lambda client: client.post("/v1/tokens", json={"origin": SITE}).json()["token"], key)
    bearers = [{"Authorization": f"Bearer {token}", "Origin": SITE} for token in minted]
    for bearer in bearers:  # also with the worker that didn't mint it
        assert [response.status_code for response in several.of_each(listed, bearer)] == [200, 200]
    assert several.client.get("/v1/documents", headers=key).status_code == 200  # over a connection that is kept
    quoth(several.data, "keys", "revoke", "soon-gone")
    for headers in (key, *bearers):
        for response in several.of_each(listed, headers):
            problem(response, 401, "unauthorized")
    problem(several.client.get("/v1/documents", headers=key), 401, "unauthorized")


def test_clients_that_stay_are_shared_out(several: Several) -> None:
    def connections() -> list[int]:
        return [sockets(worker) for worker in several.workers]

    before = connections()
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        clients = [stack.enter_context(several.fresh()) for _ in range(6)]
        list(pool.map(lambda client: client.get("/readyz"), clients))
        assert min(now - was for now, was in zip(connections(), before, strict=True)) > 0


def listed_so_far(client: httpx.Client) -> float:
    return metric(client, re.escape('quoth_requests_total{method="GET",route="/v1/documents",status="200"}'))


def test_whichever_is_asked_tells_the_figures_of_all(several: Several) -> None:
    several.of_each(lambda client: client.get("/v1/documents"))
    before = listed_so_far(several.client)
    several.of_each(lambda client: client.get("/v1/documents"))
    assert several.of_each(listed_so_far) == [before + 2, before + 2]
    version = several.client.get("/readyz").json()["index_version"]
    assert several.of_each(lambda client: metric(client, "quoth_index_version")) == [version, version]
    text = several.client.get("/metrics").text
    assert text.count("quoth_build_info{") == 1
    assert "process_" not in text
    assert "pid=" not in text


def test_a_worker_that_dies_is_started_again_while_the_other_answers(several: Several) -> None:
    counted = listed_so_far(several.client)
    died, other = several.workers
    os.kill(died, signal.SIGKILL)
    several.read_until(f"Worker {died} was ended by SIGKILL; another takes its place.")
    with several.fresh() as client:
        version = ask(client)["index_version"]
    several.read_until("workers serve")
    assert other in several.workers
    assert died not in several.workers
    assert several.of_each(listed_so_far) == [counted, counted]
    assert several.of_each(lambda client: ask(client)["index_version"]) == [version, version]


def ended_by_itself(data: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What `quoth serve --workers 2` wrote until it ended, which it does with status 1."""
    command = [sys.executable, "-m", "qa.cli", "--data", str(data), "serve", "--port", "0", "--workers", "2"]
    ended = subprocess.run(
        [*command, *arguments], env={**os.environ, **environment}, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stderr
    return ended


def test_a_path_that_cant_be_indexed_is_told_in_a_line_before_anything_is_started(tmp_path: Path) -> None:
    ended = ended_by_itself(tmp_path / "data", "nowhere")
    assert ended.stderr == "Error: There is no file or folder nowhere: check the spelling.\n"


@pytest.mark.long
def test_paths_are_indexed_once_and_an_error_at_the_start_is_one_line_and_ends_it_all(tmp_path: Path) -> None:
    document, reader = tmp_path / "ferry.txt", tmp_path / "reader"
    document.write_text("The ferry to Orm sails at noon.")
    reader.mkdir()
    (reader / "config.json").write_text("{}")
    ended = ended_by_itself(tmp_path / "data", str(document), QUOTH_READER=str(reader))
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["added", "1"]
    first, second, *others = ended.stderr.splitlines()
    assert " Loading the models, then serving on http://127.0.0.1:" in first
    assert second.startswith(f"Error: The model in {reader} can't be loaded (")
    assert second.endswith("): name a folder that holds all of one.")
    assert others == []


def test_workers_end_when_what_looks_after_them_is_killed(tmp_path: Path) -> None:
    class Loading(Several):
        ready = "Loading the models"

    served = Loading(tmp_path / "data", "")
    children: list[int] = []
    while len(children) < 3:  # two workers, and Python's tracker of their resources
        path = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children")
        children = [int(number) for number in path.read_text().split()]
    served.process.kill()
    served.ended()
    while any(Path(f"/proc/{child}").exists() and state(child) != "Z" for child in children):
        time.sleep(0.01)
