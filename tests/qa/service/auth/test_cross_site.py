"""Pages of other sites, where there are no keys: every route, whatever a browser says of where a request comes from."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from cross_site_cases import DETAILS, FEW, LOCAL, SITE, Case, Outcome, cases
from starlette.datastructures import Headers
from support import PROBLEM

from qa.api.errors import ForbiddenError
from qa.api.openai_errors import is_openai_path
from qa.assembly import Engine
from qa.cli.main import main
from qa.service.app import create_app
from qa.service.auth.cross_site import require_local_name, require_own_page
from qa.service.permissions import ADMIN, ASK, IN_COLLECTION, WRITE, Rule, rule_for
from qa.service.work.services import Services
from qa.settings import load_settings

pytestmark = pytest.mark.slow

Send = Callable[..., Awaitable[httpx.Response]]
UNKNOWN = [
    ("POST", "/v1/nothing"),
    ("PATCH", "/v1/ask"),
    ("POST", "/"),
    ("DELETE", "/healthz"),
    ("PUT", "/static/x.js"),
]


def routes_of(routes: Any) -> list[tuple[str, str]]:
    """Every method and path that an application answers, also by HEAD and OPTIONS."""
    found = []
    for route in routes:
        if router := getattr(route, "original_router", None):
            found += routes_of(router.routes)
        elif getattr(route, "routes", None) is None:
            path = route.path.replace("{document_id:path}", "none.txt").replace("{model:path}", "quoth")
            head = {"HEAD"} if "GET" in route.methods else set()
            found += [(method, path) for method in {*route.methods, *head, "OPTIONS"}]
    return sorted(set(found))


def in_process(data: Path, use: Callable[[Any, Send], Awaitable[None]], **settings: Any) -> None:
    """Have `use` send requests to the application over an empty index, without a socket."""

    async def run() -> None:
        with closing(Engine(load_settings(data=data, origins=(SITE,), **settings), writing=True)) as engine:
            app = create_app(engine)
            app.state.services = Services.over(engine, app.metrics)  # without waiting for the models
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:

                async def send(method: str, path: str, case: Case, **more: Any) -> httpx.Response:
                    headers = {**case.headers, **more.pop("headers", {})}
                    return await client.request(method, f"http://127.0.0.1:8000{path}", headers=headers, **more)

                await use(app, send)

    asyncio.run(run())


def check_refusal(response: httpx.Response, outcome: Outcome, path: str) -> None:
    """A problem document, or an error of OpenAI's protocol where that is spoken, that changes nothing."""
    assert response.status_code == 403
    body = response.json()
    if is_openai_path(path):
        assert response.headers["content-type"] == "application/json"
        detail, code = body["error"]["message"], body["error"]["code"]
        assert code == "forbidden"
    else:
        assert response.headers["content-type"] == PROBLEM
        detail, kind = body["detail"], body["type"]
        assert (kind, body["status"], body["title"]) == ("urn:quoth:problem:forbidden", 403, "Forbidden")
    assert detail.startswith(DETAILS[outcome])


def check_headers(response: httpx.Response, case: Case, path: str) -> None:
    """Those for browsers are on all; only pages of the named origin may read it, but for the widget's scripts."""
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    anybody = "*" if path in ("/widget.js", "/widget/suggestions.js") and response.is_success else None
    readers = SITE if case.sent_from == SITE else anybody
    assert response.headers.get("access-control-allow-origin") == readers
    assert "access-control-allow-credentials" not in response.headers
    if case.sent_from:
        assert "Origin" in response.headers["vary"]


def check_every_route(data: Path, sent: list[Case], *, any_host: bool) -> Counter[Outcome]:
    """What is let in is answered as the same request without any such header is."""
    seen: Counter[Outcome] = Counter()

    async def check(send: Send, method: str, path: str) -> None:
        rule = rule_for(method, path)
        plain = await send(method, path, Case(LOCAL[0], None, None))
        assert plain.status_code not in (403, 500), (method, path)
        for case in sent:
            response = await send(method, path, case)
            outcome: Outcome = "let in"
            if rule is None or rule.scope is not None:
                outcome = case.outcome(method, rule and rule.scope, any_host=any_host)
            seen[outcome] += 1
            try:
                check_headers(response, case, path)
                if outcome == "let in":
                    assert response.status_code == plain.status_code
                    assert response.headers["content-type"] == plain.headers["content-type"]
                    assert method in ("GET", "HEAD") or response.content == plain.content
                elif method == "HEAD":
                    assert (response.status_code, response.content) == (403, b"")
                else:
                    check_refusal(response, outcome, path)
            except AssertionError as error:
                raise AssertionError(f"{method} {path} {case}: {outcome} expected, {response.text[:200]}") from error

    async def use(app: Any, send: Send) -> None:
        routes = [*routes_of(app.routes), *UNKNOWN]
        assert len(routes) > 40
        for method, path in routes:
            await check(send, method, path)
        assert (await send("GET", "/v1/documents", Case(LOCAL[0], None, None))).json()["index_version"] == 0

    in_process(data, use, allow_anonymous=any_host)
    return seen


