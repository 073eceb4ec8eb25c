"""The widget as a part of its site: kept from page to page, opened by a key, inline, heard by the site's own scripts."""

import os
import re
import signal

import pytest
from axe_playwright_python.sync_playwright import Axe
from other_origin import Embedding
from playwright.sync_api import ConsoleMessage, Page, expect
from widget_pages import OFFICER, ORIGAMI, Visit, ask, box, launcher

pytestmark = pytest.mark.browser

LISTEN = """() => {
    window.heard = [];
    for (const name of ["asked", "answered", "unanswered", "cited", "feedback"])
        document.addEventListener(`quoth-${name}`, ({ detail }) => heard.push([name, detail]));
}"""


def test_the_conversation_survives_a_reload_and_the_next_page(visit: Visit) -> None:
    page = visit()
    ask(page, OFFICER)
    ask(page, ORIGAMI)
    page.goto(page.url + "timetable")
    launcher(page).click()
    turns = page.get_by_role("article")
    expect(turns).to_have_count(2)
    expect(turns.nth(0).locator(".words").first).to_have_text("Jorun Vask")
    expect(turns.nth(1)).to_contain_text("No answer")
    with page.expect_request("**/v1/ask/stream") as asked:
        ask(page, "and since when?")
    history = asked.value.post_data_json["history"]
    assert [turn["question"] for turn in history] == [OFFICER, ORIGAMI]


def test_a_conversation_that_is_forgotten_leaves_nothing_behind(visit: Visit) -> None:
    page = visit()
    ask(page, OFFICER)
    assert page.evaluate("sessionStorage.length") == 1
    page.get_by_role("button", name="New conversation").click()
    assert page.evaluate("sessionStorage.length") == 0
    ask(page, OFFICER)
    page.evaluate("document.querySelector('quoth-widget').forget()")
    page.reload()
    launcher(page).click()
    expect(page.get_by_role("article")).to_have_count(0)


def test_what_was_kept_by_another_version_and_cant_be_shown_is_forgotten(visit: Visit) -> None:
    page = visit()
    ask(page, OFFICER)
    page.evaluate('sessionStorage.setItem(sessionStorage.key(0), \'[{"question": "Why?", "answer": {}}]\')')
    page.reload()
    launcher(page).click()
    expect(page.get_by_role("article")).to_have_count(0)
    assert page.evaluate("sessionStorage.length") == 0


def test_collections_have_conversations_of_their_own(visit: Visit) -> None:
    ask(visit(), OFFICER)
    page = visit(collection="silo")
    launcher(page).click()
    expect(page.get_by_role("article")).to_have_count(0)


