"""A web site and its documents in step, asked of a real server on the loopback."""

import gzip
import ipaddress
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from site_server import Answer, SiteServer, html, moved

from index.errors import DocumentError, NotFoundError, SettingsError
from index.sources.fingerprints import Fingerprints
from index.sources.web.addresses import site_at
from index.sources.web.crawl import Reach
from index.sources.web.fetching import Fetcher
from index.sources.web.sync import WebSync
from index.storage.principals import SEES_ALL
from qa.assembly import Engine

pytestmark = pytest.mark.slow

HERE = [ipaddress.ip_network("127.0.0.1")]
ASKED_FIRST = ["/robots.txt", "/sitemap.xml"]


@pytest.fixture
def site() -> Iterator[SiteServer]:
    site = SiteServer()
    yield site
    site.close()


class Run:
    """One run; `became` is path → what became of it, `passed_over` why others weren't read."""

    def __init__(self, engine: Engine, site: SiteServer, path: str = "/", file: Path | None = None, **options: Any):
        reach = options.pop("reach", Reach())
        allowed = options.pop("allowed", HERE)
        max_bytes = options.pop("max_bytes", 2**20)
        with closing(Fetcher(rate=1000, max_bytes=max_bytes, allowed=allowed)) as fetcher:
            run = WebSync(engine.store, engine.indexer, fetcher, site_at(site.url + path), "default", reach,
                          Fingerprints(file), **options)  # fmt: skip
            outcomes = list(run.outcomes())
        self.became = {outcome.id.removeprefix(site.url): outcome.status for outcome in outcomes}
        self.reasons = {outcome.id.removeprefix(site.url): outcome.reason for outcome in outcomes if outcome.reason}
        assert run.crawl
        self.passed_over: Counter[str] = run.crawl.passed_over
        self.stopped = run.crawl.stopped


def indexed(engine: Engine, site: SiteServer) -> dict[str, str]:
    """Path → text."""
    with engine.store.view(SEES_ALL) as view:
        return {each.id.removeprefix(site.url): view.document(each.id, "default").text for each in view.summaries()}


def test_pages_are_found_by_links_and_indexed_under_their_addresses(fresh: Engine, site: SiteServer) -> None:
    site.pages = {
        "/handbook/": html("Handbook", "All about work.", "leave.html#days", "pay?year=2026", "/", "//other.example/", "mailto:a@b.example"),
        "/handbook/leave.html": html("Leave", "Staff get 26 days of leave.", "../handbook/./", "HTTP:leave.html"),
        "/handbook/pay?year=2026": html("Pay", "Pay comes on the 25th."),
        "/": html("Home", "Not below the path."),
    }  # fmt: skip
    run = Run(fresh, site, "/handbook/")
    assert run.became == {path: "added" for path in site.pages if path != "/"}
    assert site.paths() == [*ASKED_FIRST, "/handbook/", "/handbook/leave.html", "/handbook/pay?year=2026"]
    assert {agent.partition("/")[0] for agent in site.agents} == {"quoth"}
    with fresh.store.view(SEES_ALL) as view:
        document = view.document(f"{site.url}/handbook/leave.html", "default")
        original = view.original(document.id, "default")
    assert (document.title, document.uri) == ("Leave", document.id)
    assert document.text == "Leave\n\nStaff get 26 days of leave."
    page = site.pages["/handbook/leave.html"]
    assert isinstance(page, Answer)
    assert original.data == page.body


def test_what_has_not_changed_is_not_sent_again_and_what_is_gone_is_removed(
    fresh: Engine, site: SiteServer, tmp_path: Path
) -> None:
    file = tmp_path / "fingerprints"
    site.pages = {
        "/": html("Home", "Welcome.", "/a", "/b", "/c"),
        "/a": html("A", "First."),
        "/b": html("B", "Second.", "/d"),
        "/c": html("C", "Third."),
        "/d": html("D", "Fourth."),
    }
    assert Run(fresh, site, file=file).became == dict.fromkeys(["/", "/a", "/b", "/c", "/d"], "added")
    site.paths()
    assert Run(fresh, site, file=file).became == dict.fromkeys(["/", "/a", "/b", "/c", "/d"], "unchanged")
    # /d is found through /b, which wasn't sent again
    assert site.asked[2:] == [(path, 304) for path in ("/", "/a", "/b", "/c", "/d")]
    site.pages["/a"] = html("A", "First, but changed.")
    site.pages["/b"] = Answer(b"", 410)
    del site.pages["/c"]
    site.pages["/d"] = Answer(b"", 500)
    before = indexed(fresh, site)
    expected = {"/": "unchanged", "/a": "replaced", "/d": "refused", "/b": "removed", "/c": "removed"}
    dry = Run(fresh, site, file=file, dry_run=True)
    assert dry.became == expected
    assert indexed(fresh, site) == before
    run = Run(fresh, site, file=file)
    assert run.became == expected
    assert run.reasons == {"/d": f"{site.url}/d can't be had (status 500): try again later."}
    assert run.passed_over == {"not there (status 410)": 1, "not there (status 404)": 1}
    assert indexed(fresh, site) == {"/": "Home\n\nWelcome.", "/a": "A\n\nFirst, but changed.", "/d": before["/d"]}


