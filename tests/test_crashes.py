"""The short form of `tests/benchmarks/crashes.py`: it loses nothing, and would notice if it did."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT

from index.storage.sqlite.store import SQLiteStore

pytestmark = pytest.mark.slow

BENCHMARKS = ROOT / "tests" / "benchmarks"


def test_killed_servers_commands_and_writers_lose_nothing() -> None:
    kinds = ["serve", "index", "store", "create", "first open", "upgrade"]
    command = [sys.executable, str(BENCHMARKS / "crashes.py"), "--kills", "7", "--only", *kinds]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["kills"], told["wrong"], set(told["by_kind"])) == (7, [], set(kinds))
    assert told["acknowledged_writes"] > 0
    # after each of the two kinds that ask, at the end, and by the server killed: wherever a document was written before
    assert told["questions_answered"] >= 2
    assert all(row["after_ms"] > 0 for row in told["rows"])


def _swap_vectors(connection: sqlite3.Connection) -> None:
    """The vectors of two chunks, one for the other."""
    (first, one), (last, other) = (
        connection.execute(f"SELECT chunk, vector FROM vectors ORDER BY chunk {order} LIMIT 1").fetchone()
        for order in ("ASC", "DESC")
    )
    connection.execute("UPDATE vectors SET vector = ? WHERE chunk = ?", (other, first))
    connection.execute("UPDATE vectors SET vector = ? WHERE chunk = ?", (one, last))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM documents WHERE id = 'b'", "b: nothing stands where the text that names"),
        ("UPDATE documents SET id = 'c' WHERE id = 'b'", "c: the text that names"),
        ("UPDATE documents SET text = replace(text, 'About', 'about') WHERE id = 'b'", "its digest is another"),
        ("UPDATE manifest SET value = 1 WHERE name = 'version'", "version 3 was acknowledged, but the file is at 1"),
        ("DELETE FROM vectors WHERE chunk = (SELECT max(chunk) FROM vectors)", "has no vector"),
        ("INSERT INTO words_1 (words_1) VALUES ('delete-all')", "b: its word is found in nothing"),
        (_swap_vectors, "its vectors are not its chunks'"),
    ],
    ids=["gone", "unknown", "changed", "version", "vector", "words", "swapped"],
)
def test_what_a_crash_must_not_do_is_noticed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    damage: str | Callable[[sqlite3.Connection], None],
    told: str,
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from crash_kinds import TOY, put_toy, toy_vectors
    from crash_states import Ledger, text_of

    rng, ledger, path = random.Random(1), Ledger(), tmp_path / "quoth.sqlite3"  # noqa: S311  # not for secrets
    store = SQLiteStore.create(path, TOY)
    for name in ("a", "a", "b"):
        text = text_of(rng, name, 12)
        ledger.begin(name, text)
        ledger.acknowledge(name, put_toy(store, name, text))
    store.close()
    ledger.begin("b", text_of(rng, "b", 3))  # of which nothing came to be
    assert ledger.settle(path, toy_vectors) == []
    assert (ledger.acknowledged, ledger.kept, ledger.undone) == (3, 0, 1)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = ON")
    with connection:
        damage(connection) if callable(damage) else connection.execute(damage)
    connection.close()
    assert told in "\n".join(ledger.settle(path, toy_vectors))
