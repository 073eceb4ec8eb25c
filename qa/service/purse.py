"""What one request spends of the limits, and the headers that tell what is left."""

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from index.errors import QuestionError, RateLimitError
from qa.access.limits import Allowance, Limits


class Purse:
    """Spends of the limits for everyone that a request counts for: an address, and a key or token if there is one."""

    def __init__(self, limits: Limits | None, who: str) -> None:
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


def purse_of(request: Request) -> Purse:
    """What the request to a route that isn't for everybody spends from."""
    purse: Purse = request.state.purse
    return purse
