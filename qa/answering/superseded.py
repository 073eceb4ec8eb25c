"""Which answer replaces the best one: a newer text says that what an older one has was changed.

"The gate is closed at 9 pm" reads better for "When does the gate close?" than "From 1 June the gate stays open till
10.30 pm". A rule of `conflicts.py` alone would keep the second back, since it is worded otherwise than the question.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index.documents import Document
from index.language.english import ENGLISH
from index.lines import lines_near
from index.retrieval.passages import Passage
from qa.answering.answer_equivalence import contradict
from qa.answering.answer_normalization import canonical, is_number, numbers
from qa.answering.forms.clauses import sentence_at
from qa.answering.ranking import Candidate, Compare, RankedAnswer
from qa.answering.same_thing import on_other_kind
from qa.dates import edition_of, expiry_in
from qa.reading.former_values import asks_for_former, former_values, is_yes_no
from qa.reading.stems import stems_of
from qa.reading.substitutions import handovers_in, substitutions_in, tells_of_change

MIN_CHANGED = 0.1  # confidence alone of an answer whose text says that something was changed
MIN_NAMED_FORMER = 0.05  # of one whose text calls the best answer a former one
_SHARED = 0.5  # share of the question's stems in the best answer's sentence that the newer one needs
_FURTHER = 5  # so many answers after the best one are looked at
_TELLING_DIGITS = 3  # a value with so many is hardly that of another thing by chance
_LIKE = 3
_SUM = re.compile(r"[£$€]\s?\d[\d,]*(?:\.\d+)?")
_BESIDE = 80  # characters between the sentence of an answer and one beside it
_ANNOUNCED = re.compile(r"\b(?:correction|corrected|erratum|corrigendum|amendment|change\sof\splan)\b", re.IGNORECASE)
_NO_TOPIC = stems_of(
    "until till now currently today present moment time times long late early last first soon date day"
)
_OF_HANDOVER = stems_of("takes take took over from succeeds replaces replaced succeeded followed follows who")
_NAMED_CLAUSE = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3})+(?![\d.]*\d)(?!\s?%)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# Then it tells of a case, and not of what holds from now on: "In eco mode the light is lowered to 40 %"
_ON_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|in case|mode|provided|once|while|during)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^[ \t#*§]*(\d{1,3}(?:\.\d{1,3})+)\b", re.MULTILINE)
_MONEY = re.compile(
    r"[£$€]|\b(?:euros?|dollars?|pounds?|pence|cents?|francs?|crowns?|EUR|USD|GBP|CHF)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """An answer's place in its passage, with the sentence around it."""

    passage: Passage
    start: int
    end: int
    first: int
    last: int

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        return self.passage.text[self.first : self.last]

    @property
    def around(self) -> str:
        """The sentence without the answer."""
        return f"{self.passage.text[self.first : self.start]}; {self.passage.text[self.end : self.last]}"


def successor_of(
    question: str,
    ranked: Sequence[RankedAnswer],
    passages: Sequence[Passage],
    document: Callable[[str], Document],
    compare: Compare | None = None,
) -> RankedAnswer | None:
    """The answer that replaces the best one, `ranked[0]`, by what the texts say; None if none does.

    There are three kinds, the surest first. A text names the words that others replace: "In clause 3.2, “45 days” is
    replaced by “30 days”". It calls the best answer a former one: "You pay £412.80. Last year's premium was £378.40".
    Or it tells of a change: "From this term subs go up to £48". The confidence of the first two is that of the answer
    which they replace; the third's is its own, as if it were the only one.

    Questions for what was before and for yes or no have none.
    """
    if asks_for_former(question) or is_yes_no(question) or not ranked[0].calibration:
        return None
    best = _placed(ranked[0].candidates[0])
    if new := next(_put_in_its_place(question, best, passages), None):
        return _in_place_of(ranked[0], *new)
    others = [(answer, _placed(answer.candidates[0])) for answer in ranked[1 : 1 + _FURTHER]]
    for answer, place in others:
        amount = _of_like_size(best, place) if _names_former(question, best, place) else None
        if amount and _alone(answer, compare) >= MIN_NAMED_FORMER:
            return _in_place_of(ranked[0], place.passage, *amount)
    for answer, place in others:
        if not contradict(best.text, place.text):
            continue
        if _is_changed(question, best, place, document) and _alone(answer, compare) >= MIN_CHANGED:
            return answer.alone(compare)
    return None


