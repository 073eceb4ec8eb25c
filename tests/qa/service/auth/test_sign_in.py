"""Signing in by OpenID Connect, with a real provider: who gets a session, what it opens, and all that opens nothing."""

import re
from http.cookies import SimpleCookie
from typing import Any

import httpx
import jwt
import pytest
from fastapi.testclient import TestClient
from openid_provider import Provider
from signing_in import ACCESS, HERE, PAGE, begin, form_of, router, sign_in, way_back
from small_app import guarded
from support import problem

from index.storage.sqlite.store import SQLiteStore
from qa.service.auth.sessions import Person, Sessions
from qa.settings import Settings, load_settings


@pytest.fixture
def client(app: Any) -> TestClient:
    """A browser that nobody has used yet."""
    return TestClient(app, base_url=HERE)


def test_who_signed_in_is_who_the_provider_says(client: TestClient) -> None:
    response = sign_in(client, "ada", "/documents?collection=a b#cited")
    assert (response.status_code, response.headers["location"]) == (302, "/")  # a space is in no address
    response = sign_in(client, "ada", "/documents?collection=hand%20book&x=1#cited=%C3%B6")
    assert response.headers["location"] == "/documents?collection=hand%20book&x=1#cited=%C3%B6"
    assert response.headers["cache-control"] == "no-store"
    assert client.get("/v1/documents").json() == {
        "scopes": ["admin", "ask"], "groups": None, "counted": "person subject-of-ada"
    }  # fmt: skip
    assert client.put("/v1/documents/x", headers=PAGE).json() == "person Ada Kestrel (subject-of-ada)"


@pytest.mark.parametrize(
    ("user", "scopes", "groups"),
    [
        ("ada", ["admin", "ask"], None),
        ("edda", ["ask", "write"], None),  # whoever may replace a document may read it
        ("stan", ["ask"], ["staff"]),  # what can't be a group isn't one, and * least of all
        ("ulla", ["ask"], ["staff"]),  # named by the userinfo endpoint alone
    ],
)
def test_groups_give_scopes_and_open_documents(client: TestClient, user: str, scopes: Any, groups: Any) -> None:
    assert sign_in(client, user).status_code == 302
    seen = client.get("/v1/documents").json()
    assert (seen["scopes"], seen["groups"]) == (scopes, groups)


@pytest.mark.parametrize("user", ["nina", "uwe"])
def test_who_is_in_no_such_group_may_nothing(client: TestClient, user: str) -> None:
    """The second one's groups are those of somebody else, as the userinfo endpoint has it."""
    assert sign_in(client, user).status_code == 302
    told = problem(client.get("/v1/documents"), 403, "forbidden")["detail"]
    name = {"nina": "Nina", "uwe": "subject-of-uwe"}[user]
    assert told.startswith(f"This needs the scope ask; {name} is signed in, whose groups give none. Whoever runs Quoth")


def test_all_of_the_providers_people_may_ask_if_the_settings_say_so(store: SQLiteStore, provider: Provider) -> None:
    client = guarded(store, load_settings(**provider.settings, oidc_anybody_asks=True), router, base_url=HERE)
    sign_in(client, "nina")
    assert client.get("/v1/documents").json()["scopes"] == ["ask"]
    problem(client.put("/v1/documents/x", headers=PAGE), 403, "forbidden")


def test_groups_may_be_inside_of_another_claim(store: SQLiteStore, provider: Provider) -> None:
    settings = load_settings(**provider.settings, oidc_access=ACCESS, oidc_groups_claim="realm_access.roles")
    client = guarded(store, settings, router, base_url=HERE)
    sign_in(client, "nested")
    assert client.get("/v1/documents").json()["scopes"] == ["admin"]


def hold(client: TestClient, **cookies: str) -> None:
    """Have the browser hold these cookies alone."""
    client.cookies.clear()
    for name, value in cookies.items():
        client.cookies.set(name.replace("_", "-"), value, domain="127.0.0.1")


BEGUN_ELSEWHERE = "This sign-in wasn't begun in this browser, or more than ten minutes ago: sign in again."


