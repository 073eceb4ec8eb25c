"""The documents page as a person meets it: adding, looking through and removing."""

import io
import re
import zipfile

import numpy as np
import pytest
from browsing import address, upload, violations
from playwright.sync_api import Page, expect
from support import SEEDS, Served

from index.chunking import Chunk
from index.documents import Document
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.sync_runs import Refusal, SyncRun

pytestmark = pytest.mark.browser


def test_a_file_is_added_looked_at_and_removed(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents", collection="shelf"))
    expect(page.get_by_role("heading", name="Nothing is indexed yet")).to_be_visible()
    page.get_by_label("Into the collection").fill("shelf")
    slow = page.context.new_cdp_session(page)
    network = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", network)
    item = upload(page, "ferries.txt", b"The ferry to Orm sails at noon. " + b" " * 120_000)
    expect(item).to_contain_text(re.compile(r"uploading \d+ %"))
    slow.send("Network.emulateNetworkConditions", {**network, "uploadThroughput": -1})
    expect(item).to_contain_text("Added · 1 passage")
    expect(page.get_by_role("table")).to_contain_text("ferries")
    expect(page.get_by_text("1 document ·")).to_be_visible()
    again = upload(page, "bees.md", b"# Bees\n\nThey fly.", "text/markdown")
    expect(again).to_contain_text("Added")
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_role("button", name="Remove Bees").click()
    expect(page.get_by_role("dialog")).to_contain_text("Remove this document?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Remove Bees").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("status")).to_have_text("Bees was removed.")
    assert [d["id"] for d in served.client.get("/v1/documents?collection=shelf").json()["documents"]] == ["ferries.txt"]

    page.get_by_role("link", name="ferries").last.click()
    expect(page.locator("#source")).to_contain_text("The ferry to Orm sails at noon.")


def test_an_archive_is_one_upload_and_many_documents(page: Page, served: Served) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("pay.md", "# Pay\n\nPay comes on the 25th.")
        archive.writestr("rules/leave.txt", "Staff get 21 days of leave.")
        archive.writestr("cut.pdf", b"%PDF-1.7")
    page.goto(address(served, "/documents", collection="packed"))
    page.get_by_label("Into the collection").fill("packed")
    item = upload(page, "hand.zip", packed.getvalue(), "application/zip")
    expect(item).to_contain_text("2 documents in it")
    expect(item).to_contain_text("1 file not added: hand.zip/cut.pdf")
    violations(page)
    ids = [each["id"] for each in served.client.get("/v1/documents?collection=packed").json()["documents"]]
    assert sorted(ids) == ["hand.zip/pay.md", "hand.zip/rules/leave.txt"]
    page.get_by_role("link", name="Pay").last.click()
    expect(page.locator("#source")).to_contain_text("Pay comes on the 25th.")


