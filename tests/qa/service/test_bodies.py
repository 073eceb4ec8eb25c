"""Bodies: what each route takes at most, and that what is more is refused before it is parsed, and told in few words."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from support import problem

from qa.assembly import Engine
from qa.service import bodies, problems
from qa.service.app import create_app
from qa.service.bodies import BodyLimit, BodyLimits, JsonRoute, JsonShape, limit_at, parsed_once
from qa.service.work.services import Services
from qa.settings import load_settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole app, but for its models: nothing here comes as far as them."""
    settings = load_settings(data=tmp_path_factory.mktemp("bodies"), max_body_mb=2, max_batch=5, allow_anonymous=True)
    engine = Engine(settings, writing=True)
    app = create_app(engine)
    app.state.services = Services.over(engine, app.metrics)
    yield TestClient(app)
    app.state.services.close()


JSON = {"Content-Type": "application/json"}
KB, MB = 2**10, 2**20


@pytest.mark.parametrize(
    ("text", "values", "depth"),
    [
        ("[]", 1, 1),
        ("[1, 2, [3, {}]]", 3 + 3, 3),  # commas; lists and objects
        ('{"a, [{": "b, }"}', 1, 1),
        (r'{"a\"[": "\\", "b": "\\\"{", "c": [[]]}', 2 + 3, 3),
        ('"[,', 0, 0),  # a string without an end
        ("[[[[", 4, 4),
        ("]]]][", 1, 0),  # no JSON, which the parser finds out
    ],
)
def test_the_shape_of_json_is_the_same_however_it_comes(text: str, values: int, depth: int) -> None:
    data = text.encode()
    for size in (1, 2, 3, len(data)):
        shape = JsonShape()
        for at in range(0, len(data), size):
            shape.add(data[at : at + size])
        assert (shape.values, shape.depth) == (values, depth)


def test_each_route_takes_what_it_can_hold() -> None:
    settings = load_settings(max_body_mb=3, max_batch=5)
    expected = {
        "/v1/ask": BodyLimit(MB, 4_000),
        "/v1/ask/stream": BodyLimit(MB, 4_000),
        "/v1/search": BodyLimit(MB, 4_000),
        "/v1/ask/batch": BodyLimit(MB + 5 * 4 * KB, 4_005),
        "/v1/chat/completions": BodyLimit(MB, 20_000),
        "/v1/feedback": BodyLimit(64 * KB, 200),
        "/v1/tokens": BodyLimit(16 * KB, 200),
        "/v1/documents": BodyLimit(3 * MB, 1_000),
        "/v1/documents/a/b": BodyLimit(3 * MB, 1_000),
        "/mcp": BodyLimit(MB, 4_000),
        "/healthz": BodyLimit(16 * KB, 200),
        "/nothing": BodyLimit(16 * KB, 200),
    }
    assert {path: limit_at(path, settings) for path in expected} == expected
    assert limit_at("/v1/ask/batch", load_settings(max_body_mb=1, max_batch=10_000)).bytes == MB


@pytest.mark.parametrize(
    ("path", "most", "told"),
    [("/v1/ask", MB, "1 MiB"), ("/v1/feedback", 64 * KB, "64 KiB"), ("/v1/tokens", 16 * KB, "16 KiB"),
     ("/v1/ask/batch", MB + 5 * 4 * KB, "1.02 MiB"), ("/v1/chat/completions", MB, "1 MiB")],
)  # fmt: skip
def test_a_byte_too_many_is_refused(client: TestClient, path: str, most: int, told: str) -> None:
    why = f"The body has more than {told}, which is all that is taken: send less at a time."

    def undeclared(size: int) -> Iterator[bytes]:
        yield from [b"x" * 2**12] * (size // 2**12)
        yield b"x" * (size % 2**12)

    for content in (b"x" * (most + 1), undeclared(most + 1)):
        refused = client.post(path, content=content, headers=JSON)
        assert refused.status_code == 413
        assert refused.headers["x-content-type-options"] == "nosniff"
        said = refused.json()
        assert (said["error"]["message"] if "chat" in path else problem(refused, 413, "too-large")["detail"]) == why
    for content in (b"x" * most, undeclared(most)):
        assert client.post(path, content=content, headers=JSON).status_code == 400  # no JSON, but read


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", b"[" + b"[]," * 3_000 + b"[]]"),
        ("/v1/ask", b'{"question": "x?"' + b"".join(b',"k%d":0' % i for i in range(4_000)) + b"}"),
        ("/v1/feedback", b'{"answer_id":[' + b"0," * 200 + b"0]}"),
        ("/v1/chat/completions", b'{"model":"quoth","messages":[' + b"0," * 20_000 + b"0]}"),
        ("/v1/documents/a", b'{"text":"x","metadata":{' + b",".join(b'"k%d":[]' % i for i in range(600)) + b"}}"),
    ],
)
def test_more_in_it_than_the_route_could_use_is_refused(client: TestClient, path: str, body: bytes) -> None:
    refused = client.request("PUT" if "documents" in path else "POST", path, content=body, headers=JSON)
    assert refused.status_code == 413
    told = json.dumps(refused.json())
    assert "commas, lists and objects, which is all that is taken: send less at a time." in told
    assert len(refused.content) < 400


