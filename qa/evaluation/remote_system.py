"""A running server as the system to evaluate, asked over HTTP about its own documents or about those of a dataset."""

from contextlib import suppress
from typing import Any

from tqdm import tqdm

from index.documents import DEFAULT_COLLECTION, Document
from index.errors import DocumentError, NotFoundError, QuestionError, QuothError, SettingsError
from index.formats.registry import TEXT_MEDIA_TYPES
from index.formats.text import TEXT
from index.storage.base import StoredChunk
from qa.client import Client
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Find, Question
from qa.evaluation.rows import Reply
from qa.evaluation.systems import MAX_CANDIDATES, default_collection, refuse_other_documents, reply_of

_SECONDS = 300.0  # with many questions at a time, each waits for those before it


def finder(client: Client, collection: str) -> Find:
    """A function that returns a document of a server's collection by its id, None if there is no such document."""

    def find(document_id: str) -> Document | None:
        with suppress(NotFoundError):
            return client.document(document_id, collection)
        return None

    return find


class RemoteSystem:
    """The server at `url`, asked about one collection.

    If the dataset brings documents, they are added to `collection`, by default one named after the dataset. When the
    system is closed, those that weren't there before are deleted, unless `keep`. If the dataset asks about the server's
    own documents (`served`), nothing is changed there, and the default collection is the server's.

    In reading mode each question is asked about its own document alone. Raises what `Client` raises, and SettingsError
    if the collection holds documents that aren't the dataset's, or if it is served but empty.
    """

    def __init__(self, url: str, *, api_key: str | None, collection: str | None, reading: bool, keep: bool) -> None:
        self._client = Client(url, api_key=api_key, timeout=_SECONDS)
        self._collection = collection or ""
        self._reading = reading
        self._keep = keep
        self._added: list[str] = []

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

    def prepare(self, dataset: Dataset) -> list[DatasetProblem]:
        """Add the dataset's documents, unless it is served; returns a problem for each that the server refused."""
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
        present = {document.id for document in self._client.documents(self._collection)}
        refuse_other_documents(present, dataset, self._collection)
        refused = []
        with tqdm(
            total=len(dataset.documents), desc="putting documents", unit="document", leave=False, disable=None
        ) as bar:
            for document in dataset.documents:
                if own or document.id not in present:
                    self._added.append(document.id)
                try:
                    self._client.add(
                        document.id,
                        document.text,
                        title=document.title[:1024],
                        media_type=document.media_type if document.media_type in TEXT_MEDIA_TYPES else TEXT.media_type,
                        collection=self._collection,
                    )
                except DocumentError as error:
                    refused.append(DatasetProblem("refused_documents", document.id, str(error)))
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

    def chunks(self, document_id: str) -> list[StoredChunk] | None:  # noqa: ARG002  # a server doesn't show them
        """None: a server doesn't show its chunks."""
        return None

    def close(self) -> None:
        """Delete the documents added for this evaluation, and close the connection."""
        if not self._keep:
            with suppress(QuothError):  # an earlier error matters more
                for document_id in self._added:
                    with suppress(NotFoundError):
                        self._client.delete(document_id, self._collection)
        self._client.close()
