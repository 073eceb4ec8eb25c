"""Which verdicts of the reader aren't given, since what their clause says is on something else or holds on a condition.

A wrong yes does harm where something is forbidden, and a reader this small takes a condition for a permission.
"""

import re

from qa.answering.forms.exceptions import before_exception, may_be_excepted, names_exception
from qa.answering.forms.form import Verdict
from qa.answering.forms.lettered import is_on_other_letter
from qa.answering.forms.limits import is_in_range, relation_to_limit
from qa.answering.forms.other_groups import is_on_outsiders
from qa.answering.forms.polarity import asks_permission, denies, is_duty_asked_for
from qa.answering.forms.question_kind import last_sentence
from qa.answering.forms.sanctions import asks_for_sanctioned
from qa.answering.forms.unmet import is_not_among, is_of_another
from qa.reading.contrasts import decides_others, is_on_contrary, of_contrasts
from qa.reading.stems import stems_of

_RESTRICTS = re.compile(r"\b(?:only|solely|exclusively|unless|except\w*|no longer)\b", re.IGNORECASE)
_ASKS_CONSENT = re.compile(
    r"\b(?:need|require|get|have|ask (?:for)?|without)\b[^,;.?!]{0,30}"
    r"\b(?:permission|consent|approval|authori[sz]ation)\b",
    re.IGNORECASE,
)
_OF_CONSENT = re.compile(
    r"\b(?:permi\w+|consent\w*|approv\w+|authori[sz]\w+|agree\w*|allow\w*|ask\w*|licen\w+|appl(?:y|ies|ication)\w*|may|can|"
    r"free\w*|without|forbid\w*|prohibit\w*|ban\w*|request\w*|written|signed|sign|inform\w*|tell|notif\w+|leave)\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(r"\bwithout ((?:\w+ ){0,2}\w+)", re.IGNORECASE)
_IN_COMPANY = re.compile(r"\b(?:with|accompanied|together|have|has|got)\b", re.IGNORECASE)


def is_withheld(question: str, clause: str, read: Verdict, by_rules: Verdict | None) -> bool:
    """Whether what the reader reads in a clause isn't given; `clause` is the whole of it, with its exception.

    Of what may be excepted nothing is said, nor of members by a rule for non-members, of the small hall by one for the
    large, nor of the need of consent where
    the clause has none. A yes isn't given to what is forbidden "without an adult", if the question is on nobody's
    company, unless the rules say so, too.
    """
    if may_be_excepted(question, clause) and denies(before_exception(clause)):
        return True
    if _is_on_something_else(question, clause, read):
        return True
    if is_on_outsiders(question, clause):
        return by_rules is None
    if of_contrasts(question, clause):
        return True
    if read == "yes" and by_rules is None and is_on_contrary(question, clause) and not decides_others(clause):
        return True
    if _ASKS_CONSENT.search(question) and not _OF_CONSENT.search(clause):
        return True
    return read == "yes" and by_rules is None and _is_forbidden_without(question, clause)


def _is_on_something_else(question: str, clause: str, read: Verdict) -> bool:
    """Whether a clause is on another room, another half of its sentence on the age asked, another's right or duty."""
    if is_on_other_letter(question, clause):
        return True
    if relation_to_limit(question, clause) in ("beyond", "unclear") and is_in_range(question, clause):
        return True
    if read == "no":
        return is_duty_asked_for(last_sentence(question), clause)
    decides_nothing = (asks_for_sanctioned, is_of_another, is_not_among)
    return any(of_another(question, clause) for of_another in decides_nothing)


def is_restricted_permission(question: str, clause: str) -> bool:
    """Whether the question asks for a permission that the clause gives to some only, no longer or not without more.

    Not where it is on what a ban excepts.
    """
    if not asks_permission(question) or not _RESTRICTS.search(clause):
        return False
    return not (names_exception(question, clause) and denies(before_exception(clause)))


def _is_forbidden_without(question: str, clause: str) -> bool:
    left_out = _WITHOUT.search(clause)
    if not left_out or not asks_permission(question) or _IN_COMPANY.search(question):
        return False
    before = re.split(r"[,;:.]", clause[: left_out.start()])[-1]
    return denies(before) and not stems_of(left_out[1]) & stems_of(question)
