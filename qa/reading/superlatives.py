"""What a question wants the most or the least of: "the cheapest plan", "who scored most", "the longest life"."""

import re
from dataclasses import dataclass

from qa.reading.comparisons import MEASURES
from qa.reading.named_rows import last_sentence
from qa.reading.stems import stems_of
from qa.reading.table_columns import words_in

_TIMES = (
    "time start starts begin begins end ends open opens close closes leave leaves depart departure last first until"
)
# As MEASURES in `comparisons.py`, for what nobody compares two things in
_FURTHER = (
    (
        "(?:(?:fly|flies|flew|go|goes|get|gets|reach|reaches|travels?|drives?|runs?) (?:the )?)?"
        "(?:furthest|farthest)(?: away)?",
        True,
        "range distance reach",
        "length",
    ),
    ("(?:last(?:s|ed)?|keeps?|kept|stays?) (?:the )?longest", True, "length duration time lasts keeps life", "time"),
    ("takes? (?:the )?longest", True, "duration time takes", "time"),
    ("nearest|closest", False, "distance", "length"),
    ("(?:carry|carries|holds?) (?:the )?most", True, "load payload capacity", "mass volume"),
    ("earliest", False, _TIMES, "clock"),
    ("latest", True, _TIMES, "clock"),
    ("best", True, "score rating points mark marks grade total stars", ""),
    ("worst", False, "score rating points mark marks grade total stars", ""),
    ("most|highest|greatest|maximum", True, "", ""),
    ("fewest|least|lowest|minimum", False, "", ""),
)


def _superlative(comparative: str) -> str:
    """The expression for the most of what one for more of it finds: "cheapest" of "cheaper"."""
    words = re.sub(r"(?<=\w)er\b", "est", comparative)
    return words.replace(" more", " (?:the )?most").replace(" less", " (?:the )?least").replace(
        "more ", "most "
    ).replace("less ", "least ")  # fmt: skip


_MEASURES = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), is_more, words_in(heads), frozenset(units.split()))
    for asked, is_more, heads, units in (
        *((_superlative(asked), is_more, heads, units) for asked, is_more, heads, units in MEASURES),
        *_FURTHER,
    )
)
_OTHER_SENSE = re.compile(
    r"\b(?:most of|at (?:the )?(?:most|least|latest|earliest|best|worst)|most (?:recent|likely|common|often)\w*|"
    r"latest (?:version|release|news)|best (?:way|before|practi[cs]e)\w*|not the)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"(?:\s+(?!(?:is|are|was|were|has|have|had|does|do|did|can|will|in|on|at|to|of|for|from|with|without|that|which|who|"
    r"by|and|or|there|we|you|i|it|they|costs?|takes?)\b)[\w'’-]{1,30}){1,4}",
    re.IGNORECASE,
)
_OF = re.compile(r"\s(?:number|amount|quantity)\sof(?=\s)", re.IGNORECASE)
_VERB = re.compile(r"([^\W\d_]{2,20})\s+(?:the\s+)?$", re.IGNORECASE)
_COUNTS = re.compile(r"most|fewest|least", re.IGNORECASE)
_LIGHT = stems_of(
    "has have had get gets got take takes took make makes made is are was were the do does did can carry offer offers "
    "give gives need needs with"
)


@dataclass(frozen=True, slots=True)
class Superlative:
    """What a question wants the most of, or the least.

    `heads` are the stems that a head for it has, `units` the dimensions that it is measured in. `noun` are the stems of
    the words behind it, `verb` that of the one before: {score} and {} of "the highest score", {goal} and {shot} of
    "shot the most goals". `place` is its slice of the question.
    """

    is_more: bool
    heads: frozenset[str]
    units: frozenset[str]
    noun: frozenset[str]
    verb: frozenset[str]
    is_count: bool
    place: tuple[int, int]

    @property
    def is_by_name(self) -> bool:
        """Whether only a head that the question names has what is wanted, as for "the most" and "the lowest"."""
        return not self.heads


def superlative_asked(question: str) -> Superlative | None:
    """What a question wants the most of; None if it wants no such thing, or two of them."""
    question = last_sentence(question)
    if _OTHER_SENSE.search(question):
        return None
    found = [(match, each) for each in _MEASURES if (match := each[0].search(question))]
    whole = [
        (match, each)
        for match, each in found
        if not any(_holds(other, match) for other, _ in found if other is not match)
    ]
    if not whole or len({match.span() for match, _ in whole}) > 1:
        return None
    match, (_, is_more, heads, units) = whole[0]
    at = of.end() if (of := _OF.match(question, match.end())) else match.end()
    noun, verb = _NOUN.match(question, at), _VERB.search(question[: match.start()])
    is_count = bool(_COUNTS.fullmatch(match[0]))
    return Superlative(
        is_more,
        heads,
        units,
        words_in(noun[0]) if noun else frozenset(),
        words_in(verb[1]) - _LIGHT if verb and is_count else frozenset(),
        is_count,
        match.span(),
    )


def _holds(one: "re.Match[str]", other: "re.Match[str]") -> bool:
    """Whether one match has more than the other, which lies within it: "costs the most" has "most"."""
    return one.start() <= other.start() and other.end() <= one.end() and one.span() != other.span()
