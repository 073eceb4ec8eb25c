"""Components for Haystack pipelines (`pip install 'quoth[haystack]'`).

    from haystack import Pipeline
    from qa.integrations.haystack import QuothAnswerer, QuothRetriever

    pipeline = Pipeline()
    pipeline.add_component("quoth", QuothAnswerer("http://127.0.0.1:8000", max_answers=3))
    result = pipeline.run({"quoth": {"query": "Who became safety officer after Piet Amsel?"}})
    passages = QuothRetriever("http://127.0.0.1:8000", top_k=4).run("Who became safety officer?")

Answers are Haystack's own `ExtractedAnswer`: `document` is the passage that holds it, `context` its sentence, `score`
the confidence, 0 without a calibration; `start` and `end` in `meta` are characters of the document as Quoth indexed it.
Without an answer there is one whose `data` is None, as Haystack's readers have it, with the reason in `meta`.

`Pipeline.load(file, allowed_modules=["qa.integrations.haystack"])` reads a pipeline with these from its file.
"""

from collections.abc import Sequence
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict
from haystack.dataclasses import ExtractedAnswer

from index.documents import DEFAULT_COLLECTION
from index.errors import SettingsError
from qa.answering.answers import Answer, GivenAnswer, ReadPassage
from qa.integrations.sources import Source, answer_metadata, passage_metadata, source_of


@component
class QuothAnswerer:
    """Answers with the words of the documents. `quoth` is a `Source` or a server's address."""

    def __init__(self, quoth: str | Source, collection: str = DEFAULT_COLLECTION, max_answers: int = 1) -> None:
        self._quoth = quoth
        self._source = source_of(quoth)
        self._collection = collection
        self._max_answers = max_answers

    @component.output_types(answers=list[ExtractedAnswer], documents=list[Document])
    def run(self, query: str) -> dict[str, Any]:
        """`answers`, best first, and `documents`, the passages that were retrieved."""
        answer = self._source.ask(query, collection=self._collection, max_answers=self._max_answers)
        answers = [_extracted(query, given, answer.passages) for given in answer.answers] or [_none(query, answer)]
        return {"answers": answers, "documents": [_document(passage) for passage in answer.passages]}

    def to_dict(self) -> dict[str, Any]:
        """As Haystack writes a component into a pipeline's file. Raises SettingsError unless `quoth` is an address."""
        written: dict[str, Any] = default_to_dict(
            self, quoth=_address(self._quoth), collection=self._collection, max_answers=self._max_answers
        )
        return written

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "QuothAnswerer":
        """As Haystack reads it."""
        return default_from_dict(cls, data)  # type: ignore[no-any-return]


@component
class QuothRetriever:
    """The passages that bear on a question, best first. `top_k` None finds as many as Quoth reads."""

    def __init__(self, quoth: str | Source, collection: str = DEFAULT_COLLECTION, top_k: int | None = None) -> None:
        self._quoth = quoth
        self._source = source_of(quoth)
        self._collection = collection
        self._top_k = top_k

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, Any]:
        """`documents`, best first."""
        top_k = self._top_k if top_k is None else top_k
        found = self._source.search(query, collection=self._collection, top_k=top_k)
        return {"documents": [_document(passage) for passage in found.passages]}

    def to_dict(self) -> dict[str, Any]:
        """As Haystack writes a component into a pipeline's file. Raises SettingsError unless `quoth` is an address."""
        written: dict[str, Any] = default_to_dict(
            self, quoth=_address(self._quoth), collection=self._collection, top_k=self._top_k
        )
        return written

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "QuothRetriever":
        """As Haystack reads it."""
        return default_from_dict(cls, data)  # type: ignore[no-any-return]


def _address(quoth: str | Source) -> str:
    if not isinstance(quoth, str):
        raise SettingsError("Only a component that asks a server by its address can be written to a file: give that.")
    return quoth


def _document(passage: ReadPassage) -> Document:
    return Document(content=passage.text, score=passage.score, meta=passage_metadata(passage))


def _extracted(query: str, given: GivenAnswer, passages: Sequence[ReadPassage]) -> ExtractedAnswer:
    """An answer in the passage that it was read in, or in its sentence where it is longer than that passage."""
    citation, meta = given.citations[0], answer_metadata(given)
    length, within = citation.end - citation.start, citation.sentence.index(given.text)
    document, first = Document(content=citation.sentence, meta=meta), within
    for passage in passages:
        if (
            passage.document_id == citation.document_id
            and passage.start <= citation.start < citation.end <= passage.end
        ):
            document, first = _document(passage), citation.start - passage.start
            break
    return ExtractedAnswer(
        query=query,
        score=given.confidence or 0.0,
        data=given.text,
        document=document,
        context=citation.sentence,
        document_offset=ExtractedAnswer.Span(first, first + length),
        context_offset=ExtractedAnswer.Span(within, within + length),
        meta=meta,
    )


def _none(query: str, answer: Answer) -> ExtractedAnswer:
    meta = {"reason": answer.reason and str(answer.reason), "message": answer.message}
    return ExtractedAnswer(query=query, score=0.0, data=None, meta=meta)
