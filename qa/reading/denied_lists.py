"""Lists of what isn't so: "Not covered by the policy: cash, keys" doesn't answer "What does the policy cover?".

To a reader such a line has all words of the question, and it prefers one that ends in a full stop to bullets. So what a
denied label, lead or heading stands above is closed to a question that denies nothing:

| question                 | text                                                | closed                |
| ------------------------ | --------------------------------------------------- | --------------------- |
| What is in the box?      | Not in the box: ducts, screws.                      | "ducts, screws."      |
| What can readers do?     | Readers cannot:¶- delete orders                     | the list              |
| What is insured?         | ## What is not insured¶- cash                       | the list              |
| What does it include?    | The fare does not include drinks.                   | "drinks."             |
| What if it won't start?  | If the pump does not start:¶- fill it               | nothing: it's a case  |
"""

import re
from collections.abc import Iterator
from itertools import takewhile

from index.lines import LineKind, line_at, lines_near, list_below
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but|please|ok|well)[ ,]+)*(?:(?:for|in|on|to|with|from|at|by|of) )?"
    r"(?:what|which|who|whom|whose|where|whats|list|name|show|give me|tell me)\b",
    re.IGNORECASE,
)
_NT = r"(?:is|are|was|were|do|does|did|ca|wo|must|should|could|would)n['’]?t"
_DENIES = re.compile(
    r"\b(?:not?|never|none|nothing|nobody|cannot|without|except\w*|exclu\w+|exempt\w*|forbid\w*|forbade|prohibit\w*|"
    r"bann?\w*|disallow\w*|miss\w+|lack\w*|refus\w+|reject\w*|outside|extra|additional\w*|addition|separate\w*|"
    rf"uncovered|uninsured|unsupported|unavailable|besides|wrong|problem|fail\w*|instead|avoid\w*|happens?|{_NT})\b",
    re.IGNORECASE,
)
_NOT = r"(?:(?:[ ]|[*_]{1,3})not\b[*_]{0,3}|n['’]t\b)"
_MODAL = r"(?:can|may|must|do|does|did|is|are|was|were|will|should|could)"
# A lead that ends with a denied verb or has nothing but it: "Not covered by the warranty", "Readers cannot"
_DENIED_LEAD = re.compile(
    r"(?:not[ ](?!only\b|just\b|yet\b|all\b|later\b|more\b|less\b|so\b|sure\b)[^\W\d_][\w'’-]{0,40}"
    r"(?:[ ][\w'’-]{1,40}){0,5}|"
    r"(?:the[ ])?(?:exclu(?:ded?|des|sions?)|forbidden|prohibited|banned|disallowed)(?:[ ][\w'’-]{1,40}){0,4}|"
    r"no[ ][^\W\d_]{1,40}ing(?:[ ][\w'’-]{1,40}){0,3}|"
    rf"(?!(?:if|when|where|while|once|should|in[ ]case|whenever|why|as|because|since|unless)\b)"
    rf"(?<![\w'’-])(?:[\w'’-]{{1,40}}[ ]){{0,9}}(?:cannot\b|{_MODAL}{_NOT})(?:[ ][\w'’-]{{1,40}}){{0,5}})[*_]{{0,3}}",
    re.IGNORECASE,
)
_VERBS = r"(?:includ|cover|contain|compris|hold|support|accept|insur)\w*"
# The same in a sentence: "The fare does not include drinks", "Not included are tips"
_IN_SENTENCE = re.compile(
    rf"(?:\b{_MODAL}{_NOT}[ ](?:be[ ])?(?P<verb>{_VERBS})|\bnot[ ](?P<said>{_VERBS})[ ](?:is|are))[ ]"
    r"(?!(?:any|anything|only|just|by|in|if|for|to|until|when|where|as|at|on|with|more|less|all|every\w*)\b)"
    r"(?P<denied>(?:(?!\bbut\b|\bonly\b|\bunless\b|\bif\b)[^.;:\n?!]){2,200})",
    re.IGNORECASE,
)
_AFFIRMED_LEAD = re.compile(
    r"(?![^\n:]{0,80}\b(?:not?|never|none|cannot|without|exclu\w+|if|when|unless)\b)(?![^\n:]{0,80}n['’]t\b)"
    r"[^\W\d_][\w'’ ,-]{1,80}",
    re.IGNORECASE,
)
_PLAINLY_DENIES = re.compile(
    r"\b(?:not|cannot|never|exclud\w+|forbidden|prohibited|banned|disallowed|uncovered|uninsured|unsupported|"
    rf"missing from|{_NT})\b",
    re.IGNORECASE,
)
_GENERAL = stems_of("allowed permitted forbidden prohibited banned disallowed excluded uncovered uninsured unsupported "
                    "missing things items kinds list name show give people persons")  # fmt: skip
