"""Where the processes to be killed work, what has been measured of them, and the documents that `quoth index` is given."""

import math
import random
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crash_processes import Child, quoth
from crash_states import Ledger, Texts, invented, text_of, word_of

from index.storage.sqlite.store import FILE_NAME

PLACES = 30


class LostError(AssertionError):
    """Something a crash must not do."""


@dataclass
class Bench:
    """Where the processes work, what they must have kept, and what has been measured so far."""

    folder: Path
    rng: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    toys: Ledger = field(default_factory=Ledger)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    asked: int = 0
    backed_up: Texts = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Name the places, each a document's id."""
        self.places = {f"harbour/{(name := invented(self.rng, 3)).lower()}.md": name for _ in range(PLACES)}
        (self.folder / "harbour").mkdir(parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        """The folder of the data file that commands write."""
        return self.folder / "data"

    @property
    def data_file(self) -> Path:
        """The data file that commands write."""
        return self.data / FILE_NAME

    @property
    def toy_file(self) -> Path:
        """The data file that the library alone writes."""
        return self.folder / "toy" / FILE_NAME

    @property
    def log(self) -> Path:
        """What the process under way prints."""
        return self.folder / "log.txt"

    def took(self, what: str, began: float) -> None:
        """Note how long something took that began then."""
        self.seconds.setdefault(what, []).append(time.perf_counter() - began)

    def within(self, what: str, times: float = 1.0) -> float:
        """A random moment in `times` the seconds that `what` usually takes; never, where that isn't known yet."""
        taken = self.seconds.get(what)
        return self.rng.uniform(0, times * statistics.median(taken[-30:])) if taken else math.inf

    def new_text(self, document_id: str) -> str:
        """Something new to say of a document's place, of 1 to about 4 chunks."""
        return text_of(self.rng, self.places[document_id], self.rng.choice([1, 1, 2, 4, 12]))

    def written(self) -> list[str]:
        """The ids of documents that are there."""
        return [document_id for document_id, text in self.ledger.known.items() if text is not None]

    def question(self, document_id: str) -> str:
        """What its document answers."""
        return f"Who is the harbour master of {self.places[document_id]}?"

    def answer(self, document_id: str) -> str:
        """What the question must be answered with."""
        return word_of(str(self.ledger.known[document_id]))


def begin_index(bench: Bench, ids: Sequence[str], log: Path) -> Child:
    """`quoth index` of the folder in which these documents are new; the others' files are as they are stored."""
    for document_id, text in bench.ledger.known.items():
        path = bench.folder / document_id
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(text.encode())
    for document_id in ids:
        text = bench.new_text(document_id)
        (bench.folder / document_id).write_bytes(text.encode())
        bench.ledger.begin(document_id, text)
    return quoth(bench.data, ["index", *ids], log, bench.folder)


def note_indexed(bench: Bench, child: Child) -> None:
    for line in child.lines():
        if found := re.match(r"(?:added|replaced) +(\S+)  \d+ chunks", line):
            bench.ledger.acknowledge(found[1])


def fill(bench: Bench) -> None:
    """Index documents to begin with, unharmed."""
    child = begin_index(bench, list(bench.places)[:12], bench.log)
    if code := child.finish():
        raise LostError(f"`quoth index` ended with {code}: {child.lines()[-5:]}")
    bench.took("index", child.began)
    note_indexed(bench, child)
