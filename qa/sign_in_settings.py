"""What the settings of sign-in may be: addresses that nobody can listen to, what groups may do, and all that is needed.

Read by `settings.py`; what is done with them is in `service/auth/`.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from index.errors import SettingsError
from index.groups import EVERY_GROUP
from index.keys import SCOPES
from qa.origins import is_loopback

# Sessions are signed with a key made of the client's secret, which whoever signs in could try to guess
_MIN_SECRET_CHARS = 16
_EXAMPLE = "write GROUP=SCOPE, such as admins=admin, editors=ask+write, or a JSON object"


def checked_https(address: str) -> str:
    """The address, if others can't read what is sent there. Raises ValueError that says how to write it."""
    example = "write it as https://login.example.org"
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        raise ValueError(f"{address!r} is no address: {example}") from None
    if not host or parts.username is not None or parts.query or parts.fragment or not address.isprintable():
        raise ValueError(f"{address!r} is no address of a server: {example}")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError(f"it needs https, for it isn't an address of this machine: write https://{parts.netloc}")
    return address


def split_access(value: Any) -> Any:  # noqa: ANN401  # any value
    """`admins=admin, editors=ask+write`, or the same as a JSON object, → group → its scopes. Raises ValueError."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("{"):
        return json.loads(value)
    access: dict[str, list[str]] = {}
    for part in filter(None, (part.strip() for part in value.split(","))):
        group, equals, scopes = part.rpartition("=")
        if not equals:
            raise ValueError(f"{part!r} gives a group no scope: {_EXAMPLE}")
        access.setdefault(group.strip(), []).extend(scope.strip() for scope in scopes.split("+"))
    return access


def checked_access(access: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """What groups may do, if there are such scopes. Raises ValueError."""
    for group, scopes in access.items():
        if not group or group == EVERY_GROUP:
            raise ValueError(f"{group!r} is no group: to let everybody ask, set QUOTH_OIDC_ANYBODY_ASKS=true")
        for scope in scopes:
            if scope not in SCOPES:
                raise ValueError(f"there is no scope {scope!r} for {group!r}: known are {', '.join(SCOPES)}")
        if not scopes:
            raise ValueError(f"{group!r} has no scope: {_EXAMPLE}")
    return access


def check_sign_in(
    issuer: str | None, client_id: str | None, secret: str | None, *, people: bool, allow_anonymous: bool
) -> None:
    """Raise SettingsError if people are to sign in and a setting for it is missing, or contradicts another.

    `people`: whether the settings let anybody who signs in do anything.
    """
    needed = {"QUOTH_OIDC_ISSUER": issuer, "QUOTH_OIDC_CLIENT_ID": client_id, "QUOTH_OIDC_CLIENT_SECRET": secret}
    if not people and not any(needed.values()):
        return
    if missing := [name for name, value in needed.items() if not value]:
        raise SettingsError(
            f"People can't sign in without {' and '.join(missing)}: set what the provider gave its client for Quoth, "
            "or unset every QUOTH_OIDC_ setting."
        )
    if secret and len(secret) < _MIN_SECRET_CHARS:
        raise SettingsError(
            f"QUOTH_OIDC_CLIENT_SECRET has fewer than {_MIN_SECRET_CHARS} characters, and could be guessed by those "
            "who sign in: have the provider make one at random."
        )
    if not people:
        raise SettingsError(
            "Nobody who signs in could do anything: say in QUOTH_OIDC_ACCESS what groups may do, as admins=admin, or "
            "let all of the provider's people ask with QUOTH_OIDC_ANYBODY_ASKS=true."
        )
    if allow_anonymous:
        raise SettingsError(
            "QUOTH_ALLOW_ANONYMOUS serves everybody and QUOTH_OIDC_ISSUER those who sign in: unset one of the two."
        )
