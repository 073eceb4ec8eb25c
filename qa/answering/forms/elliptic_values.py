"""The value of the thing that a question names, where a sentence leaves out what its first clause says.

"The hall costs £14 an hour and £60 a day, the church room £9 and £40." has two values of two things. Asked what the
church room is for a day, readers take the hall's £60, or all of them.

| clause              | thing       | values         | what they are for |
|---------------------|-------------|----------------|-------------------|
| The hall costs …    | hall        | "£14", "£60"   | "hour", "day"     |
| the church room …   | church room | "£9", "£40"    | the same          |
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.language.months import MONTH
from index.lines import Line
from qa.answering.forms.clauses import sentence_at
from qa.reading.stems import stems_of

Range = tuple[int, int]

_CLAUSE_END = re.compile(
    r"[,;]\s+(?:(?:and|but|while|whereas)\s+)?(?!(?:plus|with|including|minus|or|then)\b)(?=[^\W\d_])"
)
_AND_THE = re.compile(r"(?<!\s)\s+(?:and|but|while|whereas)\s+(?=(?:the|an?|that|those|our)\s)")
# "Lunch is at 12, tea at 4 and supper at 7"
_ANY_END = re.compile(
    r"(?:[,;]\s+(?:and\s+)?|(?<!\s)\s+and\s+)(?!(?:at|for|in|by|up|from|about|until|till|to|plus|with|including|or|then)\b)"
    r"(?=[^\W\d_])"
)
_AND = re.compile(r"(?:,|(?<!\s))\s+(?:and|or)\s+|,\s+")
_NUMBER = re.compile(r"[£$€]?\d[\d.,:]*")
# The verb of the first clause: "costs" before a number, "are sown at"
_VERB = re.compile(
    r"(?<=\w)\s(?:(?:is|are|was|were|has|have|may|can|must|will|need|pay|get|cost|weigh|hold|take|open|close|run|start|end|meet)|"
    r"(?!is\b|was\b|has\b)[a-z]{2,14}(?<![us'’])s(?=\s(?:(?:at|for|in|by|up to|from|about|until|till)\s)?[£$€]?\d))\s"
)
_VALUE = (  # no day: "by Sunday 31 August"
    r"(?:(?:at|for|in|by|up to|from|about|until|till|to)\s)?[£$€]?\d[\d.,:]*"
    rf"(?!\d|\s?{MONTH})(?:\s?[^\W\d_°%]{{1,12}}|\s?[°%]C?)?"
)
_ELLIPTIC = re.compile(
    rf"(?P<subject>[^\W\d_](?:(?!\sand\s|[£$€])[^,;:]){{1,60}}?)\s(?P<values>{_VALUE}(?:\s(?:and|or)\s{_VALUE}){{0,3}})"
)
_INSTEAD = re.compile(r"(?:that|those)\s(?:of|in|for|at|on)\s", re.IGNORECASE)
_OF = re.compile(r"\b(?:of|in|for|at|on)\s", re.IGNORECASE)
_OPENS = re.compile(r"(?:in|on|at|for|from|with|by)\s", re.IGNORECASE)
_PHRASE = re.compile(r"\b(in|on|at|for|from|with|by) (?:the )?\w+", re.IGNORECASE)
_FROM_VALUE = re.compile(r"(?:(?:up to|at most|at least|about|around|over|under)\s)?[£$€]?\d", re.IGNORECASE)
_WITHOUT = re.compile(r"\b(?:without|no|not|except)\b|n['’]t\b", re.IGNORECASE)  # "without brakes" is "unbraked"
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class _Clause:
    subject: str
    values: tuple[Range, ...]


def elliptic_value(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice of the one value, or the values, of the thing that only the question's words name; else None.

    The span is in such a sentence; of several values the question must have the word for one.
    """
    first, last = sentence_at(text, lines, start, end)
    last = first + len(text[first:last].rstrip(" .!\n"))
    clauses = _clauses(text, first, last)
    if _WITHOUT.search(question) or len(clauses) < _FEWEST or not clauses[0].values[0][0] < end <= last + 1:
        return None
    asked = stems_of(question)
    subjects = [stems_of(clause.subject) for clause in clauses]
    own = [each - frozenset().union(*subjects[:i], *subjects[i + 1 :]) for i, each in enumerate(subjects)]
    named = [clause for clause, stems in zip(clauses, own, strict=True) if stems & asked]
    if len(named) != 1 or (named[0] is clauses[0] and len(clauses[0].values) < _FEWEST):
        return None
    place = _asked_of(asked, text, clauses[0].values)
    if place is None:
        return None
    at, stop = named[0].values[place]
    if len(named[0].values) == 1 and at < end <= stop:
        return None  # the span has it: "four hours at 60 °C"
    value = _FROM_VALUE.search(text, at, stop)
    return (value.start() if value else at), stop


