"""Suggestions while somebody types, on the ask page and in the widget: by mouse, keyboard and screen reader."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import AMSEL, address, violations
from contract.support import asked
from playwright.sync_api import Page, expect
from support import Served
from widget_pages import HOME, OFFICER, Visit, box, launcher

from index.storage.sqlite.store import FILE_NAME
from index.stores import open_store

pytestmark = pytest.mark.browser

YEAST = "At what temperature is yeast killed?"
PIET = "What did Piet Amsel do before he left?"


@pytest.fixture(scope="module")
def suggesting(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("suggesting")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    store = open_store(f"sqlite:///{data / FILE_NAME}")
    store.keep_questions([asked("seeds/halden-handbook-2026.pdf", text=PIET)] * 3)
    store.close()
    kept = {"QUOTH_KEEP_QUESTIONS": "30", "QUOTH_KEEP_QUESTION_TEXT": "7", "QUOTH_SUGGEST_QUESTIONS": "3"}
    served = Served(data, **kept)
    yield served
    assert served.stop() == 0, served.log


def typed(page: Page, served: Served, text: str) -> None:
    page.goto(address(served, "/"))
    expect(page.get_by_text("To begin with")).to_be_visible()
    page.get_by_label("Question").press_sequentially(text)


def test_a_question_that_others_asked_is_led_to_with_the_arrow_keys_and_asked(page: Page, suggesting: Served) -> None:
    typed(page, suggesting, "ams")
    field, options = page.get_by_role("combobox", name="Question"), page.get_by_role("option")
    expect(options).to_have_text([AMSEL, PIET])
    expect(page.get_by_role("listbox", name="2 suggestions")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status")).to_have_text("2 suggestions")
    assert field.get_attribute("aria-activedescendant") is None
    violations(page)
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    violations(page)
    field.press("ArrowDown")  # back in the box
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    field.press("Enter")
    expect(page.get_by_role("heading", level=2, name=PIET)).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_enter_asks_what_is_typed_and_escape_closes(page: Page, suggesting: Served) -> None:
    typed(page, suggesting, "Amsel")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_label("Question")).to_have_value("Amsel")
    page.keyboard.type(" Pi")
    expect(page.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Amsel Pi", exact=True)).to_be_visible()
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_one_is_asked_with_a_click_on_a_phone_too(page: Page, suggesting: Served) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    typed(page, suggesting, "yea")
    option = page.get_by_role("option", name=YEAST)
    expect(option).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    option.click()
    expect(page.get_by_role("heading", level=2, name=YEAST)).to_be_visible()


def test_nothing_appears_where_nothing_fits_and_the_service_is_asked_once(page: Page, served: Served) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url) if "suggestions?" in request.url else None)
    typed(page, served, "zeppelin")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert len(requests) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_widget_suggests_its_examples(visit: Visit, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    visit(examples=f"{OFFICER}|{HOME}|Why?")
    launcher(page).click()
    box(page).press_sequentially("office")
    options = page.get_by_role("option")
    expect(options).to_have_text([OFFICER, HOME])
    expect(page.get_by_role("status")).to_have_text("2 suggestions")
    results = Axe().run(page, options={"resultTypes": ["violations"]})
    assert results.response["violations"] == []
    box(page).press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(page.get_by_role("dialog")).to_be_visible()
    box(page).press_sequentially(" staff")
    box(page).press("ArrowUp")
    expect(box(page)).to_have_attribute("aria-activedescendant", "suggestion-0")
    box(page).press("Enter")
    expect(page.get_by_role("article")).to_contain_text(HOME)
    expect(box(page)).to_have_value("")


def test_the_widget_asks_what_is_typed_and_suggests_on_a_phone(visit: Visit, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    visit(examples=f"{OFFICER}|{HOME}")
    launcher(page).click()
    box(page).press_sequentially("office")
    expect(page.get_by_role("option").first).to_be_in_viewport(ratio=1)
    box(page).press("Enter")
    expect(page.get_by_role("article").get_by_role("heading")).to_contain_text("office")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_the_widget_speaks_its_language_and_is_silent_where_it_should(visit: Visit, page: Page) -> None:
    visit(examples=OFFICER, lang="de")
    launcher(page).click()
    page.get_by_role("textbox", name="Frage").press_sequentially("offi")
    expect(page.get_by_role("listbox", name="1 Vorschlag")).to_be_visible()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url) if "suggestions" in request.url else None)
    visit(examples=OFFICER, suggestions="off")
    launcher(page).click()
    box(page).press_sequentially("offi")
    expect(page.get_by_role("listbox")).to_have_count(0)
    assert loaded == []
