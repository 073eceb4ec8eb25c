"""The API's page in Chromium: Swagger UI over the contract, under the pages' own policy and from this host alone."""

from collections.abc import Iterator

import pytest
from browsing import address
from playwright.sync_api import Page, expect
from small_index import QUESTION, small_index
from support import Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(small_index(tmp_path_factory.mktemp("api")))
    yield served
    assert served.stop() == 0, served.log


def test_it_shows_the_contract_and_tries_a_request(page: Page, asked: Served) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address(asked, "/docs"))
    expect(page).to_have_title("API · Quoth")
    expect(page.get_by_role("heading", name="Quoth")).to_be_visible()
    asking = page.locator(".opblock", has=page.locator('[data-path="/v1/ask"]'))
    asking.locator("button.opblock-summary-control").click()
    asking.get_by_role("button", name="Try it out").click()
    page.locator("textarea").first.fill(f'{{"question": "{QUESTION}"}}')
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text("Jorun Vask")
    assert said == []  # no policy was broken, nothing was missing
