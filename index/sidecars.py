"""What a file beside another says of it: `report.pdf.meta.json` has what is said of `report.pdf`.

    {"title": "Report 2026", "uri": "https://site.example/report.pdf", "metadata": {"department": "pay", "year": 2026},
     "readers": ["managers"]}

`readers` are the groups that may read it, [] for everybody. All are optional, and go before what the file says of
itself. Such a file is no document, as long as the other is there.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.documents import MAX_METADATA, MAX_METADATA_CHARS, MAX_METADATA_NAME_CHARS, Metadata
from index.errors import DocumentError, StorageError
from index.formats.registry import MAX_TITLE_CHARS, fitting
from index.groups import checked_groups

ENDING = ".meta.json"
_MAX_BYTES = 256 * 1024
_MAX_URI_CHARS = 2048
_KNOWN = ("title", "uri", "metadata", "readers")


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What is said of a file; None and nothing where nothing is."""

    title: str | None = None
    uri: str | None = None
    metadata: Metadata = field(default_factory=dict)
    readers: tuple[str, ...] | None = None


def sidecar_of(path: Path) -> Path:
    """The file that may say something of the file at `path`."""
    return path.with_name(f"{path.name}{ENDING}")


def is_sidecar(path: Path) -> bool:
    """Whether a file says something of another that is there, and so is no document itself."""
    return path.name.endswith(ENDING) and path.with_name(path.name.removesuffix(ENDING)).is_file()


def read_sidecar(path: Path, found_in: Path | None = None) -> Sidecar:
    """What is said of the file at `path`.

    Raises DocumentError for a sidecar that isn't JSON, has other fields or values than it may have, or is a link out of
    the folder `found_in`; StorageError for one that can't be read.
    """
    file = sidecar_of(path)
    if not file.is_file():
        return Sidecar()
    if found_in is not None and not file.resolve().is_relative_to(found_in.resolve()):
        raise DocumentError(f"{file} is a link that leads out of {found_in}: bring a copy.")
    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{file} can't be read ({error.strerror}): check its permissions.") from error
    if len(data) > _MAX_BYTES:
        raise DocumentError(f"{file} has more than {_MAX_BYTES // 1024} KiB, which is all that is taken: shorten it.")
    return sidecar_from(data, file)


def sidecar_from(data: bytes, file: Path | str) -> Sidecar:
    """What the bytes of a sidecar say, which errors call `file`. Raises DocumentError as `read_sidecar` does."""
    return _checked(_parsed(data, file), file)


def joined(archive: Sidecar, own: Sidecar) -> Sidecar:
    """What is said of a file in an archive: by what is beside it there, and else, but for title and address, by what is

    said of the archive.
    """
    readers = archive.readers if own.readers is None else own.readers
    return Sidecar(own.title, own.uri, {**archive.metadata, **own.metadata}, readers)


def _parsed(data: bytes, file: Path | str) -> dict[str, Any]:
    try:
        fields = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{file} is no JSON that can be read ({error}): mend it.") from error
    if not isinstance(fields, dict):
        raise DocumentError(f'{file} has no fields: write {{"title": …, "uri": …, "metadata": {{…}}}}.')
    return fields


def _checked(fields: dict[str, Any], file: Path | str) -> Sidecar:
    if unknown := [repr(name) for name in fields if name not in _KNOWN]:
        what = "is no field" if len(unknown) == 1 else "are no fields"
        raise DocumentError(
            f"{file} has {', '.join(unknown[:5])}, which {what} of a document: known are {', '.join(_KNOWN)}; what "
            "else is to be kept belongs into metadata."
        )
    for name, most in (("title", MAX_TITLE_CHARS), ("uri", _MAX_URI_CHARS)):
        value = fields.get(name)
        if value is not None and not (isinstance(value, str) and len(value) <= most and value.isprintable()):
            raise DocumentError(f"{file} has a {name} that is no line of text of at most {most} characters.")
    metadata = fields.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise DocumentError(f'{file} has metadata that isn\'t a list of names and values: write {{"name": "value"}}.')
    for name, value in metadata.items():
        if not isinstance(value, str | int | float) or name not in fitting({name: value}):
            raise DocumentError(
                f"{file} has {name[:MAX_METADATA_NAME_CHARS]!r} as metadata, which can't be kept: a value is a finite "
                f"number, true, false or a line of at most {MAX_METADATA_CHARS} characters, its name one of "
                f"{MAX_METADATA_NAME_CHARS}."
            )
    if len(metadata) > MAX_METADATA:
        raise DocumentError(f"{file} has {len(metadata)} fields of metadata, but {MAX_METADATA} are kept: leave some.")
    readers = _readers(fields["readers"], file) if "readers" in fields else None
    return Sidecar(fields.get("title") or None, fields.get("uri") or None, fitting(metadata), readers)


def _readers(names: object, file: Path | str) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DocumentError(f'{file} has readers that aren\'t a list of groups: write {{"readers": ["staff"]}}.')
    return checked_groups(names, str(file), DocumentError)
