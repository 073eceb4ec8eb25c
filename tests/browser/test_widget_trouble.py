"""The widget when things go wrong, or are meant to: no network, broken streams, hostile documents and attributes."""

import json
from functools import partial

import pytest
from other_origin import Embedding
from playwright.sync_api import Page, Route, expect
from widget_pages import OFFICER, Visit, ask, box, launcher, recorded, words

pytestmark = pytest.mark.browser

EDITION = "Halden Ferry Company: Employee Handbook, 2026 edition"
STREAM = "**/v1/ask/stream"
READABLE = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}


def cut_off(body: str, route: Route) -> None:
    """Answer with this much of a stream."""
    route.fulfill(body=body, content_type="text/event-stream", headers=READABLE)


def try_again(page: Page) -> None:
    """Retry, and have the answer."""
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("article").last.locator(".words").first).to_have_text("Jorun Vask")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_restart_in_mid_conversation(visit: Visit, embedding: Embedding) -> None:
    page = visit()
    ask(page, OFFICER)
    embedding.stop()
    turn = ask(page, "and since when?")
    expect(turn).to_contain_text("The service can’t be reached. Your question is kept")
    embedding.start()
    turn.get_by_role("button", name="Try again").click()
    expect(turn.locator(".asked")).to_have_text(f"Understood as: {OFFICER} and since when?")
    expect(page.get_by_role("article")).to_have_count(2)


def test_a_slow_network(visit: Visit, page: Page) -> None:
    visit()
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 400, "downloadThroughput": 20_000, "uploadThroughput": 20_000}
    network.send("Network.emulateNetworkConditions", slow)
    progress = recorded(page, ".working")
    turn = ask(page, OFFICER)
    expect(turn.locator(".card:not(.sofar) > .words").first).to_have_text("Jorun Vask")
    looking, found = progress.json_value()
    assert looking == "Looking for passages"
    assert found == "Found 10 passages in halden-handbook-2024.html, halden-handbook-2026.pdf and 3 others, reading"


def test_going_offline_keeps_what_was_asked_and_what_is_being_typed(visit: Visit, page: Page) -> None:
    visit()
    page.context.set_offline(True)
    turn = ask(page, OFFICER)
    expect(turn).to_contain_text("can’t be reached")
    box(page).fill("What else")
    page.context.set_offline(False)
    try_again(page)
    expect(box(page)).to_have_value("What else")


def test_a_question_can_be_stopped_and_asked_again(visit: Visit, page: Page) -> None:
    held: list[Route] = []
    page.route(STREAM, lambda route: held.append(route))
    visit()
    launcher(page).click()
    box(page).fill(OFFICER)
    box(page).press("Enter")
    box(page).fill("What else")
    box(page).press("Enter")
    expect(page.get_by_role("status")).to_have_text("The last question is still being read.")
    expect(box(page)).to_have_value("What else")
    expect(page.get_by_role("article")).to_have_count(1)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("article")).to_contain_text("Stopped.")
    page.unroute(STREAM)
    try_again(page)


def test_what_was_read_so_far_is_shown_as_such(visit: Visit, page: Page, embedding: Embedding) -> None:
    """The stream is cut after a candidate, which must not pass for an answer; the next try doesn't stream."""
    answer = embedding.client.post("/v1/ask", json={"question": OFFICER}).json()
    events = [("passages", {"passages": answer["passages"], "index_version": 1}), ("candidate", answer["answers"][0])]
    body = "".join(f"event: {name}\r\ndata: {json.dumps(data)}\r\n\r\n: alive\r\n\r\n" for name, data in events)
    for cut in (body, body + 'event: final\r\ndata: {"answers": [{"te'):
        page.route(STREAM, partial(cut_off, cut))
        visit()
        sofar = recorded(page, ".sofar")
        turn = ask(page, OFFICER)
        expect(turn).to_contain_text("The answer broke off before it was complete.")
        expect(turn.locator(".words")).to_have_count(0)
        assert [words(text) for text in sofar.json_value()] == [f"So far, still reading Jorun Vask {EDITION}"]
        page.unroute(STREAM)
        page.route(STREAM, lambda route: route.abort())
        try_again(page)
        page.unroute(STREAM)


def test_an_error_in_the_stream(visit: Visit, page: Page) -> None:
    problem = {
        "type": "urn:quoth:problem:defect",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Quoth failed.",
    }
    body = f"event: error\ndata: {json.dumps(problem)}\n\n"
    page.route(STREAM, partial(cut_off, body))
    expect(ask(visit(), OFFICER)).to_contain_text("Something went wrong while it was answered.")
    page.unroute(STREAM)
    try_again(page)


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (503, {"Retry-After": "5"}, "The service can’t take questions just now. Try again in 5 seconds."),
        (503, {}, "The service can’t take questions just now. Try again soon."),
        (502, {}, "Something went wrong while it was answered."),
        (401, {}, "This page isn’t allowed to ask just now."),
    ],
)
def test_a_service_that_refuses(visit: Visit, page: Page, status: int, headers: dict[str, str], told: str) -> None:
    page.route(STREAM, lambda route: route.fulfill(status=status, body="<html>", headers={**READABLE, **headers}))
    expect(ask(visit(), OFFICER)).to_contain_text(told)
    page.unroute(STREAM)
    try_again(page)