_STARTS = re.compile(
    r"(?:^|(?<=[.!?;][ \n])|(?<=\n))[ \t]*(?:#{1,6}[ \t]+|(?P<item>[-*+•][ \t]+))?[*_]{0,3}", re.MULTILINE
)
_COLON = re.compile(r"[*_ \t]{0,4}:")
_LEAD_END = re.compile(r"[*_]{0,3}[ \t]*(?P<colon>:)?[*_]{0,3}[ \t]*(?P<break>\n|$)?")
_VALUE = re.compile(r"[^\n]*?(?=[.!?](?:\s|$)|\n|$)")
# How it is asked what belongs to something, whatever the words: "What comes with it?" and "Not included"
_BELONGS = re.compile(
    r"\b(?:includ\w*|cover\w*|contain\w*|compris\w*|compos\w*|part of|belong\w*|com(?:es?|ing) (?:with|in)|"
    r"in the (?:box|price|package|scope|kit|set|fee|rent|delivery)|supplied|deliver\w*|insured?|inclusive)\b",
    re.IGNORECASE,
)


def of_denied_lists(question: str, passage: str) -> list[Range]:
    """The slices of the passage on what isn't so, for a question with "what", "who" or "where" that denies nothing.

    The lead must have a word of the question, or both be on what belongs to something.
    """
    if not _ASKS.search(question) or _DENIES.search(question):
        return []
    asked = stems_of(question)
    is_on_belonging = bool(_BELONGS.search(question))
    closed = [
        found.span("denied")
        for found in _IN_SENTENCE.finditer(passage)
        if is_on_belonging or stems_of(found["verb"] or found["said"]) & asked
    ]
    for lead, end in _leads(passage, _DENIED_LEAD):
        if _shares(asked, lead, is_on_belonging=is_on_belonging) and (place := _below(passage, end)):
            closed.append((place[0], _behind_mark(passage, place[1])))
    return closed


def asked_side(question: str, passage: str, context: str = "") -> Range | None:
    """What is so, or isn't, whichever is asked, where the passage lists both; else None.

    "Who may not swim?" is answered below "Those who may not swim:", and "Who may swim?" below "Those who may swim:".
    `context` holds the title and the headings above the passage. None, too, if the question has further words.
    """
    if not _ASKS.search(question):
        return None
    asked, is_on_belonging = stems_of(question), bool(_BELONGS.search(question))
    denied, affirmed = (
        [
            (lead, place)
            for lead, end in _leads(passage, pattern)
            if _shares(asked, lead, is_on_belonging=is_on_belonging) and (place := _below(passage, end))
        ]
        for pattern in (_DENIED_LEAD, _AFFIRMED_LEAD)
    )
    if not denied:
        return None
    rest = stems_of(_PLAINLY_DENIES.sub(" ", _BELONGS.sub(" ", question))) - _GENERAL
    around = stems_of(context)
    side = denied if _PLAINLY_DENIES.search(question) else [] if _DENIES.search(question) else affirmed
    named = [place for lead, place in side if rest <= stems_with_verbs(lead) | around]
    return named[0] if len(named) == 1 else None


def beside(question: str, passage: str, side: Range) -> list[Range]:
    """All beside what isn't so, if that is asked for: a reader would rather take something else."""
    if not _DENIES.search(question):
        return []
    return [(0, side[0]), (_behind_mark(passage, side[1]), len(passage))]


def _shares(asked: frozenset[str], lead: str, *, is_on_belonging: bool) -> bool:
    return bool((is_on_belonging and _BELONGS.search(lead)) or stems_with_verbs(lead) & asked)


def _leads(passage: str, pattern: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    """The words of each lead, with where they end; within a line or item only before a colon."""
    for start in _STARTS.finditer(passage):
        lead = pattern.match(passage, start.end())
        begins_line = not start["item"] and (start.start() == 0 or passage[start.start() - 1] == "\n")
        if lead and (begins_line or _COLON.match(passage, lead.end())):
            yield lead[0], lead.end()


def _below(passage: str, end: int) -> Range | None:
    """What a lead that ends at `end` stands above: the rest of its sentence, or the list or lines below it."""
    behind = _LEAD_END.match(passage, end)
    if not behind or not (behind["colon"] or behind["break"] is not None):
        return None
    if behind["break"] is None:
        value = _VALUE.match(passage, behind.end())
        return value.span() if value and value[0].strip() else None
    lines = lines_near(passage, end, end)
    at = line_at(lines, end)
    if items := list_below(passage, lines, at):
        return items[0].start, items[-1].end
    indent, is_led = lines[at].indent, bool(behind["colon"])
    below = list(
        takewhile(lambda line: line.kind is LineKind.TEXT and (is_led or line.indent > indent), lines[at + 1 :])
    )
    return (below[0].content, below[-1].end) if len(below) > (not is_led) else None


def _behind_mark(passage: str, end: int) -> int:
    return end + (passage[end : end + 1] in (".", "!", "?"))
