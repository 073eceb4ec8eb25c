"""`quoth index`, `documents`, `delete` and `rebuild`: options in, text out."""

import json
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import loading
from index.archives import is_archive, removed_with
from index.counting import many
from index.documents import DEFAULT_COLLECTION
from index.formats import unread
from index.formats.registry import READABLE
from index.storage.principals import SEES_ALL
from qa.cli.opening import collection_option, engine_of, place_of, progress_bar, readers_option, store_of
from qa.printing import say
from qa.text_format import escape_controls

if TYPE_CHECKING:
    from index.indexing import Outcome
    from index.parsing.limits import Limits
    from qa.assembly import Engine

_MAX_ENDINGS = 12  # listed in a line, the most frequent ones
_UNKNOWN = "in formats that Quoth doesn't read"


@click.command(help=f"Index files and folders: {READABLE}. Unchanged ones are skipped, changed ones replaced.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@collection_option
@readers_option
@click.pass_obj
def index(data: Path | None, paths: tuple[Path, ...], collection: str, readers: tuple[str, ...]) -> None:
    """Index files and folders."""
    with engine_of(data, writing=True) as engine:
        if index_paths(engine, paths, collection, readers):
            sys.exit(1)


@click.command()
@click.option("--collection", help="Only this group of documents.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def documents(data: Path | None, collection: str | None, as_json: bool) -> None:
    """List what is indexed."""
    with store_of(data) as store, store.view(SEES_ALL) as view:
        for document in view.summaries(collection):
            if as_json:
                say(json.dumps(asdict(document), ensure_ascii=False))
            else:
                size = f"{many(document.chunks, 'chunk')}, {many(document.characters, 'character')}"
                only = f"  for {', '.join(document.readers)}" if document.readers else ""
                say(f"{document.collection}  {document.id}  “{document.title}”  {size}{only}")


@click.command()
@click.argument("document_ids", nargs=-1, required=True)
@collection_option
@click.pass_obj
def delete(data: Path | None, document_ids: tuple[str, ...], collection: str) -> None:
    """Remove documents and every trace of them; all of an archive's, where its id is named."""
    with store_of(data, read_only=False) as store:
        for document_id in document_ids:
            packed = list(removed_with(store, document_id, collection)) if is_archive(document_id) else []
            for each, version in packed or [(document_id, store.delete(document_id, collection))]:
                say(f"deleted    {each}  (index version {version})")


@click.command()
@click.pass_obj
def rebuild(data: Path | None) -> None:
    """Chunk and embed every stored document anew, with the embedder and chunk sizes as they are set now."""
    from qa.assembly import rebuild
    from qa.settings import load_settings

    with progress_bar() as progress:
        count = rebuild(load_settings(data=data), progress)
    say(f"rebuilt {many(count, 'document')}")


def index_paths(engine: "Engine", paths: tuple[Path, ...], collection: str, readers: tuple[str, ...] = ()) -> int:
    """Index with a progress bar, print the outcome of each document, and return the number refused."""
    counts: Counter[str] = Counter()
    with progress_bar() as progress:
        for outcome in engine.indexer.for_readers(readers).add_paths(paths, collection, progress):
            counts[outcome.status] += 1
            print_outcome(outcome)
    for line in passed_over(paths, engine.indexer.limits):
        say(line, err=True)
    for path in paths:
        if gone := _gone(engine, path, collection):
            say(gone, err=True)
    say(f"{summed_up(counts)}  ({place_of(engine)})")
    return counts["refused"]


def _gone(engine: "Engine", path: Path, collection: str) -> str | None:
    """A line on documents of a folder whose files are gone: they are answered from as long as nobody syncs."""
    folder = loading.id_of(path)
    if not path.is_dir() or folder in ("", "."):
        return None
    there = {loading.id_of(file) for file in loading.find_files(path)}
    unopened = tuple(f"{each}/" for each in there if is_archive(each))
    with engine.store.view(SEES_ALL) as view:
        indexed = view.digests(collection, f"{folder}/")
    gone = [each for each in indexed if each not in there and not each.startswith(unopened)]
    if not gone:
        return None
    options = [] if folder == path.name else ["--as", folder]
    options += [] if collection == DEFAULT_COLLECTION else ["--collection", collection]
    options += [] if there else ["--prune-all"]
    cure = shlex.join(["quoth", "sync", str(path), *options])
    are, them = ("is", "it") if len(gone) == 1 else ("are", "them")
    first = gone[0] if len(gone) == 1 else f"{gone[0]} and {len(gone) - 1} more"
    return f"{path} no longer has {first}, which {are} still answered from; to remove {them}, run: {cure}"


def print_outcome(outcome: "Outcome") -> None:
    """Print a document's outcome in one line above the progress bar; nothing for an unchanged one."""
    from tqdm import tqdm

    if outcome.status != "unchanged":
        size = f"  {many(outcome.chunks, 'chunk')}" if outcome.chunks else ""
        line = escape_controls(f"{outcome.status:<10} {outcome.reason or f'{outcome.id}{size}'}")
        tqdm.write(line, file=sys.stderr if outcome.status == "refused" else sys.stdout)


def summed_up(counts: Counter[str]) -> str:
    """The number of documents by status: "2 added, 1 removed"."""
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "nothing to index"


def passed_over(paths: Iterable[Path], limits: "Limits", excluded: Sequence[str] = ()) -> list[str]:
    """A line for each kind of file in these folders that isn't read: their number by ending, and why."""
    endings: Counter[str] = sum((loading.unread_suffixes(path, limits, excluded) for path in paths), Counter())
    by_reason: dict[str, Counter[str]] = {}
    for ending, count in endings.items():
        why = unread.cure(f"FILE{ending}") if ending else None
        by_reason.setdefault(why or _UNKNOWN, Counter())[ending or "without an ending"] += count
    known = sorted(by_reason.items(), key=lambda item: (item[0] == _UNKNOWN, -item[1].total(), item[0]))
    return [f"passed over {_counted(counts)}: {why}" for why, counts in known]


def _counted(endings: Counter[str]) -> str:
    """Numbers of files by ending, the most frequent ones first: "2 .mov, 1 without an ending"."""
    commonest = sorted(endings.items(), key=lambda item: (-item[1], item[0].startswith("w"), item[0]))[:_MAX_ENDINGS]
    others = endings.total() - sum(count for _, count in commonest)
    listed = ", ".join(f"{count} {ending}" for ending, count in commonest)
    return f"{listed} and {many(others, 'other')}" if others else listed
