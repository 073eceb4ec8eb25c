"""Names of those whom a work is about, where a question asks who made it: "White Hands is based on her diary".

A reader that is asked who wrote a book takes the only name in the sentence.
"""

import re
from collections.abc import Iterator

from qa.reading.stems import stems_of

Range = tuple[int, int]

_MADE = (
    r"wrote|written|writes|directed|directs|composed|composes|painted|paints|drew|drawn|sculpted|carved|made|created|"
    r"designed|photographed|filmed|recorded|sang|sung|illustrated|translated|published|produced"
)
_ASKED = re.compile(
    rf"\bwho(?:['’]?s|\sis|\swas|\swere|\shas|\shad)?\s(?:(?:the\s)?(?:author|writer|director|composer|painter|sculptor|artist|"
    rf"designer)\sof|{_MADE})\s(?P<work>[^?!.;\n]{{2,80}})",
    re.IGNORECASE,
)
# What follows is whom or what a work is about
_IS_ABOUT = re.compile(
    r"\b(?:based\son|inspired\sby|tells?\s(?:of|about|how|the\s(?:life|story|tale|fate))|(?:is|are|was)\sabout|"
    r"(?:life|story|tale|biography|portrait|statue|bust|monument|memory|honour)\sof|"
    r"dedicated\sto|(?:shows|depicts|portrays)\s(?!the\s\w+\sof\b))\s?(?:(?:the|a)\s)?(?P<whom>[^.;!?\n]{2,120})",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r",?\s(?:by|written\sby|painted\sby|made\sby|is\sby|is\sthe\swork|was\s(?:written|painted|made))\b|,\s(?:was|is|which|that|who)\b",
    re.IGNORECASE,
)
# "the diary of Ada Reuss, on which the novel is based"
_WHOSE = re.compile(
    r"(?:^|(?<=[.;!?]\s))(?P<whom>[^.;!?\n]{2,160}?),?\s(?:on|by|about|after)\s(?:which|whom|whose[^,.;]{1,40})\s"
    r"(?P<work>[^.;!?\n]{2,120})",
    re.MULTILINE,
)


def of_subjects(question: str, passage: str) -> list[Range]:
    """The slices of the passage that name whom or what a work is about, where the question asks who made it.

    What has a word of the work that is asked for stays: "who wrote the letters" is told by "is based on the letters of
    Mia Rue".
    """
    asked = _ASKED.search(question)
    work = stems_of(asked["work"]) if asked else frozenset()
    return list(_subjects(work, passage)) if work else []


def _subjects(work: frozenset[str], passage: str) -> Iterator[Range]:
    for found in _IS_ABOUT.finditer(passage):
        start, end = found.span("whom")
        if by := _ENDS.search(passage, start, end):
            end = by.start()
        if not work & stems_of(passage[start:end]):
            yield start, end
    for found in _WHOSE.finditer(passage):
        if work & stems_of(found["work"]) and not work & stems_of(found["whom"]):
            yield found.span("whom")