def test_what_is_no_longer_linked_stays_while_it_is_there(fresh: Engine, site: SiteServer) -> None:
    site.pages = {"/": html("Home", "Welcome.", "/a"), "/a": html("A", "First.")}
    Run(fresh, site)
    site.pages["/"] = html("Home", "Welcome.")
    assert Run(fresh, site).became == {"/": "replaced", "/a": "unchanged"}
    del site.pages["/a"]
    assert Run(fresh, site).became == {"/": "unchanged", "/a": "removed"}


def test_a_site_that_is_gone_removes_nothing_unless_that_is_meant(fresh: Engine, site: SiteServer) -> None:
    site.pages = {"/": html("Home", "Welcome.", "/a"), "/a": html("A", "First.")}
    Run(fresh, site)
    pages, site.pages = site.pages, {}
    with pytest.raises(
        NotFoundError, match=r"has no page that can be read, and 2 documents of it would go.*--prune-all"
    ):
        Run(fresh, site)
    site.pages = {path: Answer(b"", 503, {"Retry-After": "0"}) for path in pages}
    assert set(Run(fresh, site).became.values()) == {"refused"}
    site.pages = {path: moved("https://login.example/", 302) for path in pages}
    with pytest.raises(SettingsError, match="leads to https://login.example/, which is not below"):
        Run(fresh, site)
    assert set(indexed(fresh, site)) == {"/", "/a"}
    site.pages = {}
    assert Run(fresh, site, prune_all=True).became == {"/": "removed", "/a": "removed"}


@pytest.mark.parametrize("status", [500, 503, 429])
def test_without_its_robots_file_nothing_is_asked_for(fresh: Engine, site: SiteServer, status: int) -> None:
    site.pages = {"/": html("Home", "Welcome."), "/robots.txt": Answer(b"", status, {"Retry-After": "0"})}
    with pytest.raises(DocumentError, match=rf"robots.txt can't be had \(status {status}\).*Nothing was changed"):
        Run(fresh, site)
    assert set(site.paths()) == {"/robots.txt"}


def test_what_robots_and_pages_forbid(fresh: Engine, site: SiteServer) -> None:
    rules = b"User-agent: *\nDisallow: /\n\nUser-agent: Quoth\nDisallow: /private/\nDisallow: /*.pdf$\nAllow: /\n"
    site.pages = {
        "/robots.txt": Answer(rules),
        "/": html("Home", "Welcome.", "/private/a", "/x.pdf", "/x.pdf.html", "/hidden", "/dead-end", "/header"),
        "/x.pdf.html": html("X", "No PDF."),
        "/hidden": html("Hidden", "Not indexed.", "/behind", head='<meta name="ROBOTS" content="noindex">'),
        "/behind": html("Behind", "Linked from what is hidden."),
        "/dead-end": html(
            "End", "Its links aren't followed.", "/never", head='<meta name=robots content="x, nofollow">'
        ),
        "/header": Answer(b"<p>By its header.", headers={"X-Robots-Tag": "noindex", "Content-Type": "text/html"}),
    }
    run = Run(fresh, site)
    assert set(run.became) == {"/", "/x.pdf.html", "/behind", "/dead-end"}
    assert run.passed_over == {"disallowed by robots.txt": 2, "not to be indexed, as they say (noindex)": 2}
    assert not {"/private/a", "/x.pdf", "/never"} & set(site.paths())
    site.pages["/behind"] = html("Behind", "Now hidden, too.", head='<meta name=robots content="none">')
    assert Run(fresh, site).became["/behind"] == "removed"


