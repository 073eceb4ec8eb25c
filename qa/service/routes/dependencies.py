"""What routes have in common: the services they work with, who is asking, and the problems they may answer with."""

from typing import Annotated

from fastapi import Depends, Query, Request

from index.errors import MediaTypeError
from index.storage.principals import Principal
from qa.api.schemas import Collection, Problem
from qa.service.auth.access import principal_of
from qa.service.work.services import Services


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def json_body(request: Request) -> None:
    """Refuse a body that doesn't call itself JSON, rather than say that its fields are missing."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise MediaTypeError(f"The body's Content-Type is {content_type or 'not given'}: send application/json.")


ServicesDep = Annotated[Services, Depends(_services)]
PrincipalDep = Annotated[Principal, Depends(principal_of)]
"""Who sent the request: a route reads whatever it reads as they may see it."""
InCollection = Annotated[Collection, Query()]
_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}


def problems_of(*statuses: int) -> dict[int | str, dict[str, object]]:
    """What a route's contract says of the problems it may answer with."""
    return {status: dict(_PROBLEM) for status in statuses}
