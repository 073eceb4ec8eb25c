"""The real parts, each made once: the shipped models, the seeds indexed, and a server process over a copy of them."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import settings
from postgresql_server import PostgreSQLServer
from support import ROOT, Served

from index.embedding import DEFAULT_EMBEDDER, SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, Indexer, signature_of
from index.storage.sqlite import database
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa import assembly
from qa.assembly import Engine
from qa.reading.reader import TransformersReader
from qa.settings import Settings, load_settings

if "PYTEST_XDIST_WORKER" in os.environ:  # two processes of as many threads as cores would be slower than one
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# What is pinned are float32's digits, wherever the tests run; what bfloat16 makes of them is tested by name
os.environ["QUOTH_PRECISION"] = "float32"

collect_ignore = [] if find_spec("playwright") else ["browser"]  # it has its own command, and an extra

_NUMBERS = count(1)

settings.register_profile("long", max_examples=1000, deadline=None)

pytest.register_assert_rewrite("storage_contract", "contract", "promises")


@pytest.hookimpl(trylast=True)  # once those that aren't wanted are out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One file that needs the seeds' index comes first, and the others last, so that no process waits for it long.

    Of the rest, files with many tests come first. Each file's tests stay together, in their order.
    """
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    by_size = sorted(files.values(), key=len, reverse=True)
    seeded = [its for its in by_size if any("seeds_data" in getattr(item, "fixturenames", ()) for item in its)]
    others = [its for its in by_size if its not in seeded]
    items[:] = [item for its in (*seeded[-1:], *others, *seeded[:-1]) for item in its]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine's reaches a test, and no hub is asked for anything."""
    for name in [name for name in os.environ if name.startswith("QUOTH_") and name != "QUOTH_PRECISION"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session", autouse=True)
def shipped_pragmas() -> Iterator[str]:
    """What ships; here SQLite waits for no disk, which only a machine that fails would tell, no kill of a process."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        pragmas = database._SETTINGS
        monkeypatch.setattr(database, "_SETTINGS", pragmas.replace("synchronous = FULL", "synchronous = OFF"))
        yield pragmas


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


@pytest.fixture(scope="session")
def reader() -> TransformersReader:
    return TransformersReader()


@pytest.fixture(scope="session", autouse=True)
def models_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """The models that ship are loaded once for all engines of a process; they keep nothing of what they are asked."""
    embedder_of, reader_of = assembly.embedder_of, assembly.reader_of

    def same_embedder(settings: Settings) -> Any:
        ships = (settings.embedder, settings.precision) == (DEFAULT_EMBEDDER, "float32")
        return request.getfixturevalue("embedder") if ships else embedder_of(settings)

    def same_reader(settings: Settings) -> Any:
        ships = (settings.reader, settings.precision) == (None, "float32")
        return request.getfixturevalue("reader") if ships else reader_of(settings)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(assembly, "embedder_of", same_embedder)
        monkeypatch.setattr(assembly, "reader_of", same_reader)
        yield


@pytest.fixture(scope="session")
def seeds_data(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """A data folder with the seeds indexed, by whichever test process needs it first; tests that write copy it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data = shared / "seeds-data"
    with (shared / "seeds-data.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            _index_seeds(base / "seeds-data-begun", embedder)
            (base / "seeds-data-begun").rename(data)
    return data


def _index_seeds(data: Path, embedder: SentenceTransformerEmbedder) -> None:
    signature = signature_of(embedder, DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP)
    store = SQLiteStore.create(data / FILE_NAME, signature)
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        outcomes = list(Indexer(store, embedder, signature).add_paths([Path("seeds")], "default"))
    finally:
        os.chdir(here)
        store.close()
    assert [outcome.status for outcome in outcomes] == ["added"] * 10


@pytest.fixture(scope="session")
def engine(seeds_data: Path) -> Iterator[Engine]:
    engine = Engine(load_settings(data=seeds_data), writing=False)
    yield engine
    engine.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Engine]:
    """An engine over an empty index."""
    engine = Engine(load_settings(data=tmp_path / "data"), writing=True)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def served(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("served")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data, QUOTH_MAX_BODY_MB="2", QUOTH_MAX_BATCH="5")
    yield served
    assert served.stop() == 0, served.log


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """A server with pgvector, of this process alone."""
    server = PostgreSQLServer()
    yield server
    server.stop()


@pytest.fixture
def postgresql_url(postgresql: PostgreSQLServer) -> str:
    """A store that isn't there yet, in a schema of the test's own."""
    return f"{postgresql.url}?schema=test_{next(_NUMBERS)}"


@pytest.fixture
def client(served: Served) -> httpx.Client:
    return served.client
