"""Feedback: give a verdict on an answer, list all feedback."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Discriminator, Field, Tag, TypeAdapter

from index.documents import DEFAULT_COLLECTION
from index.feedback import MAX_COMMENT_CHARS, Fault, KeptSpan, NoAnswer, SubmittedFeedback, Verdict, Words
from qa.api.schemas import MAX_OFFSET, Collection, DocumentId, FeedbackKept, Question, Request, Whole
from qa.feedback.checking import MAX_SPAN_CHARS, check
from qa.service.bodies import JsonRoute
from qa.service.routes.dependencies import InCollection, PrincipalDep, ServicesDep, json_body, problems_of


class SpanOfDocument(Request):
    """A place in a document as indexed."""

    document_id: DocumentId
    start: Whole = Field(ge=0, le=MAX_OFFSET, description="Of the first character, counted as a citation counts it.")
    end: Whole = Field(ge=0, le=MAX_OFFSET, description="After the last one.")
    exact: str | None = Field(
        None,
        max_length=MAX_SPAN_CHARS,
        description="The words that stand there; if the document says others by now, the feedback is refused.",
    )


class InWords(Request):
    """The right answer in words, which are searched in the judged answer's document, else in the collection."""

    text: str = Field(min_length=1, max_length=MAX_SPAN_CHARS)


class NoneIsRight(Request):
    """There is no answer."""

    no_answer: Literal[True]


def _form_of(value: Any) -> str:  # noqa: ANN401  # any JSON, or one of the three models
    keys = value if isinstance(value, dict) else getattr(value, "__dict__", ())
    return "words" if "text" in keys else "none" if "no_answer" in keys else "span"


CorrectionForm = Annotated[
    Annotated[SpanOfDocument, Tag("span")] | Annotated[InWords, Tag("words")] | Annotated[NoneIsRight, Tag("none")],
    Discriminator(_form_of),
]


class FeedbackRequest(Request):
    """A verdict on the answer to a question, and if known, the right answer."""

    answer_id: str = Field(pattern="^[0-9a-f]{16}$", description="The answer's `id`.", examples=["0481b3f563dca435"])
    question: Question
    collection: Collection = DEFAULT_COLLECTION
    verdict: Verdict
    answer: SpanOfDocument | None = Field(
        None, description="The first citation of the answer judged; null if there was no answer."
    )
    correction: CorrectionForm | None = Field(
        None, description="What would have been right: a place, words, or no answer; null if that isn't known."
    )

    reason: Fault | None = Field(
        None,
        description="What is wrong: it leaves something out, or was right once; null for all else.",
    )
    comment: str | None = Field(None, max_length=MAX_COMMENT_CHARS, description="In the person's own words.")


class FeedbackEntry(BaseModel):
    """One entry of feedback, with the judged and the right words as the document had them then."""

    id: int
    given: str
    collection: str
    question: str
    answer_id: str
    verdict: Verdict
    answer: KeptSpan | None
    correction: KeptSpan | Words | NoAnswer | None
    reason: Fault | None
    comment: str | None


class FeedbackList(BaseModel):
    """A page of feedback, oldest first; `total` counts all pages."""

    feedback: list[FeedbackEntry]
    total: int


_SAID = TypeAdapter(SubmittedFeedback)
router = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["feedback"])


@router.post(
    "/feedback",
    status_code=201,
    dependencies=[Depends(json_body)],
    responses={
        200: {"model": FeedbackKept, "description": "The last verdict on the answer was the same"},
        **problems_of(400, 404, 409, 413, 415, 422, 503, 507),
    },
)
def give_feedback(
    body: FeedbackRequest, services: ServicesDep, principal: PrincipalDep, response: Response
) -> FeedbackKept:
    """Give a verdict on an answer, and the right one if it was wrong; 200 if the last verdict on it was the same.

    Feedback is for measuring and calibrating: `quoth feedback export` writes it as a file of questions.
    """
    sent = _SAID.validate_python(body.model_dump())
    store = services.engine.store
    with store.view(principal) as view:
        checked = check(view, sent)
    number, new = store.keep_feedback(checked)
    response.status_code = 201 if new else 200
    located = not isinstance(checked.correction, Words) if isinstance(body.correction, InWords) else None
    return FeedbackKept(id=number, located=located)


@router.get("/feedback", responses=problems_of(422))
def list_feedback(
    services: ServicesDep,
    principal: PrincipalDep,
    collection: InCollection | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
) -> FeedbackList:
    """List feedback, oldest first."""
    with services.engine.store.view(principal) as view:
        counts = view.feedback_counts()
        entries = view.feedback(collection, limit=limit, offset=offset)
    return FeedbackList(
        feedback=[FeedbackEntry(id=one.id, given=one.given, **asdict(one.feedback)) for one in entries],
        total=sum(counts.values()) if collection is None else counts.get(collection, 0),
    )
