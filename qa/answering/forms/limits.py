"""Whether an amount that is asked about is beyond the limit that a rule names: "12 t" where "up to 7.5 t" may enter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Literal

from index.language.english import ENGLISH
from qa.answering.forms.age_limits import is_age_asked_by_years, with_plain_ages
from qa.answering.forms.version_limits import relation_to_version

Side = Literal["most", "least"]
Relation = Literal["within", "beyond", "unclear"]

# Not "one", which mostly stands for somebody
_NUMBERS = {
    word: number
    for number, word in enumerate(
        [
            *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
            *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
        ],
        2,
    )
}
_MOST = (
    r"up to|(?:at|the) most|at the latest|no(?:t)? (?:more|longer|later|older|higher|larger|heavier|bigger) than|"
    r"max(?:\.|imum)?(?: of)?|under|below|(?:less|fewer|shorter|younger|smaller|lower|lighter|earlier) than|"
    r"limited to|within"
)
_LEAST = (
    r"at least|min(?:\.|imum)?(?: of)?|no(?:t)? (?:less|fewer|shorter|younger|smaller|lower|earlier) than|over|above|"
    r"(?:more|longer|older|higher|larger|heavier|bigger|later) than|beyond|exceed(?:s|ing)?"
)
_STRICT = re.compile(
    r"under|below|(?:less|fewer|shorter|younger|smaller|lower|lighter|earlier) than|over|above|beyond|before|after|"
    r"(?:more|longer|older|higher|larger|heavier|bigger|later) than|exceed(?:s|ing)?",
    re.IGNORECASE,
)
_UNTIL, _FROM = r"until|till|before|by|to|and", r"from|after|since|between"  # a time of day
_MOST_BEHIND = r"or (?:less|fewer|under|below|younger|shorter|smaller|lower|earlier)|(?:at (?:the )?most|maximum|max)\b"
_LEAST_BEHIND = r"or (?:more|over|above|older|longer|larger|higher|later)|and (?:over|older|above|up)|upwards|minimum"
# What sets a limit of its own, though it has a "not": "must not exceed 3 t" says as much as "up to 3 t"
_NOT_BEYOND = re.compile(
    r"\b(?:(?:must|may|shall|should|can|do|does)\s*(?:not|n['’]t)|cannot)\s+(?:exceed|"
    r"be (?:over|above|(?:more|longer|later|older|higher|larger|heavier|bigger) than))\b",
    re.IGNORECASE,
)
_NUMBER = r"(\d{1,9}(?:[.,]\d{1,9})?)"
_NO_UNIT = "or|and|to|at|in|on|of|for|is|are|per|the|if|may|can|cannot|must|will|shall|should"
_BETWEEN = re.compile(
    rf"\bbetween {_NUMBER} and {_NUMBER}(?= ?("
    r"[%€$£°]|(?:mm|cm|m|km|g|kg|t|ml|l|bar|MB|GB|(?:metre|meter|kilo|gram|kilogram|tonne|litre|degree|minute|hour|day|week|"
    r"month|year|euro|pound|dollar|character|person|guest|seat)s?|people|children)\b))",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?<![\d.,:])(\d{1,6})(?: to | ?[-–] ?| and )(\d{1,6})(?![\d.,]\d)")
_OF_NOUN = re.compile(r"\b(?:(max)|min)(?:imum)? ((?:[a-z]{1,20} ){1,3})(?:is|of) (?=[€$£]?\d)", re.IGNORECASE)
_NOT_ELSE = re.compile(r",? (?:and |but )?not (?:before|after|earlier|later|sooner)(?=\W*$)", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?:\b(?:(?P<most>{_MOST})|(?P<least>{_LEAST})|(?P<until>{_UNTIL})|(?P<since>{_FROM}))\s+)?(?P<sign>[€$£])?"
    rf"\b(?P<number>\d{{1,9}}(?:[.,]\d{{1,9}})?|{'|'.join(_NUMBERS)})\b(?::(?P<minutes>\d\d)\b)?"
    r"(?: ?(?P<half>[ap])\.?m\b)?"
    rf"(?:[ -]?(?P<unit>(?!(?:{_NO_UNIT})\b)[^\W\d_]{{1,20}}|[%€$£°]))?"
    rf"(?:(?: old)?,? (?:(?P<most_behind>{_MOST_BEHIND})|(?P<least_behind>{_LEAST_BEHIND})))?",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d{{1,4}}|{'|'.join(_NUMBERS)})"
_OF_PEOPLE = re.compile(
    rf"\b(?:group|partie|party|team|familie|family)s? of (?P<many>(?:(?:{_MOST}|{_LEAST}) )?{_COUNT})\b|"
    rf"\b(?P<us>{_COUNT}) of (?:us|you|them)\b",
    re.IGNORECASE,
)
_MINUTES = ENGLISH.numbers.minutes
_MEASURES = {  # a unit → what it measures and how much of it: minutes, kilograms, metres
    **{unit: ("time", _MINUTES[unit]) for unit in ("minute", "hour", "day", "week")},
    "min": ("time", 1),
    **dict.fromkeys(("h", "hr"), ("time", 60)),
    **dict.fromkeys(("g", "gram"), ("mass", 0.001)),
    **dict.fromkeys(("kg", "kilo", "kilogram"), ("mass", 1)),
    **dict.fromkeys(("t", "ton", "tonne"), ("mass", 1000)),
    **dict.fromkeys(("cm", "centimetre", "centimeter"), ("length", 0.01)),
    **dict.fromkeys(("m", "metre", "meter"), ("length", 1)),
    **dict.fromkeys(("km", "kilometre", "kilometer"), ("length", 1000)),
    **dict.fromkeys(("€", "euro", "eur"), ("€", 1)),
    **dict.fromkeys(("$", "dollar", "usd"), ("$", 1)),
    **dict.fromkeys(("£", "pound", "gbp"), ("£", 1)),
}
_DIMENSIONS = frozenset(dimension for dimension, _ in _MEASURES.values())
_LEFT_OUT = frozenset(("", "year", "aged"))  # "at 16": an age needs no unit
_HALF_DAY = 12 * 60  # minutes


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a unit, a measure or "clock" (a time of day in minutes); `side` if it is the most or the least.

    It is itself beyond a `strict` limit: 14 is not "under 14".
    """

    number: float
    unit: str
    side: Side | None
    strict: bool = False


