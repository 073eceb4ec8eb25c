"""Signing in with a browser, by OpenID Connect: to the provider, back with a code for a session, and out again.

These routes are there only if the settings name a provider. Whoever opens them sees pages; programs get problems.
"""

import re
from collections.abc import Mapping
from hmac import compare_digest
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from index.errors import QuothError
from qa.api.errors import SignInError
from qa.service.auth.authenticator import SIGN_IN_PAGE
from qa.service.auth.cross_site import local_origin, require_own_page
from qa.service.auth.provider import Provider
from qa.service.auth.sessions import Attempt, Sessions
from qa.service.problems import of_quoth
from qa.settings import Settings

_CALLBACK = "/signin/callback"
_MAX_PAGE_CHARS = 2000
# A path of this site. Browsers take // and /\ for another host, and leave out tabs and ends of lines
_OWN_PAGE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_HEADERS = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False)


def install(app: FastAPI, sessions: Sessions, settings: Settings) -> None:
    """Add the routes. Raises SettingsError if Authlib isn't installed."""
    app.state.sessions, app.state.provider = sessions, Provider(settings)
    app.state.public_url = settings.public_url
    app.include_router(router)


@router.get(SIGN_IN_PAGE)
async def sign_in(request: Request, page: Annotated[str, Query(alias="next")] = "/") -> Response:
    """Send a browser to the provider, to come back to a page of this site."""
    sessions, provider = _parts(request)
    page = own_page(page)
    try:
        address, attempt = await provider.begin(_origin(request) + _CALLBACK, page)
    except QuothError as error:
        return _refusal(request, error, page)
    response = RedirectResponse(address, 302, _HEADERS)
    sessions.begin(response, attempt)
    return response


@router.get(_CALLBACK)
async def signed_in(request: Request) -> Response:
    """Take the browser back from the provider, with a session if that says who it is."""
    sessions, _ = _parts(request)
    attempt = sessions.attempt(request.headers)
    try:
        response = await _completed(request, attempt)
    except QuothError as error:
        response = _refusal(request, error, attempt.page if attempt else "/")
    sessions.forget_attempt(response)
    return response


@router.post("/signout", status_code=204)
async def sign_out(request: Request) -> Response:
    """End the session in this browser. The provider may still know it, and sign in again without a password."""
    require_own_page("POST", request.headers, rule=None)
    sessions, _ = _parts(request)
    response = Response(status_code=204, headers=_HEADERS)
    sessions.end(response)
    return response


def own_page(page: str) -> str:
    """The page of this site that an address names, the first one for any other address."""
    if len(page) > _MAX_PAGE_CHARS or not _OWN_PAGE.fullmatch(page):
        return "/"
    return page


async def _completed(request: Request, attempt: Attempt | None) -> Response:
    """The way back to the page that asked to sign in, with a session."""
    sessions, provider = _parts(request)
    sent = request.query_params
    if attempt is None or not compare_digest(sent.get("state", "").encode(), attempt.state.encode()):
        raise SignInError("This sign-in wasn't begun in this browser, or more than ten minutes ago: sign in again.")
    if sent.get("iss", provider.issuer) != provider.issuer:  # RFC 9207
        raise SignInError("Another provider sent you back than the one that was asked: sign in again.")
    if "error" in sent or "code" not in sent:
        why = f" ({sent['error'][:100]})" if "error" in sent else ""
        raise SignInError(f"The provider let nobody in{why}: sign in again, or ask whoever runs the provider.")
    person = await provider.person(sent["code"], attempt, _origin(request) + _CALLBACK)
    response = RedirectResponse(attempt.page, 302, _HEADERS)
    sessions.start(response, person)
    return response


def _origin(request: Request) -> str:
    """The origin that people open. Raises SignInError where that isn't known, for no `Host` header is believed."""
    public_url: str | None = request.app.state.public_url
    origin = public_url or local_origin(request.headers)
    if origin is None:
        raise SignInError(
            f"Nobody can sign in at {request.headers.get('host', '')[:100]!r}: set QUOTH_PUBLIC_URL to the address "
            "that people open, such as https://quoth.example.org."
        )
    return origin


def _parts(request: Request) -> tuple[Sessions, Provider]:
    return request.app.state.sessions, request.app.state.provider


def _refusal(request: Request, error: QuothError, page: str) -> Response:
    """A page that says what is wrong and leads on to `page`, or a problem for what isn't a browser."""
    refusal = of_quoth(error)
    if "text/html" in request.headers.get("accept", ""):
        again = f"{SIGN_IN_PAGE}?{urlencode({'next': page})}"
        shown = _PAGE.format(why=escape(error.public), again=escape(again))
        return HTMLResponse(shown, refusal.status_code, {**_HEADERS, **_kept(refusal.headers)})
    refusal.headers.update(_HEADERS)
    return refusal


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.startswith("content-")}


_PAGE = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Not signed in · Quoth</title>
  <link rel="stylesheet" href="/static/style.css">
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
</head>
<body>
  <header class="bar">
    <a class="brand" href="/"><img src="/static/icon.svg" alt="" width="28" height="28">Quoth</a>
  </header>
  <main id="main" class="narrow">
    <h1>You aren’t signed in</h1>
    <div class="card trouble"><p>{why}</p><p><a class="button" href="{again}">Sign in again</a></p></div>
  </main>
</body>
</html>
"""
