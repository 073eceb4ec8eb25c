"""Suggestions: questions that others asked, for somebody who is typing one, if the settings allow that."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from index.documents import DEFAULT_COLLECTION
from qa.answering.questions import MAX_QUESTION_CHARS
from qa.insights.suggesting import NOTHING
from qa.service.routes.dependencies import InCollection, PrincipalDep, ServicesDep, problems_of

router = APIRouter(prefix="/v1", tags=["questions"], responses=problems_of(404, 422))


class Suggestions(BaseModel):
    """Questions that others asked and got answered, the best first, 20 at most.

    `complete`: there are no others for what was typed, so those for a longer text are among them.
    """

    questions: list[str]
    complete: bool


@router.get("/suggestions")
def suggestions(
    services: ServicesDep,
    principal: PrincipalDep,
    response: Response,
    q: Annotated[str, Query(max_length=MAX_QUESTION_CHARS, description="What was typed so far.")] = "",
    collection: InCollection = DEFAULT_COLLECTION,
) -> Suggestions:
    """Questions with words that begin with those typed; without `q`, those asked most often.

    There are none unless `QUOTH_SUGGEST_QUESTIONS` is set. Each was asked and answered so often, with no answer judged
    wrong, from documents that the sender may see.
    """
    response.headers["Cache-Control"] = "private, max-age=60"
    response.headers["Vary"] = "Authorization, Cookie"  # who signs out leaves nothing to who comes next
    found = services.suggester.suggest(principal, collection, q) if services.suggester else NOTHING
    return Suggestions(questions=list(found.questions), complete=found.complete)