def test_pages_are_found_in_sitemaps(fresh: Engine, site: SiteServer) -> None:
    def urls(*paths: str) -> bytes:
        listed = "".join(f"<url><loc> {site.url}{path}\n</loc><lastmod>2026-01-01</lastmod></url>" for path in paths)
        return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()

    index = "".join(
        f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("a.xml", "b.xml.gz", "c.txt", "map", "broken")
    )
    site.pages = {
        "/robots.txt": Answer(f"Sitemap: {site.url}/map\nSitemap: https://other.example/map".encode()),
        "/map": Answer(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>'.encode()),
        "/a.xml": Answer(urls("/docs/one", "/elsewhere", "/docs/gone")),
        "/b.xml.gz": Answer(gzip.compress(urls("/docs/two")), headers={"Content-Type": "application/gzip"}),
        "/c.txt": Answer(f"{site.url}/docs/three\nhttps://other.example/docs/four\n".encode()),
        "/broken": Answer(b"<urlset><url>"),
        **{f"/docs/{name}": html(name, f"Page {name}.", "/docs/unlisted") for name in ("", "one", "two", "three")},
        "/docs/unlisted": html("Unlisted", "By a link alone."),
    }  # fmt: skip
    assert set(Run(fresh, site, "/docs/").became) == {"/docs/", "/docs/one", "/docs/two", "/docs/three"}
    by_links = Run(fresh, site, "/docs/", reach=Reach(by_links=True))
    assert by_links.became["/docs/unlisted"] == "added"
    # those that no link leads to are asked for, since they are indexed
    assert set(by_links.became) == {"/docs/", "/docs/one", "/docs/two", "/docs/three", "/docs/unlisted"}


def test_redirects_are_followed_within_the_site(fresh: Engine, site: SiteServer) -> None:
    site.pages = {
        "/": html("Home", "Welcome.", "/old", "/new", "/out", "/round", "/later"),
        "/old": moved("/new"),
        "/new": html("New", "Moved here."),
        "/out": moved("http://192.168.0.1/"),
        "/round": moved("/round/again"),
        "/round/again": moved("/round", 302),
        "/later": html("Later", "Here for now."),
    }
    run = Run(fresh, site)
    assert set(run.became) == {"/", "/new", "/later"}
    assert run.passed_over == {"redirected to others": 3, "redirected out of the site": 1}
    assert Counter(site.paths()).most_common(1)[0][1] == 1
    site.pages["/later"] = moved("/new", 302)  # for a while, so that what there was stays
    site.pages["/new"] = moved("/newest")
    site.pages["/newest"] = html("Newest", "Moved again.")
    assert Run(fresh, site).became == {"/": "unchanged", "/newest": "added", "/new": "removed"}
    assert "/later" in indexed(fresh, site)


def test_a_page_has_one_address(fresh: Engine, site: SiteServer) -> None:
    def copy_of(path: str, words: str = "The same.") -> Answer:
        return html("Leave", words, head=f'<link rel="canonical" href="{path}">')

    site.pages = {
        "/": html("Home", "Welcome.", "/leave?from=mail", "/leave/print", "/a", "/b", "/lost", "/start", "/twin"),
        "/leave?from=mail": copy_of("/leave"),
        "/leave/print": copy_of("/leave", "The same, to print."),
        "/leave": copy_of("/leave"),
        "/a": copy_of("/b", "Each says it is the other."),
        "/b": copy_of("/a", "Each says it is the other one."),
        "/lost": copy_of("/nowhere", "What it says it is isn't there."),
        "/start": copy_of("/", "It says it is the first page, as all pages of careless sites do."),
        "/twin": html("Leave", "The same."),
    }
    run = Run(fresh, site)
    assert set(run.became) == {"/", "/twin", "/b", "/lost", "/start"}
    # /leave says the same as /twin, which was read before; /a says it is /b, and is asked for by it no more
    assert run.passed_over == {
        "copies of others, as they say (rel=canonical)": 4,
        "the same as others, word for word": 1,
        "not there (status 404)": 1,
    }
    with fresh.store.view(SEES_ALL) as view:
        assert view.document(f"{site.url}/b", "default").uri == f"{site.url}/b"


def test_a_site_without_an_end_ends(fresh: Engine, site: SiteServer) -> None:
    def calendar(path: str) -> Answer:
        month = int(path.rpartition("=")[2] or 0)
        return html(f"Month {month}", f"Nothing happens in month {month}.", f"/calendar?month={month + 1}")

    def deeper(path: str) -> Answer:
        if path.startswith("/calendar"):
            return calendar(path)
        if path.startswith("/session/"):
            return html("Session", "The same words each time.", f"/session/{len(path)}/x/")
        if path.startswith("/loop/"):
            return html("Loop", f"At {len(path)}.", "up/loop/")
        if path.startswith("/list?"):
            return html("List", f"In the order {path}.", *(f"/list?order={number}" for number in range(200)))
        return Answer(b"", 404)

    site.otherwise = deeper
    site.pages = {"/": html("Home", "Welcome.", "/calendar?month=0", "/session/1/", "/loop/", "/list?order=0")}
    run = Run(fresh, site)
    kinds = Counter(path.strip("/").partition("?")[0].partition("/")[0] for path in run.became)
    assert kinds == {"": 1, "calendar": 20, "session": 1, "loop": 3, "list": 50}
    assert run.passed_over["with one of more than 50 queries of one path"] == 150
    assert run.passed_over["with the same part again and again in their address"] == 1
    assert run.passed_over["the same as others, word for word"] == 1
    assert run.passed_over["more than 20 links away"] == 1
    assert run.stopped is None
    site.paths()
    few = Run(fresh, site, reach=Reach(max_pages=5))
    assert few.stopped
    assert few.stopped.startswith("stopped at 5 pages, ")
    assert len(site.paths()) == 7
    assert "removed" not in few.became.values()


def test_what_is_too_large_broken_or_of_no_use(fresh: Engine, site: SiteServer) -> None:
    text = {"Content-Type": "text/html"}
    site.pages = {
        "/": html("Home", "Welcome.", "/large", "/bomb", "/cut", "/empty", "/x.png", "/data", "/notes.txt", "/old", "/secret", "/x.pdf"),
        "/large": Answer(b"<p>" + b"word " * 300_000, headers=text),
        "/bomb": Answer(gzip.compress(b"<p>" + b"word " * 3_000_000), headers={**text, "Content-Encoding": "gzip"}),
        "/cut": Answer(gzip.compress(b"<p>word")[:-4], headers={**text, "Content-Encoding": "gzip"}),
        "/empty": Answer(b"", headers=text),
        "/data": Answer(b"\0\1", headers={"Content-Type": "image/x-icon"}),
        "/notes.txt": Answer("Notes in plain text: café.".encode(), headers={"Content-Type": "text/plain"}),
        "/old": Answer("<p>Smörgåsbord".encode("latin-1"), headers={"Content-Type": "text/html; charset=ISO-8859-1"}),
        "/secret": Answer(b"", 403),
        "/x.pdf": Answer(b"<p>A page, whatever its name says.", headers=text),
    }  # fmt: skip
    run = Run(fresh, site)
    added = {path for path, became in run.became.items() if became == "added"}
    assert added == {"/", "/notes.txt", "/old", "/x.pdf"}
    assert run.reasons == {
        "/large": f"{site.url}/large has more than 1 MiB: raise --max-page-mb if it is wanted.",
        "/bomb": f"{site.url}/bomb has more than 1 MiB: raise --max-page-mb if it is wanted.",
        "/cut": f"{site.url}/cut came cut short: try again later.",
        "/empty": f"{site.url}/empty is empty, so there is nothing to index.",
        "/secret": f"{site.url}/secret isn't given out (status 403): a page that is public can be read.",
    }
    assert run.passed_over == {"of the type image/x-icon": 1, "of the kind .png": 1}
    assert indexed(fresh, site)["/old"] == "Smörgåsbord"


def test_a_site_that_goes_down_is_left_alone(fresh: Engine, site: SiteServer) -> None:
    site.pages = {"/": html("Home", "Welcome.", *(f"/{number}" for number in range(40)))}
    site.otherwise = lambda path: Answer(b"", 404 if path in ASKED_FIRST else 500)
    run = Run(fresh, site)
    assert Counter(run.became.values()) == {"added": 1, "refused": 10}
    assert run.stopped == "stopped, since 10 pages in a row couldn't be had: try again later"


def test_only_public_addresses_are_connected_to(
    fresh: Engine, site: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages = {"/": html("Home", "Welcome.")}
    with pytest.raises(SettingsError, match=r"^127.0.0.1 is no public address.*--allow-address 127.0.0.1\.$"):
        Run(fresh, site, allowed=[])
    assert site.paths() == []
    named = SiteServer.__new__(SiteServer)
    named.url = site.url.replace("127.0.0.1", "localhost")
    with pytest.raises(SettingsError, match=r"^localhost is at \S+, which is no public address"):
        Run(fresh, named, allowed=[])
    assert site.paths() == []
    assert set(Run(fresh, named, allowed=HERE).became) == {"/"}


def test_a_name_that_stands_for_another_address_each_time_leads_nowhere_else(
    fresh: Engine, site: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the name is at the site when it is checked, and at another server of the machine from then on."""
    port = int(site.url.rpartition(":")[2])
    site.pages = {"/": html("Home", "Welcome.")}
    resolve, asked = socket.getaddrinfo, []

    def rebinding(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "rebinding.example":
            asked.append(host)
            host = "127.0.0.1" if len(asked) % 2 else "127.0.0.9"
        return resolve(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    named = SiteServer.__new__(SiteServer)
    named.url = f"http://rebinding.example:{port}"
    with socket.create_server(("127.0.0.9", port)) as other:
        other.setblocking(False)
        assert set(Run(fresh, named).became) == {"/"}
        assert asked  # once a connection: had it been asked again to connect, the other would have been reached
        asked[:] = ["before"]
        with pytest.raises(SettingsError, match=r"^rebinding.example is at 127.0.0.9, which is no public address"):
            Run(fresh, named)
        with pytest.raises(BlockingIOError):
            other.accept()
