"""Fixtures of several files here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from store_support import SIGNATURE

from index.storage.sqlite import words
from index.storage.sqlite.store import FILE_NAME, SQLiteStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / FILE_NAME


@pytest.fixture
def store(path: Path) -> Iterator[SQLiteStore]:
    store = SQLiteStore.create(path, SIGNATURE)
    yield store
    store.close()


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[SQLiteStore]:
    """Another store, beside `store`, for tests that have it keep to one full-text index."""
    store = SQLiteStore.create(tmp_path / "whole" / FILE_NAME, SIGNATURE)
    yield store
    store.close()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Collections of more than six chunks have several full-text indexes, of about four each."""
    monkeypatch.setattr(words, "WHOLE_CHUNKS", 6)
    monkeypatch.setattr(words, "PART_CHUNKS", 4)
