"""OpenAI's `/v1/chat/completions` and `/v1/models`, so that any client or chat UI for that protocol can ask."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request

from index.documents import DEFAULT_COLLECTION
from index.errors import NotFoundError, QuestionError
from qa.answering.questions import MAX_TURNS, Turn
from qa.assembly import filter_of
from qa.service.bodies import JsonRoute
from qa.service.openai.chat import Chat, chunks, complete, failure, response_of, stream
from qa.service.openai.schemas import (
    CHAT_EXAMPLE,
    ChatCompletion,
    ChatRequest,
    Message,
    Model,
    ModelList,
    OpenAIError,
)
from qa.service.routes.dependencies import PrincipalDep, ServicesDep, json_body
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.streaming import EventStream, from_thread, with_failure

_MODEL = "quoth"  # the default collection; other collections follow a slash


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": OpenAIError} for status in statuses}


router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["OpenAI"])


@router.post(
    "/chat/completions",
    dependencies=[Depends(json_body)],
    response_model=ChatCompletion,
    responses={
        200: {
            "description": "The answer; with `stream`, chunks of it as server-sent events, the last being [DONE]",
            "content": {"application/json": {"example": CHAT_EXAMPLE}, "text/event-stream": {}},
        },
        **_errors(400, 404, 409, 413, 415, 503),
    },
)
async def chat_completions(
    body: ChatRequest, services: ServicesDep, principal: PrincipalDep, request: Request
) -> ChatCompletion | EventStream:
    """Answer the user's last message from the documents, with numbered sources, which `annotations` cite.

    `quoth` says whether there is an answer, and if not, why.
    """
    question, history = conversation(body.messages)
    chat = Chat(
        question=question,
        history=history,
        collection=collection_of(body.model),
        model=body.model,
        base_url=str(request.base_url).rstrip("/"),
        with_usage=bool(body.stream_options and body.stream_options.include_usage),
    )
    if not body.stream:
        slot = services.asking.enter()
        done = await unless_disconnected(request, slot.run(partial(complete, services, principal, chat, slot)))
        return response_of(chat, done)
    events = from_thread(services.asking.enter, partial(stream, services, principal, chat))
    await unless_disconnected(request, anext(events))  # an error before the first event still gets its own status
    return EventStream(events, with_failure(chunks(chat, events), failure))


@router.get("/models", responses=_errors(503, 507))
def list_models(services: ServicesDep, principal: PrincipalDep) -> ModelList:
    """The collections, each as a model; `quoth` is the default collection."""
    with services.engine.store.view(principal) as view:
        others = [collection for collection in view.collections() if collection != DEFAULT_COLLECTION]
    ids = [_MODEL, *(f"{_MODEL}/{collection}" for collection in others)]
    return ModelList(data=[Model(id=each, created=services.started) for each in ids])


@router.get("/models/{model:path}", responses=_errors(404, 503, 507))
def get_model(model: str, services: ServicesDep, principal: PrincipalDep) -> Model:
    """One collection, as a model."""
    with services.engine.store.view(principal) as view:
        view.require(filter_of(collection_of(model)))
    return Model(id=model, created=services.started)


def collection_of(model: str) -> str:
    """The collection that a model's name stands for. Raises NotFoundError for a name of another form."""
    name, slash, collection = model.partition("/")
    if name != _MODEL or bool(slash) != bool(collection):
        raise NotFoundError(f"There is no model {model!r}: ask {_MODEL!r}, or '{_MODEL}/' and a collection's name.")
    return collection or DEFAULT_COLLECTION


def conversation(messages: Sequence[Message]) -> tuple[str, list[Turn]]:
    """The user's last message, which is the question, and the turns before it, oldest first and at most MAX_TURNS.

    Raises QuestionError if no message is the user's.
    """
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user" and message.content is not None:
            turns.append(Turn(message.content))
        elif message.role == "assistant" and turns:
            turns[-1] = Turn(turns[-1].question, message.content)
    if not turns:
        raise QuestionError("No message is the user's, so there is no question: send one with the role user.")
    return turns[-1].question, turns[:-1][-MAX_TURNS:]
