"""`quoth verify`, `repair`, `backup` and `restore`: options in, text out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.counting import many
from index.errors import StorageError
from index.storage.principals import SEES_ALL
from qa.cli.opening import store_of
from qa.printing import say

if TYPE_CHECKING:
    from index.storage.base import Maintained, Store, Verdict

_FAULTS_SHOWN = 20


@click.command()
@click.pass_obj
def verify(data: Path | None) -> None:
    """Prove that the data file is whole; exit code 1 if it isn't. A server may be using it."""
    if not _show(_verdict(data)):
        sys.exit(1)


@click.command()
@click.pass_obj
def repair(data: Path | None) -> None:
    """Make anew what is derived of the documents, where it is damaged; exit code 1 if more than that is."""
    from qa.assembly import rebuild
    from qa.settings import load_settings

    verdict = _verdict(data)
    if not verdict.faults:
        say(f"Nothing to repair: {_counts(verdict)}.")
        return
    _show(verdict)
    if verdict.readable:
        rebuild(load_settings(data=data))
        say("Chunks, vectors and full-text index were made anew.")
        verdict = _verdict(data)
        if _show(verdict):
            return
    say("What is left can't be made anew: index those documents again, or restore a backup.", err=True)
    sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def backup(data: Path | None, file: Path) -> None:
    """Write the whole index to FILE, at one version. A server may be using it."""
    with store_of(data) as store:
        version = _maintained(store).back_up(file)
    say(f"backed up  {file}  (index version {version})")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def restore(data: Path | None, file: Path) -> None:
    """Put a backup's documents, feedback and calibration in place of the index's. A server may be using it."""
    from index.stores import create_store, open_store, store_exists, url_of_file
    from qa.settings import load_settings

    backup = open_store(url_of_file(file), read_only=True)
    try:
        if not _show(verdict := _maintained(backup).verify()):
            raise StorageError(f"{file} is damaged, so nothing was changed: restore another backup.")
        with backup.view(SEES_ALL) as view:
            signature = view.signature
    finally:
        backup.close()
    url = load_settings(data=data).store_url
    store = open_store(url) if store_exists(url) else create_store(url, signature)
    try:
        version = _maintained(store).restore(file)
    finally:
        store.close()
    say(f"restored   {many(verdict.documents, 'document')}  (index version {version})")


def _verdict(data: Path | None) -> "Verdict":
    with store_of(data) as store:
        return _maintained(store).verify()


def _maintained(store: "Store") -> "Maintained":
    from index.storage.base import Maintained

    if not isinstance(store, Maintained):
        raise StorageError(f"{store.url} is checked and backed up by what it is kept in: use its own tools.")
    return store


def _show(verdict: "Verdict") -> bool:
    """Print the faults, and return whether there are none."""
    for fault in verdict.faults[:_FAULTS_SHOWN]:
        say(f"damaged    {fault.where}: {fault.what}", err=True)
    if (more := len(verdict.faults) - _FAULTS_SHOWN) > 0:
        say(f"           and {more} more", err=True)
    if not verdict.faults:
        say(f"whole      {_counts(verdict)}")
    return not verdict.faults


def _counts(verdict: "Verdict") -> str:
    counts = {"document": verdict.documents, "chunk": verdict.chunks, "original": verdict.originals}
    return ", ".join([*(many(count, noun) for noun, count in counts.items()), f"index version {verdict.version}"])