def test_files_that_cant_be_read_are_told_by_name_and_the_rest_go_on(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents", collection="broken"))
    page.get_by_label("Into the collection").fill("broken")
    pdf = (SEEDS / "halden-handbook-2026.pdf").read_bytes()
    files = [("cut.pdf", pdf[:9000], "application/pdf"), ("photo.png", b"\x89PNG", "image/png"),
             ("big.txt", b"x" * 3 * 2**20, "text/plain"), ("good.txt", b"It sails at noon.", "text/plain")]  # fmt: skip
    page.get_by_label("choose files").set_input_files(
        [{"name": name, "mimeType": kind, "buffer": data} for name, data, kind in files]
    )
    added = page.get_by_role("list", name="Files being added").get_by_role("listitem")
    expect(added.filter(has_text="good.txt")).to_contain_text("Added")
    expect(added.filter(has_text="cut.pdf")).to_contain_text("is a PDF cut short (its end mark is missing)")
    expect(added.filter(has_text="photo.png")).to_contain_text(
        "begins as a PNG picture, and is damaged or cut short: save it again."
    )
    expect(added.filter(has_text="big.txt")).to_contain_text(
        re.compile("more than 2 MiB|larger than the service takes")
    )
    added.filter(has_text="cut.pdf").get_by_role("button", name="Dismiss").click()
    expect(added).to_have_count(3)


def test_what_a_file_is_called_is_shown_and_never_run(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents", collection="hostile-files"))
    page.get_by_label("Into the collection").fill("hostile-files")
    item = upload(page, "<img src=x onerror=window.hit=1>.txt", b"It sails at noon.")
    expect(item).to_contain_text("Added")
    item = upload(page, "<b onclick=window.hit=1>cut.pdf", b"%PDF-1.7", "application/pdf")
    expect(item).to_contain_text("<b onclick=window.hit=1>cut.pdf is a PDF cut short")
    expect(page.get_by_role("row").last).to_contain_text("<img src=x onerror=window.hit=1>.txt")
    assert page.evaluate("window.hit") is None
    assert page.locator("main img, main b").count() == 0
    protocols = page.eval_on_selector_all("a", "links => links.map(link => link.protocol)")
    assert set(protocols) == {"http:"}


def test_a_dropped_file_is_added(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents", collection="dropped"))
    page.get_by_label("Into the collection").fill("dropped")
    dropped = page.evaluate_handle(
        "() => { const d = new DataTransfer(); d.items.add(new File(['It sails at noon.'], 'drop.txt')); return d; }"
    )
    page.locator("#drop").dispatch_event("drop", {"dataTransfer": dropped})
    expect(page.get_by_role("table")).to_contain_text("drop")


def test_many_documents_are_listed_page_by_page(page: Page, served: Served) -> None:
    store = SQLiteStore(served.data / FILE_NAME)
    for number in range(53):
        document = Document(f"n{number:02}", f"Note {number:02}", "Some words.")
        store.put(document, [Chunk(0, 4)], np.zeros((1, 384), np.float32), "many")
    store.close()
    page.goto(address(served, "/documents", collection="many"))
    expect(page.get_by_text("1 to 50 of 53")).to_be_visible()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("51 to 53 of 53")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(4)
    for number in (50, 51, 52):  # the last page goes with its last document
        page.get_by_role("button", name=f"Remove Note {number}").click()
        page.get_by_role("button", name="Remove", exact=True).click()
        expect(page.get_by_role("button", name=f"Remove Note {number}")).to_have_count(0)
    expect(page.get_by_text("Note 49")).to_be_visible()


def test_a_document_is_looked_up_by_name_and_says_where_it_is_from(page: Page, served: Served) -> None:
    for name in ("ferries", "bees", "bread"):
        body = {"text": f"Words on {name}.", "collection": "named", "uri": f"https://{name}.example/page"}
        served.client.put(f"/v1/documents/{name}.txt", json=body).raise_for_status()
    page.goto(address(served, "/documents", collection="named"))
    expect(page.get_by_text("3 documents ·")).to_be_visible()
    page.get_by_label("Look up by name").fill("BEE")
    expect(page.get_by_text("1 document ·")).to_be_visible()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)
    link = page.get_by_role("link", name="from bees.example")
    expect(link).to_have_attribute("href", "https://bees.example/page")
    violations(page)
    page.get_by_label("Look up by name").fill("nothing")
    expect(page.get_by_role("heading", name="No document is called so")).to_be_visible()
    violations(page)


def test_what_sync_did_last_and_whom_a_document_is_for(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents", collection="pay"))
    expect(page.get_by_role("heading", name="Nothing is indexed yet")).to_be_visible()
    expect(page.get_by_role("heading", name="What sync did last")).to_be_hidden()
    page.get_by_label("Into the collection").fill("pay")
    page.get_by_label("readable by").fill("staff, board")
    expect(upload(page, "bands.txt", b"Pay has nine bands.")).to_contain_text("Added · 1 passage")
    expect(page.get_by_role("table")).to_contain_text("for board, staff")
    page.get_by_label("readable by").fill("staff,")
    expect(upload(page, "more.txt", b"Pay has nine bands.")).to_contain_text("The group '' of the list is blank")

    store = SQLiteStore(served.data / FILE_NAME)
    began, ended = "2026-11-28T09:30:00+00:00", "2026-11-28T09:31:00+00:00"
    refusals = tuple(Refusal(f"wiki/{n}.pdf", f"wiki/{n}.pdf is a PDF cut short") for n in range(100))
    store.keep_sync_run(SyncRun("pay", "wiki", "folder", began, ended, 3, 0, 1, 12, 120, refusals))
    store.keep_sync_run(
        SyncRun("pay", "https://site.example/", "site", began, ended, stopped="robots.txt can't be had")
    )
    store.close()
    page.reload()
    runs = page.get_by_role("region", name="What sync did last").get_by_role("listitem")
    site, wiki = runs.nth(0), runs.nth(1)
    expect(site).to_contain_text("https://site.example/ site28 Nov 2026, 09:31 · nothing to dorobots.txt can't be had")
    expect(wiki).to_contain_text("wiki folder28 Nov 2026, 09:31 · 3 added, 1 removed, 12 unchanged")
    wiki.get_by_text("120 files refused").click()
    expect(wiki).to_contain_text("wiki/99.pdf is a PDF cut short")
    expect(wiki).to_contain_text("and 20 more")
    violations(page)
    assert served.client.delete("/v1/documents/bands.txt?collection=pay").status_code == 200
