"""The errors that only a service and its clients have; all others are in `index.errors`, and so is their base.

    QuothError
    ├── UnauthorizedError    bring a key: none was given, or one that nobody has
    ├── ForbiddenError       bring a key of the scope that is named, or a token from the page it was minted for
    ├── OriginError          name the origin in QUOTH_ORIGINS, or mint the token for one that is named there
    ├── RateLimitError       wait for as long as it says, and ask less often
    └── ServerError          look at the server asked by URL: out of reach, or it refuses for a reason not named above

A problem's `type` over HTTP ends with the `kind` of its error, by which a client raises the same one.
"""

from index.errors import QuothError


class UnauthorizedError(QuothError):
    """A request from nobody known."""

    kind = "unauthorized"


class ForbiddenError(QuothError):
    """A request from somebody who may not do that."""

    kind = "forbidden"


class OriginError(QuothError):
    """An origin that tokens aren't minted for."""

    kind = "unknown-origin"


class RateLimitError(QuothError):
    """More requests than are let in."""

    kind = "rate-limited"


class ServerError(QuothError):
    """A server by URL that can't be asked, or that refuses for a reason which has no error of its own."""

    kind = "server"
