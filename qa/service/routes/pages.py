"""The HTML pages to ask questions and to manage documents, and responses to conditional requests."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parents[2] / "static"
FILES = StaticFiles(directory=STATIC)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def ask_page(request: Request) -> Response:
    """The page to ask questions."""
    return await FILES.get_response("ask.html", request.scope)


@router.get("/documents")
@router.get("/documents/")
async def documents_page(request: Request) -> Response:
    """The page to list, add and remove documents."""
    return await FILES.get_response("documents.html", request.scope)


@router.get("/insights")
async def insights_page(request: Request) -> Response:
    """The page of what is asked, and what becomes of it."""
    return await FILES.get_response("insights.html", request.scope)


@router.get("/favicon.ico")
async def favicon(request: Request) -> Response:
    """The icon, for clients that request it without having read a page."""
    return await FILES.get_response("icon.svg", request.scope)


@router.get("/documents/{document_id:path}")
async def document_page(document_id: str, request: Request) -> Response:  # noqa: ARG001  # the page's script reads it
    """The page of a document as indexed, with the cited words marked."""
    return await FILES.get_response("document.html", request.scope)


def unless_kept(request: Request, response: Response) -> Response:
    """The response, which must have an ETag; or 304 with the same headers if the request names that ETag."""
    if not FILES.is_not_modified(response.headers, request.headers):
        return response
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=headers)
