"""Settings → an `Engine` of store, embedder, retriever, reader and answerer, for the service and the command line."""

import logging
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.arithmetic import Arithmetic, arithmetic_of
from index.documents import DEFAULT_COLLECTION, Scalar
from index.embedding import Embedder, SentenceTransformerEmbedder
from index.errors import SettingsError
from index.indexing import Indexer, Progress, signature_of
from index.language.base import Language
from index.language.registry import language_of
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.retrieval.stages import stages_of
from index.signature import Signature
from index.storage.base import Filter
from index.storage.principals import SEES_ALL, Principal
from index.storage.replicas import Replica
from index.stores import create_store, open_replica, open_store
from qa.answering.answerer import Answerer
from qa.answering.answers import Answer, Event, Found
from qa.answering.calibration import FittedWith
from qa.answering.questions import Turn
from qa.answering.ranking import Comparer
from qa.reading.reader import Reader, TransformersReader
from qa.reading.spans import Reading
from qa.settings import Settings

log = logging.getLogger(__name__)


class Engine:
    """Answers, searches and, if `writing`, indexes one store. Safe to share between threads.

    Opened for writing it makes the store if there is none. `reader` takes the place of the one that the settings name.
    Models are loaded by the first text, or by `load`. Raises what the store raises, SettingsError for a chunk size that
    the embedder doesn't support, and ModelError for an embedder or reader that can't be found.
    """

    def __init__(self, settings: Settings, *, writing: bool, reader: Reader | None = None) -> None:
        self.settings = settings
        self._loaded_in: float | None = None
        self._embedder = embedder_of(settings)
        self._reader = reader or reader_of(settings)
        self._signature = _signature(settings, self._embedder)
        url = settings.store_url
        self.store = create_store(url, self._signature) if writing else open_store(url, self._signature, read_only=True)
        self._replica = self._replica_of(settings.store_read)

    def load(self) -> float:
        """Load the models and the default collection's vectors now, so that the first question is as quick as any.

        Returns the seconds that the first call took. Raises ModelError for a folder without a model that can be loaded.
        """
        began = time.perf_counter()
        self._reader.load()
        self.search(SEES_ALL, "Ready?", Filter())
        if self._loaded_in is None:
            self._loaded_in = time.perf_counter() - began
            log.info("The models multiply in %s (QUOTH_PRECISION is %s).", self.arithmetic, self.settings.precision)
            self._warn_of_collections()
        return self._loaded_in

    def _warn_of_collections(self) -> None:
        """Say which collections have a language and no document: they may be made later, or be a slip of the pen."""
        with self.store.view(SEES_ALL) as view:
            known = view.collections()
        for collection in self.settings.collection_languages:
            if known and collection not in known:
                log.warning(
                    "QUOTH_COLLECTION_LANGUAGES names the language of %r, but there is no such collection yet: "
                    "known are %s.", collection, ", ".join(known),
                )  # fmt: skip

    @property
    def arithmetic(self) -> Arithmetic:
        """What the models multiply in."""
        return arithmetic_of(self.settings.precision)

    @property
    def replica_reads(self) -> Mapping[tuple[str, str], int]:
        """(What was read for questions, why not the replica) → how often; empty without a replica."""
        return {} if self._replica is None else self._replica.reads()

    def close(self) -> None:
        """Close the store and its replica."""
        if self._replica:
            self._replica.close()
        self.store.close()

    @cached_property
    def indexer(self) -> Indexer:
        """The indexer of this store."""
        return Indexer(self.store, self._embedder, self._signature, self.settings.parse_limits)

    def ask(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int | None = None,
        max_answers: int = 1,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        proceed: Callable[[int], None] | None = None,
    ) -> Answer:
        """Answer a question as `Answerer.ask` does; `top_k` and `min_confidence` default to the settings.

        If `top_k` is named, so many passages are read; else those too far behind the first aren't.
        """
        return self._answerer.ask(
            principal,
            question,
            where,
            top_k=self.settings.top_k if top_k is None else top_k,
            read_all=top_k is not None,
            max_answers=max_answers,
            min_confidence=min_confidence,
            history=history,
            proceed=proceed,
        )

    def stream(
        self,
        principal: Principal,
        question: str,
        where: Filter,
        *,
        top_k: int | None = None,
        max_answers: int = 1,
        min_confidence: float | None = None,
        history: Sequence[Turn] = (),
        candidates: bool = True,
    ) -> Generator[Event, None, None]:
        """Answer a question as `Answerer.stream` does, yielding events on the way; defaults as in `ask`."""
        return self._answerer.stream(
            principal,
            question,
            where,
            top_k=self.settings.top_k if top_k is None else top_k,
            read_all=top_k is not None,
            max_answers=max_answers,
            min_confidence=min_confidence,
            history=history,
            candidates=candidates,
        )

    def consider(
        self, principal: Principal, question: str, where: Filter, history: Sequence[Turn] = ()
    ) -> tuple[list[Passage], list[Reading], Comparer]:
        """The passages retrieved for a question, the reading of each, and what reads candidates together, unranked.

        Raises as `ask` does.
        """
        return self._answerer.consider(principal, question, where, top_k=self.settings.top_k, history=history)

    def search(self, principal: Principal, question: str, where: Filter, *, top_k: int | None = None) -> Found:
        """Retrieve passages without reading. Raises as `ask` does."""
        top_k = self.settings.top_k if top_k is None else top_k
        return self._answerer.search(principal, question, where, top_k=top_k)

    def embed_questions(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions in their order, (len(questions), dimension)."""
        return np.stack([self._embedder.embed_query(question) for question in questions])

    def count_tokens(self, texts: Sequence[str]) -> int:
        """The number of the reader's tokens in all texts together."""
        return self._reader.count_tokens(texts)

    def language_in(self, collection: str) -> Language:
        """The language of a collection's documents and questions."""
        return language_of(self._signature.language_in(collection))

    def fitted_with(self, collection: str) -> FittedWith:
        """The models and settings that a calibration of this engine's answers from a collection depends on."""
        return FittedWith(
            reader=self._reader.sha256,
            embedder=self._signature.embedder_sha256,
            retrieval=self._retriever.describe(),
            chunking=self._signature.chunking(collection),
        )

    @cached_property
    def _retriever(self) -> Retriever:
        return Retriever(self._embedder, stages_of(self.settings.retrieval))

    @cached_property
    def _answerer(self) -> Answerer:
        threshold = self.settings.min_confidence
        views = self._replica or self.store
        return Answerer(views, self._retriever, self._reader, min_confidence=threshold)

    def _replica_of(self, url: str | None) -> Replica | None:
        try:
            return None if url is None else open_replica(url, self.store, self._signature)
        except SettingsError:
            self.store.close()
            raise


def embedder_of(settings: Settings) -> Embedder:
    """The embedder that the settings name, loaded by its first text. Raises ModelError if it can't be found."""
    return SentenceTransformerEmbedder(settings.embedder, precision=settings.precision)


def reader_of(settings: Settings) -> Reader:
    """The reader that the settings name, else the shipped one, loaded by its first question.

    Raises ModelError if it can't be found.
    """
    return TransformersReader(settings.reader, precision=settings.precision)


def filter_of(
    collection: str = DEFAULT_COLLECTION,
    document_ids: Sequence[str] | None = None,
    metadata: Mapping[str, Scalar] | None = None,
) -> Filter:
    """The filter of a request or a command line."""
    return Filter(collection, None if document_ids is None else tuple(document_ids), metadata or {})


def rebuild(settings: Settings, progress: Progress | None = None) -> int:
    """Chunk and embed every stored document anew with these settings; returns their number.

    A store that an older Quoth made is upgraded. Raises SettingsError if they name the language of a collection that
    isn't there.
    """
    embedder = embedder_of(settings)
    signature = _signature(settings, embedder)
    store = open_store(settings.store_url, older=True)
    try:
        with store.view(SEES_ALL) as view:
            _check_collections(settings.collection_languages, view.collections())
        return Indexer(store, embedder, signature).rebuild(progress)
    finally:
        store.close()


def _signature(settings: Settings, embedder: Embedder) -> Signature:
    return signature_of(
        embedder,
        settings.chunk_tokens,
        settings.chunk_overlap,
        settings.chunk_context,
        language_of(settings.language),
        {collection: language_of(code) for collection, code in settings.collection_languages.items()},
    )


def _check_collections(languages: Mapping[str, str], known: Mapping[str, int]) -> None:
    for collection in languages:
        if collection not in known:
            raise SettingsError(
                f"QUOTH_COLLECTION_LANGUAGES names the language of {collection!r}, but there is no such collection: "
                f"known are {', '.join(known) or 'none'}."
            )