def test_what_is_nested_too_deeply_is_refused(client: TestClient) -> None:
    def asked(depth: int) -> httpx.Response:
        body = b'{"question":"x?","metadata":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"
        return client.post("/v1/ask", content=body, headers=JSON)

    problem(asked(16), 422, "invalid-request")
    why = "it is nested too deeply: more than 16 brackets in each other"
    assert problem(asked(17), 400, "broken-json")["detail"] == f"The body is no JSON that can be read ({why}): mend it."


def test_twenty_errors_are_told_and_the_others_counted(client: TestClient) -> None:
    body = {"question": "Who?", "document_ids": [0] * 30}
    told = problem(client.post("/v1/ask", json=body), 422, "invalid-request")
    assert [error["field"] for error in told["errors"]] == [f"document_ids.{i}" for i in range(20)]
    assert told["more_errors"] == 10
    assert told["detail"].endswith("document_ids.4: Input should be a valid string; and 25 more")
    told = problem(client.post("/v1/ask", json={**body, "document_ids": [0] * 20}), 422, "invalid-request")
    assert "more_errors" not in told


@pytest.mark.parametrize(
    ("more", "field", "message"),
    [
        ({"document_ids": [0] * 1_001}, "document_ids", "At most 1000 are taken, not 1001"),
        ({"metadata": {f"k{i}": [] for i in range(65)}}, "metadata", "At most 64 are taken, not 65"),
        ({"history": [0] * 1_000}, "history", "At most 20 are taken, not 1000"),
        (
            {f"k{i}": 0 for i in range(500)},
            "body",
            "It has 501 fields; known are collection, document_ids, metadata, top_k, question, max_answers, "
            "min_confidence, history",
        ),
        ({"x" * 5_000: 0}, "x" * 200 + "…", "Extra inputs are not permitted"),
    ],
)
def test_what_is_too_much_is_one_error(client: TestClient, more: dict[str, Any], field: str, message: str) -> None:
    told = problem(client.post("/v1/ask", json={"question": "Who?", **more}), 422, "invalid-request")
    assert told["errors"] == [{"field": field, "message": message}]


def test_a_long_conversation_is_one_error(client: TestClient) -> None:
    refused = client.post("/v1/chat/completions", json={"model": "quoth", "messages": [0] * 1_001})
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "messages: At most 1000 are taken, not 1001"


def test_a_request_with_two_lengths_is_refused_and_its_connection_closed(client: TestClient) -> None:
    refused = client.post("/v1/ask", content=b"0", headers={"Content-Length": "1", "Transfer-Encoding": "chunked"})
    why = "The request has a Content-Length and a Transfer-Encoding, which proxies read differently: send one of them."
    assert problem(refused, 400, "two-lengths")["detail"] == why
    assert refused.headers["connection"] == "close"


@pytest.mark.parametrize(
    "parts",
    [
        {"files": [("file", ("a.txt", b"x")), ("file", ("b.txt", b"x"))]},
        {"files": {"file": ("a.txt", b"x")}, "data": {f"f{i}": "x" for i in range(21)}},
        {"files": {"file": ("a.txt", b"x")}, "data": {"title": "x" * (16 * KB + 1)}},
    ],
)
def test_an_upload_is_one_file_and_few_short_fields(client: TestClient, parts: dict[str, Any]) -> None:
    problem(client.post("/v1/documents", **parts), 400, "broken-form")


def ask(app: Any, body: bytes, **headers: str) -> httpx.Response:
    async def post() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://quoth.test") as client:
            return await client.post("/mcp", content=body, headers={**JSON, **headers})

    return asyncio.run(post())


def test_the_bounds_hold_for_any_app() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        await PlainTextResponse(str(len(body)))(scope, receive, send)

    bounded = BodyLimits(app, load_settings())
    assert ask(bounded, b"{}").text == "2"
    problem(ask(bounded, b"x" * (MB + 1)), 413, "too-large")
    problem(ask(bounded, b"[" * 17), 400, "broken-json")
    problem(ask(bounded, b"," * 4_001), 413, "too-large")


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_body_is_parsed_once(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    parsed = []
    loaded = bodies._loaded
    monkeypatch.setattr(bodies, "_loaded", lambda given: parsed.append(given) or loaded(given))
    router, app = APIRouter(route_class=JsonRoute), FastAPI()

    @router.post("/mcp")
    async def route(body: dict[str, str], request: Request) -> int:
        assert await parsed_once(request) == body  # as whoever looks at it before the route
        return len(body["a"])

    app.include_router(router)
    problems.install(app)
    body = json.dumps({"a": "x" * size}).encode()
    assert ask(app, body).json() == size
    assert parsed == [body]
    assert problem(ask(app, b"{"), 400, "broken-json")
    utf_16 = json.dumps({"a": "é"}, ensure_ascii=False).encode("utf-16")
    assert "it is not in UTF-8" in problem(ask(app, utf_16), 400, "broken-json")["detail"]
    assert ask(app, b"\xef\xbb\xbf" + body).json() == size
