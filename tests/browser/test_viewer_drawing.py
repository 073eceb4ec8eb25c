"""A document's page draws what its format means, with the cited words marked wherever they lie, and shows its text as it is."""

from typing import Any

import numpy as np
import pytest
from browsing import address, put, violations
from playwright.sync_api import Browser, Page, expect
from support import Served

from index.chunking import Chunk
from index.documents import Document
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.browser

HANDBOOK = """---
title: Boat hire
---

# Boat hire

Two boats are for hire, by the day
or by the **week**; the [rules](https://orm.test/rules) hold
for [all](javascript:alert(1)) &amp; sundry.

## Fees

| Boat  | Day | Where it lies |
|-------|----:|---------------|
| Eider | 40  | `A1` \\| north quay |
| Teal  | 35  | south quay |

## What to do

3. Moor the boat at **both
   ends** of the quay:
   - at the bow
   - at the stern
4. Hand in the key.

> Nobody sails
> in the dark.

```sh
quoth ask "Where?"  # two blanks
```
"""


def cite(page: Page, served: Served, first: str, last: str, text: str = HANDBOOK, **more: Any) -> None:
    """Open the handbook at the words from `first` to `last`."""
    put(served, "boats", text, "drawn", **{"media_type": "text/markdown", **more})
    start, end = text.index(first), text.index(last) + len(last)
    page.goto(address(served, "/documents/boats", collection="drawn", start=str(start), end=str(end)))
    expect(page.locator("#source mark").first).to_be_visible()


def marked(page: Page) -> list[str]:
    """The words of the marked pieces, in order."""
    pieces = [" ".join(words.split()) for words in page.locator("#source mark").all_text_contents()]
    return [words for words in pieces if words]


def test_markdown_is_drawn_as_it_means(page: Page, served: Served) -> None:
    cite(page, served, "Two boats", "Two boats")
    source = page.locator("#source")
    expect(source.get_by_role("heading", level=2)).to_have_text("Boat hire")
    expect(source.get_by_role("heading", level=3)).to_have_text(["Fees", "What to do"])
    expect(source.get_by_text("by the day or by the week; the rules hold for all & sundry.")).to_be_visible()
    expect(source.locator("strong").first).to_have_text("week")
    links = source.get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_have_attribute("href", "https://orm.test/rules")
    expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(source.get_by_role("columnheader")).to_have_text(["Boat", "Day", "Where it lies"])
    expect(source.get_by_role("row").nth(1).get_by_role("cell")).to_have_text(["Eider", "40", "A1 | north quay"])
    assert source.locator("ol > li").evaluate_all("items => items.map((item) => item.value)") == [3, 4]
    expect(source.locator("ol > li ul > li")).to_have_text(["at the bow", "at the stern"])
    expect(source.locator("blockquote")).to_have_text("Nobody sails in the dark.")
    assert source.locator("pre").last.text_content() == 'quoth ask "Where?"  # two blanks'
    assert page.locator("#contents a").evaluate_all("links => links.every((a) => document.querySelector(a.hash))")


@pytest.mark.parametrize(
    ("first", "last", "pieces"),
    [
        ("north quay", "north quay", ["north quay"]),
        ("| Eider", "Teal", ["Eider", "40", "A1", "| north quay", "Teal"]),
        ("boat at **both", "ends** of", ["boat at", "both ends", "of"]),
        ("at the stern", "Hand", ["at the stern", "Hand"]),
        ("&amp;", "sundry", ["&", "sundry"]),
        ("sails\n> in", "sails\n> in", ["sails", "in"]),
    ],
)
def test_the_cited_words_are_marked_wherever_they_lie(
    page: Page, served: Served, first: str, last: str, pieces: list[str]
) -> None:
    cite(page, served, first, last)
    assert marked(page) == pieces
    expect(page.locator("#cited")).to_have_count(1)
    expect(page.locator("#cited")).to_be_focused()
    expect(page.locator("#cited")).to_be_in_viewport()


def test_a_press_shows_the_text_as_indexed_and_another_the_document(page: Page, served: Served) -> None:
    cite(page, served, "| Eider", "Teal")
    button = page.get_by_role("button", name="Text as indexed")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert page.locator("#source").text_content() == HANDBOOK
    assert (
        "".join(page.locator("#source mark").all_text_contents())
        == HANDBOOK[HANDBOOK.index("| Eider") : HANDBOOK.index("Teal") + 4]
    )
    page.get_by_role("link", name="The cited words").click()
    expect(page.locator("#cited")).to_be_focused()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#source").get_by_role("row")).to_have_count(3)


def test_marks_that_are_cited_alone_are_shown_in_the_text_as_indexed(page: Page, served: Served) -> None:
    cite(page, served, "|-------|", "|-------|")
    assert marked(page) == ["|-------|"]


