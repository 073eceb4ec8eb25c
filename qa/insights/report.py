"""What was asked in some days: figures, the documents that answer, and groups of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from index.errors import QuestionError
from index.feedback import Verdict
from index.questions import OUTCOMES, DocumentUses, Outcome, WhichQuestions
from index.storage.base import View
from qa.insights.grouping import MAX_GROUPED, Group, grouped

DEFAULT_DAYS = 30
MAX_DAYS = 3650
_EARLIEST, _LATEST = date(1970, 1, 1), date(9998, 12, 31)
MAX_DOCUMENTS = 100  # listed of those that answer, and of those that never do


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `since` to `until`, both included, in UTC and ISO 8601."""

    since: str
    until: str

    def which(
        self, collection: str | None = None, outcome: Outcome | None = None, verdict: Verdict | None = None
    ) -> WhichQuestions:
        """The questions of these days."""
        day_after = (date.fromisoformat(self.until) + timedelta(days=1)).isoformat()
        return WhichQuestions(self.since, day_after, collection, outcome, verdict)

    @property
    def days(self) -> list[str]:
        """All of them."""
        first, last = date.fromisoformat(self.since), date.fromisoformat(self.until)
        return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


@dataclass(frozen=True, slots=True)
class Day:
    """How many questions were asked on a day, by what became of them."""

    day: str
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that half of the questions, and 95 of 100, took at most."""

    median: int
    p95: int


@dataclass(frozen=True, slots=True)
class Insights:
    """What the questions of a period add up to. `questions` counts all but greetings; `times` is None without any."""

    period: Period
    collection: str | None
    questions: int
    outcomes: Mapping[Outcome, int]
    days: tuple[Day, ...]
    reasons: Mapping[str, int]
    verdicts: Mapping[Verdict, int]
    times: Times | None
    documents: DocumentUses


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of the latest questions, of which there are `compared`; `wordless` of these have no words."""

    groups: tuple[Group, ...]
    total: int
    compared: int
    wordless: int


def period_of(since: date | None, until: date | None) -> Period:
    """The period of a request: until today, and of DEFAULT_DAYS days, unless it says otherwise.

    Raises QuestionError unless it has 1 to MAX_DAYS days, in years from 1970 to 9998.
    """
    last = until or datetime.now(UTC).date()
    first = since or max(last, _EARLIEST) - timedelta(days=DEFAULT_DAYS - 1)
    if not (_EARLIEST <= first <= last <= _LATEST and (last - first).days < MAX_DAYS):
        raise QuestionError(f"{first} to {last} is no period of 1 to {MAX_DAYS} days: name another since or until.")
    return Period(first.isoformat(), last.isoformat())


def insights_of(view: View, period: Period, collection: str | None = None) -> Insights:
    """What the questions of a period, on one collection or all of them, add up to."""
    which = period.which(collection)
    figures = view.question_figures(which)
    none: Mapping[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
    days = tuple(Day(day, figures.days.get(day, none)) for day in period.days)
    outcomes: dict[Outcome, int] = {outcome: sum(day.outcomes[outcome] for day in days) for outcome in OUTCOMES}
    return Insights(
        period=period,
        collection=collection,
        questions=sum(outcomes.values()) - outcomes["greeting"],
        outcomes=outcomes,
        days=days,
        reasons={reason: count for reason, count in figures.reasons.items() if reason != "greeting"},
        verdicts={"right": 0, "wrong": 0, **figures.verdicts},
        times=_times(figures.milliseconds),
        documents=view.document_uses(which, MAX_DOCUMENTS),
    )


def groups_of(view: View, which: WhichQuestions, limit: int) -> Groups:
    """The `limit` largest groups of the latest MAX_GROUPED questions that are meant."""
    questions = view.questions(which, limit=MAX_GROUPED)
    groups = grouped(questions)
    wordless = sum(one.question.text is None for one in questions)
    return Groups(tuple(groups[:limit]), len(groups), len(questions), wordless)


def _times(milliseconds: Mapping[int, int]) -> Times | None:
    total = sum(milliseconds.values())
    return Times(_at(milliseconds, total / 2), _at(milliseconds, total * 0.95)) if total else None


def _at(milliseconds: Mapping[int, int], rank: float) -> int:
    """The time within which `rank` questions were answered; `milliseconds` ascend."""
    done = 0
    for time, count in milliseconds.items():
        done += count
        if done >= rank:
            return time
    return 0
