"""Pictures of the pages and the widget over the sample documents, for README: `python tests/browser/screenshots.py FOLDER [NAME …]`.

Those that README shows are in `tests/browser/pictures/`.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent.parent.parent)]

from contract.support import asked  # noqa: E402
from support import SEEDS, Served  # noqa: E402

from index.stores import open_store, url_of_folder  # noqa: E402

CHROMIUM = "/usr/bin/chromium"
DESKTOP, WINDOW, PHONE = (1100, 720), (860, 640), (390, 844)
EMBEDDING = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Halden Ferry Company</title><h1>Halden Ferry Company</h1>
<p>Everything a new colleague needs to know.</p>
<script src="/widget.js" data-title="Ask the handbook" data-contact="people@halden.example" defer></script></html>"""
AMSEL = "/?" + urlencode({"q": "Who became safety officer after Piet Amsel?"})
HOME_OFFICE = "/?" + urlencode({"q": "How often can office staff of the ferry company work from home?"})
NOWHERE = "/?" + urlencode({"q": "In which country was origami first folded?"})


@dataclass(frozen=True)
class Shot:
    """A file's name, the address below the service's own, and what to do there until it looks as it should."""

    name: str
    path: str
    until: Callable[[Page], None]
    size: tuple[int, int] = DESKTOP
    scheme: str = "light"
    whole: bool = False  # the page from top to bottom, not only what fits


def answered(page: Page) -> None:
    expect(page.locator(".turn:not([aria-busy]) .card").first).to_be_visible()
    page.get_by_label("Question").blur()


def followed(page: Page) -> None:
    answered(page)
    page.get_by_role("link", name="Employee Handbook, 2026").first.click()
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator("#here.shown")).to_be_visible()


def greeted(page: Page) -> None:
    expect(page.get_by_text("To begin with")).to_be_visible()


def listed(page: Page) -> None:
    expect(page.get_by_role("table")).to_be_visible()


def adding(page: Page) -> None:
    listed(page)
    pdf = (SEEDS / "halden-handbook-2026.pdf").read_bytes()
    files = {"tides.md": b"# Tides\n\nHigh water is at noon.", "scan.pdf": pdf[:9000]}
    page.get_by_label("choose files").set_input_files(
        [{"name": name, "mimeType": "", "buffer": data} for name, data in files.items()]
    )
    expect(page.locator(".uploads .bad")).to_contain_text("is a PDF cut short")
    expect(page.locator(".uploads .good")).to_contain_text("Added")


def embedded(page: Page) -> None:
    page.evaluate("document.querySelector('quoth-widget').ask('Who became safety officer after Piet Amsel?')")
    expect(page.get_by_role("dialog").get_by_role("link", name="Employee Handbook, 2026").first).to_be_visible()


def objected(page: Page) -> None:
    embedded(page)
    page.get_by_role("button", name="Wrong").first.click()
    expect(page.get_by_text("What is wrong with it?")).to_be_visible()


def handed_on(page: Page) -> None:
    page.evaluate("document.querySelector('quoth-widget').ask('In which country was origami first folded?')")
    expect(page.get_by_role("link", name="Ask a person")).to_be_visible()


def counted(page: Page) -> None:
    expect(page.get_by_role("heading", name="Questions a day")).to_be_visible()
    expect(page.locator("main svg").first).to_be_visible()


def suggested(page: Page) -> None:
    greeted(page)
    page.get_by_label("Question").press_sequentially("how")
    expect(page.get_by_role("option").first).to_be_visible()


SHOTS = [
    Shot("ask", "/", greeted),
    Shot("ask-dark", "/", greeted, scheme="dark"),
    Shot("suggestions", "/", suggested),
    Shot("ask-phone", "/", greeted, PHONE),
    Shot("answer", AMSEL, answered),
    Shot("answer-dark", AMSEL, answered, scheme="dark"),
    Shot("answer-phone", AMSEL, answered, PHONE),
    Shot("conflict", HOME_OFFICE, answered),
    Shot("no-answer", NOWHERE, answered, (1100, 960)),
    Shot("viewer", AMSEL, followed),
    Shot("viewer-dark", AMSEL, followed, scheme="dark"),
    Shot("viewer-phone", AMSEL, followed, PHONE),
    Shot("documents", "/documents", listed, whole=True),
    Shot("documents-dark", "/documents", listed, scheme="dark"),
    Shot("documents-phone", "/documents", listed, PHONE),
    Shot("documents-adding", "/documents", adding),  # the last of the service's own, for it changes what is there
    Shot("widget", "/embedding", embedded, WINDOW),
    Shot("widget-feedback", "/embedding", objected, WINDOW),
    Shot("widget-contact", "/embedding", handed_on, WINDOW),
    Shot("insights", "/insights", counted),
    Shot("widget-dark", "/embedding", embedded, WINDOW, scheme="dark"),
    Shot("widget-phone", "/embedding", embedded, PHONE),
]


def take(browser: Browser, served: Served, shot: Shot, folder: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if shot.scheme == "dark" else "light",
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.route("**/embedding", lambda route: route.fulfill(body=EMBEDDING, content_type="text/html"))
    page.goto(str(served.client.base_url).rstrip("/") + shot.path)
    shot.until(page)
    page.mouse.move(0, 0)
    picture = Image.open(BytesIO(page.screenshot(full_page=shot.whole))).convert("RGB")
    picture.quantize(128, dither=Image.Dither.NONE).save(folder / f"{shot.name}.png", optimize=True)  # a third the size
    context.close()


def keep_some(data: Path) -> None:
    """Questions of a month, for the page of what is asked."""
    day, handbook = datetime.now(UTC).date(), "seeds/halden-handbook-2026.pdf"
    texts = {
        "answered": ("Who became safety officer after Piet Amsel?", "When do we get paid?", "How many days of leave are there?"),
        "unsure": ("How often can I work from home?",),
        "unanswered": ("Is there a canteen?", "Where do I park my bicycle?", "May I bring a dog?"),
    }  # fmt: skip
    store = open_store(url_of_folder(data))
    for ago in range(30, 0, -1):
        asked_on = f"{day - timedelta(days=ago)}T09:30+00:00"
        for outcome, questions in texts.items():
            for number in range({"answered": 4 + ago % 5, "unsure": 1 + ago % 2, "unanswered": 1 + ago % 3}[outcome]):
                by = (handbook,) if outcome != "unanswered" else ()
                text = questions[(ago + number) % len(questions)]
                fields = {"asked": asked_on, "outcome": outcome, "text": text, "answer_id": f"{ago:08x}{number:08x}",
                          "milliseconds": 120 + 17 * number + ago}  # fmt: skip
                store.keep_questions([asked(*by, **fields)])
    store.close()


def run(folder: Path, only: list[str]) -> None:
    """Take those named, or all."""
    expect.set_options(timeout=60_000)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        served = Served(Path(data) / "data", "seeds", QUOTH_KEEP_QUESTIONS="60", QUOTH_KEEP_QUESTION_TEXT="60")
        keep_some(Path(data) / "data")
        try:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for shot in SHOTS:
                if not only or shot.name in only:
                    take(browser, served, shot, folder)
                    print(folder / f"{shot.name}.png")
        finally:
            served.stop()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    run(Path(sys.argv[1]), sys.argv[2:])
