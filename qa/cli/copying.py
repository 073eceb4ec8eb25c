"""`quoth copy`: options in, text out."""

from contextlib import closing

import click

from index.counting import many
from qa.printing import say


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy an index between stores, each named by its URL as QUOTH_STORE has it; both answer the same then.

    TO is made if it isn't there. Servers may be using FROM. Keys to the service stay where they are.

    \b
    quoth copy sqlite:///.quoth/quoth.sqlite3 postgresql://quoth@db.example.org/quoth
    """  # noqa: D301  # click wants the character itself
    from tqdm import tqdm

    from index.copying import copy
    from index.storage.principals import SEES_ALL
    from index.stores import create_store, open_store
    from qa.answering.calibration import MANIFEST_NAME

    with closing(open_store(source, read_only=True)) as from_store:
        with from_store.view(SEES_ALL) as view:
            signature = view.signature
        with closing(create_store(target, signature)) as to_store:
            with tqdm(unit="document", desc="copying", leave=False, disable=None) as bar:

                def report(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                copied = copy(from_store, to_store, [MANIFEST_NAME], report)
            keys = len(from_store.service_keys())
            where = to_store.url
    say(
        f"copied     {many(copied.documents, 'document')}, {copied.unchanged} were there, {copied.feedback} feedback"
        f"  ({where}, index version {copied.version})"
    )
    if keys:
        say("Keys weren't copied: make those that are needed there with `quoth keys add`.", err=True)
