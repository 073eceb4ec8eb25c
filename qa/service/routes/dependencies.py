"""What routes share: their services, the caller's principal, and the problems in their contract."""

from typing import Annotated

from fastapi import Depends, Query, Request

from index.errors import MediaTypeError
from index.storage.principals import Principal
from qa.api.schemas import Collection, Problem
from qa.service.auth.callers import principal_of
from qa.service.work.services import Services


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


async def json_body(request: Request) -> None:
    """Raise MediaTypeError unless the body's Content-Type is JSON; else the error would name missing fields."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise MediaTypeError(f"The body's Content-Type is {content_type or 'not given'}: send application/json.")


ServicesDep = Annotated[Services, Depends(_services)]
PrincipalDep = Annotated[Principal, Depends(principal_of)]
"""What the sender of the request may see: routes read the store through a view of it."""
InCollection = Annotated[Collection, Query()]
_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}


def problems_of(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route that may answer with problems of these statuses."""
    return {status: dict(_PROBLEM) for status in statuses}
