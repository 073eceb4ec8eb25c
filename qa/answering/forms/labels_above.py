"""The line above a list item, or above a phrase, without which it says neither yes nor no.

"the final clean (£60)" below "Not included:" isn't included, and "smoke in the hall" below "Guests may not:" is
forbidden. A reader sees but a thing, and says yes.
"""

import re
from collections.abc import Sequence

from index.lines import Item, Line, LineKind, item_at, items_around, line_at, list_below
from qa.answering.forms.another_thing import OF_RULES, is_on_another_thing
from qa.answering.forms.form import Verdict
from qa.answering.forms.labelled_lists import VERB
from qa.answering.forms.verdicts import verdict_of
from qa.reading.stems import stems_of, stems_with_verbs

# What a list of duties or of what isn't allowed stands below: "The tenant shall:", "You may not", "It is forbidden to:"
_LEADS_ITEM = re.compile(
    r"\b(?:shall|must|may|can|cannot|should|will|to|not|never)[*_]{0,3}\s?:?[*_]{0,3}\s*$", re.IGNORECASE
)
_LONGEST_LEAD, _LONGEST_LABEL = 200, 80  # characters
_SENTENCE_END = re.compile(r"[.!?;…][*_\"”)]{0,4}\s*$")
_MARKS = " \t:*_#"
_SHARED, _SHARED_ELSEWHERE = 1 / 2, 2 / 3  # of what is asked, in an item below the label, or below another one

