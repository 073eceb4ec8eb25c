"""The chat widget for pages of any origin: its script and its module of suggestions, bundled once, and its languages.

Browsers download them again when they have changed.
"""

import hashlib
from functools import cache

from fastapi import APIRouter, Request, Response

from index.errors import NotFoundError
from qa.service.bundling import bundle
from qa.service.routes.pages import STATIC, unless_kept

router = APIRouter(include_in_schema=False)

_FOLDER = STATIC / "widget"
_LANGUAGES = frozenset(file.stem for file in (_FOLDER / "languages").glob("*.json"))
_HEADERS = {
    "Cache-Control": "public, max-age=300, stale-while-revalidate=86400",
    # It holds no data: any page may load it, with `crossorigin` and `integrity` too, or under require-corp
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}


@cache
def _script() -> bytes:
    return bundle(_FOLDER / "main.js").encode()


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """The script for `<script src="https://HOST/widget.js">`."""
    return _for_any_page(request, _script(), "text/javascript")


@cache
def _suggestions() -> bytes:
    return bundle(_FOLDER / "suggestions.js", module=True).encode()


@router.get("/widget/suggestions.js")
async def widget_suggestions(request: Request) -> Response:
    """The module that the script imports when somebody types."""
    return _for_any_page(request, _suggestions(), "text/javascript")


@router.get("/widget/{language}.json")
async def widget_language(language: str, request: Request) -> Response:
    """What the widget says in another language than English."""
    if language not in _LANGUAGES:
        raise NotFoundError(f"The widget speaks {', '.join(['en', *sorted(_LANGUAGES)])}, not {language[:20]!r}.")
    return _for_any_page(request, (_FOLDER / "languages" / f"{language}.json").read_bytes(), "application/json")


def _for_any_page(request: Request, content: bytes, media_type: str) -> Response:
    headers = {**_HEADERS, "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    return unless_kept(request, Response(content, media_type=media_type, headers=headers))
