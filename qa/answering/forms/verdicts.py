"""Whether a clause answers a question with yes or no, by a logistic regression over the signs of `verdict_signs.py`.

The weights were fitted on 975 yes/no questions in people's own words and the sentences that decide them; but for
"restates" and "ordered", which are rare there. Of sentences that affirm all that is asked, 83 % mean yes in 320 other
questions with sentences of encyclopaedias.
"""

import re

from qa.answering.forms.asked_part import asked_part, is_plain
from qa.answering.forms.days import DayRelation, relation_to_days
from qa.answering.forms.exceptions import before_exception, names_exception
from qa.answering.forms.form import Verdict
from qa.answering.forms.limits import Relation, is_in_range, relation_to_limit, with_plain_limits
from qa.answering.forms.other_groups import is_exclusive, is_on_others, leaves_out
from qa.answering.forms.polarity import (
    asked_relative_clause,
    asks_permission,
    demands,
    denies,
    denies_asked_part,
    explicit_verdict,
    forbids,
    holds_on_condition,
    is_duty_asked_for,
    is_limited_otherwise,
    refuses,
    tells_of_another,
    without_asked_denials,
    without_other_exceptions,
    without_relative_clauses,
)
from qa.answering.forms.question_kind import last_sentence
from qa.answering.forms.sanctions import asks_for_sanctioned, verdict_of_sanction
from qa.answering.forms.verdict_signs import signs
from qa.reading.weekdays import with_days_of

# In logits
MIN_YES = 1.0  # how far above 0 the logit must be for a yes
MIN_NO = 0.8  # how far below 0 for a no; less, for a wrong yes does more harm
_EXPLICIT = 4.0  # of a clause that begins with "Yes"; -4 of one that begins with "No"
_SAYS_SO = -0.5  # least logit of a clause that says what is asked of its days: "The market takes place every Thursday"
_WITHIN = -0.75  # least logit of a yes to an amount within the limit: 68 of 79 such clauses between it and 1 mean yes
_FORBIDDEN = -2.0  # added for a prohibition if permission is asked for: 39 of 40 such clauses mean no

_PRICED = re.compile(r"\b(?:free|charged?|costs?|fees?|pays?|paid|discount\w*)\b", re.IGNORECASE)

_MAY = re.compile(r"(?<=\d )May\b|\bMay(?= \d)|(?<=\bin )May\b")  # the month, which permits nothing

_BIAS = -0.44
_WEIGHTS = {  # a sign, or several that must all be there → its weight
    "against": -0.32,
    "agrees": 0.13,
    "all": -0.10,
    "can": 0.18,
    "denies": -1.51,
    "duty": 0.25,
    "free": 0.10,
    "harm": 0.30,
    "last": -0.17,
    "only": -0.48,
    "opposes": -0.84,
    "part": 0.19,
    "q_denied": 0.18,
    "q_do": -0.21,
    "q_duty": -0.36,
    "q_harm": -0.15,
    "q_permission": 0.39,
    "q_scope": 0.38,
    "q_some": 0.22,
    "q_whole": -0.22,
    "affirms*against": -0.36,
    "affirms*agrees": 0.63,
    "affirms*can": 0.35,
    "affirms*done_to": -0.20,
    "affirms*free": 0.19,
    "affirms*harm": -0.27,
    "affirms*last": 0.18,
    "affirms*only": -0.46,
    "affirms*opposes": -0.71,
    "affirms*part": 0.45,
    "affirms*q_be": 0.20,
    "affirms*q_denied": -0.27,
    "affirms*q_do": 0.51,
    "affirms*q_duty": -0.27,
    "affirms*q_exist": 0.41,
    "affirms*q_future": 0.28,
    "affirms*q_harm": -0.37,
    "affirms*q_some": 0.25,
    "affirms*q_whole": -0.41,
    "affirms*restates": 1.00,
    "denies*agrees": -0.50,
    "denies*last": -0.35,
    "denies*q_be": -0.31,
    "denies*q_denied": 0.45,
    "denies*q_do": -0.71,
    "denies*q_exist": -0.45,
    "denies*q_future": -0.30,
    "denies*q_harm": 0.23,
    "denies*q_permission": 0.32,
    "denies*q_scope": 0.15,
    "denies*q_whole": 0.18,
    "q_duty*can": -0.24,
    "q_duty*choice": -0.23,
    "q_duty*duty": 0.48,
    "q_duty*ordered": 1.50,
    "q_harm*harm": 0.29,
    "q_permission*can": 0.77,
    "q_permission*choice": 0.72,
    "q_permission*done_to": -0.44,
    "q_permission*duty": -0.39,
    "q_permission*free": 0.54,
    "q_permission*prohibited": -0.60,
    "q_scope*all": -0.09,
    "q_some*can": -0.16,
    "q_whole*all": 0.32,
    "q_whole*only": -0.44,
    "q_whole*part": -0.50,
}
_SIGNS = [(frozenset(names.split("*")), weight) for names, weight in _WEIGHTS.items()]


