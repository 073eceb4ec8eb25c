"""Files in, documents stored: added, replaced, unchanged, refused; and everything made anew."""

from pathlib import Path

import pytest
from support import ROOT, SEEDS

from index.context import ChunkContext
from index.documents import Document, Heading
from index.embedding import SentenceTransformerEmbedder
from index.errors import MismatchError, NotFoundError, SettingsError
from index.indexing import Indexer, Outcome, signature_of
from index.known_slices import known_slices
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore


class Setup:
    def __init__(
        self,
        data: Path,
        embedder: SentenceTransformerEmbedder,
        tokens: int = 32,
        overlap: int = 8,
        context: ChunkContext = "none",
    ) -> None:
        self.signature = signature_of(embedder, tokens, overlap, context)
        self.store = SQLiteStore.create(data / FILE_NAME, self.signature)
        self.indexer = Indexer(self.store, embedder, self.signature)


@pytest.fixture
def setup(tmp_path: Path, embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch) -> Setup:
    monkeypatch.chdir(tmp_path)
    return Setup(tmp_path / "data", embedder)


def statuses(outcomes: object) -> list[tuple[str, str]]:
    return [(outcome.id, outcome.status) for outcome in outcomes]  # type: ignore[attr-defined]


def test_files_are_added_then_skipped_then_replaced(setup: Setup, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("Ferries sail at noon. " * 40)
    (folder / "b.md").write_text("# B\n\nBees fly.")
    paths = [Path("docs")]
    reports: list[tuple[int, int]] = []
    first = list(setup.indexer.add_paths(paths, "default", lambda done, total: reports.append((done, total))))
    assert statuses(first) == [("docs/a.txt", "added"), ("docs/b.md", "added")]
    assert [outcome.version for outcome in first] == [1, 2]
    chunks = first[0].chunks + first[1].chunks
    assert reports[-1] == (chunks, chunks)
    assert statuses(setup.indexer.add_paths(paths, "default")) == [
        ("docs/a.txt", "unchanged"),
        ("docs/b.md", "unchanged"),
    ]
    (folder / "b.md").write_text("# B\n\nBees sting.")
    assert statuses(setup.indexer.add_paths(paths, "default"))[1] == ("docs/b.md", "replaced")
    assert statuses(setup.indexer.add_paths(paths, "other")) == [("docs/a.txt", "added"), ("docs/b.md", "added")]


def test_a_file_that_cant_be_read_is_refused_and_the_rest_go_on(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xff\xff")
    (tmp_path / "good.txt").write_text("Some words.")
    outcomes = list(setup.indexer.add_paths([tmp_path], "default"))
    assert statuses(outcomes)[0] == ("good.txt", "added")
    assert outcomes[1].status == "refused"
    assert outcomes[1].reason
    assert outcomes[1].reason.startswith("bad.txt can't be decoded as utf-8")
    with pytest.raises(NotFoundError, match=r"no file or folder nowhere\.txt"):
        setup.indexer.add_paths([tmp_path / "good.txt", Path("nowhere.txt")], "default")


def test_originals_are_kept_of_files_whose_text_is_not_the_file(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    (tmp_path / "b.html").write_text("<html><body><p>Bees fly from flower to flower.</p></body></html>")
    (tmp_path / "c.pdf").write_bytes((SEEDS / "halden-handbook-2026.pdf").read_bytes())

    def kept(*paths: str) -> list[tuple[str, bytes | None]]:
        outcomes = list(setup.indexer.add_paths(map(Path, paths), "default"))
        with setup.store.view(SEES_ALL) as snapshot:
            has = {summary.id: summary.original_bytes for summary in snapshot.summaries()}
            return [(o.status, snapshot.original(o.id, "default").data if has[o.id] else None) for o in outcomes]

    html, pdf = ((tmp_path / name).read_bytes() for name in ("b.html", "c.pdf"))
    assert kept("a.txt", "b.html", "c.pdf") == [("added", None), ("added", html), ("added", pdf)]
    assert kept("a.txt", "b.html", "c.pdf") == [("unchanged", None), ("unchanged", html), ("unchanged", pdf)]
    changed = html.replace(b"<p>", b"<p class=new>")  # the same text
    (tmp_path / "b.html").write_bytes(changed)
    assert kept("b.html") == [("replaced", changed)]
    with setup.store.view(SEES_ALL) as snapshot:
        document = snapshot.document("b.html", "default")
    assert setup.indexer.add(document, "default").status == "unchanged"  # and keeps its original
    assert kept("b.html")[0][0] == "unchanged"


def test_page_furniture_is_in_the_text_and_in_no_chunk_also_when_made_anew(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "rules.pdf").write_bytes((ROOT / "tests" / "data" / "formats" / "harbour-rules.pdf").read_bytes())
    assert statuses(setup.indexer.add_paths([tmp_path / "rules.pdf"], "default")) == [("rules.pdf", "added")]
    for _ in range(2):
        with setup.store.view(SEES_ALL) as view:
            document = view.document("rules.pdf", "default")
            (known,) = known_slices(document.metadata, len(document.text))
            assert document.text[known.start :] == "Nordhavn Harbour Board: Rules 2026, third edition"
            chunks = view.chunks(view.chunk_keys(Filter("default")).tolist()).values()
            assert max(chunk.end for chunk in chunks) == known.start - 2
            assert view.matching(["edition"], Filter(), 9) == {}
            assert view.matching(["gates"], Filter(), 9) != {}
        setup.indexer.rebuild()


def test_of_two_documents_with_one_id_the_later_stands(setup: Setup) -> None:
    documents = [Document("a", "A", "first text"), Document("a", "A", "second text"), Document("a", "A", "first text")]
    outcomes = list(setup.indexer.add_all(documents, "default"))
    assert statuses(outcomes) == [("a", "added"), ("a", "replaced"), ("a", "replaced")]
    with setup.store.view(SEES_ALL) as snapshot:
        assert snapshot.document("a", "default").text == "first text"
    assert setup.indexer.add(documents[0], "default") == Outcome("a", "unchanged", version=3)


def test_vectors_belong_to_their_chunks(setup: Setup, embedder: SentenceTransformerEmbedder) -> None:
    texts = ["Bees fly. " * 30, "Ferries sail at noon and at night. " * 12, "Snow."]
    list(setup.indexer.add_all([Document(str(i), "t", text) for i, text in enumerate(texts)], "default"))
    with setup.store.view(SEES_ALL) as snapshot:
        keys = snapshot.chunk_keys(Filter("default"))
        stored = snapshot.vectors(keys, 384)
        chunks = snapshot.chunks(keys.tolist())
    expected = embedder.embed_passages([chunks[key].text for key in keys])
    assert stored == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("context", "prefixes"),
    [
        ("none", ["", ""]),
        ("title", ["Ferries of Orm. ", "Ferries of Orm. "]),
        ("section", ["Ferries of Orm. ", "Ferries of Orm. Winter. "]),
    ],
)
def test_vectors_stand_for_chunks_with_what_is_above_them_and_text_does_not(
    tmp_path: Path, embedder: SentenceTransformerEmbedder, context: ChunkContext, prefixes: list[str]
) -> None:
    setup = Setup(tmp_path / "data", embedder, 16, 0, context)
    text = "Winter\n\nThey sail at noon and at night.\n\nThey come back at dawn and at dusk."
    setup.indexer.add(Document("a", "Ferries of Orm", text, headings=(Heading(0, 2, "Winter"),)), "default")
    with setup.store.view(SEES_ALL) as snapshot:
        keys = snapshot.chunk_keys(Filter("default"))
        stored = snapshot.vectors(keys, 384)
        chunks = snapshot.chunks(keys.tolist())
    texts = [chunks[key].text for key in keys]
    assert texts == ["Winter\n\nThey sail at noon and at night.", "They come back at dawn and at dusk."]
    embedded = [prefix + text for prefix, text in zip(prefixes, texts, strict=True)]
    assert stored == pytest.approx(embedder.embed_passages(embedded), abs=1e-5)


def test_rebuilding_takes_up_another_chunk_context(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    Setup(tmp_path / "data", embedder).indexer.add(Document("a", "Ferries of Orm", "They sail at noon."), "default")
    with pytest.raises(MismatchError, match=r"made with chunk_context 'none' \(here 'title'\)\. .*quoth rebuild"):
        Setup(tmp_path / "data", embedder, context="title")
    signature = signature_of(embedder, 32, 8, "title")
    Indexer(SQLiteStore(tmp_path / "data" / FILE_NAME), embedder, signature).rebuild()
    with Setup(tmp_path / "data", embedder, context="title").store.view(SEES_ALL) as snapshot:
        vectors = snapshot.vectors(snapshot.chunk_keys(Filter("default")), 384)
    assert vectors == pytest.approx(embedder.embed_passages(["Ferries of Orm. They sail at noon."]), abs=1e-5)


def test_rebuilding_changes_chunks_and_keeps_documents(
    setup: Setup, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    document = Document("a", "A", "Ferries sail at noon. " * 40, metadata={"k": 1})
    before = setup.indexer.add(document, "default").chunks
    with pytest.raises(MismatchError, match=r"made with chunk_tokens 32 \(here 64\)\. .*quoth rebuild"):
        Setup(tmp_path / "data", embedder, tokens=64)
    signature = signature_of(embedder, 64, 8, "none")
    assert Indexer(SQLiteStore(setup.store.path), embedder, signature).rebuild() == 1
    rebuilt = Setup(tmp_path / "data", embedder, tokens=64)
    with rebuilt.store.view(SEES_ALL) as snapshot:
        assert snapshot.document("a", "default") == document
        assert snapshot.summary("a", "default").chunks < before
        assert snapshot.version == 2
    assert rebuilt.indexer.add(document, "default").status == "unchanged"


@pytest.mark.parametrize(
    ("tokens", "overlap", "message"), [(255, 0, "reads only 254 tokens"), (100, 51, "from 0 to 50")]
)
def test_chunk_sizes_the_embedder_cant_take_are_refused(
    embedder: SentenceTransformerEmbedder, tokens: int, overlap: int, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        signature_of(embedder, tokens, overlap, "none")


def test_a_chunk_context_needs_room_in_front_of_the_chunk(embedder: SentenceTransformerEmbedder) -> None:
    assert signature_of(embedder, 254, 0, "none").chunk_tokens == 254
    assert signature_of(embedder, 222, 0, "section").chunk_context == "section"  # 222 + 32 = 254
    with pytest.raises(SettingsError, match="chunk_tokens is 223 and quoth-embedder reads only 254: at most 222 fit"):
        signature_of(embedder, 223, 0, "title")
