"""One chat completion of OpenAI's protocol: the engine's answer as one response or as a stream of chunks."""

import json
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from index.storage.principals import Principal
from qa.answering.answers import Answer, Event
from qa.answering.questions import Turn
from qa.api.openai_errors import error_of
from qa.assembly import filter_of
from qa.service import problems
from qa.service.openai.answers import Mark, MarkdownMessage, to_markdown
from qa.service.openai.schemas import (
    Annotation,
    AnswerSummary,
    AssistantMessage,
    ChatChunk,
    ChatCompletion,
    Choice,
    ChunkChoice,
    Delta,
    UrlCitation,
    Usage,
)
from qa.service.work.admission import Slot
from qa.service.work.services import Options, Services
from qa.service.work.streaming import event


@dataclass(frozen=True, slots=True)
class Chat:
    """A question with its history, collection and model; `base_url` is this service's, without a final slash."""

    question: str
    history: Sequence[Turn]
    collection: str
    model: str
    base_url: str
    with_usage: bool
    id: str = field(default_factory=lambda: f"chatcmpl-{uuid4().hex}")
    created: int = field(default_factory=lambda: int(time.time()))


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer as a message, with its annotations, summary and token counts."""

    message: MarkdownMessage
    annotations: list[Annotation]
    summary: AnswerSummary
    usage: Usage


def response_of(chat: Chat, completion: Completion) -> ChatCompletion:
    """The response without streaming."""
    message = AssistantMessage(content=completion.message.text, annotations=completion.annotations)
    return ChatCompletion(
        id=chat.id,
        created=chat.created,
        model=chat.model,
        choices=[Choice(message=message)],
        usage=completion.usage,
        quoth=completion.summary,
    )


def complete(services: Services, principal: Principal, chat: Chat, slot: Slot) -> Completion:
    """Answer the question; to be called in the thread that reads."""
    answer = services.answer(slot, principal, chat.question, filter_of(chat.collection), {"history": chat.history})
    return _completed(services, chat, answer)


def stream(
    services: Services, principal: Principal, chat: Chat, slot: Slot
) -> Generator[Event | Completion, None, None]:
    """Answer the question; yields the events before the answer, and last the Completion."""
    where, options = filter_of(chat.collection), Options(history=chat.history)
    with closing(services.stream(slot, principal, chat.question, where, options, candidates=False)) as events:
        for each in events:
            yield _completed(services, chat, each) if isinstance(each, Answer) else each


async def chunks(chat: Chat, events: AsyncGenerator[Event | Completion, None]) -> AsyncGenerator[bytes, None]:
    """The chunks of a streamed response: the first at once, the others when there is an answer."""
    yield _chunk(chat, Delta(role="assistant", content=""))
    async for each in events:
        if isinstance(each, Completion):
            for paragraph in each.message.paragraphs():
                yield _chunk(chat, Delta(content=paragraph))
            yield _chunk(chat, Delta(annotations=each.annotations), finish_reason="stop", quoth=each.summary)
            if chat.with_usage:
                yield _chunk(chat, usage=each.usage)
    yield event("[DONE]")


def failure(error: Exception) -> bytes:
    """The last event of a stream that fails."""
    return event(json.dumps(error_of(problems.problem_document(error))))


def _completed(services: Services, chat: Chat, answer: Answer) -> Completion:
    message = to_markdown(answer, chat.collection, chat.base_url, services.engine.language_in(chat.collection).messages)
    read = [passage.text for passage in answer.passages if passage.read]
    prompt = services.engine.count_tokens([chat.question, *read])
    content = services.engine.count_tokens([message.text])
    return Completion(
        message=message,
        annotations=[_annotation(chat, mark) for mark in message.marks],
        summary=AnswerSummary(
            id=answer.id,
            status=answer.status,
            reason=answer.reason,
            conflict=answer.conflict,
            confidence=answer.answers[0].confidence if answer.answers else None,
            asked_as=answer.asked_as,
            collection=chat.collection,
            index_version=answer.index_version,
        ),
        usage=Usage(prompt_tokens=prompt, completion_tokens=content, total_tokens=prompt + content),
    )


def _annotation(chat: Chat, mark: Mark) -> Annotation:
    citation = mark.citation
    url = UrlCitation(
        start_index=mark.start, end_index=mark.end, title=citation.title, url=chat.base_url + citation.url
    )
    return Annotation(type="url_citation", url_citation=url, quoth=citation)


def _chunk(chat: Chat, delta: Delta | None = None, *, finish_reason: Any = None, **others: Any) -> bytes:  # noqa: ANN401
    """A chunk with only the fields set here, so that it doesn't overwrite those of earlier chunks."""
    if chat.with_usage:
        others = {"usage": None, **others}
    chunk = ChatChunk(
        id=chat.id,
        object="chat.completion.chunk",
        created=chat.created,
        model=chat.model,
        choices=[ChunkChoice(index=0, delta=delta, logprobs=None, finish_reason=finish_reason)] if delta else [],
        **others,
    )
    return event(chunk.model_dump_json(exclude_unset=True))
