"""What each route does. Questions, parsing and writing have a thread each, so that the event loop is always free."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import Annotated, TypedDict, TypeVar

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from index.documents import DEFAULT_COLLECTION, Document, Source, encoded
from index.errors import BusyError, MediaTypeError, QuestionError
from index.parsers import PARSED_AT_ONCE, media_type_of, parse, source_of
from index.snapshot import Filter
from qa.answering import checked
from qa.answers import Answer, Found
from qa.citing import cite
from qa.conversation import Turn
from qa.engine import Engine, filter_of
from qa.service import recording
from qa.service.access import may_ask_all
from qa.service.metrics import Metrics
from qa.service.purse import purse_of
from qa.service.schemas import (
    ANSWER_EXAMPLE,
    AskRequest,
    BatchAnswers,
    BatchRequest,
    Collection,
    Deleted,
    DocumentList,
    Health,
    Problem,
    PutDocument,
    Readiness,
    SearchRequest,
    Stored,
    StoredDocument,
    Where,
)

STATIC = Path(__file__).parent.parent / "static"

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the routes work with: one thread asks, so that torch has all cores for a question; another writes, and a
    third waits for the process that parses.
    """

    engine: Engine
    metrics: Metrics = field(default_factory=Metrics)
    asking: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "asking"))
    writing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writing"))
    parsing: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "parsing"))
    started: int = field(default_factory=lambda: int(time.time()))
    stopping: Flag = field(default_factory=Flag)  # set when the server is told to end

    async def ask(self, work: Callable[[], _Result]) -> _Result:
        """Run something that uses the models to answer."""
        return await asyncio.get_running_loop().run_in_executor(self.asking, copy_context().run, work)

    async def write(self, work: Callable[[], _Result]) -> _Result:
        """Run something that changes the index."""
        return await asyncio.get_running_loop().run_in_executor(self.writing, copy_context().run, work)

    def asked(self, question: str, answer: Answer) -> None:
        """Have one question counted, and told in the log."""
        self.metrics.asked(answer)
        recording.answered(question, answer)

    async def parse(self, work: Callable[[], _Result], media_type: str) -> _Result:
        """Run something that parses; nothing else waits for what takes long."""
        if media_type in PARSED_AT_ONCE:
            return await self.write(work)
        return await asyncio.get_running_loop().run_in_executor(self.parsing, copy_context().run, work)

    def close(self) -> None:
        """Finish what was begun, then close the data file."""
        self.asking.shutdown()
        self.parsing.shutdown()
        self.writing.shutdown()
        self.engine.close()


