"""`/v1/ask/stream`: an answer and the steps to it, as server-sent events."""

from collections.abc import AsyncGenerator, Generator
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter

from index.storage.principals import Principal
from qa.answering.answers import Answer, Event, GivenAnswer, Progress, Retrieved
from qa.api.schemas import STREAM_EXAMPLE, AskRequest, Problem
from qa.service import problems
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import PrincipalDep, ServicesDep, json_body, problems_of
from qa.service.routes.questions import options_of, where_of
from qa.service.work.admission import Slot
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.services import Services
from qa.service.work.streaming import EventStream, comment, event, from_thread, with_failure

router = APIRouter(
    prefix="/v1", route_class=JsonRoute, dependencies=[Depends(json_body)], responses=problems_of(400, 413, 415, 422)
)

_NAMES: dict[type, str] = {Retrieved: "passages", GivenAnswer: "candidate", Answer: "final"}
_JSON: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _NAMES}


@router.post(
    "/ask/stream",
    tags=["questions"],
    status_code=200,
    response_class=EventStream,
    responses={
        200: {
            "model": Retrieved | GivenAnswer | Answer | Problem,
            "description": "Events, each with JSON of one of these as its data",
            "content": {"text/event-stream": {"example": STREAM_EXAMPLE}},
        },
        **problems_of(404, 409, 503),
    },
)
async def ask_stream(body: AskRequest, services: ServicesDep, principal: PrincipalDep, request: Request) -> EventStream:
    """Answer a question as `/v1/ask` does, and send what is known on the way.

    `passages` comes at once: the passages that will be read. `candidate` is the best answer so far, sent whenever its
    confidence rises; a later one may be better. `final` is the body of `/v1/ask`. If it fails after the start, the last
    event is `error`, a problem document; a stream that ends without either was cut. Disconnecting stops the work.
    """
    events = from_thread(services.asking.enter, partial(_stream, services, principal, body))
    first = await unless_disconnected(request, anext(events))  # an error before the first event is still a problem
    return EventStream(events, with_failure(_events(first, events), _error))


def _stream(services: Services, principal: Principal, body: AskRequest, slot: Slot) -> Generator[Event, None, None]:
    return services.stream(slot, principal, body.question, where_of(body), options_of(body))


async def _events(first: Event, others: AsyncGenerator[Event, None]) -> AsyncGenerator[bytes, None]:
    yield _event(first)
    async for each in others:
        yield _event(each)


def _event(each: Event) -> bytes:
    if isinstance(each, Progress):
        return comment(f"{each.read} of {each.passages} passages read")
    kind = type(each)
    return event(_JSON[kind].dump_json(each), _NAMES[kind])


def _error(error: Exception) -> bytes:
    return event(problems.problem_document(error).model_dump_json(exclude_none=True), "error")
