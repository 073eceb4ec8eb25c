"""Every store keeps to the contract: SQLite, and one in memory that knows nothing of it."""

from pathlib import Path

import pytest
from memory_store import memory_backend
from storage_contract import StorageContract

from index import stores
from index.storage.sqlite import store


class TestSQLite(StorageContract):
    @pytest.fixture
    def url(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)  # that a deletion waits for views before it empties the log
        return stores.url_of_folder(tmp_path / "data")


class TestMemory(StorageContract):
    @pytest.fixture
    def url(self, monkeypatch: pytest.MonkeyPatch) -> str:
        monkeypatch.setitem(stores.BACKENDS, "memory", memory_backend())
        return "memory:///place"
