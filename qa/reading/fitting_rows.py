"""The rows of a table that have what a question tells of them: "which plans have roaming", "who came second".

| Class   | Teacher     | Room   | Fee   |    "Which classes does Ines Calder teach?": both, and "which class costs
| Raku    | Ines Calder | Yard   | 24.00 |    9.50 pounds", or "is in the annexe", the second; nothing for what says
| Glazing | Ines Calder | Annexe | 9.50  |    more than the table does, as "which class has a waiting list"
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.cells import Cell
from qa.reading.comparisons import comparison_asked
from qa.reading.named_rows import last_sentence
from qa.reading.row_words import FILLERS, NEGATION, fits_thing, is_without
from qa.reading.stems import stems_of
from qa.reading.superlatives import superlative_asked
from qa.reading.table_columns import DAYS, Table, words_in
from qa.reading.told_amounts import rows_of_amount, rows_of_rank
from qa.reading.weekdays import days_to_days

_ASKS = re.compile(
    r"^(?:(?:and|so|please|can you|could you|tell me|show me|give me)\s+)*"
    r"(?:(?:on|in|at|for|from|to|with|by|during|of)\s+)?"
    r"(?P<word>which|what|whose|who|when|list|name|show me|give me|show)(?:['’]s)?\b\s*"
    r"(?P<thing>(?:(?!(?:is|are|was|were|has|have|had|does|do|did|can|could|can['’]t|cannot|don['’]t|doesn['’]t|will|"
    r"would|should|must|may|in|on|at|to|for|from|with|without|that|by|no|not|needs?|costs?|takes?|goes|contains?|means?|"
    r"come|comes|came|get|gets|got|open|opens|works?|runs?|lies|"
    r"i|we|you|they|it|he|she)\b)[\w'’-]+(?:\s+|(?=[?.!]|$))){0,4})",
    re.IGNORECASE,
)
_OF_ALL = stems_of("the all of every each any our your kinds kind sort sorts type types names name rare")
_ASKS_ALL = re.compile(
    r"\b(?:list|name|show)\b[^?]{0,20}\b(?:all|every|the)\b|\b(?:which|what)\b[^?]{1,40}\bare there\b", re.IGNORECASE
)
_ASKING = stems_of(
    "responsible charge look looks after handle handles deal deals care duty job teach teaches lead leads do does "
    "down turn came come finished finish place rank position ended end tests test stand stands sit sits held happen "
    "happens rated marked called means say says bring brings work working borrow borrowed buy call "
    "shift exist"
)
_PEOPLE = stems_of(
    "person contact teacher owner captain driver doctor member manager leader who staff responsible author speaker "
    "lead presenter host chair approver"
)
_NAME = re.compile(r"[^\d,;:/()|]{2,40}")
_WEAK = stems_of("free nothing none yes")
_WORD = re.compile(r"[\w'’-]+")
_OTHER_DAYS = re.compile(r"\b(?:daily|every|except|but|not|week|weekdays|weekends?)\b", re.IGNORECASE)
_THINGS = stems_of("thing item product what plan tool room place day date door extra dish class subject part price")
_IS = re.compile(r"(?:is|are|was|were)\b", re.IGNORECASE)
_COSTS = re.compile(r"\b(?:costs?|charged?|pay) (?:something|money|anything|extra)\b", re.IGNORECASE)
_NOTHING = re.compile(
    r"none|no|nil|nothing|nobody|no[- ]one|vacant|free|0(?:[.,]0{1,4})?(?: \w{1,10})?|[-–—.]{0,3}", re.IGNORECASE
)
_PRICES = stems_of("price cost fee charge fare rate")
_DOES = re.compile(r"(?:all )?(?:do|does|did)\b", re.IGNORECASE)
_DEED = re.compile(
    r"\b(?:teach|lead|run|handle|deal with|look after|(?:take )?care (?:of|for)|do|cover|supply|supplies|bring|play|"
    r"drive|manage|own|sell|make|offer|treat|borrow|hold|have)\W*(?:\bat\b|\bin\b|\bfor\b|$)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\d|\b(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)
_SHARE_TOLD = 0.5
_MOST_UNKNOWN = 1  # words that the table doesn't have, beside a cell that is named in full


@dataclass(frozen=True, slots=True)
class _Told:
    """What a question tells of rows: which of them fit, and the stems that are in no cell, head or text around.

    `words` are those that cells must have; `has_verdict`: whether the question names a column of verdicts.
    """

    numbers: frozenset[int]
    unknown: frozenset[str]
    words: frozenset[str]
    has_verdict: bool


def fitting_cells(question: str, table: Table) -> list[Cell]:
    """The cells of what a question asks for, one of each row that has what it tells of it; empty if that isn't clear.

    They are the rows' labels, or the cells below the head that says what is asked for.
    """
    question = last_sentence(question)
    asks = _ASKS.match(question)
    if not asks or superlative_asked(question) or comparison_asked(question):
        return []
    column = _column(asks, table)
    if column is None:
        return []
    if _asks_all(question, asks, table, column):
        return [cell for row in table.rows if (cell := row[column]).text]
    told, named = _told(question, asks, table, column), _rows_named(question, asks, table)
    if named and not (column == table.label and named <= told.numbers and told.words):
        return []
    fitting = sorted(told.numbers)
    if table.is_turned and asks["word"].lower() == "who" and not told.has_verdict:
        return []
    if not fitting or len(fitting) == len(table.rows) or len(told.unknown) > _MOST_UNKNOWN:
        return []
    if told.unknown and not _is_named_in_full(question, asks, table, column, told):
        return []
    if not all(_is_about(question, table.rows[number], told.words) for number in fitting):
        return []
    cells = [table.rows[number][column] for number in fitting]
    return [cell for cell in cells if cell.text] if all(cell.text for cell in cells) else []


def _column(asks: "re.Match[str]", table: Table) -> int | None:
    """The column that a question asks for: of "which teacher" that of teachers, of "who" one of people, else labels."""
    word, thing = asks["word"].lower(), asks["thing"]
    others = list(table.columns)
    if word == "when":
        named = [i for i in others if all(_DATED.search(row[i].text) for row in table.rows)]
        return table.label if table.label in named else None
    if word == "who":
        people = [i for i in others if table.words_of_head(i) & _PEOPLE] or [table.label]
        are_names = all(_NAME.fullmatch(row[people[0]].text) for row in table.rows)
        is_of_people = are_names and not table.words_of_head(people[0]) & _THINGS
        return people[0] if len(people) == 1 and is_of_people else None
    return fits_thing(thing, table, others)


def _asks_all(question: str, asks: "re.Match[str]", table: Table, column: int) -> bool:
    """Whether a question asks for all that stands below a head, as "list all suppliers" and "which rooms are there"."""
    if not _ASKS_ALL.search(question) or table.is_rest or table.is_turned or is_without(question):
        return False
    thing = words_in(asks["thing"]) - FILLERS - _OF_ALL
    rest = words_in(question[asks.end() :]) - FILLERS - _ASKING - _OF_ALL - table.around
    head = table.words_of_head(column)
    is_kind = bool(thing & head) and not head - thing - table.around - _OF_ALL
    return is_kind and not thing - head - table.around and not rest - thing


def _rows_named(question: str, asks: "re.Match[str]", table: Table) -> set[int]:
    """The numbers of the rows that a question names by their labels; what it says is then asked of them."""
    asked, thing = words_in(question[asks.end() :]), words_in(asks["thing"])
    labels = [words_in(row[table.label].text) for row in table.rows]
    return {
        number
        for number, label in enumerate(labels)
        if any(map(str.isalpha, label)) and (label <= asked or label <= thing) and not label <= table.around
    }


def _told(question: str, asks: "re.Match[str]", table: Table, column: int) -> _Told:
    heads = {i: table.words_of_head(i) for i in table.columns if i != column}
    of_heads = frozenset().union(*heads.values())
    labelled = table.words_of_head(column) | table.around | _words_of_column(table, column)
    unknown, said = _behind_thing(question, asks, labelled)
    if unknown is None:
        return _Told(frozenset(), frozenset(), frozenset(), has_verdict=False)
    numbers, is_whole, has_verdict = {*range(len(table.rows))}, False, False
    found = frozenset[str]()
    named = [i for i in heads if heads[i] & words_in(said) - FILLERS]
    for narrows in (rows_of_rank, rows_of_amount):
        narrowed, said = narrows(said, table, named, column)
        if narrowed is not None:
            numbers, is_whole = numbers & narrowed, True
    denied = is_without(said)
    words = words_in(NEGATION.sub(" ", said)) - FILLERS - _ASKING - _OF_ALL
    used: set[int] = set()
    for word in words - of_heads - table.around:
        columns = _columns_with(word, table, named) or _columns_with(word, table, list(heads))
        if not columns:
            unknown |= {word} - labelled
            continue
        found |= {word}
        used |= {*columns}
        numbers &= {n for n, row in enumerate(table.rows) if word in table.words_of_row(row, columns)}
    if _is_bare(asks) and _DOES.match(said) and not _DEED.search(said):
        return _Told(frozenset(), frozenset(), frozenset(), has_verdict=False)  # "what does the lamp cost"
    asks_head = _is_bare(asks) and bool(_IS.match(said)) and not is_whole
    if asks_head and any(heads[i] & words - table.around and i not in used for i in named):
        return _Told(frozenset(), unknown, found, has_verdict=False)  # "what is the pudding on Wednesday"
    for verdicts in [] if is_whole or asks_head else _verdicts(asks, table, heads, words, bool(unknown), bool(found)):
        numbers &= {n for n, verdict in enumerate(verdicts) if (verdict == "yes") != denied}
        is_whole = has_verdict = True
    is_weak = found <= _WEAK and not used & {*named}
    if (denied and not is_whole) or (is_weak and not is_whole) or _has_other_days(table, used, found):
        numbers = set()
    return _Told(frozenset(numbers), unknown, found, has_verdict)


def _behind_thing(question: str, asks: "re.Match[str]", labelled: frozenset[str]) -> tuple[frozenset[str] | None, str]:
    """The stems that name the thing asked for and are unknown, and the rest of the question; None for no known thing.

    Of "which beaches rated excellent are near" the thing ends with the last word that the table or the text around it
    has, here "beaches".
    """
    words = list(_WORD.finditer(asks["thing"]))
    if asks["word"].lower() in ("who", "when") or not words_in(asks["thing"]) - FILLERS - _OF_ALL:
        return frozenset(), question[asks.start("thing") :]
    known = [word.end() for word in words if (stems := words_in(word[0])) and stems <= labelled]
    if not known:
        return None, ""
    thing = asks["thing"][: known[-1]]
    return words_in(thing) - labelled - FILLERS - _OF_ALL, question[asks.start("thing") + known[-1] :]


def _is_bare(asks: "re.Match[str]") -> bool:
    return asks["word"].lower() == "what" and not asks["thing"].strip()


def _verdicts(
    asks: "re.Match[str]",
    table: Table,
    heads: dict[int, frozenset[str]],
    words: frozenset[str],
    has_unknown: bool,
    has_found: bool,
) -> list[Sequence[str | None]]:
    """The verdicts of the columns that a question names, those whose heads it has in full before others.

    Where it names none by a verdict, whether there is anything in the one column that it names.
    """
    named = {i: found for i in heads if heads[i] & words and (found := table.verdicts(i))}
    whole = [i for i in named if heads[i] - FILLERS - _ASKING <= words]
    partly = [] if has_unknown or len(named) > 1 else list(named)
    if named:
        return [named[i] for i in whole or partly]
    columns = [i for i in heads if heads[i] & (_PRICES if _COSTS.search(asks.string) else words)]
    is_open = has_found or has_unknown or _is_bare(asks) or (table.is_turned and asks["word"].lower() == "who")
    presence = None if is_open or len(columns) != 1 else _presence(asks.string, table, columns[0])
    return [presence] if presence else []


def _has_other_days(table: Table, columns: Iterable[int], found: frozenset[str]) -> bool:
    """Whether days are told and a cell of these columns has days that it doesn't name, as "daily"; or may have some."""
    cells = [row[i].text for row in table.rows for i in columns] if found & DAYS else []
    return bool(cells and table.is_rest) or any(_OTHER_DAYS.search(cell) or days_to_days(cell) for cell in cells)


