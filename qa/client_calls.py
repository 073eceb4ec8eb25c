"""The client's side of the HTTP contract: make requests, and read responses as results or errors; nothing is sent.

`client.py` sends the calls; `api/` is the contract.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial
from http import HTTPStatus
from typing import Any, Generic, Literal, TypedDict, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter, ValidationError

from index.documents import DEFAULT_COLLECTION, Document, Scalar
from index.errors import DocumentError, QuothError
from index.feedback import Fault, NoAnswer, Span, SubmittedFeedback, Verdict, Words
from qa.answering.answers import Answer, Found, GivenAnswer, Retrieved
from qa.answering.questions import Turn
from qa.api.errors import ServerError
from qa.api.schemas import (
    TYPE_PREFIX,
    BatchAnswers,
    Deleted,
    DocumentList,
    FeedbackKept,
    Readiness,
    Stored,
    StoredDocument,
)

T = TypeVar("T")
R = TypeVar("R")

PAGE = 1000  # documents listed by one request
LONGEST_WAIT = 60.0  # seconds; if a server names a longer pause, its reply is final
_DEFAULT_WAIT = 1.0


# The events of a stream in their order: the passages to read, better and better candidates, the answer
StreamEvent = Retrieved | GivenAnswer | Answer
_EVENTS: dict[str, type[StreamEvent]] = {"passages": Retrieved, "candidate": GivenAnswer, "final": Answer}
Correction = Span | Words | NoAnswer


class SearchOptions(TypedDict, total=False):
    """What to search, as in `/v1/search`; options left out are those of the server."""

    collection: str
    document_ids: Sequence[str] | None
    metadata: Mapping[str, Scalar]
    top_k: int | None


class BatchOptions(SearchOptions, total=False):
    """How to answer, as in `/v1/ask/batch`."""

    max_answers: int
    min_confidence: float | None


class AskOptions(BatchOptions, total=False):
    """How to answer one question, as in `/v1/ask`; `history` are earlier turns of the conversation, oldest first."""

    history: Sequence[Turn]


class UploadFields(TypedDict, total=False):
    """Fields of an uploaded document besides its file."""

    title: str | None
    uri: str | None
    collection: str
    metadata: Mapping[str, Scalar]
    readers: Sequence[str]


class DocumentFields(UploadFields, total=False):
    """Fields of a document that is added as text."""

    media_type: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: its status, headers (by lower-case name) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request and how to read its response: `parts` are keyword arguments of httpx's `request`.

    Every call may be repeated after a 503 or 429, which mean that nothing was done.
    """

    method: str
    path: str
    read: Callable[[bytes], T]
    parts: Mapping[str, Any] = field(default_factory=dict)

    def result(self, url: str, reply: Reply) -> T:
        """The result in the reply of the server at `url`.

        Raises the error that the library would raise, by the kind of the problem; ServerError for any other error, and
        for a body that can't be read.
        """
        if not 200 <= reply.status < 300:
            raise self.refused(url, reply)
        return self._parsed(url, self.read, reply.body)

    def event(self, url: str, name: str, data: str) -> StreamEvent | None:
        """The event of a stream; None for one that this version doesn't know. Raises as `result` does."""
        if name == "error":
            status = _problem(data.encode()).get("status")
            raise self.refused(url, Reply(status if isinstance(status, int) else 500, {}, data.encode()))
        kind = _EVENTS.get(name)
        return None if kind is None else self._parsed(url, _reader(kind), data.encode())

    def cut(self, url: str) -> ServerError:
        """The error for a stream that ended without its answer."""
        return ServerError(
            f"The stream of {url}{self.path} ended before its answer: is the server still running? Ask again."
        )

    def _parsed(self, url: str, read: Callable[[bytes], R], body: bytes) -> R:
        try:
            return read(body)
        except ValidationError as error:
            first = error.errors()[0]
            why = f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"
            raise ServerError(
                f"What {url}{self.path} answers can't be read ({why}): is it a Quoth server of this version?"
            ) from None

    def refused(self, url: str, reply: Reply) -> QuothError:
        """The error for a reply whose status isn't 2xx."""
        problem = _problem(reply.body)
        kind = str(problem.get("type", "")).removeprefix(TYPE_PREFIX)
        detail = str(problem.get("detail") or reply.body[:200].decode(errors="replace") or _phrase(reply.status))
        error_class = _errors().get(kind)
        message = detail if error_class else f"{self.method} {url}{self.path} gave {reply.status}: {detail}"
        if not error_class and (request_id := reply.headers.get("x-request-id")):
            message += f" (request {request_id})"  # to find it in the server's log
        error = (error_class or ServerError)(message)
        error.kind = kind or error.kind
        error.status, error.detail, error.retry_after = reply.status, detail, _retry_after(reply.headers)
        return error


