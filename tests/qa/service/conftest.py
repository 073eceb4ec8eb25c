"""A service that guards what it has, with keys made while it runs and an origin named, and an open one.

Each as a server (`guarded`, and `served` of all tests), and in the tests' process (`guarded_here`, `here`), which is
quicker: for all that doesn't need a server.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from in_process import InProcess
from support import Served

from index.storage.sqlite.store import FILE_NAME
from qa.cli.main import main
from qa.reading.reader import TransformersReader

SITE = "https://site.example"
ORIGINS = f"{SITE}, http://127.0.0.1:9999"


@dataclass(frozen=True)
class Guarded:
    """The service, a client of it without a key, and the keys by name: ask, write, admin, both (ask and write)."""

    served: Served | InProcess
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
    data = copied(seeds_data, tmp_path_factory.mktemp("guarded"))
    served = Served(data, QUOTH_ORIGINS=ORIGINS, QUOTH_MAX_BODY_MB="1")
    guarded = with_keys(served)
    yield guarded
    assert served.stop() == 0, served.log
    for key in guarded.keys.values():
        assert key not in served.log


@pytest.fixture(scope="session")
def guarded_here(
    seeds_data: Path, tmp_path_factory: pytest.TempPathFactory, reader: TransformersReader
) -> Iterator[Guarded]:
    data = copied(seeds_data, tmp_path_factory.mktemp("guarded-here"))
    service = InProcess(data, reader, origins=ORIGINS, max_body_mb=1)
    yield with_keys(service)
    service.close()


@pytest.fixture(scope="session")
def here(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory, reader: TransformersReader) -> Iterator[InProcess]:
    service = InProcess(copied(seeds_data, tmp_path_factory.mktemp("here")), reader, max_body_mb=2, max_batch=5)
    yield service
    service.close()


def copied(seeds_data: Path, data: Path) -> Path:
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    return data


def with_keys(served: Served | InProcess) -> Guarded:
    guarded = Guarded(served, {})
    assert served.client.get("/v1/documents").status_code == 200  # open, until there is a key
    for name, scopes in {"ask": ["ask"], "write": ["write"], "admin": ["admin"], "both": ["ask", "write"]}.items():
        guarded.keys[name] = guarded.quoth(
            "keys", "add", name, *(part for scope in scopes for part in ("--scope", scope))
        )
    return guarded
