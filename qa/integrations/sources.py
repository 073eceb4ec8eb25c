"""What the integrations ask, a server or an engine in this process, and places as flat metadata.

A `Source` is a `qa.client.Client`, an `InProcess`, or the address of a server, whose key, if it has any, is taken from
QUOTH_API_KEY and never written into a pipeline's file.
"""

import os
from typing import TYPE_CHECKING, Any, Protocol

from index.storage.principals import SEES_ALL, Principal
from qa.answering.answers import Answer, Found, GivenAnswer, ReadPassage
from qa.client import Client

if TYPE_CHECKING:
    from qa.assembly import Engine


class Source(Protocol):
    """Answers and searches. Raises QuothError."""

    def ask(self, question: str, *, collection: str, max_answers: int) -> Answer:
        """Answer a question."""

    def search(self, question: str, *, collection: str, top_k: int | None) -> Found:
        """The passages that bear on a question; None: as many as the settings say."""


class InProcess:
    """An engine in this process, asked as one principal."""

    def __init__(self, engine: "Engine", principal: Principal = SEES_ALL) -> None:
        self._engine = engine
        self._principal = principal

    def ask(self, question: str, *, collection: str, max_answers: int) -> Answer:
        """As `Engine.ask`."""
        from qa.assembly import filter_of

        return self._engine.ask(self._principal, question, filter_of(collection), max_answers=max_answers)

    def search(self, question: str, *, collection: str, top_k: int | None) -> Found:
        """As `Engine.search`."""
        from qa.assembly import filter_of

        return self._engine.search(self._principal, question, filter_of(collection), top_k=top_k)


def source_of(quoth: "str | Source") -> Source:
    """The source itself, or a client of the server at this address. Raises SettingsError for one that is no address."""
    if isinstance(quoth, str):
        return Client(quoth, api_key=os.environ.get("QUOTH_API_KEY"))
    return quoth


def passage_metadata(passage: ReadPassage) -> dict[str, Any]:
    """Where a passage stands: `document.text[start:end]` is its text; and the signals that it is ranked by."""
    return {
        "document_id": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "score": passage.score,
        "dense": passage.dense,
        "bm25": passage.bm25,
    }


def answer_metadata(answer: GivenAnswer) -> dict[str, Any]:
    """Where an answer stands first: `document.text[start:end]` is its text. `url` is a page of the service."""
    citation = answer.citations[0]
    return {
        "document_id": citation.document_id,
        "title": citation.title,
        "uri": citation.uri,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "section": citation.section,
        "sentence": citation.sentence,
        "url": citation.url,
        "confidence": answer.confidence,
        "support": answer.support,
        "form": str(answer.form),
    }
