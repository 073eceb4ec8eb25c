"""An `Answer` as a message in Markdown: the answers, the sentences they are quoted from, and numbered sources.

Text of documents is escaped: it can't add formatting, links, images or HTML.
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

# Only characters with a meaning in Markdown: `<` of a tag, `&` of an entity, `_` at the border of a word
_MARKS = re.compile(r"[\\`*\[\]~]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a source in a message, at the slice `[start, end)` in Unicode characters, and its citation."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class MarkdownMessage:
    """A message and its marks, in the order of the text."""

    text: str
    marks: tuple[Mark, ...] = ()

    def paragraphs(self) -> Iterator[str]:
        """The paragraphs of the text, each with the blank line after it."""
        yield from re.split(r"(?<=\n\n)", self.text)


def to_markdown(
    answer: Answer, collection: str, base_url: str, messages: Messages = ENGLISH.messages
) -> MarkdownMessage:
    """The message for an answer; `base_url` is that of this service, without a slash at its end."""
    if not answer.answers:
        return MarkdownMessage(_apology(answer, collection, base_url, messages))
    text = f"{messages.conflict}\n\n" if answer.conflict else ""
    marks: list[Mark] = []
    for one in answer.answers:
        text += f"{_answer_text(one)}\n\n“{escape_markdown(one.citations[0].sentence)}”"
        for citation in one.citations:
            number = f"[{len(marks) + 1}]"
            marks.append(Mark(len(text) + 1, len(text) + 1 + len(number), citation))
            text += f" {number}"
        text += "\n\n"
    sources = [_source(number, mark.citation, base_url, messages) for number, mark in enumerate(marks, start=1)]
    return MarkdownMessage(text + "\n".join(sources), tuple(marks))


def escape_markdown(text: str) -> str:
    """`text` on one line, escaped so that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


def _answer_text(answer: GivenAnswer) -> str:
    """An answer's text by its form: parts as a list, "Yes." before a clause, row and column before a table's cell."""
    if answer.parts:
        steps = answer.form == Form.STEPS
        return "\n".join(
            f"{f'{i}.' if steps else '-'} {escape_markdown(part.text)}" for i, part in enumerate(answer.parts, 1)
        )
    lead = escape_markdown(lead_of(answer))
    return f"{lead} **{escape_markdown(answer.text)}**" if lead else f"**{escape_markdown(answer.text)}**"


def _source(number: int, citation: Citation, base_url: str, messages: Messages) -> str:
    page = messages.page.format(number=citation.page) if citation.page else ""
    if citation.recognised:
        page = f"{page} {messages.recognised}".lstrip()
    place = "".join(f", {escape_markdown(part)}" for part in (page, citation.section) if part)
    return f"{number}. [{escape_markdown(citation.title)}]({base_url}{citation.url}){place}"


def _apology(answer: Answer, collection: str, base_url: str, messages: Messages) -> str:
    if answer.reason is Reason.GREETING:
        return answer.message or GREETED
    sorry = _why_not(answer.reason, messages) if answer.reason else ""
    template = answer.nearest and (messages.likely if answer.nearest.likely else messages.unlikely)
    if template and (near := answer.nearest):
        url = base_url + place_url(near.document_id, collection, near.start, near.end)
        link = f"[{escape_markdown(near.title)}]({url})" + (
            f", {escape_markdown(near.section)}" if near.section else ""
        )
        return f"{sorry}\n\n{template.format(sentence=f'“{escape_markdown(near.sentence)}”', link=link)}"
    if not answer.passages:
        return sorry
    nearest = answer.passages[0]
    url = base_url + place_url(nearest.document_id, collection, nearest.start, nearest.end)
    link = f"[{escape_markdown(nearest.document_id)}]({url})"
    return f"{sorry}\n\n{messages.nearest.format(link=link)}"


def _why_not(reason: Reason, messages: Messages) -> str:
    return {
        Reason.NOTHING_RETRIEVED: messages.nothing_retrieved,
        Reason.READER_NULL: messages.reader_null,
        Reason.BELOW_THRESHOLD: messages.below_threshold,
    }[reason]
