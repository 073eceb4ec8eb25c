"""Fixtures of several files here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import SIGNATURE

from index.storage.sqlite.store import FILE_NAME, SQLiteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE_NAME


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore.create(path, SIGNATURE)
    yield store
    store.close()
