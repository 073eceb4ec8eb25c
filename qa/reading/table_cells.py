"""The table cell that a question names by its row and the head of its column.

"What does the Eider weigh?" names the row whose first cell is "Eider", and the head "Weight in kg". If a question names
exactly one row and one column, the cell where they meet answers it; readers are weak at rows of numbers.
"""

import re
from collections.abc import Sequence

from index.cells import Cell
from index.language.months import MONTH
from index.tables import GAP, RULE, are_heads, line_end, rows_around
from index.tagged_tables import CELL_TAG, without_tags
from qa.reading.codes import codes_of
from qa.reading.labelled_values import asks_for_value, is_measured, is_named
from qa.reading.ranges import row_in_months, row_in_range
from qa.reading.stems import stems_of

Range = tuple[int, int]
_MAX_CODE_CHARS = 40
_MAX_SHORT_LABEL = 3
_FEWEST_BEHIND_KEYS = 2  # cells

# Words of like meaning: one may be in the question, another in the head
_LIKE = [
    {"cost", "price", "fee", "charge", "pay", "rate", "expensive", "money", "much", "fare", "rent"},
    {"weigh", "weight", "heavy", "mass", "kg"},
    {"when", "date", "day", "time", "hours", "deadline", "due", "schedule", "opens", "year"},
    {
        "who",
        "name",
        "person",
        "contact",
        "owner",
        "author",
        "responsible",
        "lead",
        "leader",
        "head",
        "manager",
        "chair",
        "by",
    },
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
    {"fix", "cure", "remedy", "solution", "solve", "action", "repair"},
    {"loud", "noise", "noisy", "sound"},
]
_ASKED_FOR = [
    ({"long", "take", "takes"}, {"time", "takes", "minutes", "hours", "days", "weeks"}),  # not "what time"
    ({"often"}, {"when", "often", "frequency", "interval", "schedule"}),
]
_WHAT_TO_DO = re.compile(r"\bwhat (?:(?:do|should|shall|must|can) \w+|to) do\b", re.IGNORECASE)
_CAUSES = {"cause", "causes", "reason", "reasons", "problem", "fault", "trouble"}
_ASKS_FOR_CAUSE = {"mean", "means", "meaning", "why", "wrong"}  # "What does E22 mean?"
_TO_DO = {"cure", "remedy", "fix", "solution", "action", "actions", "do", "response", "measure", "measures", "repair"}
# They say of any noun the same, so a head with another noun isn't meant by them: "Locker included"
_GENERIC = stems_of("included includes allowed available required needed possible permitted offered")
_UNITS = {"unit", "units", "uom", "unit of measure", "unit of measurement", "units of measurement"}
_AMOUNT = re.compile(r"[£$€±~<>≤≥]?\s?\d")
_PRICE = re.compile(r"[£$€]\s?\d")
_ON_PRICE = re.compile(r"\bhow much\b|\b(?:price|costs?|fee)\b", re.IGNORECASE)
_ON_DAY = re.compile(r"\bwhen\b|\b(?:due|deadline|dates?)\b", re.IGNORECASE)
_DAY = re.compile(
    rf"\d\s?(?:of\s)?{MONTH}|\b{MONTH}\.?\s\d|" r"\d(?:st|nd|rd|th)\s[A-Z]|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER_HEAD = re.compile(r"\bno\.?$", re.IGNORECASE)  # "Order no."
_DENIED = re.compile(r"\b(?:without|no|not|non)[ -][a-z]", re.IGNORECASE)  # not "Order no."
_LISTS = re.compile(r"\s?[,;/]\s?|\s(?:and|or|&)\s")  # "London, Paris, Zurich"
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_WITH_UNIT = re.compile(
    r"(?<![\w.,])\d{1,6}(?:[.,]\d{1,6})?\s?(?:[mµ]?g|mcg|kg|[mc]?l|[mck]?m|k?[wv]|[gmt]b|iu|units?)\b", re.IGNORECASE
)
_PARTED = re.compile(rf"\||{GAP.pattern}|{CELL_TAG.pattern}")  # what lies between cells
_HEAD_SEPARATOR = " | "  # between the heads in the last line of a context; `index/context.py` writes it


def asked_cell(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the cell which the question names; None unless exactly one is.

    The heads are in the passage, or in the last line of its `context` if the passage begins in the middle of a table.
    """
    asked = stems_of(question)
    named: list[Range] = []
    at = 0
    while parted := _PARTED.search(passage, at):
        place, is_tagged = parted.start(), parted[0].startswith("<")
        rows = [row for row in rows_around(passage, place) if row]  # a line with nothing but pipes has no cells
        if not rows or rows[0][0].start < at:  # no table, or the line of marks below one
            at = parted.end() if is_tagged else line_end(passage, place)
            continue
        if is_tagged:
            at = max(parted.end(), *(cell.end for row in rows for cell in row))
        else:  # the last line may be one of dashes
            at = max(line_end(passage, place), line_end(passage, rows[-1][0].start))
        heads, body = _heads_and_body(passage, rows, context)
        rows_named = _named_rows(question, asked, heads, body)
        if not rows_named and (behind_keys := labels_behind_keys(heads, body)):
            heads, body = behind_keys
            rows_named = _named_rows(question, asked, heads, body)
        named += [cell for row in rows_named if (cell := _cell_of_row(question, asked, heads, row, context))]
        if not rows_named:
            cell = _cell_beside(question, asked, heads, body) or _measured_cell(question, asked, heads, body, context)
            named += [cell] if cell else []
    return named[0] if len(named) == 1 else None


def _heads_and_body(
    passage: str, rows: Sequence[Sequence[Cell]], context: str
) -> tuple[list[str], Sequence[Sequence[Cell]]]:
    """The table's heads, from the context or its first row, and the rows below them."""
    last_line = context.rpartition("\n")[2]
    starts_passage = not without_tags(passage[: rows[0][0].start]).strip(" |")
    if _HEAD_SEPARATOR in last_line and starts_passage and not _are_marked_heads(passage, rows[0]):
        return last_line.split(_HEAD_SEPARATOR), rows
    if has_no_heads(passage, rows):
        return [], rows
    return [cell.text for cell in rows[0]], rows[1:]


def has_no_heads(text: str, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table has no heads, but labels and values from its first row on, as "Weight | 3.2 kg" has one.

    With several values there is a price in each row of a column, as in "deposit | £60 | by 2 October".
    """
    if rows and (marked := are_heads(rows[0])) is not None:
        return not marked
    if len(rows) < 2 or not rows[0] or not rows[0][0].text or _are_marked_heads(text, rows[0]):
        return False
    if all(len(row) == 2 for row in rows):
        return bool(_AMOUNT.match(rows[0][1].text)) and not _YEAR.fullmatch(rows[0][1].text)
    columns = min(len(row) for row in rows)
    return any(all(_PRICE.match(row[i].text) for row in rows) for i in range(1, columns))


def unit_column(heads: Sequence[str]) -> int | None:
    """The index of the column that has the units of the values beside it, by its head; None if there is none."""
    return next((i for i, head in enumerate(heads) if i and head.strip(" *_.").lower() in _UNITS), None)


def _are_marked_heads(passage: str, heads: Sequence[Cell]) -> bool:
    """Whether this row is marked as a table's heads: in Markdown by a line of dashes that follows it."""
    below = line_end(passage, heads[-1].end) + 1
    has_rule = below < len(passage) and bool(RULE.match(passage, below, line_end(passage, below)))
    return has_rule or bool(are_heads(heads))


def _named_rows(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> list[Sequence[Cell]]:
    """The rows whose first cell the question has all stems of; else the one whose words it has, if it is only one.

    "How long does the eco programme take?" names "Eco 40-60 (cotton)" unless there is an "Eco 20" too: what is not
    numbers nor in brackets are the label's words. A label that lists several things names each.
    "Who leads group A?" names "A" under the head "Group", and "What does E12 mean?" names "E-12". "After 7 years" names
    "6–10".
    """
    codes = set(codes_of(question))
    if coded := [
        row
        for row in rows
        if codes & {*codes_of(row[0].text[:_MAX_CODE_CHARS])} or is_named_with(row[0].text, heads, question)
    ]:
        return coded
    labels = [stems_of(row[0].text) for row in rows]
    whole = [row for row, label in zip(rows, labels, strict=True) if label and label <= asked]
    if whole:
        return whole
    words = [words_of(row[0].text) for row in rows]
    partly = [row for row, label in zip(rows, words, strict=True) if label and label <= asked]
    if partly:
        return partly if len(partly) == 1 else []
    listed = [row for row in rows if any(each <= asked for each in listed_in(row[0].text))]
    if listed:
        return listed if len(listed) == 1 else []
    within = row_in_range(question, heads[0] if heads else "", [row[0].text for row in rows])
    if within is None:
        within = row_in_months(question, [[cell.text for cell in row] for row in rows])
    return [] if within is None else [rows[within]]


def words_of(label: str) -> frozenset[str]:
    """The stems of a label's words, without numbers, units and what is in brackets: of "Codeine 30 mg" "codein"."""
    return frozenset(filter(str.isalpha, stems_of(_WITH_UNIT.sub(" ", _IN_BRACKETS.sub("", label)))))


def labels_behind_keys(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> tuple[list[str], Sequence[Sequence[Cell]]] | None:
    """Heads and rows with the labels in front, if they stand in the second column behind short keys; else None.

    | Section | Cover   | Limit |      "What is the limit for baggage?" names the row "Baggage"; the section
    | A       | Baggage | 750   |      stands last then
    """
    keys = [row[0].text for row in rows if row]
    is_keyed = len(rows) > 1 and any(keys) and max(map(len, keys)) <= _MAX_SHORT_LABEL
    if not is_keyed or not all(len(row) > _FEWEST_BEHIND_KEYS and words_of(row[1].text) for row in rows):
        return None
    return [*heads[1:], *heads[:1]], [[*row[1:], row[0]] for row in rows]


def listed_in(label: str) -> list[frozenset[str]]:
    """The stems of each thing that a label lists: of "London", "Paris" and "Zurich"; none if it lists nothing."""
    things = [stems_of(words) for words in _LISTS.split(label)]
    return [stems for stems in things if stems] if len(things) > 1 else []


def is_named_with(label: str, heads: Sequence[str], question: str) -> bool:
    """Whether the question has a short label together with its head: "group A"."""
    if not heads or not 0 < len(label) <= _MAX_SHORT_LABEL:
        return False
    words = " ".join(re.findall(r"[^\W_]+", question.lower()))
    return f" {heads[0]} {label} ".lower() in f" {words} "


def _cell_of_row(
    question: str, asked: frozenset[str], heads: Sequence[str], row: Sequence[Cell], context: str
) -> Range | None:
    """The slice of the cell of a named row under the head that the question names best; None on a tie.

    A row of a label and a value, maybe with its unit, needs no head if the question asks for nothing else.
    """
    if len(row) < 2:
        return None
    value = _only_value(heads, row)
    if value and value.text and asks_for_value(question):
        around = stems_of(f"{context} {' '.join(heads)}")
        if is_named(asked, stems_of(row[0].text), around):
            return value.start, value.end
    if not heads and (column := column_by_value(question, row)):
        return row[column].start, row[column].end
    scores = head_scores(question, asked - stems_of(row[0].text), heads, len(row))
    best = max(range(1, len(row)), key=lambda i: scores[i])
    if not scores[best] or scores[1:].count(scores[best]) > 1 or not row[best].text:
        return None
    return row[best].start, row[best].end


def column_by_value(question: str, row: Sequence[Cell]) -> int | None:
    """The index of the only cell, in a row without heads, that holds what is asked for: a price, or a day."""
    for asks, holds in ((_ON_PRICE, _PRICE), (_ON_DAY, _DAY)):
        if asks.search(question):
            columns = [i for i, cell in enumerate(row) if i and holds.search(cell.text)]
            return columns[0] if len(columns) == 1 else None
    return None


def _only_value(heads: Sequence[str], row: Sequence[Cell]) -> Cell | None:
    """The only cell beside the label that isn't a unit's; None if there are several."""
    values = [cell for i, cell in enumerate(row) if i and i != unit_column(heads)]
    return values[0] if len(values) == 1 else None


def _measured_cell(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]], context: str
) -> Range | None:
    """The slice of the only value, a number, whose label is what the question measures: "How heavy is it?"."""
    around = stems_of(f"{context} {' '.join(heads)}")
    values = [
        value
        for row in rows
        if (value := _only_value(heads, row))
        and _AMOUNT.match(value.text)
        and is_measured(question, asked, stems_of(row[0].text), around)
    ]
    return (values[0].start, values[0].end) if len(values) == 1 else None


def _cell_beside(
    question: str, asked: frozenset[str], heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> Range | None:
    """The slice of the cell that is asked for in the only row with a cell, of two words or more, that is named.

    | 9:30 | Kiln | What rye can do |      "In which room is What rye can do?": "Kiln", and "When is it?": "9:30"
    """
    named = [
        (row, i, stems)
        for row in rows
        for i, cell in enumerate(row)
        if i and len(stems := stems_of(cell.text)) > 1 and stems <= asked
    ]
    if len(named) != 1:
        return None
    row, at, stems = named[0]
    scores = [
        0.0 if i == at else score for i, score in enumerate(head_scores(question, asked - stems, heads, len(row)))
    ]
    best = scores.index(max(scores))
    is_clear = scores[best] > 0 and scores.count(scores[best]) == 1 and row[best].text
    return (row[best].start, row[best].end) if is_clear else None


def head_scores(question: str, asked: frozenset[str], heads: Sequence[str], columns: int) -> list[float]:
    """How well the head of each column matches: one point for each stem in `asked`, half a point for like meaning.

    The cause of what the question asks the meaning of counts less than a head that says "Meaning". Of two heads with
    the same word the one that denies it is for a question that does so, too: "no contract" for "without a contract".

    "What does the Eider weigh?" with asked = {weigh} and the heads Boat, Price, Weight in kg: 0, 0 and 1.5.
    "Are the courts included?" with the head "Locker included": 0, since only what is said of lockers is asked.
    """
    words = {*re.findall(r"[a-z]+", question.lower())}
    on_both = "with or without" in question.lower()
    on_action, denies = bool(_WHAT_TO_DO.search(question)), bool(_DENIED.search(question))
    if on_action:
        words -= {"what"}
    if "often" in words:  # "How often do I take it?"
        words -= {"take", "takes"}

    def score(head: str) -> float:
        head_words = {*re.findall(r"[a-z]+", head.lower())}
        if _NUMBER_HEAD.search(head):
            head_words.add("number")
        if head_words & {"do"}:  # "What to do" isn't what something means
            head_words -= {"what"}
        stems = stems_of(head)
        common = stems & asked
        if common <= _GENERIC and not stems <= _GENERIC:
            common = frozenset()
        alike = any(words & group and head_words & group for group in _LIKE)
        alike = alike or any(words & asking and head_words & named for asking, named in _ASKED_FOR)
        alike = alike or (on_action and bool(head_words & _TO_DO))
        tells_cause = bool(words & _ASKS_FOR_CAUSE and head_words & _CAUSES)
        is_denied = bool(common and _DENIED.search(head))
        return (
            len(common) + 0.5 * alike + 0.25 * tells_cause + (0.25 if denies else -0.25) * (is_denied and not on_both)
        )

    return [score(heads[i]) if i < len(heads) else 0.0 for i in range(columns)]
