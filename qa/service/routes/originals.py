"""The files that documents were read from, as uploaded; browsers open safe ones and save the others."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Request, Response

from index.documents import DEFAULT_COLLECTION
from index.formats.registry import FORMATS, stored_format
from qa.service.routes.dependencies import InCollection, PrincipalDep, ServicesDep, problems_of
from qa.service.routes.pages import unless_kept

router = APIRouter(prefix="/v1")

_MEDIA_TYPES: dict[str, object] = {each.media_type: {} for each in FORMATS if not each.text_is_file}
# Keeps a file from acting as a page of this site. Not for PDF: browsers' viewers don't open in a sandbox
_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}


@router.get(
    "/originals/{document_id:path}",
    tags=["documents"],
    response_class=Response,
    responses={
        200: {"content": _MEDIA_TYPES, "description": "The bytes as they were uploaded"},
        304: {"description": "The file still has the ETag that was sent"},
        **problems_of(404),
    },
)
def get_original(
    document_id: str,
    services: ServicesDep,
    principal: PrincipalDep,
    request: Request,
    collection: InCollection = DEFAULT_COLLECTION,
    if_none_match: Annotated[str, Header(description="ETags of what is there already.")] = "",  # noqa: ARG001  # read from the request
) -> Response:
    """The file a document was read from, kept for formats whose text isn't the file itself, such as HTML and PDF.

    Browsers show a PDF, and `#page=N` opens a page; formats that could run scripts are sent as downloads.
    """
    with services.engine.store.view(principal) as view:
        original = view.original(document_id, collection)
    shown = stored_format(original.media_type).opens_in_browser
    name = quote(document_id.rpartition("/")[2], safe="")
    headers = {
        "ETag": f'"{original.sha256}"',
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{name}",
        **({} if shown else _SANDBOX),
    }
    return unless_kept(request, Response(original.data, media_type=original.media_type, headers=headers))
