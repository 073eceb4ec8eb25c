"""What is evaluated, in process: the library over all documents, or its reader on the right one.

Every question is asked with min_confidence 0, so that all candidates come back and the threshold can be chosen later.
A running server is asked by `remote_system.py`.
"""

import tempfile
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from index import model_files
from index.errors import QuestionError, SettingsError
from index.retrieval import passages as retrieval
from index.retrieval.fusion import FUSED
from index.storage.base import StoredChunk
from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, GivenAnswer
from qa.answering.calibration import shipped
from qa.answering.questions import checked
from qa.answering.ranking import RankedAnswer, rank
from qa.assembly import Engine, embedder_of, filter_of, reader_of
from qa.evaluation.datasets.dataset import Dataset, Problem, Question
from qa.evaluation.rows import Candidate, Passage, Place, Reply
from qa.reading.reader import SHIPPED_READER
from qa.settings import Settings, load_settings

MAX_CANDIDATES = 20
GIVEN_SCORE = 0.6  # the fused score of a passage that is given, not found
# Settings that change what is answered, the threshold apart
_SETTINGS = ("embedder", "reader", "chunk_tokens", "chunk_overlap", "chunk_context", "retrieval", "top_k")


class System(Protocol):
    """Something that answers questions. `ask` may be called from several threads."""

    def describe(self) -> dict[str, Any]:
        """Kind, url, version, models and settings, for the results."""

    def prepare(self, dataset: Dataset) -> list[Problem]:
        """Bring the documents; returns a problem for each that couldn't be brought."""

    def ask(self, question: Question) -> Reply:
        """Ask one question."""

    def chunks(self, document_id: str) -> list[StoredChunk] | None:
        """How a document was cut; None where that can't be known or doesn't matter."""

    def close(self) -> None:
        """Let go of everything, and remove what was brought only for this."""


def default_collection(dataset: Dataset) -> str:
    """The collection that a dataset's documents go into."""
    return f"evaluate-{dataset.sha256[:8]}"


def reply_of(answer: Answer) -> Reply:
    """What the library or a server answered → a reply."""
    passages = tuple(Passage(p.document_id, p.start, p.end, p.text, p.score) for p in answer.passages)
    return Reply(tuple(map(_candidate, answer.answers)), passages, asdict(answer.timings_ms))


def _candidate(answer: GivenAnswer) -> Candidate:
    places = tuple(Place(cited.document_id, cited.start, cited.end) for cited in answer.citations)
    # an answer that has another form than a span says its verdict, or its parts
    parts = tuple(part.text for part in getattr(answer, "parts", ()))
    return Candidate(answer.text, answer.confidence, answer.support, places, getattr(answer, "verdict", None), parts)


class Library:
    """The library, asked over all documents of one collection.

    `data` is the folder of the index, None for one that is removed at the end.
    """

    def __init__(self, data: Path | None, collection: str) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="quoth-evaluate-") if data is None else None
        folder = Path(self._temporary.name) if self._temporary else data
        self._collection = collection
        self._engine = Engine(load_settings(data=folder), writing=True)

    def describe(self) -> dict[str, Any]:
        """Version, models and settings."""
        settings = self._engine.settings
        embedder = embedder_of(settings)
        return _described(settings, {"name": embedder.name, "sha256": embedder.sha256})

    def prepare(self, dataset: Dataset) -> list[Problem]:
        """Index what isn't there unchanged. Raises SettingsError where the collection holds other documents too."""
        with self._engine.store.view(SEES_ALL) as view:
            there = {summary.id for summary in view.summaries(self._collection)}
        only_these(there, dataset, self._collection)
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
        """How a document was cut."""
        with self._engine.store.view(SEES_ALL) as view:
            return view.chunks_of(document_id, self._collection)

    def close(self) -> None:
        """Let go of everything, and remove an index that was made only for this."""
        self._engine.close()
        if self._temporary:
            self._temporary.cleanup()


class ReadingOnly:
    """The library's reader and ranking, given the question's own document whole: nothing is retrieved."""

    def __init__(self) -> None:
        self._settings = load_settings()
        self._reader = reader_of(self._settings)
        fitted = shipped()  # what is retrieved doesn't matter here, so that only the reader must be the same
        self._calibration = fitted if fitted.fitted_with.reader == self._reader.sha256 else None
        self._texts: dict[str, str] = {}

    def describe(self) -> dict[str, Any]:
        """The reader and the settings; there is no embedder in it."""
        return _described(self._settings, None)

    def prepare(self, dataset: Dataset) -> list[Problem]:
        """Keep the texts."""
        self._texts = {document.id: document.text for document in dataset.documents}
        self._reader.load()
        return []

    def ask(self, question: Question) -> Reply:
        """Ask one question with its history."""
        passage = _whole(str(question.document_id), self._texts[str(question.document_id)])
        try:
            readings = self._reader.read(checked(question.text), [passage.text])
        except QuestionError:
            return Reply(refused=True)
        ranked = [one for one in rank([passage], readings, self._calibration) if one.is_sure(0.0)][:MAX_CANDIDATES]
        read = Passage(passage.document_id, 0, passage.end, passage.text, round(passage.signal(FUSED), 6))
        return Reply(tuple(map(_ranked_candidate, ranked)), (read,))

    def chunks(self, document_id: str) -> list[StoredChunk] | None:  # noqa: ARG002  # nothing is cut
        """None: nothing is cut."""
        return None

    def close(self) -> None:
        """Let go of everything."""


def only_these(there: set[str], dataset: Dataset, collection: str) -> None:
    """Raise SettingsError if a collection has documents that aren't the dataset's: they would be answered from too."""
    if others := there - {document.id for document in dataset.documents}:
        raise SettingsError(
            f"The collection {collection!r} holds {len(others)} documents that aren't the dataset's, such as "
            f"{min(others)!r}: name another with --collection."
        )


def _whole(document_id: str, text: str) -> retrieval.Passage:
    """A document as the one passage found, as near to the question as what is found first usually is."""
    return retrieval.Passage(document_id, 0, len(text), text, rank=1, signals={FUSED: GIVEN_SCORE})


def _ranked_candidate(answer: RankedAnswer) -> Candidate:
    places = tuple(Place(place.passage.document_id, place.start, place.end) for place in answer.places(0.0))
    confidence = None if answer.confidence is None else round(answer.confidence, 4)
    return Candidate(answer.candidates[0].text, confidence, citations=places)


def _described(settings: Settings, embedder: dict[str, str] | None) -> dict[str, Any]:
    folder = model_files.locate(settings.reader) if settings.reader else SHIPPED_READER
    reader = {"name": settings.reader or "shipped", "sha256": model_files.sha256(folder)}
    return {
        "kind": "library",
        "url": None,
        "version": version("quoth"),
        "commit": commit(),
        "models": {"embedder": embedder, "reader": reader},
        "settings": {name: getattr(settings, name) for name in _SETTINGS},
    }


def commit() -> str | None:
    """The git commit of the code that runs, None where it isn't a checkout."""
    git = Path(__file__).resolve().parents[2] / ".git"
    if git.is_file():  # a worktree's names its folder
        git = Path(git.read_text(encoding="utf-8").removeprefix("gitdir:").strip())
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        shared = git / "commondir"
        common = git / shared.read_text(encoding="utf-8").strip() if shared.exists() else git
        name = head.removeprefix("ref: ")
        if (common / name).exists():
            return (common / name).read_text(encoding="utf-8").strip()
        packed = (common / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
    except OSError:
        return None
