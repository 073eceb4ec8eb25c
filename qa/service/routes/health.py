"""Whether the service lives and is ready, and its figures."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from index.errors import BusyError
from qa.api.schemas import Health, Readiness
from qa.service.auth.access import may_ask_all
from qa.service.routes.dependencies import ServicesDep, problems_of

router = APIRouter(tags=["operations"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process is alive."""
    return Health()


@router.get("/readyz", responses=problems_of(503, 507))
def readyz(services: ServicesDep, request: Request) -> Readiness:
    """Models are loaded and the data file is readable, so questions can be asked."""
    if services.stopping.is_set():
        raise BusyError("The service is being stopped: ask another, or again when it is back.")
    with services.engine.store.snapshot() as snapshot:
        told = snapshot.collections() if may_ask_all(request) else None
        return Readiness(index_version=snapshot.version, collections=told)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(services: ServicesDep) -> Response:
    """Figures in Prometheus' text format."""
    with services.engine.store.snapshot() as snapshot:
        text = services.metrics.text(snapshot, services.engine.store.path)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
