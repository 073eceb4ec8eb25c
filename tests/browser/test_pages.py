"""The service's pages as a person meets them."""

import re

import pytest
from playwright.sync_api import Page, expect
from support import Served

pytestmark = pytest.mark.browser


def test_ask_and_follow_the_citation_to_the_marked_words(page: Page, served: Served) -> None:
    page.goto(f"{served.client.base_url}")
    page.get_by_label("Question").fill("Who became safety officer after Piet Amsel?")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    page.get_by_role("link", name="Employee Handbook, 2026").first.click()
    expect(page.locator("mark")).to_have_text("Jorun\nVask")
    expect(page.locator("mark")).to_be_in_viewport()
