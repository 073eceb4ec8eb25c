"""The row of a table that has the most, or the least, of what a question asks for, or a cell of that row.

| Laptop | Price (£) | Weight |    "Which laptop is the cheapest?": "Tern", and "How heavy is the cheapest laptop?":
| Corvo  | 1,120     | 980 g  |    "1.4 kg"; nothing for "the cheapest phone", nor for "the cheapest laptop" if
| Tern   | 329       | 1.4 kg |    there are prices for pupils and for teachers that don't agree on it
"""

import re
from collections.abc import Iterable, Sequence

from index.cells import Cell
from qa.reading.heads import asks_price, head_scores
from qa.reading.named_rows import last_sentence
from qa.reading.quantities import MONEY, is_money
from qa.reading.row_words import FILLERS, NEGATION, fits_thing, is_without, rows_with
from qa.reading.stems import stems_of
from qa.reading.superlatives import Superlative, superlative_asked
from qa.reading.table_columns import CLOCK, Amount, Table, words_in

_MOST_TIED = 3  # rows with as much
_ASKS_WHICH = re.compile(
    r"^(?:and |so |in |on |at |for )?(?:which|what|whose)\s+(?P<thing>(?:(?!(?:the|an?|is|are|was|were|has|have|does|"
    r"do|did|can|will|would)\b)[^\W\d_]+\s+){1,3})",
    re.IGNORECASE,
)
_ASKS_VALUE = re.compile(
    r"^(?:and |so )?(?:how\s+(?:much|many|long|far|heavy|big|large|tall|high|wide|deep|fast|old|late|early|often)\b|"
    r"when\b|what (?:does|do|did) )",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(r"^(?:and |so )?(?:what(?:['’]s| is| are| was| were)?)\s+the\s+$", re.IGNORECASE)
_ON_WHO = re.compile(r"\bwho\b", re.IGNORECASE)
_OF = re.compile(r"\bof\b", re.IGNORECASE)
_TOLD_BY_TIME = frozenset(("time", CLOCK))
_LESS_IS_BETTER = stems_of("price cost fee rank place position time penalty")
_TIME = stems_of("time")
_AGE = stems_of("age")


def ranked_cells(question: str, table: Table) -> list[Cell]:
    """The cells that a question for the most or least of something asks for; several if as much is in several rows.

    Empty if it asks for no such thing, or if that isn't clear from this table.
    """
    question = last_sentence(question)
    wanted = superlative_asked(question)
    if wanted is None or table.is_rest:
        return []
    columns = _columns(question, wanted, table)
    if not columns:
        return []
    told = frozenset().union(*(table.words_of_head(i) for i in columns))
    rows = rows_with(table, _rest(question, wanted, told), is_without(question))
    if not rows:
        return []
    tops = [_top(wanted, table, column, rows) for column in columns]
    if not tops[0] or any(top != tops[0] for top in tops):
        return []
    asked = _asked_column(question, wanted, table, columns)
    if asked is None or (asked in columns and len(columns) > 1):
        return []
    best = [table.rows[number][asked] for number in tops[0]]
    is_trivial = len(rows) == 1 and asked == table.label
    return [] if is_trivial or not all(cell.text for cell in best) else best


def _columns(question: str, wanted: Superlative, table: Table) -> list[int]:
    """The columns of amounts that may have what is wanted, by their heads or units."""
    amounts = {i: found for i in table.columns if i != table.label and (found := table.amounts(i))}
    asked, heads = words_in(question), {i: table.words_of_head(i) for i in amounts}
    noun = wanted.noun | wanted.verb
    by_noun = {i: len(heads[i] & noun - table.around) or len(heads[i]) * (heads[i] <= noun) for i in amounts}
    if best := max(by_noun.values(), default=0):
        named = [i for i in amounts if by_noun[i] == best]
        left = wanted.verb - heads[named[0]]
        is_other = wanted.is_count and (superlative_asked(table.heads[named[0]]) or left & wanted.verb)
        return [] if is_other else _named_of(named, heads, asked)
    if wanted.is_by_name:
        return []
    kinds = wanted.heads | (_TIME if "speed" in wanted.units else frozenset())
    if of_kind := [i for i in amounts if heads[i] & kinds]:
        pure = [i for i in of_kind if heads[i] <= kinds]
        told = [i for i in of_kind if heads[i] & asked - kinds]
        return told if len(told) == 1 else pure if len(pure) == 1 else _named_of(of_kind, heads, asked)
    dimensions = {i: next(amount[1] for amount in found if amount) for i, found in amounts.items()}
    measured = [i for i in amounts if _is_measured(dimensions[i], wanted)]
    if measured or MONEY not in wanted.units:
        return _named_of(measured, heads, asked)
    return [i for i in amounts if not dimensions[i] and heads[i] & asked]


def _named_of(columns: Sequence[int], heads: dict[int, frozenset[str]], asked: frozenset[str]) -> list[int]:
    """Those of the columns that the question names best; all if it names none."""
    best = max((len(heads[i] & asked) for i in columns), default=0)
    return [i for i in columns if len(heads[i] & asked) == best]


def _is_measured(dimension: str, wanted: Superlative) -> bool:
    is_time = "speed" in wanted.units and dimension in _TOLD_BY_TIME
    return dimension in wanted.units or is_time or (MONEY in wanted.units and is_money(dimension))


def _rest(question: str, wanted: Superlative, told: frozenset[str]) -> frozenset[str]:
    """The stems of a question without those of what it wants the most of, and how it asks."""
    first, last = wanted.place
    asked = words_in(NEGATION.sub(" ", f"{question[:first]} {question[last:]}"))
    return asked - told - wanted.heads - wanted.verb - FILLERS


def _top(wanted: Superlative, table: Table, column: int, rows: Sequence[int]) -> list[int]:
    """The numbers of the rows, of these, with the most or least in a column; empty for too many."""
    amounts = table.amounts(column) or []
    known = {number: amount for number in rows if (amount := amounts[number])}
    if not known:
        return []
    _, dimension = next(iter(known.values()))
    values = {number: _on_the_clock(value, known.values(), dimension) for number, (value, _) in known.items()}
    best = (max if _is_more(wanted, table, column, dimension) else min)(values.values())
    tied = [number for number, value in values.items() if value == best]
    return tied if len(tied) <= _MOST_TIED and (len(tied) < len(values) or len(values) == 1) else []


def _on_the_clock(value: float, amounts: Iterable[Amount], dimension: str) -> float:
    """A time of day in minutes; one before 4 o'clock is of the next day where others are from 18 o'clock on."""
    is_night = dimension == CLOCK and value < 4 * 60 and any(other >= 18 * 60 for other, _ in amounts)
    return value + 24 * 60 * is_night


def _is_more(wanted: Superlative, table: Table, column: int, dimension: str) -> bool:
    """Whether the highest number of a column is what is wanted: not for the fastest, by the time that it takes."""
    head = table.words_of_head(column)
    by_time = "speed" in wanted.units and dimension in _TOLD_BY_TIME
    by_age = bool(head & _AGE and wanted.heads & stems_of("built"))
    is_for_best = bool(wanted.heads & stems_of("score") and head & _LESS_IS_BETTER)
    return wanted.is_more != (by_time or by_age or is_for_best)


def _asked_column(question: str, wanted: Superlative, table: Table, columns: Sequence[int]) -> int | None:
    """The column to answer from: the labels', that of what is wanted, or another one that the question names."""
    before = question[: wanted.place[0]]
    others = [i for i in table.columns if i not in columns]
    if which := _ASKS_WHICH.match(before):
        column = fits_thing(which["thing"], table, others)
        return columns[0] if column is None else column
    told = words_in(before) - FILLERS - wanted.verb
    named = [i for i in others if i != table.label and table.words_of_head(i) & told]
    if named:
        return named[0] if len(named) == 1 else None
    if _ASKS_VALUE.match(question):
        return _value_column(question, wanted, table, columns)
    is_price = asks_price(before) and bool(_OF.search(before))
    if is_price or (any(table.words_of_head(i) & told for i in columns) and _OF.search(before)):
        return columns[0]  # "the price of the cheapest"
    is_label = _ON_WHO.search(before) or wanted.noun & table.words_of_head(table.label)
    asks_what = not before.strip() or _ASKS_WHAT.match(before)
    is_value = (
        asks_what
        and not is_label
        and not (wanted.is_count and not before.strip())
        and any(table.words_of_head(i) & wanted.noun for i in columns)
    )
    return columns[0] if is_value else table.label


def _value_column(question: str, wanted: Superlative, table: Table, columns: Sequence[int]) -> int | None:
    """The column that "how long is the cheapest" asks for; None where several may be meant."""
    first, last = wanted.place
    words = f"{question[:first]} {question[last:]}"
    scores = head_scores(words, stems_of(words), table.heads, len(table.columns))
    scores[table.label] = 0.0
    best = max(scores, default=0.0)
    if not best:
        return columns[0]
    return scores.index(best) if scores.count(best) == 1 else columns[0] if scores[columns[0]] == best else None
