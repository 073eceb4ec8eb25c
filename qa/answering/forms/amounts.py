"""The amount that is said of what the question names, where a sentence gives several of them.

"A booking lasts 45 minutes for squash and 90 minutes for tennis." has two lengths, and readers often take the first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lines import Line, line_at
from qa.answering.forms.clauses import sentence_at
from qa.reading.former_values import FORMERLY, ON_CHANGE
from qa.reading.quantities import NUMBER_WORD
from qa.reading.stems import stems_of

# "£32 an hour for adults", "8 kg of cotton", "90 minutes for tennis": a number, at most three more words, then for whom
_AMOUNT = re.compile(
    rf"(?<![\d.,:])(?P<amount>(?:[£$€]?\d+(?:[.,:]\d+)*|\b(?!one\s(?!for\b|\w+s?\sfor\b)){NUMBER_WORD}\b)"
    r"(?:\s?[°%][CF]?)?(?:\s(?!and\b|or\b|but\b|for\b|of\b)[a-z]+){0,3}?)"
    r"\s(?:for|of|on|at|in|to|with)\s(?:(?:the|an?|each|every|all|other)\s)?"
    r"(?P<subject>(?!and\b|or\b)[^\W\d_][\w'’-]+(?:\s(?!and\b|or\b|but\b|from\b|to\b)[a-z][a-z'’-]+)?"
    r"(?:\s(?:or|and)\s[A-Z][\w'’-]+)?)"  # "£75 in French or German"
)
# "up to £120 a night"
_BARE_AMOUNT = re.compile(r"(?:up to |at most |about )?[£$€]?\d[\d.,]*(?:\s[^\W\d_]{1,12}){0,4}")
_ALTERNATIVES = re.compile(r"\s(?:or|and)\s")
_ORDINAL = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d{1,2}(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
# "the first player 3 coins", "the second 4", "the fourth and fifth 6"
_OF_ORDINAL = re.compile(
    rf"(?P<ordinals>{_ORDINAL.pattern}(?:\s(?:and|or)\s{_ORDINAL.pattern})?)(?:\s(?!and\b|or\b)[a-z]{{1,20}}){{0,2}}?"
    r"\s(?P<amount>[£$€]?\d+(?:[.,]\d+)*(?:\s(?!and\b|or\b|for\b|in\b|on\b|at\b|the\b)[a-z]{1,15})?)\b",
    re.IGNORECASE,
)
# "`1` = failed, `2` = wrong usage"
_PAIR = re.compile(
    r"(?P<label>`[^`\n]{1,30}`|(?<![\w.-])[\w.-]{1,20})\s=\s(?P<value>[^\s,;=][^,;=\n]{0,60}?)(?=[,;.](?:\s|$)|$)"
)
_A_NUMBER = r"[£$€]?\d[\d.,]*(?<![.,])(?:\s?(?!and\b|or\b|if\b)[^\W\d_]{1,12})?"
_BOUND = re.compile(
    rf"\b(?:(?:at most|maximum(?: of)?|max\.?|up to|no more than|not more than):?\s(?P<most>{_A_NUMBER})|"
    rf"(?:at least|minimum(?: of)?|min\.?|no less than|not less than):?\s(?P<least>{_A_NUMBER})|"
    rf"(?:default(?: is|s to)?|by default):?\s(?P<default>{_A_NUMBER}))",
    re.IGNORECASE,
)
_ASKED_BOUNDS = {
    "most": re.compile(r"\b(?:max(?:imum|imal)?|most|highest|largest|biggest|longest|upper|limit)\b", re.IGNORECASE),
    "least": re.compile(r"\b(?:min(?:imum|imal)?|least|lowest|smallest|shortest|lower)\b", re.IGNORECASE),
    "default": re.compile(r"\b(?:default|normally|usually|unless|standard)\b", re.IGNORECASE),
}
_SEVERAL = re.compile(r"[,;]\s")
_NO_LABELS = {"a", "i"}
_MARKS = "?!.,:;`'\"()"
# "€24, a weekend ticket €40": an amount of something before, then another thing with its own
_TWO_AMOUNTS = re.compile(
    r"(?P<first>[£$€]?\d(?:[.,:]?\d)*(?:\s[^\W\d_]{1,12}){0,2})(?:,|,?\sand)\s(?P<subject>(?:[^\W\d_][\w'’-]*\s){1,5})"
    r"(?P<amount>[£$€]?\d[\d.,:]*(?:\s[^\W\d_]{1,12}){0,2})"
)
# "£8 for adults, children £4", "£8, plus a deposit of £2", "at 9:00, the café 10:00"
_ON_THE_SAME = re.compile(
    r"\b(?:at|by|for|from|including|less|minus|of|or|per|plus|then|to|until|with)\b|\d:\d|\b[ap]\.?m\b", re.IGNORECASE
)
_MEASURED_IN = re.compile(r"[£$€]|(?<=\d)\s?[^\W\d_]+|$")
_NO_NAME = re.compile(r"[,;:.\n|]|\d")  # what stands before the words that an amount is of
_MEASURES = stems_of("cost price fee pay charge weigh last take measure")
_FROM_TO = re.compile(
    r"(?:from\s+)?(?P<before>\S+(?:\s(?!to\b)\S+){0,3})\s+to\s+(?P<after>\S+(?:\s\S+){0,3})", re.IGNORECASE
)
_CHANGES = re.compile(
    r"\b(?:ris(?:e|es|en|ing)|rose|increas\w+|rais\w+|(?:goes|go|going|went|gone|put) (?:up|down)|falls?|fell|fallen|"
    r"drop\w*|decreas\w+|reduc\w+|cut|lower\w*|chang\w+|"
    # a date that is put off; what is extended from May to July may last so long
    r"postpon\w+|put (?:off|back)|pushed back|slip(?:s|ped)?|delayed|mov(?:es?|ed|ing)|brought forward|"
    r"reschedul\w+|shift(?:s|ed)?|(?:deadline|date|time limit)\b[^.;\n]{0,30}\bextended)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_LOOKED_AT = 80  # characters before a span


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    subjects: tuple[frozenset[str], ...]


def asked_amount(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of another amount in the span's sentence, if that is what the question asks for.

    The span must be an amount of something that the question doesn't name, or of everything else, and exactly one other
    amount be of something that it names. "How long is a tennis booking?" with the span "45 minutes" gets "90 minutes",
    and "What may a room in York cost?" with "£120 a night" of "£120 a night, 150 in York" gets "150". A span with
    several amounts may hold that one.
    """
    first, last = sentence_at(text, lines, start, end)
    amounts = [
        _Amount(*found.span("amount"), tuple(map(stems_of, _ALTERNATIVES.split(found["subject"]))))
        for found in _AMOUNT.finditer(text, first, last)
    ]
    touched = [amount for amount in amounts if amount.start < end and start < amount.end]
    asked = stems_of(question)
    named = [amount for amount in amounts if any(subject and subject <= asked for subject in amount.subjects)]
    if not touched and not (named and _is_of_all_else(text, start, end, named[0].start)):
        return None
    if len(touched) == 1 and any(subject & asked for subject in touched[0].subjects):
        return None
    return (named[0].start, named[0].end) if len(named) == 1 else None


