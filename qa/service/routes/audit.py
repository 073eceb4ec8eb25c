"""The audit log: who changed which document or key."""

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator

from index.audit import Event
from qa.api.schemas import MAX_OFFSET
from qa.service.routes.dependencies import ServicesDep, problems_of

router = APIRouter(prefix="/v1", tags=["audit"])


def _written_out(value: object) -> object:
    """The value, unless it is a number of seconds, which pydantic takes for a moment too. Raises ValueError for it."""
    if isinstance(value, str) and re.fullmatch(r"[-+\d.eE\s]+", value) and not re.match(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("write the moment as 2026-11-28T09:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out)]


class AuditEvents(BaseModel):
    """Events, newest first. `days` is for how long they are kept, null if none are written."""

    days: int | None
    events: list[Event]


@router.get("/audit", responses=problems_of(422))
def list_events(
    services: ServicesDep,
    since: Annotated[Moment | None, Query(description="From this moment on.")] = None,
    before: Annotated[int | None, Query(ge=1, le=MAX_OFFSET, description="Only events with a lower id.")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditEvents:
    """List who added, replaced or removed which document, key or setting, newest first."""
    moment = since.astimezone(UTC).isoformat(timespec="seconds") if isinstance(since, datetime) else ""
    events = services.engine.store.audit(moment, before=before, limit=limit)
    return AuditEvents(days=services.engine.settings.audit_days, events=events)
