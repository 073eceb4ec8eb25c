"""The widget as a visitor of a site meets it: asking, reading answers, following them to their source, judging them.

The site is of another origin and has a strict policy; that nothing broke it is checked after each test.
"""

import json
import re
from operator import itemgetter

import pytest
from other_origin import Embedding
from playwright.sync_api import Page, Route, expect
from widget_pages import COCAINE, HOME, OFFICER, ORIGAMI, SICK, Visit, ask, launcher, recorded, told, words

pytestmark = pytest.mark.browser


def test_ask_and_follow_the_citation_to_the_marked_words(visit: Visit) -> None:
    page = visit()
    turn = ask(page, OFFICER)
    card = turn.locator(".card").first
    expect(card.locator(".words")).to_have_text("Jorun Vask")
    expect(card.locator(".sure")).to_have_text(re.compile(r"^(Quite|Fairly) sure\d\d %$"))
    sentence = (
        "“Jorun Vask, who took over as safety officer from Piet Amsel in 2025, reads every report within two days.”"
    )
    expect(card.locator("blockquote")).to_have_text(sentence)
    expect(card.locator("mark")).to_have_text("Jorun Vask")
    expect(card.locator("figcaption")).to_contain_text("page 4, 7.3 Reporting")
    expect(page.get_by_role("status")).to_contain_text("Jorun Vask. ")
    link = card.get_by_role("link", name="Halden Ferry Company: Employee Handbook, 2026 edition (opens in a new tab)")
    assert link.get_attribute("rel") == "noopener"
    with page.context.expect_page() as opened:
        link.click()
    marked = opened.value.locator("mark")
    expect(marked).to_have_text("Jorun Vask")
    expect(marked).to_be_in_viewport()


def test_the_best_answer_so_far_is_shown_as_such(visit: Visit, page: Page) -> None:
    def read_more(route: Route) -> None:  # so much that it takes several batches
        route.continue_(post_data=json.dumps({**route.request.post_data_json, "top_k": 40}))

    page.route("**/v1/ask/stream", read_more)
    visit()
    progress, sofar = recorded(page, ".working"), recorded(page, ".sofar")
    turn = ask(page, OFFICER)
    expect(turn.locator(".card > .words").first).to_have_text("Jorun Vask")
    expect(turn.locator(".sofar")).to_have_count(0)
    assert progress.json_value()[1].startswith("Found 40 passages in ")
    assert {text.partition("\n")[0] for text in sofar.json_value()} == {"So far, still reading"}


def test_several_answers_the_unlikely_ones_folded(visit: Visit, embedding: Embedding) -> None:
    given = told(embedding.client, SICK)["answers"]
    likely = [words(answer["text"]) for answer in given if answer["confidence"] >= 0.35]
    assert (len(given), len(likely)) == (2, 1)
    turn = ask(visit(), SICK)
    shown = turn.locator(".card > .words").filter(visible=True)
    expect(shown).to_have_text(likely)
    turn.get_by_text("1 less likely answer").click()
    expect(shown).to_have_text([words(answer["text"]) for answer in given])


def test_one_answer_where_one_is_asked_for(visit: Visit) -> None:
    expect(ask(visit(max_answers="1"), COCAINE).locator(".words")).to_have_count(1)


def test_documents_that_disagree_are_shown_side_by_side(visit: Visit) -> None:
    turn = ask(visit(), HOME)
    expect(turn).to_contain_text("Two sources say different things. Here is what each of them says.")
    expect(turn.page.get_by_role("status")).to_contain_text("Two sources say different things. one day a week.")
    expect(turn.locator(".card > .words").filter(visible=True)).to_have_text(["one day a week", "two days a week"])
    expect(turn.get_by_role("link", name="2026 edition").filter(visible=True)).to_have_count(1)
    expect(turn.get_by_role("link", name="2024 edition").filter(visible=True)).to_have_count(1)


def test_further_places_are_folded(visit: Visit, embedding: Embedding) -> None:
    said = {
        "a": "The Osk silo holds thirty tons of grain.",
        "b": "Since its new roof the Osk silo holds thirty tons of grain, all of it dry.",
        "c": "What the Osk silo holds: thirty tons of grain.",
    }
    for name, text in said.items():
        put = embedding.client.put(
            f"/v1/documents/{name}", json={"text": text, "title": name.upper(), "collection": "silo"}
        )
        assert put.status_code == 201
    card = ask(visit(collection="silo"), "How much grain does the Osk silo hold?").locator(".card").first
    expect(card.locator(".sure")).to_contain_text("said in 3 documents")
    expect(card.locator("mark").filter(visible=True)).to_have_count(1)
    card.get_by_text("and 2 more places").click()
    expect(card.locator("mark").filter(visible=True)).to_have_count(3)
    assert {link.inner_text().split()[0] for link in card.get_by_role("link").all()} == {"A", "B", "C"}


