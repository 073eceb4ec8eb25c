"""How well the head of a table's column names what a question asks for: by its words, or by words of like meaning."""

import re
from collections.abc import Sequence

from index.cells import Cell
from index.language.months import MONTH
from qa.reading.denied_kinds import denied_kinds, relation_to_denied
from qa.reading.named_rows import last_sentence
from qa.reading.ranges import column_within
from qa.reading.stems import stems_of

_PEOPLE = {*"who name person contact owner author responsible lead leader head manager chair by".split()}  # noqa: SIM905
# Words of like meaning: one may be in the question, another in the head
_LIKE = [
    {"cost", "price", "fee", "charge", "pay", "rate", "expensive", "money", "much", "fare", "rent"},
    {"weigh", "weight", "heavy", "mass", "kg"},
    {"when", "date", "day", "time", "hours", "deadline", "due", "schedule", "opens", "year"},
    _PEOPLE,
    {"where", "place", "location", "address", "room", "url", "site", "link", "venue"},
    {"long", "duration", "length", "period", "retention", "term"},
    {"many", "number", "count", "quantity", "amount", "total"},
    {"phone", "number", "telephone", "call", "ring", "extension", "tel"},
    {"colour", "color", "shade"},
    {"what", "description", "purpose", "meaning", "use", "mean"},
    {"tall", "height", "high"},
    {"big", "size", "large", "capacity", "dimensions"},
    {"fast", "speed", "quick"},
    {"old", "age", "built", "year"},
    {"people", "persons", "seats", "guests", "capacity", "fit", "places", "hold"},
    {"fix", "fixed", "cure", "remedy", "solution", "solve", "solved", "resolved", "action", "repair"},
    {"loud", "noise", "noisy", "sound"},
    {"response", "reaction", "respond", "responds", "react", "reacts"},
]
_STARTS = {"start", "starts", "begin", "begins", "beginning"}
_ASKED_FOR = [
    ({"long", "take", "takes"}, {"time", "takes", "minutes", "hours", "days", "weeks"}),  # not "what time"
    ({"begin", "begins", "start", "starts"}, _STARTS),
    ({"end", "ends", "finish", "finishes", "over"}, {"end", "ends", "finish", "until"}),
    ({"rate"}, {"per"}),
    ({"often"}, {"when", "often", "frequency", "interval", "schedule"}),
]
_WHAT_TO_DO = re.compile(
    r"\bwhat (?:(?:do|should|shall|must|can) \w+|to) do\b|\b(?:what|and) now\b(?=\W*$)|\b(?:so )?now what\b(?=\W*$)",
    re.IGNORECASE,
)
_DEADLINES = {"when", "deadline", "due"}
_MEANINGS = {"description", "purpose", "meaning", "mean", "means", "use"}
_ON_TIME = re.compile(r"\b(?:what|which) time\b|\bhow late\b", re.IGNORECASE)
_CAUSES = {"cause", "causes", "reason", "reasons", "problem", "fault", "trouble"}
_ASKS_FOR_CAUSE = {"mean", "means", "meaning", "why", "wrong"}  # "What does E22 mean?"
_TO_DO = {"cure", "remedy", "fix", "solution", "action", "actions", "do", "response", "measure", "measures", "repair"}
# They say of any noun the same, so a head with another noun isn't meant by them: "Locker included"
_GENERIC = stems_of("included includes allowed available required needed possible permitted offered")
_UNITS = {"unit", "units", "uom", "unit of measure", "unit of measurement", "units of measurement"}
# "How much internet do I get?", but not "How much is it?", "How much for a towel?"
_ON_THING = re.compile(
    r"\bhow much (?!(?:does|do|did|is|are|was|were|will|would|should|must|can|could|to|for|it|a|an|the|i|we|you|they|"
    r"more|money|per|each|one|extra|if|in|by|on|of|at|when|with|my|your|our|this|that|these|those|cheaper|dearer)\b)[^\W\d_]{3}",
    re.IGNORECASE,
)
_PER_CHARGE = re.compile(r"\b(?:on|per|with) (?:a|one|each|full|a full|a single)? ?charge\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:per|an?) (?:year|month|week|day|hour|night|minute)\b", re.IGNORECASE)
_LETTERS = re.compile(r"[a-z]+")
_QUESTION_WORD = re.compile(r"\b(?:wh\w+|how)\b|\?", re.IGNORECASE)
PRICE = re.compile(r"[£$€]\s?\d")
_ON_PRICE = re.compile(r"\bhow much\b|\b(?:price|costs?|fee)\b", re.IGNORECASE)
_ON_DAY = re.compile(r"\bwhen\b|\b(?:due|deadline|dates?)\b", re.IGNORECASE)
_DAY = re.compile(
    rf"\d\s?(?:of\s)?{MONTH}|\b{MONTH}\.?\s\d|" r"\d(?:st|nd|rd|th)\s[A-Z]|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d"
)
_NUMBER_HEAD = re.compile(r"\bno\.?$", re.IGNORECASE)  # "Order no."
_DENIED = re.compile(r"\b(?:without|no|not|non)[ -][a-z]", re.IGNORECASE)  # not "Order no."


