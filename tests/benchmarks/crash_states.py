"""What a data file must hold after a crash: every acknowledged write, and of each unacknowledged one all or nothing.

ledger.begin("harbour/ivel", text)   # before a write is sent; None for a deletion
ledger.acknowledge("harbour/ivel", version)
ledger.settle(path, embed, prefix)   # after the crash: reopens the file and returns what is wrong
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.documents import Document
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import SQLiteStore
from index.storage.sqlite.view import SQLiteView

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Prefix = Callable[[Document, int], str]  # what is embedded in front of the chunk that starts there
Texts = dict[str, str | None]  # document id → its text; None: it isn't there

_CONSONANTS, _VOWELS = "bdfghklmnprstvz", "aeiou"
_FILLER = (
    "The quay was mended in spring, and ships of every size come in with the tide.",
    "Salt, timber and slate are what most of them carry – and now and then a piano 🎹.",
    "Gulls wait on the roofs until the nets are hauled ashore.\r\n",
    "On clear days the far lighthouse can be seen; on others it is heard.",
    "Naïve visitors ask for the café, which closed in e\u0301té of the year before.\n\n",
    "Fees are paid at the customs house by whoever arrives first.",
)
_TOLERANCE = 1e-3  # of a vector's components: embedding alone or in a batch differs by less than 1e-5
_DEAD_LOOKED_FOR = 25  # words of documents that are gone, looked for after each crash


def invented(rng: random.Random, syllables: int) -> str:
    """A word that stands nowhere else."""
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(syllables)).capitalize()


def text_of(rng: random.Random, place: str, sentences: int) -> str:
    """A document on a place, with a harbour master nobody else has: one sentence says who, `sentences` are filler."""
    filler = [rng.choice(_FILLER) for _ in range(sentences)]
    said = f"The harbour master of {place} is {invented(rng, 5)}."
    filler.insert(rng.randrange(len(filler) + 1), said)
    return f"About {place}. " + " ".join(filler)


def word_of(text: str) -> str:
    """The harbour master that a document of `text_of` names."""
    return text.split("The harbour master of ")[1].split(" is ")[1].split(".")[0]


def stored_texts(path: Path) -> Texts:
    """What is in the file."""
    store = SQLiteStore(path, read_only=True)
    try:
        with store.view(SEES_ALL) as snapshot:
            return {document.id: document.text for _, document in snapshot.documents()}
    finally:
        store.close()


def no_prefix(document: Document, start: int) -> str:  # what every prefix is given
    """Nothing in front of a chunk."""
    return ""


@dataclass
class Ledger:
    """What was acknowledged, what is under way, and what may stand instead of all of it once a restore is through."""

    known: Texts = field(default_factory=dict)
    pending: Texts = field(default_factory=dict)
    instead: Texts | None = None
    version: int = 0
    dead: list[str] = field(default_factory=list)
    acknowledged: int = 0
    kept: int = 0  # writes that nobody was told of, and that are there nevertheless
    undone: int = 0  # and those of which nothing is there
    refused: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def documents(self) -> int:
        """How many there are."""
        return len(_there(self.known))

    def begin(self, document_id: str, text: str | None) -> None:
        """A write is about to be sent."""
        with self.lock:
            self.pending[document_id] = text

    def acknowledge(self, document_id: str, version: int | None = None) -> None:
        """It was answered; `version` where the answer names the one that has it."""
        with self.lock:
            self._becomes(document_id, self.pending.pop(document_id))
            self.acknowledged += 1
            if version is not None:
                self.version = max(self.version, version)

    def refuse(self, document_id: str) -> None:
        """It was answered that nothing was changed."""
        with self.lock:
            del self.pending[document_id]
            self.refused += 1

    def settle(self, path: Path, embed: Embed, prefix: Prefix = no_prefix) -> list[str]:
        """Reopen the file after a crash, take over what is there, and return what must not be so.

        Each chunk's vector must be that which `embed` makes of its `prefix` and its text.
        """
        store = SQLiteStore(path, read_only=True)
        try:
            faults = [f"{fault.where}: {fault.what}" for fault in store.verify().faults]
            with store.view(SEES_ALL) as snapshot:
                wrong = [*faults, *self._settled(snapshot), *self._found(snapshot, embed, prefix)]
        finally:
            store.close()
        return wrong

    def _settled(self, snapshot: SQLiteView) -> list[str]:
        wrong = []
        if snapshot.version < self.version:
            wrong.append(f"version {self.version} was acknowledged, but the file is at {snapshot.version}")
        self.version = snapshot.version
        found: Texts = {document.id: document.text for _, document in snapshot.documents()}
        if self.instead is not None and found == _there(self.instead):
            for document_id in {*self.known, *self.instead}:
                self._becomes(document_id, self.instead.get(document_id))
            self.kept += 1
        for document_id in {*found, *self.known, *self.pending}:
            there = found.get(document_id)
            if document_id in self.pending and there == self.pending[document_id]:
                if there != self.known.get(document_id):
                    self.kept += 1
                self._becomes(document_id, there)
            elif there == self.known.get(document_id):
                self.undone += document_id in self.pending
            else:
                wrong.append(f"{document_id}: {_told(there)} stands where {_told(self.known.get(document_id))} should")
        self.pending.clear()
        self.instead = None
        return wrong

    def _found(self, snapshot: SQLiteView, embed: Embed, prefix: Prefix) -> list[str]:
        """What full-text index, chunks and vectors say of the documents, and of those that are gone."""
        wrong = []
        for document_id, text in _there(self.known).items():
            of = self._having(snapshot, word_of(text))
            if of != {document_id}:
                wrong.append(f"{document_id}: its word is found in {of or 'nothing'}")
        for word in self.dead[-_DEAD_LOOKED_FOR:]:
            if of := self._having(snapshot, word):
                wrong.append(f"{word} is gone with its document, but is found in {of}")
        documents = {document.id: document for _, document in snapshot.documents()}
        last_written = list(_there(self.known))[-3:]
        for document_id, document in ((name, documents[name]) for name in last_written if name in documents):
            chunks = sorted(snapshot.chunks_of(document_id, "default"), key=lambda chunk: chunk.key)
            keys = np.array([chunk.key for chunk in chunks], np.int64)
            expected = embed([prefix(document, chunk.start) + chunk.text for chunk in chunks])
            if not np.allclose(snapshot.vectors(keys, expected.shape[1]), expected, atol=_TOLERANCE):
                wrong.append(f"{document_id}: its vectors are not its chunks'")
        return wrong

    def _having(self, snapshot: SQLiteView, word: str) -> set[str]:
        found = snapshot.matching([word], Filter(), 20)
        return {chunk.document_id for chunk in snapshot.chunks(list(found)).values()}

    def _becomes(self, document_id: str, text: str | None) -> None:
        before = self.known.pop(document_id, None)  # so that what was written last stands last
        if before is not None and before != text:
            self.dead.append(word_of(before))
        if text is not None and word_of(text) in self.dead:  # which a restore brought back
            self.dead.remove(word_of(text))
        self.known[document_id] = text


def document_of(document_id: str, text: str) -> Document:
    """As the library stores it."""
    return Document(document_id, document_id, text)


def _there(texts: Texts) -> dict[str, str]:
    return {document_id: text for document_id, text in texts.items() if text is not None}


def _told(text: str | None) -> str:
    return "nothing" if text is None else f"the text that names {word_of(text)}"