def test_a_sign_in_is_completed_once_in_the_browser_that_began_it(client: TestClient, settings: Settings) -> None:
    address = begin(client)
    back = way_back(address, "ada")
    kept = client.cookies["quoth-sign-in"]
    for cookies in ({}, {"quoth_sign_in": kept[:-1]}, {"quoth_session": kept}):
        hold(client, **cookies)
        assert problem(client.get(back), 403, "sign-in-failed")["detail"] == BEGUN_ELSEWHERE
    forged = re.sub("state=[^&]+", "state=another", back)
    hold(client, quoth_sign_in=kept)
    for address in (forged, back):  # it is given up with the first
        assert problem(client.get(address), 403, "sign-in-failed")["detail"] == BEGUN_ELSEWHERE
    hold(client, quoth_sign_in=kept)
    assert (
        client.get(f"{back}&iss=https%3A%2F%2Felsewhere.example").json()["detail"].startswith("Another provider sent")
    )
    hold(client, quoth_sign_in=kept)
    assert client.get(back, follow_redirects=False).status_code == 302
    hold(client, quoth_sign_in=kept)
    told = problem(client.get(back), 403, "sign-in-failed")["detail"]  # the provider takes a code once
    assert told == "The provider doesn't know this sign-in, or not any more: sign in again."
    claims = jwt.decode(kept, options={"verify_signature": False})
    hold(client, quoth_sign_in=Sessions(settings)._signed("attempt", claims, -1))
    assert problem(client.get(back), 403, "sign-in-failed")["detail"] == BEGUN_ELSEWHERE


def test_the_provider_is_shown_a_challenge_and_never_the_secret(client: TestClient, settings: Settings) -> None:
    address = begin(client)
    fields = form_of(httpx.get(address).text)
    assert (fields["code_challenge_method"], fields["redirect_uri"]) == ("S256", f"{HERE}/signin/callback")
    assert str(settings.oidc_client_secret) not in address
    assert len({fields["state"], fields["nonce"], fields["code_challenge"]}) == 3


@pytest.mark.parametrize(
    "page",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
     "javascript:alert(1)", "evil.example", "", "/ /evil.example", "/x\\..\\evil", "/" + "x" * 2000],
)  # fmt: skip
def test_nobody_is_led_to_another_site(client: TestClient, page: str) -> None:
    assert sign_in(client, "ada", page).headers["location"] == "/"


def cookies(response: Any) -> dict[str, Any]:
    return {
        name: dict(each)
        for line in response.headers.get_list("set-cookie")
        for name, each in SimpleCookie(line).items()
    }


@pytest.mark.parametrize("public_url", [None, "https://quoth.example.org"])
def test_cookies_are_kept_from_scripts_other_sites_and_plain_http(
    store: SQLiteStore, provider: Provider, public_url: str | None
) -> None:
    settings = load_settings(**provider.settings, oidc_access=ACCESS, oidc_session_hours=2, public_url=public_url)
    client = guarded(store, settings, router, base_url=public_url or HERE)
    start, secure = ("__Host-", True) if public_url else ("", "")
    response = client.get("/signin", follow_redirects=False)
    assert (
        f"redirect_uri={(public_url or HERE).replace(':', '%3A').replace('/', '%2F')}%2Fsignin"
        in response.headers["location"]
    )
    begun = cookies(response)[f"{start}quoth-sign-in"]
    assert (begun["httponly"], begun["samesite"], begun["secure"], begun["max-age"]) == (True, "lax", secure, "600")
    response = client.get(way_back(response.headers["location"], "edda"), follow_redirects=False)
    kept = cookies(response)
    session, shown = kept[f"{start}quoth-session"], kept["quoth-person"]
    assert (session["httponly"], session["samesite"], session["secure"], session["path"]) == (True, "lax", secure, "/")
    assert (session["max-age"], session["domain"], shown["httponly"], shown["secure"]) == ("7200", "", "", secure)
    assert client.cookies["quoth-person"] == "Edda%20R%C3%B6m"
    assert kept[f"{start}quoth-sign-in"]["max-age"] == "0"
    claims = jwt.decode(client.cookies[f"{start}quoth-session"], options={"verify_signature": False})
    assert set(claims) == {"sub", "name", "groups", "aud", "exp"}  # and none of the provider's tokens


def test_a_session_that_was_changed_or_has_ended_opens_nothing(client: TestClient, settings: Settings) -> None:
    sign_in(client, "stan")
    right = client.cookies["quoth-session"]
    head, _, signature = right.split(".")
    theirs = jwt.decode(right, options={"verify_signature": False})
    more = {**theirs, "groups": ["admins"]}
    sessions = Sessions(settings)
    sign_in(client, "stan")
    attempt = begin(client) and client.cookies["quoth-sign-in"]
    other = Sessions(settings.model_copy(update={"oidc_client_secret": "another secret, drawn at random"}))
    forged = {
        "with other claims": f"{head}.{jwt.encode(more, 'x' * 32).split('.')[1]}.{signature}",
        "unsigned": jwt.encode(more, "", "none"),
        "signed by another": jwt.encode(more, "x" * 32),
        "of another secret": other._signed("session", theirs, 60),
        "that has ended": sessions._signed("session", theirs, -1),
        "without an end": jwt.encode({**theirs, "exp": None}, sessions._key),
        "a sign-in under way": attempt,
        "cut short": right[:-1],
        "nothing": "",
    }
    for what, session in forged.items():
        hold(client, quoth_session=session)
        body = problem(client.get("/v1/documents"), 401, "unauthorized")
        assert (body["detail"], body["sign_in"]) == ("Your session has ended: sign in again.", "/signin"), what
    hold(client, quoth_session=right)
    assert client.get("/v1/documents").status_code == 200


