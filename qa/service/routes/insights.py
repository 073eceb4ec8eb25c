"""Insights: what was asked in some days, and what became of it, if the settings keep questions."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from index.documents import DEFAULT_COLLECTION
from index.feedback import Verdict
from index.questions import DocumentUse, Outcome, WhichQuestions
from qa.feedback.squad import export
from qa.insights.export import lines
from qa.insights.grouping import Group
from qa.insights.report import Groups, Insights, Period, Times, groups_of, insights_of, period_of
from qa.service.routes.dependencies import InCollection, PrincipalDep, ServicesDep, problems_of

MAX_GROUPS = 200
_WORDINGS = 20  # listed of a group


class Keeping(BaseModel):
    """For how many days questions are kept, and their words; null if they aren't."""

    days: int | None
    word_days: int | None


class OfADay(BaseModel):
    """How many questions were asked on a day, by what became of them."""

    day: str
    outcomes: Mapping[Outcome, int]


class Uses(BaseModel):
    """Which documents answer: those that answer most, of `answering` in all, and some that never do, of `silent`."""

    most: list[DocumentUse]
    answering: int
    never: list[DocumentUse]
    silent: int


class InsightsFigures(BaseModel):
    """What the questions of a period add up to; greetings aren't in `questions`. `times` are milliseconds."""

    keeping: Keeping
    since: str
    until: str
    collection: str | None
    questions: int
    outcomes: Mapping[Outcome, int]
    days: list[OfADay]
    reasons: Mapping[str, int]
    verdicts: Mapping[Verdict, int]
    times: Times | None
    documents: Uses


class AskedWording(BaseModel):
    """Questions in the same words: how often they were asked, and what is kept of the latest of them."""

    question: str
    times: int
    asked: str
    collection: str
    outcome: Outcome
    reason: str | None
    confidence: float | None
    verdict: Verdict | None
    document_ids: list[str]
    answer_id: str


class QuestionGroup(BaseModel):
    """Questions of about the same meaning, of which the first wording is nearest to all; at most 20 are listed."""

    questions: int
    wordings: list[AskedWording]
    more_wordings: int


class QuestionGroups(BaseModel):
    """The largest groups, of `total` among the `compared` latest questions; `wordless` are kept without their words."""

    groups: list[QuestionGroup]
    total: int
    compared: int
    wordless: int


def _period(since: Annotated[date | None, Query()] = None, until: Annotated[date | None, Query()] = None) -> Period:
    return period_of(since, until)


PeriodDep = Annotated[Period, Depends(_period)]
"""The days asked for, in UTC: by default the last thirty."""


def _which(
    period: PeriodDep,
    collection: InCollection | None = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    verdict: Annotated[Verdict | None, Query()] = None,
) -> WhichQuestions:
    return period.which(collection, outcome, verdict)


WhichDep = Annotated[WhichQuestions, Depends(_which)]
"""The questions of these days, or those of one collection, outcome or verdict alone."""

router = APIRouter(prefix="/v1/insights", tags=["insights"], responses=problems_of(422))


@router.get("")
def insights(
    services: ServicesDep, principal: PrincipalDep, period: PeriodDep, collection: InCollection | None = None
) -> InsightsFigures:
    """What was asked, how much of it was answered, and by which documents."""
    settings = services.engine.settings
    with services.engine.store.view(principal) as view:
        insights = insights_of(view, period, collection)
    keeping = Keeping(days=settings.keep_questions, word_days=settings.keep_question_text)
    return _figures(insights, keeping)


@router.get("/questions")
def question_groups(
    services: ServicesDep,
    principal: PrincipalDep,
    which: WhichDep,
    limit: Annotated[int, Query(ge=1, le=MAX_GROUPS)] = 50,
) -> QuestionGroups:
    """The questions themselves, grouped by meaning, the largest group first: the latest 1,000 are compared."""
    with services.engine.store.view(principal) as view:
        groups = groups_of(view, which, limit)
    return _groups(groups)


@router.get("/questions.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def questions_as_csv(services: ServicesDep, principal: PrincipalDep, period: PeriodDep, which: WhichDep) -> Response:
    """The questions as a CSV file, newest first."""
    with services.engine.store.view(principal) as view:
        text = "".join(lines(view, which))
    name = f"questions-{period.since}-{period.until}.csv"
    return Response(text, media_type="text/csv", headers=_file(name))


@router.get("/labelled.json")
def labelled_questions(
    services: ServicesDep, principal: PrincipalDep, collection: InCollection = DEFAULT_COLLECTION
) -> Response:
    """The questions whose right answer somebody said, as `quoth feedback export --all-documents` writes them.

    `quoth evaluate` and `quoth calibrate` read it; it is in SQuAD 2.0's layout.
    """
    with services.engine.store.view(principal) as view:
        exported = export(view, collection, all_documents=True)
    content = json.dumps(exported.content, ensure_ascii=False, indent=1)
    return Response(content, media_type="application/json", headers=_file("labelled.json"))


def _file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _figures(insights: Insights, keeping: Keeping) -> InsightsFigures:
    uses = insights.documents
    return InsightsFigures(
        keeping=keeping,
        since=insights.period.since,
        until=insights.period.until,
        collection=insights.collection,
        questions=insights.questions,
        outcomes=insights.outcomes,
        days=[OfADay(day=one.day, outcomes=one.outcomes) for one in insights.days],
        reasons=insights.reasons,
        verdicts=insights.verdicts,
        times=insights.times,
        documents=Uses(most=list(uses.most), answering=uses.answering, never=list(uses.never), silent=uses.silent),
    )


def _groups(groups: Groups) -> QuestionGroups:
    return QuestionGroups(
        groups=[_group(group) for group in groups.groups],
        total=groups.total,
        compared=groups.compared,
        wordless=groups.wordless,
    )


def _group(group: Group) -> QuestionGroup:
    wordings = [
        AskedWording(
            question=one.text,
            times=one.times,
            asked=(latest := one.latest.question).asked,
            collection=latest.collection,
            outcome=latest.outcome,
            reason=latest.reason,
            confidence=latest.confidence,
            verdict=one.latest.verdict,
            document_ids=list(latest.document_ids),
            answer_id=latest.answer_id,
        )
        for one in group.wordings[:_WORDINGS]
    ]
    return QuestionGroup(
        questions=group.questions, wordings=wordings, more_wordings=len(group.wordings) - len(wordings)
    )
