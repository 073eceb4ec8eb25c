"""A data file that somebody made to deceive, or that a disk damaged, as a backup to restore and as the data file itself.

Whatever is in it, opening, verifying, reading and restoring end, with an error or a fault by name, and change nothing.
"""

import json
import random
import re
import shutil
import sqlite3
import struct
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from store_support import SIGNATURE, put

from index.documents import Heading
from index.errors import MismatchError, QuothError, StorageError
from index.feedback import Feedback, NoAnswer
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite import database
from index.storage.sqlite.shape import words
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
FOREIGN_KEY = "INSERT INTO keys (name, scopes, added, sha256, secret) VALUES ('evil', 'admin', 't', 'h', x'00')"
OTHER_SHAPES = {
    "view": (
        f"ALTER TABLE manifest RENAME TO m2; CREATE VIEW manifest AS {ENDLESS} SELECT x AS name, x AS value FROM c",
        "has another table 'manifest'|lacks the table 'manifest'",
    ),
    "feedback-view": (
        f"DROP TABLE feedback; CREATE VIEW feedback AS {ENDLESS} SELECT x AS id, x AS collection FROM c",
        "lacks the .*'feedback'",
    ),
    "large-view": (
        "ALTER TABLE documents RENAME TO d2; CREATE VIEW documents AS SELECT key, collection, id, title, uri, media_type,"
        " hex(zeroblob(400000000)) AS text, metadata, pages, headings, sha256, added FROM d2",
        "has another table 'chunks', has another table 'document_readers', .*Restore a backup",
    ),
    "trigger": (
        f"CREATE TRIGGER evil AFTER UPDATE ON manifest BEGIN {FOREIGN_KEY}; END",
        "has a foreign trigger 'evil'",
    ),
    "view-of-a-name-of-ours": (
        "DROP VIEW chunks_of_words_1; CREATE VIEW chunks_of_words_1 AS SELECT key, text, text AS context FROM chunks",
        "has another view 'chunks_of_words_1'.* Run `quoth rebuild`",
    ),
    "endless-trigger": (
        "DROP TABLE words_1; CREATE TABLE words_1 (words_1, rank, text, context); CREATE TRIGGER spin AFTER"
        f" INSERT ON words_1 BEGIN INSERT INTO words_1 SELECT x, x, x, x FROM ({ENDLESS} SELECT x FROM c); END",
        "has another table 'words_1'",
    ),
    "computed-column": (
        "ALTER TABLE keys ADD COLUMN more TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL",
        "has another table 'keys'",
    ),
    "computed-index": (
        "CREATE INDEX evil ON documents (length(hex(zeroblob(400000 + key))))",
        "has a foreign index 'evil'",
    ),
    "virtual-table": ("CREATE VIRTUAL TABLE evil USING fts5 (a)", "has a foreign table 'evil'"),
    "another-tokenizer": (
        "DROP TABLE words_1; CREATE VIRTUAL TABLE words_1 USING fts5 (text, context, content = 'chunks_of_words_1',"
        " content_rowid = 'key', tokenize = 'trigram')",
        "has another table 'words_1'",
    ),
    "a-default": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'given TEXT NOT NULL',"
        " 'given TEXT NOT NULL DEFAULT (hex(zeroblob(400000000)))') WHERE name = 'feedback'",
        "has another table 'feedback'",
    ),
    "hidden-in-a-comment": (
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '(verdict IN (''right'', ''wrong''))',"
        " '(verdict IN (''right--'', abs(1)' || char(10) || ''', ''wrong''))') WHERE name = 'feedback'",
        "has another table 'feedback'|damaged or no Quoth index",
    ),
}
OTHER_MANIFESTS = {
    "UPDATE manifest SET value = 'x' WHERE name = 'signature'": "its signature is not one",
    "UPDATE manifest SET value = '[]' WHERE name = 'signature'": "its signature is not one",
    "UPDATE manifest SET value = json_set(value, '$.dimension', '3') WHERE name = 'signature'": "its signature is",
    "UPDATE manifest SET value = json_set(value, '$.dimension', 1000000000000) WHERE name = 'signature'": "dimension",
    "UPDATE manifest SET value = json_remove(value, '$.embedder') WHERE name = 'signature'": "its signature is not one",
    f"UPDATE manifest SET value = '{'[' * 100_000}' WHERE name = 'signature'": "its signature is not one",
    "DELETE FROM manifest WHERE name = 'signature'": "its signature is not one",
    "UPDATE manifest SET value = 'abc' WHERE name = 'version'": "its version 'abc' is not one",
    "UPDATE manifest SET value = 9223372036854775807 WHERE name = 'version'": "its version '9223372036854775807' is",
    "UPDATE manifest SET value = -1 WHERE name = 'version'": "its version '-1' is not one",
}
ODD_ROWS = {
    "UPDATE documents SET title = x'ff00' WHERE key = 1": "table documents: has 1 rows in which title is not text",
    "UPDATE documents SET uri = x'ff00' WHERE key = 1": "table documents: has 1 rows in which uri is not text",
    "UPDATE originals SET bytes = 'text'": "table originals: has 1 rows in which bytes is not blob",
    "UPDATE vectors SET vector = 'text' WHERE chunk = 1": "table vectors: has 1 rows in which vector is not blob",
    "UPDATE documents SET metadata = '[1]' WHERE key = 1": "document 'a' of 'default': can't be read",
    f"UPDATE documents SET metadata = '{'[' * 200_000}' WHERE key = 1": "document 'a' of 'default': can't be read",
    "UPDATE documents SET pages = '[\"a\"]' WHERE key = 1": "document 'a' of 'default': is not what was stored",
    'UPDATE documents SET headings = \'[["a", "b", 3]]\' WHERE key = 1': "document 'a' of 'default': ",
    "UPDATE documents SET headings = '[1]' WHERE key = 1": "document 'a' of 'default': can't be read",
    "UPDATE documents SET text = CAST(x'ff41fe' AS TEXT) WHERE key = 1": "document 'a' of 'default': can't be read",
    "UPDATE documents SET text = '' WHERE key = 1": "document 'a' of 'default': can't be read",
    "UPDATE documents SET id = CAST(x'ff' AS TEXT) WHERE key = 1": "can't be read",
    "UPDATE feedback SET correction = '[]'": "feedback 1: can't be read",
    "UPDATE feedback SET answer = '{\"a\": 1}'": "feedback 1: can't be read",
    "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'documents'": "as its last number",
    "UPDATE sqlite_sequence SET seq = 'x' WHERE name = 'chunks'": "as its last number",
    "UPDATE feedback SET id = 9223372036854775806": "rows numbered 9223372036854775806 to 9223372036854775806",
    "UPDATE documents SET key = 9223372036854775806 WHERE key = 2": "belongs to a row of documents that isn't there",
}