def _is_of_all_else(text: str, start: int, end: int, at: int) -> bool:
    """Whether the span is an amount with nothing but a comma between it and the one that begins at `at`."""
    return end <= at and bool(_BARE_AMOUNT.fullmatch(text, start, end)) and text[end:at].strip() in (",", ";", ", but")


def ordinal_amount(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the amount that the one has which the question names by its place in a row.

    "What does the third get?" with the span "3 coins" of "The first gets 3 coins, the second 4, the third 5" gets "5".
    """
    asked = {each.lower() for each in _ORDINAL.findall(question)}
    amounts = {
        found.span("amount"): {each.lower() for each in _ORDINAL.findall(found["ordinals"])}
        for found in _OF_ORDINAL.finditer(text, *sentence_at(text, lines, start, end))
    }
    return _named_instead([place for place, of in amounts.items() if asked and asked <= of], [*amounts], start, end)


def paired_value(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the value whose label the question has, where a sentence has several: "`1` = failed"."""
    words = {word.strip(_MARKS) for word in question.lower().split()} - _NO_LABELS
    pairs = list(_PAIR.finditer(text, *sentence_at(text, lines, start, end)))
    named = [pair.span("value") for pair in pairs if pair["label"].strip("`").lower() in words]
    return _named_instead(named, [pair.span() for pair in pairs], start, end) if len(pairs) > 1 else None


def bounded_amount(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> tuple[int, int] | None:
    """The slice of the most, the least or the default, of which a line gives several, if the question asks for it.

    "What is the maximum radius?" with the span "metres, default 1500" of "metres, default 1500, at most 20000" gets
    "20000".
    """
    line = lines[line_at(lines, start)]
    bounds = [
        (found.lastgroup, found.span(found.lastgroup or 0)) for found in _BOUND.finditer(text, line.start, line.end)
    ]
    kinds = [kind for kind, asks in _ASKED_BOUNDS.items() if asks.search(question)]
    named = [place for kind, place in bounds if kinds == [kind]]
    is_there = len(named) == 1 and start <= named[0][0] and named[0][1] <= end and not _SEVERAL.search(text, start, end)
    return named[0] if len(bounds) > 1 and len(named) == 1 and not is_there else None


def _named_instead(
    named: Sequence[tuple[int, int]], among: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[int, int] | None:
    """The only place that is named, if the span `[start, end)` isn't it alone but touches one `among` which it is."""
    touched = [place for place in among if place[0] < end and start < place[1]]
    if len(named) != 1 or not touched or (named[0][0] <= start and end <= named[0][1]):
        return None
    return named[0]


def last_amount(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The slice of the second amount, if the span is one of another thing and then that which is asked for.

    "How much is a weekend ticket?" with the span "€24, a weekend ticket €40" gets "€40".
    """
    both = _TWO_AMOUNTS.fullmatch(text, start, end)
    subject = stems_of(both["subject"]) if both else frozenset()
    return both.span("amount") if both and subject and subject <= stems_of(question) else None


def first_amount(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The slice of the first amount, if that is of what is asked for and the span goes on with those of other things.

    "How much is admission for adults?" with the span "£8, children £4" of "Admission: adults £8, children £4": "£8".
    """
    both = _TWO_AMOUNTS.match(text, start, end)
    if not both or not stems_of(both["subject"]) or _ON_THE_SAME.search(both[0]):
        return None
    asked = stems_of(question) - _MEASURES
    own = stems_of(_NO_NAME.split(text[max(0, start - _LOOKED_AT) : start].rstrip(" :*_"))[-1])
    others = stems_of(text[both.end("first") : end])
    units = {found[0] for each in ("first", "amount") if (found := _MEASURED_IN.search(both[each]))}
    is_asked = bool((own - others) & asked) and not (others - own) & asked
    return both.span("first") if is_asked and len(units) == 1 else None


def changed_amount(question: str, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The slice of what an amount has become, or of what it was if that is asked, if the span is both of them.

    "How much is a cycle from June?" with the span "£1.20 to £1.50" of "a cycle rises from £1.20 to £1.50": "£1.50", for
    what lies between them isn't its price. A question on the change itself gets both.
    """
    change = _FROM_TO.fullmatch(text, start, end)
    before = text[max(0, start - _LOOKED_AT) : start]
    rises = change and _CHANGES.search(before if text[start:end].lower().startswith("from") else _without_from(before))
    if not change or not rises or ON_CHANGE.search(question):
        return None
    return change.span("before" if FORMERLY.search(question) else "after")


def _without_from(before: str) -> str:
    """The text before a span without the "from" at its end; empty if there is none."""
    words = before.rstrip()
    return words.removesuffix("from") if words.endswith(" from") else ""
