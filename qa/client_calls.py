"""The HTTP contract from the client: a request → a `Call`, and its response → a result or an error; nothing is sent.

`client.py` sends the calls; the contract is `api/`.
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
from index.feedback import NoAnswer, Span, SubmittedFeedback, Verdict, Words
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

PAGE = 1000  # documents listed at a time
LONGEST_WAIT = 60.0  # seconds; a server that asks for more is not waited for
_USUAL_WAIT = 1.0


# In the order of a stream: what is going to be read, the best answer so far whenever it gets surer, and the whole
StreamEvent = Retrieved | GivenAnswer | Answer
_EVENTS: dict[str, type[StreamEvent]] = {"passages": Retrieved, "candidate": GivenAnswer, "final": Answer}
Correction = Span | Words | NoAnswer


class Where(TypedDict, total=False):
    """What may be searched, as in `/v1/search`; what is left out is as the server is set."""

    collection: str
    document_ids: Sequence[str] | None
    metadata: Mapping[str, Scalar]
    top_k: int | None


class Options(Where, total=False):
    """How to answer, as in `/v1/ask/batch`."""

    max_answers: int
    min_confidence: float | None


class AskOptions(Options, total=False):
    """The same for a single question, which may be one of a conversation: `history` came before it, oldest first."""

    history: Sequence[Turn]


class About(TypedDict, total=False):
    """What is to be known of a document besides its text."""

    title: str | None
    uri: str | None
    collection: str


class AboutText(About, total=False):
    """The same for text that isn't in a file."""

    media_type: str
    metadata: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Reply:
    """A response: its status, headers (by lower-case name) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request, `parts` being what httpx's `request` takes, and how the body of its response is read.

    Every call may be sent again after a 503 or 429, which say that nothing was done.
    """

    method: str
    path: str
    read: Callable[[bytes], T]
    parts: Mapping[str, Any] = field(default_factory=dict)

    def result(self, url: str, reply: Reply) -> T:
        """What the reply of the server at `url` says.

        Raises the error of its problem's kind, as the library would; ServerError for any other refusal, and for a body
        that can't be read.
        """
        if not 200 <= reply.status < 300:
            raise self.refused(url, reply)
        return self._understood(url, self.read, reply.body)

    def event(self, url: str, name: str, data: str) -> StreamEvent | None:
        """What one of the stream's events says; None for one of a newer server. Raises as `result` does."""
        if name == "error":
            status = _problem(data.encode()).get("status")
            raise self.refused(url, Reply(status if isinstance(status, int) else 500, {}, data.encode()))
        kind = _EVENTS.get(name)
        return None if kind is None else self._understood(url, _reader(kind), data.encode())

    def cut(self, url: str) -> ServerError:
        """The error that a stream stands for which ends without its answer."""
        return ServerError(
            f"What {url}{self.path} told ended before the answer: is the server still running? Ask again."
        )

    def _understood(self, url: str, read: Callable[[bytes], R], body: bytes) -> R:
        try:
            return read(body)
        except ValidationError as error:
            first = error.errors()[0]
            why = f"{'.'.join(map(str, first['loc'])) or 'body'}: {first['msg']}"
            raise ServerError(
                f"What {url}{self.path} answers can't be read ({why}): is it a Quoth server of this version?"
            ) from None

    def refused(self, url: str, reply: Reply) -> QuothError:
        """The error that a reply stands for."""
        problem = _problem(reply.body)
        kind = str(problem.get("type", "")).removeprefix(TYPE_PREFIX)
        detail = str(problem.get("detail") or reply.body[:200].decode(errors="replace") or _phrase(reply.status))
        known = _errors().get(kind)
        message = detail if known else f"{self.method} {url}{self.path} gave {reply.status}: {detail}"
        if not known and (named := reply.headers.get("x-request-id")):
            message += f" (request {named})"  # by which it is found in the server's log
        error = (known or ServerError)(message)
        error.kind = kind or error.kind
        error.status, error.detail, error.retry_after = reply.status, detail, _retry_after(reply.headers)
        return error


def wait(tried: int, tries: int, status: int, headers: Mapping[str, str]) -> float | None:
    """Seconds after which to ask a busy server again, having `tried` so often; None where its reply stands."""
    if status not in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS) or tried >= tries:
        return None
    asked_for = _retry_after(headers)
    seconds = _USUAL_WAIT if asked_for is None else asked_for
    return seconds if seconds <= LONGEST_WAIT else None


def ask(question: str, options: AskOptions) -> Call[Answer]:
    """One question."""
    return _sent("POST", "/v1/ask", _question(question, options), _reader(Answer))


