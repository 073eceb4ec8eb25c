"""`Client` and `AsyncClient`: ask a running server from Python, with the results and errors of the library.

    with Client("http://127.0.0.1:8000", api_key="…") as client:
        answer = client.ask("How big is the reward for Maduro now?")

`client_calls.py` makes the requests and reads the responses; here they are sent.
"""

import asyncio
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar, Unpack

import httpx
from httpx_sse import EventSource

from index.documents import DEFAULT_COLLECTION, Document, DocumentSummary
from index.errors import NotFoundError, SettingsError
from index.feedback import Fault, Verdict
from qa import client_calls
from qa.answering.answers import Answer, Found
from qa.api.errors import ServerError
from qa.api.schemas import Deleted, FeedbackKept, Readiness, Stored
from qa.client_calls import (
    AskOptions,
    BatchOptions,
    Call,
    Correction,
    DocumentFields,
    Reply,
    SearchOptions,
    StreamEvent,
    UploadFields,
)

T = TypeVar("T")

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT = 60.0
TRIES = 5


class Client:
    """A blocking client of the server at `url`. May be shared between threads.

    `api_key` is sent as a bearer token; `timeout` is in seconds, for each request. A request is sent up to `tries`
    times while the server is busy (503) or limits the rate (429), after the pauses that it names. Raises SettingsError
    for an invalid URL or key. Every method raises what the library raises, and ServerError if the server can't be
    reached or refuses for another reason.
    """

    def __init__(
        self, url: str = DEFAULT_URL, *, api_key: str | None = None, timeout: float = TIMEOUT, tries: int = TRIES
    ) -> None:
        self.url = _checked_url(url)
        self._tries = tries
        self._http = httpx.Client(base_url=self.url, headers=_headers(api_key), timeout=timeout)
        weakref.finalize(self, self._http.close)  # for those who keep a client and never close it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """Answer a question; `history` are the earlier turns of the conversation, oldest first."""
        return self._send(client_calls.ask(question, options))

    def stream(self, question: str, **options: Unpack[AskOptions]) -> Generator[StreamEvent, None, None]:
        """Answer a question as `ask` does, yielding events on the way.

        They are `Retrieved`, each `GivenAnswer` with a higher confidence than those before, and last the `Answer`.
        Closing the generator stops the server's work.
        """
        call = client_calls.stream(question, options)
        for tried in count(1):
            with _server_errors(self.url), self._http.stream(call.method, call.path, **call.parts) as response:
                if response.is_success:
                    for sent in EventSource(response).iter_sse():
                        if event := call.event(self.url, sent.event, sent.data):
                            yield event
                        if isinstance(event, Answer):
                            return
                    raise call.cut(self.url)
                response.read()
            pause = client_calls.wait(tried, self._tries, response.status_code, response.headers)
            if pause is None:
                raise call.refused(self.url, _reply(response))
            time.sleep(pause)

    def ask_batch(self, questions: Sequence[str], **options: Unpack[BatchOptions]) -> list[Answer]:
        """Answer several questions, in their order; the server limits their number (QUOTH_MAX_BATCH)."""
        return self._send(client_calls.ask_batch(questions, options))

    def search(self, question: str, **options: Unpack[SearchOptions]) -> Found:
        """The passages that an answer to a question would be looked for in."""
        return self._send(client_calls.search(question, options))

    def add(self, document_id: str, text: str, **fields: Unpack[DocumentFields]) -> Stored:
        """Add a document under this id, or replace it."""
        return self._send(client_calls.add(document_id, text, fields))

    def upload(self, path: str | Path, *, document_id: str | None = None, **fields: Unpack[UploadFields]) -> Stored:
        """Add a file in one of the formats that the server reads, or replace it; its id is by default its name."""
        return self._send(client_calls.upload(Path(path).name, _contents(path), document_id, fields))

    def documents(self, collection: str | None = None) -> Iterator[DocumentSummary]:
        """The indexed documents, by collection and id; pages are requested while iterating."""
        seen = 0
        while True:
            page = self._send(client_calls.documents(collection, seen))
            yield from page.documents
            seen += len(page.documents)
            if not page.documents or seen >= page.total:
                return

    def document(self, document_id: str, collection: str = DEFAULT_COLLECTION) -> Document:
        """A document as indexed; the offsets of citations slice its text."""
        return self._send(client_calls.document(document_id, collection))

    def delete(self, document_id: str, collection: str = DEFAULT_COLLECTION) -> Deleted:
        """Remove a document and every trace of it."""
        return self._send(client_calls.delete(document_id, collection))

    def feedback(
        self,
        answer: Answer,
        question: str,
        verdict: Verdict,
        *,
        given: int = 0,
        correction: Correction | None = None,
        collection: str = DEFAULT_COLLECTION,
        reason: Fault | None = None,
        comment: str | None = None,
    ) -> FeedbackKept:
        """Give a verdict on one of the answers, the one with index `given`.

        `correction` is the right answer if it was wrong: a `Span` of a document, `Words` or `NoAnswer()`. `reason` says
        what is wrong with it ("incomplete", "outdated"), and `comment` is free text.
        """
        return self._send(
            client_calls.feedback(answer, question, verdict, given, correction, collection, reason, comment)
        )

    def ready(self) -> Readiness:
        """The version of the index and its collections; raises an error if the server isn't ready."""
        return self._send(client_calls.ready())

    def version(self) -> str:
        """The version of Quoth that the server runs."""
        return self._send(client_calls.version())

    def _send(self, call: Call[T]) -> T:
        for tried in count(1):
            with _server_errors(self.url):
                response = self._http.request(call.method, call.path, **call.parts)
            pause = client_calls.wait(tried, self._tries, response.status_code, response.headers)
            if pause is None:
                break
            time.sleep(pause)
        return call.result(self.url, _reply(response))