def _runtime(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


async def json_body(request: Request) -> None:
    """Refuse a body that doesn't call itself JSON, rather than say that its fields are missing."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise MediaTypeError(f"The body's Content-Type is {content_type or 'not given'}: send application/json.")


Parts = Annotated[Runtime, Depends(_runtime)]
InCollection = Annotated[Collection, Query()]
_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}


def problems_of(*statuses: int) -> dict[int | str, dict[str, object]]:
    """What a route's contract says of the problems it may answer with."""
    return {status: dict(_PROBLEM) for status in statuses}


api = APIRouter(prefix="/v1")
json_api = APIRouter(prefix="/v1", dependencies=[Depends(json_body)], responses=problems_of(400, 413, 415, 422))
operations = APIRouter(tags=["operations"])
pages = APIRouter(include_in_schema=False)


@json_api.post(
    "/ask",
    tags=["questions"],
    responses={200: {"content": {"application/json": {"example": ANSWER_EXAMPLE}}}, **problems_of(404, 409)},
)
async def ask(body: AskRequest, parts: Parts) -> Answer:
    """Answer a question with words copied from the documents, or say why there is no answer."""
    return await parts.ask(partial(_ask, parts, body, body.question))


@json_api.post("/ask/batch", tags=["questions"], responses=problems_of(404, 409))
async def ask_batch(body: BatchRequest, parts: Parts, request: Request) -> BatchAnswers:
    """Answer several questions, each as `/v1/ask` would; other clients' questions are let in between."""
    if len(body.questions) > (most := parts.engine.settings.max_batch):
        raise QuestionError(f"The batch has {len(body.questions)} questions; at most {most} are taken: split it.")
    for number, question in enumerate(body.questions):
        try:
            checked(question)
        except QuestionError as error:
            raise QuestionError(f"questions[{number}]: {error}") from None
    purse_of(request).spend(len(body.questions) - 1)
    parts.metrics.batch(len(body.questions))
    return BatchAnswers(answers=[await parts.ask(partial(_ask, parts, body, q)) for q in body.questions])


def _ask(parts: Runtime, body: AskRequest | BatchRequest, question: str) -> Answer:
    answer = parts.engine.ask(question, where_of(body), **options_of(body))
    parts.asked(question, answer)
    return answer


class _Options(TypedDict):
    top_k: int | None
    max_answers: int
    min_confidence: float | None
    history: list[Turn]


def options_of(body: AskRequest | BatchRequest) -> _Options:
    """How a request wants to be answered, as the engine takes it."""
    history = body.history if isinstance(body, AskRequest) else []
    return {
        "top_k": body.top_k,
        "max_answers": body.max_answers,
        "min_confidence": body.min_confidence,
        "history": [Turn(turn.question, turn.answer) for turn in history],
    }


def where_of(body: Where) -> Filter:
    """What a request says may be searched."""
    return filter_of(body.collection, body.document_ids, body.metadata)


@json_api.post("/search", tags=["questions"], responses=problems_of(404, 409))
async def search(body: SearchRequest, parts: Parts) -> Found:
    """The passages on which a question would be answered, unread."""
    return await parts.ask(partial(parts.engine.search, body.question, where_of(body), top_k=body.top_k))


@json_api.put(
    "/documents/{document_id:path}",
    tags=["documents"],
    responses={201: {"model": Stored, "description": "Added"}, **problems_of(409, 503, 507)},
)
async def put_document(document_id: str, body: PutDocument, parts: Parts, response: Response) -> Stored:
    """Add a document under this id, or replace it; 201 if it is new."""
    data = encoded(body.text, document_id)
    parsed = partial(parse, data, document_id, body.media_type, title=body.title, uri=body.uri, metadata=body.metadata)
    return await _add(parts, "put", parsed, data, body.media_type, body.collection, response)


@api.post("/documents", tags=["documents"], status_code=201, responses=problems_of(409, 413, 415, 422, 503, 507))
async def upload_document(
    file: UploadFile,
    parts: Parts,
    response: Response,
    collection: Annotated[Collection, Form()] = DEFAULT_COLLECTION,
    document_id: Annotated[str, Form(alias="id", description="By default the file's name.")] = "",
    title: Annotated[str, Form(max_length=1024)] = "",
    uri: Annotated[str, Form(max_length=2048)] = "",
) -> Stored:
    """Upload a text, Markdown, HTML or PDF file; one of the same id is replaced (200 instead of 201)."""
    name = document_id or file.filename or ""
    media_type = media_type_of(file.filename or name, file.content_type)
    data = await file.read()
    parsed = partial(parse, data, name, media_type, title=title or None, uri=uri or None)
    return await _add(parts, "upload", parsed, data, media_type, collection, response)


async def _add(
    parts: Runtime,
    operation: str,
    parsed: Callable[..., Document],
    data: bytes,
    media_type: str,
    collection: str,
    response: Response,
) -> Stored:
    def add(source: Source) -> Stored:
        outcome = parts.engine.indexer.add_source(source, collection)
        told = {"status": outcome.status, "document": outcome.summary, "index_version": outcome.version}
        return Stored.model_validate(told)

    with parts.metrics.refusals(operation):
        document = await parts.parse(partial(parsed, limits=parts.engine.settings.parse_limits), media_type)
        stored = await parts.write(partial(add, source_of(document, data)))
    parts.metrics.wrote(operation, stored.status)
    response.status_code = 201 if stored.status == "added" else 200
    return stored


@api.get("/documents", tags=["documents"], responses=problems_of(422))
def list_documents(
    parts: Parts,
    collection: InCollection | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> DocumentList:
    """What is indexed, without the texts."""
    with parts.engine.store.snapshot() as snapshot:
        counts = snapshot.collections()
        return DocumentList(
            documents=snapshot.summaries(collection, limit=limit, offset=offset),
            total=sum(counts.values()) if collection is None else counts.get(collection, 0),
            index_version=snapshot.version,
        )


@api.get("/documents/{document_id:path}", tags=["documents"], responses=problems_of(404))
def get_document(
    document_id: str,
    parts: Parts,
    collection: InCollection = DEFAULT_COLLECTION,
    start: Annotated[int | None, Query(ge=0, description="Of a slice to cite.")] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> StoredDocument:
    """A document as indexed; every offset slices its text."""
    with parts.engine.store.snapshot() as snapshot:
        document = snapshot.document_by_id(document_id, collection)
        size = snapshot.summary(document_id, collection).original_bytes
        citation = None
        if start is not None and end is not None and start < end <= len(document.text):
            words = document.text[start:end]
            citation = cite(document, collection, start, end, words, has_original=size is not None)
        return StoredDocument(
            document=document,
            collection=collection,
            sha256=document.sha256,
            original_bytes=size,
            citation=citation,
            index_version=snapshot.version,
        )


@api.delete("/documents/{document_id:path}", tags=["documents"], responses=problems_of(404, 503, 507))
async def delete_document(document_id: str, parts: Parts, collection: InCollection = DEFAULT_COLLECTION) -> Deleted:
    """Remove a document and every trace of it."""
    with parts.metrics.refusals("delete"):
        version = await parts.write(partial(parts.engine.store.delete, document_id, collection))
    parts.metrics.wrote("delete", "deleted")
    return Deleted(id=document_id, collection=collection, index_version=version)


@operations.get("/healthz")
async def healthz() -> Health:
    """The process is alive."""
    return Health()


@operations.get("/readyz", responses=problems_of(503, 507))
def readyz(parts: Parts, request: Request) -> Readiness:
    """Models are loaded and the data file is readable, so questions can be asked."""
    if parts.stopping.is_set():
        raise BusyError("The service is being stopped: ask another, or again when it is back.")
    with parts.engine.store.snapshot() as snapshot:
        told = snapshot.collections() if may_ask_all(request) else None
        return Readiness(index_version=snapshot.version, collections=told)


@operations.get("/metrics", response_class=PlainTextResponse)
def metrics(parts: Parts) -> Response:
    """Figures in Prometheus' text format."""
    with parts.engine.store.snapshot() as snapshot:
        text = parts.metrics.text(snapshot, parts.engine.store.path)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


@pages.get("/")
async def ask_page() -> FileResponse:
    """A box to ask in."""
    return FileResponse(STATIC / "ask.html")


@pages.get("/documents")
@pages.get("/documents/")
async def documents_page() -> FileResponse:
    """What is indexed, to look through, add to and remove from."""
    return FileResponse(STATIC / "documents.html")


@pages.get("/favicon.ico")
async def favicon() -> FileResponse:
    """The icon, for what asks without having read a page."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


@pages.get("/documents/{document_id:path}")
async def document_page(document_id: str) -> FileResponse:  # noqa: ARG001  # the page's script reads it from the address
    """A document as indexed, with the cited words marked."""
    return FileResponse(STATIC / "document.html")