def _clauses(text: str, first: int, last: int) -> list[_Clause]:
    """The clauses of a sentence that all have as many values as the first, which alone has a verb; else none."""
    splits = (_between(pattern, text, first, last) for pattern in (_CLAUSE_END, _AND_THE, _ANY_END))
    return next((clauses for places in splits if (clauses := _told(text, places))), [])


def _between(mark: "re.Pattern[str]", text: str, first: int, last: int) -> list[Range]:
    marks = [found.span() for found in mark.finditer(text, first, last)]
    return list(zip([first, *(stop for _, stop in marks)], [*(start for start, _ in marks), last], strict=True))


def _told(text: str, places: Sequence[Range]) -> list[_Clause]:
    (begin, stop), *others = places
    verb = _VERB.search(text, begin, stop)
    values = _values(text, verb.end(), stop) if verb else ()
    if not verb or not values or not others:
        return []
    clauses = [_Clause(text[begin : verb.start()], values)]
    for place in others:
        told = _ELLIPTIC.fullmatch(text, *place)
        parts = _values(text, *told.span("values")) if told else ()
        if not told or len(parts) != len(values) or _VERB.search(f" {told['subject']} "):
            return []
        clauses.append(_Clause(told["subject"], parts))
    return _without_common_head(clauses)


def _without_common_head(clauses: list[_Clause]) -> list[_Clause]:
    """The clauses, of which the first names only what another replaces.

    "The tank of the Tarn" is "the Tarn" beside "that of the Estate", and "In May the pool" "In May" beside "in June".
    """
    first, *others = clauses
    if any(_INSTEAD.match(clause.subject) for clause in others) and (of := _OF.search(first.subject)):
        return [_Clause(first.subject[of.end() :], first.values), *others]
    opening = _OPENS.match(others[0].subject)
    for phrase in _PHRASE.finditer(first.subject) if opening else ():
        if opening and phrase[1].lower() == opening[0].strip().lower():
            return [_Clause(phrase[0], first.values), *others]
    return clauses


def _values(text: str, start: int, end: int) -> tuple[Range, ...]:
    """The parts between "and" that have one number each; none if one has no number or several."""
    marks = list(_AND.finditer(text, start, end))
    places = list(zip([start, *(m.end() for m in marks)], [*(m.start() for m in marks), end], strict=True))
    are_single = all(len(_NUMBER.findall(text[slice(*place)])) == 1 for place in places)
    return tuple(places) if are_single else ()


def _asked_of(asked: frozenset[str], text: str, values: Sequence[Range]) -> int | None:
    """The index of the only value with words that the question has and the others lack; 0 for a single one."""
    if len(values) == 1:
        return 0
    around = [_NUMBER.split(text[slice(*value)]) for value in values]
    is_told_before = all(stems_of(before) for before, _ in around)  # "sown at 20 degrees and planted at 12"
    stems = [stems_of(behind) | (stems_of(before) if is_told_before else frozenset()) for before, behind in around]
    own = [each - frozenset().union(*stems[:i], *stems[i + 1 :]) for i, each in enumerate(stems)]
    named = [i for i, each in enumerate(own) if each & asked]
    return named[0] if len(named) == 1 else None
