"""`quoth feedback`: options in, text out. Modules that are slow to import are imported inside functions."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.counting import many
from index.documents import DEFAULT_COLLECTION
from qa.printing import say

if TYPE_CHECKING:
    from index.feedback import KeptFeedback


@click.group()
def feedback() -> None:
    """What people said of answers, to measure and to calibrate with."""


@feedback.command()
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Where the questions go.")
@click.option("--collection", default=DEFAULT_COLLECTION, show_default=True, help="Group of documents.")
@click.option("--all-documents", is_flag=True, help="Include documents that no question is about, to search among.")
@click.pass_obj
def export(data: Path | None, output: Path, collection: str, all_documents: bool) -> None:
    """Write feedback as questions in SQuAD 2.0's layout, which quoth evaluate and quoth calibrate read.

    What isn't in the file is counted by reason.
    """
    from index.storage.principals import SEES_ALL
    from index.stores import open_store
    from qa.evaluation.results import write_whole
    from qa.feedback.squad import export
    from qa.settings import load_settings

    store = open_store(load_settings(data=data).store_url, read_only=True)
    try:
        with store.view(SEES_ALL) as view:
            exported = export(view, collection, all_documents=all_documents)
            others = {name: count for name, count in view.feedback_counts().items() if name != collection}
    finally:
        store.close()
    for reason, count in exported.left_out.items():
        say(f"left out   {count}: {reason}", err=True)
    for name, count in others.items():
        say(f"left out   {count}: of the collection {name!r}, see --collection", err=True)
    if not exported.questions:
        raise click.ClickException(
            f"There is no feedback on {collection!r} that could be exported: nothing is written."
        )
    write_whole(json.dumps(exported.content, ensure_ascii=False, indent=1) + "\n", output)
    say(f"exported   {many(exported.questions, 'question')}  ({output})")


@feedback.command("list")
@click.option("--collection", help="Of this group of documents; of all by default.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, with all that is kept.")
@click.pass_obj
def list_feedback(data: Path | None, collection: str | None, as_json: bool) -> None:
    """Show what people said, oldest first: the verdict, the question, the words judged, and the comment."""
    from index.storage.principals import SEES_ALL
    from index.stores import open_store
    from qa.settings import load_settings

    store = open_store(load_settings(data=data).store_url, read_only=True)
    try:
        with store.view(SEES_ALL) as view:
            kept = view.feedback(collection)
    finally:
        store.close()
    for one in kept:
        say(json.dumps(asdict(one), ensure_ascii=False) if as_json else _shown(one))
    if not kept and not as_json:
        say("Nobody has said anything yet.")


def _shown(kept: "KeptFeedback") -> str:
    """'2026-11-28  wrong, outdated  When does it sail?', and below it what was judged, what is right, what was said."""
    said = kept.feedback
    lines = [f"{kept.given[:10]}  {', '.join(filter(None, [said.verdict, said.reason]))}  {said.question}"]
    lines.append(f"answer     {_line(said.answer.exact)}  ({said.answer.document_id})" if said.answer else "no answer")
    if said.correction:
        right = getattr(said.correction, "exact", None) or getattr(said.correction, "text", None) or "no answer"
        lines.append(f"right is   {_line(right)}")
    if said.comment:
        lines.append(f"comment    {_line(said.comment)}")
    return "\n            ".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())
