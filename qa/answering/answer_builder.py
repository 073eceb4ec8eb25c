"""A ranked answer → the answer to return: in the form that suits the question, with a citation for every place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from index.documents import Document
from index.language.base import Language
from index.language.english import ENGLISH
from qa.answering.answers import GivenAnswer
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.shaping import shape
from qa.answering.ranking import Candidate, RankedAnswer
from qa.citing import Citation, cite


@dataclass(frozen=True, slots=True)
class AnswerBuilder:
    """Builds the answers to one question.

    `threshold` in [0, 1] is the confidence that a place must have to be cited. `document` returns the document with an
    id, and `has_original` whether its file is kept. `read_verdict` returns a shape of a document with its verdict.
    """

    question: str
    collection: str
    language: Language
    threshold: float
    document: Callable[[str], Document]
    has_original: Callable[[str], bool]
    read_verdict: Callable[[Document, Shape], Shape]

    def build(self, answer: RankedAnswer) -> GivenAnswer:
        """The answer in the form of its best place, with a citation for each place, in that place's own form."""
        shaped = list(self._distinct(answer.places(self.threshold)))
        citations = tuple(self._cite(place, shape_there) for place, shape_there in shaped)
        best, best_shape = shaped[0]
        return GivenAnswer(
            text=self.document(best.passage.document_id).text[best_shape.start : best_shape.end],
            confidence=None if answer.confidence is None else round(answer.confidence, 4),
            support=len({citation.document_id for citation in citations}),
            citations=citations,
            form=best_shape.form,
            parts=best_shape.parts,
            verdict=best_shape.verdict,
            row=best_shape.row,
            column=best_shape.column,
        )

    def _distinct(self, places: Iterable[Candidate]) -> Iterator[tuple[Candidate, Shape]]:
        """Each place with its shape, without those whose shape overlaps an earlier one's."""
        seen: list[tuple[str, int, int]] = []
        for place in places:
            document_id = place.passage.document_id
            shaped = self._shape(place)
            if not any(
                document_id == other and shaped.start < end and start < shaped.end for other, start, end in seen
            ):
                seen.append((document_id, shaped.start, shaped.end))
                yield place, shaped

    def _shape(self, place: Candidate) -> Shape:
        """The form that the question asks for. The rules know only English; in other languages it is the span."""
        if self.language is not ENGLISH:
            return Shape(Form.SPAN, place.start, place.end)
        document = self.document(place.passage.document_id)
        return self.read_verdict(document, shape(self.question, document, place.start, place.end))

    def _cite(self, place: Candidate, shaped: Shape) -> Citation:
        document = self.document(place.passage.document_id)
        return cite(
            document,
            self.collection,
            shaped.start,
            shaped.end,
            document.text[shaped.start : shaped.end],
            has_original=self.has_original(document.id),
            language=self.language,
        )


def without_repeats(answers: Iterable[GivenAnswer]) -> list[GivenAnswer]:
    """The answers without those that repeat an earlier one's text or overlap its place, like one item of a list."""
    kept: list[GivenAnswer] = []
    for answer in answers:
        if not any(answer.text == other.text or _overlap(answer.citations[0], other.citations[0]) for other in kept):
            kept.append(answer)
    return kept


def contradicts(first: GivenAnswer, other: GivenAnswer) -> bool:
    """Whether two contradicting spans still contradict each other in their forms: not with the same verdict."""
    return first.verdict is None or first.verdict != other.verdict


def _overlap(one: Citation, other: Citation) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end
