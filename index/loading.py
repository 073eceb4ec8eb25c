"""Files and folders → documents with the files they were read from, or an error that names the file."""

import os
import stat
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from index import archives
from index.documents import Document, Source, check_id
from index.errors import DocumentError, NotFoundError, StorageError
from index.formats.base import MAX_BYTES
from index.formats.registry import BY_SUFFIX, format_of, stored_format
from index.parsing.limits import DEFAULT_LIMITS, Limits
from index.parsing.parse import parse, too_large
from index.parsing.recognising import is_possible
from index.sidecars import Sidecar, is_sidecar, joined, read_sidecar, sidecar_of

_FRESH_SECONDS = 2  # since a change: there may be another of the same time, which some disks tell by the second
_TRIES, _PAUSE_SECONDS = 5, 0.2  # of reading a file that is being written
_SKIPPED_FOLDERS = {"node_modules", "site-packages", "venv", "__pycache__"}  # made by programs, not by people


def find_files(path: Path, limits: Limits | None = None) -> list[Path]:
    """The readable files at `path`: the file itself, or all below the folder in sorted order.

    An archive's files stand for it (`archives.py`), the archive itself only where it can't be opened.

    Pictures below a folder are left out where their text isn't recognised within `limits`. Hidden files and folders,
    those of installed packages and what is said of other files (`sidecars.py`) are skipped.
    Raises NotFoundError if the path doesn't exist, MediaTypeError for a file in a format that no parser reads.
    """
    if path.is_dir():
        known = readable_suffixes(limits)
        readable = (file for file in _files_below(path) if file.suffix.lower() in known or _is_broken(file))
        return sorted(file for file in readable if not is_sidecar(file))
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}: check the spelling.")
    if archives.is_archive(path.name):
        return [file for file in archives.paths_in(path) if file.suffix.lower() in readable_suffixes(limits)] or [path]
    format_of(path.name)
    return [path]


def readable_suffixes(limits: Limits | None) -> set[str]:
    """Those of the formats that are read within `limits`; None reads all."""
    pictures = limits is None or is_possible(limits)
    return {suffix for suffix, kind in BY_SUFFIX.items() if pictures or not kind.is_picture}


def unread_suffixes(path: Path, limits: Limits | None = None, excluded: Sequence[str] = ()) -> Counter[str]:
    """Suffix in lower case ("" for none) → number of the files below a folder with it, if they aren't read.

    Those that patterns as in .gitignore exclude aren't counted.
    """
    from pathspec import GitIgnoreSpec

    known, patterns = readable_suffixes(limits), GitIgnoreSpec.from_lines(excluded)
    files = _files_below(path) if path.is_dir() else ()
    unread = (file for file in files if file.suffix.lower() not in known)
    return Counter(file.suffix.lower() for file in unread if not patterns.match_file(file.relative_to(path).as_posix()))


def _files_below(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED_FOLDERS]
        for file in (Path(where, name) for name in files if not name.startswith(".")):
            if file.is_file():
                yield from archives.paths_in(file) if archives.is_archive(file.name) else [file]


def _is_broken(file: Path) -> bool:
    """Whether this is an archive that can't be opened, and not one in an archive."""
    return archives.is_archive(file.name) and file.is_file()


def load(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document of one file; raises as `load_source` does."""
    return load_source(path, limits=limits).document


def load_source(
    path: Path, *, found_in: Path | None = None, document_id: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> Source:
    """Read and parse one file. Its id is `document_id`, or its path if that is None; see `id_of`.

    Raises DocumentError (or a subclass) if it can't be parsed, if it is a pipe or device, or if it is a link to a file
    outside of the folder `found_in`; StorageError if it can't be opened.
    """
    document_id = id_of(path) if document_id is None else document_id
    check_id(document_id)
    inside = archives.within(path)
    whole = inside[0] if inside else path
    if found_in is not None and not whole.resolve().is_relative_to(found_in.resolve()):
        raise DocumentError(
            f"{path} is a link that leads out of {found_in}, to {path.resolve()}: index that itself, or bring a copy."
        )
    if inside or archives.is_archive(path.name):
        data, said = _read_packed(path, inside, found_in)
    else:
        data, said = _read(path, document_id), read_sidecar(path, found_in)
    document = parse(
        data,
        document_id,
        format_of(path.name).media_type,
        title=said.title,
        uri=said.uri,
        metadata=said.metadata,
        readers=said.readers,
        limits=limits,
    )
    return source_of(document, data, names_readers=said.readers is not None)


def _read_packed(path: Path, inside: tuple[Path, str] | None, found_in: Path | None) -> tuple[bytes, Sidecar]:
    """The bytes of a file in an archive, and what is said of it. An archive itself is a DocumentError."""
    if inside is None:
        archives.opened(path)
        raise DocumentError(f"{path} has no file in it that Quoth reads: unpack it, and bring what is to be read.")
    archive, name = archives.opened(inside[0]), inside[1]
    return archive.read(name), joined(read_sidecar(inside[0], found_in), archive.said_of(name))


def _read(path: Path, document_id: str) -> bytes:
    """The file's bytes, all of one moment. Raises StorageError for a file that is written to all the while."""
    try:
        for _ in range(_TRIES):
            if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: opening a pipe waits for who writes to it
                raise DocumentError(
                    f"{path} is no file with an end, but a pipe or a device: bring a copy of what it holds."
                )
            with path.open("rb") as file:
                before = os.fstat(file.fileno())
                data = file.read(MAX_BYTES + 1)
                after = os.fstat(file.fileno())
            if _looks(before) == _looks(after):
                if len(data) > MAX_BYTES:
                    raise too_large(document_id, max(after.st_size, len(data)))
                return data
            time.sleep(_PAUSE_SECONDS)
    except OSError as error:
        raise StorageError(f"{path} can't be read ({error.strerror}): check its permissions.") from error
    raise StorageError(f"{path} is written to while it is read: bring it when that has ended.")


def fingerprint_of(path: Path) -> str | None:
    """What tells without reading it whether a file, or what is said of it beside it, has changed.

    None for one that was changed just now, or is gone.
    """
    looks, inside = [], archives.within(path)
    path = inside[0] if inside else path
    for each in (path, sidecar_of(path)):
        try:
            status = each.stat()
        except OSError:
            if each is path:
                return None
            continue
        if max(status.st_mtime, status.st_ctime) > time.time() - _FRESH_SECONDS:
            return None
        looks.append(_looks(status))
    return ", ".join(looks)


def _looks(status: os.stat_result) -> str:
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def source_of(document: Document, data: bytes, *, names_readers: bool = True) -> Source:
    """The document, with the bytes it was parsed from if its text isn't exactly these.

    `names_readers`: who brought it said who may read it; what it says of itself counts as well.
    """
    original = None if stored_format(document.media_type).text_is_file else data
    return Source(document, original, names_readers or bool(document.readers))


def id_of(path: Path) -> str:
    """A file's document id: its path below the working directory, else its absolute path without the first slash.

    Links and ".." are resolved, so that one file has one id, however its path is written.
    """
    whole = path.resolve()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix().lstrip("/")
