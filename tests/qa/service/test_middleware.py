"""What surrounds the routes: headers on every response, pages of other origins, and bodies that are too large."""

import asyncio
from typing import Any

import httpx
import pytest
from in_process import InProcess
from support import problem

from qa.service import problems
from qa.service.middleware import Service

SITE = "https://site.example"
OTHER = "https://evil.example"
WANTED = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def client(here: InProcess) -> httpx.Client:
    return here.client


@pytest.fixture(scope="module")
def guarded(guarded_here: Any) -> Any:  # the conftest's Guarded
    return guarded_here


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/static/ask.js", 200),
        ("GET", "/healthz", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/nothing", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/v1/ask", 405),
        ("POST", "/v1/ask", 415),
        ("OPTIONS", "/v1/ask", 405),
    ],
)
def test_every_response_has_the_headers_for_browsers(client: httpx.Client, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert "default-src 'none'; script-src 'self'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kept"),
    [
        ("POST", "/v1/ask", {"question": "Who?", "document_ids": []}, 200, "no-store"),
        ("POST", "/v1/ask/batch", {"questions": ["Who?"], "document_ids": []}, 200, "no-store"),
        ("POST", "/v1/ask/stream", {"question": "Who?", "document_ids": []}, 200, "no-store"),
        ("POST", "/v1/search", {"question": "Who?", "document_ids": []}, 200, "no-store"),
        ("POST", "/v1/ask", {"question": ""}, 422, "no-store"),
        ("POST", "/v1/chat/completions", {"messages": []}, 400, "no-store"),
        ("DELETE", "/v1/documents/none", None, 404, "no-store"),
        ("POST", "/v1/nothing", {}, 404, "no-store"),
        ("GET", "/v1/documents", None, 200, "private, no-cache"),
        ("HEAD", "/v1/documents/seeds/sourdough.md", None, 200, "private, no-cache"),
        ("GET", "/metrics", None, 200, "private, no-cache"),
        ("GET", "/readyz", None, 200, "no-cache"),
        ("GET", "/documents", None, 200, "no-cache"),
        ("GET", "/static/nothing.js", None, 404, "no-cache"),
    ],
)
def test_nobody_keeps_an_answer(
    client: httpx.Client, method: str, path: str, body: Any, status: int, kept: str
) -> None:
    response = client.request(method, path, json=body)
    assert (response.status_code, response.headers.get_list("cache-control")) == (status, [kept])


def test_no_other_origin_may_ask_unless_it_is_named(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "Who?"}, headers={"Origin": SITE})
    assert "QUOTH_ORIGINS doesn't name it" in problem(response, 403, "forbidden")["detail"]
    assert not [name for name in response.headers if name.startswith("access-control")]
    refused = client.options("/v1/ask", headers={"Origin": SITE, **WANTED})
    problem(refused, 405, "method-not-allowed")
    assert "access-control-allow-origin" not in refused.headers


def test_a_named_origin_may_ask_and_read_problems(guarded: Any) -> None:
    preflight = guarded.client.options("/v1/ask", headers={"Origin": SITE, **WANTED})
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == SITE
    assert preflight.headers["access-control-allow-methods"] == "GET, POST, OPTIONS"
    allowed = {name.lower() for name in preflight.headers["access-control-allow-headers"].split(", ")}
    assert {"authorization", "content-type"} <= allowed
    assert "access-control-allow-credentials" not in preflight.headers
    assert preflight.headers["x-content-type-options"] == "nosniff"

    for method, path, status in [
        ("GET", "/healthz", 200),
        ("GET", "/static/nothing", 404),
        ("POST", "/v1/search", 401),
    ]:
        response = guarded.client.request(method, path, headers={"Origin": SITE})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == SITE
        assert "Origin" in response.headers["vary"]
        assert response.headers["access-control-expose-headers"] == "Retry-After, X-Request-ID"
    large = guarded.client.post("/v1/ask", content=b"x" * 2**21, headers={"Origin": SITE})
    problem(large, 413, "too-large")
    assert large.headers["access-control-allow-origin"] == SITE


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "http://site.example", "https://site.example:444", "https://site.example.evil"]
)
def test_another_origin_may_not(guarded: Any, origin: str) -> None:
    preflight = guarded.client.options("/v1/ask", headers={"Origin": origin, **WANTED})
    assert "QUOTH_ORIGINS doesn't name it" in problem(preflight, 403, "forbidden")["detail"]
    response = guarded.client.get("/healthz", headers={"Origin": origin})
    for refused in (preflight, response):
        assert "access-control-allow-origin" not in refused.headers
        assert "Origin" in refused.headers["vary"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"Access-Control-Request-Method": "PUT"},
        {"Access-Control-Request-Method": "DELETE"},
        {**WANTED, "Access-Control-Request-Headers": "x-else"},
    ],
)
def test_a_named_origin_may_do_no_more_than_ask(guarded: Any, wanted: dict[str, str]) -> None:
    preflight = guarded.client.options("/v1/documents/a", headers={"Origin": SITE, **wanted})
    told = problem(preflight, 403, "forbidden")["detail"]
    assert (
        told
        == "Pages of other origins may use GET, POST, OPTIONS with the headers Authorization, Content-Type, and no more."
    )


def test_a_defect_has_the_headers_too() -> None:
    app = Service()
    app.origins = (SITE,)
    problems.install(app)

    @app.get("/defect")
    async def defect() -> None:
        raise RuntimeError("secret")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://quoth.test") as client:
            return await client.get("/defect", headers={"Origin": SITE})

    response = asyncio.run(ask())
    assert "secret" not in response.text
    problem(response, 500, "defect")
    assert response.headers["access-control-allow-origin"] == SITE
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
