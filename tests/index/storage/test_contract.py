"""Every store keeps to the contract: SQLite, small and large, and one in memory that knows nothing of it."""

from pathlib import Path

import pytest
from memory_store import memory_backend
from storage_contract import StorageContract

from index import stores
from index.storage.sqlite import blocks, store, words


class TestSQLite(StorageContract):
    @pytest.fixture
    def url(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)  # that a deletion waits for views before it empties the log
        return stores.url_of_folder(tmp_path / "data")


class TestSQLiteAsLarge(TestSQLite):
    """As a collection of tens of thousands of chunks is stored: compressed vectors, several full-text indexes, posting lists."""

    @pytest.fixture(autouse=True)
    def large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(blocks, "MOST_EXACT", 0)
        monkeypatch.setattr(words, "WHOLE_CHUNKS", 2)
        monkeypatch.setattr(words, "PART_CHUNKS", 2)


class TestMemory(StorageContract):
    @pytest.fixture
    def url(self, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setitem(stores.BACKENDS, "memory", memory_backend())
        return "memory:///place"