def sentence_without(candidate: Candidate) -> str:
    """The sentence around a place, without the place."""
    return _placed(candidate).around


def _put_in_its_place(question: str, best: _Place, passages: Sequence[Passage]) -> Iterator[tuple[Passage, int, int]]:
    """The places of what passages put in the place of the best answer, word for word, or by who follows whom."""
    for passage in passages:
        for old, (start, end) in substitutions_in(passage.text, passage.context):
            is_its_clause = _is_replaced(best, passage, start, old) and _names_clause_of(best, passage, start)
            if is_its_clause and not _stands_elsewhere(old, passages, {best.passage.document_id, passage.document_id}):
                yield passage, start, end
        for old, (start, end), told in handovers_in(passage.text):
            if _is_replaced(best, passage, start, old) and _is_on_role(question, best, passage, told):
                yield passage, start, end


def _stands_elsewhere(old: str, passages: Sequence[Passage], known: set[str]) -> bool:
    """Whether further documents have these words, so that the amendment may be one of theirs."""
    return any(old in passage.text for passage in passages if passage.document_id not in known)


def _placed(candidate: Candidate) -> _Place:
    passage, start, end = candidate.within
    return _Place(passage, start, end, *_sentence(passage, start, end))


def _sentence(passage: Passage, start: int, end: int) -> tuple[int, int]:
    return sentence_at(passage.text, lines_near(passage.text, start, end), start, end)


def _alone(answer: RankedAnswer, compare: Compare | None) -> float:
    return answer.confidence_alone(answer.candidates[0], compare) or 0.0


def _is_replaced(best: _Place, passage: Passage, start: int, old: str) -> bool:
    """Whether the best answer shares words with those that a passage replaces at `start`, and isn't this amendment."""
    words = re.escape(old.strip(" .,;"))
    places = re.finditer(rf"(?<!\w){words}(?!\w)", best.sentence, re.IGNORECASE)
    here, there = best.start - best.first, best.end - best.first
    if not any(found.start() < there and here < found.end() for found in places):
        return False
    first, last = _sentence(passage, start, start)
    is_here = passage.start + first <= best.passage.start + best.start < passage.start + last
    return not (is_here and passage.document_id == best.passage.document_id)  # the amendment itself was read


def _names_clause_of(best: _Place, passage: Passage, start: int) -> bool:
    """Whether the sentence of a passage at `start` names the best answer's clause, or none: "In clause 3.2, …"."""
    named = set(_NAMED_CLAUSE.findall(passage.text[slice(*_sentence(passage, start, start))]))
    clauses = _CLAUSE.findall(best.passage.text, 0, best.start)
    return not named or not clauses or clauses[-1] in named


def _is_on_role(question: str, best: _Place, passage: Passage, told: tuple[int, int]) -> bool:
    """Whether a sentence on who follows whom is on the role that the question, or the best answer's sentence, has.

    "Ines Roth takes over the vaccinations from Amos Pell" isn't on "The treasurer is Amos Pell".
    """
    sentence = passage.text[slice(*_sentence(passage, *told))]
    role = stems_of(sentence) - _OF_HANDOVER - stems_of(best.text)
    return bool(role & (stems_of(question) | stems_of(best.sentence)))


def _names_former(question: str, best: _Place, newer: _Place) -> bool:
    """Whether the sentence of the newer answer, or one right beside it, calls the best answer's amount a former one."""
    if newer.passage.document_id == best.passage.document_id:
        return False
    is_telling = len(re.findall(r"\d", best.text)) >= _TELLING_DIGITS
    if not is_telling and not _is_on_asked(question, best, newer):
        return False
    text = newer.passage.text
    return any(
        start < newer.last + _BESIDE
        and newer.first - _BESIDE < end
        and not (start < newer.end and newer.start < end)
        and _is_amount(best.text, text[start:end])
        for start, end in former_values(text)
    )


