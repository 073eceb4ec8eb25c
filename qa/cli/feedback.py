"""`quoth feedback`: options in, text out. Modules that are slow to import are imported inside functions."""

import json
from pathlib import Path

import click

from index.documents import DEFAULT_COLLECTION
from qa.printing import say


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
    say(f"exported   {exported.questions} questions  ({output})")


COMMANDS = (feedback,)
