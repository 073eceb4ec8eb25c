"""Tokens: a site's server mints them with its key, for pages, which must not hold a key."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from qa.api import schemas
from qa.api.errors import ForbiddenError, OriginError
from qa.origins import checked_origin
from qa.service.auth import tokens
from qa.service.auth.callers import Caller, caller_of
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import ServicesDep, json_body, problems_of

router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["tokens"])


class TokenRequest(schemas.Request):
    """The origin of the pages that the token is for, how long it is valid, and what it may read."""

    origin: str = Field(
        max_length=300, description="One that QUOTH_ORIGINS names.", examples=["https://www.example.org"]
    )
    ttl_seconds: schemas.Whole = Field(600, ge=60, le=3600)
    collection: schemas.Collection | None = Field(None, description="The only collection it may ask; null: all.")
    groups: schemas.Groups = Field(
        default_factory=list,
        description="The groups that whoever asks with it is in, of those of the key: their documents are read besides "
        "those for everybody.",
    )


class MintedToken(BaseModel):
    """A token, to be sent like a key until `expires_at`, by pages of `origin` and by Quoth's own pages."""

    token: str
    expires_at: datetime
    origin: str
    collection: str | None
    groups: list[str]


@router.post("/tokens", status_code=201, dependencies=[Depends(json_body)], responses=problems_of(400, 413, 415, 422))
def mint_token(
    body: TokenRequest, services: ServicesDep, caller: Annotated[Caller, Depends(caller_of)], response: Response
) -> MintedToken:
    """Mint a token for a page to ask with, since a page shouldn't hold a lasting key."""
    if caller.person:
        raise ForbiddenError("A session mints no tokens: send a key, from the site's server.")
    if caller.key is None:
        raise ForbiddenError("There are no keys, so nobody needs a token: make a key with `quoth keys add`.")
    if caller.token:
        raise ForbiddenError("A token mints no tokens: send the key itself, from the site's server.")
    origin = _known(body.origin, services.engine.settings.origins)
    _require_groups(body.groups, caller)
    token = tokens.Token(caller.key, origin, body.collection, frozenset(body.groups))
    minted, ends = tokens.mint(token, body.ttl_seconds)
    response.headers["Cache-Control"] = "no-store"
    return MintedToken(
        token=minted, expires_at=ends, origin=origin, collection=body.collection, groups=sorted(body.groups)
    )


def _require_groups(groups: list[str], caller: Caller) -> None:
    """Raise ForbiddenError for a group whose documents the key itself may not read."""
    others = [] if caller.groups is None else [group for group in groups if group not in caller.groups]
    if others:
        has = ", ".join(sorted(caller.groups or ())) or "none"
        raise ForbiddenError(
            f"groups: the key mints no token for {others[0]!r}, for its own groups are {has}: make another with "
            "`quoth keys add NAME --groups GROUPS`."
        )


def _known(origin: str, known: tuple[str, ...]) -> str:
    try:
        checked = checked_origin(origin)
    except ValueError as error:
        raise OriginError(f"origin: {error}.") from None
    if checked not in known:
        named = ", ".join(known) or "none"
        raise OriginError(
            f"Pages of {checked} may not ask here: QUOTH_ORIGINS names {named}. Add it there, and restart."
        )
    return checked
