"""The widget for people who use a keyboard or a screen reader, or want less motion."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from other_origin import Embedding
from playwright.sync_api import Page, Route, expect
from widget_pages import HOME, OFFICER, ORIGAMI, SICK, Visit, ask, box, launcher

pytestmark = pytest.mark.browser

FOCUSED = """() => {
    let focused = document.activeElement;
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
    return [document.activeElement.localName, focused.localName, focused.getAttribute("aria-label") ?? focused.innerText];
}"""


def focused(page: Page) -> list[str]:
    """The element of the page that has the focus, and within the widget its name and text."""
    found: list[str] = page.evaluate(FOCUSED)
    return found


def test_everything_is_done_with_the_keyboard(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert focused(page)[1:] == ["a", "Timetable"]
    page.keyboard.press("Tab")
    assert focused(page) == ["quoth-widget", "button", "Ask the handbook"]
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(box(page)).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.type(OFFICER)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Please.")
    expect(box(page)).to_have_value(f"{OFFICER}\nPlease.")
    for _ in "\nPlease.":
        page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article").locator("mark").first).to_have_text("Jorun Vask")
    for _ in range(12):
        page.keyboard.press("Tab")
        if focused(page)[1] == "a":
            break
    assert "2026 edition" in focused(page)[2]
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("mark")).to_have_text("Jorun Vask")
    page.bring_to_front()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_the_focus_stays_in_the_dialog(visit: Visit, key: str) -> None:
    page = visit(examples="Why?|How?")
    launcher(page).click()
    seen = []
    for _ in range(16):
        page.keyboard.press(key)
        seen.append(tuple(focused(page)))
    names = {name for host, _, name in seen if host == "quoth-widget"}
    assert {"Close", "Conversation", "Why?", "How?", "Question", "Ask"} <= names
    assert "Ask the handbook" not in names  # the launcher is behind the dialog
    assert {host for host, _, _ in seen} <= {"quoth-widget", "body"}  # the body: where the browser's own bars follow


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(visit: Visit, page: Page, scheme: str) -> None:
    def check(state: str) -> None:
        page.evaluate(
            "Promise.allSettled(document.querySelector('quoth-widget').shadowRoot.getAnimations().map(a => a.finished))"
        )
        results = Axe().run(page, options={"resultTypes": ["violations"]})
        assert results.response["violations"] == [], state

    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visit(examples=f"{OFFICER}|{HOME}")
    check("closed")
    launcher(page).click()
    check("open")
    ask(page, OFFICER)
    check("answered")
    ask(page, SICK).get_by_text("less likely answer").click()
    check("a less likely answer")
    turn = ask(page, HOME)
    turn.get_by_role("button", name="Wrong: two days a week").click()
    check("conflict, being objected to")
    ask(page, ORIGAMI)
    check("no answer")
    held: list[Route] = []
    page.route("**/v1/ask/stream", lambda route: held.append(route))
    box(page).fill(OFFICER)
    box(page).press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    check("reading")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    box(page).fill("?" * 1001)
    check("failed, and a question that is too long")


def test_motion_is_left_out_for_those_who_want_none(visit: Visit, page: Page, embedding: Embedding) -> None:
    opening = """() => {
        const widget = document.querySelector("quoth-widget");
        widget.open();
        return widget.shadowRoot.getAnimations().length;
    }"""
    visit()
    assert page.evaluate(opening) > 0
    page.emulate_media(reduced_motion="reduce")
    visit()
    assert page.evaluate(opening) == 0


def test_what_happens_is_told_to_screen_readers(visit: Visit, page: Page) -> None:
    visit()
    launcher(page).click()
    status = page.get_by_role("status")
    held: list[Route] = []
    page.route("**/v1/ask/stream", lambda route: held.append(route))
    box(page).fill(HOME)
    with page.expect_request("**/v1/ask/stream"):
        box(page).press("Enter")
    expect(status).to_have_text("Looking for passages.")
    while not held:  # the request is out, and comes to the route within moments
        page.wait_for_timeout(20)
    held[0].continue_()
    shown = page.locator(".card .sure").first.inner_text()  # how sure, is for the processor to tell
    (sure,) = re.findall("^(?:Quite|Fairly) sure", shown)
    expect(status).to_contain_text(
        f"Two sources say different things. one day a week. {sure}. From Halden Ferry Company"
    )
    page.unroute("**/v1/ask/stream")
    ask(page, ORIGAMI)
    expect(status).to_have_text("No answer. None of the passages that were read answers it.")
    box(page).fill("?" * 1001)
    expect(page.get_by_role("alert")).to_have_text("The question has 1,001 characters; at most 1,000 are read.")
    expect(box(page)).to_have_attribute("aria-invalid", "true")
