"""Yes or no, and the sentence that decides it.

A logistic regression over `polarity.py`'s features decides. If it is unsure, or says yes although the sentence forbids
something, the answer is the sentence without a verdict.
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.form import Form, Shape, Verdict
from qa.answering.forms.polarity import (
    NAMES,
    asks_permission,
    denies,
    explicit_verdict,
    features,
    forbids,
    has_exception,
    is_limited_otherwise,
    names_exception,
    says_the_opposite,
    sets_condition,
    without_asked_denials,
    without_other_exceptions,
    without_relative_clauses,
)
from qa.answering.forms.question_kind import last_sentence
from qa.reading.guards import ANSWER_MARKED
from qa.reading.stems import stems_of

# In logits
MIN_LOGIT = 0.8  # how far from 0 the logit must be for a verdict
_CLAUSE_WORDS = 4  # that can be a clause by themselves
_WORDS_LEFT_OUT = 6  # at the least, for a clause to stand for its sentence
_LONG_SENTENCE = 30  # words; more are cut, wherever the clause begins
_EXPLICIT = 4.0  # of a clause that begins with "Yes"; -4 of one that begins with "No"
_FORBIDDEN = -2.0  # added for a prohibition if permission is asked for: 39 of 40 such clauses mean no

_PARTS = re.compile(r"(?:[;:–—(]|[,.]\s+(?:and|but|so)|\bbut)\s*$", re.IGNORECASE)

# What is in front of where a clause can begin: "ban dogs was rejected" of "The plan to ban dogs was rejected" is none
_BEGINS = re.compile(
    r"(?:^|[^\w\s]|\b(?:and|but|so|or|that|if|then|as|because|since|when|while|where|unless|until))\s*$", re.IGNORECASE
)

_OF_PERMISSION = stems_of("allowed allow permitted permit possible okay ok forbidden prohibited am need")

_WEIGHTS = {  # name of the feature → its weight
    "bias": -0.42,
    "q_permission": 0.59,
    "q_duty": -0.09,
    "q_denied": -0.11,
    "q_limit": -0.07,
    "q_do": 0.24,
    "q_be": 0.09,
    "prohibited": -0.29,
    "optional": -0.01,
    "denied": -1.63,
    "permitted": 0.48,
    "duty": -0.10,
    "limited": -0.63,
    "also": 0.25,
    "done": 0.20,
    "pending": 0.01,
    "q_permission*prohibited": -0.95,
    "q_permission*permitted": 0.65,
    "q_permission*denied": 0.58,
    "q_permission*limited": -0.27,
    "q_permission*duty": -0.59,
    "q_duty*optional": -0.91,
    "q_duty*duty": 0.76,
    "q_duty*permitted": -0.68,
    "q_duty*denied": -0.38,
    "q_denied*denied": 0.82,
    "q_denied*prohibited": 0.11,
    "q_denied*permitted": 0.36,
    "q_limit*limited": 0.11,
    "q_limit*denied": -0.10,
    "q_limit*also": -0.23,
    "q_do*denied": -0.91,
    "q_be*denied": -0.39,
    "other_number": -0.39,
    "same_number": 0.18,
    "overlap": 0.26,
}


def yes_no_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape:
    """The sentence around `[start, end)`, with a verdict if that is certain enough.

    A span that is a clause of a longer sentence stands for it where it says the same, or where only it decides. Between
    semicolons the half with the span decides.
    """
    first, last = sentence_at(text, lines, start, end)
    if marked := ANSWER_MARKED.match(text, first, last):
        first = marked.end()
    asked = last_sentence(question)
    verdict = verdict_of(asked, text[first:last])
    half = _between_semicolons(text, first, last, start, end)
    if half != (first, last) and verdict_of(asked, text[slice(*half)]) not in (verdict, None):
        first, last = half
        verdict = verdict_of(asked, text[first:last])
    if further := _further_rule(asked, text, lines, last, text[first:last], verdict):
        return further
    sentence, clause = text[first:last], text[start:end]
    if first <= start and _is_worth_cutting(sentence, clause):
        by_itself = verdict_of(asked, clause)
        reads_well = _BEGINS.search(text[first:start]) or len(sentence.split()) > _LONG_SENTENCE
        agrees = by_itself == verdict and _says_the_same(sentence, clause) and reads_well
        decides_alone = by_itself and not verdict and _is_parted(text[first:start])
        if agrees or decides_alone:
            first, last, verdict = start, end, by_itself
    return Shape(Form.YES_NO if verdict else Form.SENTENCE, first, last, verdict=verdict)


def _further_rule(
    asked: str, text: str, lines: Sequence[Line], last: int, sentence: str, verdict: Verdict | None
) -> Shape | None:
    """The sentence behind the one that ends at `last`, if it says otherwise of more of what is asked; else None.

    "May I smoke on the balcony?" is decided by the second of "Smoking isn't allowed in the hall. On the balcony it is."
    """
    start = last + len(text[last:]) - len(text[last:].lstrip())
    if not verdict or start >= len(text) or block_at(text, lines, last - 1, last)[1] <= start:
        return None
    first, end = sentence_at(text, lines, start, start + 1)
    following = text[first:end]
    subjects = stems_of(asked) - _OF_PERMISSION
    otherwise = verdict_of(asked, following)
    if otherwise in (verdict, None) or len(subjects & stems_of(following)) <= len(subjects & stems_of(sentence)):
        return None
    return Shape(Form.YES_NO, first, end, verdict=otherwise)


def _between_semicolons(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence with the span in it: of "Members may sublet; holiday lets are prohibited." either half.

    Each says something by itself. It is the sentence where the span is in both.
    """
    before, after = text.rfind("; ", first, start), text.find("; ", end, last)
    return (first if before < 0 else before + 2), (last if after < 0 else after)


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


def verdict_of(question: str, clause: str) -> Verdict | None:
    """The clause's answer to the question; None if unsure.

    That it is, too, where it would say yes though the clause prohibits something, or limits how often or how much, and
    where the question is about what the clause excepts.
    """
    if names_exception(question, clause) and explicit_verdict(clause) is None:
        return None
    clause = without_other_exceptions(question, without_relative_clauses(clause))
    clause = without_asked_denials(question, clause)
    logit = yes_logit(question, clause)
    if abs(logit) < MIN_LOGIT:
        return None
    unsure = (asks_permission(question) and forbids(clause)) or is_limited_otherwise(question, clause)
    if logit > 0 and unsure and explicit_verdict(clause) is not True:
        return None
    return "yes" if logit > 0 else "no"


def yes_logit(question: str, clause: str) -> float:
    """The logit of "yes"; below 0 it is "no".

    "Can I smoke in the hall?" with "Smoking is not allowed in the hall.": the weights of its features add up to -0.86,
    and a prohibition where permission is asked for makes that -2.86, so no.
    """
    verdict = explicit_verdict(clause)
    if verdict is not None:
        return _EXPLICIT if verdict else -_EXPLICIT
    if says_the_opposite(question, clause):
        return 0.0 if denies(question) or denies(clause) else -_EXPLICIT
    logit = sum(_WEIGHTS[name] * value for name, value in zip(NAMES, features(question, clause), strict=True))
    return logit + (_FORBIDDEN if asks_permission(question) and forbids(clause) else 0.0)
