"""The script with the formats for the pages, made from the registry: their names, and the suffixes of their files."""

import json

from fastapi import APIRouter, Response

from index.formats.base import Format
from index.formats.registry import FORMATS, listed

router = APIRouter(include_in_schema=False)


def _capitalized(file_format: Format) -> str:
    return file_format.name[0].upper() + file_format.name[1:]


_FORMATS = {
    each.media_type: {"name": _capitalized(each), "pageLinks": each.page_links, "layout": each.layout}
    for each in FORMATS
}
_SCRIPT = f"""// What this server reads, by media type
export const FORMATS = {json.dumps(_FORMATS)};
export const SUFFIXES = {json.dumps([suffix for each in FORMATS for suffix in each.suffixes])};
export const LISTED = {json.dumps(listed([_capitalized(each) for each in FORMATS]))};
"""


@router.get("/static/formats.js")
async def formats_script() -> Response:
    """The ES module that the pages import."""
    return Response(_SCRIPT, media_type="text/javascript")
