"""The OpenID Connect provider that people sign in with, by Authlib: where it asks them, and who it says they are.

Authlib checks an ID token's signature by the provider's keys, and its issuer, audience, nonce and end. What the
provider says of itself (discovery) is fetched by the first sign-in and kept. Nothing here waits for long.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from index.errors import SettingsError
from index.groups import can_read
from qa.api.errors import ProviderError, SignInError
from qa.service.auth.sessions import Attempt, Person
from qa.settings import Settings

_SECONDS = 10  # for all that one request of a person needs of the provider
_LEEWAY_SECONDS = 60  # by which the provider's clock may differ
_MAX_NAME_CHARS = 100
_MAX_SUBJECT_CHARS = 255  # OpenID Connect Core, section 2
# Of the methods that the provider names, those by which nobody but the provider can sign: neither `none` nor its secret
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
# What is used of what the provider says of itself: Authlib would take anything else for options of its own
_BASIC, _POST = "client_secret_basic", "client_secret_post"  # ways to send the client's secret
_METADATA = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")

_NOT_AS_IT_SHOULD = (LookupError, TypeError, ValueError, AttributeError, RuntimeError)  # raised for odd answers

_logger = logging.getLogger("quoth")


class Provider:
    """The provider that the settings name. Raises SettingsError if Authlib isn't installed."""

    def __init__(self, settings: Settings) -> None:
        if find_spec("authlib") is None:
            raise SettingsError(
                "People can't sign in without Authlib: pip install 'quoth[oidc]', or unset QUOTH_OIDC_ISSUER."
            )
        from authlib.integrations.starlette_client import OAuth
        from httpx2 import create_ssl_context

        self.issuer = settings.oidc_issuer or ""
        self._groups_claim = settings.oidc_groups_claim
        self._groups = frozenset(settings.oidc_access)
        self._client = OAuth().register(
            "quoth",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=self.issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scopes,
                "code_challenge_method": "S256",
                "timeout": _SECONDS,
                "verify": create_ssl_context(),  # once: Authlib makes a client for each request
            },
        )

    async def begin(self, redirect_uri: str, page: str) -> tuple[str, Attempt]:
        """(where the provider asks who somebody is, what to compare its answer with). Raises ProviderError."""
        async with self._answering():
            await self._discover()
            begun = await self._client.create_authorization_url(redirect_uri)
        return str(begun["url"]), Attempt(begun["state"], begun["nonce"], begun["code_verifier"], page)

    async def person(self, code: str, attempt: Attempt, redirect_uri: str) -> Person:
        """Who signed in, by the code that the provider sent them back with.

        Raises ProviderError if it can't be reached or refuses Quoth, and SignInError for an ID token that isn't right.
        """
        async with self._answering():
            await self._discover()
            token = await self._client.fetch_access_token(redirect_uri, code=code, code_verifier=attempt.verifier)
            if "id_token" not in token:
                raise SignInError("The provider sent no ID token: its client for Quoth must be one of OpenID Connect.")
            claims = dict(await self._checked(token, attempt.nonce))
            if _at(claims, self._groups_claim) is None:
                claims = {**await self._more(token, claims["sub"]), **claims}
        return self._person(claims)

    async def _checked(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        from joserfc.errors import JoseError

        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client.client_id},
        }
        try:
            claims: Mapping[str, Any] = await self._client.parse_id_token(
                token, nonce, claims_options=options, leeway=_LEEWAY_SECONDS
            )
        except JoseError as error:
            _logger.warning("A sign-in was refused, for its ID token isn't right: %s", error)
            raise SignInError(
                "What the provider says of who you are isn't signed by it, isn't for this sign-in, or has ended: sign "
                "in again."
            ) from None
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject.isprintable() or not 0 < len(subject) <= _MAX_SUBJECT_CHARS:
            raise SignInError("The provider names nobody that can be told again (claim sub): it isn't set up rightly.")
        return claims

    async def _more(self, token: Mapping[str, Any], subject: str) -> Mapping[str, Any]:
        """What else the provider says of this person; providers needn't put groups into ID tokens."""
        if "userinfo_endpoint" not in self._client.server_metadata:
            return {}
        claims: Mapping[str, Any] = await self._client.userinfo(token=token)
        return claims if claims.get("sub") == subject else {}  # OpenID Connect Core, section 5.3.2

    def _person(self, claims: Mapping[str, Any]) -> Person:
        names = (claims.get(claim) for claim in ("name", "preferred_username", "email"))
        name = next((shown for name in names if isinstance(name, str) and (shown := _printable(name))), None)
        groups = _at(claims, self._groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        wanted = [each for each in listed if isinstance(each, str) and (each in self._groups or can_read(each))]
        return Person(claims["sub"], name or _printable(claims["sub"]), frozenset(wanted))

    async def _discover(self) -> None:
        """Learn the provider's addresses, unless they are known."""
        if "_loaded_at" in self._client.server_metadata:
            return
        said = dict(await self._client.load_server_metadata())
        self._client.server_metadata.clear()
        if said["issuer"] != self.issuer:
            raise ProviderError(f"The provider calls itself {said['issuer']!r}: set QUOTH_OIDC_ISSUER to that.")
        signing = [each for each in said.get("id_token_signing_alg_values_supported", ()) if each in _ALGORITHMS]
        if _BASIC not in said.get("token_endpoint_auth_methods_supported", [_BASIC]):
            self._client.client_kwargs |= {"token_endpoint_auth_method": _POST}
        self._client.server_metadata.update(
            {name: said[name] for name in _METADATA if name in said},
            id_token_signing_alg_values_supported=signing or ["RS256"],
            _loaded_at=said["_loaded_at"],
        )

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        """Raise ProviderError for whatever a provider that is down, or none, does to Authlib."""
        from authlib.common.errors import AuthlibBaseError
        from httpx2 import HTTPError, InvalidURL
        from joserfc.errors import JoseError

        try:
            async with asyncio.timeout(_SECONDS):
                yield
        except AuthlibBaseError as error:
            _logger.warning("The provider refused a sign-in: %s", error)
            if error.error == "invalid_grant":
                raise SignInError("The provider doesn't know this sign-in, or not any more: sign in again.") from None
            raise ProviderError(
                f"The provider refuses Quoth ({error.error}): QUOTH_OIDC_CLIENT_ID, QUOTH_OIDC_CLIENT_SECRET and "
                "QUOTH_OIDC_SCOPES must be what it has for its client."
            ) from None
        except (HTTPError, InvalidURL, JoseError, OSError, TimeoutError, *_NOT_AS_IT_SHOULD) as error:
            _logger.warning("The provider %s can't be asked: %s: %s", self.issuer, type(error).__name__, error)
            raise ProviderError(
                f"The provider {self.issuer} can't be asked who you are ({type(error).__name__}): try again in a "
                "while. Whoever has a key can use it meanwhile."
            ) from None


def _at(claims: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401  # any JSON
    """The claim of this name, or the one at this path, as Keycloak's `realm_access.roles`; None if there is none."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))[:_MAX_NAME_CHARS].strip()
