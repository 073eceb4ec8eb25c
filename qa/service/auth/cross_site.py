"""What pages of other sites may have a browser send here, where no key says who asks.

A browser sends for any page that is open in it, also to addresses that only its own machine reaches: by forms and
`fetch` (cross-site request forgery), or under a name of the page's own that resolves to the loopback (DNS rebinding).
It says so in headers that no page can change: `Origin`, `Sec-Fetch-Site` and `Host`.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.api.errors import ForbiddenError
from qa.service.permissions import ASK, Rule
from qa.service.problems import of_quoth

_SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110, section 9.2.1: they change nothing
_OWN_SITES = ("same-origin", "none")  # `none` is the person's own doing, such as sending a form again
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?")


def is_loopback(host: str) -> bool:
    """Whether only those at the machine itself reach this address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_local_name(headers: Headers) -> None:
    """Raise ForbiddenError unless the request was sent to a name or address of this machine alone."""
    asked = _host_and_port(headers.getlist("host"))
    if asked is None or not is_loopback(asked[0]):
        raise ForbiddenError(
            f"Without keys only this machine is served, not {headers.get('host')!r}: make a key with `quoth keys "
            "add`, or serve everybody with --allow-anonymous."
        )


def require_own_page(method: str, headers: Headers, rule: Rule | None, origins: Collection[str] = ()) -> None:
    """Raise ForbiddenError where a page of another site sends more than a question.

    A request that changes nothing is let through: no other page can read its response. Of the others, both headers
    must name the service itself, whichever of them is there; a page of one of `origins` may use what needs the scope
    `ask`. Programs other than browsers send neither header, and are let through.
    """
    if method in _SAFE_METHODS:
        return
    sent_from = headers.getlist("origin")
    own = all(_is_own(origin, headers.getlist("host")) for origin in sent_from)
    if own and all(site in _OWN_SITES for site in headers.getlist("sec-fetch-site")):
        return
    if len(sent_from) != 1 or sent_from[0] not in origins:
        raise ForbiddenError(
            "A page of another site sent this, and QUOTH_ORIGINS doesn't name it. If the page is Quoth's own, have the "
            "proxy in front pass on the Host that browsers send."
        )
    if rule is None or rule.scope != ASK.scope:
        raise ForbiddenError("A page of another site sent this: where there are no keys, it may ask and no more.")


def _is_own(origin: str, hosts: list[str]) -> bool:
    """Whether pages of this origin are the service's: under the name it was asked by, over http or https.

    Which of the two a browser uses is known to a proxy alone.
    """
    scheme, _, host = origin.partition("://")
    page, asked = _host_and_port([host]), _host_and_port(hosts)
    if scheme not in _PORTS or page is None or asked is None:
        return False
    usual = _PORTS[scheme]
    return (page[0], page[1] or usual) == (asked[0], asked[1] or usual)


def _host_and_port(hosts: list[str]) -> tuple[str, int | None] | None:
    """What the `Host` headers of a request name, in lower case; None unless it is one that can be read."""
    match = _HOST.fullmatch(hosts[0].lower()) if len(hosts) == 1 else None
    if match is None:
        return None
    address, name, port = match.groups()
    return address or name, int(port) if port else None


class LocalPagesOnly:
    """Lets in what is sent under a name of this machine, and not by pages of another site: where nobody has a key."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As an ASGI application."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            try:
                require_local_name(headers)
                require_own_page(scope["method"], headers, rule=None)
            except ForbiddenError as error:
                await of_quoth(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
