"""Every route that isn't for everybody, with everything that is no key, or one of too little scope: none of them opens."""

import base64
import hashlib
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.service.auth import tokens
from qa.service.permissions import ROUTES

pytestmark = pytest.mark.slow

SITE = "https://site.example"
ELSEWHERE = {"Origin": "https://evil.example"}
GUARDED = [
    (method, path.partition("{")[0] + ("seeds/sourdough.md" if "{" in path else ""), rule.scope)
    for path, rules in ROUTES.items()
    for method, rule in rules.items()
    if rule.scope
]


def bearer(value: str, **more: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {value}", **more}}


def minted(guarded: Any, seconds: int = 600, **changed: Any) -> str:
    """A token of the key `ask` for pages of the site, or one in which something is another."""
    store = SQLiteStore(guarded.served.data / FILE_NAME, read_only=True)
    key = next(key for key in store.service_keys() if key.name == "ask")
    store.close()
    signed, _ = tokens.mint(tokens.Token(key, SITE, None), seconds, datetime.now(UTC))
    if not changed:
        return signed
    head, claims = jwt.get_unverified_header(signed), jwt.decode(signed, options={"verify_signature": False})
    algorithm, secret = changed.pop("algorithm", "HS256"), changed.pop("secret", key.secret)
    return jwt.encode({**claims, **changed}, secret if algorithm else "", algorithm, headers={"kid": head["kid"]})


def revoked(guarded: Any) -> str:
    key = guarded.quoth("keys", "add", "doomed", "--scope", "admin")
    guarded.quoth("keys", "revoke", "doomed")
    return str(key)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


Sent = Callable[[Any], dict[str, Any]]  # the server and its keys → what httpx sends
NOBODYS: dict[str, Sent] = {
    "nothing": lambda _: {},
    "an empty header": lambda _: {"headers": {"Authorization": ""}},
    "no key": lambda _: {"headers": {"Authorization": "Bearer"}},
    "another key": lambda _: bearer("quoth_" + "A" * 43),
    "half of one": lambda guarded: bearer(guarded.keys["admin"][:-1]),
    "one with more": lambda guarded: bearer(guarded.keys["admin"] + "x"),
    "one in capitals": lambda guarded: bearer(guarded.keys["admin"].upper()),
    "two in one header": lambda guarded: bearer(f"{guarded.keys['ask']}, Bearer {guarded.keys['admin']}"),
    "another before it": lambda guarded: {
        "headers": [("Authorization", "Bearer x"), ("Authorization", f"Bearer {guarded.keys['admin']}")]
    },
    "what is kept of it": lambda guarded: bearer(digest(guarded.keys["admin"])),
    "what is kept of it, as a key": lambda guarded: bearer("quoth_" + digest(guarded.keys["admin"])),
    "its name": lambda _: bearer("admin"),
    "a revoked key": lambda guarded: bearer(revoked(guarded)),
    "as a password": lambda guarded: {
        "headers": {"Authorization": "Basic " + base64.b64encode(f"x:{guarded.keys['admin']}".encode()).decode()}
    },
    "as a digest": lambda guarded: {"headers": {"Authorization": f"Digest {guarded.keys['admin']}"}},
    "in the address": lambda guarded: {"params": {"key": guarded.keys["admin"], "token": guarded.keys["admin"]}},
    "in a cookie": lambda guarded: {"headers": {"Cookie": f"key={guarded.keys['admin']}; Authorization=Bearer x"}},
    "in other headers": lambda guarded: {
        "headers": dict.fromkeys(["X-Api-Key", "Proxy-Authorization", "X-Forwarded-User"], guarded.keys["admin"])
    },
    "as if from this machine": lambda _: {"headers": {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}},
    "letters of no alphabet": lambda _: {"headers": {"Authorization": b"Bearer \xff\xfe"}},
    "a token without a signature": lambda guarded: bearer(minted(guarded, algorithm=None, sub="x"), Origin=SITE),
    "a token signed with zeros": lambda guarded: bearer(minted(guarded, secret=bytes(32)), Origin=SITE),
    "a token signed with its number": lambda guarded: bearer(minted(guarded, secret=b"1" * 32), Origin=SITE),
    "a token that has ended": lambda guarded: bearer(minted(guarded, -1), Origin=SITE),
    "a token without an end": lambda guarded: bearer(minted(guarded, exp=None), Origin=SITE),
    "a token without a site": lambda guarded: bearer(minted(guarded, origin=None)),
    "a token on another site's page": lambda guarded: bearer(minted(guarded), **ELSEWHERE),
    "a token on no page": lambda guarded: bearer(minted(guarded)),
}
OF_LESS: dict[str, tuple[Sent, set[str]]] = {  # what they may do is tested where that is
    "a token": (lambda guarded: bearer(minted(guarded), Origin=SITE), {"write", "admin"}),
    "ask": (lambda guarded: bearer(guarded.keys["ask"]), {"write", "admin"}),
    "write": (lambda guarded: bearer(guarded.keys["write"]), {"ask", "admin"}),
    "both": (lambda guarded: bearer(guarded.keys["both"]), {"admin"}),
}


def test_the_key_and_the_token_would_hold(guarded: Any) -> None:
    assert guarded.client.get("/v1/documents", **bearer(guarded.keys["admin"])).status_code == 200
    assert guarded.client.get("/v1/documents", **bearer(minted(guarded), Origin=SITE)).status_code == 200


@pytest.mark.parametrize("what", NOBODYS)
def test_it_opens_no_route(guarded: Any, what: str) -> None:
    sent = NOBODYS[what](guarded)
    assert len(GUARDED) >= 18
    for method, path, _ in GUARDED:
        response = guarded.client.request(method, path, **sent)
        assert response.status_code in (401, 403), (method, path)
        assert "loaf" not in response.text.lower(), (method, path)  # which the document speaks of all the time
        assert guarded.keys["admin"] not in response.text


@pytest.mark.parametrize("what", OF_LESS)
def test_one_of_another_scope_opens_no_route_of_it(guarded: Any, what: str) -> None:
    credential, scopes = OF_LESS[what]
    refused = [(method, path) for method, path, scope in GUARDED if scope in scopes]
    assert len(refused) >= 2
    for method, path in refused:
        response = guarded.client.request(method, path, **credential(guarded))
        assert response.status_code == 403, (method, path)


OTHER_WAYS = [
    "/v1//documents", "//v1/documents", "/V1/documents", "/v1/documents/", "/v1/documents%0a", "/v1/documents%00",
    "/static/../v1/documents", "/static/%2e%2e/v1/documents", "/healthz/../metrics",
    "/metrics/", "/metrics;a=b", "/metrics%0a", "/metrics%20", "/%6detrics", "/metrics#", "/healthz%0a/../metrics",
    "/v1/feedback%0a", "/v1/feedback/", "/v1/feedback?x=/healthz", "/static/..%2f..%2fpermissions.py",
    "/static/%2e%2e/%2e%2e/settings.py", "/widget.js/../metrics", "http://evil.example/metrics", "/healthz\\..\\metrics",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "get"])
@pytest.mark.parametrize("path", OTHER_WAYS)
def test_no_other_way_to_write_a_path_or_a_method_opens_it(guarded: Any, method: str, path: str) -> None:
    """Sent as it is written here, where a client would tidy it up."""
    url = guarded.client.base_url
    with socket.create_connection((url.host, url.port), timeout=60) as connection:
        connection.sendall(f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b" ", 2)[1] in {b"400", b"401", b"403", b"404", b"405"}, answer
