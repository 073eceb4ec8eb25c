"""A real Chromium, Debian's own, on pages of a real server."""

import shutil
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from other_origin import Embedding
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from index.storage.sqlite.store import FILE_NAME

CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=30_000)  # a shared machine may be slow; nothing here is timed


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must end without an error in its console and without a request to any other host."""
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: errors.append(request.url) if not _local(request.url) else None)
    yield page
    assert errors == []


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:"))


@pytest.fixture(scope="session")
def embedding(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedding]:
    data = tmp_path_factory.mktemp("embedded")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    embedding = Embedding(data)
    yield embedding
    embedding.stop()
    embedding.site.close()


@pytest.fixture
def visit(page: Page, embedding: Embedding) -> Iterator[Callable[..., Page]]:
    """Opens the page that embeds the widget with these attributes; at the end nothing may have broken its policy."""
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if any(word in message.text for word in ("Content Security Policy", "TrustedHTML", "TrustedScript")):
            refused.append(message.text)

    page.on("console", note)

    def visit(*, tags: int = 1, **attributes: str) -> Page:
        attributes = {"title": "Ask the handbook", **attributes}
        embedding.site.attributes = " ".join(
            f'data-{name.replace("_", "-")}="{escape(value)}"' for name, value in attributes.items()
        )
        embedding.site.tags = tags
        page.goto(embedding.site.url)
        return page

    yield visit
    assert refused == []
