"""One version of the database as one principal sees it: what its manifest has, and what a SELECT gives."""

from typing import Any

from index.signature import Signature, from_json
from index.storage.postgresql.connection import Database
from index.storage.postgresql.place import Place
from index.storage.postgresql.rows import is_storable, repr_of
from index.storage.postgresql.visibility import only_seen
from index.storage.principals import Principal


class Reading:
    """A transaction that stays at its version, which is fixed here.

    Every statement that names the table `documents` finds in it only what the principal may see.
    """

    def __init__(self, connection: Database, place: Place, principal: Principal) -> None:
        self._connection = connection
        self._principal = principal
        self._place = place
        self._hiding: dict[str, bool] = {}
        self._manifest: dict[str, str] = dict(connection.execute("SELECT name, value FROM manifest").fetchall())
        self._only_seen, self._rules = only_seen(principal, place)
        self.version = int(self._manifest["version"])

    def hides(self, collection: str) -> bool:
        """Whether single documents of a collection may be hidden from the principal."""
        if self._principal.by_metadata or not self._principal.by_groups:
            return self._principal.by_metadata
        if collection not in self._hiding:
            table = f"{self._place.identifier}.documents"
            query = f"""SELECT EXISTS (SELECT 1 FROM {table} WHERE collection = %s AND readers <> '{{}}'
                AND NOT readers && %s::text[])"""  # noqa: S608  # quoted
            groups = [sorted(rule.groups) for rule in self._principal.rules if rule.groups is not None]
            rows = [self._connection.execute(query.encode(), (collection, each)).fetchone() for each in groups]
            self._hiding[collection] = any(row and row[0] for row in rows)
        return self._hiding[collection]

    @property
    def signature(self) -> Signature:
        """What the index was made with."""
        return from_json(self._manifest["signature"])

    def manifest(self, name: str) -> str | int | None:
        """One value that was kept under a name, None where there is none."""
        return self._manifest.get(name)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401  # psycopg adapts them
        """What a SELECT gives, its `documents` being those that may be seen.

        Nothing where a value is a text that PostgreSQL can't hold, for then no row has it.
        """
        if not is_storable(repr_of([value for value in values.values() if isinstance(value, str | list)])):
            return []
        rows = self._connection.execute((self._only_seen + query).encode(), {**self._rules, **values})
        return list(rows)

    def words(self, query: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
        """What a SELECT from `postings` gives, in the form that takes the fewest bytes."""
        return list(self._connection.execute(query.encode(), values, binary=True))
