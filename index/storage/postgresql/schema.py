"""Making Quoth's tables in a database, and telling whether they are there and can be used.

Each file of `migrations/` brings the tables from the schema before to its own; they are never changed once released.
"""

from importlib.resources import files

from psycopg import errors

from index.errors import MismatchError, StorageError
from index.signature import Signature
from index.storage.postgresql.connection import Database
from index.storage.postgresql.place import Place

VERSION = 8
_OLDEST_EXTENSION = (0, 8, 4)  # before it, what is found again after a vacuum may be wrong


def is_made(connection: Database, place: Place) -> bool:
    """Whether Quoth's tables are there. Raises StorageError where something else is."""
    query = """SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = schema.oid AND relkind = 'r'),
        (SELECT array_agg(attname::text ORDER BY attname) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = schema.oid AND relname = 'manifest' AND attnum > 0)
        FROM pg_namespace AS schema WHERE nspname = %s"""
    tables, columns = connection.execute(query, (place.schema,)).fetchone() or (0, None)
    if tables and columns != ["name", "value"]:
        raise StorageError(
            f"The schema {place.schema!r} of {place.url} holds something else than Quoth makes: name another one with "
            "?schema=NAME, which is made.",
            file=place.url,
        )
    return bool(tables)


def check(connection: Database, place: Place, *, older: bool) -> str:
    """Raises where Quoth's tables can't be used; returns the schema that pgvector is in.

    `older` admits tables of an older schema, which are about to be brought up to date.
    """
    version = _version(connection, place)
    if version < VERSION and not older:
        raise MismatchError(
            f"{place.url} has schema {version}, made by an older Quoth; this one reads schema {VERSION}. Run "
            "`quoth serve` or `quoth index`, which bring it up to date; the older Quoth can't read it then.",
            file=place.url,
        )
    if version > VERSION:
        raise MismatchError(
            f"{place.url} has schema {version}, but this Quoth knows {VERSION}: install the newer Quoth that made it.",
            file=place.url,
        )
    return _extension(connection, place)


def migrate(connection: Database, place: Place) -> None:
    """Bring older tables up to date; one of several processes does. Nothing is left half done."""
    if _version(connection, place) >= VERSION:
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('quoth'))")
        connection.execute(f"SET LOCAL search_path = {place.identifier}")
        for number in range(_version(connection, place) + 1, VERSION + 1):
            _migrate(connection, number)
        connection.execute("UPDATE manifest SET value = %s WHERE name = 'schema'", (str(VERSION),))


def _version(connection: Database, place: Place) -> int:
    row = connection.execute(f"SELECT value FROM {place.identifier}.manifest WHERE name = 'schema'").fetchone()  # noqa: S608  # quoted
    return int(row[0]) if row else 0


def make(connection: Database, place: Place, signature: Signature) -> None:
    """Make the tables, and pgvector where it may be; one of several processes does. Nothing is left half made."""
    (encoding,) = connection.execute("SHOW server_encoding").fetchone() or ("",)
    if encoding != "UTF8":
        raise StorageError(
            f"{place.url} keeps text as {encoding}: make a database with the encoding UTF8 (createdb -E UTF8 -T "
            "template0).",
            file=place.url,
        )
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('quoth'))")
        if is_made(connection, place):
            return  # by another process, which had the lock before
        _install_extension(connection, place)
        extension = _extension(connection, place)
        if not connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (place.schema,)).fetchone():
            connection.execute(f"CREATE SCHEMA {place.identifier}")
        connection.execute(f'SET LOCAL search_path = {place.identifier}, "{extension}"')
        for number in range(1, VERSION + 1):
            _migrate(connection, number)
        values = {"schema": str(VERSION), "version": "0", "signature": signature.to_json()}
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO manifest (name, value) VALUES (%s, %s)", list(values.items()))


def _migrate(connection: Database, number: int) -> None:
    text = files("index.storage.postgresql").joinpath("migrations", f"{number:03}.sql").read_text()
    connection.execute(text.encode())


def _install_extension(connection: Database, place: Place) -> None:
    try:
        with connection.transaction():
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except (errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile) as error:
        raise StorageError(
            f"{place.url} has no pgvector ({str(error).splitlines()[0]}): install it on the server (0.8.4 or newer) "
            "and run CREATE EXTENSION vector in this database as one who may.",
            file=place.url,
        ) from error


def _extension(connection: Database, place: Place) -> str:
    query = """SELECT extversion, nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'vector'"""
    version, schema = connection.execute(query).fetchone() or ("none", "")
    if version == "none" or tuple(map(int, version.split("."))) < _OLDEST_EXTENSION:
        raise StorageError(
            f"{place.url} has pgvector {version}, which must be 0.8.4 or newer: install it on the server and run ALTER "
            "EXTENSION vector UPDATE.",
            file=place.url,
        )
    return str(schema)
