"""PostgreSQL keeps to the contract too, on a real server, each test in a schema of its own."""

import pytest
from storage_contract import StorageContract


class TestPostgreSQL(StorageContract):
    @pytest.fixture
    def url(self, postgresql_url: str) -> str:
        return postgresql_url
