"""`quoth serve --workers 2`: one process serves, and two read; what becomes of questions when a reader hangs or dies."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from support import ROOT, Served, metric
from warm_start import QuothProcess

from index.errors import QuestionError
from index.storage.sqlite.store import FILE_NAME
from qa.reading.reader import TransformersReader
from qa.service.process.reader_pool import ReaderPool
from qa.settings import load_settings

pytestmark = pytest.mark.slow

PASSAGES = ["The ferry sails at noon.", "The harbour office opens at eight.", *["It rained all day. " * 40] * 6]
VASK = "Who became safety officer after Piet Amsel?"


@contextmanager
def stopped(process: int) -> Iterator[None]:
    """A process that does nothing for now."""
    os.kill(process, signal.SIGSTOP)
    try:
        while state(process) != "T":
            time.sleep(0.001)
        yield
    finally:
        with suppress(ProcessLookupError):  # it was killed meanwhile
            os.kill(process, signal.SIGCONT)


def state(process: int) -> str:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def children(process: int) -> list[int]:
    """Those that any of its threads has started."""
    of_threads = [path.read_text().split() for path in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for of_thread in of_threads for child in of_thread]


class Pooled(Served):
    """A server with two readers."""

    def __init__(self, data: Path, **environment: str) -> None:
        super().__init__(data, "--workers", "2", **environment)

    @property
    def readers(self) -> list[int]:
        """The processes that read: it said of two at the start, and of each that took a dead one's place."""
        return [child for child in children(self.process.pid) if f"{child}" in self.log]

    def ask(self, question: str = VASK) -> dict[str, Any]:
        response = httpx.post(f"{self.client.base_url}v1/ask", json={"question": question}, timeout=120)
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body


@pytest.fixture
def pooled(seeds_data: Path, tmp_path: Path) -> Iterator[Pooled]:
    shutil.copy(seeds_data / FILE_NAME, tmp_path / FILE_NAME)
    pooled = Pooled(tmp_path)
    yield pooled
    readers = pooled.readers
    assert pooled.stop() == 0, pooled.log
    assert "Traceback" not in pooled.log
    assert not [process for process in readers if Path(f"/proc/{process}").exists()]


def is_vask(body: dict[str, Any]) -> bool:
    return [answer["text"] for answer in body["answers"]] == ["Jorun\nVask"]


def both_asked(pooled: Pooled, pool: ThreadPoolExecutor) -> tuple[Future[Any], Future[Any]]:
    """Two questions asked at once, of which one reader has been stopped: the one answered, and the one that waits."""
    asked = [pool.submit(pooled.ask), pool.submit(pooled.ask)]
    while not any(each.done() for each in asked):
        time.sleep(0.01)
    first, second = sorted(asked, key=Future.done, reverse=True)
    return first, second


def test_a_reader_that_hangs_or_dies_holds_up_its_own_question_alone_and_another_answers_that(pooled: Pooled) -> None:
    stays, hangs = pooled.readers
    with ThreadPoolExecutor() as pool:
        with stopped(hangs):
            answered, waits = both_asked(pooled, pool)
            assert is_vask(answered.result())
            assert is_vask(pooled.ask())
            assert pooled.client.get("/healthz").status_code == 200
            assert not waits.done()
        assert is_vask(waits.result())

        with stopped(hangs):
            _, waits = both_asked(pooled, pool)
            os.kill(hangs, signal.SIGKILL)
            assert is_vask(waits.result())  # by the other
    pooled.read_until(f"Reader {hangs} was ended by SIGKILL; another takes its place.")
    pooled.read_until("is ready.")
    assert len(pooled.readers) == 2
    assert stays in pooled.readers

    for idle in pooled.readers:
        os.kill(idle, signal.SIGKILL)
    assert is_vask(pooled.ask())
    # 6 questions were answered, and counted by one process, whoever read them
    assert metric(pooled.client, re.escape('quoth_questions_total{reason="",status="answered"}')) == 6
    assert "process_resident_memory_bytes" in pooled.client.get("/metrics").text


