"""The verdict that a table's cell states by itself: "yes", a tick, "closed"; and signs that mean it in their table.

           Mon   Tue           "-" beside "x" says no, and "x" yes; but beside ticks a cross says no
Eddie      -     x
"""

import re
from collections.abc import Iterable
from typing import Literal

from qa.reading.stems import stems_of

Verdict = Literal["yes", "no"]

_MARKUP = " \t*_"
_YES = re.compile(r"(?:yes|y|true|[✓✔✅☑●•])(?![^\W_])", re.IGNORECASE)
_NO = re.compile(r"(?:no(?:ne|t)?\b(?!\.\s?\d)|n|false|never|[✗✘❌✕❎])(?![^\W_])", re.IGNORECASE)
_TICKS = re.compile(r"yes|y|[✓✔✅☑●•]", re.IGNORECASE)
_CROSS = re.compile(r"[x×]", re.IGNORECASE)
_NOTHING = re.compile(r"[-–—.·]|--")
_SO = re.compile(r"(?:open|included|available|allowed|permitted|possible|accepted|covered|offered)\b", re.IGNORECASE)
_NOT_SO = re.compile(
    r"(?:closed|shut|excluded|unavailable|forbidden|banned|prohibited|refused|sold out|fully booked)\b", re.IGNORECASE
)


def stated_verdict(question: str, cell: str, table: Iterable[str]) -> Verdict | None:
    """Yes or no as a cell states it in answer to a question; None if it doesn't. `table` holds all cells below heads.

    Asked whether it is open, "closed" says no; asked whether it is closed, yes.
    """
    bare = cell.strip(_MARKUP)
    if _YES.match(bare):
        return "yes"
    if _NO.match(bare):
        return "no"
    if _SO.match(bare) or _NOT_SO.match(bare):
        is_same = bool(stems_of(bare.split()[0]) & stems_of(question))
        return "yes" if is_same or _SO.match(bare) else "no"
    return _verdict_of_sign(bare, table)


def _verdict_of_sign(bare: str, table: Iterable[str]) -> Verdict | None:
    is_cross, is_nothing = bool(_CROSS.fullmatch(bare)), bool(_NOTHING.fullmatch(bare))
    if not is_cross and not is_nothing:
        return None
    others = [other.strip(_MARKUP) for other in table]
    has_ticks = any(map(_TICKS.fullmatch, others))
    if is_cross:
        return "no" if has_ticks else "yes"
    return "no" if has_ticks or any(map(_CROSS.fullmatch, others)) else None
