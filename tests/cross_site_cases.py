"""What browsers and others say of where a request comes from, and what becomes of it by the rule as OPERATIONS.md has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SITE = "https://site.example"  # the one that QUOTH_ORIGINS names
LOCAL = ("127.0.0.1:8000", "localhost", "[::1]:8000")
REMOTE = (
    "quoth.example",
    "evil.example:8000",
    "127.0.0.1.evil.example",
    "evil@127.0.0.1",
    "127.0.0.1@evil",
    "",
    "[::1",
)
# `{host}` is what the request was sent to
OWN = ("http://{host}", "https://{host}")
FOREIGN = ("https://evil.example", "http://site.example", "https://site.example:444", "https://site.example.evil", "null",
           "", "http://{host}.evil.example", "http://{host}/", "http://evil@{host}", "ftp://{host}", "{host}")  # fmt: skip
ORIGINS = (None, *OWN, SITE, *FOREIGN)
OWN_SITES = ("same-origin", "none")
SITES = (None, *OWN_SITES, "same-site", "cross-site", "Cross-Site", "")
SAFE = ("GET", "HEAD", "OPTIONS")

Outcome = Literal["let in", "another host", "another site", "more than asking"]
DETAILS = {
    "another host": "Without keys only this machine is served, not ",
    "another site": "A page of another site sent this, and QUOTH_ORIGINS doesn't name it. ",
    "more than asking": "A page of another site sent this: where there are no keys, it may ask and no more.",
}


@dataclass(frozen=True)
class Case:
    """One request's headers; `origin` and `site` (Sec-Fetch-Site) are None where it has none."""

    host: str
    origin: str | None
    site: str | None

    @property
    def headers(self) -> dict[str, str]:
        said = {"Origin": self.sent_from, "Sec-Fetch-Site": self.site}
        return {"Host": self.host, **{name: value for name, value in said.items() if value is not None}}

    @property
    def sent_from(self) -> str | None:
        return self.origin and self.origin.format(host=self.host)

    def outcome(self, method: str, scope: str | None, *, any_host: bool, named: tuple[str, ...] = (SITE,)) -> Outcome:
        """Without keys, on a route that isn't for everybody and needs `scope`."""
        if not any_host and self.host not in LOCAL:
            return "another host"
        if method in SAFE:
            return "let in"
        readable = self.host not in ("", "[::1", "evil@127.0.0.1", "127.0.0.1@evil")
        own = self.origin is None or (self.origin in OWN and readable)
        if own and (self.site is None or self.site in OWN_SITES):
            return "let in"
        if self.origin not in named:
            return "another site"
        return "let in" if scope == "ask" else "more than asking"


def cases(hosts: tuple[str, ...] = LOCAL + REMOTE) -> Iterator[Case]:
    """Every combination."""
    for host in hosts:
        for origin in ORIGINS:
            for site in SITES:
                yield Case(host, origin, site)


# One of each kind, for what is asked once for every route
FEW = [
    Case(LOCAL[0], None, None),
    Case(LOCAL[2], "http://{host}", "same-origin"),
    Case(LOCAL[0], "https://{host}", None),
    Case(LOCAL[1], None, "cross-site"),
    Case(LOCAL[0], "https://evil.example", "cross-site"),
    Case(LOCAL[0], "https://evil.example", None),
    Case(LOCAL[0], "http://{host}", "same-site"),
    Case(LOCAL[0], "null", "none"),
    Case(LOCAL[0], SITE, "cross-site"),
    Case("quoth.example", None, None),
    Case("evil.example:8000", "http://{host}", "same-origin"),
    Case("quoth.example", "https://evil.example", "cross-site"),
    Case("quoth.example", SITE, None),
    Case("", "http://", None),
]