def relation_to_limit(question: str, clause: str) -> Relation | None:
    """Where the amount that is asked about lies, given the limit that the clause sets; None without any such.

    It is "unclear" if the two have other units, or either has several of one.

    >>> relation_to_limit("Can I bring three guests?", "Members may bring up to two guests.")
    'beyond'
    """
    if relation := relation_to_version(question, clause):
        return relation
    if is_age_asked_by_years(question, clause):
        return None
    if not (asked := list(_amounts(question))) or not (limits := [each for each in _amounts(clause) if each.side]):
        return None
    asked = [amount for amount in asked if any(_are_alike(amount.unit, limit.unit) for limit in limits)]
    limits = [limit for limit in limits if any(_are_alike(amount.unit, limit.unit) for amount in asked)]
    most = {limit.number for limit in limits if limit.side == "most"}
    least = {limit.number for limit in limits if limit.side == "least"}
    if len(asked) != 1 or len(most) > 1 or len(least) > 1:
        return "unclear"
    if _is_on_other_amount(question, clause, asked[0]):
        return "unclear"
    number, on_limit = asked[0].number, [limit for limit in limits if limit.number == asked[0].number]
    is_beyond = number > min(most, default=inf) or number < max(least, default=-inf)
    is_on_strict = any(limit.strict and limit.side != asked[0].side for limit in on_limit)
    return "beyond" if is_beyond or is_on_strict else "within"


def _is_on_other_amount(question: str, clause: str, asked: Amount) -> bool:
    """Whether the question names another amount, of which the clause has a different one: "40 mg", not 20."""
    named = [amount for amount in _amounts(clause) if amount.unit and not amount.side]
    others = [amount for amount in _amounts(question) if amount.unit and not _are_alike(amount.unit, asked.unit)]
    return any(
        one.unit == other.unit and one.number != other.number and not any(other.number == each.number for each in named)
        for one in named
        for other in others
    )


def is_in_range(question: str, clause: str) -> bool:
    """Whether a number of the question lies in a range that the clause names: 15 in "those from 14 to 17"."""
    asked = [float(found["number"]) for found in _AMOUNT.finditer(question) if found["number"].isdigit()]
    ranges = [(float(found[1]), float(found[2])) for found in _RANGE.finditer(clause)]
    return any(first <= number <= last for first, last in ranges for number in asked)


def is_within_amount(question: str, text: str) -> bool:
    """Whether a measure in the question is no more than one in `text`: ten days are within two weeks."""
    named = [amount for amount in _amounts(text) if amount.unit in _DIMENSIONS]
    return any(one.unit == other.unit and one.number <= other.number for one in _amounts(question) for other in named)


def with_plain_limits(clause: str) -> str:
    """The clause with its limits beside their amounts, and without a "not" of theirs.

    >>> with_plain_limits("The maximum stay must not exceed 3 days.")
    'The maximum stay can be up to 3 days.'
    >>> with_plain_limits("The minimum age is 12 years; set it between 3 and 5 bar, not later.")
    'The age is at least 12 years; set it at least 3 bar and at most 5 bar.'
    """
    clause = _BETWEEN.sub(r"at least \1 \3 and at most \2", _NOT_ELSE.sub("", clause))
    clause = _OF_NOUN.sub(lambda found: f"{found[2]}is at {'most' if found[1] else 'least'} ", clause)
    return _NOT_BEYOND.sub("can be up to", clause)


def _amounts(text: str) -> Iterator[Amount]:
    text = with_plain_ages(with_plain_limits(text))
    text = _OF_PEOPLE.sub(lambda found: f"{found['many'] or found['us']} people", text)
    for found in _AMOUNT.finditer(text):
        unit = (found["sign"] or found["unit"] or "").lower().removesuffix("s")
        word = found["number"].lower()
        digits = re.sub(r"[.,](?=\d{3}$)", "", word).replace(",", ".")  # "7,500" is thousands
        number = float(_NUMBERS.get(word) or digits)
        is_most, is_least = found["most"] or found["most_behind"], found["least"] or found["least_behind"]
        if found["minutes"] or found["half"]:
            unit, number = "clock", number * 60 + int(found["minutes"] or 0)
            if found["half"]:
                number = number % _HALF_DAY + _HALF_DAY * (found["half"].lower() == "p")
            is_most, is_least = is_most or found["until"], is_least or found["since"]
        unit, factor = _MEASURES.get(unit, (unit, 1))
        strict = bool(_STRICT.fullmatch(is_most or is_least or ""))
        yield Amount(number * factor, unit, "most" if is_most else "least" if is_least else None, strict)


def _are_alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= _LEFT_OUT
