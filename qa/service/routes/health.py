"""Health, readiness and metrics of the service."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from index.errors import BusyError
from qa.api.schemas import Health, Readiness
from qa.service.auth.authenticator import principal_of_anybody
from qa.service.routes.dependencies import PrincipalDep, ServicesDep, problems_of

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
    principal = principal_of_anybody(request)
    with services.engine.store.view(principal) as view:
        collections = view.collections() if principal.in_every_collection else None
        return Readiness(index_version=view.version, collections=collections)


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(services: ServicesDep, principal: PrincipalDep) -> Response:
    """Metrics in Prometheus' text format."""
    with services.engine.store.view(principal) as view:
        engine = services.engine
        text = services.metrics.text(view, engine.store.sizes_on_disk(), engine.replica_reads)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
