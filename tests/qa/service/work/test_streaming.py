"""`/v1/ask/stream` of a real server: what is told and in which order, and what becomes of streams that are left."""

import asyncio
import json
import shutil
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, closing
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import Served, metric, problem

from index.storage.sqlite.store import FILE_NAME
from qa.api.schemas import STREAM_EXAMPLE
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import AdmissionQueue, Slot
from qa.service.work.streaming import EventStream, from_thread, with_failure

pytestmark = pytest.mark.slow

QUESTION = {"question": "How big is the reward for Maduro now?"}
LONG = {"question": "On what date was the Marigold lost?", "top_k": 100}  # 13 batches

Event = tuple[str, dict[str, Any]]


def events(lines: Iterable[str]) -> Iterator[Event]:
    """(name, data) of each event, from the lines of a stream; comments are passed over."""
    name, data = "message", ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            data += value
        elif not line and data:
            yield name, json.loads(data)
            name, data = "message", ""


def ask(client: httpx.Client, body: dict[str, Any]) -> list[Event]:
    with client.stream("POST", "/v1/ask/stream", json=body) as response:
        assert response.status_code == 200
        return list(events(response.iter_lines()))


def test_the_passages_come_first_and_the_answer_of_ask_last(client: httpx.Client) -> None:
    with client.stream("POST", "/v1/ask/stream", json={**QUESTION, "max_answers": 3}) as response:
        told = list(events(response.iter_lines()))
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["x-content-type-options"] == "nosniff"
    asked = client.post("/v1/ask", json={**QUESTION, "max_answers": 3}).json()
    (first, passages), (last, final) = told[0], told[-1]
    assert (first, last) == ("passages", "final")
    assert passages == {name: asked[name] for name in ("passages", "index_version", "asked_as")}
    assert set(final.pop("timings_ms")) == set(asked.pop("timings_ms"))
    assert (final, list(final)) == (asked, list(asked))
    assert final["answers"][0]["text"] == "$50 million"


def test_candidates_are_told_while_there_is_more_to_read(client: httpx.Client) -> None:
    body = {**QUESTION, "top_k": 40}
    with client.stream("POST", "/v1/ask/stream", json=body) as response:
        lines = list(response.iter_lines())
    told = list(events(lines))
    assert [name for name, _ in told] == ["passages", *["candidate"] * (len(told) - 2), "final"]
    candidates = [data for name, data in told if name == "candidate"]
    assert candidates
    confidences = [candidate["confidence"] for candidate in candidates]
    assert confidences == sorted(set(confidences))
    for candidate in candidates:
        assert list(candidate) == [
            "text", "confidence", "support", "citations", "form", "parts", "verdict", "row", "column",
            "contradicts",
        ]  # fmt: skip
        citation = candidate["citations"][0]
        document = client.get(f"/v1/documents/{citation['document_id']}").json()["document"]
        assert document["text"][citation["start"] : citation["end"]] == candidate["text"]
    assert [line for line in lines if line.startswith(":")] == [
        f": {read} of 40 passages read" for read in range(4, 40, 4)
    ]


def test_earlier_turns_are_taken_and_told(client: httpx.Client) -> None:
    history = [{"question": "At what temperature is yeast killed?", "answer": "about 60 °C"}]
    told = ask(client, {"question": "And when does it begin to suffer?", "history": history})
    asked_as = "At what temperature is yeast killed? And when does it begin to suffer?"
    assert [data["asked_as"] for _, data in (told[0], told[-1])] == [asked_as] * 2


def test_no_answer_is_told_as_by_ask(client: httpx.Client) -> None:
    told = ask(client, {"question": "Who?", "document_ids": []})
    assert [name for name, _ in told] == ["passages", "final"]
    assert (told[0][1]["passages"], told[1][1]["reason"]) == ([], "nothing_retrieved")


