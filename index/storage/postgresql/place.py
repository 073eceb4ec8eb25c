"""A store's URL → where its tables are: what libpq connects with, and the schema.

postgresql://quoth@db.example.org/quoth                        # in the schema `quoth`
postgresql://quoth@a,b/quoth?target_session_attrs=read-write   # whichever of two hosts is the primary
postgresql://quoth@db.example.org/shared?schema=handbook       # in another schema
postgresql:///quoth                                            # by the socket of this machine

All but `schema` is libpq's own.
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from index.errors import SettingsError

DEFAULT_SCHEMA = "quoth"
_SCHEME = "postgresql"


@dataclass(frozen=True, slots=True)
class Place:
    """`url` names it without the password, `conninfo` is libpq's."""

    url: str
    conninfo: str = field(repr=False)
    schema: str

    @property
    def identifier(self) -> str:
        """The schema's name as a part of a statement."""
        doubled = self.schema.replace('"', '""')
        return f'"{doubled}"'


def place_of(address: str) -> Place:
    """What stands behind `postgresql://`. Raises SettingsError where that names no database, or an unusable schema."""
    parts = urlsplit(f"{_SCHEME}://{address}")
    options = parse_qsl(parts.query)
    schemas = [value for name, value in options if name == "schema"]
    schema = schemas[-1] if schemas else DEFAULT_SCHEMA
    who, at, where = parts.netloc.rpartition("@")
    user = who.partition(":")[0]
    shown = f"{_SCHEME}://{user}{at}{where}{parts.path}"
    if not parts.path.strip("/"):
        raise SettingsError(f"The store {shown} names no database: write it as {_SCHEME}://USER@HOST/DATABASE.")
    if not schema.isprintable() or len(schema.encode()) > 63 or schema.startswith("pg_") or schema == "public":
        raise SettingsError(f"The schema {schema!r} can't be Quoth's: name one of its own, such as {DEFAULT_SCHEMA}.")
    rest = [(name, value) for name, value in options if name != "schema"]
    hidden = [(name, value) for name, value in options if name not in ("password", "sslpassword")]
    return Place(
        url=shown + (f"?{urlencode(hidden, safe='/:,', quote_via=quote)}" if hidden else ""),
        conninfo=f"{_SCHEME}://{parts.netloc}{parts.path}" + (f"?{urlencode(rest, quote_via=quote)}" if rest else ""),
        schema=schema,
    )
