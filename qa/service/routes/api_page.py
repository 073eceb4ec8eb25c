"""The API's own page at /docs: Swagger UI over /openapi.json, with its files from a package and none from another host.

The package, fastapi-offline, is an extra; of it only these two files are served, and none of its code is run.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles

from index.errors import NotFoundError
from qa.service.routes.pages import FILES

router = APIRouter(include_in_schema=False)


@router.get("/docs")
async def api_page(request: Request) -> Response:
    """The page. Raises NotFoundError where the extra isn't installed."""
    _assets()
    return await FILES.get_response("api.html", request.scope)


@router.get("/docs/{name}")
async def asset(name: Literal["swagger-ui.css", "swagger-ui-bundle.js"], request: Request) -> Response:
    """A file of Swagger UI."""
    return await StaticFiles(directory=_assets()).get_response(name, request.scope)


def _assets() -> Path:
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise NotFoundError(
            "The API's page needs a package that isn't installed: pip install 'quoth[api-page]', or read /openapi.json."
        )
    return Path(spec.origin).parent / "static"
