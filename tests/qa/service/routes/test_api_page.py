"""The API's page: two files of a package and none of another host; without the package, the cure."""

import re

import pytest
from small_app import asking
from support import problem

from qa.service.routes import api_page

CLIENT = asking(api_page.router)


def test_the_page_loads_from_here_alone() -> None:
    page = CLIENT.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'; style-src 'self'; connect-src 'self'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="(.*?)"', page.text)
    assert loaded == ["/static/icon.svg", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/static/api.js"]
    for path in loaded:
        assert CLIENT.get(path).status_code == 200
    assert CLIENT.get("/docs/swagger-ui.css").headers["content-type"] == "text/css; charset=utf-8"


def test_a_file_that_is_kept_is_not_sent_again_and_others_of_the_package_not_at_all() -> None:
    first = CLIENT.get("/docs/swagger-ui-bundle.js")
    again = CLIENT.get("/docs/swagger-ui-bundle.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("redoc.standalone.js", "..%2f__init__.py", "%2e%2e/__init__.py"):
        assert CLIENT.get(f"/docs/{name}").status_code in (404, 422)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_page, "find_spec", lambda _: None)
    for path in ("/docs", "/docs/swagger-ui.css"):
        detail = problem(CLIENT.get(path), 404, "not-found")["detail"]
        assert "pip install 'quoth[api-page]', or read /openapi.json" in detail
