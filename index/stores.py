"""A store's URL → the store: `sqlite:///FILE`, with a fourth slash where FILE is absolute, or
`postgresql://USER@HOST/DATABASE`, as libpq has it and `storage/postgresql/place.py`.

`sqlite:///FILE?network=1` says that no other machine opens a file that is on a network file system.

Another store is one more `Backend` in BACKENDS, and a folder beside `storage/sqlite/` that keeps to `storage/base.py`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.errors import SettingsError
from index.signature import Signature
from index.storage.base import Store
from index.storage.sqlite.store import FILE_NAME, SQLiteStore

if TYPE_CHECKING:
    from index.storage.postgresql.store import PostgreSQLStore

_NETWORK = "?network=1"


class Open(Protocol):
    """Opens what a URL says behind its scheme. Raises NotFoundError where there is no store."""

    def __call__(
        self, address: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False
    ) -> Store:
        """With a `signature`, one that was made with another is refused; `older`: for nothing but `rebuild`."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One kind of store: how one is opened, how one is opened and made if there is none, and whether there is one."""

    open: Open
    create: Callable[[str, Signature], Store]
    exists: Callable[[str], bool]


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


def _postgresql() -> "type[PostgreSQLStore]":
    """The store, whose libraries are an extra."""
    try:
        from index.storage.postgresql.store import PostgreSQLStore
    except ImportError as error:
        raise SettingsError(
            f"A store at postgresql:// needs libraries that aren't there ({error}): pip install 'quoth[postgresql]'."
        ) from error
    return PostgreSQLStore


def _file_of(address: str) -> tuple[Path, bool]:
    """The file, and whether it may be on a network file system."""
    return Path(address.removesuffix(_NETWORK)), address.endswith(_NETWORK)


BACKENDS: dict[str, Backend] = {
    "sqlite": Backend(
        open=_open_sqlite,
        create=_create_sqlite,
        exists=lambda address: _file_of(address)[0].exists(),
    ),
    "postgresql": Backend(open=_open_postgresql, create=_create_postgresql, exists=_postgresql_exists),
}


def url_of_folder(folder: Path) -> str:
    """The URL of the store that lies in a data folder."""
    return url_of_file(folder / FILE_NAME)


def url_of_file(file: Path) -> str:
    """The URL of the store that is one file, as a backup is."""
    return f"sqlite:///{file}"


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:…@", url)


def check_url(url: str) -> str:
    """The URL. Raises SettingsError for one that names no store, with the kinds that there are."""
    _resolve(url)
    return url


def open_store(url: str, signature: Signature | None = None, *, read_only: bool = False, older: bool = False) -> Store:
    """Open a store that is there. Raises what its kind raises, and SettingsError for an unknown kind."""
    backend, address = _resolve(url)
    return backend.open(address, signature, read_only=read_only, older=older)


def create_store(url: str, signature: Signature) -> Store:
    """Open a store for writing, made and signed first if there is none."""
    backend, address = _resolve(url)
    return backend.create(address, signature)


def store_exists(url: str) -> bool:
    """Whether there is a store."""
    backend, address = _resolve(url)
    return backend.exists(address)


def _resolve(url: str) -> tuple[Backend, str]:
    """The kind of store, and what the URL says behind `SCHEME:///`."""
    scheme, separator, address = url.partition("://")
    known, url = ", ".join(sorted(BACKENDS)), without_password(url)
    if not separator:
        raise SettingsError(f"The store {url!r} is no URL: write it as sqlite:///FILE. Known kinds are {known}.")
    if scheme not in BACKENDS:
        raise SettingsError(f"There is no kind of store {scheme!r}, as {url!r} has it: known are {known}.")
    address = address.removeprefix("/")
    if not address:
        raise SettingsError(f"The store {url!r} names no place: write it as {scheme}:///FILE.")
    return BACKENDS[scheme], address
