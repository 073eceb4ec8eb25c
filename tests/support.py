"""What several test modules use: a server process, the form of a problem document, and a data file of an older Quoth."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import httpx
from warm_start import QuothProcess

from index.storage.sqlite import schema, words
from qa.answering.calibration import Calibration, FittedWith

ROOT = Path(__file__).parent.parent
# What ranking is tested with: numbers that don't change when the shipped ones are fitted anew
CALIBRATION = Calibration(
    fitted_with=FittedWith(reader="0" * 64, embedder="1" * 64, retrieval="fusion", chunking="128 tokens"),
    questions=600,
    signal_weights={"fused": 60.0},
    intercept=-5.4666,
    coefficients={"span": 0.224, "margin": 0.0655, "fused": 16.2975, "lead": 0.2387},
    lone_lead=2.5,
    threshold=0.4,
)
SEEDS = ROOT / "seeds"

PROBLEM = "application/problem+json"


def problem(response: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem document of a failed request, checked for its form."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, body
    assert response.headers["content-type"] == PROBLEM
    assert body["type"] == f"urn:quoth:problem:{kind}"
    assert body["status"] == status
    assert body["title"]
    assert "Traceback" not in response.text
    return body


def copy_of_the_packages(folder: Path) -> Path:
    """A folder with a copy of `index` and `qa` that a test may change; the weights are linked."""
    for package in ("index", "qa"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("weights", "__pycache__"))
        (folder / package / "weights").symlink_to(ROOT / package / "weights")
    return folder


def metric(client: httpx.Client, name: str) -> float:
    """One of a server's figures."""
    found = re.search(rf"^{name} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found
    return float(found[1])


def _started(*arguments: str, **options: Any) -> subprocess.Popen[str]:  # as Popen takes them
    return subprocess.Popen([sys.executable, "-m", "qa.cli", *arguments], text=True, **options)


class Served:
    """A `quoth serve` process on a free port of the loopback, a client to talk to it, and what it logs as it comes.

    `root` holds the packages that it runs.
    """

    ready = "Application startup complete"

    def __init__(self, data: Path, *arguments: str, root: Path = ROOT, **environment: str) -> None:
        # a slow machine is no failure: who is late is tested where it is meant
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "QUOTH_DEADLINE_SECONDS": "600", **environment}
        # a copy of the packages, or a server that is measured, is started from nothing
        start = QuothProcess if root == ROOT and "PYTEST_VERSION" in os.environ else _started
        self.process = start(
            *("--data", str(data), "serve", "--port", "0", *arguments),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=root,
            env=environment,
        )
        self.data = data
        self.log = ""
        self._seen = 0
        self._more = Condition()
        self._following = Thread(target=self._follow, daemon=True)  # a pipe that nobody empties would stop the server
        self._following.start()
        self.read_until(self.ready)
        address = re.search(r'serving on (http://[^\s"]+)', self.log)
        assert address, self.log
        self.client = httpx.Client(base_url=address[1], timeout=60)

    def _follow(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            for line in lines:
                with self._more:
                    self.log += line
                    self._more.notify_all()

    def read_until(self, text: str) -> None:
        """Wait until this is logged, after what was waited for before."""
        with self._more:
            while text not in self.log[self._seen :]:
                if not self._more.wait(1) and not self._following.is_alive():
                    raise AssertionError(f"The server ended ({self.process.wait()}):\n{self.log}")
            self._seen = self.log.index(text, self._seen) + len(text)

    def stop(self) -> int:
        """Ctrl-C; returns the exit status."""
        self.client.close()
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end, and for the last that it logs; returns the exit status."""
        status = self.process.wait(timeout=120)
        self._following.join(timeout=60)
        return status


_BOUND = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, which only root has to give away
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP, for what is run next
os.execv(sys.argv[1], sys.argv[1:])
"""


def without_privileges(command: list[str]) -> list[str]:
    """The command, run so that files' permissions hold for it also where the tests are run as root."""
    return [sys.executable, "-c", _BOUND, *command]


SCHEMA_1 = """
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (key) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, text TEXT NOT NULL,
    CHECK (0 <= start AND start < end)
);
CREATE INDEX chunks_by_document ON chunks (document);
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks (key) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE VIRTUAL TABLE chunk_words USING fts5 (
    text, content = 'chunks', content_rowid = 'key', tokenize = 'porter unicode61'
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO chunk_words (rowid, text) VALUES (new.key, new.text);
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO chunk_words (chunk_words, rowid, text) VALUES ('delete', old.key, old.text);
END;
INSERT INTO chunks (document, start, end, text) SELECT key, 0, length(text), text FROM documents;
INSERT INTO vectors SELECT key, zeroblob(12) FROM chunks;
UPDATE manifest SET value = json_remove(value, '$.chunk_context', '$.language') WHERE name = 'signature';
PRAGMA user_version = 1;
"""


SHARED_WORDS = """
CREATE VIRTUAL TABLE chunk_words USING fts5 (
    text, context, content = 'chunks', content_rowid = 'key', tokenize = 'porter unicode61'
);
CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
    INSERT INTO chunk_words (rowid, text, context) VALUES (new.key, new.text, new.context);
END;
CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
    INSERT INTO chunk_words (chunk_words, rowid, text, context)
    VALUES ('delete', old.key, old.text, old.context);
END;
INSERT INTO chunk_words (chunk_words) VALUES ('rebuild');
"""


def share_words(connection: sqlite3.Connection) -> None:
    """Put one full-text index for all collections in place of theirs, as it was up to schema 3."""
    words.drop_all(connection)
    connection.executescript(SHARED_WORDS)


def forget_tables(path: Path) -> None:
    """Turn a data file into one of the schema that was only added to since, without the tables that were."""
    connection = sqlite3.connect(path)
    names = re.findall(r"CREATE TABLE IF NOT EXISTS (\w+)", "".join(schema.KEPT))
    connection.executescript("".join(f"DROP TABLE {name};" for name in names))
    share_words(connection)
    connection.execute(f"PRAGMA user_version = {schema.ADDED_TO}")
    connection.close()


def make_older(path: Path) -> None:
    """Turn a data file into one of schema 1, as its Quoth left it: a document's text is its one chunk."""
    forget_tables(path)
    connection = sqlite3.connect(path)
    words.drop_all(connection)
    connection.executescript(";".join(schema.DROP_DERIVED) + ";" + SCHEMA_1)
    connection.close()
