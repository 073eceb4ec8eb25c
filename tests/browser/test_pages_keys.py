"""The pages of a service with keys: they ask for one, keep it for the tab, and show what it opens."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsing import AMSEL, address, upload, violations
from playwright.sync_api import Page, expect
from store_support import read_all_passages
from support import SEEDS, Served

from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.browser

WORDS = "/documents/seeds/halden-handbook-2026.pdf?start=7098&end=7108#cited&exact=Jorun+Vask"


@dataclass(frozen=True)
class Guarded:
    served: Served
    ask: str
    both: str


@pytest.fixture(scope="module")
def guarded(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("guarded-pages")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    # So many passages are read that the best answer so far is told before the last
    read_all_passages(data / FILE_NAME)
    served = Served(data, QUOTH_ORIGINS="https://site.example", QUOTH_TOP_K="40")
    store = SQLiteStore(data / FILE_NAME)
    asking = store.add_key("ask", ["ask"])
    both = store.add_key("both", ["ask", "write"])
    store.close()
    yield Guarded(served, asking, both)
    assert served.stop() == 0, served.log


# What is shown for a moment only is written down as the page changes
WATCH = """new MutationObserver(() => {
  const card = document.querySelector(".sofar");
  if (card) window.shown = [...new Set([...(window.shown ?? []), card.textContent])];
}).observe(document, { childList: true, subtree: true });"""


def give(page: Page, key: str) -> None:
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_role("button", name="Continue").click()


def test_a_question_is_answered_once_a_key_is_given(page: Page, guarded: Guarded) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address(guarded.served, "/"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Question").fill(AMSEL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="This Quoth asks for a key")).to_contain_text("Whoever runs it")
    violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert").last).to_contain_text("Without a key there is nothing to see here.")
    page.get_by_role("button", name="Give a key").click()
    give(page, "quoth_wrong")
    expect(page.get_by_role("dialog")).to_contain_text("The last one isn’t taken, or not any more.")
    give(page, f" {guarded.ask} ")
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    expect(page.get_by_role("link", name="10 documents")).to_be_visible()
    assert guarded.ask not in page.url
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("Object.values(localStorage)") == []


def test_the_original_is_fetched_with_the_key_and_opened_from_memory(page: Page, guarded: Guarded) -> None:
    page.goto(address(guarded.served, WORDS))
    give(page, guarded.ask)
    expect(page.locator("mark")).to_be_focused()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Original PDF, page 4").click()
    assert opened.value.url.startswith("blob:http://127.0.0.1:")
    assert opened.value.url.endswith("#page=4")
    page.goto(address(guarded.served, "/documents/seeds/beekeeping.html"))
    with page.expect_download() as saved:  # what might run in a page is never opened as one of ours
        page.get_by_role("link", name="Original file").click()
    assert saved.value.suggested_filename == "beekeeping.html"
    assert saved.value.path().read_bytes() == (SEEDS / "beekeeping.html").read_bytes()


def test_the_best_answer_so_far_is_shown_while_others_are_read(page: Page, guarded: Guarded) -> None:
    page.add_init_script(WATCH)
    page.goto(address(guarded.served, "/", q=AMSEL))
    give(page, guarded.ask)
    expect(page.locator(".answer").first).to_be_visible()
    shown = "So far, still readingJorun\nVaskHalden Ferry Company: Employee Handbook, 2026 edition"
    assert page.evaluate("window.shown") == [shown]
    expect(page.locator(".sofar")).to_have_count(0)


def test_what_a_key_does_not_open_is_told(page: Page, guarded: Guarded) -> None:
    page.goto(address(guarded.served, "/documents"))
    give(page, guarded.ask)
    expect(page.get_by_role("row")).to_have_count(11)
    expect(upload(page, "bees.txt", b"Bees fly.")).to_contain_text("write")
    page.get_by_role("button", name="Remove The Tide Mill").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("write")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("row")).to_have_count(11)


def test_a_file_is_added_with_a_key_that_writes(page: Page, guarded: Guarded) -> None:
    page.goto(address(guarded.served, "/documents", collection="keyed"))
    give(page, guarded.both)
    page.get_by_label("Into the collection").fill("keyed")
    expect(upload(page, "bees.txt", b"Bees fly.")).to_contain_text("Added")
    expect(page.get_by_role("table")).to_contain_text("bees")


@pytest.fixture
def token(guarded: Guarded) -> str:
    minted = guarded.served.client.post(
        "/v1/tokens", json={"origin": "https://site.example"}, headers={"Authorization": f"Bearer {guarded.ask}"}
    )
    return str(minted.json()["token"])


def test_a_token_in_the_address_opens_the_source_and_is_left_in_no_history(
    page: Page, guarded: Guarded, token: str
) -> None:
    page.goto(address(guarded.served, f"{WORDS}&token={token}"))
    expect(page.locator("mark")).to_have_text("Jorun Vask")
    assert page.url == address(guarded.served, WORDS)
    page.get_by_role("link", name="Ask about it").click()
    expect(page.get_by_role("link", name=re.compile("documents$"))).to_be_visible()  # its script has run
    expect(page.get_by_text("To begin with")).to_be_visible()
    page.get_by_label("Question").fill(AMSEL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    assert "token" not in page.url
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    assert (
        page.evaluate(
            "[...Object.values(sessionStorage), ...Object.values(localStorage)].filter((x) => x.includes('eyJ'))"
        )
        == []
    )


def sent_with(page: Page) -> set[str]:
    """What requests of the page are sent with from now on."""
    sent: set[str] = set()
    page.on("request", lambda request: "/v1/" in request.url and sent.add(request.headers.get("authorization", "")))
    return sent


def test_a_link_plants_no_token(page: Page, guarded: Guarded, token: str) -> None:
    """It counts on the page that it opens, and is gone with it: a page opened otherwise in the same tab asks for a key."""
    page.goto(address(guarded.served, f"/#token={token}"))
    assert page.url == address(guarded.served, "/")
    expect(page.get_by_role("link", name=re.compile("documents$"))).to_be_visible()
    sent = sent_with(page)
    page.goto(address(guarded.served, "/documents"))
    expect(page.get_by_role("dialog", name="This Quoth asks for a key")).to_be_visible()
    assert sent == {""}


def test_a_link_takes_no_keys_place(page: Page, guarded: Guarded, token: str) -> None:
    page.goto(address(guarded.served, "/documents"))
    give(page, guarded.both)
    expect(page.get_by_role("table")).to_contain_text("The Tide Mill")
    sent = sent_with(page)
    page.goto(address(guarded.served, f"/documents?again#token={token}"))
    expect(page.get_by_role("table")).to_contain_text("The Tide Mill")
    assert "token" not in page.url
    assert sent == {f"Bearer {guarded.both}"}


@pytest.mark.parametrize("planted", ["quoth_planted", "{key}", "%", "a.b", "a.b.c.d"])
def test_a_link_brings_no_key_that_lasts(page: Page, guarded: Guarded, planted: str) -> None:
    sent = sent_with(page)
    page.goto(address(guarded.served, f"/documents#token={planted.format(key=guarded.ask)}&token={planted}"))
    expect(page.get_by_role("dialog", name="This Quoth asks for a key")).to_be_visible()
    assert page.url == address(guarded.served, "/documents")
    assert sent == {""}