def test_a_restart_and_another_server_know_the_session(
    store: SQLiteStore, settings: Settings, client: TestClient
) -> None:
    sign_in(client, "ada")
    other = guarded(store, settings, router, base_url=HERE)
    other.cookies.update(client.cookies)
    assert other.get("/v1/documents").status_code == 200


def test_signing_out_ends_the_session_in_this_browser(client: TestClient) -> None:
    sign_in(client, "ada")
    problem(client.post("/signout", headers={"Sec-Fetch-Site": "cross-site"}), 403, "forbidden")
    assert client.get("/signout").status_code == 405  # a link, or a picture of another site's, ends none
    assert client.get("/v1/documents").status_code == 200
    assert client.post("/signout", headers=PAGE).status_code == 204
    assert dict(client.cookies) == {}
    problem(client.get("/v1/documents"), 401, "unauthorized")


@pytest.mark.parametrize(
    "sender",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://wiki.quoth.example"}],
)  # fmt: skip
def test_a_page_of_another_site_uses_no_session(store: SQLiteStore, provider: Provider, sender: dict[str, str]) -> None:
    """Not even one that may ask: it has tokens for that."""
    settings = load_settings(**provider.settings, oidc_access=ACCESS, origins="https://wiki.quoth.example")
    client = guarded(store, settings, router, base_url=HERE)
    sign_in(client, "ada")
    for method, path in (("PUT", "/v1/documents/x"), ("POST", "/v1/ask")):
        problem(client.request(method, path, headers=sender, json={}), 403, "forbidden")
    assert client.put("/v1/documents/x", headers=PAGE).status_code == 200


def test_a_key_goes_before_the_session(client: TestClient, store: SQLiteStore) -> None:
    sign_in(client, "ada")
    key = store.add_key("preferred", ["ask"])
    seen = client.get("/v1/documents", headers={"Authorization": f"Bearer {key}"}).json()
    assert (seen["scopes"], seen["counted"]) == (["ask"], f"key {store.service_keys()[-1].id}")
    for header in ("Bearer quoth_wrong", "Bearer", "", f"Bearer {client.cookies['quoth-session']}"):
        assert problem(client.get("/v1/documents", headers={"Authorization": header}), 401, "unauthorized")["sign_in"]


def test_without_keys_nobody_gets_in_who_is_not_signed_in(client: TestClient) -> None:
    body = problem(client.get("/v1/documents"), 401, "unauthorized")
    assert body["detail"] == "Sign in at /signin, or send a key in the header `Authorization: Bearer KEY`."
    assert body["sign_in"] == "/signin"


def test_more_groups_than_a_cookie_holds_are_refused_with_the_cure(client: TestClient) -> None:
    told = problem(sign_in(client, "many"), 403, "sign-in-failed")["detail"]
    assert told.startswith(
        "You are in 200 groups, whose names are longer than a session may be: have the provider send"
    )


def test_requests_of_a_person_are_counted_together(store: SQLiteStore, provider: Provider) -> None:
    settings = load_settings(**provider.settings, oidc_access=ACCESS, rate_limit="3/minute")
    client = guarded(store, settings, router, base_url=HERE)
    sign_in(client, "ada")
    for _ in range(3):
        assert client.get("/v1/documents").status_code == 200
    problem(client.get("/v1/documents"), 429, "rate-limited")
    for _ in range(2):  # counted for themselves: one was made above
        assert client.get("/signin", follow_redirects=False).status_code == 302
    problem(client.get("/signin"), 429, "rate-limited")


@pytest.mark.parametrize("host", ["evil.example", "quoth.example.org", "127.0.0.1.evil.example", ""])
def test_no_host_header_says_where_the_provider_sends_people(client: TestClient, host: str) -> None:
    told = problem(client.get("/signin", headers={"Host": host}), 403, "sign-in-failed")["detail"]
    assert told.startswith(f"Nobody can sign in at {host!r}: set QUOTH_PUBLIC_URL to the address that people open")


def test_names_are_shown_without_what_turns_them_around(settings: Settings, client: TestClient) -> None:
    sign_in(client, "nina")
    assert client.cookies["quoth-person"] == "Nina"
    assert Sessions(settings).person(client.get("/signin").request.headers) == Person(
        "subject-of-nina", "Nina", frozenset()
    )  # type: ignore[arg-type]
