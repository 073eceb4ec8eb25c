"""Two processes writing one data file: every write is there in the order of the versions, and none is lost."""

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.chunking import Chunk
from index.documents import Document
from index.errors import NotFoundError
from index.signature import Signature
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

SIGNATURE = Signature("toy", "0" * 64, 3, 100, 10)


def write(path: Path, name: str, writes: int) -> None:
    """Add, replace and delete a few documents again and again, and print (version, id, text or null, replaced)."""
    rng, store = random.Random(name), SQLiteStore.create(path, SIGNATURE)  # noqa: S311  # not for secrets
    for number in range(writes):
        document_id, text = rng.choice("abcdef"), f"written by {name} as its number {number}"
        if rng.random() < 0.3:
            try:
                print(json.dumps([store.delete(document_id, "default"), document_id, None, True]))
            except NotFoundError:
                print("null")
            continue
        chunks = [Chunk(0, 10), Chunk(10, len(text))]
        vectors = np.array([[1, 0, 0], [0, 1, 0]], np.float32)
        written = store.put(Document(document_id, document_id, text), chunks, vectors, "default")
        print(json.dumps([written.version, document_id, text, written.replaced]))
    store.close()


@pytest.mark.parametrize("count", [80, pytest.param(1000, marks=pytest.mark.long)])
def test_no_write_of_two_processes_is_lost(tmp_path: Path, count: int) -> None:
    path = tmp_path / "data" / FILE_NAME  # which both make
    command = [sys.executable, __file__, str(path), str(count)]
    processes = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in ("one", "two")]
    printed = [process.communicate(timeout=600)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    told = [[line for line in map(json.loads, lines.splitlines()) if line] for lines in printed]
    for lines in told:
        assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    writes = sorted(told[0] + told[1])
    assert [version for version, *_ in writes] == list(range(1, len(writes) + 1))
    expected: dict[str, str] = {}
    for _, document_id, text, replaced in writes:
        assert (document_id in expected) == replaced
        expected.pop(document_id, None)
        if text is not None:
            expected[document_id] = text
    store = SQLiteStore(path, SIGNATURE, read_only=True)
    with store.view(SEES_ALL) as snapshot:
        assert {document.id: document.text for _, document in snapshot.documents()} == expected
        assert snapshot.version == len(writes)
    assert store.verify().faults == ()
    store.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[3], int(sys.argv[2]))
