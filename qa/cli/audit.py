"""`quoth audit`: options in, text out."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.opening import store_of
from qa.printing import say
from qa.text_format import escape_controls

if TYPE_CHECKING:
    from index.audit import Event
    from index.storage.base import Store

_PAGE = 500


@click.command()
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From this day or minute on, in UTC."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Events at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def audit(data: Path | None, since: datetime | None, limit: int, as_json: bool) -> None:
    """Who changed which document or key, newest first (QUOTH_AUDIT_DAYS keeps it)."""
    moment = "" if since is None else since.replace(tzinfo=UTC).isoformat(timespec="seconds")
    with store_of(data) as store:
        for event in islice(_events(store, moment, min(limit, _PAGE)), limit):
            if as_json:
                say(json.dumps(asdict(event), ensure_ascii=False))
            else:
                what = " of ".join(filter(None, (event.subject, event.collection)))
                where = f"  from {event.address}" if event.address else ""
                say(escape_controls(f"{event.at}  {event.actor}  {event.action}  {what}{where}".rstrip()))


def _events(store: "Store", since: str, page: int) -> "Iterator[Event]":
    """All events since a time, newest first, read `page` at a time."""
    before: int | None = None
    while listed := store.audit(since, before=before, limit=page):
        yield from listed
        before = listed[-1].id
