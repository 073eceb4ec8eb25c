"""The block, the sentence and the clause around a span."""

import re
from collections.abc import Sequence

from index.language.english import ENGLISH
from index.language.sentences import certain_end
from index.lines import Line, LineKind, is_clause, item_at, line_at
from index.tagged_tables import row_touched
from qa.reading.leaders import LEADERS
from qa.reading.shortcodes import is_shortcode

Range = tuple[int, int]

# Behind "Step 2." no sentence ends; marks of Markdown may stand around one, and a shortcode begins another
_SENTENCE_END = re.compile(
    r"(?<!\b(?:[Ss]tep|[Ii]tem|[Pp]art)\s\d)"
    rf"(?:{certain_end(ENGLISH, closing='*_`', opening='*_`')}|(?<![.!?…])[.!?…]+(?=\s+\{{\{{[<%])|[。！？])"
)
# "No. Smoking isn't allowed.": the verdict is a sentence of its own
_BARE_VERDICT = re.compile(
    r"(?:a(?:nswer)?\s*[:.)-]\s*)?[*_]*(?:yes|no|nope|sure|of course|certainly|never)[*_]*[.!]\s*$", re.IGNORECASE
)
_CLAUSE_OPENS = re.compile(
    r"(?:[;:—–]|\s-|,)\s+(?=(?:but|so|because|since|as|if|unless|while|although|though|otherwise|except|"
    r"however|when)\b)|[;:—–]\s+",
    re.IGNORECASE,
)
# "dogs that weigh less than ten kilos", "people who live here": which ones, not what else is so
_BRACKET = re.compile(r"\s\([^()]{1,120}\)")
_RESTRICTION = re.compile(
    r"\s(?:that|which|who|whose)\s(?:(?!\b(?:so|but|while|and|or)\b|[.!?](?:\s|$))[^\n,;:()]){3,120}(?<!\s)",
    re.IGNORECASE,
)
_MAX_RESTRICTION_WORDS = 14
_LABELLED = re.compile(r"\s*[*_]{0,3}[A-Z][\w'’-]{1,30}(?: [\w'’-]{1,30}){0,2}(?::[*_]{0,3}|[*_]{1,3}:) +\S")
_MAX_CHARS = 600


def block_at(text: str, lines: Sequence[Line], start: int, end: int) -> Range:
    """The paragraph, list item, table row or heading that holds `start`, extended to `end` if that is further.

    Lines with a label each, as "Present: …" above "Apologies ...... …", are no paragraph, nor are clauses "2.2" and
    "2.3". What follows belongs to the label.
    """

    def begins(line: Line) -> bool:
        is_led = bool(LEADERS.search(text, line.start, line.end))
        return is_led or bool(_LABELLED.match(text, line.start, line.end)) or is_clause(text, line)

    def is_text(line: Line) -> bool:
        return line.kind is LineKind.TEXT and not is_shortcode(text, line.start, line.end)

    if row := row_touched(text, start, end):
        return row
    number = line_at(lines, start)
    if item := item_at(text, lines, number):
        return item.start, max(item.end, end)
    if lines[number].kind is not LineKind.TEXT:
        return lines[number].content, max(lines[number].end, end)
    first = last = number
    while first > 0 and is_text(lines[first - 1]) and not begins(lines[first]):
        first -= 1
    while last + 1 < len(lines) and is_text(lines[last + 1]) and not begins(lines[last + 1]):
        last += 1
    return lines[first].content, max(lines[last].end, end)


def sentence_at(text: str, lines: Sequence[Line], start: int, end: int) -> Range:
    """The sentence that holds `[start, end)`, or all the sentences it touches, without white space around.

    It stays within the span's block and reaches at most _MAX_CHARS beyond the span on either side. A sentence that is
    only a verdict is taken together with the next one: "No. Smoking isn't allowed."
    """
    first, last = block_at(text, lines, start, end)
    floor, ceiling = max(first, start - _MAX_CHARS), min(last, end + _MAX_CHARS)
    begin, stop = floor, ceiling
    for mark in _SENTENCE_END.finditer(text, floor, ceiling):
        if mark.end() <= start:
            begin = mark.end()
            if _BARE_VERDICT.search(text, floor, begin) and not text[floor:begin].strip().count(" "):
                begin = floor
        elif mark.end() >= end and not _BARE_VERDICT.fullmatch(text, begin + _blanks(text, begin), mark.end()):
            stop = mark.end()
            break
    return _stripped(text, begin, stop)


def sentence_ends_within(text: str, lines: Sequence[Line], start: int, end: int) -> list[int]:
    """Where sentences end inside `[start, end)`, with more words of the same block after them."""
    first, last = block_at(text, lines, start, end)
    inside = (mark.end() for mark in _SENTENCE_END.finditer(text, first, last) if start < mark.end() < end)
    return [at for at in inside if text[at:end].strip()]


def sentence_ends(text: str, start: int, end: int) -> list[int]:
    """Where sentences end in `[start, end)`, which is to be short."""
    return [mark.end() for mark in _SENTENCE_END.finditer(text, start, end)]


def with_restriction(text: str, end: int, last: int) -> int:
    """The end of words with what says which is meant: of "dogs" in "cats and dogs that weigh little" or "(on a lead)".

    A clause behind a comma only tells more of it. `last` is the end of the sentence.
    """
    if bracket := _BRACKET.match(text, end, last):
        return bracket.end()
    clause = None if text[end - 1] in ",;:" else _RESTRICTION.match(text, end, last)
    is_whole = clause and (clause.end() == last or not text[clause.end()].isalnum())
    return clause.end() if clause and is_whole and len(clause[0].split()) <= _MAX_RESTRICTION_WORDS else end


def clause_at(text: str, lines: Sequence[Line], start: int, end: int) -> Range:
    """The clause that holds `[start, end)`: the part of its sentence between semicolons, colons and conjunctions.

    For the span "lockers" in "The pool is closed; lockers stay open because staff need them." it is all after "; ",
    since "because" opens a clause only after a comma or a dash.
    """
    first, last = sentence_at(text, lines, start, end)
    begin, stop = first, last
    for mark in _CLAUSE_OPENS.finditer(text, first, last):
        if mark.end() <= start:
            begin = mark.end()
        elif mark.start() >= end:
            stop = mark.start()
            break
    return _stripped(text, begin, stop)


def _blanks(text: str, at: int) -> int:
    """The number of white-space characters from `at` on."""
    return len(text[at : at + 80]) - len(text[at : at + 80].lstrip())


def _stripped(text: str, start: int, end: int) -> Range:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
