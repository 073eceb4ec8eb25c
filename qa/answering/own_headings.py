"""The text below the heading, or the question of an FAQ, that is the question asked in its own words.

However unsure the reader is of "At ten.": below "## When is the library open?" it is what was looked for.
"""

import re
from collections.abc import Callable

from index.context import title_of
from index.documents import Document, Heading
from index.lines import LineKind, lines_near
from index.retrieval.passages import Passage
from qa.answering.forms.clauses import sentence_at
from qa.answering.nearest_sentence import behind_answer_mark
from qa.reading.guards import guard_of, is_furniture
from qa.reading.stems import share_of_stems, stems_of

Range = tuple[int, int]

_MARK_BEFORE = re.compile(
    r"\W*(?:(?:chapter|section|part|step|article|appendix|q(?:uestion)?)\s*\d{0,3}(?:\.\d{1,3})*\s*[.:)\s]|"
    r"§\s?\d{1,4}[a-z]?\s|\d{1,3}(?:\.\d{1,3})*[.)]?\s)",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\b(?:who|whom|whose|where|when|why|how(?: much)?|which|what)\b", re.IGNORECASE)
_SAME = {"whom": "who", "which": "what", "how much": "what"}
_FILLERS = stems_of("now please exactly then again actually")
_WORDS = re.compile(r"\S")


def below_own_heading(question: str, passage: Passage, document_of: Callable[[str], Document]) -> Range | None:
    """The slice of the document that is the first sentence below a heading that asks what the `question` does.

    The heading has the words of the question, those aside that the title and the headings above have: "Who founded
    it?" under "The library" is "Who founded the library?". The sentence begins in the passage. `document_of` loads the
    passage's document. None without such a heading.
    """
    if share_of_stems(question, f"{passage.context}\n{passage.text}") < 1:
        return None  # without loading the document
    document = document_of(passage.document_id)
    inside = (each for each in document.headings if passage.start < each.start < passage.end)
    for heading in (*document.headings_at(passage.start)[-1:], *inside):
        if _asks_the_same(question, heading.title, _around(document, heading.start)):
            at = _first_below(document, heading)
            if at is not None and passage.start <= at < passage.end:
                return _sentence(document, at)
    for asked, answer in guard_of(question, passage.text, passage.context).faq:
        place = passage.start + asked[0]
        if _asks_the_same(question, passage.text[slice(*asked)], _around(document, place)):
            return _sentence(document, passage.start + answer[0])
    return None


def _asks_the_same(question: str, heading: str, around: frozenset[str]) -> bool:
    """Whether a heading has the words of the question, and asks for the same if it asks: not "where" for "when".

    One that asks nothing, "Storage temperature", is what "What is the storage temperature?" asks for.
    """
    mark = _MARK_BEFORE.match(heading)
    asked, told = stems_of(question), stems_of(heading[mark.end() if mark else 0 :])
    if not told & asked or told - asked - _FILLERS or asked - told - around - _FILLERS:
        return False
    wanted, given = _asking(question), _asking(heading)
    return wanted == given or (not given and "?" not in heading and wanted <= {"what"})


def _asking(text: str) -> frozenset[str]:
    words = (word.lower() for word in _ASKING.findall(text))
    return frozenset(_SAME.get(word, word) for word in words)


def _around(document: Document, place: int) -> frozenset[str]:
    """The stems of the title, and of the headings above the one at `place`."""
    above = [heading.title for heading in document.headings_at(place) if heading.start < place]
    return stems_of(" ".join([title_of(document), *above]))


def _first_below(document: Document, heading: Heading) -> int | None:
    """Where the first words below a heading begin, behind further headings and the mark of an answer; None without."""
    text, starts = document.text, {each.start for each in document.headings}
    at = text.find("\n", heading.start)
    following = next((each.start for each in document.headings if _ends(each, heading)), len(text))
    while at >= 0 and (words := _WORDS.search(text, at, following)):
        end = text.find("\n", words.start(), following)
        line = text[words.start() : following if end < 0 else end]
        if words.start() not in starts and not is_furniture(line):
            return behind_answer_mark(text, words.start(), following)
        at = text.find("\n", words.start())
    return None


def _ends(other: Heading, heading: Heading) -> bool:
    """Whether the section of a heading ends where the other one begins."""
    return other.start > heading.start and other.level <= heading.level


def _sentence(document: Document, at: int) -> Range:
    """The sentence that begins at `at`, or the words of its list item or row from there on."""
    lines = lines_near(document.text, at, at + 1)
    mark = next((line for line in lines if line.start <= at < line.end), None)
    begin = mark.content if mark and mark.kind in (LineKind.BULLET, LineKind.NUMBERED) and mark.content > at else at
    first, last = sentence_at(document.text, lines, begin, begin + 1)
    return max(first, begin), last
