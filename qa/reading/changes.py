"""The version in which something changed: the number in the heading above what a list of changes tells of it.

"In which version was the crash on login fixed?" is answered by "4.2.1" of "## 4.2.1 – 2026-07-14", with "### Fixed" and
"- A crash on login" below it. Readers take any number, or the item itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.versions import NAMED, RELEASE
from qa.reading.stems import stems_of

Range = tuple[int, int]

_ON_VERSION = re.compile(r"\b(?:which|what)(?:\s[a-z]{1,20})?\s(?:versions?|releases?)\b", re.IGNORECASE)
_SINCE_VERSION = re.compile(rf"\b(?:since|from|as of|starting with)\s{_ON_VERSION.pattern}", re.IGNORECASE)
ASKS_WHAT_CHANGED = re.compile(  # "what's new in 3.1"
    r"^what(?:['’]?s| is| was| has| got)(?: been)? (?:new|added|changed|fixed|removed|deprecated|improved)\b(?! to\b)",
    re.IGNORECASE,
)
# How a question asks for a change → how a heading or an item tells of it
_CHANGES = [
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), re.compile(rf"\b(?:{told})\b", re.IGNORECASE))
    for asked, told in (
        (
            r"fix\w*|solv\w*|resolv\w*|patch\w*|correct\w*|repair\w*",
            r"fix\w*|bugs?|solv\w*|resolv\w*|patch\w*|correct\w*|no longer",
        ),
        (
            r"add\w*|introduc\w*|new|support\w*|available|appear\w*|came?|come|comes|brings?|brought|got|gained|gets?|arriv\w*|"
            r"implement\w*|began|begins?|start\w*|learn\w*",
            r"add\w*|new|features?|introduc\w*|support\w*|now|first",
        ),
        (
            r"remov\w*|drop\w*|delet\w*|gone|goes|went|disappear\w*|discontinu\w*",
            r"remov\w*|drop\w*|delet\w*|no longer|gone",
        ),
        (r"deprecat\w*", r"deprecat\w*"),
        (
            r"chang\w*|renam\w*|improv\w*|switch\w*|mov\w*|updat\w*|replac\w*|became|becomes?|made|rais\w*|lower\w*",
            r"chang\w*|renam\w*|improv\w*|now|updat\w*|switch\w*|mov\w*|replac\w*",
        ),
    )
]
_HEADING = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]|\*\*[^*\n]{1,60}\*\*:?[ \t]*$|[^\W\d_][\w ]{0,40}:[ \t]*$|(?:new |bug ?|breaking |known )?"
    r"(?:added|changes?|changed|fixe[ds]|removed|deprecated|security|features?|improvements|issues|new)[ \t]*$)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^(#{1,6})[ \t]", re.MULTILINE)
_BULLET = re.compile(r"[ \t]*(?:[-*+•][ \t]+|\d{1,3}[.)][ \t]+)")
_LINE = re.compile(r"[^\n]+")
_TOLD = 0.6  # share of the stems of what changed
_AS_ASKED = 0.3  # more for what tells of the change that is asked for, as below "Fixed"
_LOOKED_AT = 20_000  # characters above a span


@dataclass(frozen=True, slots=True)
class _Change:
    """A change that `[start, end)` of a passage tells of; `number` is the slice of its version, if that is there."""

    start: int
    end: int
    version: str
    number: Range | None
    heading: str


def asks_for_version(question: str) -> bool:
    """Whether a question is for the version in which something changed, not for the latest or the needed one."""
    is_on_change = bool(_SINCE_VERSION.search(question)) or any(asked.search(question) for asked, _ in _CHANGES)
    return is_on_change and bool(_ON_VERSION.search(question))


def asked_version(question: str, passage: str, context: str = "") -> Range | None:
    """The slice of the passage that answers in which version something changed; None unless one version fits best.

    It is the number in the heading of that version. If that is only in the `context`, it is what tells of the change,
    for which `version_above` finds the number in the document.
    """
    if not asks_for_version(question):
        return None
    kinds = [(asked, told) for asked, told in _CHANGES if asked.search(question)]
    subject = _ON_VERSION.sub(" ", _SINCE_VERSION.sub(" ", question))
    for asked, _ in kinds:
        subject = asked.sub(" ", subject)
    stems = stems_of(subject)

    def score(change: _Change) -> float:
        words = f"{change.heading} {passage[change.start : change.end]}"
        share = len(stems & stems_of(words)) / len(stems)
        return share + _AS_ASKED * any(told.search(words) for _, told in kinds) if share >= _TOLD else 0.0

    scored = [(score(change), change) for change in _changes(passage, context)] if stems else []
    best = max((each for each, _ in scored), default=0.0)
    named = [change for each, change in scored if each == best > 0]
    if len({change.version for change in named}) != 1:
        return None
    return named[0].number or (named[0].start, named[0].end)


def version_above(question: str, text: str, start: int, end: int) -> Range | None:
    """The slice of the number of the version that `[start, end)` of a document's text is below, if that is asked for.

    A span that has a version's number itself keeps it, without what else its heading says.
    """
    if not asks_for_version(question):
        return None
    floor = text.rfind("\n", 0, max(0, start - _LOOKED_AT)) + 1
    stop = text.find("\n", end)
    above = list(RELEASE.finditer(text, floor, len(text) if stop < 0 else stop))
    if not above or (above[-1].end() < start and NAMED.search(text, start, end)):
        return None
    marks = _MARKS.match(above[-1][0])
    if marks and any(len(each) <= len(marks[1]) for each in _MARKS.findall(text, above[-1].end(), start)):
        return None  # another chapter has begun
    return above[-1].span(above[-1].lastgroup or 0)


def _changes(passage: str, context: str) -> Iterator[_Change]:
    """All that the passage says has changed, item by item, each with its version; nothing above the first version.

    ## 4.2.1               "A crash on login" and "Slow exports", both of 4.2.1 and below "### Fixed". If the passage
    ### Fixed              begins below a version's heading, the context has that.
    - A crash on login
    - Slow exports
    """
    version, heading = "", ""
    number: Range | None = None
    for above in context.split("\n"):
        if found := RELEASE.match(f"# {above}"):
            version, heading = found[found.lastgroup or 0], ""
        elif version:
            heading = above
    start = None
    for line in [*_LINE.finditer(passage), None]:
        found = RELEASE.match(passage, line.start()) if line else None
        begins = line is None or found or _HEADING.match(line[0]) or _BULLET.match(line[0])
        if start is not None and begins and version:
            end = len(passage[: line.start() if line else len(passage)].rstrip())
            yield _Change(start, end, version, number, heading)
        if found:
            group = found.lastgroup or 0
            version, number, heading, start = found[group], found.span(group), "", None
        elif line and not _BULLET.match(line[0]) and _HEADING.match(line[0]):
            heading, start = line[0], None
        elif line and (begins or start is None):
            bullet = _BULLET.match(line[0])
            start = line.start() + (bullet.end() if bullet else len(line[0]) - len(line[0].lstrip()))