@pytest.mark.parametrize(
    ("body", "status", "kind", "detail"),
    [
        ({"question": "Who?", "collection": "none"}, 404, "not-found", "There is no collection 'none'"),
        ({"question": "Who?", "document_ids": ["none"]}, 404, "not-found", "There is no document 'none'"),
        ({"question": " "}, 422, "invalid-question", "The question is blank"),
        ({"question": "x" * 100_000}, 422, "invalid-question", "has 100000 characters; at most 1000 are read"),
        ({"question": "Who?", "topk": 3}, 422, "invalid-request", "topk: Extra inputs are not permitted"),
        ({}, 422, "invalid-request", "question: Field required"),
    ],
)
def test_what_is_wrong_before_the_start_is_an_ordinary_problem(
    client: httpx.Client, body: dict[str, Any], status: int, kind: str, detail: str
) -> None:
    assert detail in problem(client.post("/v1/ask/stream", json=body), status, kind)["detail"]


def test_bodies_that_are_no_json_are_refused(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    problem(client.post("/v1/ask/stream", content=b"{", headers=headers), 400, "broken-json")
    problem(client.post("/v1/ask/stream", content=b"x"), 415, "unsupported-media-type")
    problem(client.post("/v1/ask/stream", content=b"x" * 3 * 2**20, headers=headers), 413, "too-large")
    problem(client.get("/v1/ask/stream"), 405, "method-not-allowed")


def test_what_goes_wrong_after_the_start_is_the_last_event(client: httpx.Client) -> None:
    told = ask(client, {"question": "日" * 200})  # found by its characters, but too many tokens to be read
    assert [name for name, _ in told] == ["passages", "error"]
    assert told[1][1] == {
        "type": "urn:quoth:problem:invalid-question",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "detail": "The question has 200 tokens; at most 128 are read: ask in fewer words.",
    }


def test_who_leaves_stops_the_work(client: httpx.Client) -> None:
    left, read = metric(client, "quoth_questions_left_total"), metric(client, "quoth_passages_read_total")
    with client.stream("POST", "/v1/ask/stream", json=LONG) as response:
        name, passages = next(events(response.iter_lines()))
    assert (name, len(passages["passages"])) == ("passages", 100)
    assert client.post("/v1/ask", json=QUESTION).json()["answers"][0]["text"] == "$50 million"
    # one thread asks, so that what was left has ended by now
    assert metric(client, "quoth_questions_left_total") == left + 1
    assert metric(client, "quoth_passages_read_total") - read < 100 + 7


def test_a_client_that_doesnt_listen_keeps_nobody_from_asking(served: Served, client: httpx.Client) -> None:
    with httpx.Client(base_url=client.base_url, timeout=60) as slow:  # noqa: SIM117
        with slow.stream("POST", "/v1/ask/stream", json={**LONG, "top_k": 20}) as response:
            assert client.post("/v1/ask", json=QUESTION).json()["answers"][0]["text"] == "$50 million"
            told = list(events(response.iter_lines()))
    assert told[-1][0] == "final"
    assert told[-1][1]["answers"][0]["text"] == "23 March 1912"


def test_several_streams_are_told_their_own(client: httpx.Client) -> None:
    questions = ["How big is the reward for Maduro now?", "At what temperature is yeast killed?"] * 3
    with ThreadPoolExecutor(6) as pool:
        streams = list(pool.map(lambda question: ask(client, {"question": question}), questions))
    alone = [client.post("/v1/ask", json={"question": question}).json() for question in questions]
    assert [stream[-1][1]["id"] for stream in streams] == [answer["id"] for answer in alone]


def test_openapi_has_the_events(client: httpx.Client) -> None:
    told = client.get("/openapi.json").json()["paths"]["/v1/ask/stream"]["post"]["responses"]["200"]
    content = told["content"]["text/event-stream"]
    data = content["itemSchema"]["properties"]["data"]["contentSchema"]
    names = [each["$ref"].rpartition("/")[2] for each in data["anyOf"]]
    assert names == ["Retrieved", "GivenAnswer", "Answer", "Problem"]
    assert content["example"] == STREAM_EXAMPLE
    shown = list(events(STREAM_EXAMPLE.split("\n")))
    given = ask(client, {"question": "Who became safety officer after Piet Amsel?"})
    assert [name for name, _ in shown] == ["passages", "candidate", "final"]
    assert shown[1][1] == shown[2][1]["answers"][0]
    answer = given[-1][1]["answers"][0]
    assert shown[1][1] == {**answer, "confidence": pytest.approx(answer["confidence"], abs=0.002)}
    assert list(shown[0][1]) == list(given[0][1])


@pytest.fixture
def own(seeds_data: Path, tmp_path: Path) -> Iterator[Served]:
    """A server that a test may end."""
    shutil.copy(seeds_data / FILE_NAME, tmp_path / FILE_NAME)
    served = Served(tmp_path)
    yield served
    served.client.close()
    if served.process.poll() is None:
        served.stop()


def test_a_server_that_is_stopped_tells_its_streams(own: Served) -> None:
    with own.client.stream("POST", "/v1/ask/stream", json=LONG) as response:
        told = events(response.iter_lines())
        assert next(told)[0] == "passages"
        own.process.send_signal(signal.SIGINT)
        name, data = list(told)[-1]
    assert (name, data["type"], data["status"]) == ("error", "urn:quoth:problem:busy", 503)
    assert data["detail"] == "The service is being stopped, and hadn't read everything yet: ask again."
    assert own.ended() == 0
    assert "Stopped." in own.log
    assert "Traceback" not in own.log


def test_a_stream_cut_by_the_servers_death_is_seen_to_be_cut(own: Served) -> None:
    with own.client.stream("POST", "/v1/ask/stream", json=LONG) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: passages"
        own.process.kill()
        rest: list[str] = []
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            rest.extend(lines)
    assert "event: final" not in rest
    own.ended()


def test_work_whose_turn_hasnt_come_is_not_begun_for_a_client_that_left() -> None:
    begun: list[str] = []
    go_on = threading.Event()

    def busy(slot: Slot) -> Generator[str, None, None]:
        yield "busy"
        go_on.wait(30)

    def waiting(slot: Slot) -> Generator[str, None, None]:
        begun.append("waiting")
        yield "begun"

    async def main() -> None:
        with closing(AdmissionQueue("questions", "QUOTH_MAX_WAITING", 2, 30, Metrics())) as queue:
            async with aclosing(from_thread(queue.enter, busy)) as first:
                assert await anext(first) == "busy"
                second = asyncio.ensure_future(anext(from_thread(queue.enter, waiting)))
                await asyncio.sleep(0)
                assert len(queue) == 2
                second.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await second
                assert len(queue) == 1
                go_on.set()

    asyncio.run(main())
    assert begun == []


def test_a_client_that_left_before_the_first_event_was_sent_ends_the_work() -> None:
    ended = threading.Event()

    def work(slot: Slot) -> Generator[bytes, None, None]:
        try:
            while True:
                yield b"more"
                time.sleep(0.01)
        finally:
            ended.set()

    async def gone() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def nowhere(message: Any) -> None:
        await asyncio.sleep(0)

    async def main() -> None:
        with closing(AdmissionQueue("questions", "QUOTH_MAX_WAITING", 2, 30, Metrics())) as queue:
            told = from_thread(queue.enter, work)
            await anext(told)
            await EventStream(told, with_failure(told, bytes))({"type": "http"}, gone, nowhere)
            assert await asyncio.to_thread(ended.wait, 30)

    asyncio.run(main())


def test_a_defect_after_the_start_is_logged_and_tells_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    from qa.service.routes.ask_stream import _error

    async def failing() -> Any:
        yield b"event: passages\ndata: {}\n\n"
        raise RuntimeError("secret")

    async def main() -> list[bytes]:
        return [event async for event in with_failure(failing(), _error)]

    *_, last = asyncio.run(main())
    assert last.startswith(b'event: error\ndata: {"type":"urn:quoth:problem:defect"')
    assert b"secret" not in last
    assert "secret" in caplog.text
