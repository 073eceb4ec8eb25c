"""`quoth keys`: options in, text out. Modules that are slow to import are imported inside functions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.groups import split_groups
from qa.printing import say

if TYPE_CHECKING:
    from index.storage.base import Store

_SCOPES = ("ask", "write", "admin")


@click.group()
def keys() -> None:
    """Make, list and revoke the keys that the service asks for once there is one."""


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    default=("ask",),
    show_default=True,
    help="What it opens: asking and reading, writing documents, or everything; may be repeated.",
)
@click.option(
    "--groups",
    default="",
    metavar="GROUPS",
    help='Of a key that only asks: groups whose documents it may read, "staff, managers", or "*" for all '
    "[default: only documents for everybody]. Its tokens may name any of them.",
)
@click.pass_obj
def add(data: Path | None, name: str, scopes: tuple[str, ...], groups: str) -> None:
    """Make a key and print it, this once. Running servers ask for it at once."""
    with _store(data) as store:
        key = store.add_key(name, scopes, split_groups(groups))
        first = len(store.service_keys()) == 1
    say(key)
    say("Keep it: only its hash is stored, and it isn't shown again.", err=True)
    if first:
        say("It is the first one: from now on the service answers nobody without a key.", err=True)


@keys.command(name="list")
@click.pass_obj
def list_(data: Path | None) -> None:
    """List the keys and their scopes."""
    with _store(data) as store:
        for key in store.service_keys():
            groups = f"  groups {', '.join(sorted(key.groups))}" if key.groups else ""
            say(f"{key.name}  {' '.join(scope for scope in _SCOPES if scope in key.scopes)}  {key.added}{groups}")


@keys.command()
@click.argument("name")
@click.pass_obj
def revoke(data: Path | None, name: str) -> None:
    """End a key, and the tokens it has minted. Running servers refuse them at once."""
    with _store(data) as store:
        store.revoke_key(name)
        left = len(store.service_keys())
    say(f"revoked    {name}")
    if not left:
        say("There are no keys any more: a server on the loopback now answers without one.", err=True)


@contextmanager
def _store(data: Path | None) -> Iterator["Store"]:
    """The store, created if there is none, because keys may be added before documents."""
    from index.stores import open_store, store_exists
    from qa.settings import load_settings

    settings = load_settings(data=data)
    if not store_exists(settings.store_url):
        from qa.assembly import Engine

        Engine(settings, writing=True).close()
    store = open_store(settings.store_url)
    try:
        yield store
    finally:
        store.close()
