"""The rows of a table that a question names by their labels, numbers or days."""

import re
from collections.abc import Sequence

from index.cells import Cell
from qa.reading.codes import codes_of
from qa.reading.denied_kinds import row_of_others
from qa.reading.ranges import row_within
from qa.reading.stems import stems_of

_MAX_CODE_CHARS = 40
_MAX_SHORT_LABEL = 3
_FEWEST_BEHIND_KEYS = 2  # cells
_KEY = re.compile(r"(?=\S*\d)[\w./-]{1,12}")  # "C-204", "8820-91"
_LISTS = re.compile(r"\s?[,;/]\s?|\s(?:and|or|&)\s")  # "London, Paris, Zurich"
_BESIDES = re.compile(r"\([^()]*\)|“[^“”]*”|\"[^\"]*\"")  # what a label has besides: "Porcelain “Shannon”"
_WEAK = stems_of("paid billed per price cost payment")  # "Paid yearly" is the row of "the yearly price"
_WORD = re.compile(r"[^\W_]+")
_ELLIPSIS = re.compile(r"(?:and|or|so|what about|how about)\b(?:\W+[\w'’-]+){1,5}\W*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)")
_WITH_UNIT = re.compile(
    r"(?<![\w.,])\d{1,6}(?:[.,]\d{1,6})?\s?(?:[mµ]?g|mcg|kg|[mc]?l|[mck]?m|k?[wv]|[gmt]b|iu|units?)\b", re.IGNORECASE
)


def last_sentence(question: str) -> str:
    """The last sentence of a question: of two together, "What does the Teal cost? And the Eider?", the follow-up."""
    return _SENTENCE_END.split(question.strip())[-1]


def named_rows(question: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """The rows that the last sentence of a question names, else those that all of it does.

    "And the Eider?" names no row of another boat, but "And the price?" that of the boat before.

    Those with the same label are told apart by another cell that is named: "Internet | orange" is the row of "the
    orange internet light" beside "Internet | white".
    """
    last = last_sentence(question)
    named = _named(last, heads, rows)
    is_of_other = bool(_ELLIPSIS.match(last)) and not stems_of(last) <= stems_of(" ".join(heads))
    if not named and last != question and not is_of_other:
        named = _named(question, heads, rows)
    return _told_apart(named, stems_of(question))


def _told_apart(rows: list[Sequence[Cell]], asked: frozenset[str]) -> list[Sequence[Cell]]:
    if len(rows) < 2 or len({stems_of(row[0].text) for row in rows}) > 1:
        return rows
    named = [
        max((len(stems) for cell in row[1:] if (stems := stems_of(cell.text)) and stems <= asked), default=0)
        for row in rows
    ]
    best = max(named)
    return [rows[named.index(best)]] if best and named.count(best) == 1 else rows


def _named(question: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """The rows whose first cell the question has all stems of; else the one whose words it has, if it is only one.

    "How long does the eco programme take?" names "Eco 40-60 (cotton)" unless there is an "Eco 20" too: what is not
    numbers nor in brackets are the label's words. A label that lists several things names each.
    "Who leads group A?" names "A" under the head "Group", and "What does E12 mean?" names "E-12". "After 7 years" names
    "6–10".
    """
    others = row_of_others(question, [row[0].text for row in rows])
    if others is not None:
        return [rows[others]]
    asked, codes = stems_of(question), set(codes_of(question))
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
    within = row_within(question, heads[0] if heads else "", [[cell.text for cell in row] for row in rows])
    return [] if within is None else [rows[within]]


def words_of(label: str) -> frozenset[str]:
    """The stems of a label's words, without numbers, units and what is in brackets or quotation marks.

    Of "Codeine 30 mg" it is "codei". Words that say how it is paid are left out as well, unless there is no other.
    """
    stems = frozenset(filter(str.isalpha, stems_of(_WITH_UNIT.sub(" ", _BESIDES.sub("", label)))))
    return stems - _WEAK or stems


def labels_behind_keys(
    heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> tuple[list[str], Sequence[Sequence[Cell]]] | None:
    """Heads and rows with the labels in front, if they stand in the second column behind short keys; else None.

    | Section | Cover   | Limit |      "What is the limit for baggage?" names the row "Baggage"; the section
    | A       | Baggage | 750   |      stands last then
    """
    keys = [row[0].text for row in rows if row]
    are_short = any(keys) and max(map(len, keys)) <= _MAX_SHORT_LABEL
    is_keyed = len(rows) > 1 and (are_short or all(map(_KEY.fullmatch, keys)))
    if not is_keyed or not all(len(row) > _FEWEST_BEHIND_KEYS and words_of(row[1].text) for row in rows):
        return None
    return [*heads[1:], *heads[:1]], [[*row[1:], row[0]] for row in rows]


def listed_in(label: str) -> list[frozenset[str]]:
    """The stems of each thing that a label lists: of "London", "Paris" and "Zurich"; none if it lists nothing."""
    things = [stems_of(words) for words in _LISTS.split(label)]
    return [stems for stems in things if stems] if len(things) > 1 else []


def is_named_with(label: str, heads: Sequence[str], question: str) -> bool:
    """Whether the question has a short label together with its head: "group A", and of a number "G2" and "grou 2"."""
    if not heads or not heads[0] or not 0 < len(label) <= _MAX_SHORT_LABEL:
        return False
    words = f" {' '.join(re.findall(_WORD, question.lower()))} "
    head, label = heads[0].lower(), label.lower()
    short = (f" {head[0]}{label} ", f" {head[:4]} {label} ") if label.isdigit() and head.isalpha() else ()
    return any(way in words for way in (f" {head} {label} ", *short))
