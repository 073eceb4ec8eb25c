"""Zip archives: each file in one is a document of its own, as if the archive were a folder.

A file in an archive is named by a path that goes on in it, "handbook.zip/leave.md", and so are its document and what a
citation leads to. Unpacked, in memory, is one file at a time, by zlib alone and no further than it says it goes; what
is in it is parsed as any file is, in the child process. Archives in archives aren't opened.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from index.errors import DocumentError, StorageError, TooLargeError
from index.formats.base import MAX_BYTES
from index.sidecars import ENDING as SIDECAR
from index.sidecars import Sidecar, sidecar_from
from index.storage.principals import SEES_ALL

if TYPE_CHECKING:
    from index.storage.base import Store

ENDING = ".zip"
MAX_FILES = 20_000
MAX_UNPACKED = 2**30  # bytes of all files together, as the archive says
_ENTRY = b"PK\x01\x02"  # with which each file is announced in the archive's directory
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, UnicodeError)


class Archive:
    """An archive's files by name, with "/" between folders; those of hidden folders and files are left out.

    `data` is the archive, and `name` what errors call it. Raises DocumentError for what is no archive or is damaged,
    TooLargeError for one that unpacks to too much.
    """

    def __init__(self, data: bytes | Path, name: str) -> None:
        self.name = name
        if isinstance(data, bytes) and data.count(_ENTRY) > 2 * MAX_FILES:  # before a directory of millions is read
            raise _too_many(name)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        except OSError as error:
            raise StorageError(f"{name} can't be read ({error.strerror}): check its permissions.") from error
        except _DAMAGED as error:
            raise DocumentError(
                f"{name} is no zip archive, or is damaged or cut short ({error}): copy or download it again."
            ) from error
        inside = [each for each in self._zip.infolist() if not each.is_dir()]
        if len(inside) > MAX_FILES or sum(each.file_size for each in inside) > MAX_UNPACKED:
            raise TooLargeError(
                f"{name} unpacks to more than {MAX_FILES:,} files or {MAX_UNPACKED // 2**20} MiB, which is all that is "
                "taken: unpack it, and bring its files."
            )
        named = ((_inside(each.filename), each) for each in inside)
        self._files = {path: each for path, each in named if not any(part[:1] == "." for part in path.split("/"))}
        self._files = {path: each for path, each in self._files.items() if not path.startswith("__MACOSX/")}

    def names(self) -> list[str]:
        """The names of its files, in order, but for those that say something of others (`sidecars.py`)."""
        beside = {f"{name}{SIDECAR}" for name in self._files}
        return sorted(self._files.keys() - beside)

    def said_of(self, name: str) -> Sidecar:
        """What the file beside it in the archive says of a file. Raises DocumentError as `read_sidecar` does."""
        beside = f"{name}{SIDECAR}"
        return sidecar_from(self.read(beside), f"{self.name}/{beside}") if beside in self._files else Sidecar()

    def read(self, name: str) -> bytes:
        """A file's bytes. Raises DocumentError for one that isn't there, is encrypted, damaged, a link or leads out."""
        if name not in self._files:
            raise DocumentError(f"{self.name} has no file {name}: check the spelling.")
        file, called = self._files[name], f"{self.name}/{name}"
        if not _is_safe(file.filename.replace("\\", "/")):
            raise DocumentError(
                f"{called} is called {file.filename!r} in the archive, which leads out of it: pack it anew."
            )
        if stat.S_ISLNK(file.external_attr >> 16):
            raise DocumentError(f"{called} is a link in the archive: pack the file that it leads to.")
        if file.flag_bits & 1:
            raise DocumentError(f"{called} is encrypted: pack it without a password.")
        if file.file_size > MAX_BYTES:
            raise TooLargeError(
                f"{called} has {file.file_size / 2**20:.0f} MiB; at most {MAX_BYTES // 2**20} MiB are taken: split it."
            )
        if file.compress_type not in _METHODS:
            raise DocumentError(f"{called} is packed in a way that isn't read: pack it as zip does by itself.")
        try:
            with self._zip.open(file) as opened:
                return opened.read(MAX_BYTES + 1)
        except (*_DAMAGED, OSError, RuntimeError) as error:
            raise DocumentError(f"{called} is damaged in the archive ({error}): copy or download it again.") from error


def is_archive(name: str) -> bool:
    """Whether a file is an archive by its name."""
    return name.lower().endswith(ENDING)


def within(path: Path) -> tuple[Path, str] | None:
    """The archive that a path goes on in, and the name of the file in it; None for the path of a file itself."""
    parts = path.parts
    for count in range(1, len(parts)):
        if is_archive(parts[count - 1]) and (archive := Path(*parts[:count])).is_file():
            return archive, "/".join(parts[count:])
    return None


def paths_in(archive: Path) -> list[Path]:
    """The paths of an archive's files; its own where it can't be opened."""
    try:
        return [archive / name for name in opened(archive).names()]
    except (DocumentError, StorageError):
        return [archive]


def opened(path: Path) -> Archive:
    """The archive in a file; the last one stays open until another is or it has changed."""
    status = path.stat()
    return _opened(path, status.st_size, status.st_mtime_ns, status.st_ino)


@lru_cache(maxsize=1)
def _opened(path: Path, *_: int) -> Archive:
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 64 * 2**20))
        if file.read().count(_ENTRY) > 2 * MAX_FILES:  # before a directory of millions is read
            raise _too_many(str(path))
    return Archive(path, str(path))


def removed_with(
    store: "Store", archive_id: str, collection: str, kept: Collection[str] = ()
) -> Iterator[tuple[str, int]]:
    """Delete the documents that came from an archive, but for those `kept`; yields each id with the index's version."""
    staying = set(kept)
    with store.view(SEES_ALL) as view:
        documents = list(view.digests(collection, f"{archive_id}/"))
    for document_id in documents:
        if document_id not in staying:
            yield document_id, store.delete(document_id, collection)


def _too_many(name: str) -> TooLargeError:
    return TooLargeError(f"{name} has more than {MAX_FILES:,} files, which is all that is taken: unpack it.")


def _inside(name: str) -> str:
    """A file's name as a path in the archive; one that leads out of it as a single word."""
    plain = name.replace("\\", "/")
    return str(PurePosixPath(plain)) if _is_safe(plain) else f"_{quote(plain, safe='')}"


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name.strip()) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0][:2]