_DENIES = re.compile(
    r"\b(?:not(?! (?:only|just|merely|sure|forget)\b)|never|cannot|no(?! (?:longer|more|later|matter|need)\b)|"
    r"exclu(?:ded|des|ding|sions?)|excepted|exceptions|exempt|forbidden|prohibited|banned|disallowed|refused|unsuitable|"
    r"off limits|taboo|leave (?:at home|behind|out)|left out|avoid)\b|n['’]t\b(?! (?:forget|miss)\b)",
    re.IGNORECASE,
)
_AFFIRMS = re.compile(
    r"\b(?:included|includes|covered|covers|insured|insures|accept(?:ed|s)?|take|allowed|permitted|welcome|provided|"
    r"available|free|supported|bring|eligible|(?-i:may)|can)\b",
    re.IGNORECASE,
)
# "Dos and don'ts" stands above both, "If you can't come:" and "Why it isn't covered" say something else
_SAYS_OTHERWISE = re.compile(
    r"^\W*(?:if|when|where|why|how|who|whose|unless|until|for those)\b|\bdos\b|\?\W*$|\bor not\b", re.IGNORECASE
)
_ON_NEED = re.compile(r"\b(?:need(?:ed|s)?|required|requires?|necessary|have to|compulsory|mandatory)\b", re.IGNORECASE)
# Then a yes says that something isn't so: "Is frost damage excluded?", "Do I pay extra for towels?"
_ASKS_OTHERWISE = re.compile(
    r"\b(?:not|never|without|forbid\w*|forbidden|prohibit\w*|ban|banned|against|exclu\w+|except\w*|exempt|illegal|disallow\w*|"
    r"avoid|extra|leave|left|have to|need|must|pay|myself|ourselves|own|wrong|bad|problem|stop|refuse\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


def lead_above(text: str, lines: Sequence[Line], start: int, end: int) -> str:
    """What stands above `[start, end)` and belongs to it: "The tenant shall ", "Not included: "; "" if nothing does.

    The first is a line that each item of a list goes on with; the other a label above a list, or above a phrase, that
    says whether what is below it is so.
    """
    item = item_at(text, lines, line_at(lines, start))
    if item and item.start != start:
        item = None
    if item is None and VERB.search(text, start, end):
        return ""
    above = _line_above(text, lines, item, start)
    if above is None:
        return ""
    words = text[above.content : above.end]
    if item and above.end - above.content <= _LONGEST_LEAD and _LEADS_ITEM.search(words):
        return words.strip(_MARKS) + " "
    if not _is_label(text, above, has_list=item is not None) or not (_DENIES.search(words) or _AFFIRMS.search(words)):
        return ""
    return words.strip(_MARKS) + ": "


def items_below_label(text: str, lines: Sequence[Line], start: int, end: int) -> list[Item]:
    """The items of the list below `[start, end)`, if that is a label that says whether they are so; else none."""
    number = line_at(lines, start)
    line = lines[number]
    is_whole = line.content <= start + len(_MARKS) and end >= line.end - len(_MARKS)
    words = text[line.content : line.end]
    if not is_whole or not (_DENIES.search(words) or _AFFIRMS.search(words)):
        return []
    return list_below(text, lines, number) if _is_label(text, line, has_list=True) else []


def item_asked(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Item | None:
    """The one item that names what is asked, if `[start, end)` is such a label and doesn't; else None.

    It stands below that label, or else below another one: "theft" below "These are covered" for "Is theft covered?",
    though "These are not covered" was read.
    """
    if not is_bare_label(question, text, lines, start, end):
        return None
    asked = _asked_below(question, text[start:end])
    labels = (line for line in lines if line.content != start)
    others = [item for line in labels for item in items_below_label(text, lines, line.content, line.end)]
    below = _naming(asked, text, items_below_label(text, lines, start, end), _SHARED)
    return below or _naming(asked, text, others, _SHARED_ELSEWHERE)


def _naming(asked: frozenset[str], text: str, items: Sequence[Item], share: float) -> Item | None:
    """The one item with the most of these stems, if it has at least a share of them; else None."""
    named = [len(asked & stems_with_verbs(text[item.start : item.end])) for item in items]
    most = max(named, default=0)
    return items[named.index(most)] if most >= share * len(asked) and named.count(most) == 1 else None


def is_bare_label(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether `[start, end)` is the label of a list and names nothing that is asked: "We don't take:"."""
    asked = _asked_below(question, text[start:end])
    return bool(asked and items_below_label(text, lines, start, end)) and not asked & stems_with_verbs(text[start:end])


def _asked_below(question: str, label: str) -> frozenset[str]:
    """The stems of what is asked, but for what a question on any rule has, and for what the label says of its items."""
    said = " ".join(found[0] for pattern in (_DENIES, _AFFIRMS) for found in pattern.finditer(label))
    return stems_of(question) - OF_RULES - stems_of(said)


def verdict_below(question: str, lead: str, words: str) -> Verdict | None:
    """The verdict of words below such a line, by the rules.

    What is asked for stands below "Please leave at home": then it is no.
    """
    verdict = verdict_of(question, f"{lead}{words}")
    if verdict is None and _denies_below(question, lead) and not is_on_another_thing(question, words):
        return "no"
    return verdict if may_be(question, lead, verdict) else None


def may_be(question: str, lead: str, verdict: Verdict | None) -> bool:
    """Whether a verdict may be given below such a line: no yes below "Not included", but to a question that denies."""
    return verdict != "yes" or not _denies_below(question, lead)


def _denies_below(question: str, lead: str) -> bool:
    """Whether a line denies what the question asks for, and the question doesn't deny it as well."""
    return bool(_DENIES.search(lead)) and not _ON_NEED.search(lead) and not _ASKS_OTHERWISE.search(question)


def _line_above(text: str, lines: Sequence[Line], item: Item | None, start: int) -> Line | None:
    """The line right above the list of an item, or above the paragraph that begins at `start`, after blank ones."""
    number = items_around(text, lines, item)[0].first_line if item else line_at(lines, start)
    if not item and lines[number].content != start:
        return None
    above = number - 1
    while above > 0 and lines[above].kind is LineKind.BLANK:
        above -= 1
    return lines[above] if above >= 0 else None


def _is_label(text: str, line: Line, *, has_list: bool) -> bool:
    """Whether a line is a heading, or short and no sentence; where no list follows it is bold or has a colon."""
    words = text[line.content : line.end].rstrip()
    if not words or len(words) > _LONGEST_LABEL or _SENTENCE_END.search(words) or _SAYS_OTHERWISE.search(words):
        return False
    if line.kind is LineKind.HEADING:
        return True
    is_marked = words.rstrip("*_").endswith(":") or words.startswith(("**", "__"))
    return line.kind is LineKind.TEXT and (has_list or is_marked)
