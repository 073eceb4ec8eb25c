"""A slice of a document → its citation: quote, sentence, page, section and links."""

import re
from dataclasses import dataclass

from index.documents import Document
from index.language.base import Language
from index.language.english import ENGLISH
from index.language.sentences import break_pattern
from index.quotations import who_is_quoted
from index.tagged_tables import row_touched
from qa.dates import date_of
from qa.urls import CONTEXT_CHARS, source_url, viewer_url

MAX_CITED_CHARS = 20_000  # the longest slice that a client may ask to cite; answers are much shorter
_MAX_SENTENCE_CHARS = 600
_SPEAKS_FOR_ITSELF = 5  # words: a shorter sentence is quoted with the next one

_PARAGRAPH_END = re.compile(r"\n\s*\n")
# Where a line begins that is a sentence of its own: an item, or a row with a bar between cells
_ITEM = re.compile(r"\n(?=[ \t]*(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+\S)")
_ROW_BAR = " | "


class VerbatimError(RuntimeError):
    """An answer that isn't the text at its citation: a defect, so it must not be returned."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The cited words with up to CONTEXT_CHARS characters on either side, as in W3C's TextQuoteSelector."""

    prefix: str
    exact: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The place of an answer: `text[start:end]` of the document as indexed, counted in Unicode characters.

    `sentence` is the sentence (or sentences) around it. `page` counts from 1 and is null in formats without pages.
    `section` is the nearest heading above. `url` is the place in the document as indexed, on this service. `source_url`
    is the page of the original PDF (on this service if it begins with a slash), or the words on the web page that `uri`
    names; null if there is neither. `date` is the day, month or year that the document's metadata or front matter
    names, such as `2026-03-01`; null if neither does. `recognised` says that the words were recognised in a scanned
    page or a picture, and so may be misread. `quoted` is who said them where the text quotes somebody and says whom, as
    an answer to a mail does; null elsewhere.
    """

    document_id: str
    title: str
    uri: str | None
    start: int
    end: int
    quote: Quote
    sentence: str
    page: int | None
    section: str | None
    url: str
    source_url: str | None
    date: str | None = None
    recognised: bool = False
    quoted: str | None = None


def cite(
    document: Document,
    collection: str,
    start: int,
    end: int,
    text: str,
    *,
    has_original: bool = False,
    language: Language = ENGLISH,
) -> Citation:
    """The citation of `text` at `[start, end)`. Raises VerbatimError unless the document has that text there.

    `has_original`: the store keeps the file that the document was read from.
    """
    if document.text[start:end] != text:
        raise VerbatimError(f"{document.id}[{start}:{end}] is not the answer's text.")
    first, last = sentence_around(document.text, start, end, language)
    return Citation(
        document_id=document.id,
        title=document.title,
        uri=document.uri,
        start=start,
        end=end,
        quote=Quote(
            prefix=document.text[max(0, start - CONTEXT_CHARS) : start],
            exact=text,
            suffix=document.text[end : end + CONTEXT_CHARS],
        ),
        sentence=document.text[first:last],
        page=document.page_at(start),
        section=document.section_at(start),
        url=viewer_url(document, collection, start, end),
        source_url=source_url(document, collection, start, end, has_original=has_original),
        date=date_of(document),
        recognised=document.is_recognised_at(start),
        quoted=_quoted(document, start),
    )


def _quoted(document: Document, start: int) -> str | None:
    who = who_is_quoted(document.text, start, document.headings)
    return " ".join(document.text[slice(*who)].split()) if who else None


def sentence_around(text: str, start: int, end: int, language: Language = ENGLISH) -> tuple[int, int]:
    """The slice `[first, last)` of the sentence, or sentences, that `[start, end)` touches.

    A short sentence that is only the answer is extended by the next one: for "Noon" in "When? Noon. The ferry sails
    then. Tea is free." it is "Noon. The ferry sails then." The slice reaches at most 600 characters to either side, so
    that text without sentence ends stays short enough to quote. Of lists and tables it is the items or rows touched.
    """
    floor, ceiling = max(0, start - _MAX_SENTENCE_CHARS), min(len(text), end + _MAX_SENTENCE_CHARS)
    if row := row_touched(text, start, end):
        return max(floor, row[0]), min(ceiling, row[1])
    first, last = floor, ceiling
    for match in break_pattern(language).finditer(text, floor, ceiling):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end - 1:  # the answer may include the full stop
            last = max(end, match.end())
            says_more = any(map(str.isalnum, text[first:start] + text[end:last]))
            if says_more or len(text[start:end].split()) >= _SPEAKS_FOR_ITSELF or _PARAGRAPH_END.search(match[0]):
                break
    first, last = _within_rows(text, *_within_items(text, first, last, start, end), start, end)
    sentence = text[first:last]
    return first + len(sentence) - len(sentence.lstrip()), last - len(sentence) + len(sentence.rstrip())


def _within_items(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The part of a sentence that is in the items touched: no list ends its items with full stops.

    It is the whole sentence where the items say no more than a short answer.
    """
    breaks = [mark.end() for mark in _ITEM.finditer(text, first, last)]
    top = max((at for at in breaks if at <= start), default=first)
    below = min((at for at in breaks if at >= end), default=last)
    says_more = any(map(str.isalnum, text[top:start] + text[end:below]))
    says_enough = says_more or len(text[start:end].split()) >= _SPEAKS_FOR_ITSELF
    return (top, below) if says_enough or "\n" in text[start:end] else (first, last)


def _within_rows(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """The rows that are touched, if the answer begins in one."""
    top, below = text.rfind("\n", first, start) + 1 or first, text.find("\n", end, last)
    below = last if below < 0 else below
    return (top, below) if _ROW_BAR in text[top:below] else (first, last)
