"""A server that guards what it has: keys made while it runs, and an origin named. `served`, beside it, is open."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from support import Served

from index.storage.sqlite.store import FILE_NAME
from qa.cli.main import main

SITE = "https://site.example"


@dataclass(frozen=True)
class Guarded:
    """The server, a client of it without a key, and the keys by name: ask, write, admin, both (ask and write)."""

    served: Served
    keys: dict[str, str]

    @property
    def client(self) -> httpx.Client:
        return self.served.client

    def bearer(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[name]}"}

    def quoth(self, *arguments: str) -> str:
        result = CliRunner().invoke(main, ["--data", str(self.served.data), *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout.strip()


@pytest.fixture(scope="session")
def guarded(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    data = tmp_path_factory.mktemp("guarded")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data, QUOTH_ORIGINS=f"{SITE}, http://127.0.0.1:9999", QUOTH_MAX_BODY_MB="1")
    guarded = Guarded(served, {})
    assert served.client.get("/v1/documents").status_code == 200  # open, until there is a key
    for name, scopes in {"ask": ["ask"], "write": ["write"], "admin": ["admin"], "both": ["ask", "write"]}.items():
        guarded.keys[name] = guarded.quoth(
            "keys", "add", name, *(part for scope in scopes for part in ("--scope", scope))
        )
    yield guarded
    assert served.stop() == 0, served.log
    for key in guarded.keys.values():
        assert key not in served.log
