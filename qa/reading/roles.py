"""Sentences on the holder of another role than the one asked for: "Head of HR: Ursel Kant" isn't the head of IT.

A reader that is asked who has a role takes whoever has one with the same noun: the deputy for the head, the laser
safety officer for the fire safety officer, the former holder for the present one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reading.stems import stems_of
from qa.reading.weekdays import days_asked, days_to_days

Range = tuple[int, int]

# Nouns of roles; those of a group stand for each other
_GROUPS = (
    "head manager director leader lead boss chief supervisor",
    "chair chairman chairwoman chairperson president",
    "officer commissioner",
    "warden steward marshal",
    "aider",
    "guard porter",
    "treasurer cashier",
    "secretary clerk assistant",
    "caretaker janitor",
    "coordinator organiser organizer",
    "contact representative rep spokesperson spokesman spokeswoman",
    "teacher tutor instructor coach trainer",
    "engineer technician mechanic",
    "doctor nurse dentist",
    "editor",
    "auditor",
    "deputy",
)
_GROUP_OF = {noun: number for number, group in enumerate(_GROUPS) for noun in group.split()}
_NOUN = rf"(?:{'|'.join(sorted(_GROUP_OF, key=len, reverse=True))})"
_WORD = r"[\w'’&-]{1,30}"
_NO_MORE = r"(?!(?:is|are|was|were|has|have|had|will|can|and|or|but|who|which|that|from|since|until|now|today)\b)"
_ROLE = re.compile(
    rf"(?P<before>(?:(?!{_NOUN}(?:['’]|\s(?:to|of|for)\b)){_WORD}[ ]){{0,4}})\b(?P<noun>{_NOUN})s?"
    r"(?P<of_holder>['’]s?\s(?:deputy|assistant|secretary))?\b"
    r"(?!\s(?:office|offices|quarters|start|lights?)\b)"
    rf"(?P<after>(?:\s(?:of|for|in|at|on|to)\s(?:(?:the|our|your|all|a|an)\s)?{_NO_MORE}{_WORD}(?:\s{_NO_MORE}{_WORD})"
    r"{0,3}){0,2}(?:\s?\([^()\n]{1,40}\))?)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:who(?:['’]?s|\sis|\sare|\swas|\swere)|(?:name|extension|number|phone|e-?mail|mail|address)\sof|"
    r"(?:reach|ring|call|contact))\s(?=(?:the|our|your|my|a|an|its|their)\s|\w)",
    re.IGNORECASE,
)
_ENDS_PHRASE = re.compile(
    r"^.{0,200}\b(?:the|our|your|my|an?|its|their|his|her|is|are|was|were|as|by|to|of|and|or|with)\s", re.I
)
_HOLDS = re.compile(r"(?<![\w-])[\w-]{1,40}['’]s?\s")  # "the supplier's account manager"
_RANKS = ("deputy", "vice", "assistant", "former", "previous", "ex", "last", "next", "future", "honorary")
_RANK = re.compile(rf"\b(?:{'|'.join(_RANKS)})\b", re.IGNORECASE)
_NOW = stems_of(
    "now today currently present current these days moment right acting interim new please again actual dr mr mrs ms "
    "person name called responsible charge"
)
# Words for the same field
_ALIKE = tuple(
    map(
        stems_of,
        (
            "HR human resources personnel people staff",
            "information technology computing computers ICT helpdesk",
            "purchasing procurement buying",
            "finance accounts accounting bookkeeping",
            "company firm business organisation organization association society club school",
        ),
    )
)
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n")
_OPENS_ROLE = re.compile(
    rf"\W*(?:(?:the|our|your|my|an?|this|on \w+ the)\s)?(?:{_WORD}\s){{0,4}}{_NOUN}s?\b"
    r"[^.:|\n]{0,40}(?::|\||\b(?:is|are|was)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Role:
    group: int
    ranks: frozenset[str]
    fields: frozenset[str]  # stems of what it is of: {data, prote} of "data protection officer"


def of_other_roles(question: str, passage: str, context: str = "") -> list[Range]:
    """The slices of the passage's sentences on holders of other roles than the one that the question asks for.

    A sentence that has the role as well is on both. Two roles of a kind differ if each is of something that the other
    isn't, as "head of HR" and "head of IT", or in rank; "the manager" may be any.
    """
    start = _ASKED.search(question)
    asked = _first_role(question[start.end() :]) if start else None
    if not asked:
        return []
    around = stems_of(context)
    return [
        (first, last)
        for first, last in _sentences(passage)
        if _is_on_others(question, asked, passage[first:last], around)
    ]


def _is_on_others(question: str, asked: _Role, sentence: str, around: frozenset[str]) -> bool:
    said = list(_roles(sentence))
    alike = [role for role in said if role.group == asked.group]
    if not alike:
        return bool(said and _OPENS_ROLE.match(sentence))
    known = around | stems_of(sentence)
    is_one = any(_may_be_one(asked, role, known) for role in alike)
    days, of_sentence = days_asked(question), days_asked(sentence) | days_to_days(sentence)
    return not is_one or bool(days and of_sentence and not days & of_sentence)


def _may_be_one(asked: _Role, said: _Role, known: frozenset[str]) -> bool:
    """Whether two roles of a group may be the same one; what is `known` of the second is no difference."""
    ours, theirs = asked.fields - said.fields - known, said.fields - asked.fields
    if asked.ranks != said.ranks:
        return False
    return not ours or not theirs or any(_are_alike(one, other) for one in ours for other in theirs)


def _are_alike(one: str, other: str) -> bool:
    is_short = one.startswith(other) or other.startswith(one)  # "tech lead"
    return is_short or any(one in group and other in group for group in _ALIKE)


def _first_role(words: str) -> _Role | None:
    return next(_roles(words), None)


def _roles(text: str) -> Iterator[_Role]:
    for found in _ROLE.finditer(text):
        before = _HOLDS.sub("", _ENDS_PHRASE.sub("", found["before"]))
        of_holder = found["of_holder"] or ""
        words = f"{before} {found['after']}"
        ranks = frozenset(rank.lower() for rank in _RANK.findall(f"{before} {of_holder}"))
        noun = found["noun"].lower()
        if noun == "deputy":
            continue
        yield _Role(_GROUP_OF[noun], ranks, stems_of(_RANK.sub(" ", words)) - _NOW)


def _sentences(passage: str) -> Iterator[Range]:
    start = 0
    for mark in _SENTENCE_END.finditer(passage):
        yield start, mark.end()
        start = mark.end()
    yield start, len(passage)
