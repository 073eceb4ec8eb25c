"""Shared by commands: the engine or store that the settings name, a progress bar, the option `--collection`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.documents import DEFAULT_COLLECTION
from index.errors import SettingsError
from index.groups import checked_groups, split_groups

if TYPE_CHECKING:
    from index.storage.base import Store
    from qa.assembly import Engine

collection_option = click.option(
    "--collection", default=DEFAULT_COLLECTION, show_default=True, help="Group of documents."
)

readers_option = click.option(
    "--readers",
    callback=lambda _, __, text: _readers(text),
    metavar="GROUPS",
    help='Groups that may read documents that name none themselves: "staff, managers" [default: everybody].',
)


def _readers(text: str | None) -> tuple[str, ...]:
    return checked_groups(split_groups(text or ""), "--readers", SettingsError)


@contextmanager
def engine_of(data: Path | None, *, writing: bool, **overrides: Any) -> Iterator["Engine"]:  # noqa: ANN401
    """The engine of the settings, closed at the end; `overrides` are settings from the command line."""
    from qa.assembly import Engine
    from qa.settings import load_settings

    engine = Engine(load_settings(data=data, **overrides), writing=writing)
    try:
        yield engine
    finally:
        engine.close()


def place_of(engine: "Engine") -> str:
    """Where the index is, to be shown: the data folder, or what QUOTH_STORE names."""
    return str(engine.settings.data) if engine.settings.store is None else engine.store.url


@contextmanager
def store_of(data: Path | None, *, read_only: bool = True) -> Iterator["Store"]:
    """The existing store of the settings, closed at the end."""
    from index.stores import open_store
    from qa.settings import load_settings

    store = open_store(load_settings(data=data).store_url, read_only=read_only)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def progress_bar(unit: str = "chunk", doing: str = "embedding") -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on a terminal; yields a function to move it, called with (done, total)."""
    from tqdm import tqdm

    with tqdm(unit=unit, desc=doing, leave=False, disable=None) as bar:

        def report(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield report