def head_scores(question: str, asked: frozenset[str], heads: Sequence[str], columns: int) -> list[float]:
    """How well the head of each column matches: one point for each stem in `asked`, half a point for like meaning.

    The last sentence decides, if it names a head at all. A head that is a range with a number or day of the question in
    it has one point more. The cause of what the question asks the meaning of counts less than a head that says
    "Meaning". Of two heads with the same word the one that denies it is for a question that does so, too: "no contract"
    for "without a contract". For "non-members" the column of members isn't meant, but that of guests.

    "What does the Eider weigh?" with asked = {weigh} and the heads Boat, Price, Weight in kg: 0, 0 and 1.5.
    "Are the courts included?" with the head "Locker included": 0, since only what is said of lockers is asked.
    """
    last = last_sentence(question)
    scores = _scores(last, asked & stems_of(last), heads, columns)
    if last != question and not any(scores):
        scores = _scores(question, asked, heads, columns)
    within = column_within(question, heads)
    return [score + (i == within) for i, score in enumerate(scores)]


def _scores(question: str, asked: frozenset[str], heads: Sequence[str], columns: int) -> list[float]:
    words = _asking_words(question)
    on_action, on_time = bool(_WHAT_TO_DO.search(question)), bool(_ON_TIME.search(question))
    ruled_out = denied_kinds(question)
    denies, on_both = bool(_DENIED.search(question)), "with or without" in question.lower()

    def score(head: str) -> float:
        head_words, stems = _naming_words(head, on_time=on_time), stems_of(head)
        common = stems & asked
        relation = relation_to_denied(ruled_out, head)
        if relation < 0:
            return 0.0
        if common <= _GENERIC and not stems <= _GENERIC:
            common = frozenset()
        is_by = head_words == {"by"}  # by whom, where no head says who, or by when
        alike = not is_by and any(words & group and head_words & group for group in _LIKE)
        alike = alike or any(words & asking and head_words & named for asking, named in _ASKED_FOR)
        alike = alike or (is_by and bool(words & _DEADLINES))
        alike = alike or (on_action and bool(head_words & _TO_DO)) or (on_time and bool(head_words & _STARTS))
        tells_cause = bool(words & _ASKS_FOR_CAUSE and head_words & _CAUSES)
        is_denied = bool(common and _DENIED.search(head)) and not on_both
        tells_who = "who" in words and (
            is_by or bool(head_words & _PEOPLE)
        )  # not the number that "who do I ring" needs
        further = 0.25 * (tells_cause or tells_who) + (0.25 if denies else -0.25) * is_denied
        return len(common) + 0.5 * alike + further + relation

    return [score(heads[i]) if i < len(heads) else 0.0 for i in range(columns)]


def _asking_words(question: str) -> set[str]:
    """The words of a question, without those that another of its words gives another sense."""
    words = {*_LETTERS.findall(question.lower())}
    if _WHAT_TO_DO.search(question):
        words -= {"what"}
    if _ON_THING.search(question):  # "how much internet"
        words -= {"much"}
    if _PER_CHARGE.search(question):
        words -= {"charge"}
    if "often" in words:  # "How often do I take it?"
        words -= {"take", "takes"}
    if "when" in words:  # "by when" doesn't ask by whom
        words -= {"by"}
    return words


def _naming_words(head: str, *, on_time: bool) -> set[str]:
    """The words of a head, as those of a question above; a day isn't meant where a question is `on_time` of day."""
    words = {*_LETTERS.findall(_RATE.sub(" ", head.lower()))}  # "per year" is no time
    if _NUMBER_HEAD.search(head):
        words.add("number")
    if "do" in words:  # "What to do" isn't what something means
        words -= {"what"}
    return words - {"day", "date"} if on_time else words


def asks_price(question: str) -> bool:
    """Whether a question asks for a price."""
    return bool(_ON_PRICE.search(question))


def is_key_words(question: str) -> bool:
    """Whether a question is key words alone, as "E42 jam", which ask for what is said of them."""
    return not _QUESTION_WORD.search(question)


def tells_meaning(head: str) -> bool:
    """Whether a head says that below it stands what something means, or is."""
    return not _MEANINGS.isdisjoint(_LETTERS.findall(head.lower()))


def column_by_value(question: str, row: Sequence[Cell]) -> int | None:
    """The index of the only cell, in a row without heads, that holds what is asked for: a price, or a day."""
    for asks, holds in ((_ON_PRICE, PRICE), (_ON_DAY, _DAY)):
        if asks.search(question):
            columns = [i for i, cell in enumerate(row) if i and holds.search(cell.text)]
            return columns[0] if len(columns) == 1 else None
    return None


def unit_column(heads: Sequence[str]) -> int | None:
    """The index of the column that has the units of the values beside it, by its head; None if there is none."""
    return next((i for i, head in enumerate(heads) if i and head.strip(" *_.").lower() in _UNITS), None)
