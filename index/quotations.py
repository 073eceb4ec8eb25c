"""Who is quoted, as the text itself says it: above a quotation, or in the head of a mail that another one holds.

    On Fri, 3 May 2024 at 10:12, Anna Berg <anna@example.org> wrote:        From: Anna Berg
    > The slip is free.                                                     Sent: Friday, 3 May 2024 10:12
                                                                            To: Harbour office
                                                                            Subject: The slip

                                                                            The slip is free.

It is a slice of the text, "Anna Berg" in both, or none where nobody is named. Only the text near a place is looked at.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from index.documents import Heading
from index.lines import REACH

Slice = tuple[int, int]

_MARKS = re.compile(r"[ \t]*(?:>[ \t]?)*")  # of a quoted line
_MOST = 400  # characters of the lines that say who is quoted
_BEFORE_NAME = re.compile(r"\b(?:schrieb|schreef|skrev|napisała?|kirjoitti)\s+(?=\S)")
_BEHIND_NAME = re.compile(r"\s(?:wrote|writes|a écrit|escribió|ha scritto|escreveu|skrev)\s?:$")
# "On Fri, 3 May 2024 at 10:12 PM (CEST), "
_WHEN = re.compile(
    r".*(?:\b\d{1,2}[:.h]\d{2}(?::\d{2})?|\b\d{4})(?:\s?(?:[AaPp]\.?[Mm]\b\.?|Uhr\b|h\b))?"
    r"(?:\s+(?:\([^()]*\)|[+-]\d{4}|(?:GMT|UTC|CES?T)\S*))*[\s,\"']+",
    re.DOTALL,
)
# "On Friday, 3 May ", "On May 3 "
_DAY = re.compile(
    r"(?:On|Le|El|Em|Il|Op|Den)\s+(?:\w{2,10}\.?,\s+)?"
    r"(?:\d{1,2}\.?\s+(?:de\s+)?[^\W\d]{3,10}\.?|[^\W\d]{3,10}\.?\s+\d{1,2}),?\s+"
)
_ADDRESS = re.compile(r"\(?[<\[][^<>\[\]]*[>\]]\)?$")
_PRONOUNS = {"I", "We", "You", "He", "She", "It", "They"}

_FROM = re.compile(r"^[*_> \t]*(?:From|Von|De|Da|Van|Fra|Från|Od)\s?:[*_ \t]*(?P<name>\S.*)$", re.MULTILINE)
_SENT = re.compile(
    r"^[*_> \t]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Enviada(?: em)?|Fecha|Inviato|Data|Verzonden|Sendt"
    r"|Skickat)\s?:",
    re.MULTILINE,
)
_SUBJECT = re.compile(
    r"^[*_> \t]*(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|Emne|Ämne)\s?:", re.MULTILINE
)
_BLANK_LINE = re.compile(r"\n[ \t\r>]*\n")
ATTACHMENT = "- Attachment: "  # of the mail that holds the other one


def who_is_quoted(text: str, place: int, headings: Sequence[Heading] = ()) -> Slice | None:
    """Who said what stands at `place`, if that is quoted and somebody is named; `headings` end a quoted mail."""
    start = text.rfind("\n", 0, place) + 1
    depth = _depth(text, start)
    if depth:
        return quoted_above(text, _beginning(text, start, depth), depth)
    above = bisect_right(headings, place, key=lambda heading: heading.start)
    floor = max(headings[above - 1].start if above else 0, place - 2 * REACH)
    heads = list(_FROM.finditer(text, floor, place))
    for head in reversed(heads):
        end = next((gap.start() for gap in _BLANK_LINE.finditer(text, head.end(), place)), None)
        if end is not None and (who := sender(text, head.start(), end)):
            return None if text.startswith(ATTACHMENT, start) else who
    return None


def quoted_above(text: str, start: int, depth: int = 1) -> Slice | None:
    """Who is quoted in a quotation that begins with the line at `start`, in so many quotation marks."""
    floor = max(0, start - _MOST)
    above = text[floor:start].rstrip("> \t\r\n")
    end = floor + len(above)
    if not above.endswith(":") or text[end:start].count("\n") > 2:
        return None
    last = text.rfind("\n", 0, end) + 1
    before = text.rfind("\n", 0, max(0, last - 1)) + 1
    named: Slice | None = None
    for first in (last, before):  # it may go over two lines
        if first < floor or _depth(text, first) != depth - 1:
            break
        words = _MARKS.match(text, first, end)
        who, is_dated = _named(text, words.end() if words else first, end)
        if is_dated:
            return who
        named = named or who
    return named


def sender(text: str, start: int, end: int) -> Slice | None:
    """Who sent the mail whose head is the paragraph `[start, end)`; None if it is no such head.

    It has a subject too: the head of a document that is a mail has that as its heading.
    """
    head = text[start:end]
    named = _FROM.search(head)
    if not named or not _SENT.search(head, named.end()) or not _SUBJECT.search(head, named.end()):
        return None
    return _without_address(text, start + named.start("name"), start + named.end("name"))


def _beginning(text: str, start: int, depth: int) -> int:
    """Where the quotation begins that the line at `start` is in."""
    floor = max(0, start - 2 * REACH)
    while start > floor:
        above = text.rfind("\n", floor, start - 1) + 1
        if above < floor or _depth(text, above) < depth:
            break
        start = above
    return start


def _depth(text: str, start: int) -> int:
    """How many quotation marks the line at `start` begins with."""
    marks = _MARKS.match(text, start, start + _MOST)
    return marks[0].count(">") if marks else 0


def _named(text: str, start: int, end: int) -> tuple[Slice | None, bool]:
    """The name in "On 3 May 2024 Anna Berg wrote:", and whether it says when; none in "In her letter she wrote:"."""
    if before := _BEFORE_NAME.search(text, start, end):
        return _without_address(text, before.end(), end), True
    behind = _BEHIND_NAME.search(text, start, end)
    if not behind:
        return None, False
    first, last = _without_address(text, start, behind.start())
    when = _WHEN.match(text, first, last) or _DAY.match(text, first, last)
    if when and when.end() < last:
        return (when.end(), last), True
    words = text[first:last].split()
    is_name = all(word[:1].isupper() for word in words) and not _PRONOUNS.intersection(words)
    return ((first, last) if is_name or re.search(r"[\d@]", text[first:last]) else None), False


def _without_address(text: str, start: int, end: int) -> Slice:
    """A name without the address behind it, if there is one, and without quotation marks."""
    end = start + len(text[start:end].rstrip(" \t\r\n:"))
    address = _ADDRESS.search(text, start, end)
    words = text[start : address.start() if address else end]
    bare = words.strip(" \t\r\n\"'*_,")
    first = start + words.index(bare)
    return (first, first + len(bare)) if bare else (start, end)
