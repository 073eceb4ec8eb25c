"""How often one address, key or token may ask: `60/minute`, or several such with semicolons between them.

Counted in memory, by each process for itself, in a window that ends now: of any 60 seconds no more than 60 requests are
let in by `60/minute`, where windows that begin anew would let in twice as many around their border.
"""

import math
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from fastapi import Request
from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from index.errors import QuestionError
from qa.api.errors import RateLimitError

_CLOCK_SECONDS = 5.0  # by which the clock may be set back before everything is counted anew


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request was `granted`, and what the tightest limit leaves: `remaining` of `most`, and the seconds until
    the next one is free again.
    """

    granted: bool
    most: int
    remaining: int
    seconds: int


class RateLimiter:
    """Counts requests by who sends them. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        self._items = parse_many(text)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = 0.0

    @property
    def most_at_once(self) -> int:
        """The most that can ever be spent together."""
        return min(item.amount for item in self._items)

    def spend(self, who: str, cost: int = 1) -> Allowance:
        """Count `cost` requests, and return what is left: of the limit that is passed, or else of the tightest."""
        now = time.time()
        if now < self._latest - _CLOCK_SECONDS:  # what was counted lies ahead: it would hold until the clock is there
            self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = now
        left = []
        for item in self._items:
            granted = self._limiter.hit(item, who, cost=cost)
            stats = self._limiter.get_window_stats(item, who)
            seconds = max(1, math.ceil(stats.reset_time - time.time()))
            left.append(Allowance(granted, item.amount, max(0, stats.remaining), seconds))
            if not granted:
                return left[-1]
        return min(left, key=lambda one: one.remaining)


class RequestBudget:
    """Spends of the limits for everyone that a request counts for: an address, and a key or token if there is one."""

    def __init__(self, limits: RateLimiter | None, who: str) -> None:
        self._limits = limits
        self._who = [who]
        self._left: Allowance | None = None

    def count_for(self, who: str) -> None:
        """Count the request for somebody else, too. Raises RateLimitError if they have asked too often."""
        self._who.append(who)
        self._spend(who, 1)

    def spend(self, cost: int = 1) -> None:
        """Count `cost` requests. Raises RateLimitError if that is too many, QuestionError if it always will be."""
        if self._limits and cost > (most := self._limits.most_at_once):
            raise QuestionError(f"Of {cost + 1} questions at once at most {most} are let in: split the batch.")
        for who in self._who:
            self._spend(who, cost)

    def _spend(self, who: str, cost: int) -> None:
        if self._limits is None:
            return
        left = self._limits.spend(who, cost)
        if self._left is None or not left.granted or left.remaining < self._left.remaining:
            self._left = left
        if not left.granted:
            error = RateLimitError(
                f"This is asked too often: {left.most} requests are let in at a time, and the next in {left.seconds} s."
            )
            error.retry_after = left.seconds
            raise error

    def telling(self, send: Send) -> Send:
        """`send`, with headers that tell what is left when the response begins."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and self._left:
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Limit"] = str(self._left.most)
                headers["RateLimit-Remaining"] = str(self._left.remaining)
                headers["RateLimit-Reset"] = str(self._left.seconds)
            await send(message)

        return with_headers if self._limits else send


def by_address(address: str) -> str:
    """Whom an address stands for: of IPv6, a network of 64 bits is one household's or one machine's."""
    try:
        known = ip_address(address)
    except ValueError:
        return f"address {address}"
    if isinstance(known, IPv4Address):
        return f"address {known}"
    return f"address {known.ipv4_mapped or f'{int(known) >> 64:x}::/64'}"


def budget_of(request: Request) -> RequestBudget:
    """What the request to a route that isn't for everybody spends from."""
    budget: RequestBudget = request.state.budget
    return budget