def test_where_streaming_is_not_to_be_had_the_answer_comes_in_one_piece(visit: Visit, page: Page) -> None:
    page.route(STREAM, lambda route: route.fulfill(status=405, headers=READABLE))
    expect(ask(visit(), OFFICER).locator(".words").first).to_have_text("Jorun Vask")


def test_questions_that_cant_be_asked_stay_in_the_box(visit: Visit, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/ask" in request.url else None)
    visit()
    launcher(page).click()
    long = "🐝" * 1001
    for question in ("", "  ", long):
        box(page).fill(question)
        box(page).press("Enter")
        page.get_by_role("button", name="Ask", exact=True).click()
    expect(box(page)).to_have_value(long)
    expect(page.get_by_role("alert")).to_have_text("The question has 1,001 characters; at most 1,000 are read.")
    assert asked == []
    turn = ask(page, "日" * 200)  # short enough for the widget, but not for the reader
    expect(turn).to_contain_text("The question has 200 tokens; at most 128 are read: ask in fewer words.")
    expect(turn.get_by_role("button", name="Try again")).to_have_count(0)
    expect(box(page)).to_have_value("日" * 200)


HOSTILE = """<img src=x onerror="window.ran = 'text'"> <script>window.ran = 'text'</script>
The vault of Brakken is opened by the code 4711, <b onmouseover="window.ran = 'text'">says the keeper</b>.
</blockquote></div><iframe srcdoc="<script>parent.ran = 'text'</script>"></iframe>"""


def test_a_hostile_document_is_shown_and_never_run(visit: Visit, page: Page, embedding: Embedding) -> None:
    title = "<img src=x onerror=\"window.ran = 'title'\"><script>window.ran = 'title'</script>"
    uri, name = "javascript:window.ran='uri'", "x' onclick='window.ran=1/../\"><script>"
    document = {"text": HOSTILE, "title": title, "uri": uri, "collection": "hostile"}
    assert embedding.client.put(f"/v1/documents/{name}", json=document).status_code == 201
    visit(collection="hostile")
    turn = ask(page, "What code opens the vault of Brakken?")
    expect(turn.locator("mark").first).to_contain_text("4711")
    expect(turn).to_contain_text("""<b onmouseover="window.ran = 'text'">""")
    expect(turn.get_by_role("link").first).to_contain_text(title)
    turn = ask(page, "Who painted the ceiling of the chapel in Sorrel?")
    expect(turn).to_contain_text("""<iframe srcdoc="<script>parent.ran = 'text'</script>"></iframe>""")
    made = page.evaluate(
        "document.querySelector('quoth-widget').shadowRoot.querySelectorAll('img, script, iframe, b[onmouseover]').length"
    )
    assert (made, page.evaluate("window.ran")) == (0, None)
    assert all(link.get_attribute("href").startswith(embedding.site.quoth) for link in turn.get_by_role("link").all())
    with page.context.expect_page() as opened:
        turn.get_by_role("link").first.click()
    expect(opened.value.locator("mark").filter(has_text="4711").first).to_be_visible()
    assert opened.value.evaluate("window.ran") is None


def test_hostile_attributes(visit: Visit, page: Page) -> None:
    warnings: list[str] = []
    page.on("console", lambda message: warnings.append(message.text) if message.type == "warning" else None)
    title = '"><img src=x onerror="window.ran = 1"><script>window.ran = 1</script>'
    visit(
        title=title, examples='["broken', theme="dark;}*{display:none", max_answers="many", collection="no such\u202e"
    )
    expect(launcher(page)).to_have_attribute("aria-label", title)
    turn = ask(page, OFFICER)
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_have_text(title)
    expect(turn).to_contain_text("There is nothing here yet that it could be found in.")
    expect(page.get_by_role("group", name="Example questions")).to_have_count(0)
    for told in ("data-examples is no JSON list", "data-max-answers isn’t a whole number", "There is no collection"):
        assert any(told in warning for warning in warnings), warnings
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("examples", ['{"a": 1}', "[1, null]", "[]", " | ", "x" * 1001])
def test_examples_that_cant_be_shown_are_left_out(visit: Visit, page: Page, examples: str) -> None:
    visit(examples=examples)
    launcher(page).click()
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("group", name="Example questions")).to_have_count(0)


def test_a_second_tag_changes_nothing(visit: Visit, page: Page) -> None:
    visit(tags=2)
    launcher(page).click()
    expect(page.locator("quoth-widget")).to_have_count(1)


def test_the_pages_own_shortcuts_are_not_for_what_is_typed(visit: Visit, page: Page) -> None:
    visit()
    page.evaluate("window.keys = []; document.addEventListener('keydown', event => keys.push(event.key))")
    page.keyboard.press("x")
    launcher(page).click()
    box(page).press_sequentially("s/")
    assert page.evaluate("keys") == ["x"]
