"""What the tests of the service's pages share: addresses, asking, uploading, and axe's verdict on a page."""

from typing import Any
from urllib.parse import quote, urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from support import Served

AMSEL = "Who became safety officer after Piet Amsel?"
FINE = "How much is the fine for parking in Lark Lane?"


def put(served: Served, document_id: str, text: str, collection: str, **more: Any) -> None:
    body = {"text": text, "collection": collection, **more}
    served.client.put(f"/v1/documents/{quote(document_id, safe='')}", json=body).raise_for_status()


def address(served: Served, path: str, **query: str) -> str:
    return f"{str(served.client.base_url).rstrip('/')}{path}{'?' + urlencode(query) if query else ''}"


def ask(page: Page, served: Served, question: str, collection: str = "default") -> None:
    page.goto(address(served, "/", q=question, collection=collection))
    expect(page.locator(".turn:not([aria-busy]) .card").first).to_be_visible()


def cited(served: Served, question: str, collection: str) -> str:
    """The viewer's address of the first citation."""
    answer = served.client.post("/v1/ask", json={"question": question, "collection": collection}).json()
    return address(served, answer["answers"][0]["citations"][0]["url"])


def upload(page: Page, name: str, data: bytes, media_type: str = "text/plain") -> Locator:
    page.get_by_label("choose files").set_input_files({"name": name, "mimeType": media_type, "buffer": data})
    return page.get_by_role("list", name="Files being added").get_by_role("listitem").filter(has_text=name)


def violations(page: Page) -> None:
    # Colours fade in; what turns for ever isn't waited for, and what is taken off the page meanwhile has ended, too
    fading = "document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity)"
    page.evaluate(f"Promise.allSettled({fading}.map((each) => each.finished)).then(() => true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