def stream(question: str, options: AskOptions) -> Call[Answer]:
    """One question whose answer comes as it is found, in events."""
    return _sent("POST", "/v1/ask/stream", _question(question, options), _reader(Answer))


def ask_batch(questions: Sequence[str], options: Options) -> Call[list[Answer]]:
    """Several questions."""
    read = _reader(BatchAnswers)
    return _sent("POST", "/v1/ask/batch", {"questions": list(questions), **options}, lambda body: read(body).answers)


def search(question: str, where: Where) -> Call[Found]:
    """Passages for a question."""
    return _sent("POST", "/v1/search", {"question": question, **where}, _reader(Found))


def add(document_id: str, text: str, about: AboutText) -> Call[Stored]:
    """A document's text."""
    return _sent("PUT", _document_path(document_id), {"text": text, **about}, _reader(Stored))


def upload(name: str, data: bytes, document_id: str | None, about: About) -> Call[Stored]:
    """A document's file."""
    form = {key: value for key, value in {"id": document_id, **about}.items() if value is not None}
    return Call("POST", "/v1/documents", _reader(Stored), {"files": {"file": (name, data)}, "data": form})


def documents(collection: str | None, offset: int) -> Call[DocumentList]:
    """A page of what is indexed."""
    only = {} if collection is None else {"collection": collection}
    return Call("GET", "/v1/documents", _reader(DocumentList), {"params": {**only, "limit": PAGE, "offset": offset}})


def document(document_id: str, collection: str = DEFAULT_COLLECTION) -> Call[Document]:
    """One document as indexed."""
    read = _reader(StoredDocument)
    path = _document_path(document_id)
    return Call("GET", path, lambda body: read(body).document, {"params": {"collection": collection}})


def delete(document_id: str, collection: str = DEFAULT_COLLECTION) -> Call[Deleted]:
    """Remove a document."""
    return Call("DELETE", _document_path(document_id), _reader(Deleted), {"params": {"collection": collection}})


def feedback(
    answer: Answer, question: str, verdict: Verdict, given: int, correction: Correction | None, collection: str
) -> Call[FeedbackKept]:
    """What somebody says of one of the answers, or of there being none."""
    judged = None
    if answer.answers:
        citation = answer.answers[given].citations[0]
        judged = Span(citation.document_id, citation.start, citation.end, citation.quote.exact)
    said = SubmittedFeedback(collection, question, answer.id, verdict, judged, correction)
    return _sent("POST", "/v1/feedback", asdict(said), _reader(FeedbackKept))


def ready() -> Call[Readiness]:
    """Whether questions can be asked."""
    return Call("GET", "/readyz", _reader(Readiness))


class _Info(BaseModel):
    title: Literal["Quoth"]
    version: str


class _Contract(BaseModel):
    info: _Info


def version() -> Call[str]:
    """The server's version."""
    read = _reader(_Contract)
    return Call("GET", "/openapi.json", lambda body: read(body).info.version)


def _question(question: str, options: AskOptions) -> dict[str, Any]:
    history = options.get("history")
    return {"question": question, **options, "history": [asdict(turn) for turn in history] if history else None}


def _sent(method: str, path: str, body: Mapping[str, Any], read: Callable[[bytes], T]) -> Call[T]:
    """A call with a JSON body, of those values that are not None."""
    present = {name: value for name, value in body.items() if value is not None}
    try:
        content = json.dumps(present, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which the server is to refuse by name
        content = json.dumps(present).encode()
    return Call(method, path, read, {"content": content, "headers": {"Content-Type": "application/json"}})


def _document_path(document_id: str) -> str:
    """Raises DocumentError for an id that no path can hold."""
    try:
        name = quote(document_id, safe="")
    except UnicodeEncodeError:
        shown = f"The document id {document_id!r}"
        raise DocumentError(f"{shown} holds half a surrogate pair: send it as valid Unicode.") from None
    # A path's dots are a way up unless something else stands beside them
    return f"/v1/documents/{name.replace('.', '%2E') if set(name) == {'.'} else name}"


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401  # any type that pydantic reads
    return TypeAdapter(kind)


def _reader(kind: type[T]) -> Callable[[bytes], T]:
    """Reads JSON into `kind`; fields that a newer server has besides are left out."""
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
    """The kind of a problem → the error that the library raises for it, the most general of a kind."""
    found = [QuothError]
    for error in found:
        found += error.__subclasses__()
    return {error.kind: error for error in reversed(found) if error not in (QuothError, ServerError)}


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, whether the header says them or a date."""
    value = headers.get("retry-after", "")
    try:
        if value.isdecimal():
            return float(value)
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date, or one without a zone
        return None
