"""The widget's script as it is served: small, cached, for any origin, and without a way to run what it shows."""

import gzip
import re

import pytest
from small_app import asking
from support import ROOT

from qa.service.bundling import bundle
from qa.service.routes import widget

SCRIPT = bundle(ROOT / "qa" / "static" / "widget" / "main.js")
SUGGESTIONS = bundle(ROOT / "qa" / "static" / "widget" / "suggestions.js", module=True)
CLIENT = asking(widget.router)


def test_it_is_small_as_shipped() -> None:
    assert len(gzip.compress(SCRIPT.encode(), mtime=0)) <= 12.25 * 1024
    assert len(gzip.compress(SUGGESTIONS.encode(), mtime=0)) <= 2.5 * 1024


def test_it_imports_one_module_of_the_service_and_no_other() -> None:
    assert re.findall(r"import\([^)]*\)", SCRIPT) == [
        f"import(`${{{host}}}/widget/suggestions.js`)" for host in _hosts()
    ]
    response = CLIENT.get("/widget/suggestions.js", headers={"Origin": "https://site.example"})
    assert (response.status_code, response.text) == (200, SUGGESTIONS)
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"  # without it no page of another origin may import it
    assert response.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"
    etag = {"If-None-Match": response.headers["etag"]}
    assert CLIENT.get("/widget/suggestions.js", headers=etag).status_code == 304


def _hosts() -> list[str]:
    """The short name of what holds where the script came from."""
    return re.findall(r"(\w+)=\w+\?\.src\.replace", SCRIPT)


@pytest.mark.parametrize("script", [SCRIPT, SUGGESTIONS])
def test_it_has_no_way_to_turn_text_into_markup_or_code(script: str) -> None:
    ways = r"innerHTML|outerHTML|insertAdjacent|document\.write|DOMParser|setHTML|createContextualFragment|srcdoc"
    code = r"\beval\b|new Function|setTimeout|setInterval|importScripts|javascript:"
    style = r"\.style\b|cssText|[\"' ]style[\"']?:"  # a strict policy refuses inline style
    assert re.findall(f"{ways}|{code}|{style}", script) == []


def test_it_asks_no_other_host() -> None:
    named = set(re.findall(r"\bhttps?://[^\s\"'`<]+", SCRIPT))
    assert named == {"http://www.w3.org/2000/svg"}  # a namespace's name


def test_it_is_served_to_pages_of_any_origin() -> None:
    response = CLIENT.get("/widget.js", headers={"Accept-Encoding": "gzip", "Origin": "https://site.example"})
    assert response.status_code == 200
    assert response.text == SCRIPT
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) < 12.25 * 1024
    plain = CLIENT.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, "content-encoding" in plain.headers, plain.headers["vary"]) == (
        SCRIPT,
        False,
        "Accept-Encoding",
    )


def test_it_may_be_kept_for_five_minutes() -> None:
    assert CLIENT.get("/widget.js").headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"


def test_pages_of_any_origin_may_go_on_with_the_one_they_have() -> None:
    again = CLIENT.get("/widget.js", headers={"If-None-Match": CLIENT.get("/widget.js").headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cross-origin-resource-policy"] == "cross-origin"
    assert again.headers["access-control-allow-origin"] == "*"


def test_its_languages_are_files_of_their_own_for_pages_of_any_origin() -> None:
    response = CLIENT.get("/widget/de.json", headers={"Accept-Encoding": "gzip", "Origin": "https://site.example"})
    assert (response.status_code, response.json()["close"]) == (200, "Schließen")
    assert response.headers["content-type"] == "application/json"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cache-control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert CLIENT.get("/widget/de.json", headers={"If-None-Match": response.headers["etag"]}).status_code == 304
    for other in ("en", "sv", "..%2Fmain", "DE"):
        refused = CLIENT.get(f"/widget/{other}.json")
        assert refused.status_code == 404
    assert CLIENT.get("/widget/sv.json").json()["detail"] == "The widget speaks en, de, es, fr, it, nl, pt, not 'sv'."
