"""An `Answer` → a message in Markdown: the answers, the sentences they are quoted from, and numbered sources.

What documents say is text in it: nothing of it is formatting, a link, an image or HTML.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.language.base import Messages
from index.language.english import ENGLISH
from qa.answering.answers import Answer, GivenAnswer, Reason
from qa.answering.forms.form import Form
from qa.answering.greetings import GREETED
from qa.citing import Citation
from qa.text_format import lead_of
from qa.urls import place_url

# Only what would be more than itself: `<` in a tag, `&` in an entity, `_` beside a word and not within one
_MARKS = re.compile(r"[\\`*\[\]~]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Mark:
    """A source's number in the text: the slice `[start, end)` of it, as Unicode characters, and what it stands for."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Written:
    """A message and the marks in it, in the order they stand in."""

    text: str
    marks: tuple[Mark, ...] = ()

    def paragraphs(self) -> Iterator[str]:
        """The text in pieces, each with the blank line that follows."""
        yield from re.split(r"(?<=\n\n)", self.text)


def written(answer: Answer, collection: str, base_url: str, messages: Messages = ENGLISH.messages) -> Written:
    """The message that an answer is; `base_url` is this service's, without a slash at its end."""
    if not answer.answers:
        return Written(_apology(answer, collection, base_url, messages))
    text = f"{messages.conflict}\n\n" if answer.conflict else ""
    marks: list[Mark] = []
    for given in answer.answers:
        text += f"{_words(given)}\n\n“{as_text(given.citations[0].sentence)}”"
        for citation in given.citations:
            number = f"[{len(marks) + 1}]"
            marks.append(Mark(len(text) + 1, len(text) + 1 + len(number), citation))
            text += f" {number}"
        text += "\n\n"
    sources = [_source(number, mark.citation, base_url, messages) for number, mark in enumerate(marks, start=1)]
    return Written(text + "\n".join(sources), tuple(marks))


def as_text(words: str) -> str:
    """Words on one line, such that Markdown shows them as they are."""
    return _MARKS.sub(r"\\\g<0>", " ".join(words.split()))


def _words(given: GivenAnswer) -> str:
    """An answer's words in their form: parts as a list, "Yes." before a clause, the heads before a table's cell."""
    if given.parts:
        steps = given.form == Form.STEPS
        return "\n".join(f"{f'{i}.' if steps else '-'} {as_text(part.text)}" for i, part in enumerate(given.parts, 1))
    lead = as_text(lead_of(given))
    return f"{lead} **{as_text(given.text)}**" if lead else f"**{as_text(given.text)}**"


def _source(number: int, citation: Citation, base_url: str, messages: Messages) -> str:
    page = messages.page.format(number=citation.page) if citation.page else ""
    place = "".join(f", {as_text(part)}" for part in (page, citation.section) if part)
    return f"{number}. [{as_text(citation.title)}]({base_url}{citation.url}){place}"


def _apology(answer: Answer, collection: str, base_url: str, messages: Messages) -> str:
    if answer.reason is Reason.GREETING:
        return answer.message or GREETED
    sorry = _why_not(answer.reason, messages) if answer.reason else ""
    said = answer.nearest and (messages.likely if answer.nearest.likely else messages.unlikely)
    if said and (near := answer.nearest):
        url = base_url + place_url(near.document_id, collection, near.start, near.end)
        link = f"[{as_text(near.title)}]({url})" + (f", {as_text(near.section)}" if near.section else "")
        return f"{sorry}\n\n{said.format(sentence=f'“{as_text(near.sentence)}”', link=link)}"
    if not answer.passages:
        return sorry
    nearest = answer.passages[0]
    url = base_url + place_url(nearest.document_id, collection, nearest.start, nearest.end)
    link = f"[{as_text(nearest.document_id)}]({url})"
    return f"{sorry}\n\n{messages.nearest.format(link=link)}"


def _why_not(reason: Reason, messages: Messages) -> str:
    return {
        Reason.NOTHING_RETRIEVED: messages.nothing_retrieved,
        Reason.READER_NULL: messages.reader_null,
        Reason.BELOW_THRESHOLD: messages.below_threshold,
    }[reason]
