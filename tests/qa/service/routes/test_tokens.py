"""Tokens of a real server: minted with a key, used by pages, over with their key."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from in_process import InProcess
from support import problem

from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.service.auth import tokens
from qa.service.permissions import ROUTES

SITE = "https://site.example"
NOBODY = {"question": "Who?", "document_ids": []}


@pytest.fixture(scope="module")
def guarded(guarded_here: Any) -> Any:  # the conftest's Guarded
    return guarded_here


def mint(guarded: Any, key: str = "ask", **body: Any) -> httpx.Response:
    response: httpx.Response = guarded.client.post(
        "/v1/tokens", json={"origin": SITE, **body}, headers=guarded.bearer(key)
    )
    return response


def sent(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}


@pytest.fixture(scope="module")
def token(guarded: Any) -> str:
    return str(mint(guarded).json()["token"])


@pytest.mark.parametrize("key", ["ask", "both", "admin"])
def test_a_key_that_may_ask_mints_a_token(guarded: Any, key: str) -> None:
    response = mint(guarded, key, ttl_seconds=60)
    assert response.status_code == 201
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert set(body) == {"token", "expires_at", "origin", "collection", "groups"}
    assert (body["origin"], body["collection"], body["groups"]) == (SITE, None, [])
    ends = datetime.fromisoformat(body["expires_at"])
    assert 55 < (ends - datetime.now(UTC)).total_seconds() <= 60
    assert guarded.keys[key] not in body["token"]


def test_a_page_of_the_origin_asks_with_it(guarded: Any, token: str) -> None:
    response = guarded.client.post(
        "/v1/ask", json=NOBODY, headers=sent(token, Origin=SITE, Sec_Fetch_Site="cross-site")
    )
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == SITE
    assert guarded.client.get("/v1/documents", headers=sent(token, Origin=SITE)).status_code == 200


def test_quoths_own_pages_read_with_it(guarded: Any, token: str) -> None:
    for own in ({"Sec_Fetch_Site": "same-origin"}, {"Origin": str(guarded.client.base_url).rstrip("/")}):
        response = guarded.client.get("/v1/documents/seeds/sourdough.md", headers=sent(token, **own))
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"Origin": "https://evil.example"}, "this comes from https://evil.example"),
        ({"Origin": "http://site.example"}, "this comes from http://site.example"),
        ({"Origin": "http://127.0.0.1:9999"}, "this comes from"),  # which may ask, with a token of its own
        ({"Origin": "null"}, "this comes from null"),
        ({"Origin": ""}, "this names no origin"),
        ({}, "this names no origin"),
        ({"Sec_Fetch_Site": "cross-site"}, "this names no origin"),
        ({"Sec_Fetch_Site": "same-site", "Origin": "https://other.site.example"}, "this comes from"),
    ],
)
def test_no_other_page_does(guarded: Any, token: str, headers: dict[str, str], told: str) -> None:
    response = guarded.client.post("/v1/ask", json=NOBODY, headers=sent(token, **headers))
    detail = problem(response, 403, "forbidden")["detail"]
    assert detail.startswith("The token is for pages of https://site.example, and ")
    assert told in detail


def test_it_does_nothing_but_ask(guarded: Any, token: str) -> None:
    headers = sent(token, Origin=SITE)
    for method, path, scope in [("PUT", "/v1/documents/a", "write"), ("DELETE", "/v1/documents/a", "write"),
                                ("GET", "/v1/feedback", "admin"), ("GET", "/metrics", "admin")]:  # fmt: skip
        told = problem(guarded.client.request(method, path, json={}, headers=headers), 403, "forbidden")
        assert told["detail"].startswith(f"This needs a key of the scope {scope}; the one given has ask")
    told = problem(guarded.client.post("/v1/tokens", json={"origin": SITE}, headers=headers), 403, "forbidden")
    assert told["detail"].startswith("A token mints no tokens")


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ({"origin": "https://other.example"}, "unknown-origin",
         "https://other.example may not ask here: QUOTH_ORIGINS names https://site.example, http://127.0.0.1:9999. Add"),
        ({"origin": "https://site.example/"}, "unknown-origin", "origin: 'https://site.example/' isn't written as"),
        ({"origin": "*"}, "unknown-origin", "name each origin"),
        ({"origin": ""}, "unknown-origin", "a scheme and a host"),
        ({"origin": "x" * 301}, "invalid-request", "origin"),
        ({"origin": None}, "invalid-request", "origin"),
        ({"ttl_seconds": 59}, "invalid-request", "ttl_seconds"),
        ({"ttl_seconds": 3601}, "invalid-request", "ttl_seconds"),
        ({"ttl_seconds": "long"}, "invalid-request", "ttl_seconds"),
        ({"collection": ""}, "invalid-request", "collection"),
        ({"scope": "write"}, "invalid-request", "scope"),
    ],
)  # fmt: skip
def test_what_isnt_minted(guarded: Any, body: dict[str, Any], kind: str, told: str) -> None:
    assert told in problem(mint(guarded, **body), 422, kind)["detail"]


def test_who_mints_none(guarded: Any, here: InProcess) -> None:
    problem(guarded.client.post("/v1/tokens", json={"origin": SITE}), 401, "unauthorized")
    told = problem(mint(guarded, "write"), 403, "forbidden")["detail"]
    assert told == "This needs a key of the scope ask; the one given has write."
    told = problem(here.client.post("/v1/tokens", json={"origin": SITE}), 403, "forbidden")["detail"]
    assert told == "There are no keys, so nobody needs a token: make a key with `quoth keys add`."


def test_one_that_was_changed_is_refused(guarded: Any, token: str) -> None:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert claims["origin"] == SITE

    def encoded(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    forged = [
        ".".join([head, encoded({**claims, "exp": claims["exp"] + 3600}), signature]),
        ".".join([encoded({"alg": "none", "kid": "1", "typ": "JWT"}), body, ""]),
        ".".join([encoded({"alg": "HS256", "kid": ["1"], "typ": "JWT"}), body, signature]),
        ".".join([head, body, signature[:-2]]),
    ]
    for changed in forged:
        response = guarded.client.post("/v1/ask", json=NOBODY, headers=sent(changed, Origin=SITE))
        problem(response, 401, "unauthorized")
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.headers["access-control-allow-origin"] == SITE  # so that the page can read why


def test_one_that_has_ended_says_so(guarded: Any) -> None:
    store = SQLiteStore(guarded.served.data / FILE_NAME, read_only=True)
    key = next(key for key in store.service_keys() if key.name == "ask")
    store.close()
    ended, _ = tokens.mint(tokens.Token(key, SITE, None), 60, datetime.now(UTC) - timedelta(minutes=2))
    response = guarded.client.post("/v1/ask", json=NOBODY, headers=sent(ended, Origin=SITE))
    assert problem(response, 401, "unauthorized")["detail"] == "This token has ended: fetch a new one."


def test_it_ends_with_the_key_that_minted_it(guarded: Any) -> None:
    guarded.keys["brief"] = guarded.quoth("keys", "add", "brief")
    headers = sent(mint(guarded, "brief").json()["token"], Origin=SITE)
    assert guarded.client.post("/v1/ask", json=NOBODY, headers=headers).status_code == 200
    guarded.quoth("keys", "revoke", "brief")
    told = problem(guarded.client.post("/v1/ask", json=NOBODY, headers=headers), 401, "unauthorized")["detail"]
    assert told == "The key that minted this token was revoked: fetch a token of another."
    del guarded.keys["brief"]


CONFINED = [
    (method, path, rule) for path, rules in ROUTES.items() for method, rule in rules.items() if rule.scope == "ask"
]


@pytest.mark.parametrize(("method", "path", "rule"), CONFINED, ids=lambda part: str(part)[:40])
def test_one_for_a_collection_opens_no_other(guarded: Any, method: str, path: str, rule: Any) -> None:
    """Whatever the route: refused before its body is looked at, unless it is about that collection."""
    headers = sent(mint(guarded, collection="private").json()["token"], Origin=SITE)
    path = path.partition("{")[0] + ("x" if "{" in path else "")

    def ask(collection: str | None) -> httpx.Response:
        named = {} if collection is None else {"collection": collection}
        response: httpx.Response = guarded.client.request(
            method, path, headers=headers, **({"params": named} if method == "GET" else {"json": named})
        )
        return response

    def refused(collection: str | None) -> None:
        response = ask(collection)
        if path.startswith(("/v1/chat/", "/v1/models")):  # in the form of OpenAI's protocol
            assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")
        else:
            problem(response, 403, "forbidden")

    for other in ("default", None, "Private", "private "):
        refused(other)
    if rule.collection:
        assert ask("private").status_code in (200, 404, 422)  # as its route has it
    else:
        refused("private")


def test_one_for_a_collection_asks_there(guarded: Any) -> None:
    for name in ("private", "other"):
        guarded.client.put(
            f"/v1/documents/{name}", json={"text": f"The {name} ferry sails at noon.", "collection": name},
            headers=guarded.bearer("write"),
        )  # fmt: skip
    headers = sent(mint(guarded, collection="private").json()["token"], Origin=SITE)
    question = {"question": "When does the ferry sail?", "collection": "private"}
    answer = guarded.client.post("/v1/ask", json=question, headers=headers)
    assert answer.json()["answers"][0]["text"] == "at noon"
    assert guarded.client.get("/v1/documents/private?collection=private", headers=headers).status_code == 200
    listed = guarded.client.get("/v1/documents?collection=private", headers=headers).json()
    assert [document["id"] for document in listed["documents"]] == ["private"]
    body = {"answer_id": answer.json()["id"], "verdict": "right", **question}
    assert guarded.client.post("/v1/feedback", json=body, headers=headers).status_code == 201
    twice = "/v1/documents/other?collection=private&collection=other"
    problem(guarded.client.get(twice, headers=headers), 403, "forbidden")
    told = guarded.client.post(
        "/v1/ask", content=b'{"question": "Who?", "collection": "private", "collection": "other"}',
        headers={**headers, "Content-Type": "application/json"},
    )  # fmt: skip
    assert (
        problem(told, 403, "forbidden")["detail"] == "The token is for the collection 'private': name it, and no other."
    )


def test_one_for_the_default_collection_needs_no_name(guarded: Any) -> None:
    headers = sent(mint(guarded, collection="default").json()["token"], Origin=SITE)
    assert guarded.client.post("/v1/ask", json=NOBODY, headers=headers).status_code == 200
    assert guarded.client.get("/v1/documents/seeds/sourdough.md", headers=headers).status_code == 200
    problem(guarded.client.get("/v1/documents", headers=headers), 403, "forbidden")  # which lists all collections
    for body in (b"[]", b'"x"', b"{", b""):
        told = guarded.client.post("/v1/ask", content=body, headers={**headers, "Content-Type": "application/json"})
        assert told.status_code in (400, 422)


def test_a_body_that_is_too_large_is_refused_also_where_it_is_looked_at(guarded: Any) -> None:
    confined = sent(mint(guarded, collection="private").json()["token"], Origin=SITE)
    for headers in (confined, {**guarded.bearer("ask"), "Origin": SITE}):

        def undeclared() -> Iterator[bytes]:
            yield from [b'{"question": "', *[b"x" * 2**18] * 6, b'"}']

        response = guarded.client.post(
            "/v1/ask", content=undeclared(), headers={**headers, "Content-Type": "application/json"}
        )
        problem(response, 413, "too-large")
        assert response.headers["access-control-allow-origin"] == SITE


def test_ready_tells_collections_to_no_page_of_another(guarded: Any, token: str) -> None:
    assert guarded.client.get("/readyz", headers=sent(token, Origin=SITE)).json()["collections"]["default"] == 10
    assert (
        guarded.client.get("/readyz", headers=sent(token, Origin="https://evil.example")).json()["collections"] is None
    )
    confined = mint(guarded, collection="private").json()["token"]
    assert guarded.client.get("/readyz", headers=sent(confined, Origin=SITE)).json()["collections"] is None
