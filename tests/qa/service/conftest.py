"""A server that guards what it has: with an origin named, and everything that only shows beside `served`, which is open."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import Served

from index.store import FILE_NAME

SITE = "https://site.example"


@pytest.fixture(scope="session")
def guarded(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("guarded")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    served = Served(data, QUOTH_ORIGINS=f"{SITE}, http://127.0.0.1:9999", QUOTH_MAX_BODY_MB="1")
    yield served
    assert served.stop() == 0, served.log
