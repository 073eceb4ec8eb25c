"""The table of the audit log."""

import sqlite3

from index.audit import Action, Event, present_actor, row_of, too_old

_COLUMNS = "id, at, actor, address, action, collection, subject"


def note(
    connection: sqlite3.Connection, action: Action, subject: str | None = None, collection: str | None = None
) -> None:
    """Write an event of who acts in this thread, if anybody, and remove those that are too old."""
    actor = present_actor()
    if actor is None:
        return
    connection.execute("DELETE FROM audit WHERE at < ?", (too_old(actor),))
    connection.execute(
        "INSERT INTO audit (at, actor, address, action, collection, subject) VALUES (?, ?, ?, ?, ?, ?)",
        row_of(actor, action, collection, subject),
    )


def listed(connection: sqlite3.Connection, since: str, before: int | None, limit: int) -> list[Event]:
    """The events, newest first."""
    rows = connection.execute(
        f"""SELECT {_COLUMNS} FROM audit WHERE at >= :since AND (:before IS NULL OR id < :before)
        ORDER BY id DESC LIMIT :limit""",  # noqa: S608  # ours
        {"since": since, "before": before, "limit": limit},
    )
    return [Event(*row) for row in rows]
