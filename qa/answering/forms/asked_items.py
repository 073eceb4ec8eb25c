"""The items that a question asks for, of those that a list has: one for "who is the deputy", none that is forbidden.

"The head is Ann Lee, her deputy Bob Moe, and Cy Orr runs the office." names three people, of whom one is the deputy. Of
"Hens may be kept." and "Cockerels are not allowed." the first alone tells what may be kept.
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.labelled_lists import VERB
from qa.answering.forms.lists import of_parts, parts_of
from qa.answering.forms.polarity import asks_permission, denies, forbids
from qa.answering.forms.question_kind import asks_where, last_sentence
from qa.reading.stems import stems_of

_WHO = re.compile(r"\bwho(?:['’]?s)?\b", re.IGNORECASE)
_WHO_IS = re.compile(
    r"\bwho(?:['’]?s| is| was)\s(?:(?:the|your|our|their|my|its|an?)\s|(?:deputy|vice|head|chair|captain)\w*\b)",
    re.IGNORECASE,
)
_OWN_ROLE = re.compile(r"(?:the|his|her|its|their|our|an?)\s[a-z]")
_OF_THE_FIRST = re.compile(r"(?:his|her|its|their)\s", re.IGNORECASE)
# "runs the office" behind "Miss Lowe", but not "in the office" nor "run the office"
_VERB_BEHIND = re.compile(
    r"\s(?:is|was|has|does|will|can|may|must|looks?|(?!this\b|its\b|his\b|as\b)[a-z]{3,}(?<![su'’])s)\s"
)
_PLACE_OF = re.compile(
    r"(?!(?:the|an?|in|on|at|under|by|behind|to|into|inside|near|from)\b)\S+\s(?P<what>\S+(?:\s\S+){0,4}?)\s(?:(?:in|on|at|"
    r"under|behind|beside|to|into|inside|next to|through|over|above|below|near|with)\s|(?:home|outside|upstairs)$)",
    re.IGNORECASE,
)
# "sign the log" behind "the rack", where "put the oars in the rack, sign the log and go" is told
_CHORE = re.compile(
    r"(?!(?:in|on|at|by|to|of|off|up|for|from|with|near|over|under|above|below|behind|beside|between|beyond|inside|outside|"
    r"into|onto|through|along|around|across|opposite|within|without|against|past|down|all|both|half|only|even|and|or|nor|"
    r"then|maybe|also|not|is|are|was|were|what|where)\b)[a-z]{3,}\s(?:the|your|an?|it|them|their|his|her)\s"
)
_BANS = re.compile(
    r"^\W*no (?!more\b|fewer\b|less\b|later\b|need\b)[\w'’-]+(?:\s[\w'’-]+){0,2}\W*$|"
    r"(?:\b(?:is|are)(?: strictly| always)? (?:forbidden|prohibited|banned)|"
    r"(?:\b(?:is|are)(?: not| never| no longer)|\b(?:is|are)n['’]t) (?:allowed|permitted|accepted|admitted|welcome)|"
    r"\b(?:may|can|must)(?: not|not| never) be (?:kept|brought|used|taken|burnt|sold|worn|eaten|parked|carried))"
    r"(?:\s(?:here|at all|at any time|under any circumstances|any ?more))?(?:\W*$|[.;]\s|,?\s(?:because|as|since)\b)",
    re.IGNORECASE,
)
# ", but not the gym" behind what visitors may use
_BUT_NOT = re.compile(
    r",?\s(?:but|and|though)\s(?:not|never)\s(?:(?:in|on|for|to|at)\s)?(?P<what>[^,.;:\n]{1,60})(?=[.;\n]|$)"
)
_LOOKED_AT = 200  # characters before a list
_WHAT = re.compile(r"\b(?:what|which|list|name)\b", re.IGNORECASE)
_PERMISSION = re.compile(r"\b(?:can|may|could|allow(?:ed)?|permitted)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-Z]")
_PAIR = 2


def asked_items(question: str, text: str, lines: Sequence[Line], shaped: Shape) -> Shape:
    """The shape with only those of its items that the question asks for; as it is if that isn't clear."""
    asking = last_sentence(question)
    if shaped.form is Form.LIST and _WHAT.search(asking) and _PERMISSION.search(asking):
        return _of_polarity(asking, text, shaped)
    if shaped.form is Form.LIST and asks_where(question):
        return _with_place(asking, text, shaped)
    if shaped.form in (Form.LIST, Form.SPAN) and len(_WHO.findall(asking)) == 1:
        return _one_person(asking, text, lines, shaped)
    return shaped