@pytest.mark.parametrize("any_host", [False, True], ids=["this machine alone", "allow-anonymous"])
def test_the_rule_holds_on_every_route(tmp_path: Path, any_host: bool) -> None:
    seen = check_every_route(tmp_path / "data", FEW, any_host=any_host)
    assert set(seen) == {"let in", "another site", "more than asking"} | (set() if any_host else {"another host"})


@pytest.mark.long
@pytest.mark.parametrize("any_host", [False, True], ids=["this machine alone", "allow-anonymous"])
def test_the_rule_holds_on_every_route_for_every_combination(tmp_path: Path, any_host: bool) -> None:
    seen = check_every_route(tmp_path / "data", list(cases()), any_host=any_host)
    assert seen.total() > 50_000


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "QUERY"])
@pytest.mark.parametrize("rule", [ASK, IN_COLLECTION, WRITE, ADMIN, None], ids=str)
def test_the_rule_for_every_combination(method: str, rule: Rule | None) -> None:
    for case in cases():
        headers = Headers(case.headers)
        for any_host in (False, True):
            outcome: Outcome = "let in"
            try:
                if not any_host:
                    require_local_name(headers)
                require_own_page(method, headers, rule, (SITE,))
            except ForbiddenError as error:
                (outcome,) = (known for known, detail in DETAILS.items() if error.public.startswith(detail))
            assert outcome == case.outcome(method, rule and rule.scope, any_host=any_host), case


def test_own_pages_write_and_others_do_not(tmp_path: Path) -> None:
    """An upload as a form sends it, which is what a browser does for any page without asking anybody."""

    async def use(app: Any, send: Send) -> None:
        count = 0
        for case in FEW:
            files = {"file": (f"{count}.txt", b"Ferries sail at noon.", "text/plain")}
            response = await send("POST", "/v1/documents", case, files=files)
            if case.outcome("POST", "write", any_host=True) == "let in":
                count += 1
                assert response.status_code == 201, case
            else:
                assert response.status_code == 403, case
        listed = await send("GET", "/v1/documents", Case(LOCAL[0], None, None))
        assert listed.json()["total"] == count == 5

    in_process(tmp_path / "data", use, allow_anonymous=True)


def test_a_named_origin_asks_without_keys(tmp_path: Path) -> None:
    async def use(app: Any, send: Send) -> None:
        named, other = (Case(LOCAL[0], origin, "cross-site") for origin in (SITE, "https://evil.example"))
        question = {"question": "When do ferries sail?"}
        asked = await send("POST", "/v1/ask", named, json=question)
        assert (asked.status_code, asked.json()["status"]) == (200, "no_answer")
        assert asked.headers["access-control-allow-origin"] == SITE
        check_refusal(await send("POST", "/v1/ask", other, json=question), "another site", "/v1/ask")
        put = await send("PUT", "/v1/documents/a", named, json={"text": "x"})
        check_refusal(put, "more than asking", "/v1/documents/a")

    in_process(tmp_path / "data", use)


def test_several_headers_of_a_kind_help_nobody(tmp_path: Path) -> None:
    own, evil = ("origin", f"http://{LOCAL[0]}"), ("origin", "https://evil.example")
    same, cross = ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")
    host = ("host", LOCAL[0])

    async def use(app: Any, send: Send) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{LOCAL[0]}") as client:
            for headers, status in [
                ([host, own, own], 404), ([host, own, evil], 403), ([host, evil, own], 403), ([host, same, cross], 403),
                ([host, cross, same], 403), ([host, ("origin", SITE), ("origin", SITE)], 403),
                ([host, ("host", "evil.example")], 403), ([("host", "evil.example"), host], 403),
            ]:  # fmt: skip
                response = await client.delete("/v1/documents/none", headers=headers)
                assert response.status_code == status, headers

    in_process(tmp_path / "data", use)


def test_with_keys_the_key_decides(tmp_path: Path) -> None:
    """No browser adds a key by itself, so that a page that has one was given it."""
    data = tmp_path / "data"
    result = CliRunner().invoke(main, ["--data", str(data), "keys", "add", "all", "--scope", "admin"])
    assert result.exit_code == 0, result.output
    bearer = {"Authorization": f"Bearer {result.stdout.strip()}"}

    async def use(app: Any, send: Send) -> None:
        for case in FEW:
            for method, path, status in [("DELETE", "/v1/documents/none", 404), ("POST", "/v1/ask", 415)]:
                assert (await send(method, path, case)).status_code == 401
                response = await send(method, path, case, headers=bearer)
                assert response.status_code == status, case
                check_headers(response, case, path)

    in_process(data, use)
