"""The table of the audit log."""

from index.audit import Action, Event, present_actor, row_of, too_old
from index.storage.postgresql.connection import Database

_COLUMNS = "id, at, actor, address, action, collection, subject"


def note(connection: Database, action: Action, subject: str | None = None, collection: str | None = None) -> None:
    """Write an event of who acts in this thread, if anybody, and remove those that are too old."""
    actor = present_actor()
    if actor is None:
        return
    connection.execute("DELETE FROM audit WHERE at < %s", (too_old(actor),))
    connection.execute(
        "INSERT INTO audit (at, actor, address, action, collection, subject) VALUES (%s, %s, %s, %s, %s, %s)",
        row_of(actor, action, collection, subject),
    )


def listed(connection: Database, since: str, before: int | None, limit: int) -> list[Event]:
    """The events, newest first."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM audit WHERE at >= %(since)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
        ORDER BY id DESC LIMIT %(limit)s""".encode(),  # noqa: S608  # ours
        {"since": since, "before": before, "limit": None if limit < 0 else limit},
    )
    return [Event(*row) for row in rows]