def _of_polarity(question: str, text: str, shaped: Shape) -> Shape:
    """The items that are allowed, or those that aren't if the question asks for them; they must be sentences."""
    if denies(question) and (excepted := _BUT_NOT.match(text, shaped.end)) and not denies(_front(text, shaped.start)):
        return Shape(Form.SPAN, *excepted.span("what"))
    banned = [part for part in shaped.parts if _BANS.search(part.text)]
    if not banned or not any(VERB.search(part.text) for part in shaped.parts):
        return shaped
    if asks_permission(question):
        kept = [part for part in shaped.parts if part not in banned]
    elif denies(question):
        kept = [part for part in shaped.parts if forbids(part.text) or not VERB.search(part.text)]
    else:
        return shaped
    return _of(text, kept) if kept else shaped


def _front(text: str, start: int) -> str:
    """What is in front of a list in its sentence, roughly."""
    return re.split(r"[.!?\n]\s", text[max(0, start - _LOOKED_AT) : start])[-1]


def _with_place(question: str, text: str, shaped: Shape) -> Shape:
    """The only item that says where something is put, as "post the key through number 4" does, of a list of chores.

    A place that chores follow, "the rack, sign the log and hang up the key", is it alone.
    """
    asked = stems_of(question)
    told = [part for part in shaped.parts if (place := _PLACE_OF.match(part.text)) and stems_of(place["what"]) & asked]
    if len(told) == 1:
        return _of(text, told)
    first, *others = shaped.parts
    goes_on = not _CHORE.match(first.text) and any(_CHORE.match(part.text) for part in others)
    if goes_on and first.text[0].isupper():  # "Below the sign, open the lid and press the knob"
        return Shape(Form.SPAN, shaped.start, shaped.end)
    return Shape(Form.SPAN, first.start, first.end) if goes_on else shaped


def _one_person(question: str, text: str, lines: Sequence[Line], shaped: Shape) -> Shape:
    """The part that names whom the question asks for, where each is told of another person; else the shape.

    The words of a part are its own; the first has those in front of it, too, "The head is", the last those behind it,
    "runs the office", and "her deputy" has those of the part before.
    """
    parts = list(shaped.parts) or parts_of(text, shaped.start, shaped.end)
    if len(parts) < _PAIR:
        return shaped
    first, last = sentence_at(text, lines, parts[0].start, parts[-1].end)
    front, behind = text[first : parts[0].start], text[parts[-1].end : last]
    goes_on = bool(VERB.search(front) and _VERB_BEHIND.match(behind))
    asks_role = bool(_WHO_IS.search(question))
    asked = stems_of(question)
    own = [stems_of(part.text) for part in parts]
    if goes_on and not asks_role and not asked & (stems_of(behind) - stems_of(front)):
        return shaped
    have_roles = bool(VERB.search(front)) and all(_OWN_ROLE.match(part.text) for part in parts[1:])
    are_clauses = goes_on or (have_roles and asks_role)
    if not are_clauses and not (shaped.form is Form.LIST and asks_role):
        return shaped
    if are_clauses:
        own[0] |= stems_of(front)
    if goes_on:
        own[-1] |= stems_of(behind)
    lent = [own[0] if _OF_THE_FIRST.match(part.text) else frozenset() for part in parts]
    scores = [(len(asked & (mine | other)), len(asked & mine)) for mine, other in zip(own, lent, strict=True)]
    best = max(scores)
    chosen = parts[scores.index(best)]
    if not best[0] or scores.count(best) > 1 or not _NAME.search(chosen.text):
        return Shape(Form.SPAN, shaped.start, shaped.end) if are_clauses and asks_role else shaped
    told = text[chosen.start : last if goes_on and chosen is parts[-1] else chosen.end].rstrip(" .!\n")
    return Shape(Form.SPAN, chosen.start, chosen.start + len(told))


def _of(text: str, parts: Sequence[Part]) -> Shape:
    return of_parts(text, parts) if len(parts) > 1 else Shape(Form.SPAN, parts[0].start, parts[0].end)
