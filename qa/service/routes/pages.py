"""The pages that people ask, look documents up and add them in."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

STATIC = Path(__file__).parents[2] / "static"

router = APIRouter(include_in_schema=False)


@router.get("/")
async def ask_page() -> FileResponse:
    """A box to ask in."""
    return FileResponse(STATIC / "ask.html")


@router.get("/documents")
@router.get("/documents/")
async def documents_page() -> FileResponse:
    """What is indexed, to look through, add to and remove from."""
    return FileResponse(STATIC / "documents.html")


@router.get("/favicon.ico")
async def favicon() -> FileResponse:
    """The icon, for what asks without having read a page."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


@router.get("/documents/{document_id:path}")
async def document_page(document_id: str) -> FileResponse:  # noqa: ARG001  # the page's script reads it from the address
    """A document as indexed, with the cited words marked."""
    return FileResponse(STATIC / "document.html")
