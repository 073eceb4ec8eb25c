"""How the browser's tests of the widget ask, and questions that they ask the seeds."""

from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import JSHandle, Locator, Page, expect

Visit = Callable[..., Page]

OFFICER = "Who became safety officer after Piet Amsel?"
SICK = "Under the 2024 handbook, for how long does a sick employee go on receiving full pay?"  # one answer is unlikely
HOME = "How often can office staff of the ferry company work from home?"
ORIGAMI = "In which country was origami first folded?"
COCAINE = "how much of the confiscated cocaine has been connected to Maduro himself, according to Bondi"


def launcher(page: Page) -> Locator:
    return page.locator(".launcher")


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Question")


def ask(page: Page, question: str) -> Locator:
    """Ask, in the dialog that is opened if it isn't; returns the turn once it isn't busy."""
    if not page.get_by_role("dialog").is_visible():
        launcher(page).click()
    box(page).fill(question)
    box(page).press("Enter")
    turn = page.get_by_role("article").last
    expect(turn).to_contain_text(question)
    expect(turn).not_to_have_attribute("aria-busy", "true")
    return turn


def told(client: httpx.Client, question: str) -> dict[str, Any]:
    body: dict[str, Any] = client.post("/v1/ask", json={"question": question, "max_answers": 3}).json()
    return body


def words(text: object) -> str:
    return " ".join(str(text).split())


def recorded(page: Page, selector: str) -> JSHandle:
    """The list of texts that an element of the widget goes through from now on, however short each is to be seen."""
    return page.evaluate_handle(
        """selector => {
            const seen = [], root = document.querySelector("quoth-widget").shadowRoot;
            new MutationObserver(() => {
                const text = root.querySelector(selector)?.innerText;
                if (text && text !== seen.at(-1)) seen.push(text);
            }).observe(root, { subtree: true, childList: true, characterData: true });
            return seen;
        }""",
        selector,
    )
