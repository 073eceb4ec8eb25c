"""`quoth sync` of a whole site, in processes of its own: 200 pages, killed at any moment, and run twice at once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from site_server import Answer, SiteServer, html, moved
from support import ROOT

from index.storage.base import Maintained
from index.storage.principals import SEES_ALL
from index.stores import open_store, url_of_folder

pytestmark = pytest.mark.long

PAGES = 200


@pytest.fixture
def site() -> Iterator[SiteServer]:
    """200 pages that link to each other; with them a calendar, a circle, redirects, a huge page and what is forbidden."""
    site = SiteServer()

    def calendar(path: str) -> Answer:
        if not path.startswith("/docs/calendar/"):
            return Answer(b"", 404)
        day = int(path.rpartition("/")[2])
        return html(f"Day {day}", f"Nothing is planned for day {day}.", f"/docs/calendar/{day + 1}")

    site.otherwise = calendar
    more = ["/docs/calendar/1", "/docs/old", "/docs/round", "/docs/huge", "/docs/private/x", "/docs/no", "/elsewhere"]
    site.pages = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /docs/private/\n"),
        "/docs/": html("Docs", "Where it begins.", *more, *(f"/docs/{number}" for number in range(0, PAGES, 10))),
        "/docs/old": moved("/docs/7"),
        "/docs/round": moved("/docs/around", 302),
        "/docs/around": moved("/docs/round"),
        "/docs/huge": Answer(b"<p>" + b"word " * (2 * 2**20 + 100_000), headers={"Content-Type": "text/html"}),
    }
    for number in range(PAGES):
        words = f"Rule {number} of the house says that door {number * 7} is locked at {number % 24} o'clock."
        links = (f"/docs/{(number + step) % PAGES}" for step in (1, 2, 3))
        site.pages[f"/docs/{number}"] = html(f"Rule {number}", words, *links)
    yield site
    site.close()


def sync(data: Path, site: SiteServer) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "qa.cli", "--data", str(data), "sync", f"{site.url}/docs/", "--json"]
    options = ["--allow-address", "127.0.0.1", "--rate", "1000"]
    return subprocess.Popen([*command, *options], cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"},
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> tuple[Counter[str], str]:
    """How many documents became what, and what was said about others."""
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 1, errors  # the huge page is refused
    return Counter(json.loads(line)["status"] for line in output.splitlines()), errors


def documents(data: Path) -> set[str]:
    """The ids, in a store that is whole."""
    store = open_store(url_of_folder(data), read_only=True)
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    with store.view(SEES_ALL) as view:
        ids = set(view.digests("default"))
    store.close()
    return ids


def expected(site: SiteServer) -> set[str]:
    days = {f"{site.url}/docs/calendar/{day}" for day in range(1, 21)}  # the last is 20 links away
    return {f"{site.url}/docs/", *days, *(f"{site.url}/docs/{number}" for number in range(PAGES))}


def test_two_runs_at_once_and_the_next(tmp_path: Path, site: SiteServer) -> None:
    runs = [sync(tmp_path, site) for _ in range(2)]
    counts = [ended(run)[0] for run in runs]
    assert documents(tmp_path) == expected(site)
    assert sum(count["added"] + count["replaced"] for count in counts) >= 221
    assert counts[0]["refused"] == counts[1]["refused"] == 1
    site.paths()
    count, said = ended(sync(tmp_path, site))
    assert count == {"unchanged": 221, "refused": 1}
    assert Counter(status for path, status in site.asked if path.startswith("/docs/")) == {
        304: 221,
        301: 2,
        302: 1,
        404: 1,
        200: 1,
    }
    assert "passed over 1 address disallowed by robots.txt\n" in said
    assert "passed over 1 address more than 20 links away\n" in said


def test_killed_at_any_moment_nothing_is_half_and_the_next_run_does_the_rest(tmp_path: Path, site: SiteServer) -> None:
    before: set[str] = set()
    for number in (5, 23, 41, 60):
        process = sync(tmp_path, site)
        assert process.stdout
        for _ in range(number):  # until so many pages are told of, and then some
            process.stdout.readline()
        time.sleep(number % 7 / 70)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after = documents(tmp_path)
        assert before <= after <= expected(site)
        before = after
    assert before
    ended(sync(tmp_path, site))
    assert documents(tmp_path) == expected(site)
    assert not list((tmp_path / "sync").glob(".*"))
