"""Signing in as a browser does: to the provider, through the form on its page, and back."""

import re
from html import unescape
from typing import Any

import httpx

_BROWSER = httpx.Client()


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
