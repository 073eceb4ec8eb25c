"""A small OpenID Connect provider, a process of its own: discovery, a page to sign in on, codes, tokens and keys.

It signs with real keys (RS256, or ES256), takes a code once, and checks the client's secret, the redirect URI and PKCE.
Whoever signs in says on the page what the provider is to do wrong, so that tests see what Quoth makes of it.

    python tests/openid_provider.py client_secret_basic     prints its address, then serves until its input ends
"""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "quoth", "a-secret-drawn-at-random-0123456789"
PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"name": "Ada Kestrel", "groups": ["admins", "staff"]},
    "edda": {"name": "Edda Röm", "groups": ["editors"]},
    "stan": {"name": "Stan Crane", "groups": ["staff", "*", "a,b", 7]},
    "nina": {"name": "\u202eNina\n", "preferred_username": "nina", "groups": []},
    "many": {"name": "Many", "groups": [f"a-group-with-a-long-name-{number}" for number in range(200)]},
    "nested": {"realm_access": {"roles": ["admins"]}},
}
IN_USERINFO = {"ulla": {"sub": "subject-of-ulla", "groups": ["staff"]}, "uwe": {"sub": "another", "groups": ["admins"]}}


class Provider:
    """The provider, started; `url` is its issuer. `way` is how it takes the client's secret."""

    def __init__(self, way: str = "client_secret_basic") -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()

    @property
    def settings(self) -> dict[str, str]:
        """What Quoth's settings are for it."""
        return {"oidc_issuer": self.url, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}

    @property
    def environment(self) -> dict[str, str]:
        """The same, as a server's environment has them."""
        return {f"QUOTH_{name.upper()}": value for name, value in self.settings.items()}

    def stop(self) -> None:
        self._process.communicate(timeout=30)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, way: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way = way
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.keys = {
            "RS256": RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False),
            "ES256": ECKey.generate_key("P-256", {"kid": "ec"}, auto_kid=False),
        }
        self.codes: dict[str, dict[str, str]] = {}  # what each was given for, until it is used
        self.people: dict[str, str] = {}  # access token → user


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
        if path == "/.well-known/openid-configuration":
            self._json(200, self._configuration())
        elif path == "/keys":
            self._json(200, {"keys": [key.as_dict(private=False) for key in self.server.keys.values()]})
        elif path == "/authorize":
            self._page(query)
        elif path == "/userinfo":
            user = self.server.people[self.headers["Authorization"].removeprefix("Bearer ")]
            self._json(200, IN_USERINFO.get(user, {"sub": f"subject-of-{user}"}))
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        fields = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        if urlsplit(self.path).path == "/authorize":
            self._sign_in(fields)
        else:
            self._token(fields)

    def _configuration(self) -> dict[str, Any]:
        url = self.server.url
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/keys",
            "userinfo_endpoint": f"{url}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
            "token_endpoint_auth_methods_supported": [self.server.way],
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
        }

    def _page(self, query: dict[str, str]) -> None:
        right = query["client_id"] == CLIENT_ID and query["code_challenge_method"] == "S256" and query["nonce"]
        assert right
        assert (query["response_type"], urlsplit(query["redirect_uri"]).path) == ("code", "/signin/callback")
        hidden = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in query.items()
        )
        page = f"""<!doctype html><html lang="en"><title>Sign in · Provider</title><h1>Provider</h1>
            <form method="post">{hidden}<label>Name <input name="user"></label><button>Sign in</button></form>"""
        self._send(200, "text/html", page.encode())

    def _sign_in(self, fields: dict[str, str]) -> None:
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = fields
        answer = {"code": code, "state": fields["state"]}
        if fields.get("wrong") == "denied":
            answer = {"error": "access_denied", "state": fields["state"]}
        self.send_response(302)
        self.send_header("Location", f"{fields['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _token(self, fields: dict[str, str]) -> None:
        if self.server.way == "client_secret_post":
            client = f"{fields['client_id']}:{fields['client_secret']}"
        else:
            client = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if client != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return self._json(401, {"error": "invalid_client"})
        begun = self.server.codes.pop(fields["code"], None)
        challenge = _base64(hashlib.sha256(fields["code_verifier"].encode()).digest())
        if begun is None or (begun["redirect_uri"], begun["code_challenge"]) != (fields["redirect_uri"], challenge):
            return self._json(400, {"error": "invalid_grant"})
        access = secrets.token_urlsafe(16)
        self.server.people[access] = begun["user"]
        token = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        return self._json(
            200, token if begun.get("wrong") == "no token" else {**token, "id_token": self._signed(begun)}
        )

    def _signed(self, begun: dict[str, str]) -> str:
        """The ID token, with what is to be wrong with it."""
        wrong, now = begun.get("wrong"), int(time.time())
        claims = {
            "iss": "https://elsewhere.example" if wrong == "issuer" else self.server.url,
            "sub": f"subject-of-{begun['user']}",
            "aud": "another-client" if wrong == "audience" else CLIENT_ID,
            "iat": now - 7200 if wrong == "expired" else now,
            "exp": now - 3600 if wrong == "expired" else now + 300,
            "nonce": "another" if wrong == "nonce" else begun["nonce"],
            **({"azp": CLIENT_ID} if wrong == "audience" else {}),
            **({"aud": [CLIENT_ID, "account"], "azp": CLIENT_ID} if wrong == "nothing, for two" else {}),
            **({"aud": [CLIENT_ID, "account"], "azp": "account"} if wrong == "authorized party" else {}),
            **PEOPLE.get(begun["user"], {}),
        }
        if wrong == "garbled":
            return "an.ID.token"
        if wrong == "no subject":
            del claims["sub"]
        if wrong == "unsigned":
            return _compact({"alg": "none"}, claims, lambda _: b"")
        if wrong == "public key":  # anybody has it, were it taken for a secret
            secret = self.server.keys["RS256"].as_pem(private=False)
            head = {"alg": "HS256", "kid": "rsa"}
            return _compact(head, claims, lambda signed: hmac.digest(secret, signed, "sha256"))
        algorithm = "ES256" if wrong == "nothing, with ES256" else "RS256"
        key = self.server.keys[algorithm]
        if wrong == "signature":
            key = RSAKey.generate_key(2048, {"kid": "rsa"}, auto_kid=False)
        return jwt.encode({"alg": algorithm, "kid": "ec" if algorithm == "ES256" else "rsa"}, claims, key)

    def _json(self, status: int, body: Any) -> None:
        self._send(status, "application/json", json.dumps(body).encode())

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _compact(head: Any, claims: Any, sign: Callable[[bytes], bytes]) -> str:
    parts = [_base64(json.dumps(part).encode()) for part in (head, claims)]
    return ".".join([*parts, _base64(sign(".".join(parts).encode()))])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


if __name__ == "__main__":
    server = _Server(sys.argv[1])
    print(server.url, flush=True)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()  # until whoever started it ends, in whatever way
