"""Makes the tables of a data file, those that an older one lacks, and stand-ins for these for who only reads."""

import sqlite3

from index.signature import Signature
from index.storage.sqlite import manifest, removals, schema, words
from index.storage.sqlite.shape import schema_of


def fill(connection: sqlite3.Connection, signature: Signature) -> None:
    """Create the tables of a new file, and its manifest."""
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    for statement in (*schema.DOCUMENTS, *schema.DERIVED):
        connection.execute(statement)
    create_kept(connection)
    manifest.set_value(connection, "version", 0)
    manifest.set_value(connection, "signature", signature.to_json())


def create_kept(connection: sqlite3.Connection) -> None:
    """Create the tables of KEPT that are missing."""
    for statement in schema.KEPT:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")


def add_stand_ins(connection: sqlite3.Connection) -> None:
    """Give a connection empty temporary tables for those that a file of an older schema lacks."""
    for statement in schema.lacking(schema_of(connection)):
        if statement == schema.METADATA_INDEX:  # of a table that every file has
            continue
        connection.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))


def has_stand_ins(connection: sqlite3.Connection) -> bool:
    """Whether temporary tables hide those that a writer has added to the file since.

    Without this look, a reader that was opened before would take documents with readers for everybody's.
    """
    (stand_ins,) = connection.execute("SELECT count(*) FROM temp.sqlite_master").fetchone()
    return bool(stand_ins) and schema_of(connection) >= schema.VERSION


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make the tables of a file from ADDED_TO on as they are now."""
    words.bring_up_to_date(connection)
    create_kept(connection)
    removals.note_all(connection)
