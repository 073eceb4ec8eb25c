"""Signing in from a page, by the provider's page, and what each person sees there."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import AMSEL, address, put, upload, violations
from openid_provider import Provider
from playwright.sync_api import Page, expect
from support import Served

from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that people sign in to, with a document for the staff."""
    data = tmp_path_factory.mktemp("signing-in")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    provider = Provider()
    served = Served(data, **provider.environment, QUOTH_OIDC_ACCESS="admins=admin, staff=ask, visitors=ask")
    store = SQLiteStore(data / FILE_NAME)
    served.client.headers["Authorization"] = f"Bearer {store.add_key('setup', ['admin'])}"
    store.close()
    put(served, "rota.txt", "Stan Crane works on Sundays.", "default", readers=["staff"])
    yield served
    assert served.stop() == 0, served.log
    provider.stop()


def signs_in(page: Page, user: str) -> None:
    """From the dialog through the provider's page."""
    page.get_by_role("dialog", name="This Quoth asks who you are").get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill(user)
    page.get_by_role("button", name="Sign in").click()


def test_whoever_signs_in_comes_back_to_their_question(page: Page, served: Served) -> None:
    page.goto(address(served, "/", q=AMSEL))
    expect(page.get_by_role("dialog").get_by_role("link", name="Sign in")).to_be_focused()
    violations(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert").last).to_contain_text("There is nothing to see here before you sign in.")
    page.get_by_role("button", name="Sign in").click()
    signs_in(page, "stan")
    expect(page.get_by_role("heading", name=re.compile("Jorun"))).to_be_visible()
    assert page.url == address(served, "/", q=AMSEL)
    expect(page.get_by_role("banner")).to_contain_text("Stan Crane")
    violations(page)
    assert page.evaluate("document.cookie") == "quoth-person=Stan%20Crane"
    page.get_by_role("link", name="11 documents").click()
    expect(page.get_by_role("table")).to_contain_text("rota.txt")
    expect(upload(page, "bees.txt", b"Bees fly.")).to_contain_text("Stan Crane is signed in, whose groups give ask.")


def test_who_signs_out_sees_nothing_any_more(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents"))
    signs_in(page, "ada")
    expect(page.get_by_role("table")).to_be_visible()  # its script has run
    expect(upload(page, "bees.txt", b"Bees fly.")).to_contain_text("Added")
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_text("No questions are kept.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Ask your documents.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    assert page.context.cookies() == []
    page.goto(address(served, "/documents"))
    expect(page.get_by_role("dialog", name="This Quoth asks who you are")).to_be_visible()


def test_a_session_that_has_ended_is_told_in_place(page: Page, served: Served) -> None:
    page.goto(address(served, "/documents"))
    signs_in(page, "stan")
    expect(page.get_by_role("table")).to_contain_text("rota.txt")
    session = next(each for each in page.context.cookies() if each["name"] == "quoth-session")
    page.context.add_cookies([{**session, "value": session["value"][:-4]}])  # as after the secret was changed
    page.get_by_label("Look up by name").fill("rota")
    dialog = page.get_by_role("dialog", name="This Quoth asks who you are")
    expect(dialog).to_contain_text("Your session has ended.")
    expect(page.get_by_role("banner")).not_to_contain_text("Stan Crane")
    signs_in(page, "stan")
    expect(page.get_by_role("banner")).to_contain_text("Stan Crane")


def test_a_sign_in_that_fails_leads_on(page: Page, served: Served) -> None:
    page.goto(address(served, "/signin/callback", state="x", code="y"))
    expect(page.get_by_role("main")).to_contain_text("This sign-in wasn't begun in this browser")
    violations(page)
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_label("Name")).to_be_visible()
