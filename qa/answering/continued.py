"""A question for yes or no that is gone on with: after "Is the pool open on Saturdays?" the words "And on Sundays?" are
the question "Is the pool open on Sundays?".

By itself such a phrase asks for nothing, and would be answered with a span. It takes the place of the phrase that it
stands for, or comes last; where that isn't clear, the question stays as it is. The rules know only English.
"""

import re
from collections.abc import Sequence

from index.language.months import MONTH
from qa.answering.follow_up import is_follow_up
from qa.answering.forms.question_kind import Kind, kind_of
from qa.answering.questions import Turn

Range = tuple[int, int]

_MAX_WORDS = 6
_OPENING = re.compile(
    r"^(?:(?:and|or|but|so|also|then)\b[\s,]*)*(?:(?:what|how)\s+(?:about|of)\s+)?(?:even\s+)?", re.IGNORECASE
)
_TAIL = re.compile(r"(?<=\w)[\s,]+(?:too|also|as well|then|please)$", re.IGNORECASE)
_OF_PLACE = ("on", "in", "at", "near", "inside", "outside", "into", "onto", "under")
_PREPOSITION = rf"(?:{'|'.join(_OF_PLACE)}|for|with|without|by|from|before|after|during|until|over|via|through)"
_BEGINS_SMALL = re.compile(rf"(?:{_PREPOSITION}|the|an?|my|our|your|any|all|inside|outside)\b", re.IGNORECASE)
_BEGINS_WITH_ONE = re.compile(rf"{_PREPOSITION}\b(?=\s+\S)", re.IGNORECASE)
# "and who pays?", "and is it free?", "and if it rains?", "and then there they may swim?" ask something themselves
_ASKS_ITSELF = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|am|do|does|did|can|could|may|might|must|should|"
    r"shall|will|would|has|have|had|if|because|not|no|that|this|it|its|they|them|those|these|there|one|ones|other|others|"
    r"he|she|him|her|i|we|you|than)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays?|weekends?|holidays?|working days|days?|nights?|"
    r"mornings?|afternoons?|evenings?|noon|midnight|today|tomorrow|spring|summer|autumn|fall|winter|christmas|easter|"
    rf"{MONTH}|hours?|weeks?|months?|years?|"
    r"seasons?|\d{4}|\d{1,2}(?:[.:]\d\d)?\s?[ap]\.?m\.?)(?!\w)",
    re.IGNORECASE,
)
_PLACED = re.compile(
    r"\b(?:inside|outside|indoors|outdoors|upstairs|downstairs|online|offline|abroad|today|tomorrow|tonight|alone|twice)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    rf"\b(?P<preposition>{_PREPOSITION})\s+(?P<object>(?:(?!{_PREPOSITION}\b|and\b|or\b|if\b|when\b|to\b)[\w'’.:-]++\s*+){{1,4}}+)",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had|am)(?:n['’]t)?"
)
_WORD = rf"(?:(?!{_PREPOSITION}\b|to\b)[\w'’-]+)"
# "Are dogs allowed?", "Is the swimming pool open on Sundays?": what is asked about stands before what it is or does
_SUBJECT = re.compile(
    rf"^(?:(?:and|so|but)\s+)?{_AUXILIARY}\s+(?P<thing>(?:(?:the|an?|my|our|any|all|your)\s+)?(?!(?:i|we|you|one|it|they|he|she|"
    rf"there|this|that|these|those|somebody|someone|anybody|anyone|people)\b){_WORD}(?:\s{_WORD}){{0,3}}?)\s+(?:also\s+|still\s+|"
    r"always\s+|really\s+)?(?:(?:be|get|have to be)\s+)?"
    r"(?:\w{2,}ed|open|closed|shut|free|allowed|available|possible|included|safe|ok|okay|welcome|mandatory|compulsory|"
    r"optional|necessary|needed|required|permitted|forbidden|legal|full|cheaper|part|need|have|has|cost|costs|pay|get|use|"
    r"enter|come|join|stay|swim|park|vote|apply|work|count|(?:in|on|at|for)\s+\w+)\b",
    re.IGNORECASE,
)
# "Can I bring a dog?": what somebody does something with
_OBJECT = re.compile(
    rf"^(?:(?:and|so|but)\s+)?{_AUXILIARY}\s+(?:i|we|you|one|guests?|members?|visitors?|people|tenants?|staff|employees)\s+"
    rf"(?:(?:also|still|always|be allowed to|need to|have to)\s+)?[a-z]{{2,15}}\s+"
    rf"(?P<thing>(?:(?:the|an?|my|our|any|your)\s+)?{_WORD}(?:\s{_WORD})?)(?=\s*\?*$|\s+(?:{_PREPOSITION}|to)\b)",
    re.IGNORECASE,
)


def continued(question: str, history: Sequence[Turn]) -> str | None:
    """The whole question that a phrase goes on with, if the question before it asks for yes or no; else None.

    After "Are dogs allowed?" and "And cats?" the question "In the garden?" is "Are cats allowed in the garden?".
    """
    words = question.strip().rstrip(" \t\n?!.,")
    opening = _OPENING.match(words)
    phrase = _TAIL.sub("", words[opening.end() :] if opening else words)
    asks_itself = not phrase or len(phrase.split()) > _MAX_WORDS or _ASKS_ITSELF.search(phrase)
    goes_on = (opening and opening.end()) or _BEGINS_WITH_ONE.match(phrase) or _PLACED.fullmatch(phrase)
    if not history or asks_itself or not goes_on or not is_follow_up(question):
        return None
    before = history[-1].question.strip()
    before = continued(before, history[:-1]) or before
    if kind_of(before) is not Kind.YES_NO or re.search(r"[.?!]\s", before):
        return None
    asked = before.rstrip(" ?!.")
    place = _place(asked, phrase)
    if place is None:
        return None
    ahead, behind = asked[: place[0]].rstrip(), asked[place[1] :].strip()
    return " ".join(filter(None, (ahead, _inside(phrase), behind))) + "?"


def _inside(phrase: str) -> str:
    """A phrase as it stands within a sentence: "On Sundays" begins with a small letter there, "Sundays" doesn't."""
    return phrase[0].lower() + phrase[1:] if _BEGINS_SMALL.match(phrase) else phrase


def _place(asked: str, phrase: str) -> Range | None:
    """The slice of the question before it that a phrase takes the place of; None if that isn't clear."""
    end = len(asked), len(asked)
    on_time = bool(_TIME.search(phrase))
    phrases = list(_PHRASE.finditer(asked))
    opening, alone = _BEGINS_WITH_ONE.match(phrase), _PLACED.fullmatch(phrase)
    if opening or alone:
        preposition = opening[0].lower() if opening else "in"
        alike = [_stripped(asked, found.span()) for found in phrases if _is_alike(found, preposition, on_time=on_time)]
        return [end, *alike, *(found.span() for found in _PLACED.finditer(asked) if alone)][-1]
    if on_time:
        timed = [_stripped(asked, found.span("object")) for found in phrases if _TIME.search(found["object"])]
        return [end, *timed][-1]
    thing = _OBJECT.match(asked) or _SUBJECT.match(asked)
    return thing.span("thing") if thing else None


def _is_alike(phrase: "re.Match[str]", preposition: str, *, on_time: bool) -> bool:
    """Whether a phrase says what one with this preposition does: both when, both where, or both in the same way."""
    there = phrase["preposition"].lower()
    if bool(_TIME.search(phrase["object"])) != on_time:
        return False
    return on_time or there == preposition or (there in _OF_PLACE and preposition in _OF_PLACE)


def _stripped(text: str, place: Range) -> Range:
    return place[0], place[0] + len(text[slice(*place)].rstrip())
