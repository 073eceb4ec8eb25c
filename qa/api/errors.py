"""The errors that only the service and its clients raise; their base and all others are in `index.errors`.

    QuothError
    ├── UnauthorizedError    send a valid key: there was none, or an unknown one
    ├── ForbiddenError       send a key with the scope named, or use the token from the page it was minted for
    ├── SignInError          sign in again: what came back from the provider isn't right, or is from long ago
    ├── ProviderError        try again later, or correct QUOTH_OIDC_…: the provider is down, or refuses Quoth
    ├── OriginError          add the origin to QUOTH_ORIGINS, or mint the token for one named there
    ├── RateLimitError       wait as long as it says, and ask less often
    └── ServerError          check the server at the URL: it can't be reached, or refuses for another reason

Over HTTP, the `type` of a problem ends with the `kind` of its error, so that the client can raise the same error.
"""

from index.errors import QuothError


class UnauthorizedError(QuothError):
    """A request without a valid key or token. `sign_in` is the page where people sign in, if there is one."""

    kind = "unauthorized"
    sign_in: str | None = None


class ForbiddenError(QuothError):
    """A request that the caller's key or token doesn't permit."""

    kind = "forbidden"


class SignInError(QuothError):
    """A sign-in that can't be completed as it is."""

    kind = "sign-in-failed"


class ProviderError(QuothError):
    """A provider of sign-in that doesn't answer, or not as it should."""

    kind = "sign-in-unavailable"


class OriginError(QuothError):
    """An origin that tokens aren't minted for."""

    kind = "unknown-origin"


class RateLimitError(QuothError):
    """More requests than the rate limit allows."""

    kind = "rate-limited"


class ServerError(QuothError):
    """A server that can't be reached, or that refuses for a reason without an error class of its own."""

    kind = "server"
