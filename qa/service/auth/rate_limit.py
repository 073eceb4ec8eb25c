"""Rate limits for an address, key or token: `60/minute`, or several limits separated by semicolons.

Requests are counted in the memory of each process, in a moving window: `60/minute` admits at most 60 requests in any 60
seconds. Fixed windows would admit twice as many around their boundary.
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

_CLOCK_SECONDS = 5.0  # if the clock is set back further than this, counting starts anew


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request was `granted`, and the state of the tightest limit.

    `remaining` of `most` requests are left; in `seconds` the next one is free again.
    """

    granted: bool
    most: int
    remaining: int
    seconds: int


class RateLimiter:
    """Counts requests by sender. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        self._items = parse_many(text)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = 0.0

    @property
    def most_at_once(self) -> int:
        """The highest cost that can be spent at once."""
        return min(item.amount for item in self._items)

    def spend(self, who: str, cost: int = 1) -> Allowance:
        """Count `cost` requests of `who`; returns the state of the exceeded limit or else of the tightest one."""
        now = time.time()
        if now < self._latest - _CLOCK_SECONDS:  # else requests counted in the future would block until then
            self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = now
        allowances = []
        for item in self._items:
            granted = self._limiter.hit(item, who, cost=cost)
            stats = self._limiter.get_window_stats(item, who)
            seconds = max(1, math.ceil(stats.reset_time - time.time()))
            allowances.append(Allowance(granted, item.amount, max(0, stats.remaining), seconds))
            if not granted:
                return allowances[-1]
        return min(allowances, key=lambda one: one.remaining)


class RequestBudget:
    """Counts one request for everyone it counts for: its address, and its key or token if it has one."""

    def __init__(self, limits: RateLimiter | None, who: str) -> None:
        self._limits = limits
        self._who = [who]
        self._left: Allowance | None = None

    def count_for(self, who: str) -> None:
        """Count the request for `who`, too. Raises RateLimitError if that exceeds a limit."""
        self._who.append(who)
        self._spend(who, 1)

    def spend(self, cost: int = 1) -> None:
        """Count `cost` requests. Raises RateLimitError if that exceeds a limit, QuestionError if it always would."""
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

    def with_headers(self, send: Send) -> Send:
        """`send`, adding RateLimit headers to the response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and self._left:
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Limit"] = str(self._left.most)
                headers["RateLimit-Remaining"] = str(self._left.remaining)
                headers["RateLimit-Reset"] = str(self._left.seconds)
            await send(message)

        return send_with_headers if self._limits else send


def by_address(address: str) -> str:
    """The name to count an address under: for IPv6 its /64 network, which is one household or machine."""
    try:
        known = ip_address(address)
    except ValueError:
        return f"address {address}"
    if isinstance(known, IPv4Address):
        return f"address {known}"
    return f"address {known.ipv4_mapped or f'{int(known) >> 64:x}::/64'}"


def budget_of(request: Request) -> RequestBudget:
    """The budget of a request to a route that isn't public."""
    budget: RequestBudget = request.state.budget
    return budget
