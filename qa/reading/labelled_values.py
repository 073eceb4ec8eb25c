"""The value that a question names by its label: "Mechanic: Tiril Aas", "Beard trim ........ 14.50", "port = 8123".

Readers are weak at lists of prices, forms and data sheets, whose lines look alike: they often take the value beside
another label. A label is named if the question has all its words, and asks for nothing else. "How heavy is it?" names
"Weight: 3.2 kg" by what it measures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.reading.measures import measure_asked, names_people
from qa.reading.named_rows import listed_in
from qa.reading.stems import stems_of

Range = tuple[int, int]

# A label, then a colon (or several, as in AsciiDoc), dots that lead to the value, or a wide blank between columns; in
# reStructuredText the label has a colon on either side
_LABELLED = re.compile(
    r"[ \t]*(?:[-*+•][ \t]+)?:?(?P<label>[*_`]{0,3}[^\W_][^\n|:=.!?;]{0,60}?)[*_`]{0,3}"
    r"(?:[ \t]*(?::{1,4}[*_]{0,3}|\.{3,}|[ ]\.\.|…+|_{3,}|(?:\.[ ]){3,}\.?)[ \t\xa0]*(?<=[ \t\xa0])|[ \t]{3,}|\t)"
    r"(?=[^\s.…:])"
)
_TERM = re.compile(r"[ \t]*(?P<label>[*_`]{0,3}[^\W_][^\n|:=.!?;]{0,60})$")
_DESCRIPTION = re.compile(r"[ \t]{0,3}:[ \t]+(?=\S)")  # on the line below a term, as Markdown has it
_BELOW_TERM = re.compile(r"[ \t]{2,8}(?=\S)")  # in reStructuredText
_TERM_IN_CODE = re.compile(r"(`{1,2})[^`\n]{1,60}\1$")
_IN_CODE = re.compile(r"[*`]")
_DEFINED = re.compile(  # in a contract: 1.4 "Working day" means any day but a Sunday
    r"[ \t]*(?:\(?[\da-z]{1,3}(?:\.\d{1,2})*[.)]?[ \t]+)?[\"“'‘*_]{1,3}"
    r"(?P<label>[^\W_][^\n\"”’*|]{0,60})[\"”’'*_]{1,3},?[ \t]+(?:shall mean|means?|is defined as)[ \t]+(?=\S)"
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
    r"(?:what|which|who|whom|whose|when|where|how (?:many|much|long|often|far|old|big|large|high|heavy|tall|wide|broad|"
    r"deep|thick|loud|noisy|quiet|fast|hot|cold|warm)|whats|what's)\b",
    re.IGNORECASE,
)
# Key words alone have none of them: "weight of the pump" is asked for as "what's the weight?" is
_SENTENCE_WORDS = re.compile(
    r"[.?!;:,]\s+\S|\b(?:why|how|is|are|was|were|am|do|does|did|can|could|may|might|must|shall|should|will|would|has|have|"
    r"had|if|whether|because|when|while|or|i|we|you|they|he|she|it|not|no|don['’]?t|can['’]?t|without|explain|describe|"
    r"list|name|tell|give|show|compare)\b",
    re.IGNORECASE,
)
_LEADING_CODE = re.compile(r"[*_`]{0,3}(?P<code>(?=\w*\d{2})\w{2,12})[ \t]+\S")
_EDGES = " \t*_`"
_MAX_LINE_CHARS = 300
_MAX_LABEL_WORDS, _MAX_VALUE_WORDS = 6, 20
_MAX_HEADS, _MAX_HEAD_WORDS = 2, 8
_MIN_COMMENT_STEMS = 2  # a shorter comment may be a heading
# Words that ask for the value of a label, whatever that is
ASKING = stems_of(
    "cost price much many long often far name number date day time kind type value amount there called set given "
    "please exactly currently now cover charge pay max maximum limit extension"
)
_COUNTED = re.compile(r"\bhow many (?P<thing>[^\W\d_]+)", re.IGNORECASE)
_ON_CAPACITY = stems_of(
    "connect connected fit hold holds take takes have has support supports handle use max maximum there"
)
# A label has them, and a question on what it measures doesn't: "Noise level", "Total weight"
_VAGUE = stems_of("level rating value total overall approximate approx nominal typical once maximum max number")
_ASKING_OF_CODES = ASKING | stems_of("mean meaning say about happen wrong error code fault message")


@dataclass(frozen=True, slots=True)
class _Line:
    labels: tuple[frozenset[str], ...]
    place: Range
    value: Range
    has_digit: bool
    asking: frozenset[str] = ASKING
    listed: tuple[frozenset[str], ...] = ()


def asked_value(question: str, passage: str, context: str = "") -> Range | None:
    """The slice `[start, end)` of the passage that is the value whose label the question names; None unless one is.

    What else the question asks with must be in the `context`: "What is the deposit for the tent?" names "Deposit: 120"
    only under a title, a heading or a line above with "tent". A label that lists several things, as "London, Paris",
    is named by each of them.
    """
    if not asks_for_value(question):
        return None
    lines = list(_lines(passage))
    asked, around = stems_of(question), stems_of(context)

    def names(line: _Line, labels: tuple[frozenset[str], ...]) -> bool:
        known = around | line.asking
        return any(
            label and label <= asked and is_named(asked, label, known | _above(passage, line.place[0]))
            for label in labels
        )

    named = [line for line in lines if names(line, line.labels)]
    named = named or [line for line in lines if names(line, line.listed)]
    if not named:
        is_for_digits = not names_people(question)
        named = [
            line
            for line in lines
            if (line.has_digit or not is_for_digits) and _is_measured(question, asked, line, around)
        ]
    return named[0].value if len(named) == 1 else None


def labelled_lines(passage: str) -> Iterator[tuple[Range, Range]]:
    """The slices of each label and its value, line by line."""
    return ((line.place, line.value) for line in _lines(passage))


def asks_for_value(question: str) -> bool:
    """Whether a question asks for a thing, a person, a time, a place or a number, or is nothing but key words."""
    return bool(_ASKS.search(question.strip())) or not _SENTENCE_WORDS.search(question)


def is_named(asked: frozenset[str], label: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a question with the stems `asked` is for the value of a label, `around` being those of its context."""
    return bool(label) and label <= asked and asked - label <= ASKING | around


