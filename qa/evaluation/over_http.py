"""A running server as the subject: its documents are put into a collection, and it is asked over HTTP."""

import time
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx

from index.errors import ServerError
from index.snapshot import StoredChunk
from qa.evaluation.datasets.dataset import Dataset, Problem, Question
from qa.evaluation.progress import bar
from qa.evaluation.subjects import MAX_CANDIDATES, REFUSED, Reply, default_collection, only_these, reply_of

_SECONDS = 300.0  # one question waits behind as many others as are asked at once
_TRIES = 5


class Server:
    """The server at `url`, asked over one collection (by default one of the dataset's own).

    In reading mode each question is asked of its own document alone. Documents that weren't there before, and all of
    those in the dataset's own collection, are deleted at the end unless `keep`. Raises ServerError where it can't be
    asked, and SettingsError for a collection that holds other documents too.
    """

    def __init__(self, url: str, *, collection: str | None, reading: bool, keep: bool) -> None:
        self._url = url.rstrip("/")
        self._client = httpx.Client(base_url=self._url, timeout=_SECONDS)
        self._collection = collection
        self._reading = reading
        self._keep = keep
        self._brought: list[str] = []

    def describe(self) -> dict[str, Any]:
        """As `Subject` has it; a server tells its version, but not its models and settings."""
        contract = self._request("GET", "/openapi.json").json()
        if contract.get("info", {}).get("title") != "Quoth":
            raise ServerError(f"What answers at {self._url} is no Quoth server: check --url.")
        told = {"version": contract["info"]["version"], "commit": None, "models": {"embedder": None, "reader": None}}
        return {"kind": "server", "url": self._url, **told, "settings": None}

    def prepare(self, dataset: Dataset) -> list[Problem]:
        """Put the documents; one that the server can't read is a problem."""
        own = self._collection is None
        self._collection = self._collection or default_collection(dataset)
        there = self._there()
        only_these(there, dataset, self._collection)
        refused = []
        with bar(len(dataset.documents), "putting documents", "document") as shown:
            for document in dataset.documents:
                if own or document.id not in there:
                    self._brought.append(document.id)
                markdown = document.media_type == "text/markdown"
                body = {
                    "text": document.text,
                    "title": document.title[:1024],
                    "media_type": "text/markdown" if markdown else "text/plain",
                    "collection": self._collection,
                }
                response = self._request("PUT", f"/v1/documents/{quote(document.id, safe='')}", allowed=422, json=body)
                if response.status_code == 422:
                    refused.append(Problem("refused_documents", document.id, _detail(response)))
                shown.update()
        return refused

    def ask(self, question: Question) -> Reply:
        """As `Subject` has it."""
        body: dict[str, Any] = {
            "question": question.text,
            "collection": self._collection,
            "max_answers": MAX_CANDIDATES,
            "min_confidence": 0,
        }
        if self._reading:
            body["document_ids"] = [question.document_id]
        response = self._request("POST", "/v1/ask", allowed=422, json=body)
        if response.status_code == 422:
            if not _kind(response).endswith(":invalid-question"):
                raise self._refused("POST", "/v1/ask", response)
            return REFUSED
        return reply_of(response.json())

    def chunks(self, document_id: str) -> list[StoredChunk] | None:  # noqa: ARG002  # a server doesn't say
        """As `Subject` has it."""
        return None

    def close(self) -> None:
        """As `Subject` has it."""
        if not self._keep:
            with suppress(ServerError):  # what went wrong before matters more
                for document_id in self._brought:
                    path = f"/v1/documents/{quote(document_id, safe='')}"
                    self._request("DELETE", path, allowed=404, params={"collection": self._collection})
        self._client.close()

    def _there(self) -> set[str]:
        found: set[str] = set()
        while True:
            where = {"collection": self._collection, "limit": 1000, "offset": len(found)}
            page = self._request("GET", "/v1/documents", params=where).json()
            found |= {document["id"] for document in page["documents"]}
            if not page["documents"] or len(found) >= page["total"]:
                return found

    def _request(self, method: str, path: str, *, allowed: int = 0, **parts: Any) -> httpx.Response:  # noqa: ANN401
        """The response, if its status is a success or `allowed`; a busy server is asked again."""
        for tried in range(1, _TRIES + 1):
            try:
                response = self._client.request(method, path, **parts)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                why = str(error) or type(error).__name__
                raise ServerError(f"{self._url} can't be asked ({why}): is `quoth serve` running there?") from error
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE or tried == _TRIES:
                break
            time.sleep(float(response.headers.get("retry-after", "1")))
        if response.is_success or response.status_code == allowed:
            return response
        raise self._refused(method, path, response)

    def _refused(self, method: str, path: str, response: httpx.Response) -> ServerError:
        return ServerError(f"{method} {self._url}{path} gave {response.status_code}: {_detail(response)}")


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _detail(response: httpx.Response) -> str:
    return str(_problem(response).get("detail") or response.text[:200] or response.reason_phrase)


def _kind(response: httpx.Response) -> str:
    return str(_problem(response).get("type", ""))