def test_sources_that_disagree_are_counted_and_dated(visit: Visit, embedding: Embedding) -> None:
    said = {"old": ("40 crowns", "2023-04-05"), "new": ("60 crowns", "2025-11"), "letter": ("sixty crowns", None)}
    for name, (fine, date) in said.items():
        put = embedding.client.put(
            f"/v1/documents/{name}",
            json={
                "text": f"The fine for parking in Lark Lane is {fine}.",
                "title": f"Rules, {name}",
                "collection": "fines",
                "metadata": {"date": date} if date else {},
            },
        )
        assert put.status_code == 201
    turn = ask(visit(collection="fines"), "How much is the fine for parking in Lark Lane?")
    expect(turn).to_contain_text("3 sources say different things.")
    expect(turn.locator(".card > .words")).to_have_count(2)
    turn.get_by_text("and 1 more place").click()
    captions = turn.locator("figcaption").all_inner_texts()
    assert sorted(" ".join(one.split()) for one in captions) == [
        "Rules, letter (opens in a new tab)",
        "Rules, new (opens in a new tab) · November 2025",
        "Rules, old (opens in a new tab) · April 5, 2023",
    ]


def test_no_answer_comes_with_the_reason_and_the_nearest_passages(visit: Visit, embedding: Embedding) -> None:
    answer = embedding.client.post("/v1/ask", json={"question": ORIGAMI}).json()
    nearest, place = answer["nearest"], itemgetter("document_id", "end")
    further = [passage for passage in answer["passages"] if place(passage) != place(nearest)]
    page = visit()
    turn = ask(page, ORIGAMI)
    expect(turn).to_contain_text("No answerNone of the passages that were read answers it.")
    shown = turn.locator("blockquote").filter(visible=True)
    near = [nearest["text"], *(each["text"] for each in further[:2])]
    without_marks = [re.sub(r"^#+ |\*\*", "", text, flags=re.MULTILINE) for text in near]
    expect(shown).to_have_text([f"“{words(text)}”" for text in without_marks])
    turn.get_by_text("and 7 more passages").click()
    expect(shown).to_have_count(10)
    with page.context.expect_page() as opened:
        turn.get_by_role("link").first.click()
    expect(opened.value.locator("mark").first).to_be_in_viewport()
    expect(opened.value.locator("mark").first).to_contain_text("The tide mill gave up")


