"""A collection in which words are removed all the time has a full-text index that stays as flat as it was."""

import sqlite3
from pathlib import Path

import pytest
from store_support import SIGNATURE, put, rows, texts

from index.errors import StorageError
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore

DAMAGED = "UPDATE words_1_data SET block = X'00000000FFFFFFFFFFFF7F' WHERE id = 10"  # more levels than there can be


@pytest.mark.parametrize("times", [400, pytest.param(1_500, marks=pytest.mark.long)])
def test_a_collection_that_grows_while_documents_go_stays_readable(store: SQLiteStore, path: Path, times: int) -> None:
    """Each deletion merges the index, by which FTS5 makes it two levels higher; SQLite 3.40 reads 2,000 at most."""
    assert store._writer
    store._writer.execute("PRAGMA synchronous = OFF")  # the disk isn't what is tried
    highest = 0
    for number in range(times):
        put(store, f"kept {number}", f"The boat of number {number} sails at noon. " * 3)
        put(store, "gone", f"Nobody sails with {number}. " * 9)
        store.delete("gone", "default")
        with store.transaction() as connection:
            (size,) = connection.execute("SELECT length(block) FROM words_1_data WHERE id = 10").fetchone()
        highest = max(highest, size)
    assert highest < 1_100  # 4,000 are the end; after 400 times it would be 1,300
    assert store.verify().faults == ()
    assert rows(path)["words"] == 2 * times
    assert len(texts(store, f"{times - 1}", 0)) > 0
    assert texts(store, "nobody", 0) == {}


def test_an_index_that_cant_even_be_opened_is_told_with_the_cure_and_made_anew(store: SQLiteStore, path: Path) -> None:
    put(store, "a", "Boats sail at noon. They return at dusk.")
    put(store, "b", "Bees sleep at noon.")
    backup = path.parent / "backup.sqlite3"
    store.back_up(backup)
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute(DAMAGED)
    connection.close()
    opened = SQLiteStore(path, SIGNATURE)
    assert [fault.derived for fault in opened.verify().faults] == [True]
    for change in (lambda: put(opened, "a", "Boats sail at ten."), lambda: opened.delete("b", "default")):
        with pytest.raises(
            StorageError, match=r"A full-text index of .* is damaged .*; nothing was changed\. .*`quoth repair`"
        ):
            change()
    with opened.view(SEES_ALL) as view:
        assert view.version == 2
    opened.restore(backup)
    assert opened.verify().faults == ()
    assert set(texts(opened, "noon", 0)) == {"p at noon.", "Boats sail at noon. "}
    opened.close()