def test_readings_are_the_same_as_one_readers_and_its_errors_too(reader: TransformersReader) -> None:
    with closing(ReaderPool(load_settings(workers=2))) as pool:
        assert pool.read("When does the ferry sail?", PASSAGES) == reader.read("When does the ferry sail?", PASSAGES)
        spans = [(19, 23), (4, 9)]
        assert pool.compare("When does the ferry sail?", PASSAGES[0], spans) == reader.compare(
            "When does the ferry sail?", PASSAGES[0], spans
        )
        asked = ("Is there a ferry at nine?", PASSAGES[0])
        assert pool.decide(*asked) == reader.decide(*asked) is not None
        assert pool.count_tokens(["The ferry sails."]) == 4  # the full stop is one
        assert pool.sha256 == reader.sha256
        with pytest.raises(QuestionError, match="The question has 300 tokens; at most 128 are read"):
            pool.read("why " * 300, PASSAGES)
        with pytest.raises(QuestionError, match="The question has 300 tokens; at most 128 are read"):
            pool.compare("why " * 300, PASSAGES[0], spans)
        with pytest.raises(QuestionError, match="The question has 300 tokens; at most 128 are read"):
            pool.decide("is " * 300, PASSAGES[0])
        batches = pool.read_in_batches("When does the ferry sail?", PASSAGES)
        next(batches)
        batches.close()  # of two batches; the reader stops, and reads what is asked next
        for _ in range(2):
            assert pool.read("When does the office open?", PASSAGES) == reader.read(
                "When does the office open?", PASSAGES
            )


def test_a_reader_killed_while_it_is_idle_is_no_try_of_the_next_question(
    reader: TransformersReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.service.process.reader_pool._TRIES", 1)
    asked = ("When does the ferry sail?", PASSAGES[:2])
    with closing(ReaderPool(load_settings(workers=2))) as pool:
        pool.load()
        started = children(os.getpid())
        for idle in [child for child in started if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]:
            os.kill(idle, signal.SIGKILL)
        assert pool.read(*asked) == reader.read(*asked)  # asked while they die


@pytest.mark.parametrize(("path", "error"), [("nowhere", "There is no file or folder nowhere: check the spelling.")])
def test_a_path_that_cant_be_indexed_is_told_in_a_line_before_anything_is_started(
    tmp_path: Path, path: str, error: str
) -> None:
    assert ended_by_itself(tmp_path / "data", path).stderr == f"Error: {error}\n"


def test_a_model_that_cant_be_loaded_ends_the_start_with_one_line(tmp_path: Path) -> None:
    reader = tmp_path / "reader"
    reader.mkdir()
    (reader / "config.json").write_text("{}")
    loading, error, *others = ended_by_itself(tmp_path / "data", QUOTH_READER=str(reader)).stderr.splitlines()
    assert " Loading the models, then serving on http://127.0.0.1:" in loading
    assert error.startswith(f"Error: The model in {reader} can't be loaded (")
    assert error.endswith("): name a folder that holds all of one.")
    assert others == []


def ended_by_itself(data: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """What `quoth serve --workers 2` wrote until it ended, which it does with status 1."""
    command = ["--data", str(data), "serve", "--port", "0", "--workers", "2", *arguments]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with QuothProcess(*command, env={**os.environ, **environment}, cwd=ROOT, **pipes) as process:
        out, errors = process.communicate()
    assert process.returncode == 1, errors
    return subprocess.CompletedProcess(command, 1, out, errors)


def test_readers_end_when_the_process_that_serves_is_killed(tmp_path: Path) -> None:
    served = Pooled(tmp_path / "data")
    readers = served.readers
    assert len(readers) == 2
    served.process.kill()
    served.ended()
    while any(Path(f"/proc/{reader}").exists() and state(reader) != "Z" for reader in readers):
        time.sleep(0.01)
