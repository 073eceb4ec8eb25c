"""The tools of agents: ask, search, and read slices of documents. Each has a typed result and texts that show it.

They ask a `Backend`: an index in this process (`Index`), or a server through `qa.client.Client`. `server.py` serves
them by the protocol.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import Field

from index.documents import DEFAULT_COLLECTION, Document
from index.errors import NotFoundError
from index.storage.base import Store
from index.storage.principals import Principal
from qa.answering.answers import Answer, Found
from qa.api.schemas import Collection, DocumentId, Request
from qa.assembly import Engine, filter_of
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import AdmissionQueue, queue_of_questions
from qa.text_format import answer_text

MAX_SLICE = 20_000  # characters of a document read at a time, about 5,000 tokens


class Backend(Protocol):
    """Answers the tools. Called from several threads; raises QuothError."""

    def ask(self, question: str, *, collection: str, document_ids: Sequence[str] | None, max_answers: int) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, collection: str, top_k: int | None) -> Found:
        """Find passages."""

    def document(self, document_id: str, collection: str) -> Document:
        """One document as indexed."""


class Index:
    """An index in this process, read as one principal and asked one question at a time.

    Questions wait in a queue with the service's limits. Raises BusyError if it is full, or a question waits too long.
    """

    def __init__(
        self, engine: Engine, principal: Principal, metrics: Metrics, asking: AdmissionQueue | None = None
    ) -> None:
        self._engine = engine
        self._principal = principal
        self._metrics = metrics
        self._asking = asking or queue_of_questions(engine.settings, metrics)

    @property
    def store(self) -> Store:
        """The store of the index."""
        return self._engine.store

    def read_as(self, principal: Principal) -> "Index":
        """The same index with the same queue, read as another principal."""
        return Index(self._engine, principal, self._metrics, self._asking)

    def ask(self, question: str, *, collection: str, document_ids: Sequence[str] | None, max_answers: int) -> Answer:
        """Answer a question. Raises BusyError if its deadline passes before everything is read."""
        slot = self._asking.enter()
        where = filter_of(collection, document_ids)
        work = partial(self._engine.ask, self._principal, question, where, max_answers=max_answers)
        return slot.wait(partial(work, proceed=lambda _: slot.require_time()))

    def search(self, question: str, *, collection: str, top_k: int | None) -> Found:
        """Find passages."""
        work = partial(self._engine.search, self._principal, question, filter_of(collection), top_k=top_k)
        return self._asking.enter().wait(work)

    def document(self, document_id: str, collection: str) -> Document:
        """One document as indexed."""
        with self._engine.store.view(self._principal) as view:
            return view.document(document_id, collection)

    def close(self) -> None:
        """Finish the questions in the queue."""
        self._asking.close()


@dataclass(frozen=True, slots=True)
class Slice:
    """The slice `[start, end)` of a document's text, in Unicode characters like citations.

    `characters` is the length of the whole text. `page` and `section` are those at `start`, null if there are none.
    """

    document_id: str
    title: str
    uri: str | None
    start: int
    end: int
    characters: int
    page: int | None
    section: str | None
    text: str


def _unset(schema: dict[str, Any]) -> None:
    """Remove null from the schema: agents leave out an argument instead."""
    del schema["default"]
    schema.update(next(form for form in schema.pop("anyOf") if form["type"] != "null"))


Question = Annotated[str, Field(description="In natural language.", examples=["How big is the reward for Maduro now?"])]
_InCollection = Annotated[Collection, Field(description="Group of documents.")]


class AskArguments(Request):
    """The arguments of `ask`."""

    question: Question
    collection: _InCollection = DEFAULT_COLLECTION
    max_answers: int = Field(1, ge=1, le=20, description="Different answers to give at most.")
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)] | None = Field(
        None, description="Search only these documents; left out, all of the collection.", json_schema_extra=_unset
    )


class SearchArguments(Request):
    """The arguments of `search`."""

    query: Annotated[str, Field(description="A question, or words to look for.")]
    top_k: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="Passages to find; left out, as many as Quoth reads.", json_schema_extra=_unset
    )
    collection: _InCollection = DEFAULT_COLLECTION


class ReadArguments(Request):
    """The arguments of `read_document`."""

    document_id: Annotated[DocumentId, Field(description="As a citation or a passage names it.")]
    start: int = Field(0, ge=0, description="First character.")
    end: Annotated[int, Field(ge=1)] | None = Field(
        None,
        description=f"After the last character; at most {MAX_SLICE} are given at a time.",
        json_schema_extra=_unset,
    )
    collection: _InCollection = DEFAULT_COLLECTION


A = TypeVar("A", bound=Request)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class AgentTool(Generic[A, R]):
    """A tool: the types of its arguments and result, the function that does it, and the texts that show the result."""

    name: str
    title: str
    description: str
    arguments: type[A]
    result: type[R]
    work: Callable[[Backend, A], R]
    texts: Callable[[R], Sequence[str]]

    def call(self, backend: Backend, arguments: Mapping[str, Any]) -> R:
        """The tool's result. Raises pydantic's ValidationError for invalid arguments, and QuothError."""
        return self.work(backend, self.arguments.model_validate(arguments))


def _ask(backend: Backend, asked: AskArguments) -> Answer:
    return backend.ask(
        asked.question, collection=asked.collection, document_ids=asked.document_ids, max_answers=asked.max_answers
    )


def _search(backend: Backend, asked: SearchArguments) -> Found:
    return backend.search(asked.query, collection=asked.collection, top_k=asked.top_k)


def _read(backend: Backend, asked: ReadArguments) -> Slice:
    document = backend.document(asked.document_id, asked.collection)
    characters = len(document.text)
    end = min(characters, asked.start + MAX_SLICE, characters if asked.end is None else asked.end)
    if asked.start >= end:
        wanted = f"[{asked.start}:{'' if asked.end is None else asked.end}]"
        raise NotFoundError(f"{document.id} has {characters} characters, and there are none at {wanted}: read others.")
    return Slice(
        document_id=document.id,
        title=document.title,
        uri=document.uri,
        start=asked.start,
        end=end,
        characters=characters,
        page=document.page_at(asked.start),
        section=document.section_at(asked.start),
        text=document.text[asked.start : end],
    )


def _search_texts(found: Found) -> list[str]:
    return [f"{one.document_id} [{one.start}:{one.end}]\n{one.text}" for one in found.passages] or [
        "Nothing was found."
    ]


def _slice_texts(read: Slice) -> list[str]:
    more = f"; go on with start={read.end}" if read.end < read.characters else ""
    head = f"“{read.title}” ({read.document_id}), [{read.start}:{read.end}] of {read.characters} characters{more}"
    return [head, read.text]


ASK = AgentTool(
    name="ask",
    title="Ask the documents",
    description="Answer a question with words copied from the user's documents. Every answer has citations: the "
    "document, the characters [start:end] it stands at, its sentence, and how likely it is right. Where documents "
    "disagree, all their answers are given. If nothing answers the question, it says so, with the nearest passages.",
    arguments=AskArguments,
    result=Answer,
    work=_ask,
    texts=lambda answer: [answer_text(answer)],
)
SEARCH = AgentTool(
    name="search",
    title="Search the documents",
    description="Find the passages of the user's documents that bear on a question, by meaning and by words, best "
    "first.",
    arguments=SearchArguments,
    result=Found,
    work=_search,
    texts=_search_texts,
)
READ = AgentTool(
    name="read_document",
    title="Read a document",
    description=f"Read a slice of a document as indexed, at most {MAX_SLICE} characters at a time: around a citation, "
    "or on from `end` while that is less than `characters`.",
    arguments=ReadArguments,
    result=Slice,
    work=_read,
    texts=_slice_texts,
)
