"""Answers as messages: numbered sources, and words of documents that Markdown leaves alone."""

import re
from html import unescape

import pytest
from markdown_it import MarkdownIt

from index.documents import Document
from qa.answering.answers import Answer, GivenAnswer, Reason, Status, Timings
from qa.api.openai_errors import error_of, is_openai_path, status_of
from qa.api.schemas import TYPE_PREFIX, Problem
from qa.citing import cite
from qa.service.openai.answers import escape_markdown, to_markdown
from qa.service.openai.routes import conversation
from qa.service.openai.schemas import Message

HOSTILE = [
    "<img src=x onerror=alert(1)>", "![x](http://evil.example/?q=1)", "[click](javascript:alert(1))", "`rm -rf`",
    "**bold** and *so* on", "_so_ and snake_case", "a\\*b\\", "&lt;b&gt; & R&D", "~~gone~~", "5 < 6 > 4", "C:\\dir",
    "<!-- hidden", "https://site.example/a_b_c", "# no heading", "1. no list", "| a | b |", "***", "“quoted”",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_markdown_shows_the_words_as_they_are(words: str) -> None:
    shown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).renderInline(f"“{escape_markdown(words)}”")
    assert unescape(shown) == f"“{words}”"
    assert not re.search(r"<(?!https)\w", shown)


def answer(*documents: Document, conflict: bool = False) -> Answer:
    """One that gives the first word of each document."""
    given = tuple(
        GivenAnswer(
            document.text.split()[0],
            0.5,
            1,
            (cite(document, "c", 0, len(document.text.split()[0]), document.text.split()[0]),),
        )
        for document in documents
    )
    return Answer("0" * 16, None, Status.ANSWERED, None, conflict, given, (), 1, Timings(1, 1, 2))


def test_a_hostile_document_is_text_in_the_message() -> None:
    title = "](http://evil.example) <script>alert(1)</script>"
    document = Document("a)(b", title, "<b>*Orm*</b>](x) ![i](http://evil.example/i.png) lies\nthere.")
    message = to_markdown(answer(document), "c", "http://127.0.0.1:8000")
    shown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(message.text)
    assert set(re.findall(r"<(\w+)", shown)) == {"p", "strong", "ol", "li", "a"}
    assert re.findall(r'href="([^?]+)', shown) == ["http://127.0.0.1:8000/documents/a%29%28b"]
    assert "src=" not in shown
    text = unescape(re.sub(r"<[^>]+>", "", shown))
    assert "“<b>*Orm*</b>](x) ![i](http://evil.example/i.png) lies there.” [1]" in text
    assert title in text


def test_marks_are_where_the_numbers_are() -> None:
    message = to_markdown(
        answer(Document("a", "A", "Ann 😀 went."), Document("b", "B", "Bob did."), conflict=True), "c", ""
    )
    assert message.text == (
        "The documents disagree on this:\n\n**Ann**\n\n“Ann 😀 went.” [1]\n\n**Bob**\n\n“Bob did.” [2]\n\n"
        f"1. [A]({message.marks[0].citation.url})\n2. [B]({message.marks[1].citation.url})"
    )
    assert [message.text[mark.start : mark.end] for mark in message.marks] == ["[1]", "[2]"]
    assert "".join(message.paragraphs()) == message.text
    assert len(list(message.paragraphs())) == 6


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words(reason: Reason) -> None:
    silent = Answer("0" * 16, None, Status.NO_ANSWER, reason, False, (), (), 1, Timings(1, 1, 2))
    said = to_markdown(silent, "default", "").text
    assert said.startswith("Hello! " if reason is Reason.GREETING else "Sorry, ")


def test_turns_are_the_users_messages_with_what_was_answered() -> None:
    said = [("assistant", "Hello."), ("user", "a?"), ("user", "b?"), ("assistant", "B."), ("assistant", None), ("user", "c?"),
            ("assistant", "C…")]  # fmt: skip
    question, turns = conversation([Message(role=role, content=text) for role, text in said])  # type: ignore[arg-type]
    assert question == "c?"
    assert [(turn.question, turn.answer) for turn in turns] == [("a?", None), ("b?", None)]
    many = [Message(role="user", content=f"{number}?") for number in range(30)]
    question, turns = conversation(many)
    assert (question, turns[0].question, len(turns)) == ("29?", "9?", 20)


def test_which_paths_speak_it() -> None:
    assert all(map(is_openai_path, ["/v1/models", "/v1/models/quoth/a", "/v1/chat/completions", "/v1/chat/x"]))
    assert not any(map(is_openai_path, ["/v1/modelsx", "/v1/ask", "/", "/v1/chat", "/documents/v1/models"]))


@pytest.mark.parametrize(
    ("status", "kind", "there", "error_type", "code"),
    [
        (422, "invalid-request", 400, "invalid_request_error", "invalid_request"),
        (409, "index-mismatch", 409, "invalid_request_error", "index_mismatch"),
        (404, "not-found", 404, "invalid_request_error", "model_not_found"),
        (500, "defect", 500, "server_error", "defect"),
        (503, "busy", 503, "server_error", "busy"),
        (507, "storage", 507, "server_error", "storage"),
    ],
)
def test_problems_in_its_form(status: int, kind: str, there: int, error_type: str, code: str) -> None:
    problem = Problem(type=TYPE_PREFIX + kind, title="", status=status, detail="What is wrong: the cure.")
    assert status_of(problem) == there
    error = error_of(problem)["error"]
    assert (error["message"], error["type"], error["code"]) == ("What is wrong: the cure.", error_type, code)
