"""Documents that are made to break what reads them cost a refusal at most, and name nothing that isn't theirs.

`pytest -m long tests/index/parsing/test_hostile_documents.py` brings thousands of broken files to each parser.
"""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from bomb_corpus import WORDS, Bomb, bombs, fetching_html, one_page, shown
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT, SEEDS

from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.errors import DocumentError
from index.formats.registry import BY_MEDIA_TYPE, BY_SUFFIX, format_of
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, Indexer, Outcome, signature_of
from index.loading import load_source
from index.parsing.limits import Limits
from index.parsing.parse import parse
from index.parsing.process import process_with
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=20, memory_mb=512)
SAMPLES = ROOT / "tests" / "data" / "formats"
BOMBS = {bomb.name: bomb for bomb in bombs(scale=0.001)}
# What is left of a bomb at a thousandth of its size: some are documents then, and none of the others is
READ = {"flate.pdf", "million-pages.pdf", "unfolding.pdf", "nested-arrays.pdf", "scripts.pdf", "laughs.html",
        "laughs.xhtml.html", "deep-inline.html", "deep.html", "deep-lists.html", "deep-tables.html", "attributes.html",
        "long-attribute.html", "entities.html", "line.html", "blocks.html", "cells.html", "line.txt", "line-of-words.txt", "line.md", "quotes.md",
        "lists.md", "brackets.md", "links.md", "stars.md", "ticks.md", "headings.md", "references.md", "blank.txt",
        "unfolding.docx", "paragraphs.docx", "million-cells.xlsx", "far-cell.xlsx", "wide-rows.xlsx", "long-cell.xlsx",
        "slides.pptx", "commas.csv", "quotes.csv", "open-quote.csv", "list.json", "long-number.json", "marks.rst",
        "headings.rst", "cues.srt", "parts.eml"}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    yield
    process_with(LIMITS).close()


def read_or_refused(data: bytes, name: str, media_type: str) -> Document | str:
    """The document, or why there is none."""
    try:
        return parse(data, name, media_type, limits=LIMITS)
    except DocumentError as error:
        return str(error)


# looping.pdf takes as long at any size: tests/benchmarks/bombs.py has it
@pytest.mark.parametrize("bomb", [bomb for name, bomb in BOMBS.items() if name != "looping.pdf"], ids=lambda b: b.name)
def test_each_is_read_or_refused_by_name(bomb: Bomb) -> None:
    found = read_or_refused(bomb.data, bomb.name, bomb.media_type)
    assert (bomb.name in READ) == isinstance(found, Document)
    if isinstance(found, Document):
        assert len(found.text) < 2**20
        assert len(found.title) <= 512
    else:
        assert found.startswith(bomb.name)


def test_a_pdf_that_wants_to_run_something_is_text_and_nothing_else() -> None:
    assert parse(BOMBS["scripts.pdf"].data, "a.pdf", "application/pdf", limits=LIMITS).text == WORDS


def test_entities_are_not_unfolded() -> None:
    text = parse(BOMBS["laughs.html"].data, "a.html", "text/html", limits=LIMITS).text
    assert WORDS in text
    assert "lol" not in text


class Asked(BaseHTTPRequestHandler):
    """Notes down what it is asked for."""

    paths: ClassVar[list[str]] = []

    def parse_request(self) -> bool:
        self.paths.append(self.raw_requestline.decode())
        return False

    def log_message(self, *_: object) -> None:
        pass


def test_nothing_that_a_document_names_is_fetched() -> None:
    server = HTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        html = fetching_html(server.server_port)
        text = parse(html, "a.html", "text/html", limits=LIMITS).text
        at = f"http://127.0.0.1:{server.server_port}/x"
        parse(f"![a]({at})\n\n[b]({at})\n\n<img src={at}>".encode(), "a.md", "text/markdown", limits=LIMITS)
        actions = f"/OpenAction << /S /URI /URI ({at}) >>".encode()
        parse(one_page(shown(WORDS), catalog=actions), "a.pdf", "application/pdf", limits=LIMITS)
    finally:
        server.shutdown()
        server.server_close()
    assert WORDS in text
    assert "root:" not in text
    assert Asked.paths == []