class AsyncClient:
    """A client of the server at `url` for asyncio, otherwise the same as `Client`."""

    def __init__(
        self, url: str = DEFAULT_URL, *, api_key: str | None = None, timeout: float = TIMEOUT, tries: int = TRIES
    ) -> None:
        self.url = _checked_url(url)
        self._tries = tries
        self._http = httpx.AsyncClient(base_url=self.url, headers=_headers(api_key), timeout=timeout)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def ask(self, question: str, **options: Unpack[AskOptions]) -> Answer:
        """As `Client.ask`."""
        return await self._send(client_calls.ask(question, options))

    async def stream(self, question: str, **options: Unpack[AskOptions]) -> AsyncGenerator[StreamEvent, None]:
        """As `Client.stream`; use `contextlib.aclosing` to stop it early."""
        call = client_calls.stream(question, options)
        for tried in count(1):
            with _server_errors(self.url):
                async with self._http.stream(call.method, call.path, **call.parts) as response:
                    if response.is_success:
                        async with aclosing(EventSource(response).aiter_sse()) as events:
                            async for sent in events:
                                if event := call.event(self.url, sent.event, sent.data):
                                    yield event
                                if isinstance(event, Answer):
                                    return
                        raise call.cut(self.url)
                    await response.aread()
            pause = client_calls.wait(tried, self._tries, response.status_code, response.headers)
            if pause is None:
                raise call.refused(self.url, _reply(response))
            await asyncio.sleep(pause)

    async def ask_batch(self, questions: Sequence[str], **options: Unpack[BatchOptions]) -> list[Answer]:
        """As `Client.ask_batch`."""
        return await self._send(client_calls.ask_batch(questions, options))

    async def search(self, question: str, **options: Unpack[SearchOptions]) -> Found:
        """The passages that an answer to a question would be looked for in."""
        return await self._send(client_calls.search(question, options))

    async def add(self, document_id: str, text: str, **fields: Unpack[DocumentFields]) -> Stored:
        """Add a document under this id, or replace it."""
        return await self._send(client_calls.add(document_id, text, fields))

    async def upload(
        self, path: str | Path, *, document_id: str | None = None, **fields: Unpack[UploadFields]
    ) -> Stored:
        """As `Client.upload`."""
        data = await asyncio.to_thread(_contents, path)
        return await self._send(client_calls.upload(Path(path).name, data, document_id, fields))

    async def documents(self, collection: str | None = None) -> AsyncIterator[DocumentSummary]:
        """As `Client.documents`."""
        seen = 0
        while True:
            page = await self._send(client_calls.documents(collection, seen))
            for summary in page.documents:
                yield summary
            seen += len(page.documents)
            if not page.documents or seen >= page.total:
                return

    async def document(self, document_id: str, collection: str = DEFAULT_COLLECTION) -> Document:
        """As `Client.document`."""
        return await self._send(client_calls.document(document_id, collection))

    async def delete(self, document_id: str, collection: str = DEFAULT_COLLECTION) -> Deleted:
        """As `Client.delete`."""
        return await self._send(client_calls.delete(document_id, collection))

    async def feedback(
        self,
        answer: Answer,
        question: str,
        verdict: Verdict,
        *,
        given: int = 0,
        correction: Correction | None = None,
        collection: str = DEFAULT_COLLECTION,
        reason: Fault | None = None,
        comment: str | None = None,
    ) -> FeedbackKept:
        """As `Client.feedback`."""
        return await self._send(
            client_calls.feedback(answer, question, verdict, given, correction, collection, reason, comment)
        )

    async def ready(self) -> Readiness:
        """As `Client.ready`."""
        return await self._send(client_calls.ready())

    async def version(self) -> str:
        """The version of Quoth that the server runs."""
        return await self._send(client_calls.version())

    async def _send(self, call: Call[T]) -> T:
        for tried in count(1):
            with _server_errors(self.url):
                response = await self._http.request(call.method, call.path, **call.parts)
            pause = client_calls.wait(tried, self._tries, response.status_code, response.headers)
            if pause is None:
                break
            await asyncio.sleep(pause)
        return call.result(self.url, _reply(response))


def _reply(response: httpx.Response) -> Reply:
    return Reply(response.status_code, response.headers, response.content)


def _checked_url(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL()
    has_more = parsed.query or parsed.fragment or parsed.userinfo
    if parsed.scheme not in ("http", "https") or not parsed.host or (parsed.port or 0) > 65535 or has_more:
        shown = parsed.copy_with(userinfo=b"") if parsed.userinfo else url
        raise SettingsError(f"{str(shown)!r} is no server's address: give one such as {DEFAULT_URL}.")
    return url.rstrip("/")


def _headers(api_key: str | None) -> dict[str, str]:
    if api_key is None:
        return {}
    if not (api_key.isascii() and api_key.isprintable() and api_key and " " not in api_key):
        raise SettingsError("The API key is blank, or holds characters that no key has: copy it anew.")
    return {"Authorization": f"Bearer {api_key}"}


def _contents(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path} can't be read ({error.strerror or error}): check the spelling.") from error


@contextmanager
def _server_errors(url: str) -> Iterator[None]:
    """Raise errors of the connection as ServerError."""
    try:
        yield
    except httpx.TimeoutException as error:
        message = f"{url} didn't answer in time ({type(error).__name__}): give it longer, or ask less at once."
        raise ServerError(message) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        raise ServerError(f"{url} can't be asked ({why}): is `quoth serve` running there?") from error
