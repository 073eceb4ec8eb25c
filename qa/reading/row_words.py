"""Which rows of a table have the words that a question tells of what it asks for."""

import re
from collections.abc import Sequence

from qa.reading.stems import stems_of
from qa.reading.table_columns import Table, words_in

FILLERS = stems_of(
    "please dr mr mrs ms miss one ones item thing option kind sort type there here overall them available "
    "come came comes go goes going out away do does did done have has had get gets got take takes make "
    "makes fit fits work works run runs only just also still cost costs charge pay pays price much many "
    "long often far heavy tall big name list show tell give find see know need needs want like look looks "
    "looking cheap offer offers sell sells all every each whole entire same exactly really actually "
    "currently now today than left remaining altogether number amount quantity total anything something "
    "anyone someone people person who which what that is are"
)
"""Stems of words that tell nothing of a row."""

NEGATION = re.compile(r"\b(?:without|no|not|cannot|\w{1,8}n['’]t)\b", re.IGNORECASE)


def is_without(question: str) -> bool:
    """Whether a question is for what has something not: "without a garden"."""
    return bool(NEGATION.search(question))


def rows_with(table: Table, words: frozenset[str], is_denied: bool) -> list[int]:
    """The numbers of the rows that have these words in their cells, or a yes below a head with them; else empty.

    Words of the text around the table, of its heads, or of all rows tell nothing. With `is_denied` a no is meant. Empty
    if a word is nowhere.
    """
    heads = {i: table.words_of_head(i) for i in table.columns}
    numbers = set(range(len(table.rows)))
    denies = is_denied
    for i in table.columns:
        if heads[i] & words and (verdicts := table.verdicts(i)):
            numbers &= {n for n, verdict in enumerate(verdicts) if (verdict == "yes") != is_denied}
            denies = False
    known = table.around.union(*heads.values())
    for word in words - frozenset().union(*heads.values()):
        fitting = {n for n, row in enumerate(table.rows) if word in table.words_of_row(row, table.columns)}
        if fitting and word not in table.around:
            numbers &= fitting
        elif not fitting and word not in known:
            return []
    return [] if denies else sorted(numbers)


def fits_thing(thing: str, table: Table, columns: Sequence[int]) -> int | None:
    """The column of what is asked for, as "captain" of "which captain has": one with that head, else the labels'.

    None if its words are in the heads of other columns alone than these `columns`.
    """
    words = [stems for word in re.findall(r"[^\W\d_]+", thing) if (stems := words_in(word))]
    is_other = False
    if table.is_turned and table.words_of_head(0) & words_in(thing):
        return None  # it is the rows of the text's table that are asked for
    for stems in reversed(words):
        named = [i for i in columns if stems <= table.words_of_head(i)]
        if table.label in named or len(named) == 1:
            return table.label if table.label in named else named[0]
        is_other = is_other or any(stems <= table.words_of_head(i) for i in table.columns)
    return None if is_other else table.label
