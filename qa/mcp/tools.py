"""What agents can do: ask, search, and read documents in slices. Each tool has a typed result and texts that tell it.

Whom they ask is given to them: an index (`Index`), or a server through `qa.client.Client`, which fits as it is. The
protocol they are called by is left to `server.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import Field

from index.documents import DEFAULT_COLLECTION, Document
from index.errors import NotFoundError
from index.storage.principals import Principal
from qa.answering.answers import Answer, Found
from qa.api.schemas import Collection, DocumentId, Request
from qa.assembly import Engine, filter_of
from qa.service.observability.metrics import Metrics
from qa.service.work.admission import queue_of_questions
from qa.text_format import answer_text

MAX_SLICE = 20_000  # characters of a document read at a time, about 5,000 tokens


class Source(Protocol):
    """Whom the tools ask. Called from several threads; raises QuothError."""

    def ask(self, question: str, *, collection: str, document_ids: Sequence[str] | None, max_answers: int) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, collection: str, top_k: int | None) -> Found:
        """Find passages."""

    def document(self, document_id: str, collection: str) -> Document:
        """One document as indexed."""


class Index:
    """An index in this process as one principal sees it, asked one question at a time.

    As many questions wait, and for as long, as in the service: BusyError to the others.
    """

    def __init__(self, engine: Engine, principal: Principal, metrics: Metrics) -> None:
        self._engine = engine
        self._principal = principal
        self._asking = queue_of_questions(engine.settings, metrics)

    def ask(self, question: str, *, collection: str, document_ids: Sequence[str] | None, max_answers: int) -> Answer:
        """Answer a question, unless its time runs out while there is more to read."""
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
        """Finish what was let in."""
        self._asking.close()


@dataclass(frozen=True, slots=True)
class Slice:
    """The slice `[start, end)` of a document's text, which has `characters` in all; citations count in the same way.

    `page` and `section` are those at `start`, null where there are none.
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
    """Agents are told of no null: what isn't wanted is left out."""
    del schema["default"]
    schema.update(next(form for form in schema.pop("anyOf") if form["type"] != "null"))


Question = Annotated[str, Field(description="In natural language.", examples=["How big is the reward for Maduro now?"])]
_InCollection = Annotated[Collection, Field(description="Group of documents.")]


class AskArguments(Request):
    """What `ask` takes."""

    question: Question
    collection: _InCollection = DEFAULT_COLLECTION
    max_answers: int = Field(1, ge=1, le=20, description="Different answers to give at most.")
    document_ids: Annotated[list[DocumentId], Field(max_length=1000)] | None = Field(
        None, description="Search only these documents; left out, all of the collection.", json_schema_extra=_unset
    )


class SearchArguments(Request):
    """What `search` takes."""

    query: Annotated[str, Field(description="A question, or words to look for.")]
    top_k: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="Passages to find; left out, as many as Quoth reads.", json_schema_extra=_unset
    )
    collection: _InCollection = DEFAULT_COLLECTION


class ReadArguments(Request):
    """What `read_document` takes."""

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
    """One tool: what it takes and gives, how it is done, and the texts that its result is told in."""

    name: str
    title: str
    description: str
    arguments: type[A]
    result: type[R]
    work: Callable[[Source, A], R]
    told: Callable[[R], Sequence[str]]

    def call(self, source: Source, given: Mapping[str, Any]) -> R:
        """Raises pydantic's ValidationError for arguments that don't fit, and QuothError."""
        return self.work(source, self.arguments.model_validate(given))


def _ask(source: Source, given: AskArguments) -> Answer:
    return source.ask(
        given.question, collection=given.collection, document_ids=given.document_ids, max_answers=given.max_answers
    )


def _search(source: Source, given: SearchArguments) -> Found:
    return source.search(given.query, collection=given.collection, top_k=given.top_k)


def _read(source: Source, given: ReadArguments) -> Slice:
    document = source.document(given.document_id, given.collection)
    characters = len(document.text)
    end = min(characters, given.start + MAX_SLICE, characters if given.end is None else given.end)
    if given.start >= end:
        asked = f"[{given.start}:{'' if given.end is None else given.end}]"
        raise NotFoundError(f"{document.id} has {characters} characters, and there are none at {asked}: read others.")
    return Slice(
        document_id=document.id,
        title=document.title,
        uri=document.uri,
        start=given.start,
        end=end,
        characters=characters,
        page=document.page_at(given.start),
        section=document.section_at(given.start),
        text=document.text[given.start : end],
    )


def _told_search(found: Found) -> list[str]:
    return [f"{one.document_id} [{one.start}:{one.end}]\n{one.text}" for one in found.passages] or [
        "Nothing was found."
    ]


def _told_slice(read: Slice) -> list[str]:
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
    told=lambda answer: [answer_text(answer)],
)
SEARCH = AgentTool(
    name="search",
    title="Search the documents",
    description="Find the passages of the user's documents that bear on a question, by meaning and by words, best "
    "first.",
    arguments=SearchArguments,
    result=Found,
    work=_search,
    told=_told_search,
)
READ = AgentTool(
    name="read_document",
    title="Read a document",
    description=f"Read a slice of a document as indexed, at most {MAX_SLICE} characters at a time: around a citation, "
    "or on from `end` while that is less than `characters`.",
    arguments=ReadArguments,
    result=Slice,
    work=_read,
    told=_told_slice,
)