@pytest.fixture
def copy(store: SQLiteStore, tmp_path: Path) -> Path:
    """A backup of two documents, one with an original, and of feedback."""
    put(store, "a", "Bees make honey. Wasps do not.", headings=(Heading(0, 1, "Bees"),), metadata={"year": 2026})
    put(store, "b", "Boats sail at noon. They return at dusk.")
    with store.transaction() as connection:
        connection.execute("INSERT INTO originals VALUES (1, 'x', x'00')")
        connection.execute(
            "UPDATE originals SET sha256 = ?", ("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",)
        )
    store.keep_feedback(Feedback("default", "Who makes honey?", "1" * 16, "wrong", None, NoAnswer()))
    assert store.verify().faults == ()
    path = tmp_path / "copy" / FILE_NAME
    path.parent.mkdir()
    store.back_up(path)
    return path


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311  # not for secrets


def change(path: Path, statements: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(f"PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; {statements}")
    connection.close()


def use(path: Path) -> str:
    """What verifying and reading all of it say: "whole", a fault, or an error of ours. Nothing else may be raised."""
    try:
        store = SQLiteStore(path, read_only=True)
    except QuothError as error:
        return f"refused: {error}"
    try:
        faults = store.verify().faults
        with suppress(QuothError), store.view(SEES_ALL) as view:
            list(view.documents())
            view.summaries()
            view.feedback()
            list(view.matching(["honey"], Filter(), 5))
            view.nearest(np.array([1, 0, 0], np.float32), Filter(), 5)
        return "; ".join(f"{fault.where}: {fault.what}" for fault in faults) or "whole"
    except QuothError as error:
        return f"refused: {error}"
    finally:
        store.close()


def content(store: SQLiteStore) -> object:
    with store.view(SEES_ALL) as view:
        return view.version, list(view.documents()), view.feedback(), store.service_keys(), view.manifest("signature")


def test_the_copy_is_whole(copy: Path) -> None:
    assert use(copy) == "whole"


@pytest.mark.parametrize("statements", OTHER_SHAPES)
def test_tables_that_arent_ours_are_refused_before_anything_is_read(
    store: SQLiteStore, copy: Path, statements: str
) -> None:
    script, message = OTHER_SHAPES[statements]
    change(copy, script)
    before = content(store)
    with pytest.raises(StorageError, match=message):
        SQLiteStore(copy, read_only=True)
    with pytest.raises(StorageError, match=message):
        SQLiteStore.create(copy, SIGNATURE)
    with pytest.raises(StorageError, match=message):
        store.restore(copy)
    assert content(store) == before


def test_a_rebuild_drops_what_is_derived_and_stops_at_what_is_foreign(copy: Path) -> None:
    change(
        copy,
        "DROP VIEW chunks_of_words_1; CREATE VIEW chunks_of_words_1 AS SELECT key, text, text AS context FROM chunks",
    )
    store = SQLiteStore(copy, older=True)
    assert store.rebuild(SIGNATURE, iter([])) == 3
    assert store.service_keys() == []
    store.close()
    SQLiteStore(copy, SIGNATURE).close()
    change(copy, f"CREATE TRIGGER evil AFTER UPDATE ON manifest BEGIN {FOREIGN_KEY}; END")
    with pytest.raises(StorageError, match="has a foreign trigger 'evil'. Restore a backup"):
        SQLiteStore(copy, older=True)


@pytest.mark.parametrize("statement", OTHER_MANIFESTS, ids=range(len(OTHER_MANIFESTS)))
def test_a_manifest_that_is_none_is_refused(store: SQLiteStore, copy: Path, statement: str) -> None:
    change(copy, statement)
    before = content(store)
    with pytest.raises(StorageError, match=OTHER_MANIFESTS[statement]):
        SQLiteStore(copy, read_only=True)
    with pytest.raises(StorageError, match=OTHER_MANIFESTS[statement]):
        store.restore(copy)
    assert content(store) == before


@pytest.mark.parametrize("statement", ODD_ROWS, ids=range(len(ODD_ROWS)))
def test_rows_that_arent_ours_are_told_by_name(store: SQLiteStore, copy: Path, statement: str) -> None:
    change(copy, statement)
    assert ODD_ROWS[statement] in use(copy)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE documents SET key = 9223372036854775806 WHERE key = 2", "UPDATE chunks SET start = x'00'"],
)
def test_a_restore_that_stumbles_over_a_row_changes_nothing(store: SQLiteStore, copy: Path, statement: str) -> None:
    change(copy, statement)
    before = content(store)
    with pytest.raises(StorageError, match=r"copy.quoth\.sqlite3 "):
        store.restore(copy)
    assert content(store) == before


