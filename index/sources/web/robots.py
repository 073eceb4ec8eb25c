"""What a site's robots.txt allows (RFC 9309), and the sitemaps that it names."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import DocumentError
from index.sources.web.addresses import Site, spelled
from index.sources.web.fetching import USER_AGENT, Fetcher

if TYPE_CHECKING:
    from protego import Protego

_NAME = USER_AGENT.partition("/")[0]  # "quoth", as robots.txt names it
_MOST_REDIRECTS = 5
_MOST_BYTES = 500 * 2**10  # that are read of one, as RFC 9309 has it


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site."""

    rules: "Protego"

    def allows(self, address: str) -> bool:
        """Whether the page may be asked for."""
        return bool(self.rules.can_fetch(address, _NAME))

    @property
    def pause(self) -> float:
        """Seconds that it asks to wait between requests."""
        return float(self.rules.crawl_delay(_NAME) or 0)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of sitemaps that it names."""
        return list(self.rules.sitemaps)


def robots_of(site: Site, fetcher: Fetcher) -> Robots:
    """The site's rules; where there is no robots.txt, all is allowed.

    Raises DocumentError where that can't be known, since then nothing may be asked for.
    """
    from protego import Protego

    address = f"{site.origin}/robots.txt"
    for _ in range(_MOST_REDIRECTS):
        response = fetcher.get(address)
        target = spelled(response.headers.get("location", ""), address)
        if response.status not in (301, 302, 303, 307, 308) or not target or not target.startswith(f"{site.origin}/"):
            break
        address = target
    if response.status >= 500 or response.status == 429:
        raise DocumentError(
            f"{address} can't be had (status {response.status}), and without it no page may be asked for: try again "
            "later. Nothing was changed."
        )
    text = response.body[:_MOST_BYTES].decode("utf-8", "replace") if response.status == 200 else ""
    return Robots(Protego.parse(text.removeprefix("\ufeff")))
