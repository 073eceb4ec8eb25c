"""Where a text changes another one: the words that it puts in place of others, and sentences that tell of a change."""

import re
from collections.abc import Iterator

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME

Range = tuple[int, int]

_QUOTED = r"(?:[\"“”„«][^\"“”„«»\n]{1,80}[\"“”»]|‘[^‘’\n]{1,80}’|\*\*[^*\n]{1,80}\*\*)"
_THE_WORDS = r"(?:the\s(?:words?|figures?|sum|amount|name|date|phrase|sentence)\s)?"
_SUBSTITUTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "45 days" is replaced by "30 days"
        rf"(?P<old>{_QUOTED})\s(?:(?:is|are|was|were|shall\sbe|will\sbe|to\sbe|has\sbeen|have\sbeen)\s)?(?:hereby\s)?"
        rf"(?:replaced|substituted|amended|changed|corrected)\s(?:by|with|to|to\sread)\s{_THE_WORDS}(?P<new>{_QUOTED})",
        rf"(?P<old>{_QUOTED})\s(?:becomes|should\sread|shall\sread|now\sreads|must\sread|is\snow|→|->)\s(?P<new>{_QUOTED})",
        # Replace "45 days" with "30 days"; for "45 days" read "30 days"
        rf"\b(?:replace|delete|strike(?:\sout)?|change|amend)\s{_THE_WORDS}(?P<old>{_QUOTED}),?\s"
        rf"(?:by|with|to|and\s(?:insert|substitute|replace\s(?:it|them)\s(?:by|with)))\s{_THE_WORDS}(?P<new>{_QUOTED})",
        rf"\b(?:for|instead\sof)\s{_THE_WORDS}(?P<old>{_QUOTED}),?\s(?:(?:please|there\sis)\s)?(?:substitute[ds]?|read|put|insert)"
        rf"\s{_THE_WORDS}(?P<new>{_QUOTED})",
    )
)
_ON_A_TEXT = re.compile(
    r"\b(?:clauses?|sections?|articles?|paragraphs?|rules?|schedule|annex|appendix|amend(?:ment|ed)s?|corrections?|errat(?:a|um)|"
    r"corrigend(?:a|um)|agreement|contract|polic(?:y|ies)|bye-?laws|regulations?|statutes?|minutes)\b|§",
    re.IGNORECASE,
)
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s)?"
_NAME = r"(?<!\w)[^\W\d_a-z][^\W\d_]{1,30}(?:\s[^\W\d_a-z][^\W\d_]{1,30}){1,3}"
_HANDOVERS = (
    re.compile(
        rf"(?P<new>{_NAME}),?\s(?:who\s)?(?:(?:will\s|has\s|have\s|is\s)?(?:tak(?:es?|en|ing)|took)\sover\s"
        rf"(?:(?!from\b)[^\s.;:]{{1,20}}\s){{0,5}}from|(?:has\s|will\s)?(?:succeed(?:s|ed)?|replace[sd]?)|follows)\s{_TITLE}(?P<old>{_NAME})"
    ),
    re.compile(
        rf"(?P<old>{_NAME}),?\s(?:who\s)?(?:is|was|has\sbeen|will\sbe)\s(?:now\s)?(?:replaced|succeeded|followed)\s"
        rf"(?:(?!by\b)[^\s.;:]{{1,20}}\s){{0,4}}by\s{_TITLE}(?P<new>{_NAME})"
    ),
)
_NEXT = rf"(?:this|next)\s(?:term|week|month|year|season|autumn|winter|spring|summer|{MONTH}|{DAY_NAME})"
_CHANGED = re.compile(
    r"\b(?:correction|corrected|erratum|corrigendum|amend(?:ed|ment|s)|supersed\w+|replac(?:es|ed|ing)|postponed|rescheduled|"
    r"put\s(?:off|back)|brought\sforward|no\slonger|from\snow\son|with\s(?:immediate\s)?effect|any\s?more|"
    r"(?:agreed|decided|resolved|voted)\sto\s(?:change|alter|amend|raise|lower|reduce|increase|extend|shorten|move)|"
    r"(?:has|have|had\sto)\s(?:now\s)?(?:been\s|be\s)?(?:moved|changed|raised|lowered|reduced|increased|extended|shortened|"
    r"risen|fallen|gone\s(?:up|down)|dropped|become)|"
    r"(?:are|is|be)\s(?:being\s)?(?:raised|lowered|reduced|increased|extended|shortened|moved)\sto|"
    r"(?:(?:go(?:es)?|went|comes?|came)\s(?:up|down)|(?:rises?|rose|increases?|decreases?|drops?|falls?|fell|moves?|moved|"
    r"changes?|changed)(?:\s(?:up|down))?)\s(?:from\s[^.;\n]{0,10}\d[^.;\n]{0,20}\s)?to|becomes?|(?:is|are|will|it's|costs?|stays?|opens?|closes?)\snow|"
    r"now\s(?:open|close|end|start|begin|finish|leave|meet|cost|stay|last|appl|be|is|are|on|at)\w*|"
    rf"(?:greater|more|higher|less|lower|later|longer|earlier)\sthan\s(?:was\s)?(?:first\s)?(?:thought|announced|reported|planned)|"
    rf"(?:from|starting|beginning|as\sof|as\sfrom)\s(?:\d{{1,2}}\s{MONTH}|{MONTH}|{_NEXT}))"
    r"|\binstead\b(?!\sof)|\binstead\sof\b",
    re.IGNORECASE,
)


def substitutions_in(passage: str, context: str = "") -> Iterator[tuple[str, Range]]:
    """The words that a passage replaces, with the slice of those that it puts in their place, both without marks.

    'In clause 3.2, "45 days" is replaced by "30 days"' has ("45 days", the slice of 30 days). Instructions such as
    'replace "localhost" with "your host"' change no text: the passage, or its `context`, must speak of one.
    """
    if not _ON_A_TEXT.search(passage) and not _ON_A_TEXT.search(context):
        return
    for pattern in _SUBSTITUTIONS:
        for found in pattern.finditer(passage):
            start, end = _unquoted(passage, *found.span("new"))
            yield passage[slice(*_unquoted(passage, *found.span("old")))], (start, end)


def handovers_in(passage: str) -> Iterator[tuple[str, Range, Range]]:
    """Who follows whom by a passage: the former's name, and the slices of the new one's and of all that says so.

    "From June Ines Roth takes over the vaccinations from Amos Pell" has ("Amos Pell", the slice of Ines Roth, …).
    """
    for pattern in _HANDOVERS:
        for found in pattern.finditer(passage):
            yield found["old"], found.span("new"), found.span()


def tells_of_change(sentence: str) -> bool:
    """Whether a sentence says that something was changed: "From this term subs go up to £48"."""
    return bool(_CHANGED.search(sentence))


def _unquoted(text: str, start: int, end: int) -> Range:
    marks = 2 if text.startswith("**", start) else 1
    return start + marks, end - marks