def _words_of_column(table: Table, column: int) -> frozenset[str]:
    return frozenset().union(*(words_in(row[column].text) for row in table.rows))


def _columns_with(word: str, table: Table, columns: Sequence[int]) -> list[int]:
    """The columns with a word in some cell; a number is one only beside words, as the 2 of "Kiln 2" and not of 2.05."""
    cells = {i: [row[i].text for row in table.rows] for i in columns}
    if word.isdigit():
        cells = {i: [text for text in texts if any(map(str.isalpha, text))] for i, texts in cells.items()}
    return [i for i in columns if any(word in words_in(text) for text in cells[i])]


def _presence(question: str, table: Table, column: int) -> list[str] | None:
    """A no for each row with nothing, none or 0 in a column, a yes for others; None if there aren't both."""
    texts = [row[column].text.strip() for row in table.rows]
    if _COSTS.search(question):
        absent = [not any(map(str.isdigit, text)) for text in texts]
    else:
        absent = [bool(_NOTHING.fullmatch(text)) for text in texts]
    return ["no" if each else "yes" for each in absent] if any(absent) and not all(absent) else None


def _is_about(question: str, row: Sequence[Cell], words: frozenset[str]) -> bool:
    """Whether each of these words is in a cell of which the question has half: one word of a sentence tells little."""
    asked = words_in(question)
    cells = [stems for cell in row if len((stems := words_in(cell.text)) & asked) >= _SHARE_TOLD * len(stems)]
    return words <= frozenset().union(*cells)


def _is_named_in_full(question: str, asks: "re.Match[str]", table: Table, column: int, told: _Told) -> bool:
    """Whether each row that fits has a cell whose words the question has all, so that a word more is no other thing.

    "What" alone may ask for anything, so that each word tells.
    """
    if _is_bare(asks) or (asks["word"].lower() == "who" and not told.has_verdict):
        return False
    asked = words_in(question) | (DAYS if told.words & DAYS else frozenset())
    return told.has_verdict or (
        bool(told.words)
        and all(
            any(
                told.words <= words <= asked
                for i in table.columns
                if i != column and (words := words_in(table.rows[number][i].text))
            )
            for number in told.numbers
        )
    )