def is_measured(question: str, asked: frozenset[str], label: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a question measures what a label names: "How heavy is it?", with the stems `asked`, a "Net weight"."""
    measure = measure_asked(question)
    told = label & measure.named
    return bool(told) and is_named(asked | told, label - (_VAGUE - asked), around | measure.asking)


def is_counted(question: str, asked: frozenset[str], label: frozenset[str], around: frozenset[str]) -> bool:
    """Whether a question counts what a label names: "How many boats can lie there?" "Boats at once"."""
    counted = _COUNTED.search(question)
    thing = stems_of(counted["thing"]) if counted else frozenset()
    return bool(thing) and thing <= label and is_named(asked, label - (_VAGUE - asked), around | _ON_CAPACITY)


def _is_measured(question: str, asked: frozenset[str], line: _Line, around: frozenset[str]) -> bool:
    return any(is_measured(question, asked, label, around | line.asking) for label in line.labels)


def _lines(passage: str) -> Iterator[_Line]:
    """The lines that have a label and a value. A comment above a setting says the same as its name."""
    comment: frozenset[str] = frozenset()
    term: re.Match[str] | None = None
    at = 0
    for line in passage.split("\n"):
        above = found = described = None
        if len(line) <= _MAX_LINE_CHARS:
            above = _COMMENT.match(line)
            described = _below_term(line, term) if term else None
            found = None if above or described else _label_of(line)
        if label := term if described else found:
            start, end = _value(line, (described or label).end())
            if 0 < len(line[start:end].split()) <= _MAX_VALUE_WORDS:
                is_defined = label.re is _DEFINED or bool(re.search(r"\d", label["label"]))
                asking = _ASKING_OF_CODES if is_defined else ASKING
                has_digit = bool(re.search(r"\d", line[start:end]))
                labels = (_label(label["label"]), _code_of(label["label"]), comment)
                place = _place(line, label, at) if label is found else (at - len(label.string) - 1, at - 1)
                yield _Line(labels, place, (at + start, at + end), has_digit, asking, (*listed_in(label["label"]),))
        stems = stems_of(above["words"]) if above else frozenset()
        comment = stems if len(stems) >= _MIN_COMMENT_STEMS else frozenset()
        term = _TERM.match(line) if len(line) <= _MAX_LINE_CHARS else None
        at += len(line) + 1


def _above(passage: str, at: int) -> frozenset[str]:
    """The stems of the short lines that head the labelled ones around `at`, as "Limits per night:" does."""
    heads: list[str] = []
    for line in reversed(passage[:at].rpartition("\n")[0].split("\n")):
        if not line.strip() or (not heads and _label_of(line)):
            continue
        if len(line.split()) > _MAX_HEAD_WORDS or line.rstrip().endswith((".", "!", "?")) or _label_of(line):
            break
        heads.append(line)
        if len(heads) == _MAX_HEADS:
            break
    return stems_of(" ".join(heads))


def _place(line: str, label: "re.Match[str]", at: int) -> Range:
    """The slice of the passage that is a label, without marks around it; the line begins at `at`."""
    words = line[slice(*label.span("label"))]
    start = label.start("label") + len(words) - len(words.lstrip(_EDGES))
    return at + start, at + start + len(words.strip(_EDGES))


def _label_of(line: str) -> "re.Match[str] | None":
    found = _DEFINED.match(line) or _LABELLED.match(line) or _SETTING.match(line)
    return found or (None if _TERM_IN_CODE.match(line) else _CODED.match(line))


def _below_term(line: str, term: "re.Match[str]") -> "re.Match[str] | None":
    """The mark of a description below its term; that of a term in code, "``E42 jam``", may be its indent alone."""
    is_code = _IN_CODE.match(term["label"]) and not term[0][:1].isspace()
    return _DESCRIPTION.match(line) or (_BELOW_TERM.match(line) if is_code else None)


def _code_of(label: str) -> frozenset[str]:
    """The stem of a code that a label begins with: "404" of "404 not_found"; none without further words."""
    found = _LEADING_CODE.match(label)
    return stems_of(found["code"]) if found else frozenset()


def _label(words: str) -> frozenset[str]:
    """The stems of a label, or of a setting's name; none for one that is a sentence."""
    stems = stems_of(re.sub(r"[_.\-/]", " ", words))
    return stems if len(words.split()) <= _MAX_LABEL_WORDS else frozenset()


def _value(line: str, start: int) -> Range:
    """The slice of the line that is the value, without marks around it or a comment after it."""
    after = _COMMENT_AFTER.search(line, start)
    words = line[start : after.start() if after else len(line)].rstrip(_EDGES + "\r")
    return start + len(words) - len(words.lstrip(_EDGES)), start + len(words)
