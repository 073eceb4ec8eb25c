"""Questions: ask one, ask several, search passages without reading (`ask_stream.py` streams)."""

from functools import partial

from fastapi import APIRouter, Depends, Request

from index.errors import QuestionError
from index.storage.base import Filter
from index.storage.principals import Principal
from qa.answering.answers import Answer, Found
from qa.answering.questions import Turn, checked
from qa.api.schemas import ANSWER_EXAMPLE, AskRequest, BatchAnswers, BatchRequest, SearchRequest, Where
from qa.assembly import filter_of
from qa.service.auth.rate_limit import budget_of
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import PrincipalDep, ServicesDep, json_body, problems_of
from qa.service.work.disconnect import unless_disconnected
from qa.service.work.services import Options, Services

router = APIRouter(
    prefix="/v1",
    route_class=JsonRoute,
    tags=["questions"],
    dependencies=[Depends(json_body)],
    responses=problems_of(400, 413, 415, 422),
)


@router.post(
    "/ask",
    responses={200: {"content": {"application/json": {"example": ANSWER_EXAMPLE}}}, **problems_of(404, 409, 503)},
)
async def ask(body: AskRequest, services: ServicesDep, principal: PrincipalDep, request: Request) -> Answer:
    """Answer a question with words copied from the documents, or say why there is no answer.

    503 says at once that too many questions are waiting, or later that it wasn't read in time.
    """
    slot = services.asking.enter()
    work = partial(services.answer, slot, principal, body.question, where_of(body), options_of(body))
    return await unless_disconnected(request, slot.run(work))


@router.post("/ask/batch", responses=problems_of(404, 409, 503))
async def ask_batch(
    body: BatchRequest, services: ServicesDep, principal: PrincipalDep, request: Request
) -> BatchAnswers:
    """Answer several questions, each as `/v1/ask` would; other clients' questions are answered in between."""
    if len(body.questions) > (most := services.engine.settings.max_batch):
        raise QuestionError(f"The batch has {len(body.questions)} questions; at most {most} are taken: split it.")
    for number, question in enumerate(body.questions):
        try:
            checked(question)
        except QuestionError as error:
            raise QuestionError(f"questions[{number}]: {error}") from None
    await budget_of(request).spend_aside(len(body.questions) - 1)
    services.metrics.batch(len(body.questions))
    return await unless_disconnected(request, _answers(services, principal, body))


async def _answers(services: Services, principal: Principal, body: BatchRequest) -> BatchAnswers:
    """The whole batch takes one slot, which returns to the end of the queue after each question."""
    slot = services.asking.enter()
    where, options, answers = where_of(body), options_of(body), []
    try:
        for question in body.questions:
            answers.append(
                await slot.run(partial(services.answer, slot, principal, question, where, options), last=False)
            )
    finally:
        slot.leave()
    return BatchAnswers(answers=answers)


def options_of(body: AskRequest | BatchRequest) -> Options:
    """The options of a request, as the engine takes them."""
    history = body.history if isinstance(body, AskRequest) else []
    return {
        "top_k": body.top_k,
        "max_answers": body.max_answers,
        "min_confidence": body.min_confidence,
        "history": [Turn(turn.question, turn.answer) for turn in history],
    }


def where_of(body: Where) -> Filter:
    """The filter that a request names."""
    return filter_of(body.collection, body.document_ids, body.metadata)


@router.post("/search", responses=problems_of(404, 409, 503))
async def search(body: SearchRequest, services: ServicesDep, principal: PrincipalDep, request: Request) -> Found:
    """Find the passages that an answer to a question would be looked for in."""
    work = partial(services.engine.search, principal, body.question, where_of(body), top_k=body.top_k)
    return await unless_disconnected(request, services.asking.enter().run(work))
