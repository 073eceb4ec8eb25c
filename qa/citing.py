"""An answer's place in its document → the citation: quote, sentence, page, section and a link to it."""

import re
from dataclasses import dataclass

from index.documents import Document
from index.language.base import Language
from index.language.english import ENGLISH
from index.language.sentences import break_pattern
from qa.urls import CONTEXT_CHARS, source_url, viewer_url

MAX_CITED_CHARS = 20_000  # of a slice that a reader names; answers are copied from fewer characters around a place
_MAX_SENTENCE_CHARS = 600

_PARAGRAPH_END = re.compile(r"\n\s*\n")


class VerbatimError(RuntimeError):
    """An answer that is not the text at its citation: a defect, and never to be given out."""


@dataclass(frozen=True, slots=True)
class Quote:
    """The cited words with up to CONTEXT_CHARS characters on either side, as W3C's TextQuoteSelector has them."""

    prefix: str
    exact: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: `text[start:end]` of the document as indexed, counted in Unicode characters.

    `sentence` is the one (or the few) around it; `page` counts from 1 and is null in formats without pages; `section`
    is the nearest heading above. `url` leads to the place in the document as indexed, on this service; `source_url` to
    the page of the original PDF (on this service if it begins with a slash) or the words on the web page that `uri`
    names, and is null where there is neither.
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
    """The citation of `text` at `[start, end)`. Raises VerbatimError unless that is what stands there.

    `has_original`: the file of the document is kept with it.
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
    )


def sentence_around(text: str, start: int, end: int, language: Language = ENGLISH) -> tuple[int, int]:
    """The slice of the sentence that holds `[start, end)`, or of all the sentences it touches.

    A sentence that is nothing but the answer is given with the one after it. The slice never reaches more than 600
    characters to either side, so that text without sentences stays quotable.
    """
    floor, ceiling = max(0, start - _MAX_SENTENCE_CHARS), min(len(text), end + _MAX_SENTENCE_CHARS)
    first, last = floor, ceiling
    for match in break_pattern(language).finditer(text, floor, ceiling):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end - 1:  # the answer may include its sentence's last mark
            last = max(end, match.end())
            if any(map(str.isalnum, text[first:start] + text[end:last])) or _PARAGRAPH_END.search(match[0]):
                break
    sentence = text[first:last]
    return first + len(sentence) - len(sentence.lstrip()), last - len(sentence) + len(sentence.rstrip())
