"""The part of a clause that a plain yes/no question is about, in plain words: what rules and reader decide on.

"Vegetarian meals are available, vegan ones are not." says yes to vegetarian meals and no to vegan ones, "Only members
may row." yes to members, and "Cats aren't banned." yes to cats.
"""

import re
from collections.abc import Sequence

from qa.answering.forms.days import relation_to_days
from qa.answering.forms.exceptions import (
    before_exception,
    begins_with_nobody,
    has_exception,
    names_exception,
    relation_to_exception,
)
from qa.answering.forms.halves import asked_half
from qa.answering.forms.other_groups import stems_of_insiders
from qa.answering.forms.past_rules import as_of_now
from qa.answering.forms.question_kind import last_sentence
from qa.reading.stems import stems_of

_PLAIN_WORDS = 9

_DENIED_BAN = re.compile(
    r"(?:\snot|n['’]t|\snever|\sno longer) (?:forbidden|prohibited|banned|disallowed|against the (?:rules|law))\b",
    re.IGNORECASE,
)
_NO_OBJECTION = re.compile(
    r"\b(?:there is |there['’]s )?no objection to\b|\bnothing (?:prevents|stops) (?=\w)", re.IGNORECASE
)

_ALONE = re.compile(
    r"\b(?:alone|unaccompanied|unsupervised|unattended|by (?:my|your|her|him|it|them|our)(?:self|selves)|"
    r"on (?:my|your|his|her|its|their|our) own)\b",
    re.IGNORECASE,
)
_WITHOUT_COMPANY = re.compile(
    r"\bwithout (?:(?:an?|any|the|their|your|his or her) )?(?:adult |parental )?(?:adult|parent|guardian|supervision|"
    r"supervisor|company|escort|instructor|teacher|lifeguard|companion|attendant|somebody|someone)s?"
    r"(?: (?:or|and) guardians?)?(?: (?:present|with them|there))?",
    re.IGNORECASE,
)
_ONLY = re.compile(r"(?<!\bnot )\bonly\s(?!(?:if|when|once|after|where|one|two|three|a|an)\b|\d)", re.IGNORECASE)
_ONLY_BEHIND = re.compile(r"\sonly(?=\s{0,3}(?:[.,;:!)]|$))", re.IGNORECASE)
# What stands before the noun phrase that an "only" behind it admits: "assistance dogs" of "Dogs: assistance dogs only."
_PHRASE_ENDS = re.compile(
    r"[,.;:(]\s|\b(?:a|an|the|to|for|by|in|on|at|with|of|from|as|and|or|is|are|be|may|can|must|will|allowed|permitted|"
    r"available|open|accepted|admitted|used|entered|given)\s",
    re.IGNORECASE,
)
_BEHIND, _BEFORE = 3, 2  # words beside an "only" that are what it admits


def is_plain(question: str) -> bool:
    """Whether a question is short. A longer one tells a story, in which more than the words of a clause decides."""
    return len(question.split()) <= _PLAIN_WORDS


def asked_part(question: str, clause: str) -> str:
    """What of `clause` decides a plain question, in plain words; all of it if no part alone does, or it isn't plain.

    >>> asked_part("Can members row?", "Only members row, except on Sundays.")
    'members row'
    """
    clause = as_of_now(question, clause)
    if _ALONE.search(question):
        clause = _WITHOUT_COMPANY.sub("alone", clause)
    clause = _NO_OBJECTION.sub("we allow ", _DENIED_BAN.sub(" allowed", clause))
    if relation_to_exception(question, clause) == "beyond":
        clause = before_exception(clause)
    if begins_with_nobody(clause) and not names_exception(last_sentence(question), clause):
        clause = before_exception(clause)
    if not is_plain(question) or names_exception(question, clause):
        return clause
    if has_exception(clause):
        clause = before_exception(clause)
    return _without_met_only(question, asked_half(question, clause))


def _without_met_only(question: str, clause: str) -> str:
    """The clause without an "only", if the question is about what it admits: "on Mondays" of "only on Mondays"."""
    is_of_days = relation_to_days(question, clause) is not None  # of other days the opposite is true
    for found in _ONLY.finditer(clause):
        if is_of_days or _names(question, clause[found.end() :].split()[:_BEHIND]):
            return clause[: found.start()] + clause[found.end() :]
    for found in _ONLY_BEHIND.finditer(clause):
        if is_of_days or _names(question, _PHRASE_ENDS.split(clause[: found.start()])[-1].split()[-_BEFORE:]):
            return clause[: found.start()] + clause[found.end() :]
    return clause


def _names(question: str, words: Sequence[str]) -> bool:
    """Whether the question has all stems of `words`, of which there is at least one."""
    admitted = stems_of(" ".join(words))
    return bool(admitted) and admitted <= stems_of_insiders(question)
