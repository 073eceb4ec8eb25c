"""Rate limits for an address, key or token: `60/minute`, or several limits separated by semicolons.

Requests are counted in a moving window: `60/minute` admits at most 60 requests in any 60 seconds. Fixed windows would
admit twice as many around their boundary. Servers of one store that can count (`index/storage/hits.py`) count together
there, and each in its own memory while that is away; over any other store each process counts for itself.
"""

import logging
import math
import threading
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address

from fastapi import Request
from limits import parse_many
from limits.storage import MemoryStorage, MovingWindowSupport, Storage
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from index.errors import BusyError, QuestionError, StorageError
from index.storage.hits import CountsHits, Hits
from qa.api.errors import RateLimitError

_CLOCK_SECONDS = 5.0  # if the clock is set back further than this, counting starts anew
_ALONE_SECONDS = 5.0  # after which a store that was away is tried again

log = logging.getLogger(__name__)


class StoreCounts(Storage, MovingWindowSupport):
    """Where `limits` keeps its moving windows: in a store, which other processes use too.

    Its strategy asks for the window right after each hit, in the same thread; the store tells both at once.
    """

    STORAGE_SCHEME = None  # no URL of the library's names it

    def __init__(self, store: CountsHits) -> None:
        super().__init__()
        self._store = store
        self._last = threading.local()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What it raises, as it is."""
        return StorageError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count `amount` if no more than `limit` are then in the window of `expiry` seconds."""
        hits = self._store.hit(key, limit, expiry, amount)
        self._last.hits = (key, hits)
        return hits.granted

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """(When the oldest in the window came, how many there are)."""
        last_key, hits = getattr(self._last, "hits", (None, Hits(False, 0, 0)))
        self._last.hits = (None, hits)
        if last_key != key:
            hits = self._store.hit(key, limit, expiry, 0)
        return time.time() - hits.age, hits.count

    def check(self) -> bool:
        """Whether it counts: it says so with each count."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Of fixed windows, which aren't used."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Of fixed windows, which aren't used."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Of fixed windows, which aren't used."""
        raise NotImplementedError

    def reset(self) -> int | None:
        """Nobody's counts are anybody's to forget."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Nobody's counts are anybody's to forget."""
        raise NotImplementedError


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
    """Counts requests by sender, together with the others that use `store` if it counts. Safe to share between threads.

    With such a store it may have to wait for it, for a second at most.
    """

    def __init__(self, text: str, store: object = None) -> None:
        self._items = parse_many(text)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = 0.0
        self._shared = MovingWindowRateLimiter(StoreCounts(store)) if isinstance(store, CountsHits) else None
        self._alone_until: float | None = None  # of the monotonic clock, while the store is away

    @property
    def waits(self) -> bool:
        """Whether `spend` may have to wait, so that it has no place in an event loop."""
        return self._shared is not None

    @property
    def most_at_once(self) -> int:
        """The highest cost that can be spent at once."""
        return min(item.amount for item in self._items)

    def spend(self, who: str, cost: int = 1) -> Allowance:
        """Count `cost` requests of `who`; returns the state of the exceeded limit or else of the tightest one."""
        if self._shared is None or time.monotonic() < (self._alone_until or 0):
            return self._spend(self._own(), who, cost)
        if self._alone_until is not None:  # this one tries whether it counts again, and no other waits for that
            self._alone_until = time.monotonic() + _ALONE_SECONDS
        try:
            allowance = self._spend(self._shared, who, cost)
        except (BusyError, StorageError) as error:
            if self._alone_until is None:
                log.warning("Rate limits are counted by this process alone while the store can't count. %s", error)
            self._alone_until = time.monotonic() + _ALONE_SECONDS
            return self._spend(self._own(), who, cost)
        if self._alone_until is not None:
            self._alone_until = None
            log.info("Rate limits are counted together with the other servers again.")
        return allowance

    def _own(self) -> MovingWindowRateLimiter:
        """What counts in this process."""
        now = time.time()
        if now < self._latest - _CLOCK_SECONDS:  # else requests counted in the future would block until then
            self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._latest = now
        return self._limiter

    def _spend(self, limiter: MovingWindowRateLimiter, who: str, cost: int) -> Allowance:
        allowances = []
        for item in self._items:
            granted = limiter.hit(item, who, cost=cost)
            stats = limiter.get_window_stats(item, who)
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

    async def spend_aside(self, cost: int = 1) -> None:
        """As `spend`, from an event loop: in a thread where it may have to wait."""
        if self._limits and self._limits.waits:
            await run_in_threadpool(self.spend, cost)
        else:
            self.spend(cost)

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