def test_plain_text_has_no_marks_but_lists_and_joined_lines(page: Page, served: Served) -> None:
    text = (
        "The fee for a berth of *seven* metres is one hundred\nand ten crowns a week, and is paid in advance at\n"
        "the office.\n\nHarbour office\nKestrel Quay 4\n\n1) No dogs\n2) No fires\n"
    )
    cite(page, served, "hundred\nand", "hundred\nand", text, media_type="text/plain")
    source = page.locator("#source")
    assert page.locator("#cited").inner_text() == "hundred and"
    expect(source.locator("p").first).to_contain_text("*seven*")
    assert source.locator("p").nth(1).inner_text() == "Harbour office\nKestrel Quay 4"
    expect(source.locator("ol > li")).to_have_text(["No dogs", "No fires"])


def test_links_by_reference_notes_and_a_little_html_are_drawn_and_no_other(page: Page, served: Served) -> None:
    text = (
        "The [rules][Orm] of <b>all</b> H<sub>2</sub>O.[^1] [x][bad] <img src=x onerror=alert(1)>\n\n"
        "[orm]: https://orm.test/rules\n[bad]: javascript:alert(1)\n[^1]: In May."
    )
    cite(page, served, "rules", "all", text)
    first = page.locator("#source p").first
    assert first.inner_text() == "The rules of all H2O.1 x <img src=x onerror=alert(1)>"
    expect(page.locator("#source").get_by_role("link")).to_have_count(1)
    expect(first.get_by_role("link")).to_have_attribute("href", "https://orm.test/rules")
    assert [first.locator(tag).inner_text() for tag in ("b", "sub", "sup")] == ["all", "2", "1"]
    assert marked(page) == ["rules", "of", "all"]
    expect(page.locator("#source img")).to_have_count(0)


def test_captions_fields_and_page_furniture_stand_apart(page: Page, served: Served) -> None:
    text = "Lease of a berth\n\nFigure 1: The slip\n\nowner: Berit Sandal\nberth: C-41\n\nBoard\nRules 2026"
    fields, furniture = text.index("owner"), text.index("Board")
    metadata = {"form_fields": f"{fields}-{furniture - 2}", "page_furniture": f"{furniture}-{len(text)}"}
    cite(page, served, "Sandal\nb", "C-41", text, media_type="text/plain", metadata=metadata)
    source = page.locator("#source")
    assert marked(page) == ["Sandal", "berth:", "C-41"]
    expect(source.locator("p.field")).to_have_text(["owner: Berit Sandal", "berth: C-41"])
    expect(source.locator("p.caption")).to_have_text("Figure 1: The slip")
    assert source.locator("p.furniture").inner_text() == "Board\nRules 2026"
    sizes = [
        source.locator(which).evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
        for which in ("p.furniture", "p.field >> nth=0")
    ]
    assert sizes[0] < sizes[1]
    violations(page)


def test_source_code_stays_as_it_is_written(page: Page, served: Served) -> None:
    text = "# boats\n\ndef hire():\n    return '**two** | ' * 3\n"
    cite(page, served, "return", "return", text, media_type="text/x-source")
    assert page.locator("#source").text_content() == text
    expect(page.get_by_role("button", name="Text as indexed")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawn_document_keeps_nobody_out_and_fits_a_phone(browser: Browser, served: Served, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 360, "height": 800})
    context.set_default_timeout(30_000)
    page = context.new_page()
    wide = "\n\n| " + " | ".join(f"Column{i}" for i in range(12)) + " |\n|" + "---|" * 12 + "\n|" + " 12345 |" * 12
    wide += "\n\n    " + "code " * 40
    cite(page, served, "north quay", "north quay", HANDBOOK + wide)
    violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Text as indexed").click()
    violations(page)
    context.close()


def test_on_paper_a_document_has_the_sheet_s_width_and_nothing_to_press(page: Page, served: Served) -> None:
    cite(page, served, "Two boats", "Two boats")
    page.emulate_media(media="print")
    expect(page.locator("#contents")).to_be_hidden()
    expect(page.get_by_role("button", name="Text as indexed")).to_be_hidden()
    assert page.locator("#source").bounding_box()["width"] > 700  # type: ignore[index]  # of 1100, 48 rem at most


def test_a_document_with_too_much_to_draw_ends_as_indexed(page: Page, served: Served) -> None:
    row = "|" + "1|" * 20 + "\n"
    text = row + "|--|\n" + row * 9_000 + "\nThe end."
    store = SQLiteStore(served.data / FILE_NAME)
    document = Document("rows", "Rows", text, media_type="text/markdown")
    store.put(document, [Chunk(0, 60)], np.zeros((1, 384), np.float32), "drawn")
    store.close()
    start = text.index("The end")
    page.goto(address(served, "/documents/rows", collection="drawn", start=str(start), end=str(start + 7)))
    expect(page.locator("#cited")).to_be_in_viewport()
    assert marked(page) == ["The end"]
    expect(page.locator("#source table").first).to_contain_text("1")
    expect(page.locator("#source .block").first).to_contain_text("|1|1|")  # as it is written
    assert page.locator("#source *").count() < 200_000
