"""The value that a question names by its label: "Mechanic: Tiril Aas", "Beard trim ........ 14.50", "port = 8123".

Readers are weak at lists of prices, forms and data sheets, whose lines look alike: they often take the value beside
another label. A label is named if the question has all its words, and asks for nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reading.stems import stems_of

Range = tuple[int, int]

# A label, then a colon, dots that lead to the value, or a wide blank between columns
_LABELLED = re.compile(
    r"[ \t]*(?:[-*+•][ \t]+)?(?P<label>[*_`]{0,3}[^\W_][^\n|:=.!?;]{0,60}?)[*_`]{0,3}"
    r"(?:[ \t]*(?::[*_]{0,3}|\.{3,}|…+|_{3,})[ \t]+|[ \t]{3,}|\t)(?=[^\s.…:])"
)
_CODED = re.compile(  # "E12 Leak. Call service.", "§ 12 The chair is elected for a year."
    r"[ \t]*(?:[-*+•][ \t]+)?[*_`]{0,3}(?P<label>§[ ]?\d{1,4}[a-z]?|(?=\S{0,30}\d)(?=\S{0,30}[^\W\d_])[\w.\-]{2,30})"
    r"[*_`]{0,3}[ \t]*(?:[:–—-][ \t]+|(?<=[ \t]))(?=\w)"
)
_SETTING = re.compile(r"[ \t]*(?P<label>[\w.\-/]{1,80})[ \t]*[=:][ \t]*(?=[^\s#;=:])")
_COMMENT = re.compile(r"[ \t]*(?:#|;|//|--)(?!!)[ \t]*(?P<words>\S[^\n]*)$")
_COMMENT_AFTER = re.compile(r"[ \t][#;]")
_ASKS = re.compile(
    r"^(?:(?:and|so|but|please)[ ,]+)*(?:(?:for|from|by|until|till|at|in|on|to|with|since|after|within) )?"
    r"(?:what|which|who|whom|whose|when|where|how (?:many|much|long|often|far|old|big|high|heavy|tall|wide|deep|loud)"
    r"|whats|what's)\b",
    re.IGNORECASE,
)
_EDGES = " \t*_`"
_MAX_LINE_CHARS = 300
_MAX_LABEL_WORDS, _MAX_VALUE_WORDS = 6, 20
_MIN_COMMENT_STEMS = 2  # a shorter comment may be a heading
# Words that ask for the value of a label, whatever that is
_ASKING = stems_of(
    "cost price much many long often far name number date day time kind type value amount there called set given "
    "please exactly currently now cover charge pay"
)
_ASKING_OF_CODES = _ASKING | stems_of("mean meaning say about happen wrong error code fault message")


@dataclass(frozen=True, slots=True)
class _Line:
    labels: tuple[frozenset[str], ...]
    value: Range
    asking: frozenset[str] = _ASKING


def asked_value(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the value whose label the question names; None unless one is.

    What else the question asks with must be in the `context`: "What is the deposit for the tent?" names "Deposit: 120"
    only under a title or heading with "tent".
    """
    if not asks_for_value(question):
        return None
    asked, around = stems_of(question), stems_of(context)
    named = [
        line for line in _lines(passage) if any(is_named(asked, label, around | line.asking) for label in line.labels)
    ]
    return named[0].value if len(named) == 1 else None


def asks_for_value(question: str) -> bool:
    """Whether a question asks for a thing, a person, a time, a place or a number."""
    return bool(_ASKS.search(question.strip()))


def is_named(asked: frozenset[str], label: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a question with the stems `asked` is for the value of a label, `around` being those of its context."""
    return bool(label) and label <= asked and asked - label <= _ASKING | around


def _lines(passage: str) -> Iterator[_Line]:
    """The lines that have a label and a value. A comment above a setting says the same as its name."""
    comment: frozenset[str] = frozenset()
    at = 0
    for line in passage.split("\n"):
        above = _COMMENT.match(line) if len(line) <= _MAX_LINE_CHARS else None
        if not above and len(line) <= _MAX_LINE_CHARS and (found := _label_of(line)):
            start, end = _value(line, found.end())
            if 0 < len(line[start:end].split()) <= _MAX_VALUE_WORDS:
                asking = _ASKING_OF_CODES if re.search(r"\d", found["label"]) else _ASKING
                yield _Line((_label(found["label"]), comment), (at + start, at + end), asking)
        stems = stems_of(above["words"]) if above else frozenset()
        comment = stems if len(stems) >= _MIN_COMMENT_STEMS else frozenset()
        at += len(line) + 1


def _label_of(line: str) -> "re.Match[str] | None":
    return _LABELLED.match(line) or _SETTING.match(line) or _CODED.match(line)


def _label(words: str) -> frozenset[str]:
    """The stems of a label, or of a setting's name; none for one that is a sentence."""
    stems = stems_of(re.sub(r"[_.\-/]", " ", words))
    return stems if len(words.split()) <= _MAX_LABEL_WORDS else frozenset()


def _value(line: str, start: int) -> Range:
    """The slice of the line that is the value, without marks around it or a comment after it."""
    after = _COMMENT_AFTER.search(line, start)
    words = line[start : after.start() if after else len(line)].rstrip(_EDGES + "\r")
    return start + len(words) - len(words.lstrip(_EDGES)), start + len(words)