def wait(tried: int, tries: int, status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before the next try; None if the reply is final.

    `tried` of `tries` requests were sent; a reply is final unless its status is 503 or 429.
    """
    if status not in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS) or tried >= tries:
        return None
    retry_after = _retry_after(headers)
    seconds = _DEFAULT_WAIT if retry_after is None else retry_after
    return seconds if seconds <= LONGEST_WAIT else None


def ask(question: str, options: AskOptions) -> Call[Answer]:
    """Ask one question."""
    return _json_call("POST", "/v1/ask", _question(question, options), _reader(Answer))


def stream(question: str, options: AskOptions) -> Call[Answer]:
    """Ask one question and stream the events up to its answer."""
    return _json_call("POST", "/v1/ask/stream", _question(question, options), _reader(Answer))


def ask_batch(questions: Sequence[str], options: BatchOptions) -> Call[list[Answer]]:
    """Ask several questions."""
    read = _reader(BatchAnswers)
    body = {"questions": list(questions), **options}
    return _json_call("POST", "/v1/ask/batch", body, lambda response: read(response).answers)


def search(question: str, options: SearchOptions) -> Call[Found]:
    """Search passages for a question."""
    return _json_call("POST", "/v1/search", {"question": question, **options}, _reader(Found))


def add(document_id: str, text: str, fields: DocumentFields) -> Call[Stored]:
    """Add a document as text."""
    return _json_call("PUT", _document_path(document_id), {"text": text, **fields}, _reader(Stored))


def upload(name: str, data: bytes, document_id: str | None, fields: UploadFields) -> Call[Stored]:
    """Upload a document's file."""
    given = {"id": document_id, **fields}
    if (metadata := fields.get("metadata")) is not None:
        given["metadata"] = json.dumps(dict(metadata))
    if (readers := fields.get("readers")) is not None:
        given["readers"] = ", ".join(readers)
    form = {key: value for key, value in given.items() if value is not None}
    return Call("POST", "/v1/documents", _reader(Stored), {"files": {"file": (name, data)}, "data": form})


def documents(collection: str | None, offset: int) -> Call[DocumentList]:
    """List one page of documents."""
    only = {} if collection is None else {"collection": collection}
    return Call("GET", "/v1/documents", _reader(DocumentList), {"params": {**only, "limit": PAGE, "offset": offset}})


def document(document_id: str, collection: str = DEFAULT_COLLECTION) -> Call[Document]:
    """Read one document."""
    read = _reader(StoredDocument)
    path = _document_path(document_id)
    return Call("GET", path, lambda body: read(body).document, {"params": {"collection": collection}})


def delete(document_id: str, collection: str = DEFAULT_COLLECTION) -> Call[Deleted]:
    """Remove a document."""
    return Call("DELETE", _document_path(document_id), _reader(Deleted), {"params": {"collection": collection}})


def feedback(  # what `Client.feedback` takes
    answer: Answer,
    question: str,
    verdict: Verdict,
    given: int,
    correction: Correction | None,
    collection: str,
    reason: Fault | None,
    comment: str | None,
) -> Call[FeedbackKept]:
    """Give a verdict on one of the answers, the one with index `given`, or on there being none."""
    judged = None
    if answer.answers:
        citation = answer.answers[given].citations[0]
        judged = Span(citation.document_id, citation.start, citation.end, citation.quote.exact)
    body = asdict(SubmittedFeedback(collection, question, answer.id, verdict, judged, correction, reason, comment))
    return _json_call("POST", "/v1/feedback", body, _reader(FeedbackKept))


def ready() -> Call[Readiness]:
    """Check whether the server is ready."""
    return Call("GET", "/readyz", _reader(Readiness))


class _Info(BaseModel):
    title: Literal["Quoth"]
    version: str


class _Contract(BaseModel):
    info: _Info


def version() -> Call[str]:
    """Read the server's version, from its contract."""
    read = _reader(_Contract)
    return Call("GET", "/openapi.json", lambda body: read(body).info.version)


def _question(question: str, options: AskOptions) -> dict[str, Any]:
    history = options.get("history")
    return {"question": question, **options, "history": [asdict(turn) for turn in history] if history else None}


def _json_call(method: str, path: str, body: Mapping[str, Any], read: Callable[[bytes], T]) -> Call[T]:
    """A call with a JSON body; values that are None are left out."""
    present = {name: value for name, value in body.items() if value is not None}
    try:
        content = json.dumps(present, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair: the server refuses it with a clear error
        content = json.dumps(present).encode()
    return Call(method, path, read, {"content": content, "headers": {"Content-Type": "application/json"}})


def _document_path(document_id: str) -> str:
    """The path of a document. Raises DocumentError for an id that can't be in a URL."""
    try:
        name = quote(document_id, safe="")
    except UnicodeEncodeError:
        shown = f"The document id {document_id!r}"
        raise DocumentError(f"{shown} holds half a surrogate pair: send it as valid Unicode.") from None
    # An id of dots alone would be resolved as a folder
    return f"/v1/documents/{name.replace('.', '%2E') if set(name) == {'.'} else name}"


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401  # any type that pydantic reads
    return TypeAdapter(kind)


def _reader(kind: type[T]) -> Callable[[bytes], T]:
    """A function that parses JSON as `kind`; fields that only a newer server has are ignored."""
    return partial(_read, kind)


def _read(kind: type[T], body: bytes) -> T:
    result: T = _adapter(cast(Any, kind)).validate_json(body)
    return result


def _problem(body: bytes) -> Mapping[str, Any]:
    try:
        problem = json.loads(body)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


@cache
def _errors() -> dict[str, type[QuothError]]:
    """Kind of a problem → the class of error that the library raises; of several, the most general."""
    classes = [QuothError]
    for error in classes:
        classes += error.__subclasses__()
    return {error.kind: error for error in reversed(classes) if error not in (QuothError, ServerError)}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds of the Retry-After header, which may also be a date; None without a valid one."""
    value = headers.get("retry-after", "")
    try:
        if value.isdecimal():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
