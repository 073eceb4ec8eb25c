"""A document's page: the cited words marked, found again where they have moved, and linked to their source."""

import numpy as np
import pytest
from browsing import AMSEL, address, ask, cited, put
from playwright.sync_api import Page, expect
from support import SEEDS, Served

from index.chunking import Chunk
from index.documents import Document
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.browser


def test_offsets_count_characters_whatever_they_are_made_of(page: Page, served: Served) -> None:
    text = "👩‍👧 🐝🐝 Zoe\u0308 and 𝔉ritz met at the café. The ferry 🚢 sails at 🕛 noon, not at dawn 🌅."
    put(served, "odd", text, "odd")
    start = text.index("🕛 noon")
    page.goto(address(served, "/documents/odd", collection="odd", start=str(start), end=str(start + 6)))
    expect(page.locator("mark")).to_have_text("🕛 noon")
    assert page.locator("#source").text_content() == text


def test_a_document_that_changed_is_searched_for_the_words(page: Page, served: Served) -> None:
    before = "The ferry to Orm sails at noon. It is blue.\n\nThe ferry to Ulm sails at dawn."
    put(served, "ferries", before, "changing")
    link = cited(served, "When does the ferry to Orm sail?", "changing")
    page.goto(link)
    expect(page.locator("mark")).to_have_text("at noon")
    expect(page.locator("#note")).to_be_empty()

    # Moved, folded otherwise, and with the same words elsewhere
    put(
        served,
        "ferries",
        "It rains at noon. 🌧\n\nThe ferry to Orm\nsails at noon. It is blue.\n\nNo more.",
        "changing",
    )
    page.goto(link)
    page.reload()
    expect(page.locator("#note")).to_have_text("The document has changed since; the words were found again here.")
    expect(page.locator("mark")).to_have_count(1)
    expect(page.locator("mark")).to_be_focused()
    assert page.evaluate("document.querySelector('mark').previousSibling.data").endswith("The ferry to Orm\nsails ")

    put(served, "ferries", "All boats leave at noon, as they always have.", "changing")
    page.reload()
    expect(page.locator("#note")).to_contain_text("This is the nearest place that has them.")
    expect(page.locator("mark")).to_have_text("at noon")

    put(served, "ferries", "There is no ferry any more.", "changing")
    page.reload()
    expect(page.locator("#note")).to_contain_text("These words are no longer in it: at noon")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.locator("#source")).to_have_text("There is no ferry any more.")

    served.client.delete("/v1/documents/ferries", params={"collection": "changing"}).raise_for_status()
    page.reload()
    expect(page.get_by_role("heading", name="This document is not here any more")).to_be_visible()
    expect(page.locator("#source")).to_contain_text("What was cited from it: at noon")
    page.get_by_role("link", name="See what is there").click()
    expect(page.get_by_role("heading", name="Documents", exact=True)).to_be_visible()


def test_an_address_without_a_place_or_with_a_wrong_one(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents/seeds/sourdough.md"))
    expect(page.locator("#source")).to_contain_text("The Patient Loaf")
    expect(page.locator("#note")).to_be_empty()
    for start, end in (("5", "999999"), ("99999999", "999999999")):
        page.goto(address(served, "/documents/seeds/sourdough.md", start=start, end=end))
        expect(page.locator("#note")).to_contain_text("The document has no such place")
    for start, end in (("-5", "7"), ("a", "b"), ("7", "5")):
        page.goto(address(served, "/documents/seeds/sourdough.md", start=start, end=end))
        expect(page.locator("#source")).to_contain_text("The Patient Loaf")
    expect(page.locator("mark")).to_have_count(0)


def test_a_large_document_is_shown_at_its_place(page: Page, served: Served) -> None:
    line = "Nothing happens in this line of the long log 🐝, and nobody reads it.\n"
    text = line * 15_000 + "Only here the bell was rung.\n" + line * 1000  # 1.1 MB
    store = SQLiteStore(served.data / FILE_NAME)
    store.put(Document("log", "A long log", text), [Chunk(0, 60)], np.zeros((1, 384), np.float32), "large")
    store.close()
    start = text.index("bell")
    page.goto(address(served, "/documents/log", collection="large", start=str(start), end=str(start + 4)))
    expect(page.locator("mark")).to_have_text("bell")
    expect(page.locator("mark")).to_be_in_viewport()
    assert page.evaluate("document.getElementById('source').textContent.length") == len(text.rstrip()) + text.count(
        "🐝"
    )
    page.goto(address(served, "/documents/log", collection="large", start="0", end=str(start + 4)))  # none is cited
    expect(page.locator("mark").last).to_contain_text("Only here the bell")
    expect(page.locator("#note")).to_be_empty()


def test_the_original_pdf_opens_at_the_page(page: Page, served: Served) -> None:
    ask(page, served, AMSEL)
    link = page.get_by_role("link", name="Original").first
    assert link.get_attribute("href") == "/v1/originals/seeds/halden-handbook-2026.pdf#page=4"
    page.goto(cited(served, AMSEL, "default"))
    link = page.get_by_role("link", name="Original PDF, page 4")
    href = link.get_attribute("href") or ""
    assert href == "/v1/originals/seeds/halden-handbook-2026.pdf#page=4"
    response = page.request.get(address(served, href))
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"].startswith("inline")
    assert response.body() == (SEEDS / "halden-handbook-2026.pdf").read_bytes()
    with page.expect_popup() as opened:
        link.click()
    assert opened.value.url.endswith("/halden-handbook-2026.pdf#page=4")


def test_a_document_of_the_web_is_linked_to_its_words(page: Page, served: Served) -> None:
    text = "# Ferries\n\nThe ferry to Orm sails at noon, not at dawn."
    put(served, "web", text, "web", uri="https://orm.test/ferries", media_type="text/markdown")
    link = cited(served, "When does the ferry to Orm sail?", "web")
    there = "https://orm.test/ferries#:~:text=The%20ferry%20to%20Orm%20sails-,at%20noon%2C%20not%20at%20dawn,-."
    ask(page, served, "When does the ferry to Orm sail?", "web")
    expect(page.get_by_role("link", name="On the web").first).to_have_attribute("href", there)
    page.goto(link)
    expect(page.get_by_role("link", name="These words on the web")).to_have_attribute("href", there)
    expect(page.get_by_role("link", name="These words on the web")).to_have_attribute("rel", "noopener noreferrer")