def verdict_of(question: str, clause: str) -> Verdict | None:
    """The clause's answer to the question's last sentence; None if unsure.

    That it is, too, where it would say yes though the clause prohibits something, or limits how often or how much;
    where the question is on another kind of people or things than the clause; and where something is so only on a
    condition. Of what the clause excepts the opposite is true.
    """
    explicit = explicit_verdict(clause)
    if explicit is not None:
        return "yes" if explicit else "no"
    asked, whole, clause = last_sentence(question), clause, asked_part(question, clause)
    if asks_for_sanctioned(question, clause):
        return verdict_of_sanction(question, clause)
    if demands(asked, whole) and relation_to_limit(question, clause) != "beyond":
        return "yes"
    if names_exception(question if is_plain(question) else asked, clause):
        return _opposite(verdict_of(question, before_exception(clause)))
    if tells_of_another(asked, clause):
        return None
    if is_on_others(question, clause):
        if not is_exclusive(clause):
            return None
        if leaves_out(asked, clause):
            return "no"
    verdict = _by_signs(question, clause)
    if verdict == "yes" and relation_to_limit(question, clause) == "beyond" and is_in_range(question, whole):
        return None  # the rest of the sentence is on that number
    return verdict


def _by_signs(question: str, clause: str) -> Verdict | None:
    asked, relation = last_sentence(question), relation_to_limit(question, clause)
    clause = deciding_part(asked, with_plain_limits(clause) if relation else clause)
    logit = yes_logit(asked, clause)
    if relation:
        return _with_limit(asked, clause, logit, relation, is_plain(question))
    if days := days_of_plain(question, clause):
        return None if days == "unclear" else _of_days(asked, clause, days)
    if -MIN_NO < logit < MIN_YES:
        return "no" if denies_asked_part(asked, clause) else None
    if logit < 0:
        is_unsure = (holds_on_condition(clause) and not denies(clause)) or is_duty_asked_for(asked, clause)
        return None if is_unsure else "no"
    return None if (asks_permission(asked) and forbids(clause)) or is_limited_otherwise(asked, clause) else "yes"


def _with_limit(asked: str, clause: str, logit: float, relation: Relation, plain: bool) -> Verdict | None:
    """The verdict of a clause that sets a limit to an amount that is asked about.

    What it allows or requires up to there isn't so beyond; what it denies up to there may be, and is taken to be so if
    the question is plain.
    """
    if denies(clause) or refuses(clause):
        if relation == "beyond":
            return "yes" if plain and logit <= -MIN_NO else None
        return "no" if relation == "within" and logit <= -MIN_NO else None
    if relation == "unclear":
        return None
    if relation == "within":
        return "yes" if logit >= _WITHIN else None
    if _PRICED.search(clause) and not _PRICED.search(asked):
        return None  # it may be had for more
    return "no" if logit >= MIN_YES or signs(asked, clause) & {"q_permission", "q_duty", "q_exist"} else None


def beyond_of_yes(question: str, clause: str) -> Verdict | None:
    """What a reader's yes is, that leaves the numbers out, for an amount beyond the limit of a clause.

    It is a no where the clause allows something up to there; what it denies up to there may be so beyond, or not.
    """
    if denies(clause) or refuses(clause) or _PRICED.search(clause):
        return None
    return None if refuses(question) or denies(question) else "no"


def _of_days(asked: str, clause: str, days: DayRelation) -> Verdict | None:
    asked, clause = (_MAY.sub("March", text) for text in (asked, clause))
    logit = yes_logit(asked if days == "inside" else with_days_of(clause, asked), clause)
    says_so: Verdict | None = "yes" if logit > _SAYS_SO else "no" if logit <= -MIN_NO else None
    return says_so if days == "inside" else _opposite(says_so)


def days_of_plain(question: str, clause: str) -> DayRelation | None:
    """Where the days that a plain question names lie: what a clause says of its days isn't so on others."""
    return relation_to_days(question, clause) if is_plain(question) else None


def _opposite(verdict: Verdict | None) -> Verdict | None:
    return verdict and ("no" if verdict == "yes" else "yes")


def deciding_part(question: str, clause: str) -> str:
    """The clause without what describes a noun, excepts something else or denies nothing that is asked."""
    if told := asked_relative_clause(question, clause):
        return told
    clause = without_other_exceptions(question, without_relative_clauses(clause))
    return without_asked_denials(question, clause)


def yes_logit(question: str, clause: str) -> float:
    """The logit of "yes"; below 0 it is "no"."""
    verdict = explicit_verdict(clause)
    if verdict is not None:
        return _EXPLICIT if verdict else -_EXPLICIT
    there = signs(question, clause)
    if "not_opposite" in there:
        return 0.0
    logit = _BIAS + sum(weight for names, weight in _SIGNS if names <= there)
    logit += _FORBIDDEN if {"q_permission", "prohibited"} <= there and "q_denied" not in there else 0.0
    return min(logit, 0.0) if "opposes_other" in there else logit
