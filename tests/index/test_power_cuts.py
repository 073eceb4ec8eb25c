"""What a power cut leaves: the data file as it was last written, and a log that breaks off anywhere, with noise behind.

A write is acknowledged when the log on the disk holds all of it (`synchronous = FULL`). So the log is noted after each,
cut at a byte drawn by chance, and opened: at least what was acknowledged by then must be there, and all of it whole.
"""

import random
import shutil
from bisect import bisect_right
from pathlib import Path

import pytest
from store_support import SIGNATURE, put, rows

from index.storage.principals import SEES_ALL
from index.storage.sqlite import database, idle
from index.storage.sqlite.store import SQLiteStore

WRITES = 24


@pytest.mark.parametrize("cuts", [60, pytest.param(2_000, marks=pytest.mark.long)])
def test_what_was_acknowledged_survives_a_log_that_breaks_off(
    path: Path, tmp_path: Path, cuts: int, monkeypatch: pytest.MonkeyPatch, shipped_pragmas: str
) -> None:
    monkeypatch.setattr(idle, "IDLE_SECONDS", 1000.0)  # nothing moves from the log to the file meanwhile
    chance = random.Random(cuts)  # noqa: S311  # not for secrets
    with monkeypatch.context() as as_shipped:
        as_shipped.setattr(database, "_SETTINGS", shipped_pragmas)
        store, log = SQLiteStore.create(path, SIGNATURE), Path(f"{path}-wal")
    assert store._writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL, by SQLite's numbers
    for name in ("kept", "gone"):
        put(store, name, f"The {name} ferry sails at noon.")
    store.delete("gone", "default")  # which empties the log into the file
    file, version = path.read_bytes(), 3
    lengths, expected = [log.stat().st_size], [{"kept": "The kept ferry sails at noon."}]  # after each write
    for number in range(WRITES):
        name = f"d{chance.randrange(8)}"
        text = f"In version {number} the ferry sails at {chance.random()}. " * chance.choice([1, 30])
        put(store, name, text)
        lengths.append(log.stat().st_size)
        expected.append({**expected[-1], name: text})
    content = log.read_bytes()
    assert path.read_bytes() == file
    assert lengths == sorted(lengths)
    for cut in [*lengths, *(chance.randrange(len(content)) for _ in range(cuts - len(lengths)))]:
        folder = tmp_path / "after"
        folder.mkdir()
        copy = folder / path.name
        copy.write_bytes(file)
        Path(f"{copy}-wal").write_bytes(content[:cut] + chance.randbytes(chance.choice([0, 100, 8_192])))
        acknowledged = bisect_right(lengths, cut) - 1
        opened = SQLiteStore(copy, SIGNATURE)
        with opened.view(SEES_ALL) as view:
            assert view.version == version + acknowledged
            assert {document.id: document.text for _, document in view.documents()} == expected[acknowledged]
        assert opened.verify().faults == ()
        put(opened, "afterwards", "It can be written again.")
        opened.close()
        assert rows(copy)["documents"] == len(expected[acknowledged]) + 1
        shutil.rmtree(folder)
    store.close()
