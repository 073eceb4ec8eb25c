"""A real server with more to do than it takes: who is refused, who is late, who left, and what answers all the same."""

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support import Served, metric, problem

from index.errors import BusyError
from index.storage.sqlite.store import FILE_NAME
from qa.client import Client

pytestmark = pytest.mark.slow

QUESTION = {"question": "How big is the reward for Maduro now?"}
LONG = {"question": "On what date was the Marigold lost?", "top_k": 100}  # 13 batches
IN_LINE = r'quoth_in_line\{line="questions"\}'
CHAT = {"model": "quoth", "messages": [{"role": "user", "content": "Who?"}]}


@pytest.fixture(scope="module")
def small(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes two questions and a write at a time."""
    data = tmp_path_factory.mktemp("small")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data, QUOTH_MAX_WAITING="2", QUOTH_MAX_WRITES="1", QUOTH_DEADLINE_SECONDS="600")
    yield served
    assert served.stop() == 0, served.log
    assert "Traceback" not in served.log


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def in_line(served: Served, number: int) -> bool:
    return metric(served.client, IN_LINE) == number


@contextmanager
def leaving(served: Served, path: str, body: dict[str, Any]) -> Iterator[None]:
    """A request whose client leaves at the end of the block, without having read anything."""
    content = json.dumps(body).encode()
    address = served.client.base_url
    with socket.create_connection((address.host, address.port or 80)) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: {address.host}\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        yield


def test_who_comes_when_it_is_full_is_refused_and_health_checks_answer(small: Served) -> None:
    client = small.client
    until(lambda: in_line(small, 0))
    refused = metric(client, r'quoth_refused_total\{line="questions"\}')
    with leaving(small, "/v1/ask/stream", LONG), leaving(small, "/v1/ask", LONG):
        until(lambda: in_line(small, 2))
        for path, body in [
            ("/v1/ask", QUESTION),
            ("/v1/ask/stream", QUESTION),
            ("/v1/ask/batch", {"questions": ["Who?"]}),
            ("/v1/search", QUESTION),
        ]:
            response = client.post(path, json=body)
            detail = problem(response, 503, "busy")["detail"]
            after = int(response.headers["retry-after"])
            assert after >= 1
            assert detail == (
                f"As many questions wait as may (2, QUOTH_MAX_WAITING), and nothing was done: send it again in {after} s."
            )
        for stream in (False, True):
            response = client.post("/v1/chat/completions", json={**CHAT, "stream": stream})
            assert (response.status_code, response.json()["error"]["code"]) == (503, "busy")
            assert int(response.headers["retry-after"]) >= 1
        with Client(str(client.base_url), tries=1) as library, pytest.raises(BusyError, match="As many questions"):
            library.ask("Who?")
        for path in ("/healthz", "/readyz", "/metrics", "/v1/documents", "/documents", "/v1/models"):
            assert client.get(path).status_code == 200
        assert in_line(small, 2)  # all the while
    until(lambda: in_line(small, 0))
    assert metric(client, r'quoth_refused_total\{line="questions"\}') == refused + 7
    assert client.post("/v1/ask", json=QUESTION).json()["answers"][0]["text"] == "$50 million"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/ask/batch", "/v1/chat/completions"])
def test_who_leaves_frees_the_place_whether_waiting_or_being_read(small: Served, path: str) -> None:
    until(lambda: in_line(small, 0))
    read = metric(small.client, "quoth_passages_read_total")
    left = metric(small.client, "quoth_questions_left_total")
    bodies = {"/v1/ask/batch": {"questions": [LONG["question"]] * 100, "top_k": 100}, "/v1/chat/completions": CHAT}
    with leaving(small, "/v1/ask", LONG):  # is being read
        until(lambda: in_line(small, 1))
        with leaving(small, path, bodies.get(path, LONG)):  # waits
            until(lambda: in_line(small, 2))
        until(lambda: in_line(small, 1))
        assert metric(small.client, "quoth_questions_left_total") == left
    until(lambda: in_line(small, 0))
    assert metric(small.client, "quoth_questions_left_total") == left + 1
    assert metric(small.client, "quoth_passages_read_total") < read + 100


def test_a_batch_takes_one_place(small: Served) -> None:
    until(lambda: in_line(small, 0))
    answers = small.client.post("/v1/ask/batch", json={"questions": [QUESTION["question"]] * 3}).json()["answers"]
    assert [answer["answers"][0]["text"] for answer in answers] == ["$50 million"] * 3
    until(lambda: in_line(small, 0))


def test_what_isnt_done_in_time_is_given_up(seeds_data: Path, tmp_path: Path) -> None:
    shutil.copy(seeds_data / FILE_NAME, tmp_path / FILE_NAME)
    served = Served(tmp_path, QUOTH_DEADLINE_SECONDS="1")
    with ThreadPoolExecutor(12) as pool:
        responses = list(pool.map(lambda _: served.client.post("/v1/ask", json=LONG), range(12)))
    late = [response for response in responses if response.status_code != 200]
    assert late
    for response in late:
        detail = problem(response, 503, "busy")["detail"]
        assert detail.startswith("This wasn't done within 1 s (QUOTH_DEADLINE_SECONDS), and was given up: ")
        assert int(response.headers["retry-after"]) >= 1
    assert metric(served.client, r'quoth_late_total\{line="questions"\}') == len(late)
    until(lambda: in_line(served, 0))
    assert served.stop() == 0
    assert "Traceback" not in served.log