def test_a_right_to_left_override_stays_in_the_text_and_is_no_id() -> None:
    document = parse("It sails\u202e at noon.".encode(), "a.txt", "text/plain")
    assert document.text == "It sails\u202e at noon."
    with pytest.raises(DocumentError, match=r"The document id 'a\\u202etxt.exe' holds control characters"):
        parse(b"It sails at noon.", "a\u202etxt.exe", "text/plain")


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x", "a\0b", "\x1b[2J", "a\udcff", " ", "x" * 513])
def test_what_cant_be_an_id_is_told_before_anything_is_read(name: str) -> None:
    with pytest.raises(DocumentError, match="The document id") as error:
        parse(b"", name, "application/pdf")
    assert str(error.value).isprintable()


@pytest.fixture
def indexer(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Indexer]:
    signature = signature_of(embedder, DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP)
    store = SQLiteStore.create(tmp_path / "data" / FILE_NAME, signature)
    yield Indexer(store, embedder, signature, LIMITS)
    store.close()


def indexed(indexer: Indexer, *paths: Path) -> dict[str, Outcome]:
    """What became of each file by its name."""
    outcomes = indexer.add_paths(paths, "default")
    return {Path(outcome.id).name: outcome for outcome in outcomes}


def test_a_folder_of_traps_is_indexed_but_for_them(indexer: Indexer, tmp_path: Path) -> None:
    docs, secret = tmp_path / "docs", tmp_path / "secret.txt"
    (docs / "sub").mkdir(parents=True)
    secret.write_text("The password is swordfish.")
    (docs / "good.txt").write_text(WORDS)
    (docs / "out.txt").symlink_to(secret)
    (docs / "in.txt").symlink_to(docs / "sub" / "target.txt")
    (docs / "sub" / "target.txt").write_text("It is blue.")
    (docs / "up").symlink_to(tmp_path, target_is_directory=True)
    (docs / "loop.txt").symlink_to(docs / "loop.txt")
    (docs / "nowhere.txt").symlink_to(tmp_path / "nowhere.txt")
    (docs / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(docs / "pipe.txt")
    (docs / "new\nline.txt").write_text(WORDS)
    (docs / os.fsdecode(b"latin-\xe9.txt")).write_text(WORDS)
    (docs / "<script>alert(1)</script>.txt").parent.mkdir(parents=True)
    (docs / "<script>alert(1)</script>.txt").write_text(WORDS)
    (docs / "bomb.html").write_bytes(b"<div>" * 100_000 + WORDS.encode())
    outcomes = indexed(indexer, docs)
    assert {name for name, outcome in outcomes.items() if outcome.status != "refused"} == {
        "good.txt", "target.txt", "script>.txt",
    }  # fmt: skip
    reasons = {name: str(outcome.reason) for name, outcome in outcomes.items() if outcome.status == "refused"}
    assert set(reasons) == {"out.txt", "new\nline.txt", os.fsdecode(b"latin-\xe9.txt"), "bomb.html"}
    told = f"{docs / 'out.txt'} is a link that leads out of {docs}, to {secret}: index that itself, or bring a copy."
    assert reasons["out.txt"] == told
    assert all(reason.isprintable() for reason in reasons.values())


def test_what_has_no_end_is_refused_by_name_and_not_read(indexer: Indexer, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    outcomes = indexed(indexer, tmp_path / "pipe.txt", tmp_path / "zero.txt")
    for name in ("pipe.txt", "zero.txt"):
        reason = "is no file with an end, but a pipe or a device: bring a copy of what it holds."
        assert outcomes[name].reason == f"{tmp_path / name} {reason}"


def test_a_file_is_read_no_further_than_is_taken(tmp_path: Path) -> None:
    with (tmp_path / "sparse.txt").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(DocumentError, match=r"sparse\.txt has 1048576 MiB; at most 50 MiB are taken: split it"):
        load_source(tmp_path / "sparse.txt")


def test_a_link_that_is_named_itself_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert load_source(tmp_path / "link.txt").document.text == WORDS


WHOLE = {
    "text/plain": [WORDS.encode(), WORDS.encode("utf-16")],
    "text/markdown": [(SEEDS / "sourdough.md").read_bytes()[:3000]],
    "text/html": [(SEEDS / "beekeeping.html").read_bytes()[:6000], fetching_html(9)],
    "application/pdf": [one_page(shown(WORDS)), (SEEDS / "halden-handbook-2026.pdf").read_bytes()],
    **{
        format_of(path.name).media_type: [path.read_bytes()]
        for path in sorted(SAMPLES.iterdir())
        if path.suffix in BY_SUFFIX and path.suffix != ".md"
    },
    "text/x-source": [b"# Seconds\nidle = 75\n"],
    "text/x-configuration": [b"# Seconds\nidle: 75\n"],
    "text/csv": [b'Name,Room\n"Vask, Jorun",12\n'],
}
MAGIC = st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xfe", b"\xef\xbb\xbf", b"<html><body><p>", b"---\n", b"PK\x03\x04"])


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, bytes]:
    """A media type, and bytes that are not quite of it: random ones, or a whole file with some of it changed."""
    media_type = draw(st.sampled_from(sorted(BY_MEDIA_TYPE)))
    if draw(st.booleans()):
        end = b"\n%%EOF" if draw(st.booleans()) else b""
        return media_type, draw(MAGIC) + draw(st.binary(max_size=2000)) + end
    data = bytearray(draw(st.sampled_from(WHOLE[media_type])))
    for _ in range(draw(st.integers(1, 20))):
        place = draw(st.integers(0, len(data)))
        taken = draw(st.integers(0, 8) | st.integers(0, 500))
        data[place : place + taken] = draw(st.binary(max_size=12) | st.just(bytes(data[-place:][:300])))
    return media_type, bytes(data)


def check(case: tuple[str, bytes]) -> None:
    """It is read or refused, and the next one is read."""
    media_type, data = case
    found = read_or_refused(data, "broken", media_type)
    if isinstance(found, Document):
        assert found.text.strip()
        found.text.encode()
        found.title.encode()
        assert all(0 <= heading.start < len(found.text) for heading in found.headings)
        assert list(found.pages) == sorted(found.pages)
    else:
        assert found.startswith("broken")
    assert parse(b"# Bees", "b.md", "text/markdown", limits=LIMITS).title == "Bees"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(broken())
def test_broken_files_are_read_or_refused(case: tuple[str, bytes]) -> None:
    check(case)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(broken())
def test_thousands_of_broken_files_are_read_or_refused(case: tuple[str, bytes]) -> None:
    check(case)