def test_a_key_opens_it_where_one_is_set(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Control+k")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page = visit(shortcut="Ctrl+K")
    expect(launcher(page)).to_have_attribute("aria-keyshortcuts", "Control+K")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(box(page)).to_be_focused()


def test_a_key_that_is_typed_is_no_shortcut(visit: Visit) -> None:
    page = visit(shortcut="/")
    page.evaluate("document.body.prepend(document.createElement('input'))")
    page.locator("input").press_sequentially("1/2")
    expect(page.locator("input")).to_have_value("1/2")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")


def test_inline_it_is_a_part_of_the_page(visit: Visit) -> None:
    page = visit(mode="inline")
    expect(launcher(page)).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    panel = page.get_by_role("region", name="Ask the handbook")
    expect(panel.get_by_role("heading", name="Ask the handbook")).to_be_visible()
    expect(panel.get_by_role("button", name="Close")).to_have_count(0)
    above = page.get_by_role("heading", level=1).bounding_box()
    place = panel.bounding_box()
    assert above
    assert place
    assert place["y"] >= above["y"] + above["height"]
    box(page).fill(OFFICER)
    box(page).press("Enter")
    expect(panel.locator(".words").first).to_have_text("Jorun Vask")
    page.evaluate("document.querySelector('quoth-widget').close()")  # which has nothing to close
    expect(panel).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_sites_own_scripts_hear_what_happens(visit: Visit) -> None:
    page = visit()
    page.evaluate(LISTEN)
    card = ask(page, OFFICER).locator(".card").first
    with page.context.expect_page():
        card.get_by_role("link").first.click()
    card.get_by_role("button", name="Right: Jorun").click()
    expect(card).to_contain_text("Thank you.")
    ask(page, ORIGAMI)
    heard = page.evaluate("heard")
    assert [name for name, _ in heard] == ["asked", "answered", "cited", "feedback", "asked", "unanswered"]
    asked, answered, cited, feedback, _, unanswered = (detail for _, detail in heard)
    assert asked == {"question": OFFICER}
    assert (answered["question"], answered["answer"]["answers"][0]["text"]) == (OFFICER, "Jorun\nVask")
    assert cited["title"] == "Halden Ferry Company: Employee Handbook, 2026 edition"
    assert "/documents/seeds/halden-handbook-2026.pdf?start=7098" in cited["url"]
    assert feedback == {"question": OFFICER, "verdict": "right"}
    assert (unanswered["question"], unanswered["answer"]["reason"]) == (ORIGAMI, "reader_null")


def test_a_service_that_hangs_is_not_waited_for_for_ever(visit: Visit, embedding: Embedding) -> None:
    page = visit(patience="2")
    launcher(page).click()
    os.kill(embedding.served.process.pid, signal.SIGSTOP)
    try:
        turn = ask(page, OFFICER)
        expect(turn).to_contain_text("The service doesn’t respond. Your question is kept: try again in a while.")
    finally:
        os.kill(embedding.served.process.pid, signal.SIGCONT)
    page.evaluate("document.querySelector('quoth-widget').dataset.patience = '600'")
    turn.get_by_role("button", name="Try again").click()
    expect(turn.locator(".words").first).to_have_text("Jorun Vask")


def test_a_site_that_isnt_named_is_told_the_setting(visit: Visit, page: Page, embedding: Embedding) -> None:
    warnings: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "warning":
            warnings.append(message.text)

    page.on("console", note)
    visit()
    elsewhere = embedding.site.url.replace("127.0.0.1", "localhost")  # the same site by another name
    page.goto(elsewhere)
    turn = ask(page, OFFICER)
    expect(turn).to_contain_text("This page isn’t allowed to ask just now.")
    named = (
        f"quoth-widget: {elsewhere} may not ask {embedding.site.quoth}: name it in the QUOTH_ORIGINS of that service."
    )
    assert named in warnings


def test_a_page_in_german_is_spoken_to_in_german(visit: Visit, page: Page) -> None:
    visit(lang="de-AT")
    page.evaluate("document.querySelector('quoth-widget').ask('In which country was origami first folded?')")
    turn = page.get_by_role("article")
    expect(turn).to_contain_text("Keine AntwortKeine der gelesenen Stellen beantwortet es.")
    turn.get_by_text("und 7 weitere Passagen").click()
    expect(page.get_by_role("dialog")).to_have_attribute("lang", "de")
    expect(turn.locator("blockquote").first).to_have_attribute("lang", "")  # the document's language isn't known
    box = page.get_by_role("textbox", name="Frage")
    expect(box).to_have_attribute("placeholder", "Stellen Sie eine Frage")
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []


def test_a_language_that_isnt_there_is_english(visit: Visit, page: Page) -> None:
    page.route("**/widget/de.json", lambda route: route.abort())
    for lang in ("sv", "de"):
        launcher(visit(lang=lang)).click()
        expect(page.get_by_role("textbox", name="Question")).to_be_visible()


def test_somebody_to_ask_where_there_is_no_answer_or_a_wrong_one(visit: Visit) -> None:
    page = visit(contact="https://site.example/help?q={question}")
    turn = ask(page, ORIGAMI)
    link = turn.get_by_role("link", name="Ask a person")
    expect(link).to_have_attribute(
        "href", "https://site.example/help?q=In%20which%20country%20was%20origami%20first%20folded%3F"
    )
    expect(link).to_have_attribute("target", "_blank")
    card = ask(page, OFFICER).locator(".card").first
    expect(card.get_by_role("link", name="Ask a person")).to_have_count(0)
    card.get_by_role("button", name="Wrong: Jorun").click()
    card.get_by_role("button", name="Send").click()
    expect(card.get_by_role("link", name="Ask a person")).to_be_visible()
    assert Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"] == []


def test_links_lead_to_the_sites_own_page_where_it_is_known(visit: Visit, embedding: Embedding) -> None:
    for name, uri in {"here": "https://site.example/tides", "mail": "mailto:a@site.example"}.items():
        text = f"High water in {name} is at noon. {name.title()} tides are low."
        body = {"text": text, "title": name, "uri": uri, "collection": "canonical"}
        assert embedding.client.put(f"/v1/documents/{name}", json=body).status_code == 201
    page = visit(collection="canonical", open_links="canonical")
    link = ask(page, "When is high water in here?").locator("figcaption a").first
    expect(link).to_have_attribute("href", re.compile(r"^https://site\.example/tides#:~:text="))
    link = ask(page, "When is high water in mail?").locator("figcaption a").first
    expect(link).to_have_attribute("href", re.compile(r"/documents/"))
