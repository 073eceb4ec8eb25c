"""Yes or no, and the sentence that decides it.

Where `verdicts.py` is unsure of either, the answer is the sentence without a verdict.
"""

import re
from collections.abc import Sequence

from index.lines import Line, item_at, line_at
from qa.answering.forms.another_thing import sentence_on_asked
from qa.answering.forms.clauses import block_at, sentence_at, sentence_ends_within
from qa.answering.forms.exceptions import has_exception
from qa.answering.forms.form import Form, Shape, Verdict
from qa.answering.forms.labels_above import is_bare_label, item_asked, lead_above, verdict_below
from qa.answering.forms.lettered import sentence_on_letter
from qa.answering.forms.other_groups import is_on_asked, is_on_others
from qa.answering.forms.polarity import denies, explicit_verdict, forbids, sets_condition
from qa.answering.forms.question_kind import last_sentence
from qa.answering.forms.tables import yes_no_cell
from qa.answering.forms.verdicts import verdict_of
from qa.reading.contrasts import of_contrasts
from qa.reading.guards import ANSWER_MARKED
from qa.reading.stems import stems_of

_CLAUSE_WORDS = 4  # that can be a clause by themselves
_WORDS_LEFT_OUT = 6  # at the least, for a clause to stand for its sentence
_LONG_SENTENCE = 30  # words; more are cut, wherever the clause begins

_BAR = " | "  # between the cells of a row, which says nothing without the others
_PARTS = re.compile(r"(?:[;:–—(]|[,.]\s+(?:and|but|so)|\bbut)\s*$", re.IGNORECASE)

# What is in front of where a clause can begin: "ban dogs was rejected" of "The plan to ban dogs was rejected" is none
_BEGINS = re.compile(
    r"(?:^|[^\w\s]|\b(?:and|but|so|or|that|if|then|as|because|since|when|while|where|unless|until))\s*$", re.IGNORECASE
)

_JOINS_NEXT = re.compile(r"[;,](?:\s(?:and|or))?$")  # behind an item

_OF_PERMISSION = stems_of("allowed allow permitted permit possible okay ok forbidden prohibited am need")


def yes_no_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape:
    """The sentence around `[start, end)`, with a verdict if that is certain enough.

    A span that is a clause of a longer sentence stands for it where it says the same, or where only it decides. Between
    semicolons the half with the span decides.
    """
    if cell := yes_no_cell(question, text, start, end):
        return cell
    start, end = _in_one_item(text, lines, start, end)
    start, end = _in_one_sentence(question, text, lines, start, end)
    first, last = sentence_at(text, lines, start, end)
    if below := _below_lead(question, text, lines, first, last):
        return below
    place = (question, text, lines, first, last)
    if on_asked := sentence_on_asked(*place) or sentence_on_letter(*place):
        start, end = first, last = on_asked
    if marked := ANSWER_MARKED.match(text, first, last):
        first = marked.end()
    first, last = _without_contrast(question, text, first, last, start, end)
    verdict = verdict_of(question, text[first:last])
    half = _between_semicolons(text, first, last, start, end)
    if half != (first, last) and verdict_of(question, text[slice(*half)]) not in (verdict, None):
        first, last = half
        verdict = verdict_of(question, text[first:last])
    if further := _further_rule(question, text, lines, last, text[first:last], verdict):
        return further
    if not verdict and (beside := _rule_beside(question, text, lines, first, last)):
        return beside
    sentence, clause = text[first:last], text[start:end]
    if first <= start and _is_worth_cutting(sentence, clause) and _BAR not in clause:
        by_itself = verdict_of(question, clause)
        reads_well = _BEGINS.search(text[first:start]) or len(sentence.split()) > _LONG_SENTENCE
        agrees = by_itself == verdict and _says_the_same(sentence, clause) and reads_well
        decides_alone = by_itself and not verdict and _is_parted(text[first:start])
        if agrees or decides_alone:
            first, last, verdict = start, end, by_itself
    return Shape(Form.YES_NO if verdict else Form.SENTENCE, first, last, verdict=verdict)


