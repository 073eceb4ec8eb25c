"""The URL of a store → the store.

    sqlite:///FILE                     with a fourth slash if FILE is absolute
    sqlite:///FILE?network=1           FILE is on a network file system, and no other machine opens it
    postgresql://USER@HOST/DATABASE    as libpq has it; see `storage/postgresql/place.py`

A new kind of store is a `Backend` in BACKENDS, and a folder beside `storage/sqlite/` that implements `storage/base.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import SettingsError
from index.signature import Signature
from index.storage.base import Store
from index.storage.replicas import Replica
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

if TYPE_CHECKING:
    from index.storage.postgresql.store import PostgreSQLStore

_NETWORK = "?network=1"


class Open(Protocol):
    """Opens the store at `address`, the part of a URL after its scheme. Raises NotFoundError if there is none."""

    def __call__(
        self, address: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False
    ) -> Store:
        """A store made with another `signature` is refused; `older` allows an older schema, only to rebuild it."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One kind of store: functions that open one, that open it or create it first, and that say whether it exists.

    `form` is what its URLs look like, for people who wrote none. `replica`, if it has replicas, is a function that
    reads one of a store, for an index of this signature.
    """

    form: str
    open: Open
    create: Callable[[str, Signature], Store]
    exists: Callable[[str], bool]
    replica: Callable[[str, Store, Signature], Replica] | None = None


def _open_sqlite(
    address: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False
) -> Store:
    path, network = _file_of(address)
    return SQLiteStore(path, signature, read_only=read_only, older=older, network=network)


def _create_sqlite(address: str, signature: Signature) -> Store:
    path, network = _file_of(address)
    return SQLiteStore.create(path, signature, network=network)


def _open_postgresql(
    address: str,
    signature: Signature | None = None,
    *,
    read_only: bool = False,
    older: bool = False,  # noqa: ARG001  # migrations bring an older schema up to date
) -> Store:
    return _postgresql()(address, signature, read_only=read_only)


def _create_postgresql(address: str, signature: Signature) -> Store:
    return _postgresql().create(address, signature)


def _postgresql_exists(address: str) -> bool:
    return _postgresql().exists(address)


def _postgresql_replica(address: str, store: Store, signature: Signature) -> Replica:
    if not isinstance(store, _postgresql()):
        raise SettingsError(
            f"QUOTH_STORE_READ names a PostgreSQL, and {store.url} is none: unset it, or QUOTH_STORE too."
        )
    from index.storage.postgresql.replica import PostgreSQLReplica

    return PostgreSQLReplica(address, store, signature)


def _postgresql() -> "type[PostgreSQLStore]":
    """The class of the store. Raises SettingsError if its libraries, an optional extra, aren't installed."""
    try:
        from index.storage.postgresql.store import PostgreSQLStore
    except ImportError as error:
        raise SettingsError(
            f"A store at postgresql:// needs libraries that aren't there ({error}): pip install 'quoth[postgresql]'."
        ) from error
    return PostgreSQLStore


def _file_of(address: str) -> tuple[Path, bool]:
    """(The file, whether it may be on a network file system)."""
    return Path(address.removeprefix("/").removesuffix(_NETWORK)), address.endswith(_NETWORK)


BACKENDS: dict[str, Backend] = {
    "sqlite": Backend(
        form="sqlite:///FILE",
        open=_open_sqlite,
        create=_create_sqlite,
        exists=lambda address: _file_of(address)[0].exists(),
    ),
    "postgresql": Backend(
        form="postgresql://USER@HOST/DATABASE",
        open=_open_postgresql,
        create=_create_postgresql,
        exists=_postgresql_exists,
        replica=_postgresql_replica,
    ),
}


def url_of_folder(folder: Path) -> str:
    """The URL of the store in a data folder."""
    return url_of_file(folder / FILE_NAME)


def url_of_file(file: Path) -> str:
    """The URL of the store that is this file, such as a backup."""
    return f"sqlite:///{file}"


def without_password(url: str) -> str:
    """The URL with "…" in place of a password, so that it may be shown."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:…@", url)


def check_url(url: str) -> str:
    """The URL itself. Raises SettingsError, which lists the known kinds, if it names no store."""
    _resolve(url)
    return url


def open_store(url: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False) -> Store:
    """Open an existing store. Raises what its kind raises, and SettingsError for an unknown kind."""
    backend, address = _resolve(url)
    return backend.open(address, signature, read_only=read_only, older=older)


def create_store(url: str, signature: Signature) -> Store:
    """Open a store for writing; if there is none, it is created with this signature."""
    backend, address = _resolve(url)
    return backend.create(address, signature)


def open_replica(url: str, store: Store, signature: Signature) -> Replica:
    """Read questions' views from a replica of a store where it is as new.

    Raises SettingsError for a kind of store that has no replicas, or another kind or schema than the store's. One that
    can't be used for now raises nothing.
    """
    backend, address = _resolve(url)
    if backend.replica is None:
        raise SettingsError(
            f"QUOTH_STORE_READ names {without_password(url)}, which can't be a replica: only {_with_replicas()} has "
            "them."
        )
    return backend.replica(address, store, signature)


def store_exists(url: str) -> bool:
    """Whether there is a store at this URL."""
    backend, address = _resolve(url)
    return backend.exists(address)


def _with_replicas() -> str:
    return ", ".join(f"{kind}://" for kind, backend in sorted(BACKENDS.items()) if backend.replica)


def _resolve(url: str) -> tuple[Backend, str]:
    """(The kind of store, the part of the URL after `SCHEME://`)."""
    scheme, separator, address = url.partition("://")
    known, url = ", ".join(sorted(BACKENDS)), without_password(url)
    if not separator:
        raise SettingsError(f"The store {url!r} is no URL: write it as sqlite:///FILE. Known kinds are {known}.")
    if scheme not in BACKENDS:
        raise SettingsError(f"There is no kind of store {scheme!r}, as {url!r} has it: known are {known}.")
    backend = BACKENDS[scheme]
    if not address.strip("/"):
        raise SettingsError(f"The store {url!r} names no place: write it as {backend.form}.")
    return backend, address
