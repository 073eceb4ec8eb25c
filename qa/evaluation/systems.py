"""The systems to evaluate in this process: the library over all documents, or its reader on the right document alone.

Every question is asked with min_confidence 0, so that all candidates come back and any threshold can be tried later.
`remote_system.py` asks a running server.
"""

import subprocess
import tempfile
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from index import model_files
from index.arithmetic import arithmetic_of
from index.errors import QuestionError, SettingsError
from index.retrieval import passages as retrieval
from index.retrieval.dense import DENSE
from index.retrieval.fusion import FUSED
from index.storage.base import StoredChunk
from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, GivenAnswer
from qa.answering.calibration import shipped
from qa.answering.questions import checked
from qa.answering.ranking import Comparer, RankedAnswer, rank
from qa.assembly import Engine, embedder_of, filter_of, reader_of
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Question
from qa.evaluation.rows import Candidate, Passage, Place, Reply
from qa.reading.reader import SHIPPED_READER
from qa.settings import Settings, load_settings

MAX_CANDIDATES = 20
# The scores of a passage that wasn't retrieved, as high as those of most first passages
WHOLE_DOCUMENT = {FUSED: 0.6, DENSE: 0.5}
# Settings that change the answers, except the threshold
_SETTINGS = ("embedder", "reader", "chunk_tokens", "chunk_overlap", "chunk_context", "retrieval", "top_k")


class System(Protocol):
    """Something that answers questions. `ask` may be called from several threads."""

    def describe(self) -> dict[str, Any]:
        """Kind, URL, version, commit, models and settings, for the results file."""

    def prepare(self, dataset: Dataset) -> list[DatasetProblem]:
        """Add the dataset's documents; returns a problem for each that the system refused."""

    def ask(self, question: Question) -> Reply:
        """Ask one question."""

    def chunks(self, document_id: str) -> list[StoredChunk] | None:
        """A document's chunks; None if the system doesn't show or make any."""

    def close(self) -> None:
        """Release everything, and remove what was added for this evaluation."""


def default_collection(dataset: Dataset) -> str:
    """The name of the collection made for a dataset."""
    return f"evaluate-{dataset.sha256[:8]}"


def reply_of(answer: Answer) -> Reply:
    """The answer of the library or a server as a reply."""
    passages = tuple(Passage(p.document_id, p.start, p.end, p.text, p.score, p.read) for p in answer.passages)
    return Reply(tuple(map(_candidate, answer.answers)), passages, asdict(answer.timings_ms))


def _candidate(answer: GivenAnswer) -> Candidate:
    places = tuple(Place(cited.document_id, cited.start, cited.end) for cited in answer.citations)
    # only answers of other forms than a span have a verdict or parts
    parts = tuple(part.text for part in getattr(answer, "parts", ()))
    return Candidate(answer.text, answer.confidence, answer.support, places, getattr(answer, "verdict", None), parts)


