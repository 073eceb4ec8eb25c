"""How often one address, key or token may ask: `60/minute`, or several such with semicolons between them.

Counted in memory, by each process for itself, in windows that begin with a first request.
"""

import math
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request was `granted`, and what the tightest limit leaves: `remaining` of `most`, and the seconds until
    it begins anew.
    """

    granted: bool
    most: int
    remaining: int
    seconds: int


def parsed(text: str) -> list[RateLimitItem]:
    """The limits that a text names. Raises ValueError that says how to write one."""
    try:
        items = parse_many(text)
    except ValueError:
        items = []
    if not items or any(item.amount < 1 for item in items):
        raise ValueError(f"{text!r} is no limit: write one such as 60/minute, or several as 5/second; 1000/hour")
    return items


class Limits:
    """Counts requests by who sends them. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        self._items = parsed(text)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    @property
    def most_at_once(self) -> int:
        """The most that can ever be spent together."""
        return min(item.amount for item in self._items)

    def spend(self, who: str, cost: int = 1) -> Allowance:
        """Count `cost` requests, and return what is left: of the limit that is passed, or else of the tightest."""
        left = []
        for item in self._items:
            granted = self._limiter.hit(item, who, cost=cost)
            stats = self._limiter.get_window_stats(item, who)
            seconds = max(1, math.ceil(stats.reset_time - time.time()))
            left.append(Allowance(granted, item.amount, max(0, stats.remaining), seconds))
            if not granted:
                return left[-1]
        return min(left, key=lambda one: one.remaining)


def by_address(address: str) -> str:
    """Whom an address stands for: of IPv6, a network of 64 bits is one household's or one machine's."""
    try:
        known = ip_address(address)
    except ValueError:
        return f"address {address}"
    if isinstance(known, IPv4Address):
        return f"address {known}"
    return f"address {known.ipv4_mapped or f'{int(known) >> 64:x}::/64'}"