def test_a_follow_up_is_asked_with_the_turns_before_it(visit: Visit) -> None:
    page = visit()
    with page.expect_request("**/v1/ask/stream") as first:
        ask(page, OFFICER)
    assert first.value.post_data_json["history"] == []
    with page.expect_request("**/v1/ask/stream") as second:
        turn = ask(page, "and since when?")
    assert second.value.post_data_json["history"] == [{"question": OFFICER, "answer": "Jorun\nVask"}]
    expect(turn.locator(".asked")).to_have_text(f"Understood as: {OFFICER} and since when?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("article")).to_have_count(0)
    with page.expect_request("**/v1/ask/stream") as third:
        ask(page, OFFICER)
    assert third.value.post_data_json["history"] == []


def test_examples_can_be_asked(visit: Visit) -> None:
    page = visit(examples=f'["{OFFICER}", "{HOME}"]')
    launcher(page).click()
    page.get_by_role("group", name="Example questions").get_by_role("button", name=OFFICER).click()
    expect(page.get_by_role("article")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("article").locator(".words").first).to_have_text("Jorun Vask")
    page.evaluate("sessionStorage.clear()")  # a conversation that is kept leaves no room for examples
    page = visit(examples=f"{HOME} | | {OFFICER}")
    launcher(page).click()
    expect(page.get_by_role("group", name="Example questions").get_by_role("button")).to_have_text([HOME, OFFICER])


def test_the_page_can_open_close_and_ask(visit: Visit) -> None:
    page = visit()
    page.evaluate("question => { document.querySelector('quoth-widget').ask(question); }", OFFICER)
    expect(page.get_by_role("dialog", name="Ask the handbook")).to_be_visible()
    expect(page.get_by_role("article").locator(".words").first).to_have_text("Jorun Vask")
    page.evaluate("document.querySelector('quoth-widget').close()")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.evaluate("document.querySelector('quoth-widget').open()")
    expect(page.get_by_role("article").locator(".words").first).to_have_text("Jorun Vask")


def test_judging_an_answer_right(visit: Visit, embedding: Embedding) -> None:
    card = ask(visit(), OFFICER).locator(".card").first
    card.get_by_role("button", name="Right: Jorun").click()
    expect(card).to_contain_text("Thank you.")
    kept = embedding.client.get("/v1/feedback").json()["feedback"][-1]
    assert (kept["question"], kept["verdict"], kept["correction"]) == (OFFICER, "right", None)
    assert kept["answer_id"] == told(embedding.client, OFFICER)["id"]
    answer = kept["answer"]
    assert (answer["document_id"], answer["start"], answer["exact"]) == (
        "seeds/halden-handbook-2026.pdf",
        7098,
        "Jorun\nVask",
    )


def test_saying_what_is_wrong_with_an_answer(visit: Visit, embedding: Embedding) -> None:
    page = visit()
    cards = ask(page, HOME).locator(".card")
    cards.nth(0).get_by_role("button", name="Wrong: one day a week").click()
    expect(cards.nth(0).get_by_role("radio", name="It is wrong")).to_be_focused()
    cards.nth(0).get_by_role("radio", name="It is out of date").check()
    cards.nth(0).get_by_role("textbox", name="In your own words").fill(" Two days since 2025. ")
    cards.nth(0).get_by_role("button", name="Send").click()
    expect(cards.nth(0)).to_contain_text("Thank you, it is noted.")
    cards.nth(1).get_by_role("button", name="Wrong: two days a week").click()
    cards.nth(1).get_by_role("radio", name="It leaves something out").check()
    cards.nth(1).get_by_role("button", name="Cancel").click()
    expect(cards.nth(1).get_by_role("radio")).to_have_count(0)
    cards.nth(1).get_by_role("button", name="Wrong: two days a week").click()
    cards.nth(1).get_by_role("textbox", name="In your own words").press("Enter")
    expect(cards.nth(1)).to_contain_text("Thank you, it is noted.")
    none = ask(page, ORIGAMI)
    none.get_by_role("button", name="Wrong: no answer").click()
    expect(none.get_by_role("radio")).to_have_count(0)
    none.get_by_role("textbox", name="In your own words").fill("Egypt")
    none.get_by_role("button", name="Send").click()
    expect(none).to_contain_text("Thank you, it is noted.")
    kept = embedding.client.get("/v1/feedback").json()["feedback"][-3:]
    assert [(one["answer"] and one["answer"]["exact"], one["reason"], one["comment"]) for one in kept] == [
        ("one day a week", "outdated", "Two days since 2025."),
        ("two days a week", "incomplete", None),
        (None, None, "Egypt"),
    ]
    assert {(one["verdict"], one["correction"]) for one in kept} == {("wrong", None)}


def test_a_phone_gets_the_whole_screen(visit: Visit, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(visit(), OFFICER)
    sheet = page.get_by_role("dialog")
    assert sheet.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert sheet.evaluate(
        "sheet => [...sheet.children].every(part => part.matches('.unseen') || part.scrollWidth <= 390)"
    )
    page.get_by_role("button", name="Close").click()
    expect(sheet).to_be_hidden()


def test_themes(visit: Visit, page: Page) -> None:
    def expect_colours(button: str, sheet: str) -> None:
        expect(launcher(page)).to_have_css("background-color", button)
        expect(page.locator("dialog")).to_have_css("background-color", sheet)

    light, dark = ("rgb(27, 90, 131)", "rgb(248, 246, 241)"), ("rgb(142, 197, 239)", "rgb(23, 25, 30)")
    visit()
    expect_colours(*light)
    page.emulate_media(color_scheme="dark")
    expect_colours(*dark)
    visit(theme="light")
    expect_colours(*light)
    page.evaluate("document.querySelector('quoth-widget').dataset.theme = 'dark'")
    expect_colours(*dark)
    page.evaluate("document.querySelector('quoth-widget').style.setProperty('--quoth-accent', 'rgb(1, 2, 3)')")
    expect_colours("rgb(1, 2, 3)", dark[1])