class Library:
    """The library, asked about all documents of one collection.

    `data` is the folder of the index; None makes a temporary index, which `close` removes.
    """

    def __init__(self, data: Path | None, collection: str) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="quoth-evaluate-") if data is None else None
        settings = load_settings(data=data)
        if self._temporary:
            settings = settings.over_folder(Path(self._temporary.name))
        self._collection = collection
        self._engine = Engine(settings, writing=True)

    def describe(self) -> dict[str, Any]:
        """Version, models and settings."""
        settings = self._engine.settings
        embedder = embedder_of(settings)
        return _description(settings, {"name": embedder.name, "sha256": embedder.sha256})

    def prepare(self, dataset: Dataset) -> list[DatasetProblem]:
        """Index new and changed documents. Raises SettingsError if the collection holds other documents."""
        with self._engine.store.view(SEES_ALL) as view:
            present = {summary.id for summary in view.summaries(self._collection)}
        refuse_other_documents(present, dataset, self._collection)
        with tqdm(desc="embedding", unit="chunk", leave=False, disable=None) as bar:

            def embedded(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            for _ in self._engine.indexer.add_all(dataset.documents, self._collection, embedded):
                pass
        self._engine.load()
        return []

    def ask(self, question: Question) -> Reply:
        """Ask one question with its history."""
        where = filter_of(self._collection)
        try:
            answer = self._engine.ask(
                SEES_ALL, question.text, where, max_answers=MAX_CANDIDATES, min_confidence=0.0, history=question.history
            )
        except QuestionError:
            return Reply(refused=True)
        return reply_of(answer)

    def chunks(self, document_id: str) -> list[StoredChunk] | None:
        """A document's chunks."""
        with self._engine.store.view(SEES_ALL) as view:
            return view.chunks_of(document_id, self._collection)

    def close(self) -> None:
        """Close the index, and remove a temporary one."""
        self._engine.close()
        if self._temporary:
            self._temporary.cleanup()


class ReadingOnly:
    """The library's reader and ranking on the question's own document, read whole; nothing is retrieved."""

    def __init__(self) -> None:
        self._settings = load_settings()
        self._reader = reader_of(self._settings)
        fitted = shipped()  # nothing is retrieved, so only the reader must be the one it was fitted with
        self._calibration = fitted if fitted.fitted_with.reader == self._reader.sha256 else None
        self._texts: dict[str, str] = {}

    def describe(self) -> dict[str, Any]:
        """Version, reader and settings; the embedder isn't used."""
        return _description(self._settings, None)

    def prepare(self, dataset: Dataset) -> list[DatasetProblem]:
        """Keep the documents' texts and load the reader."""
        self._texts = {document.id: document.text for document in dataset.documents}
        self._reader.load()
        return []

    def ask(self, question: Question) -> Reply:
        """Ask one question with its history."""
        passage = _whole(str(question.document_id), self._texts[str(question.document_id)])
        try:
            asked = checked(question.text)
            readings = self._reader.read(asked, [passage.text])
        except QuestionError:
            return Reply(refused=True)
        compare = Comparer(self._reader, asked)
        ranked = rank([passage], readings, self._calibration, question=question.text, compare=compare)
        candidates = [one for one in ranked if one.is_sure(0.0)][:MAX_CANDIDATES]
        read = Passage(passage.document_id, 0, passage.end, passage.text, round(passage.signal(FUSED), 6))
        return Reply(tuple(map(_ranked_candidate, candidates)), (read,))

    def chunks(self, document_id: str) -> list[StoredChunk] | None:  # noqa: ARG002  # nothing is cut
        """None: nothing is cut."""
        return None

    def close(self) -> None:
        """Nothing to release."""


def refuse_other_documents(present: set[str], dataset: Dataset, collection: str) -> None:
    """Raise SettingsError if a collection with the documents `present` has some that aren't the dataset's.

    Questions would be answered from them, too.
    """
    if others := present - {document.id for document in dataset.documents}:
        raise SettingsError(
            f"The collection {collection!r} holds {len(others)} documents that aren't the dataset's, such as "
            f"{min(others)!r}: name another with --collection."
        )


def _whole(document_id: str, text: str) -> retrieval.Passage:
    """A document as the only passage, scored like a usual first passage."""
    return retrieval.Passage(document_id, 0, len(text), text, rank=1, signals=WHOLE_DOCUMENT)


def _ranked_candidate(answer: RankedAnswer) -> Candidate:
    places = tuple(Place(place.passage.document_id, place.start, place.end) for place in answer.places(0.0))
    confidence = None if answer.confidence is None else round(answer.confidence, 4)
    return Candidate(answer.candidates[0].text, confidence, citations=places)


def _description(settings: Settings, embedder: dict[str, str] | None) -> dict[str, Any]:
    folder = model_files.locate(settings.reader) if settings.reader else SHIPPED_READER
    reader = {"name": settings.reader or "shipped", "sha256": model_files.sha256(folder)}
    return {
        "kind": "library",
        "url": None,
        "version": version("quoth"),
        "commit": commit(),
        "models": {"embedder": embedder, "reader": reader},
        "settings": {
            **{name: getattr(settings, name) for name in _SETTINGS},
            "arithmetic": arithmetic_of(settings.precision),
        },
    }


def commit() -> str | None:
    """The git commit of the running code, None if it isn't a checkout or git isn't installed."""
    # --git-dir keeps git from searching the folders above, where another project's repository may be
    command = ["git", "--git-dir", str(Path(__file__).resolve().parents[2] / ".git"), "rev-parse", "--verify", "HEAD"]
    with suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()  # noqa: S603
    return None
