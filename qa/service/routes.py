"""What each route does; what takes longer than a look is done in the threads of `runtime.py`."""

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import Annotated, TypedDict

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from index.documents import DEFAULT_COLLECTION, Document, Source, encoded
from index.errors import BusyError, MediaTypeError, QuestionError
from index.formats.base import Format
from index.formats.registry import FORMATS, format_by_media_type, format_of
from index.loading import source_of
from index.parsing.parse import parse
from index.storage.base import Filter
from qa.answering.answerer import checked
from qa.answering.answers import Answer, Event, Found
from qa.answering.follow_up import Turn
from qa.citing import cite
from qa.engine import filter_of
from qa.service.access import may_ask_all
from qa.service.admission import Place
from qa.service.leaving import unless_left
from qa.service.purse import purse_of
from qa.service.runtime import Runtime
from qa.service.schemas import (
    ANSWER_EXAMPLE,
    MAX_OFFSET,
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
from qa.service.streaming import from_thread, last_of

_READABLE_TYPES = ", ".join(each.media_type for each in FORMATS)
STATIC = Path(__file__).parent.parent / "static"


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
    responses={200: {"content": {"application/json": {"example": ANSWER_EXAMPLE}}}, **problems_of(404, 409, 503)},
)
async def ask(body: AskRequest, parts: Parts, request: Request) -> Answer:
    """Answer a question with words copied from the documents, or say why there is no answer.

    503 says at once that too many questions wait already or, later, that it wasn't read in time.
    """
    return await parts.answer(request, partial(_asked, parts, body, body.question), Answer)


@json_api.post("/ask/batch", tags=["questions"], responses=problems_of(404, 409, 503))
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
    return await unless_left(request, _answers(parts, body))


async def _answers(parts: Runtime, body: BatchRequest) -> BatchAnswers:
    """One place holds all of the batch, and goes back to the end of the line after each question."""
    place = parts.asking.enter()
    try:
        works = [partial(_asked, parts, body, question) for question in body.questions]
        told = [from_thread(lambda: place, work, last=False) for work in works]
        return BatchAnswers(answers=[await last_of(events, Answer) for events in told])
    finally:
        place.leave()


def _asked(
    parts: Runtime, body: AskRequest | BatchRequest, question: str, place: Place
) -> Generator[Event, None, None]:
    events = parts.engine.stream(question, where_of(body), candidates=False, **options_of(body))
    return parts.watched(question, events, place, whole=True)


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


@json_api.post("/search", tags=["questions"], responses=problems_of(404, 409, 503))
async def search(body: SearchRequest, parts: Parts, request: Request) -> Found:
    """The passages on which a question would be answered, unread."""
    work = partial(parts.engine.search, body.question, where_of(body), top_k=body.top_k)
    return await unless_left(request, parts.asking.enter().run(work))


@json_api.put(
    "/documents/{document_id:path}",
    tags=["documents"],
    responses={201: {"model": Stored, "description": "Added"}, **problems_of(409, 503, 507)},
)
async def put_document(
    document_id: str, body: PutDocument, parts: Parts, request: Request, response: Response
) -> Stored:
    """Add a document under this id, or replace it; 201 if it is new."""
    data = encoded(body.text, document_id)
    parsed = partial(parse, data, document_id, body.media_type, title=body.title, uri=body.uri, metadata=body.metadata)
    file_format = format_by_media_type(body.media_type, document_id)
    return await _add(parts, request, "put", parsed, data, file_format, body.collection, response)


@api.post(
    "/documents",
    tags=["documents"],
    status_code=201,
    responses={
        200: {"model": Stored, "description": "Replaced, or unchanged"},
        **problems_of(400, 409, 413, 415, 422, 503, 507),
    },
    openapi_extra={
        "requestBody": {"content": {"multipart/form-data": {"encoding": {"file": {"contentType": _READABLE_TYPES}}}}}
    },
)
async def upload_document(
    file: UploadFile,
    parts: Parts,
    request: Request,
    response: Response,
    collection: Annotated[str, Form(max_length=128, description="Blank is the default one.")] = DEFAULT_COLLECTION,
    document_id: Annotated[str, Form(alias="id", description="By default the file's name.")] = "",
    title: Annotated[str, Form(max_length=1024)] = "",
    uri: Annotated[str, Form(max_length=2048)] = "",
) -> Stored:
    """Upload a file in one of the formats that Quoth reads; one of the same id is replaced (200 instead of 201)."""
    name = document_id or file.filename or ""
    file_format = format_of(file.filename or name, file.content_type)
    data = await file.read()
    parsed = partial(parse, data, name, file_format.media_type, title=title or None, uri=uri or None)
    return await _add(parts, request, "upload", parsed, data, file_format, collection, response)


async def _add(
    parts: Runtime,
    request: Request,
    operation: str,
    parsed: Callable[..., Document],
    data: bytes,
    file_format: Format,
    collection: str,
    response: Response,
) -> Stored:
    def add(source: Source) -> Stored:
        outcome = parts.engine.indexer.add_source(source, collection)
        parts.metrics.wrote(operation, outcome.status)  # here, for the client may have left by now
        told = {"status": outcome.status, "document": outcome.summary, "index_version": outcome.version}
        return Stored.model_validate(told)

    async def parsed_and_added() -> Stored:
        place = parts.writing.enter()  # also while it is parsed
        try:
            parsing = partial(parsed, limits=parts.engine.settings.parse_limits)
            at_once = file_format.only_decodes  # nothing waits for what takes long
            document = await (place.run(parsing, last=False) if at_once else parts.parsing.enter().run(parsing))
            return await place.run(partial(add, source_of(document, data)))
        finally:
            place.leave()

    with parts.metrics.refusals(operation):
        stored = await unless_left(request, parsed_and_added())
    response.status_code = 201 if stored.status == "added" else 200
    return stored


@api.get("/documents", tags=["documents"], responses=problems_of(422))
def list_documents(
    parts: Parts,
    collection: InCollection | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
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
async def delete_document(
    document_id: str, parts: Parts, request: Request, collection: InCollection = DEFAULT_COLLECTION
) -> Deleted:
    """Remove a document and every trace of it."""

    def delete() -> int:
        version = parts.engine.store.delete(document_id, collection)
        parts.metrics.wrote("delete", "deleted")
        return version

    with parts.metrics.refusals("delete"):
        version = await unless_left(request, parts.writing.enter().run(delete))
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
