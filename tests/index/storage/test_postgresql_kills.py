"""SIGKILL of the PostgreSQL server and of processes that write to it: no acknowledged write is lost, none is half there.

Processes are killed, not the machine: what a power cut takes depends on PostgreSQL's own settings (`fsync`).
"""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Thread

import pytest
from postgresql_server import PostgreSQLServer
from store_support import SIGNATURE
from support import ROOT

from index.storage.base import Maintained
from index.storage.principals import SEES_ALL
from index.stores import create_store, open_store

KILLS = 20
WRITER = """
import sys, time
sys.path.insert(0, "tests")
from index.errors import QuothError
from index.stores import open_store
from store_support import SIGNATURE, put

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = None
while True:
    try:
        store = store or open_store(url, SIGNATURE)
        put(store, f"{name}-{number}", f"what {name} wrote as its number {number}")
    except QuothError:
        time.sleep(0.05)
    else:
        print(number, flush=True)
        number += 1
"""


class Writer:
    """A process that writes one document after the other, each told once it is acknowledged."""

    def __init__(self, url: str, name: str) -> None:
        self.url, self.name, self.acknowledged = url, name, 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", WRITER, self.url, self.name, str(self.acknowledged + 1)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.reading = Thread(target=self._read)
        self.reading.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reading.join()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            for line in lines:
                self.acknowledged = int(line)


@pytest.fixture
def own_server() -> Iterator[PostgreSQLServer]:
    server = PostgreSQLServer()
    yield server
    server.stop()


@pytest.mark.long
def test_no_acknowledged_write_is_lost(own_server: PostgreSQLServer) -> None:
    url = own_server.url
    create_store(url, SIGNATURE).close()
    writers = [Writer(url, name) for name in ("one", "two", "three")]
    rng = random.Random(1)  # noqa: S311
    try:
        for victim in [*(["server"] * KILLS), *(["writer"] * KILLS)]:
            wait_for_more(writers)
            time.sleep(rng.uniform(0, 0.1))
            if victim == "server":
                own_server.kill()
                own_server.start()
            else:
                killed = rng.choice(writers)
                killed.kill()
                killed.start()
        wait_for_more(writers)
    finally:
        for writer in writers:
            writer.kill()
    store = open_store(url, SIGNATURE)
    with store.view(SEES_ALL) as view:
        there = {document.id: document.text for _, document in view.documents()}
        assert view.version >= len(there)
    for writer in writers:
        assert writer.acknowledged > KILLS
        for number in range(1, writer.acknowledged + 1):
            assert there[f"{writer.name}-{number}"] == f"what {writer.name} wrote as its number {number}"
    assert isinstance(store, Maintained)
    assert store.verify().faults == ()
    store.close()


def wait_for_more(writers: list[Writer]) -> None:
    """Until each has been acknowledged something more, so that what follows hits them at work."""
    before = [writer.acknowledged for writer in writers]
    ends = time.monotonic() + 60
    while any(writer.acknowledged <= number for writer, number in zip(writers, before, strict=True)):
        assert time.monotonic() < ends
        time.sleep(0.01)