def _of_like_size(best: _Place, newer: _Place) -> tuple[int, int] | None:
    """The slice of the newer answer, or else of a sum in its sentence, that is at most _LIKE times more or less.

    Of "£412.80 a year, or twelve payments of £36.20" the first is what was £378.40.
    """
    old = _value(best.text)
    sums = [(newer.start, newer.end)]
    if _MONEY.search(best.text):
        sums += [found.span() for found in _SUM.finditer(newer.passage.text, newer.first, newer.last)]
    for start, end in sums:
        words = newer.passage.text[start:end]
        if contradict(best.text, words) and _are_like(old, _value(words)):
            return start, end
    return None


def _are_like(one: float | None, other: float | None) -> bool:
    """Whether two values are of one size; those that aren't known may be."""
    return one is None or other is None or (one != other and one <= _LIKE * other and other <= _LIKE * one)


def _value(text: str) -> float | None:
    values = [each for each in numbers(canonical(text, ENGLISH)) if is_number(each) and ":" not in each]
    return float(values[0]) if len(values) == 1 else None


def _is_amount(one: str, other: str) -> bool:
    values = numbers(canonical(one, ENGLISH))
    return bool(values) and values == numbers(canonical(other, ENGLISH))


def _is_changed(question: str, best: _Place, newer: _Place, document: Callable[[str], Document]) -> bool:
    """Whether the newer answer's text says that it changes what the best one's has, on the same thing."""
    if newer.passage.document_id == best.passage.document_id or bool(_MONEY.search(best.text)) != bool(
        _MONEY.search(newer.text)
    ):
        return False
    if any(start < newer.end and newer.start < end for start, end in former_values(newer.passage.text)):
        return False  # "The port moved from 7070 to 7443": of these the former
    edition, other = (edition_of(document(place.passage.document_id)) for place in (newer, best))
    if edition and other and edition < other:
        return False
    years = set(_YEAR.findall(question))
    if years and not years & set(_YEAR.findall(f"{edition} {newer.passage.context} {newer.sentence}")):
        return False
    has_expired = _has_expired(best, edition)
    if not has_expired:
        if not tells_of_change(_told(newer)) or (tells_of_change(best.sentence) and edition == other):
            return False
        if _ON_CONDITION.search(newer.sentence) and not _ON_CONDITION.search(f"{question} {best.sentence}"):
            return False
    return _is_on_asked(question, best, newer)


def _has_expired(best: _Place, edition: str | None) -> bool:
    """Whether the best answer's sentence ends with a date before the newer text's: "(valid until 31 March 2025)"."""
    end = expiry_in(best.sentence)
    return bool(end and edition and end[: len(edition)] < edition[: len(end)])


def _told(place: _Place) -> str:
    """Its sentence, with the one before if that announces a correction: "A correction. The trip is on 5 March."."""
    before = place.passage.text[max(0, place.first - _BESIDE) : place.first]
    return f"{before if _ANNOUNCED.search(before) else ''}{place.sentence}"


def _is_on_asked(question: str, best: _Place, newer: _Place) -> bool:
    """Whether the newer answer's sentence is on what the question names and the best answer's sentence has."""
    there = stems_of(f"{newer.passage.context}\n{newer.sentence}")
    asked = (stems_of(question) - _NO_TOPIC) & stems_of(f"{best.passage.context}\n{best.sentence}")
    if not asked or len(asked & there) < _SHARED * len(asked):
        return False
    return not any(on_other_kind(each, newer.around) for each in (question, best.around))


def _in_place_of(best: RankedAnswer, passage: Passage, start: int, end: int) -> RankedAnswer:
    """The answer with the evidence of the best one, for it is right where that would be."""
    old = best.candidates[0]
    place = replace(
        old,
        passage=replace(passage, signals=old.passage.signals),
        start=passage.start + start,
        end=passage.start + end,
        text=passage.text[start:end],
    )
    return RankedAnswer((place,), best.lead, best.calibration)
