"""What parts the items of an enumeration within a sentence: commas, "and", semicolons."""

import re
from collections.abc import Sequence

# `(?<!\s)` before `\s` keeps matching linear: a run of spaces is only tried from its first, not from each one
DELIMITER = re.compile(
    r"(?:(?<!\s)\s*)?[,;]\s+(?!which\b|who\b|whose\b|where\b)(?:(?:and|or|and/or|as well as|plus|&)\s+)?"
    r"(?:(?:also|then|finally|lastly|of course),?\s+)?|"
    r"(?<!\s)\s+(?:and/or|and|or|&|as well as|plus|\\?\|)\s+|(?:(?<!\s)\s*)?\\\|\s*",
    re.IGNORECASE,
)
CLOSING = re.compile(r"(?:(?<!\s)\s*)?(?:,\s*)?(?:\band\b|\bor\b|&|\bas well as\b)\s*", re.IGNORECASE)
QUOTATION = re.compile(
    r"(?<![\w`])(?:``[^\n]{1,200}?``|`(?![\s,;:)])[^`\n]{1,200}`)|“[^“”\n]{1,200}”|(?<![\w\"])\"(?![\s,;:)])[^\"\n]{1,200}\""
)
_QUOTATION_OR_DELIMITER = re.compile(rf"(?P<quoted>{QUOTATION.pattern})|{DELIMITER.pattern}", re.IGNORECASE)
# "Hale & Sons", "Reed and Co."
_NAME_GOES_ON = re.compile(r"\s+(?:&|and)\s+(?:Sons?|Daughters?|Brothers|Bros|Co|Company|Partners?|Associates|Fils)\b")
_ENDS_IN_NUMBER = re.compile(r"\d[\d.,]{0,12}(?:\s?(?:%|€|[a-zA-Z]{1,2}))?\)?[\s.]{0,4}$")
_DIGIT = re.compile(r"\d")
_ADDS = re.compile(r"\b(?:as well as|plus)\b", re.IGNORECASE)


def delimiters(text: str, start: int, end: int) -> list["re.Match[str]"]:
    """The delimiters between items, without those in brackets, in quotation marks and in code.

    If there are semicolons, only they delimit: "a, b; c, d; e" has three items. If an "and" is behind the last comma,
    and that has none itself, the first one there delimits and all others are parts of items, as in "bread and butter,
    tea and milk or cream"; with two commas or more all others are anyway.
    """
    marks, depth, at = [], 0, start
    for mark in _QUOTATION_OR_DELIMITER.finditer(text, start, end):
        if mark["quoted"]:
            continue
        depth += _depth(text[at : mark.start()])
        at = mark.start()
        if depth <= 0:
            marks.append(mark)
    marks = [mark for mark in marks if not _NAME_GOES_ON.match(text, mark.start(), end)]
    semicolons = [mark for mark in marks if ";" in mark[0]]
    if semicolons:
        return semicolons
    commas = [mark for mark in marks if re.match(r"\s*[,;]|\s*\\?\|", mark[0])]
    behind = [mark for mark in marks if commas and mark.start() > commas[-1].start()]
    is_closed = bool(commas) and bool(CLOSING.search(commas[-1][0]))
    if behind and not is_closed and _is_within_last(text, start, end, commas, behind[0]):
        return commas
    if behind and not is_closed:
        return [*commas, *(mark for mark in behind if mark is behind[0] or _ADDS.search(mark[0]))]
    return commas if len(commas) > 1 else marks


def _is_within_last(text: str, start: int, end: int, commas: Sequence["re.Match[str]"], mark: "re.Match[str]") -> bool:
    """Whether an "and" is within the last item: all others end in a number, as it does, but not what is before "and".

    "tea £2, coffee £3, cake and jam £4" has three items.
    """
    starts = [start, *(comma.end() for comma in commas)]
    stops = [*(comma.start() for comma in commas), end]
    *others, _ = ends_in_number = [
        bool(_ENDS_IN_NUMBER.search(text, *place)) for place in zip(starts, stops, strict=True)
    ]
    return all(ends_in_number) and bool(others) and not _DIGIT.search(text, commas[-1].end(), mark.start())


def _depth(text: str) -> int:
    """The number of brackets opened less those closed."""
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
