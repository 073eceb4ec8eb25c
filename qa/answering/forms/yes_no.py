"""Yes or no, and the clause that decides it.

Rules over the words of question and clause. Where they are unsure, or the clause forbids what they would allow, the
sentence is given and no verdict.
"""

from collections.abc import Sequence

from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.form import Form, Shape, Verdict
from qa.answering.forms.lines import Line
from qa.answering.forms.polarity import NAMES, asks_permission, features, forbids, plain
from qa.answering.forms.question_kind import last_sentence
from qa.reading.guards import ANSWER_MARKED

# In logits: from where the rules decide
MIN_RULES = 1.2
_PLAIN = 4.0  # what a clause that begins with "Yes" or "No" adds
_FORBIDDEN = -2.0  # what a prohibition adds where permission is asked for: of 40 such clauses, 39 decided for no

# Of qa.answering.forms.polarity's features, fitted there
_WEIGHTS = {
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
    """The sentence around `[start, end)`, with the verdict where that is sure."""
    first, last = sentence_at(text, lines, start, end)
    if marked := ANSWER_MARKED.match(text, first, last):
        first = marked.end()
    verdict = verdict_of(last_sentence(question), text[first:last])
    return Shape(Form.YES_NO if verdict else Form.SENTENCE, first, last, verdict=verdict)


def verdict_of(question: str, clause: str) -> Verdict | None:
    """What the clause says to the question; None where that is unsure, or where it forbids what would be allowed."""
    logit = rules_say(question, clause)
    if abs(logit) < MIN_RULES:
        return None
    if logit > 0 and asks_permission(question) and forbids(clause) and plain(clause) is not True:
        return None
    return "yes" if logit > 0 else "no"


def rules_say(question: str, clause: str) -> float:
    """By how much the words alone are for yes, in logits."""
    said = plain(clause)
    if said is not None:
        return _PLAIN if said else -_PLAIN
    weighed = sum(_WEIGHTS[name] * value for name, value in zip(NAMES, features(question, clause), strict=True))
    return weighed + (_FORBIDDEN if asks_permission(question) and forbids(clause) else 0.0)
