"""A ranked answer → the answer as it is given: in its form, with a citation for every place that says so."""

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
class Giver:
    """How answers to one question are given. `document` is that of an id, `has_original` whether its file is kept."""

    question: str
    collection: str
    language: Language
    least: float
    document: Callable[[str], Document]
    has_original: Callable[[str], bool]

    def give(self, answer: RankedAnswer) -> GivenAnswer:
        """The answer in the form that fits its first place, and every place in its own; each place once."""
        placed = list(self._distinct(answer.places(self.least)))
        (first, form), citations = placed[0], tuple(self._cite(place, each) for place, each in placed)
        return GivenAnswer(
            text=self.document(first.passage.document_id).text[form.start : form.end],
            confidence=None if answer.confidence is None else round(answer.confidence, 4),
            support=len({citation.document_id for citation in citations}),
            citations=citations,
            form=form.form,
            parts=form.parts,
            verdict=form.verdict,
            row=form.row,
            column=form.column,
        )

    def _distinct(self, places: Iterable[Candidate]) -> Iterator[tuple[Candidate, Shape]]:
        seen: list[tuple[str, int, int]] = []
        for place in places:
            name = place.passage.document_id
            form = self._shape(place)
            if not any(name == other and form.start < end and start < form.end for other, start, end in seen):
                seen.append((name, form.start, form.end))
                yield place, form

    def _shape(self, place: Candidate) -> Shape:
        """The form that the question asks for, whose words are English; in other languages the span as it was read."""
        if self.language is not ENGLISH:
            return Shape(Form.SPAN, place.start, place.end)
        return shape(self.question, self.document(place.passage.document_id), place.start, place.end)

    def _cite(self, place: Candidate, form: Shape) -> Citation:
        name = place.passage.document_id
        document = self.document(name)
        words = document.text[form.start : form.end]
        return cite(
            document,
            self.collection,
            form.start,
            form.end,
            words,
            has_original=self.has_original(name),
            language=self.language,
        )


def without_repeats(given: Iterable[GivenAnswer]) -> list[GivenAnswer]:
    """The answers but those that an earlier one has said: the items of a list are no answers beside it."""
    kept: list[GivenAnswer] = []
    for answer in given:
        if not any(answer.text == other.text or _within(answer.citations[0], other.citations[0]) for other in kept):
            kept.append(answer)
    return kept


def contradicts(first: GivenAnswer, other: GivenAnswer) -> bool:
    """Whether two answers are still different ones in the forms they are given in."""
    return first.verdict is None or first.verdict != other.verdict


def _within(one: Citation, other: Citation) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end
