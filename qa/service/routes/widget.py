"""The chat widget's script for pages of any origin: bundled and compressed once, fetched again only when it changed."""

import gzip
import hashlib
from functools import cache

from fastapi import APIRouter, Request, Response

from qa.service.bundling import bundle
from qa.service.routes.pages import STATIC

router = APIRouter(include_in_schema=False)

_MODULE = STATIC / "widget" / "main.js"
_HEADERS = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    "Vary": "Accept-Encoding",
    # It holds no data: any page may load it, with `crossorigin` and `integrity` too, or under require-corp
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@cache
def _script() -> tuple[bytes, bytes, str]:
    """The script as it is and compressed, and its entity tag, a weak one because it stands for both."""
    script = bundle(_MODULE).encode()
    return script, gzip.compress(script, mtime=0), f'W/"{hashlib.sha256(script).hexdigest()[:32]}"'


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """What `<script src="https://HOST/widget.js">` loads."""
    script, compressed, tag = _script()
    headers = {**_HEADERS, "ETag": tag}
    known = request.headers.get("if-none-match", "")
    if tag.removeprefix("W/") in (part.strip().removeprefix("W/") for part in known.split(",")):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        script, headers = compressed, {**headers, "Content-Encoding": "gzip"}
    return Response(script, media_type="text/javascript", headers=headers)
