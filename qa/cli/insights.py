"""`quoth insights` and `quoth insights purge`: options in, text out."""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from index.counting import many
from index.questions import Outcome, WhichQuestions
from index.storage.principals import SEES_ALL
from qa.cli.opening import store_of
from qa.printing import say

if TYPE_CHECKING:
    from qa.insights.report import Groups, Insights

_SHOWN = 10  # groups of questions, and documents
_DATE = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.option("--since", type=_DATE, help="First day [default: of the last thirty].")
@click.option("--until", type=_DATE, help="Last day [default: today].")
@click.option("--collection", help="Only questions asked of this group of documents.")
@click.option("--outcome", type=click.Choice(get_args(Outcome)), help="List only these questions.")
@click.option("--json", "as_json", is_flag=True, help="Print figures and groups of questions as one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a line for each question, newest first.")
@click.pass_context
def insights(
    ctx: click.Context,
    since: datetime | None,
    until: datetime | None,
    collection: str | None,
    outcome: Outcome | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """What was asked of a server that keeps questions (QUOTH_KEEP_QUESTIONS), and what became of it."""
    from qa.insights.export import lines
    from qa.insights.report import groups_of, insights_of, period_of

    if ctx.invoked_subcommand:
        return
    data: Path | None = ctx.obj
    period = period_of(_day(since), _day(until))
    with store_of(data) as store, store.view(SEES_ALL) as view:
        if as_csv:
            for line in lines(view, period.which(collection, outcome)):
                say(line.rstrip())
            return
        insights = insights_of(view, period, collection)
        groups = groups_of(view, period.which(collection, outcome or (None if as_json else "unanswered")), 200)
    if as_json:
        say(json.dumps({**asdict(insights), "groups": _as_json(groups)}, ensure_ascii=False, indent=2))
    else:
        say(_in_words(insights, groups, outcome or "unanswered"))


@insights.command()
@click.option("--before", type=_DATE, help="Questions asked before this day.")
@click.option("--since", type=_DATE, help="Questions asked on this day or later.")
@click.option("--containing", metavar="WORDS", help="Questions that contain these words; case doesn't matter.")
@click.option("--collection", help="Questions asked of this group of documents.")
@click.option("--all", "everything", is_flag=True, help="All questions.")
@click.option("--only-words", is_flag=True, help="Remove their words alone, and keep the figures.")
@click.pass_obj
def purge(
    data: Path | None,
    before: datetime | None,
    since: datetime | None,
    containing: str | None,
    collection: str | None,
    everything: bool,
    only_words: bool,
) -> None:
    """Remove kept questions that meet all conditions, so that nothing reads them. A server may be using the store."""
    if not (everything or before or since or collection or (containing or "").strip()):
        raise click.UsageError("Say which questions: --before, --since, --containing, --collection or --all.")
    which = WhichQuestions(_text(since), _text(before), collection)
    with store_of(data, read_only=False) as store:
        removed = store.forget_questions(which, containing, only_words=only_words)
    say(f"purged     {'the words of ' if only_words else ''}{removed} question{'s' * (removed != 1)}")


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.replace(tzinfo=UTC).date()


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%d}"


def _as_json(groups: "Groups") -> list[dict[str, object]]:
    return [
        {
            "questions": group.questions,
            "wordings": [
                {"question": one.text, "times": one.times, "asked": one.latest.question.asked} for one in group.wordings
            ],
        }
        for group in groups.groups
    ]


def _in_words(insights: "Insights", groups: "Groups", outcome: str) -> str:
    """The summary: figures, the largest groups of questions of one outcome, documents."""
    whole = insights.questions
    rows = [
        f"{insights.period.since} to {insights.period.until}"
        f"{f', collection {insights.collection!r}' if insights.collection else ''}: {many(whole, 'question')}"
    ]
    for name in ("answered", "unsure", "unanswered"):
        count = insights.outcomes[name]
        rows.append(f"  {name:<11}{count:>7}  {count / whole if whole else 0:>4.0%}")
    rows.append(f"  feedback   {insights.verdicts['right']} right, {insights.verdicts['wrong']} wrong")
    if insights.times:
        rows.append(f"  time       {insights.times.median} ms half of them, {insights.times.p95} ms 95 of 100")
    if groups.groups:
        rows += ["", f"{outcome.capitalize()}, by meaning"]
        rows += [
            f"  {group.questions:>6}  {' '.join(group.wordings[0].text.split())}" for group in groups.groups[:_SHOWN]
        ]
        if (more := groups.total - _SHOWN) > 0:
            rows.append(f"          and {more} more")
    if groups.wordless:
        rows.append(f"  {groups.wordless:>6}  of which the words aren't kept")
    rows += ["", f"Documents that answer: {insights.documents.answering}; that never do: {insights.documents.silent}"]
    rows += [f"  {one.questions:>6}  {one.document_id}  “{one.title}”" for one in insights.documents.most[:_SHOWN]]
    rows += [f"       0  {one.document_id}  “{one.title}”" for one in insights.documents.never[:_SHOWN]]
    return "\n".join(rows)
