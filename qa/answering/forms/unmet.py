"""A yes that isn't the asker's: what another does, what isn't among the things allowed, what holds on a condition.

"The nurse may remove the stitches." says nothing of the patient, "You may drink water, tea or coffee." nothing of milk.
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.polarity import denies
from qa.answering.forms.verdict_words import words_of
from qa.reading.stems import stems_of, stems_with_verbs

# Who does things for others, so that what they may or must do isn't what others may
_PROVIDERS = stems_of(
    "supervisor manager landlord nurse doctor dentist pharmacist caretaker janitor teacher lecturer "
    "employer company office board committee technician electrician plumber engineer administrator admin "
    "operator warden guard lifeguard instructor captain sweep council school bank insurer supplier "
    "manufacturer contractor treasurer secretary director"
)
_ONE = re.compile(
    r"\W*(?:the|our|a|an|your)\s(?P<who>(?:[\w'’-]+\s){1,3}?)(?:may|can|must|will|should|shall|has to|needs to|is to)\s"
    r"(?:also\s|then\s|always\s)?(?P<verb>(?!be\b|not\b)[\w'’-]+)",
    re.IGNORECASE,
)
_ONE_DOES = re.compile(
    r"\W*(?:the|our|a|an|your)\s(?P<who>(?:[\w'’-]+\s){0,2}?[\w'’-]+)\s(?P<verb>[a-z]{2,}s)\s", re.IGNORECASE
)
_ASKED_DOES = re.compile(r"\b(?:can|may|could|must|should|do|does|will|would)\s(?P<who>[\w'’-])", re.IGNORECASE)
_ASKED_WORDS = 6  # of whom is asked about, and what they do
_ALLOWS = re.compile(r"\b(?:may|can|(?:is|are) (?:allowed|permitted|accepted)|we (?:take|accept))\b", re.IGNORECASE)
_ITEMS = re.compile(r",\s(?:and\s|or\s)?|\s(?:and|or)\s")
_ITEM_WORDS = 3  # of one thing in a list, at most
_ASKED_OBJECT = re.compile(
    r"\b(?:(?:can|may|could) (?:i|we|you|one)|allowed to|ok(?:ay)? to|do you) (?P<verb>[\w'’-]+) "
    r"(?:(?:a|an|any|some|my|our|the|with) )?(?P<object>[\w'’-]+)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\W*(?:in|at|for|with|during|on|after|before|outside|under)\s(?P<rest>[^.;]+)", re.IGNORECASE)
_RESTRICTS = re.compile(r"\b(?:only|must|needs?|required|forbidden|prohibited|ha(?:s|ve) to)\b", re.IGNORECASE)
_OPENING_STEMS = 2  # of what a clause begins with, that tell its condition


def is_of_another(question: str, clause: str) -> bool:
    """Whether the clause says what somebody who serves others may or must do, and the question asks it of others.

    "Can I remove the stitches?" of "The nurse may remove the stitches.".
    """
    said = _ONE.match(clause) or _ONE_DOES.match(clause)
    if not said or not (stems_of(said["who"]) & _PROVIDERS) or stems_of(said["who"]) & stems_of(question):
        return False
    asked = _ASKED_DOES.search(question)
    return asked is not None and bool(stems_of(said["verb"]) & _stems_behind(question, asked.start("who")))


def is_not_among(question: str, clause: str) -> bool:
    """Whether the question is on a thing that the clause doesn't name among three or more that are allowed."""
    allows, asked = _ALLOWS.search(clause), _ASKED_OBJECT.search(question)
    if not allows or not asked or denies(clause):
        return False
    items = _ITEMS.split(clause[allows.end() :])
    if len(items) < 3 or any(len(item.split()) > _ITEM_WORDS for item in items[1:-1]):
        return False
    verb, thing, said = stems_of(asked["verb"]), stems_of(asked["object"]), stems_with_verbs(clause)
    return (not verb or bool(verb & said)) and bool(thing) and not thing & said


def is_on_unmet_condition(question: str, text: str, lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether the clause at `[first, last)` begins with a condition that the question hasn't, behind a rule against it.

    "Overtime is paid only after approval. At year end overtime may be worked without approval." says yes at year end.
    """
    opening = _OPENING.match(text, first, last)
    if not opening or not _ALLOWS.search(text, first, last):
        return False
    words = [word for word in words_of(opening["rest"]) if stems_of(word)][:_OPENING_STEMS]
    floor = block_at(text, lines, first, last)[0]
    end = floor + len(text[floor:first].rstrip())
    if not words or stems_with_verbs(question) & stems_with_verbs(" ".join(words)) or end <= floor:
        return False
    rule = text[slice(*sentence_at(text, lines, end - 1, end))]
    is_against = denies(rule) or bool(_RESTRICTS.search(rule))
    return is_against and bool(stems_with_verbs(rule) & stems_with_verbs(text[first:last]))


def _stems_behind(question: str, start: int) -> frozenset[str]:
    """The stems of whom the question is on and of what they do."""
    return stems_of(" ".join(question[start:].split()[:_ASKED_WORDS]))
