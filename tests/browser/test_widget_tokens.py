"""The widget of a service that has keys: the site's server has one and mints tokens, the page never sees it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from other_origin import Embedding
from playwright.sync_api import Page, expect
from widget_pages import OFFICER, Visit, ask

from qa.cli.main import main

pytestmark = pytest.mark.browser


class Mint:
    """What the site's server does at /quoth-token; `given` are the tokens it gave out."""

    def __init__(self, embedding: Embedding, key: str) -> None:
        self._embedding = embedding
        self.key = key
        self.given: list[dict[str, Any]] = []
        self.broken = False

    def __call__(self, path: str) -> tuple[int, dict[str, Any]]:
        if self.broken or path != "/quoth-token":
            return 500, {}
        self.given.append(self.minted())
        return 200, self.given[-1]

    def minted(self) -> dict[str, Any]:
        response = httpx.post(
            f"{self._embedding.site.quoth}/v1/tokens",
            json={"origin": self._embedding.site.url, "ttl_seconds": 600},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        assert response.status_code == 201, response.text
        token: dict[str, Any] = response.json()
        return token


@pytest.fixture
def mint(embedding: Embedding) -> Iterator[Mint]:
    """For the time of a test the service has a key, and so is closed to whoever has none."""

    def quoth(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--data", str(embedding.served.data), "keys", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    mint = Mint(embedding, quoth("add", "site", "--scope", "ask"))
    embedding.site.post = mint
    yield mint
    quoth("revoke", "site")


def expect_answer(page: Page) -> None:
    card = ask(page, OFFICER).locator(".card").first
    expect(card.locator(".words")).to_have_text("Jorun Vask")


def test_without_a_token_the_page_may_not_ask(visit: Visit, mint: Mint) -> None:
    expect(ask(visit(), OFFICER)).to_contain_text("This page isn’t allowed to ask just now.")


def test_a_token_is_fetched_and_used_until_it_ends(visit: Visit, page: Page, mint: Mint) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.headers.get("authorization", "")))
    visit(token_url="/quoth-token")
    expect_answer(page)
    expect_answer(page)
    (token,) = mint.given
    assert set(sent) == {"", f"Bearer {token['token']}"}
    card = page.get_by_role("article").last.locator(".card").first
    card.get_by_role("button", name="Right: Jorun").click()
    expect(card).to_contain_text("Thank you.")
    link = card.get_by_role("link")
    with page.context.expect_page() as opened:
        link.click()
    assert str(link.get_attribute("href")).endswith(f"&token={token['token']}")
    expect(opened.value.locator("mark")).to_have_text("Jorun Vask")
    assert "token" not in opened.value.url  # the viewer keeps it, and takes it out of the address
    assert mint.key not in page.content()


def test_a_token_is_renewed_before_it_ends(
    visit: Visit, page: Page, mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    minted = mint.minted
    soon = (datetime.now(UTC) + timedelta(seconds=20)).isoformat()
    monkeypatch.setattr(mint, "minted", lambda: {**minted(), "expires_at": soon})
    visit(token_url="/quoth-token", suggestions="off")
    expect_answer(page)
    expect_answer(page)
    assert len(mint.given) == 2


def test_a_token_that_is_refused_is_renewed_once(
    visit: Visit, page: Page, mint: Mint, monkeypatch: pytest.MonkeyPatch
) -> None:
    minted = mint.minted
    monkeypatch.setattr(mint, "minted", lambda: minted() if mint.given else {**minted(), "token": "stale"})
    visit(token_url="/quoth-token", suggestions="off")
    expect_answer(page)
    assert len(mint.given) == 2
    monkeypatch.setattr(mint, "minted", lambda: {**minted(), "token": "stale"})
    visit(token_url="/quoth-token", suggestions="off")
    expect(ask(page, OFFICER)).to_contain_text("This page isn’t allowed to ask just now.")
    assert len(mint.given) == 4


@pytest.mark.parametrize("url", ["/quoth-token", "https://["])
def test_a_site_that_gives_no_token(visit: Visit, page: Page, mint: Mint, url: str) -> None:
    mint.broken = True
    visit(token_url=url)
    turn = ask(page, OFFICER)
    expect(turn).to_contain_text("This page isn’t allowed to ask just now.")
    mint.broken = False
    page.evaluate("document.querySelector('quoth-widget').dataset.tokenUrl = '/quoth-token'")
    turn.get_by_role("button", name="Try again").click()
    expect(turn.locator(".words").first).to_have_text("Jorun Vask")