def _in_one_item(text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The part of a span in the list item that it begins in, as "(b) keep no dogs;" of that and "(c) not smoke"."""
    item = item_at(text, lines, line_at(lines, start))
    return (start, item.end) if item and start < item.end < end else (start, end)


def _below_lead(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> Shape | None:
    """The item or phrase at `[first, last)`, or the item below it that is asked, if it belongs to the line above it."""
    if item := item_asked(question, text, lines, first, last):
        first, last = item.start, item.end
    elif is_bare_label(question, text, lines, first, last):
        return Shape(Form.SENTENCE, first, last)
    lead = lead_above(text, lines, first, last)
    if not lead:
        return None
    verdict = verdict_below(question, lead, text[first:last])
    joined = _JOINS_NEXT.search(text, first, last)
    last = joined.start() if joined else last
    return Shape(Form.YES_NO if verdict else Form.SENTENCE, first, last, verdict=verdict)


def _in_one_sentence(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int]:
    """The part of a span in the sentence with the most words of the question, if it is over several; else the span."""
    ends = sentence_ends_within(text, lines, start, end)
    if not ends or explicit_verdict(text[start:end]) is not None:
        return start, end
    asked = stems_of(last_sentence(question))
    parts = list(zip([start, *ends], [*ends, end], strict=True))
    common = [len(asked & stems_of(text[slice(*part)])) for part in parts]
    if common.count(max(common)) > 1:
        return start, end
    first, last = parts[common.index(max(common))]
    return last - len(text[first:last].lstrip()), last


def _further_rule(
    question: str, text: str, lines: Sequence[Line], last: int, sentence: str, verdict: Verdict | None
) -> Shape | None:
    """The sentence behind the one that ends at `last`, if it says otherwise of more of what is asked; else None.

    "May I smoke on the balcony?" is decided by the second of "Smoking isn't allowed in the hall. On the balcony it is."
    One of the two must forbid something, as a rule or its exception does.
    """
    start = last + len(text[last:]) - len(text[last:].lstrip())
    if not verdict or start >= len(text) or block_at(text, lines, last - 1, last)[1] <= start:
        return None
    first, end = sentence_at(text, lines, start, start + 1)
    following = text[first:end]
    subjects = stems_of(last_sentence(question)) - _OF_PERMISSION
    otherwise = verdict_of(question, following)
    if otherwise in (verdict, None) or forbids(sentence) == forbids(following):
        return None
    if len(subjects & stems_of(following)) <= len(subjects & stems_of(sentence)):
        return None
    return Shape(Form.YES_NO, first, end, verdict=otherwise)


def _rule_beside(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> Shape | None:
    """The sentence behind or before one on another kind of people or things, if it decides for the kind that is asked.

    "Can basic members bring guests?" is decided by the second of "Premium members may bring guests. Basic members may
    not."
    """
    if not is_on_others(question, text[first:last]):
        return None
    floor, ceiling = block_at(text, lines, first, last)
    behind = last + len(text[last:ceiling]) - len(text[last:ceiling].lstrip())
    before = floor + len(text[floor:first].rstrip())
    places = [(behind, behind + 1)] if behind < ceiling else []
    places += [(before - 1, before)] if before > floor else []
    for place in places:
        start, end = sentence_at(text, lines, *place)
        verdict = verdict_of(question, text[start:end])
        if verdict and is_on_asked(last_sentence(question), text[start:end]):
            return Shape(Form.YES_NO, start, end, verdict=verdict)
    return None


def _between_semicolons(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence with the span in it: of "Members may sublet; holiday lets are prohibited." either half.

    Each says something by itself. It is the sentence where the span is in both.
    """
    before, after = text.rfind("; ", first, start), text.find("; ", end, last)
    return (first if before < 0 else before + 2), (last if after < 0 else after)


def _without_contrast(question: str, text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The half of a sentence with the span, between semicolons, if another half is on another kind than the question.

    Of "The back gate is locked at ten; the front gate stays open." it is the second, for the front gate.
    """
    half = _between_semicolons(text, first, last, start, end)
    rest = (text[first : half[0]], text[half[1] : last])
    return half if any(of_contrasts(question, each) for each in rest) else (first, last)


def _is_worth_cutting(sentence: str, clause: str) -> bool:
    """Whether a clause has words enough for a verb, and leaves out enough: a short sentence reads better whole."""
    words = len(clause.split())
    return words >= _CLAUSE_WORDS and len(sentence.split()) - words >= _WORDS_LEFT_OUT


def _says_the_same(sentence: str, clause: str) -> bool:
    """Whether a clause leaves out no "not", no prohibition and no condition or exception of its sentence."""
    return all(says(clause) == says(sentence) for says in (denies, forbids, sets_condition, has_exception))


def _is_parted(before: str) -> bool:
    """Whether a clause begins behind a mark or a "but", so that nothing in front of it holds for it as well."""
    return not before.strip() or bool(_PARTS.search(before))
