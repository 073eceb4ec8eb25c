"""A span that lists several things itself: "Ann, Bea and Cy", or several items of a list with marks."""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.lines import Line, item_at, items_around, line_at
from qa.answering.forms.clauses import sentence_at, with_restriction
from qa.answering.forms.delimiters import CLOSING, delimiters
from qa.answering.forms.form import Shape
from qa.answering.forms.instructions import is_instruction
from qa.answering.forms.labelled_lists import VERB
from qa.answering.forms.lists import (
    MAX_ITEM_WORDS,
    PHRASE,
    SHORT_ITEM_WORDS,
    before_next_sentence,
    behind_kind,
    enumerates,
    goes_on,
    of_items,
    of_parts,
    parts_of,
)
from qa.answering.forms.shared_words import shares_words
from qa.answering.forms.values import behind_clause

# "the scale, its " before "pan, an adapter and a level", below "In the box:"
_FIRST_ITEMS = re.compile(r":\s+(?=\S)(?:[^,;:.\n]{1,60},\s+){1,3}(?:(?:the|an?|its|your|their|two|one)\s+)?$")
_BEFORE_SPAN = 200  # characters
_PREPOSITION = re.compile(r"(?:at|in|on|from|to|by|with|for)\s+", re.IGNORECASE)
_BAN = re.compile(r",\s(?:and|but)\s(?:never|not|don['’]t)\b", re.IGNORECASE)
_ENDS_IN_PRICE = re.compile(r"[^\W\d_]\s[£$€]\s?\d[\d.,]{0,12}$")
_PAIR = 2
_DIGIT = re.compile(r"\d")


def span_as_list(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The span as a list, if it covers several items or enumerates at least three itself; else None.

    Items that stand before the span, behind a colon, are in it too.
    """
    number = line_at(lines, start)
    start = min(max(start, lines[number].content), max(start, end - 1))
    item = item_at(text, lines, number)
    if item and end > item.end + 2:
        return items_in_span(text, lines, start, end)
    start = behind_kind(text, start, end)
    end = before_next_sentence(text, lines, start, end)
    marks = delimiters(text, start, end)
    is_closed = bool(marks) and bool(CLOSING.search(marks[-1][0]))
    are_priced = all(_ENDS_IN_PRICE.search(part.text) for part in parts_of(text, start, end))  # "Ann £3, Bo £4, Cy £5"
    if len(marks) < 2 or not enumerates(text, start, end, marks) or not (is_closed or are_priced):
        return None
    end = with_restriction(text, end, sentence_at(text, lines, start, end)[1])
    if missed := _FIRST_ITEMS.search(text, max(0, start - _BEFORE_SPAN), start):
        start = missed.start() + len(missed[0]) - len(missed[0].lstrip(": \n\t"))
    start = behind_clause(parts_of(text, start, end), start)
    parts = parts_of(text, start, end)
    if goes_on(parts):
        return None
    if not all(len(part.text) > 1 and len(part.text.split()) <= MAX_ITEM_WORDS for part in parts):
        return None
    found = of_parts(text, parts)
    return replace(found, start=min(start, found.start), end=max(end, found.end))


def named_in_span(text: str, lines: Sequence[Line], start: int, end: int, fewest: int) -> Shape | None:
    """The span as a list, if it is nothing but names of `fewest` things or more, or covers several items; else None.

    "Ann Lee, Bea Moe and Cy", "Chile, Peru, Ecuador", or two links. A preposition before the first is left out: "at the
    Hall, Briar and Alden". Behind an "and" the last of three or more may have more words: "Ann Lee, Bea Moe and one
    person from each of the clubs". Without an "and" names have no digits and all begin alike: "12 Mill Lane, Leeds,
    York" is one address and "Ann Lee, head of finance, Oslo" one person.
    """
    if several := items_in_span(text, lines, start, end):
        return several
    end = before_next_sentence(text, lines, start, end)
    if preposition := _PREPOSITION.match(text, start, end):
        start = preposition.end()
    end = _before_ban(text, start, end)
    marks, parts = delimiters(text, start, end), parts_of(text, start, end)
    if len(parts) == _PAIR and all(_is_marked(text[part.start - 1 : part.end + 1]) for part in parts):
        fewest = _PAIR
    last_words = MAX_ITEM_WORDS if len(parts) > _PAIR and marks and CLOSING.search(marks[-1][0]) else SHORT_ITEM_WORDS
    are_names = all(_is_name(part.text) for part in parts[:-1]) and _is_name(parts[-1].text, last_words)
    if len(parts) < fewest or not are_names or shares_words(parts):
        return None
    # Things behind "(i)" and "(ii)" need no "and", nor do those before "etc."
    is_closed = not marks or CLOSING.search(marks[-1][0]) or len(parts) == len(marks)
    begin_alike = len({part.text[0].isupper() for part in parts}) == 1
    is_bare = begin_alike and not any(_DIGIT.search(part.text) for part in parts)
    if not is_closed and not is_bare:
        return None
    return of_parts(text, parts)


def _before_ban(text: str, start: int, end: int) -> int:
    """The end of the things in front of ", and never …", which forbids something and is none of them."""
    ban = _BAN.search(text, start, end)
    return ban.start() if ban and not delimiters(text, ban.end(), end) else end


def _is_marked(words: str) -> bool:
    """Whether all of it is a link, in quotation marks, bold or code; `words` has a character more on either side."""
    return bool(re.fullmatch(r"\[.*\]|“.*”|\".*\"|\*.*\*|`.*`", words, re.DOTALL))


def _is_name(words: str, most: int = SHORT_ITEM_WORDS) -> bool:
    is_short = len(words) > 1 and len(words.split()) <= most
    return is_short and not PHRASE.match(words) and not VERB.search(words)


def items_in_span(text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The items with marks that the span covers, if it covers several from the beginning of one on; else None."""
    number = line_at(lines, start)
    start = min(max(start, lines[number].content), max(start, end - 1))
    item = item_at(text, lines, number)
    if not item or end <= item.end + 2:
        return None
    items = [each for each in items_around(text, lines, item) if each.start < end and start < each.end]
    return of_items(text, items, start, end) if len(items) > 1 else None


def is_step_of_several(text: str, lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether the span is within one item, which tells what to do, of a list with marks that has several."""
    item = item_at(text, lines, line_at(lines, start))
    if item is None or end > item.end or not is_instruction(text[item.start : item.end]):
        return False
    return len(items_around(text, lines, item)) > 1


def listed(text: str, start: int, end: int) -> Shape | None:
    """What `[start, end)` lists, as a table's cell may: "soap, towels" has two parts; None if it lists nothing."""
    parts = parts_of(text, start, end)
    if not delimiters(text, start, end) or goes_on(parts):
        return None
    if not all(len(part.text) > 1 and len(part.text.split()) <= SHORT_ITEM_WORDS for part in parts):
        return None
    return of_parts(text, parts)
