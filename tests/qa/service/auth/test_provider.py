"""What Quoth makes of a provider: of what it says, of one that refuses, is down, never answers, or is none."""

import re
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openid_provider import Provider
from signing_in import ACCESS, HERE, begin, router, sign_in, way_back
from small_app import guarded
from support import problem

from index.storage.sqlite.store import SQLiteStore
from qa.settings import load_settings


@pytest.fixture
def client(app: Any) -> TestClient:
    """A browser that nobody has used yet."""
    return TestClient(app, base_url=HERE)


@pytest.mark.parametrize("wrong", ["nothing, with ES256", "nothing, for two"])
def test_another_algorithm_and_another_audience_beside_quoth_are_as_good(client: TestClient, wrong: str) -> None:
    assert sign_in(client, "ada", wrong=wrong).status_code == 302
    assert client.get("/v1/documents").status_code == 200


WRONG = "What the provider says of who you are isn't signed by it, isn't for this sign-in, or has ended: sign in again."


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("issuer", WRONG),
        ("audience", WRONG),  # with the azp that would be right
        ("authorized party", WRONG),
        ("garbled", WRONG),
        ("no subject", WRONG),
        ("nonce", WRONG),
        ("expired", WRONG),
        ("signature", WRONG),
        ("unsigned", WRONG),
        ("public key", WRONG),
        ("no token", "The provider sent no ID token: its client for Quoth must be one of OpenID Connect."),
        ("denied", "The provider let nobody in (access_denied): sign in again, or ask whoever runs the provider."),
    ],
)
def test_what_the_provider_says_wrongly_opens_nothing(client: TestClient, wrong: str, told: str) -> None:
    response = sign_in(client, "ada", wrong=wrong)
    assert problem(response, 403, "sign-in-failed")["detail"] == told
    assert dict(client.cookies) == {}
    problem(client.get("/v1/documents"), 401, "unauthorized")


def test_a_provider_may_take_the_secret_in_the_body(store: SQLiteStore) -> None:
    provider = Provider("client_secret_post")
    client = guarded(store, load_settings(**provider.settings, oidc_access=ACCESS), router, base_url=HERE)
    assert sign_in(client, "ada").status_code == 302
    assert client.get("/v1/documents").status_code == 200
    provider.stop()


def test_a_provider_that_never_answers_is_given_up(store: SQLiteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.service.auth.provider._SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = load_settings(
            oidc_issuer=f"http://127.0.0.1:{silent.getsockname()[1]}",
            oidc_client_id="quoth",
            oidc_client_secret="drawn at random, or so",
            oidc_access=ACCESS,
        )
        client = guarded(store, settings, router, base_url=HERE)
        told = problem(client.get("/signin"), 502, "sign-in-unavailable")["detail"]
    assert re.search(r"can't be asked who you are \((ReadTimeout|TimeoutError)\): try again in a while", told)


@pytest.mark.parametrize(
    "said",
    ["<html>", "[]", "{}", "null", '{"issuer": 1}', '{"issuer": "URL"}', '{"issuer": "URL", "authorization_endpoint": 7}',
     '{"issuer": "URL", "id_token_signing_alg_values_supported": 7}', "\ud800"],
)  # fmt: skip
def test_what_is_no_provider_is_told_and_no_defect(store: SQLiteStore, said: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(said.replace("URL", url).encode(errors="surrogatepass"))

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, daemon=True).start()
        settings = load_settings(
            oidc_issuer=url, oidc_client_id="quoth", oidc_client_secret="drawn at random, or so", oidc_access=ACCESS
        )
        client = guarded(store, settings, router, base_url=HERE)
        problem(client.get("/signin", follow_redirects=False), 502, "sign-in-unavailable")
        server.shutdown()


def test_a_provider_that_is_down_is_told_and_stops_nothing_else(store: SQLiteStore) -> None:
    provider = Provider()
    client = guarded(store, load_settings(**provider.settings, oidc_access=ACCESS), router, base_url=HERE)
    back = way_back(begin(client), "ada")
    provider.stop()
    told = problem(client.get(back), 502, "sign-in-unavailable")["detail"]
    assert told == (
        f"The provider {provider.url} can't be asked who you are (ConnectError): try again in a while. Whoever has a key "
        "can use it meanwhile."
    )
    fresh = guarded(store, load_settings(**provider.settings, oidc_access=ACCESS), router, base_url=HERE)
    page = fresh.get("/signin", params={"next": '/"><b>&x=1'}, headers={"Accept": "text/html,*/*"})
    assert (page.status_code, page.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "can&#x27;t be asked who you are" in page.text
    assert 'href="/signin?next=%2F%22%3E%3Cb%3E%26x%3D1">Sign in again' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    key = store.add_key("asking", ["ask"])
    assert fresh.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}).status_code == 200


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"oidc_client_secret": "not the one that it has"},
            "The provider refuses Quoth (invalid_client): QUOTH_OIDC_CLIENT_ID",
        ),
        ({"oidc_issuer": "{url}/"}, "The provider calls itself '{url}': set QUOTH_OIDC_ISSUER to that."),
        ({"oidc_issuer": "{url}/realms/x"}, "The provider {url}/realms/x can't be asked who you are (HTTPStatusError)"),
    ],
)
def test_settings_that_the_provider_refuses_are_named(
    store: SQLiteStore, provider: Provider, changed: dict[str, str], told: str
) -> None:
    changed = {name: value.format(url=provider.url) for name, value in changed.items()}
    client = guarded(store, load_settings(**provider.settings | changed, oidc_access=ACCESS), router, base_url=HERE)
    response = client.get("/signin", follow_redirects=False)
    if response.status_code == 302:
        response = client.get(way_back(response.headers["location"], "ada"))
    assert problem(response, 502, "sign-in-unavailable")["detail"].startswith(told.format(url=provider.url))
