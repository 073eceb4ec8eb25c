"""`quoth verify`, `repair` and `backup` on a real index."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.storage.sqlite.store import FILE_NAME
from qa.cli.main import main

pytestmark = pytest.mark.slow


@pytest.fixture
def data(seeds_data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copy(seeds_data / FILE_NAME, folder / FILE_NAME)
    return folder


def quoth(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), *arguments])


def execute(data: Path, statement: str) -> None:
    connection = sqlite3.connect(data / FILE_NAME)
    connection.executescript(f"PRAGMA foreign_keys = ON; {statement}")
    connection.close()


def test_a_whole_index(data: Path) -> None:
    result = quoth(data, "verify")
    assert result.exit_code == 0
    assert result.output.startswith("whole      10 documents, 355 chunks, ")
    assert quoth(data, "repair").output.startswith("Nothing to repair: 10 documents, 355 chunks, ")


def test_what_is_derived_is_made_anew_and_answers_as_before(data: Path) -> None:
    question = ("ask", "How big is the reward for Maduro now?")
    before = quoth(data, *question).output
    assert before.startswith("$50 million ")
    execute(data, "DELETE FROM vectors WHERE chunk < 200; INSERT INTO words_1 (words_1) VALUES ('delete-all')")
    found = quoth(data, "verify")
    assert found.exit_code == 1
    assert "damaged    chunk 1: has no vector\n" in found.output
    assert "           and 180 more\n" in found.output  # 199 vectors and the words, 20 of them shown
    repaired = quoth(data, "repair")
    assert repaired.exit_code == 0
    assert "Chunks, vectors and full-text index were made anew.\nwhole      10 documents, 355 chunks" in repaired.output
    assert quoth(data, *question).output == before
    connection = sqlite3.connect(data / FILE_NAME)
    assert connection.execute("SELECT min(key), max(key) FROM chunks").fetchone() == (356, 710)  # no key twice
    connection.close()


def test_a_changed_document_is_told_and_not_hidden_by_a_repair(data: Path) -> None:
    execute(data, "UPDATE documents SET text = replace(text, '$50 million', '$60 million')")
    found = quoth(data, "verify")
    assert found.exit_code == 1
    changed = "damaged    document 'seeds/cartel-directive.md' of 'default': is not what was stored"
    assert changed in found.output
    repaired = quoth(data, "repair")
    assert repaired.exit_code == 1
    assert repaired.output.count(changed) == 2
    assert repaired.output.endswith("index those documents again, or restore a backup.\n")


def test_a_backup_answers_and_is_restored(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / FILE_NAME
    copy.parent.mkdir()
    assert quoth(data, "backup", str(copy)).output == f"backed up  {copy}  (index version 10)\n"
    assert quoth(copy.parent, "verify").exit_code == 0
    assert quoth(copy.parent, "ask", "How big is the reward for Maduro now?").output.startswith("$50 million ")
    (data / FILE_NAME).unlink()
    assert quoth(data, "restore", str(copy)).output.endswith("restored   10 documents  (index version 11)\n")
    assert quoth(data, "ask", "How big is the reward for Maduro now?").output.startswith("$50 million ")
    again = quoth(data, "backup", str(copy))
    assert (again.exit_code, again.output) == (1, f"Error: {copy} can't be written (File exists): name another file.\n")


def test_a_damaged_backup_changes_nothing(data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    quoth(data, "backup", str(copy))
    connection = sqlite3.connect(copy)
    connection.execute("DELETE FROM vectors WHERE chunk = 3")
    connection.commit()
    connection.close()
    refused = quoth(data, "restore", str(copy))
    assert refused.exit_code == 1
    assert f"Error: {copy} is damaged, so nothing was changed: restore another backup." in refused.output
    assert "index version 10" in quoth(data, "verify").output
