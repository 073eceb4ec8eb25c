"""Who sends a request: what they may do and see, and what they are called in the audit log."""

from dataclasses import dataclass

from fastapi import Request

from index import keys
from index.audit import Actor
from index.storage.principals import SEES_ALL, Principal
from index.storage.principals import Rule as VisibleDocuments
from qa.service.auth.sessions import Person
from qa.service.permissions import ADMIN
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request, known by a key, by a token minted with it, or as a person who signed in.

    `key` and `person` are None where neither keys nor sign-in exist. `collection` is the only one the caller may see,
    None for all. `groups` are those whose documents it may see beside those for everybody, None for all. `counted_as`
    is its name in the rate limits, "" if only its address counts.
    """

    scopes: frozenset[str]
    key: keys.Key | None = None
    person: Person | None = None
    token: bool = False
    collection: str | None = None
    groups: frozenset[str] | None = None
    counted_as: str = ""

    @property
    def principal(self) -> Principal:
        """Whom the store is read as: what the caller may see."""
        if self.collection is None and self.groups is None:
            return SEES_ALL
        collections = None if self.collection is None else frozenset({self.collection})
        return Principal((VisibleDocuments(collections, groups=self.groups),))

    def may(self, scope: str) -> bool:
        """Whether the caller has this scope; `admin` includes all others."""
        return scope in self.scopes or ADMIN.scope in self.scopes


ANYBODY = Caller(frozenset(keys.SCOPES))
"""Everybody, where neither keys nor sign-in exist."""


def caller_of(request: Request) -> Caller:
    """The sender of a request to a route that isn't public."""
    caller: Caller = request.state.caller
    return caller


def actor_of(request: Request) -> Actor | None:
    """Whom changes by the sender of a request are written down to; None if the settings keep no audit log."""
    settings: Settings = request.app.state.authenticator.settings
    if settings.audit_days is None:
        return None
    caller = caller_of(request)
    address = request.client.host if request.client and settings.audit_addresses else None
    return Actor(_name_of(caller), settings.audit_days, address)


def _name_of(caller: Caller) -> str:
    if caller.person:  # people may change their names, and take another's
        return f"person {caller.person.name} ({caller.person.subject})"
    return f"key {caller.key.name}" if caller.key else "anybody"


def principal_of(request: Request) -> Principal:
    """What the sender of a request may see, on a route that isn't public."""
    return caller_of(request).principal
