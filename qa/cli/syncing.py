"""`quoth sync`: options in, text out."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from index.errors import SettingsError
from qa.cli.documents import passed_over, print_outcome, summed_up
from qa.cli.opening import collection_option, engine_of, place_of, progress_bar
from qa.printing import say


@click.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@collection_option
@click.option("--as", "name", help="What the ids begin with, in place of the folder's name; for one folder.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help='Leave out, as .gitignore says it: "drafts/".')
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--prune-all", is_flag=True, help="Remove all documents of a folder in which no file is left.")
@click.option("--again", is_flag=True, help="Read files again that haven't changed since they were indexed, too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@click.pass_obj
def sync(
    data: Path | None,
    folders: tuple[Path, ...],
    collection: str,
    name: str | None,
    exclude: Sequence[str],
    dry_run: bool,
    prune_all: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Bring the index in step with folders: index what is new or changed, remove what is gone.

    A document's id is the folder's name and the file's path in it, wherever the command is run. All documents whose
    ids begin so are taken to come from the folder.
    """
    from index.sources.fingerprints import Fingerprints, fingerprints_file
    from index.sources.folders import folder_at
    from index.sources.folders import sync as synced

    sources = [folder_at(path, name, exclude) for path in folders]
    twice = [each for each, count in Counter(source.name for source in sources).items() if count > 1]
    if twice:
        raise SettingsError(f"Two folders are called {twice[0]!r}: sync each with a name of its own (--as NAME).")
    counts: Counter[str] = Counter()
    with engine_of(data, writing=True) as engine, progress_bar() as progress:
        for source in sources:
            file = fingerprints_file(engine.settings.data, engine.store.url, collection, source.name)
            for outcome in synced(
                engine.store,
                engine.indexer,
                source,
                collection,
                fingerprints=None if again else Fingerprints(file),
                dry_run=dry_run,
                prune_all=prune_all,
                progress=progress,
            ):
                counts[outcome.status] += 1
                if as_json:
                    named = {name: getattr(outcome, name) for name in ("id", "status", "chunks", "version", "reason")}
                    say(json.dumps(named, ensure_ascii=False))
                else:
                    print_outcome(outcome)
        where = place_of(engine)
    if left := passed_over(folders):
        say(left, err=True)
    if not as_json:
        say(f"{'would be: ' if dry_run else ''}{summed_up(counts)}  ({where})")
    if counts["refused"]:
        sys.exit(1)
