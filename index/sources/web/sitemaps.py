"""The pages that a site lists itself: its sitemaps, those that they name, plain or packed."""

from collections import deque

from index.errors import DocumentError
from index.formats.addresses import SITEMAP
from index.parsing.limits import Limits
from index.parsing.parse import parse_addresses
from index.sources.web.addresses import Site, spelled
from index.sources.web.fetching import Fetcher
from index.sources.web.robots import Robots

_MOST_SITEMAPS = 100


def listed_pages(site: Site, robots: Robots, fetcher: Fetcher, limits: Limits) -> list[str]:
    """The site's pages that its sitemaps list, in their order; none where it has no sitemap that can be read.

    Those that robots.txt names are read and, if it names none, /sitemap.xml; only ones of the site's own origin.
    """
    named = list(robots.sitemaps) or [f"{site.origin}/sitemap.xml"]
    waiting = deque(filter(None, (spelled(address, site.start) for address in named)))
    seen: set[str] = set()
    pages: dict[str, None] = {}
    while waiting and len(seen) < _MOST_SITEMAPS:
        address = waiting.popleft()
        if address in seen or not address.startswith(f"{site.origin}/") or not robots.allows(address):
            continue
        seen.add(address)
        try:
            response = fetcher.get(address)
            if response.status != 200 or not response.body.strip():
                continue
            parsed = parse_addresses(response.body, address, SITEMAP, limits=limits)
        except DocumentError:  # a list of pages that can't be read is no list: then links are followed
            continue
        found = filter(None, (spelled(line, address) for line in parsed.text.splitlines()))
        if parsed.metadata.get("index"):
            waiting.extend(found)
        else:
            pages |= dict.fromkeys(page for page in found if site.has(page))
    return list(pages)
