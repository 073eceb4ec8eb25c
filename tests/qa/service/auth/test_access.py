"""Keys and scopes over HTTP: who may use which route, and how the others are refused."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from evaluation_support import squad_file
from support import Served, problem

from index.storage.sqlite.store import FILE_NAME
from qa.api.errors import ForbiddenError, UnauthorizedError
from qa.assembly import Engine
from qa.cli.main import main
from qa.client import Client
from qa.service.app import create_app
from qa.service.permissions import rule_for

pytestmark = pytest.mark.slow

ASKING = [
    ("POST", "/v1/ask", {"question": "Who?", "document_ids": []}),
    ("POST", "/v1/ask/batch", {"questions": ["Who?"], "document_ids": []}),
    ("POST", "/v1/search", {"question": "Who?", "document_ids": []}),
    ("GET", "/v1/documents", None),
    ("GET", "/v1/documents/seeds/sourdough.md", None),
    ("GET", "/v1/originals/seeds/halden-handbook-2026.pdf", None),
    ("POST", "/v1/feedback", {"answer_id": "0" * 16, "question": "Who?", "verdict": "right"}),
]
WRITING = [
    ("PUT", "/v1/documents/kept", {"text": "Ferries sail at noon.", "collection": "kept"}),
    ("DELETE", "/v1/documents/kept?collection=kept", None),
    ("GET", "/v1/syncs", None),
]
ADMINISTRATION = [("GET", "/v1/feedback", None), ("GET", "/v1/audit", None), ("GET", "/metrics", None)]
OPEN = ["/", "/documents/seeds/sourdough.md", "/static/ask.js", "/healthz", "/readyz", "/openapi.json"]


def paths(routes: Any) -> list[tuple[str, str]]:
    """Every method and path that an application answers; a mount answers everything below it."""
    found = []
    for route in routes:
        if router := getattr(route, "original_router", None):
            found += paths(router.routes)
        else:
            methods = getattr(route, "methods", None) or {"GET"}
            below = "/x" if getattr(route, "routes", None) is not None else ""
            found += [(method, route.path + below) for method in methods]
    return found


def test_every_route_has_a_scope(fresh: Engine) -> None:
    found = paths(create_app(fresh).routes)
    assert ("POST", "/v1/ask") in found
    assert ("GET", "/static/x") in found
    assert len(found) > 15
    assert [(method, path) for method, path in found if rule_for(method, path) is None] == []
    assert not [path for _, path in found if path.startswith("/sign")]  # which are there where people sign in


def send(guarded: Any, request: tuple[str, str, Any], name: str | None) -> httpx.Response:
    method, path, body = request
    headers = guarded.bearer(name) if name else {}
    response: httpx.Response = guarded.client.request(method, path, json=body, headers=headers)
    return response


@pytest.mark.parametrize("request_", [*ASKING, *WRITING, *ADMINISTRATION], ids=lambda request: " ".join(request[:2]))
def test_nobody_gets_in_without_a_key(guarded: Any, request_: tuple[str, str, Any]) -> None:
    response = send(guarded, request_, None)
    told = problem(response, 401, "unauthorized")
    assert response.headers["www-authenticate"] == "Bearer"
    assert told["detail"] == "This needs a key: send it in the header `Authorization: Bearer KEY`."


@pytest.mark.parametrize("path", OPEN)
def test_what_holds_no_data_is_for_everybody(guarded: Any, path: str) -> None:
    assert guarded.client.get(path).status_code == 200
    assert guarded.client.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 200


@pytest.mark.parametrize(
    ("requests", "able", "unable", "needed"),
    [
        (ASKING, ["ask", "both", "admin"], ["write"], "ask"),
        (WRITING, ["write", "both", "admin"], ["ask"], "write"),
        (ADMINISTRATION, ["admin"], ["ask", "write", "both"], "admin"),
    ],
)
def test_a_key_opens_what_its_scopes_say(
    guarded: Any, requests: list[Any], able: list[str], unable: list[str], needed: str
) -> None:
    for name in able:
        for request in requests:
            assert send(guarded, request, name).status_code in (200, 201), (name, request)
    for name in unable:
        for request in requests:
            detail = problem(send(guarded, request, name), 403, "forbidden")["detail"]
            assert detail.startswith(
                f"This needs a key of the scope {needed}; the one given has {'ask' if name == 'both' else name}"
            )


@pytest.mark.parametrize(
    "header",
    ["Bearer", "bearer", "Basic cXVvdGg6eA==", "{key}", "Token {key}", "Bearer {key}x", "Bearer quoth_",
     "Bearer {half}", "Bearer a.b.c", "Bearer {key}, Bearer {key}", "Bearer \xff\xfe"],
)  # fmt: skip
def test_what_is_no_key_is_refused(guarded: Any, header: str) -> None:
    key = guarded.keys["admin"]
    sent = header.format(key=key, half=key[:-1]).encode("latin-1")
    response = guarded.client.get("/v1/documents", headers={"Authorization": sent})
    told = problem(response, 401, "unauthorized")
    assert key not in response.text
    assert "key" in told["detail"] or "token" in told["detail"]


def test_the_way_to_send_a_key_may_be_written_in_any_case(guarded: Any) -> None:
    for scheme in ("bearer", "BEARER", "Bearer "):
        headers = {"Authorization": f"{scheme} {guarded.keys['ask']}"}
        assert guarded.client.get("/v1/documents", headers=headers).status_code == 200


def test_a_key_in_the_address_opens_nothing(guarded: Any) -> None:
    for name in ("key", "token", "access_token", "api_key"):
        problem(guarded.client.get("/v1/documents", params={name: "quoth_x"}), 401, "unauthorized")


def test_a_running_server_sees_keys_come_and_go(guarded: Any) -> None:
    headers = {"Authorization": f"Bearer {guarded.quoth('keys', 'add', 'brief')}"}
    assert guarded.client.get("/v1/documents", headers=headers).status_code == 200
    guarded.quoth("keys", "revoke", "brief")
    told = problem(guarded.client.get("/v1/documents", headers=headers), 401, "unauthorized")
    assert told["detail"] == "Nobody has this key: it is mistyped, or was revoked. Bring another."


def test_ready_tells_collections_to_those_who_may_ask(guarded: Any) -> None:
    assert guarded.client.get("/readyz").json()["collections"] is None
    assert guarded.client.get("/readyz", headers=guarded.bearer("write")).json()["collections"] is None
    assert guarded.client.get("/readyz", headers=guarded.bearer("ask")).json()["collections"]["default"] == 10


@pytest.mark.parametrize("request_", [("GET", "/v1/aks", None), ("PATCH", "/v1/ask", {}), ("GET", "/v1/ask", None)])
def test_what_no_route_answers_is_told_to_those_who_may_everything(
    guarded: Any, request_: tuple[str, str, Any]
) -> None:
    problem(send(guarded, request_, None), 401, "unauthorized")
    detail = problem(send(guarded, request_, "ask"), 403, "forbidden")["detail"]
    assert detail.startswith(f"Nothing at {request_[0]} {request_[1]} is open to the scope ask: check method and path")
    assert send(guarded, request_, "admin").status_code in (404, 405)


def test_a_body_is_not_read_before_the_key_is_seen(guarded: Any) -> None:
    headers = {"Content-Type": "application/json"}
    problem(guarded.client.post("/v1/ask", content=b"no json", headers=headers), 401, "unauthorized")
    told = guarded.client.post("/v1/ask", content=b"no json", headers={**headers, **guarded.bearer("ask")})
    problem(told, 400, "broken-json")


def test_the_contract_tells_scopes(guarded: Any) -> None:
    contract = guarded.client.get("/openapi.json").json()
    assert contract["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert contract["paths"]["/v1/ask"]["post"]["security"] == [{"key": ["ask"]}, {}]
    assert contract["paths"]["/v1/documents/{document_id}"]["put"]["security"] == [{"key": ["write"]}, {}]
    assert contract["paths"]["/metrics"]["get"]["security"] == [{"key": ["admin"]}, {}]
    assert "security" not in contract["paths"]["/healthz"]["get"]
    for status in ("401", "403"):
        assert "application/problem+json" in contract["paths"]["/v1/search"]["post"]["responses"][status]["content"]


def test_without_keys_any_is_as_good_as_none(served: Served) -> None:
    for headers in ({}, {"Authorization": "Bearer quoth_x"}, {"Authorization": "Basic x"}):
        assert served.client.get("/v1/documents", headers=headers).status_code == 200


def test_without_keys_pages_of_other_sites_are_kept_out(served: Served) -> None:
    files = {"file": ("a.txt", b"planted", "text/plain")}  # what a form may send anywhere without asking
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    told = problem(served.client.post("/v1/documents", files=files, headers=headers), 403, "forbidden")
    assert told["detail"].startswith("A page of another site sent this, and QUOTH_ORIGINS doesn't name it. ")
    for host in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1"):
        told = problem(served.client.get("/v1/documents", headers={"Host": host}), 403, "forbidden")
        assert told["detail"].startswith("Without keys only this machine is served, not ")
    for host in ("localhost", "localhost:1", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
        assert served.client.get("/v1/documents", headers={"Host": host}).status_code == 200
    own = {"Origin": str(served.client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
    uploaded = served.client.post("/v1/documents", files=files, data={"collection": "own"}, headers=own)
    assert uploaded.status_code == 201


def test_no_answer_names_a_file_of_the_machines(guarded: Any) -> None:
    for name in ("admin", None):
        for request in [*ASKING, *ADMINISTRATION, ("GET", "/readyz", None), ("GET", "/v1/documents/none", None)]:
            response = send(guarded, request, name)
            assert str(guarded.served.data) not in response.text
            assert FILE_NAME not in response.text


def test_the_client_and_evaluate_bring_their_key(guarded: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url, file = str(guarded.client.base_url), squad_file(tmp_path)
    with Client(url, api_key=guarded.keys["ask"]) as client:
        assert client.ask("How big is the reward for Maduro now?").answers[0].text == "$50 million"
        with pytest.raises(ForbiddenError, match="needs a key of the scope write") as refused:
            client.add("a", "text")
    assert (refused.value.kind, refused.value.status) == ("forbidden", 403)
    with Client(url) as client, pytest.raises(UnauthorizedError, match="This needs a key"):
        client.ask("Who?")
    command = ["evaluate", str(file), "--url", url, "--limit", "1", "--output", str(tmp_path / "results.json")]
    refused_too = CliRunner().invoke(main, command)
    assert (refused_too.exit_code, "This needs a key" in refused_too.output) == (1, True)
    monkeypatch.setenv("QUOTH_API_KEY", guarded.keys["both"])
    asked = CliRunner().invoke(main, command)
    assert asked.exit_code == 0, asked.output
    assert guarded.keys["both"] not in (tmp_path / "results.json").read_text() + asked.output
