"""The rows of a table with the rank or the amount that a question tells: "came second", "29 pounds", "under 500 g".

| Ticket | At the door |      "Which ticket is 29 pounds?" names the second row, and "less than 20 pounds" the first,
| Adult  | £11.50      |      whichever way the table writes its amounts
| Family | £29.00      |
"""

import operator
import re
from collections.abc import Callable, Sequence

from qa.reading.heads import asks_price
from qa.reading.quantities import MONEY, is_measured, is_money, quantity_of
from qa.reading.table_columns import Amount, Table, agree

_NUMBER = re.compile(
    r"(?<![\w.,:/–-])(?P<sign>[£$€]?)(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:[.,]\d{1,3})?)(?![\w:/–-])"
    r"(?:\s?(?P<unit>%|[^\W\d_]{1,12}))?"
)
_BOUNDS: tuple[tuple[str, Callable[[float, float], bool]], ...] = (
    (r"(?:less|fewer|cheaper|lighter|shorter|smaller) than|under|below", operator.lt),
    (r"(?:more|heavier|longer|larger|bigger|dearer) than|over|above|exceeding", operator.gt),
    (r"at least|no less than|minimum of", operator.ge),
    (r"at most|up to|no more than|maximum of", operator.le),
)
_BOUND = tuple((re.compile(rf"\b(?:{words})\s+(?:about\s+)?$", re.IGNORECASE), compare) for words, compare in _BOUNDS)
_ORDINALS = {
    word: number
    for number, words in enumerate(
        [
            "first|1st|winner|won|top",
            "second|2nd",
            "third|3rd",
            "fourth|4th",
            "fifth|5th",
            "sixth|6th",
            "seventh|7th",
            "eighth|8th",
        ],
        1,
    )
    for word in words.split("|")
}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)}|last|bottom)\b", re.IGNORECASE)


def rows_of_rank(said: str, table: Table, _named: Sequence[int], _column: int) -> tuple[set[int] | None, str]:
    """The rows of the rank that a question tells, and its words without it; None if it tells none."""
    found, ranks = _ORDINAL.search(said), table.ranks()
    if not found or ranks is None:
        return None, said
    word = found[0].lower()
    is_last = word in ("last", "bottom")
    rank = max(ranks) if is_last and not table.is_rest else float(_ORDINALS.get(word, 0))
    return {n for n, each in enumerate(ranks) if each == rank}, f"{said[: found.start()]} {said[found.end() :]}"


def rows_of_amount(said: str, table: Table, named: Sequence[int], column: int) -> tuple[set[int] | None, str]:
    """The rows with the amount that a question tells, "29 pounds" or "under 500 g"; None if it tells none.

    A bare number must be in the column that the question names, or be like no other.
    """
    found = _NUMBER.search(said)
    if not found or not (bare := quantity_of(found["number"])):
        return None, said
    before, behind = said[: found.start()], said[found.end("number") :]
    number, dimension = quantity_of(f"{found['sign']}{found['number']} {found['unit'] or ''}".strip()) or bare
    has_unit = is_measured(dimension)
    if has_unit:
        behind = said[found.end() :]
    else:
        number, dimension = bare[0], MONEY if asks_price(said) else ""
    bounds = [(match, compare) for pattern, compare in _BOUND if (match := pattern.search(before))]
    bound = bounds[0][1] if bounds else None
    before = before[: bounds[0][0].start()] if bounds else before
    is_telling = bool(dimension) or "." in found["number"]
    rows = _with_amount(table, named, column, number, dimension, bound, is_telling=is_telling)
    if not rows and not dimension and not bound:
        return None, said  # "Kiln 2"
    return rows, f"{before} {behind}"


def _with_amount(
    table: Table,
    named: Sequence[int],
    column: int,
    number: float,
    dimension: str,
    bound: Callable[[float, float], bool] | None,
    *,
    is_telling: bool,
) -> set[int] | None:
    amounts = {
        i: found
        for i in table.columns
        if i != column and (found := table.amounts(i)) and _may_be(found, dimension, is_bound=bound is not None)
    }
    in_named = [i for i in named if i in amounts]
    columns = in_named or list(amounts)
    compare = bound or operator.eq
    hits = {i: {n for n, each in enumerate(amounts[i]) if each and compare(each[0], number)} for i in columns}
    hits = {i: rows for i, rows in hits.items() if rows}
    if bound and len(columns) != 1:
        return set()
    if len(hits) > 1 or (not in_named and not is_telling and not dimension):
        return set()
    return next(iter(hits.values()), set())


def _may_be(amounts: Sequence[Amount | None], dimension: str, *, is_bound: bool) -> bool:
    own = next((amount[1] for amount in amounts if amount and amount[1]), "")
    if dimension == MONEY:
        return is_money(own) or not own
    return (
        (own == dimension or (is_money(own) and is_money(dimension)))
        if is_bound and dimension
        else agree(own, dimension)
    )
