"""Whether a file has exactly the tables that this Quoth makes, before anything else of it is read.

SQL can be put into a file: a view in a table's place that never ends, a trigger that adds a key to the service, a
column that is computed. So the table of tables (`sqlite_schema`) is compared first, statement by statement, with that
of an empty file made by the same code in memory. Comments and white space, which change over time, don't count.
"""

import re
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from index.errors import MismatchError, StorageError
from index.signature import from_json
from index.storage.sqlite import schema

Part = tuple[str, str, str]  # type, name, and the table it is of
Shape = dict[Part, tuple[str, ...]]  # to the words of the statement that makes it; none for what SQLite makes by itself

_WORDS = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|$)|[ \t\n\f\r]+"""  # passed over
    r"""|('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|\w+|.)""",
    re.DOTALL,
)
_WORDS_TABLE = re.compile(r"words_([1-9][0-9]{0,17})")  # of a collection, by its number
_LONGEST = 10_000  # characters of a statement of ours, at most
_MOST_CHANGES = 2**53  # that a version counts
_LARGEST = 2**16  # dimension of a vector


def schema_of(connection: sqlite3.Connection) -> int:
    """Which of ours it says it has."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def check_header(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Raise StorageError for a database of others, MismatchError for one of a schema that can't be read or added to."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != schema.APPLICATION_ID:
        raise StorageError(f"{path} is a database, but not one of Quoth's: choose another folder with --data.")
    found = schema_of(connection)
    if found < schema.ADDED_TO and not older:
        raise MismatchError(
            f"{path} has schema {found}, made by an older Quoth; this one reads schema {schema.VERSION}. Run "
            "`quoth rebuild`, which makes it anew from the documents stored in it; the older Quoth can't read it then."
        )
    if found > schema.VERSION:
        raise MismatchError(
            f"{path} has schema {found}, made by a newer Quoth; this one reads schema {schema.VERSION}. Use that "
            "Quoth, or index your documents into another folder with --data."
        )


def check_shape(connection: sqlite3.Connection, path: Path, *, older: bool) -> None:
    """Raise StorageError for a file with other tables than this Quoth makes.

    One of an earlier schema may lack tables of what is kept. With `older`, what is derived of the documents is about to
    be made anew: it may be as another Quoth made it, but has no other names.
    """
    found = shape_of(connection)
    version = schema_of(connection)
    may_lack = _made(_kept).keys() if version < schema.KEPT_SINCE else set()
    complaints = []
    numbers = sorted(int(number[1]) for _, name, _ in found if (number := _WORDS_TABLE.fullmatch(name)))
    for tokenizer in schema.TOKENIZERS.values():
        fixed, derived = _made(_fixed), _made(_derived, tokenizer, version < schema.VERSION, *numbers)
        expected = fixed if older else fixed | derived
        others = {part for part in found if part not in expected and not (older and part in derived)}
        lacking = {part for part in expected if part not in found and part not in may_lack}
        changed = {part for part in expected if part in found and found[part] != expected[part]}
        if not (others or lacking or changed):
            return
        complaints.append((changed, lacking, others, derived))
    raise StorageError(_complaint(path, *min(complaints, key=lambda parts: sum(map(len, parts[:3])))), file=path)


def _complaint(path: Path, changed: set[Part], lacking: set[Part], others: set[Part], derived: Shape) -> str:
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
    """Raise StorageError for a file whose version or signature can't be read."""
    values = dict(connection.execute("SELECT name, value FROM manifest WHERE name IN ('version', 'signature')"))
    version, signature = values.get("version"), values.get("signature")
    what = None
    if not isinstance(version, int) or not 0 <= version < _MOST_CHANGES:
        what = f"version {str(version)[:40]!r}"
    elif not isinstance(signature, str):
        what = "signature"
    else:
        try:
            if not 0 < from_json(signature).dimension <= _LARGEST:
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
    """What the file says it has."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_schema")
    return {(str(kind), str(name), str(table)): words(sql) for kind, name, table, sql in rows}


def words(sql: object) -> tuple[str, ...]:
    """The words of a statement as SQLite tells them apart.

    "CREATE TABLE t (x) -- why" → ("CREATE", "TABLE", "t", "(", "x", ")")
    """
    if not isinstance(sql, str):
        return ()
    return tuple(word for word in _WORDS.findall(sql[:_LONGEST]) if word) + (sql[_LONGEST:],) * (len(sql) > _LONGEST)


@cache
def _made(make: Callable[..., None], *arguments: str | int) -> Shape:
    """What a file has that was made by these statements."""
    connection = sqlite3.connect(":memory:")
    try:
        make(connection, *arguments)
        return shape_of(connection)
    finally:
        connection.close()


def _fixed(connection: sqlite3.Connection) -> None:
    for statement in (*schema.DOCUMENTS, *schema.KEPT):
        connection.execute(statement)


def _kept(connection: sqlite3.Connection) -> None:
    for statement in schema.KEPT:
        connection.execute(statement)


def _derived(connection: sqlite3.Connection, tokenizer: str, shared: bool, *numbers: int) -> None:
    """With a full-text index for each number of a collection, or with the one that they shared before schema 4."""
    for statement in schema.DERIVED:
        if not (shared and statement == schema.WORD_INDEXES):
            connection.execute(statement)
    for statement in schema.SHARED if shared else ():
        connection.execute(statement.replace("{tokenizer}", tokenizer))
    for number in numbers:
        for statement in schema.words(number, tokenizer):
            connection.execute(statement)
