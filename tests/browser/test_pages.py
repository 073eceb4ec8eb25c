"""The ask page as a person meets it, and what holds of every page: no barrier, nothing hostile run."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browsing import AMSEL, FINE, address, ask, cited, put, upload, violations
from playwright.sync_api import Browser, Page, expect
from support import Served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def disagreeing(served: Served) -> str:
    for name, fine in {"Rules of 2023": "40", "Rules of 2025": "60", "A letter": "sixty"}.items():
        put(served, name, f"The fine for parking in Lark Lane is {fine} crowns.", "fines", title=name)
    return "fines"


def test_ask_and_follow_the_citation_to_the_marked_words(page: Page, served: Served) -> None:
    page.goto(address(served, "/"))
    expect(page).to_have_title("Ask · Quoth")
    page.get_by_label("Question").fill(AMSEL)
    page.get_by_role("button", name="Ask").click()
    answer = page.get_by_role("article").filter(has=page.get_by_role("heading", name=re.compile("Jorun")))
    expect(answer.get_by_text("Quite sure")).to_be_visible()
    expect(answer.locator("blockquote mark")).to_have_text("Jorun Vask")
    expect(answer.get_by_text("page 4 · 7.3 Reporting")).to_be_visible()
    assert page.url.endswith("?" + urlencode({"q": AMSEL}))
    answer.get_by_role("link", name="Employee Handbook, 2026").click()
    expect(page.locator("mark")).to_have_text("Jorun Vask")
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator("mark")).to_be_focused()
    expect(page).to_have_title("Halden Ferry Company: Employee Handbook, 2026 edition · Quoth")
    expect(page.get_by_role("navigation", name="Contents").locator("[aria-current]")).to_have_text("7.3 Reporting")
    expect(page.locator("#note")).to_be_empty()


def test_examples_are_asked_with_a_click(page: Page, served: Served) -> None:
    page.goto(address(served, "/"))
    page.get_by_role("list", name="To begin with").get_by_role("button", name="yeast").click()
    expect(page.get_by_role("heading", level=2, name="At what temperature is yeast killed?")).to_be_visible()
    expect(page.locator(".answer").first).to_be_visible()


def test_documents_that_disagree_are_shown_beside_each_other(page: Page, served: Served, disagreeing: str) -> None:
    ask(page, served, FINE, disagreeing)
    expect(page.locator(".note")).to_have_text("The documents disagree. This is what each of them says.")
    expect(page.get_by_role("heading", level=3)).to_have_count(2)
    assert {re.sub(r"\D", "", text) or "60" for text in page.locator(".answer h3").all_text_contents()} == {"40", "60"}
    expect(page.get_by_text("in 2 documents")).to_be_visible()
    expect(page.get_by_role("link", name="Rules of 2023")).to_be_visible()
    expect(page.locator("#collection")).to_have_value("fines")
    page.get_by_text("Put this on your page").click()
    host = address(served, "/widget.js")
    snippet = f'<script src="{host}" data-collection="fines" data-title="Ask our documents" defer></script>'
    expect(page.locator("#snippet")).to_have_text(snippet)


def test_no_answer_shows_why_and_what_comes_nearest(page: Page, served: Served) -> None:
    ask(page, served, "In which country was origami first folded?")
    expect(page.get_by_role("heading", name="No answer in these documents")).to_be_visible()
    expect(page.locator(".none")).to_contain_text("None of the passages that were read answers it.")
    nearest = page.get_by_role("link", name="The Tide Mill at Saltmarrow").first
    passage = page.locator("blockquote").first.text_content()
    nearest.click()
    expect(page.locator("#cited")).to_be_in_viewport()
    assert passage
    assert "The tide mill gave up" in passage
    marked = "".join(page.locator("mark").all_text_contents())
    assert "".join(marked.split()) == "".join(passage.split())


def test_a_conversation_goes_on_and_starts_again(page: Page, served: Served) -> None:
    ask(page, served, AMSEL)
    with page.expect_request("**/v1/ask/stream") as sent:
        page.get_by_label("Question").fill("And what does she read?")
        page.keyboard.press("Enter")
    (turn,) = json.loads(sent.value.post_data or "")["history"]
    assert (turn["question"], " ".join(turn["answer"].split())) == (AMSEL, "Jorun Vask")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").first).to_contain_text("And what does she read?")
    expect(page.locator(".turn").last).not_to_have_attribute("open", "")
    expect(page.locator(".turn:not([aria-busy]) .card").first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_label("Question")).to_be_focused()
    expect(page.get_by_role("heading", name="Ask your documents.")).to_be_in_viewport()


def test_with_the_keyboard_alone(page: Page, served: Served) -> None:
    page.goto(address(served, "/"))
    expect(page.get_by_label("Question")).to_be_focused()
    page.keyboard.type(AMSEL)
    page.keyboard.press("Enter")
    expect(page.locator(".answer").first).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Halden Ferry"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    page.goto(address(served, "/documents"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("choose files")).to_be_focused()


def test_what_cant_be_asked_is_told(page: Page, served: Served) -> None:
    page.goto(address(served, "/"))
    box = page.get_by_label("Question")
    box.fill("x" * 1001)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The question has 1,001 characters; at most 1,000 are read.")
    expect(page.locator(".turn")).to_have_count(0)
    box.fill("日" * 200)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The question has 200 tokens; at most 128 are read")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    ask(page, served, "Who?", "no such collection")
    expect(page.get_by_text("There is no collection 'no such collection'")).to_be_visible()


def test_a_lost_connection_is_told_and_the_question_asked_again(page: Page, served: Served) -> None:
    page.goto(address(served, "/"))
    expect(page.get_by_text("To begin with")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_label("Question").fill(AMSEL)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Quoth can’t be reached.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()


def test_an_answer_that_breaks_off_is_no_answer(page: Page, served: Served) -> None:
    begun = 'event: passages\ndata: {"passages": [], "index_version": 1, "asked_as": null}\n\nevent: final\ndata: {"id'
    page.route("**/v1/ask/stream", lambda route: route.fulfill(content_type="text/event-stream", body=begun))
    ask(page, served, AMSEL)
    expect(page.locator(".trouble")).to_contain_text("The answer broke off before it was complete.")
    page.unroute("**/v1/ask/stream")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()


def test_feedback_is_kept(page: Page, served: Served, disagreeing: str) -> None:
    ask(page, served, FINE, disagreeing)
    answers = page.locator(".answer")
    answers.first.get_by_role("button", name="It was right").click()
    expect(answers.first.get_by_text("Thank you.")).to_be_focused()
    answers.last.get_by_role("button", name="It was wrong").click()
    page.get_by_label("What would be right?").fill("sixty crowns")
    page.get_by_role("button", name="Send").click()
    expect(answers.last.get_by_text("Thank you.")).to_be_visible()
    kept = served.client.get("/v1/feedback", params={"collection": disagreeing}).json()["feedback"]
    assert [entry["verdict"] for entry in kept] == ["right", "wrong"]
    assert kept[1]["correction"]["exact"] == "sixty crowns"


HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'


def test_a_hostile_document_is_shown_and_never_run(page: Page, served: Served) -> None:
    name = f"..//\"'{HOSTILE}"
    text = f"# {HOSTILE}\n\nThe password of the vault is {HOSTILE}swordfish{HOSTILE}. </pre></main>"
    put(
        served,
        name,
        text,
        HOSTILE,
        title=f"</title>{HOSTILE}",
        uri="javascript:window.hit=1",
        media_type="text/markdown",
    )

    page.goto(address(served, "/documents", collection=HOSTILE))
    expect(page.get_by_role("row").last).to_contain_text(HOSTILE)
    page.get_by_role("row").last.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"</title>{HOSTILE}")
    assert page.locator("#source").text_content() == text.removeprefix("# ").replace("\n", "")
    expect(page.get_by_role("link", name="On the web")).to_have_count(0)

    ask(page, served, "What is the password of the vault?", HOSTILE)
    expect(page.locator("blockquote").first).to_contain_text(HOSTILE)
    page.locator(".source a").first.click()
    expect(page.locator("mark").first).to_be_visible()
    page.goto(address(served, "/documents/none", collection=HOSTILE) + f"#cited&exact={quote(HOSTILE)}")
    expect(page.locator("#source")).to_contain_text(HOSTILE)
    page.goto(address(served, "/", q=HOSTILE, collection="javascript:1"))
    expect(page.locator(".card")).to_be_visible()
    assert page.evaluate("window.hit") is None


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "data")
    yield served
    assert served.stop() == 0, served.log


def test_a_newcomer_without_documents_is_led_to_an_answer(page: Page, empty: Served) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address(empty, "/"))
    expect(page.get_by_role("heading", name="Nothing is indexed yet")).to_be_visible()
    violations(page)
    page.get_by_role("link", name="Add documents").click()
    expect(page.get_by_role("heading", name="Nothing is indexed yet")).to_be_visible()
    violations(page)
    expect(upload(page, "ferries.txt", b"The ferry to Orm sails at noon.")).to_contain_text("Added")
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.get_by_role("link", name="1 document")).to_be_visible()
    page.get_by_label("Question").fill("When does the ferry to Orm sail?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="noon")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_keeps_anybody_out(browser: Browser, served: Served, disagreeing: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 390, "height": 844})
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(address(served, "/"))
    expect(page.get_by_text("To begin with")).to_be_visible()
    page.get_by_text("Put this on your page").click()
    violations(page)
    ask(page, served, FINE, disagreeing)
    page.get_by_role("button", name="It was wrong").first.click()
    violations(page)
    ask(page, served, "In which country was origami first folded?")
    violations(page)
    ask(page, served, "Who?", "none")
    violations(page)
    page.goto(address(served, "/documents"))
    expect(page.get_by_role("table")).to_be_visible()
    expect(upload(page, "bad.txt", b"\xff\xff\xff")).to_contain_text("not added")
    violations(page)
    page.get_by_role("button", name=re.compile("^Remove ")).first.click()
    violations(page)
    page.set_viewport_size({"width": 1100, "height": 800})
    page.goto(cited(served, AMSEL, "default"))
    expect(page.locator("mark")).to_be_visible()
    violations(page)
    page.goto(address(served, "/documents/seeds/none.md", start="3", end="9") + "#cited&exact=gone")
    expect(page.get_by_role("heading", name="not here any more")).to_be_visible()
    violations(page)
    context.close()
