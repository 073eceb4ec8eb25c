"""Checks that a file has exactly the tables that this Quoth makes, before anything else of it is read.

A file can contain malicious SQL: a view in place of a table that never ends, a trigger that adds a key to the service,
a computed column. So its `sqlite_schema`, the table of all tables, is compared, statement by statement, with that of an
empty file in memory made by the same code. Comments and white space, which change over time, are ignored.
"""

import re
import sqlite3
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path

from index.errors import MismatchError, StorageError
from index.signature import from_json
from index.storage.sqlite import schema

Part = tuple[str, str, str]
"""(Type, name, table) of a table, index, view or trigger."""
Shape = dict[Part, tuple[str, ...]]
"""Part → the words of the statement that creates it; none for parts that SQLite creates by itself."""

_WORDS = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|$)|[ \t\n\f\r]+"""  # ignored
    r"""|('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|.)""",
    re.DOTALL,
)
_WORDS_TABLE = re.compile(r"words_([1-9][0-9]{0,17})")  # a full-text index, by its number
_MAX_STATEMENT_CHARS = 10_000  # no statement of Quoth's is longer
_MAX_VERSION = 2**53
_MAX_DIMENSION = 2**16


def schema_of(connection: sqlite3.Connection) -> int:
    """The schema version that the file claims to have."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def check_header(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Raise StorageError for a database that isn't Quoth's, MismatchError for a schema too old or too new.

    `older` also admits schemas before ADDED_TO.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != schema.APPLICATION_ID:
        raise StorageError(f"{path} is a database, but not one of Quoth's: choose another folder with --data.")
    version = schema_of(connection)
    if version < schema.ADDED_TO and not older:
        raise MismatchError(
            f"{path} has schema {version}, made by an older Quoth; this one reads schema {schema.VERSION}. Run "
            "`quoth rebuild`, which makes it anew from the documents stored in it; the older Quoth can't read it then."
        )
    if version > schema.VERSION:
        raise MismatchError(
            f"{path} has schema {version}, made by a newer Quoth; this one reads schema {schema.VERSION}. Use that "
            "Quoth, or index your documents into another folder with --data."
        )


def check_shape(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Raise StorageError for a file with other tables than this Quoth makes.

    A file of an older schema may lack tables of KEPT. With `older`, the derived tables are about to be rebuilt, so they
    may be missing or made by other statements, but there may be no others.
    """
    parts = shape_of(connection)
    version = schema_of(connection)
    may_lack = _made(_added_since, version).keys() - _made(_first).keys()
    numbers = sorted(int(number[1]) for _, name, _ in parts if (number := _WORDS_TABLE.fullmatch(name)))
    own = tuple((number, _tokenizer_of(parts, f"words_{number}")) for number in numbers)
    fixed, derived = _made(_fixed), _made(_derived, version, _tokenizer_of(parts, schema.SHARED_WORDS), own)
    expected = fixed if older else fixed | derived
    others = {part for part in parts if part not in expected and not (older and part in derived)}
    lacking = {part for part in expected if part not in parts and part not in may_lack}
    changed = {part for part in expected if part in parts and parts[part] != expected[part]}
    if others or lacking or changed:
        raise StorageError(_complaint(path, changed, lacking, others, derived), file=path)


def _tokenizer_of(parts: Shape, table: str) -> str:
    """The tokenizer that a full-text index names, if it is one of Quoth's, else the first of these.

    Each collection's is that of its language; what else the statement has is compared later.
    """
    statement = parts.get(("table", table, table), ())
    known = tuple(schema.TOKENIZERS.values())
    return next((each for each in known if f"'{each}'" in statement), known[0])


def _complaint(path: Path, changed: set[Part], lacking: set[Part], others: set[Part], derived: Shape) -> str:
    """The message for a file with these differences, at most three of them by name."""
    kinds = (("has another", changed), ("lacks the", lacking), ("has a foreign", others))
    what = [f"{verb} {kind} {name!r}" for verb, parts in kinds for kind, name, _ in sorted(parts, key=_tables_first)]
    cure = (
        "Run `quoth rebuild`, which makes it anew from the documents stored in it."
        if not others and changed | lacking <= derived.keys()
        else "Restore a backup, or move the file away and index your documents anew."
    )
    more = f" and {len(what) - 3} more" if len(what) > 3 else ""
    return f"{path} is not as Quoth makes it: it {', '.join(what[:3])}{more}. {cure}"


def _tables_first(part: Part) -> tuple[bool, Part]:
    return part[0] != "table", part


def check_manifest(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StorageError if the version or signature in the manifest can't be read."""
    values = dict(connection.execute("SELECT name, value FROM manifest WHERE name IN ('version', 'signature')"))
    version, signature = values.get("version"), values.get("signature")
    what = None
    if not isinstance(version, int) or not 0 <= version < _MAX_VERSION:
        what = f"version {str(version)[:40]!r}"
    elif not isinstance(signature, str):
        what = "signature"
    else:
        try:
            if not 0 < from_json(signature).dimension <= _MAX_DIMENSION:
                what = "signature's dimension"
        except (ValueError, RecursionError):
            what = "signature"
    if what:
        raise StorageError(
            f"{path} is damaged: its {what} is not one. Restore a backup, or move the file away and index your "
            "documents anew.",
            file=path,
        )


def shape_of(connection: sqlite3.Connection) -> Shape:
    """All parts of the file, from its `sqlite_schema`."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_schema")
    return {(str(kind), str(name), str(table)): words(sql) for kind, name, table, sql in rows}


def words(sql: object) -> tuple[str, ...]:
    """The words of a statement, separated as SQLite does it; what exceeds _MAX_STATEMENT_CHARS is one more.

    "CREATE TABLE t (x) -- why" → ("CREATE", "TABLE", "t", "(", "x", ")")
    """
    if not isinstance(sql, str):
        return ()
    rest = sql[_MAX_STATEMENT_CHARS:]
    return (*filter(None, _WORDS.findall(sql[:_MAX_STATEMENT_CHARS])), *([rest] if rest else []))


@cache
def _made(make: Callable[..., None], *arguments: Hashable) -> Shape:
    """The shape of a file that `make` fills."""
    connection = sqlite3.connect(":memory:")
    try:
        make(connection, *arguments)
        return shape_of(connection)
    finally:
        connection.close()


def _first(connection: sqlite3.Connection) -> None:
    for statement in schema.DOCUMENTS:
        connection.execute(statement)


def _fixed(connection: sqlite3.Connection) -> None:
    for statement in (*schema.DOCUMENTS, *schema.KEPT):
        connection.execute(statement)


def _added_since(connection: sqlite3.Connection, version: int) -> None:
    for statement in (*schema.DOCUMENTS, *schema.lacking(version)):
        connection.execute(statement)


def _derived(connection: sqlite3.Connection, version: int, tokenizer: str, own: tuple[tuple[int, str], ...]) -> None:
    """Create the derived tables of a schema version, with its full-text indexes.

    These are `own`, by their numbers, each with its tokenizer, or in an old schema one for all, with `tokenizer`.
    """
    shared, whole = version < schema.OWN_WORDS_SINCE, version < schema.PARTS_SINCE
    for statement in schema.DERIVED:
        if statement != schema.WORD_INDEXES:
            connection.execute(statement)
        elif not shared:
            connection.execute(schema.WHOLE_WORD_INDEXES if whole else statement)
    for statement in schema.SHARED if shared else ():
        connection.execute(statement.replace("{tokenizer}", tokenizer))
    for number, its in own:
        for statement in schema.words(number, its, whole=whole):
            connection.execute(statement)
