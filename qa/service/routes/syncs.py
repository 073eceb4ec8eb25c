"""What `quoth sync` did last: on which folders and sites, when, and what it refused."""

from fastapi import APIRouter
from pydantic import BaseModel

from index.sync_runs import SyncRun
from qa.service.routes.dependencies import ServicesDep

router = APIRouter(prefix="/v1", tags=["documents"])


class SyncRuns(BaseModel):
    """The last run on each folder and site, by collection and source."""

    runs: list[SyncRun]


@router.get("/syncs")
def list_sync_runs(services: ServicesDep) -> SyncRuns:
    """List what the last run on each folder and site did, and the first hundred that it refused, with the reasons."""
    return SyncRuns(runs=services.engine.store.sync_runs())
