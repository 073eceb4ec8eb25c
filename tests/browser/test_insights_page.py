"""The insights page as whoever runs the service meets it: figures, groups of questions, labelling, taking it along."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsing import address, violations
from playwright.sync_api import Page, expect
from support import Served

from index.questions import AskedQuestion
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=window.hit=1> is it here?"


def made(days_ago: int, text: str, *document_ids: str, confidence: float = 0.9) -> AskedQuestion:
    at = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="minutes")
    outcome = "unanswered" if not document_ids else "answered" if confidence >= 0.5 else "unsure"
    reason = None if document_ids else "reader_null"
    sure = confidence if document_ids else None
    return AskedQuestion(
        at, "default", outcome, reason, sure, document_ids, 1, 170, f"{abs(hash(text)):016x}"[:16], text
    )


@pytest.fixture(scope="module")
def keeping(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose store has questions of some days."""
    data = tmp_path_factory.mktemp("insights")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    store = SQLiteStore(data / FILE_NAME)
    store.keep_questions(
        [
            made(40, "Long ago?"),
            made(3, "Where is the car park at the top?"),
            made(2, "where is the car park at the top?"),
            made(2, HOSTILE),
            made(1, "Who is safety officer?", "seeds/halden-handbook-2026.pdf"),
            made(0, "Who was safety officer?", "seeds/halden-handbook-2024.html", confidence=0.3),
        ]
    )
    store.close()
    served = Served(data, QUOTH_KEEP_QUESTIONS="90", QUOTH_KEEP_QUESTION_TEXT="90")
    yield served
    served.stop()


def test_what_was_asked_is_shown_and_never_run(page: Page, keeping: Served) -> None:
    page.goto(address(keeping, "/insights"))
    expect(page.get_by_role("status")).to_contain_text("5 questions from")
    for name, figure in {"Questions": "5", "Answered": "1", "Unsure": "1", "Unanswered": "3"}.items():
        tile = page.locator(".tile", has=page.get_by_text(name, exact=True))
        expect(tile.locator("b")).to_have_text(figure)
    cards = page.locator(".groups > li")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("where is the car park at the top?")
    expect(cards.first.locator(".count")).to_contain_text("2")
    expect(cards.last).to_contain_text(HOSTILE)
    assert page.evaluate("window.hit") is None
    violations(page)
    page.get_by_text("As a table").click()
    expect(page.locator("#days tbody tr")).to_have_count(4)  # days with questions

    page.get_by_role("button", name="Unsure 1").click()
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("30 %")
    expect(cards.first.get_by_role("link", name="seeds/halden-handbook-2024.html")).to_be_visible()
    page.get_by_role("button", name="90 days").click()
    page.get_by_role("button", name=re.compile("Unanswered")).click()
    expect(cards).to_have_count(3)
    expect(page).to_have_url(re.compile("since="))
    page.get_by_label("From").fill("2026-01-31")
    page.get_by_label("to", exact=True).fill("2026-01-01")
    page.get_by_label("to", exact=True).press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("is no period of 1 to 3650 days")
    violations(page)


def test_the_documents_that_answer_and_those_that_never_do(page: Page, keeping: Served) -> None:
    page.goto(address(keeping, "/insights"))
    expect(page.get_by_role("heading", name="2 documents answer")).to_be_visible()
    expect(page.get_by_role("heading", name="8 documents answered nothing")).to_be_visible()
    page.get_by_role("link", name="The Tide Mill at Saltmarrow").click()
    expect(page.get_by_role("heading", name="The Tide Mill at Saltmarrow").first).to_be_visible()


def test_an_unanswered_question_is_labelled_and_taken_along(page: Page, keeping: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address(keeping, "/insights"))
    page.locator(".groups > li").first.get_by_role("button", name="Say what is right").click()
    dialog = page.get_by_role("dialog")
    sentence = dialog.locator(".sentence", has_text="The car park at the top has seventy spaces").first
    expect(dialog.get_by_role("button", name="Save as the answer")).to_be_disabled()
    sentence.focus()
    page.keyboard.press("Enter")
    expect(sentence).to_have_attribute("aria-pressed", "true")
    expect(dialog.locator(".chosen")).to_contain_text("The answer: The car park at the top has seventy spaces")
    violations(page)
    words = "seventy spaces"
    sentence.evaluate(
        """(node, words) => {
            const range = document.createRange();
            const at = node.firstChild.data.indexOf(words);
            range.setStart(node.firstChild, at);
            range.setEnd(node.firstChild, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        words,
    )
    expect(dialog.locator(".chosen")).to_have_text(f"The answer: {words}")
    dialog.get_by_role("button", name="Save as the answer").click()
    expect(page.get_by_text("Labelled.", exact=True)).to_be_visible()
    expect(page.locator("main")).to_be_visible()
    (kept,) = keeping.client.get("/v1/feedback").json()["feedback"]
    assert (kept["question"], kept["correction"]["exact"]) == ("where is the car park at the top?", words)
    with page.expect_download() as download:
        page.get_by_role("button", name="Labelled questions (SQuAD)").click()
    labelled = json.loads(Path(download.value.path()).read_text())
    (question,) = [qa for one in labelled["data"] for paragraph in one["paragraphs"] for qa in paragraph["qas"]]
    assert [answer["text"] for answer in question["answers"]] == [words]
    with page.expect_download() as download:
        page.get_by_role("button", name="Questions as CSV").click()
    assert Path(download.value.path()).read_text().count("car park") == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_server_that_keeps_nothing_says_how_to(page: Page, served: Served) -> None:
    page.goto(address(served, "/insights"))
    expect(page.get_by_text("No questions are kept. Start the server with QUOTH_KEEP_QUESTIONS=30")).to_be_visible()
    expect(page.locator("#questions")).to_have_text("None in these days.")
    unused = page.get_by_role("heading", name="documents answered nothing").inner_text()
    expect(page.get_by_text(f"{int(unused.split()[0]) - 8} more", exact=True)).to_be_visible()
    violations(page)
