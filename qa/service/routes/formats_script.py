"""The pages' list of formats, a script made from the registry: what each is called, and which files may be chosen."""

import json

from fastapi import APIRouter, Response

from index.formats.base import Format
from index.formats.registry import FORMATS, listed

router = APIRouter(include_in_schema=False)


def _shown(file_format: Format) -> str:
    return file_format.name[0].upper() + file_format.name[1:]


_FORMATS = {each.media_type: {"name": _shown(each), "pageLinks": each.page_links} for each in FORMATS}
_SCRIPT = f"""// What this server reads, by media type
export const FORMATS = {json.dumps(_FORMATS)};
export const SUFFIXES = {json.dumps([suffix for each in FORMATS for suffix in each.suffixes])};
export const LISTED = {json.dumps(listed([_shown(each) for each in FORMATS]))};
"""


@router.get("/static/formats.js")
async def formats_script() -> Response:
    """The module that the pages import it from."""
    return Response(_SCRIPT, media_type="text/javascript")