def test_pages_that_are_read_again_and_again_end(store: SQLiteStore, copy: Path) -> None:
    """The table of documents a tree of 12 levels, in which each of 100 children is the same page: 10^24 rows."""
    connection = sqlite3.connect(copy)
    (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'documents'").fetchone()
    connection.close()
    data, size = bytearray(copy.read_bytes()), 4096
    leaf = bytes(data[(root - 1) * size : root * size])
    pages = len(data) // size

    def inner(child: int) -> bytes:
        """https://www.sqlite.org/fileformat.html, 1.6: a header of 12 bytes, cells of a child and a key from the end on."""
        cells = b"".join(struct.pack(">IB", child, 1) for _ in range(100))
        header = struct.pack(">BHHHBI", 5, 0, 100, size - len(cells), 0, child)
        pointers = b"".join(struct.pack(">H", size - len(cells) + 5 * number) for number in range(100))
        return (header + pointers).ljust(size - len(cells), b"\0") + cells

    data[(root - 1) * size : root * size] = inner(pages + 1)
    for level in range(1, 12):
        data += inner(pages + level + 1)
    data += leaf
    data[28:32] = struct.pack(">I", len(data) // size)
    copy.write_bytes(data)
    before = content(store)
    with pytest.raises(StorageError, match=r"UNIQUE constraint failed: documents.key\), so nothing was changed"):
        store.restore(copy)
    assert content(store) == before
    reader = SQLiteStore(copy, read_only=True)
    assert "2nd reference to page" in reader.verify().faults[0].what
    reader.close()


def test_reading_all_of_a_file_has_a_deadline(store: SQLiteStore, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, reader = content(store), SQLiteStore(copy, read_only=True)
    with monkeypatch.context() as patched:
        patched.setattr(database, "_CHECK_SECONDS", -1.0)  # it is over before it begins
        patched.setattr(database, "_CHECK_STEPS", 1)
        for attempt in (reader.verify, lambda: SQLiteStore(copy, read_only=True)):
            with pytest.raises(StorageError, match="takes longer to read than any whole file of its size; nothing was"):
                attempt()
    reader.close()
    assert content(store) == before


@pytest.mark.parametrize(
    "make",
    [
        lambda _: b"",
        lambda whole: whole[:4096],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:100],
        lambda _: noise(100_000),
        lambda whole: whole[:16] + noise(len(whole) - 16),
        lambda whole: whole[:100] + noise(len(whole) - 100),
    ],
    ids=["empty", "one-page", "half", "header", "noise", "noise-after-the-name", "noise-after-the-header"],
)
def test_a_file_cut_short_or_of_noise_is_refused(
    store: SQLiteStore, copy: Path, make: Callable[[bytes], bytes]
) -> None:
    copy.write_bytes(make(copy.read_bytes()))
    assert use(copy) != "whole"
    before = content(store)
    with pytest.raises((StorageError, MismatchError)):
        store.restore(copy)
    assert content(store) == before


@pytest.mark.parametrize("count", [40, pytest.param(2000, marks=pytest.mark.long)])
def test_flipped_bytes_are_an_error_or_a_fault_or_change_nothing(copy: Path, count: int) -> None:
    whole = copy.read_bytes()
    store = SQLiteStore(copy, read_only=True)
    expected = content(store)
    store.close()
    used = [at for at, byte in enumerate(whole) if byte]  # most of so small a file is empty pages
    seen: Counter[str] = Counter()
    for seed in range(count):
        rng = random.Random(seed)  # noqa: S311  # not for secrets
        data = bytearray(whole)
        start = rng.randrange(4096) if seed % 5 == 0 else rng.choice(used)  # a fifth in the first page, with the tables
        for at in range(start, min(len(data), start + rng.choice([1, 1, 4, 16]))):
            data[at] ^= rng.randrange(1, 256)
        copy.write_bytes(data)
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{copy}{beside}").unlink(missing_ok=True)
        said = use(copy)
        seen["refused" if said.startswith("refused") else "whole" if said == "whole" else "faults"] += 1
        if said == "whole":
            store = SQLiteStore(copy, read_only=True)
            assert content(store)[1] == expected[1], f"seed {seed}"  # its documents, to the character
            store.close()
    assert seen.total() == count
    assert all(seen[kind] for kind in ("refused", "faults", "whole")), seen


def test_what_a_comment_hides_is_not_passed_over() -> None:
    assert words("CREATE TABLE t (x) -- why\n") == ("CREATE", "TABLE", "t", "(", "x", ")")
    assert words("CREATE /* a\n b */ TABLE t(x)") == words("CREATE TABLE t (x)")
    assert words("CHECK (x = 'a -- b')") == ("CHECK", "(", "x", "=", "'a -- b'", ")")
    assert words("CHECK (x = 'a--', f()\n)") != words("CHECK (x = 'a)")
    assert words('"a--b" [c--d] `e--f`') == ('"a--b"', "[c--d]", "`e--f`")
    assert words("a\u00a0b") != words("a b")  # which is part of a name to SQLite


@pytest.mark.parametrize("what", ["moved", "replaced", "deleted"])
def test_a_file_that_is_no_longer_there_is_neither_written_nor_read(
    store: SQLiteStore, path: Path, copy: Path, what: str
) -> None:
    away = path.with_name("away.sqlite3")
    if what == "deleted":
        path.unlink()
    else:
        path.rename(away)
    if what == "replaced":
        shutil.copy(copy, path)
    message = f"{re.escape(str(path))} was moved away or replaced while it was open; nothing was changed. Put it back"
    for attempt in (
        lambda: put(store, "c", "written to nowhere"),
        lambda: store.delete("a", "default"),
        lambda: store.add_key("name", ["ask"]),
        lambda: content(store),
    ):
        with pytest.raises(StorageError, match=message):
            attempt()
    if what == "moved":
        away.rename(path)
        assert put(store, "c", "written again") == 3
        assert json.loads(str(content(store)[4]))["embedder"] == "toy"
