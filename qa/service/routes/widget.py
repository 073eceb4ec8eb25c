"""The chat widget's script for pages of any origin: bundled once, downloaded again only when it has changed."""

import hashlib
from functools import cache

from fastapi import APIRouter, Request, Response

from qa.service.bundling import bundle
from qa.service.routes.pages import STATIC, unless_kept

router = APIRouter(include_in_schema=False)

_MODULE = STATIC / "widget" / "main.js"
_HEADERS = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    # It holds no data: any page may load it, with `crossorigin` and `integrity` too, or under require-corp
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@cache
def _script() -> tuple[bytes, str]:
    """(script, ETag)."""
    script = bundle(_MODULE).encode()
    return script, f'"{hashlib.sha256(script).hexdigest()[:32]}"'


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """The script for `<script src="https://HOST/widget.js">`."""
    script, tag = _script()
    return unless_kept(request, Response(script, media_type="text/javascript", headers={**_HEADERS, "ETag": tag}))
