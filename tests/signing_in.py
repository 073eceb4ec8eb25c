"""Signing in as a browser does: to the provider, through the form on its page, and back."""

import re
from html import unescape
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, Request

from qa.service.auth.callers import Caller, actor_of, caller_of

HERE = "http://127.0.0.1:8000"
PAGE = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
ACCESS = "admins=admin, editors=ask+write, staff=ask"

router = APIRouter()  # two routes that tell who is let in
_BROWSER = httpx.Client()


@router.get("/v1/documents")
def caller(caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, Any]:
    """Who is let in, as routes are told."""
    groups = None if caller.groups is None else sorted(caller.groups)
    return {"scopes": sorted(caller.scopes), "groups": groups, "counted": caller.counted_as}


@router.put("/v1/documents/{name}")
def write(name: str, request: Request) -> str | None:
    actor = actor_of(request)
    return actor and actor.name


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of the provider's form."""
    found = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def way_back(address: str, user: str, **more: str) -> str:
    """Where the provider sends a browser that was sent to `address`, once `user` has signed in there."""
    page = _BROWSER.get(address)
    back = _BROWSER.post(address.partition("?")[0], data={**form_of(page.text), "user": user, **more})
    assert back.status_code == 302, back.text
    return back.headers["location"]


def begin(client: Any, page: str | None = None) -> str:
    """Where Quoth sends a browser that wants to sign in, to come back to `page`."""
    response = client.get("/signin", params={} if page is None else {"next": page}, follow_redirects=False)
    assert response.status_code == 302, response.text
    return str(response.headers["location"])


def sign_in(client: Any, user: str, page: str | None = None, **more: str) -> Any:
    """The response with which Quoth takes the browser back; its cookies are the client's from then on."""
    return client.get(way_back(begin(client, page), user, **more), follow_redirects=False)
