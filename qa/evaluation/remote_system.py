"""A running server as the system that is evaluated, asked over HTTP: of documents put there for it, or of its own."""

from contextlib import suppress
from typing import Any

from tqdm import tqdm

from index.documents import DEFAULT_COLLECTION, Document
from index.errors import DocumentError, NotFoundError, QuestionError, QuothError, SettingsError
from index.formats.registry import TEXT_MEDIA_TYPES
from index.formats.text import TEXT
from index.storage.base import StoredChunk
from qa.client import Client
from qa.evaluation.datasets.dataset import Dataset, Find, Problem, Question
from qa.evaluation.rows import Reply
from qa.evaluation.systems import MAX_CANDIDATES, default_collection, only_these, reply_of

_SECONDS = 300.0  # one question waits behind as many others as are asked at once


def finder(client: Client, collection: str) -> Find:
    """Finds documents of a server's collection by their ids."""

    def find(document_id: str) -> Document | None:
        with suppress(NotFoundError):
            return client.document(document_id, collection)
        return None

    return find


class RemoteSystem:
    """The server at `url`, asked over one collection: by default one of the dataset's own, into which its documents are
    put, or, where the dataset is of what is served already, the default one, in which nothing is changed.

    In reading mode each question is asked of its own document alone. Documents that weren't there before, and all of
    those in the dataset's own collection, are deleted at the end unless `keep`. Raises what `Client` raises, and
    SettingsError for a collection that holds other documents too, or, of what is served, none.
    """

    def __init__(self, url: str, *, api_key: str | None, collection: str | None, reading: bool, keep: bool) -> None:
        self._client = Client(url, api_key=api_key, timeout=_SECONDS)
        self._collection = collection or ""
        self._reading = reading
        self._keep = keep
        self._brought: list[str] = []

    def describe(self) -> dict[str, Any]:
        """Kind, URL and version; a server doesn't say its models and settings."""
        return {
            "kind": "server",
            "url": self._client.url,
            "version": self._client.version(),
            "commit": None,
            "models": {"embedder": None, "reader": None},
            "settings": None,
        }

    def prepare(self, dataset: Dataset) -> list[Problem]:
        """Put the documents, if it isn't served; one that the server can't read is a problem."""
        if dataset.served:
            self._collection = self._collection or DEFAULT_COLLECTION
            if next(self._client.documents(self._collection), None) is None:
                raise SettingsError(
                    f"{self._client.url} has no documents in the collection {self._collection!r}: name another with "
                    "--collection, or what to put there with --documents."
                )
            return []
        own = not self._collection
        self._collection = self._collection or default_collection(dataset)
        there = {document.id for document in self._client.documents(self._collection)}
        only_these(there, dataset, self._collection)
        refused = []
        with tqdm(
            total=len(dataset.documents), desc="putting documents", unit="document", leave=False, disable=None
        ) as bar:
            for document in dataset.documents:
                if own or document.id not in there:
                    self._brought.append(document.id)
                try:
                    self._client.add(
                        document.id,
                        document.text,
                        title=document.title[:1024],
                        media_type=document.media_type if document.media_type in TEXT_MEDIA_TYPES else TEXT.media_type,
                        collection=self._collection,
                    )
                except DocumentError as error:
                    refused.append(Problem("refused_documents", document.id, str(error)))
                bar.update()
        return refused

    def ask(self, question: Question) -> Reply:
        """Ask one question with its history."""
        try:
            answer = self._client.ask(
                question.text,
                collection=self._collection,
                document_ids=[str(question.document_id)] if self._reading else None,
                max_answers=MAX_CANDIDATES,
                min_confidence=0.0,
                history=question.history,
            )
        except QuestionError:
            return Reply(refused=True)
        return reply_of(answer)

    def chunks(self, document_id: str) -> list[StoredChunk] | None:  # noqa: ARG002  # a server doesn't say
        """None: a server doesn't show its chunks."""
        return None

    def close(self) -> None:
        """Delete what was brought only for this."""
        if not self._keep:
            with suppress(QuothError):  # what went wrong before matters more
                for document_id in self._brought:
                    with suppress(NotFoundError):
                        self._client.delete(document_id, self._collection)
        self._client.close()
