"""Which requests of other sites' pages are accepted where no keys exist.

Any page open in a browser can send requests to addresses that only the user's machine reaches: by forms and `fetch`
(cross-site request forgery), or under a host name of its own that resolves to the loopback (DNS rebinding). The browser
marks such requests with headers that no page can change: `Origin`, `Sec-Fetch-Site` and `Host`.
"""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.errors import ForbiddenError
from qa.origins import is_loopback
from qa.service.permissions import ASK, Rule
from qa.service.problems import of_quoth

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, section 9.2.1: they change nothing
_OWN_SITES = ("same-origin", "none")  # `none`: sent by the user, such as by reloading a page
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?")


def require_local_name(headers: Headers) -> None:
    """Raise ForbiddenError unless the Host of the request is a loopback name or address."""
    host = _host_and_port(headers.getlist("host"))
    if host is None or not is_loopback(host[0]):
        raise ForbiddenError(
            f"Without keys only this machine is served, not {headers.get('host')!r}: make a key with `quoth keys "
            "add`, or serve everybody with --allow-anonymous."
        )


def local_origin(headers: Headers) -> str | None:
    """The origin that a browser on this machine has in its address bar; None if the Host is another name."""
    host = _host_and_port(headers.getlist("host"))
    return f"http://{headers['host'].lower()}" if host and is_loopback(host[0]) else None


def require_own_page(method: str, headers: Headers, rule: Rule | None, origins: Collection[str] = ()) -> None:
    """Raise ForbiddenError if a page of another site sends more than a question.

    Requests that change nothing pass, because no other page can read the response. For all others, `Origin` and
    `Sec-Fetch-Site` must name the service itself, if they are present; programs other than browsers send neither. Pages
    of one of `origins` may use routes that need the scope `ask`.
    """
    if method in _SAFE_METHODS:
        return
    senders = headers.getlist("origin")
    own = all(_is_own(origin, headers.getlist("host")) for origin in senders)
    if own and all(site in _OWN_SITES for site in headers.getlist("sec-fetch-site")):
        return
    if len(senders) != 1 or senders[0] not in origins:
        raise ForbiddenError(
            "A page of another site sent this, and QUOTH_ORIGINS doesn't name it. If the page is Quoth's own, have the "
            "proxy in front pass on the Host that browsers send."
        )
    if rule is None or rule.scope != ASK.scope:
        raise ForbiddenError("A page of another site sent this: where there are no keys, it may ask and no more.")


def _is_own(origin: str, hosts: list[str]) -> bool:
    """Whether `origin` is the service's own: its host and port are those of the Host header, over http or https.

    Behind a proxy the service can't know which of the two the browser uses.
    """
    scheme, _, host = origin.partition("://")
    page, service = _host_and_port([host]), _host_and_port(hosts)
    if scheme not in _PORTS or page is None or service is None:
        return False
    default = _PORTS[scheme]
    return (page[0], page[1] or default) == (service[0], service[1] or default)


def _host_and_port(hosts: list[str]) -> tuple[str, int | None] | None:
    """(host in lower case, port or None) of the `Host` header; None unless there is exactly one valid header."""
    match = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    if match is None:
        return None
    address, name, port = match.groups()
    return address or name, int(port) if port else None


class LocalPagesOnly:
    """Middleware for servers without keys: refuses requests to other hosts' names, and those of other sites' pages."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run as an ASGI application."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            try:
                require_local_name(headers)
                require_own_page(scope["method"], headers, rule=None)
            except ForbiddenError as error:
                await of_quoth(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
