"""Bytes or a file → `Document`, or a refusal by name.

What each format's bytes hold is found by `formats.py`: here for plain text, which is only decoded, and in a child
process, within limits, for all else.
"""

import stat
from pathlib import Path, PurePosixPath

from index.documents import Document, Metadata, Source, check_id
from index.errors import DocumentError, MediaTypeError, NotFoundError, StorageError, TooLargeError
from index.formats import MAX_BYTES, PARSERS, READABLE, parsed
from index.parsing_process import DEFAULT_LIMITS, Limits, process_with

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
}
PARSED_AT_ONCE = {"text/plain"}  # nothing is done but decoding, so no child is needed, and none waited for
_TEXT_IS_THE_FILE = {"text/plain", "text/markdown"}


def find_files(path: Path) -> list[Path]:
    """The readable files at `path`: itself, or all below a folder in sorted order, hidden ones left out.

    Raises NotFoundError where there is nothing by that name, MediaTypeError for a file in a format no parser reads.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() in MEDIA_TYPES and file.is_file())
        return [file for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts)]
    if not path.exists():
        raise NotFoundError(f"There is no file or folder {path}: check the spelling.")
    media_type_of(path.name)
    return [path]


def media_type_of(name: str, declared: str | None = None) -> str:
    """The media type to parse by: the one `declared` if a parser reads it, else the one the name's ending stands for.

    Raises MediaTypeError where neither is readable.
    """
    wanted = (declared or "").split(";")[0].strip().lower()
    if wanted in MEDIA_TYPES.values():
        return wanted
    by_name = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    if by_name is None or wanted not in ("", "application/octet-stream", "text/x-markdown"):
        what = f"{name} ({wanted})" if wanted else name
        raise MediaTypeError(f"{what} is in a format that Quoth doesn't read: bring {READABLE}.")
    return by_name


def load(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Document:
    """The document of one file; raises as `load_source` does."""
    return load_source(path, limits=limits).document


def load_source(path: Path, *, found_in: Path | None = None, limits: Limits = DEFAULT_LIMITS) -> Source:
    """Read and parse one file; its id is its path below the working directory, or else the whole path.

    Raises DocumentError (or a kind of it) for what can't be parsed, for what isn't a file that has an end, and for a
    link that leads out of the folder it was `found_in`; StorageError for what can't be opened.
    """
    document_id = id_of(path)
    check_id(document_id)
    if found_in is not None and not path.resolve().is_relative_to(found_in.resolve()):
        raise DocumentError(
            f"{path} is a link that leads out of {found_in}, to {path.resolve()}: index that itself, or bring a copy."
        )
    data = _read(path, document_id)
    return source_of(parse(data, document_id, media_type_of(path.name), limits=limits), data)


def _read(path: Path, document_id: str) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(
                f"{path} is no file with an end, but a pipe or a device: bring a copy of what it holds."
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise StorageError(f"{path} can't be read ({error.strerror}): check its permissions.") from error
    if len(data) > MAX_BYTES:
        raise TooLargeError(_too_large(document_id, max(status.st_size, len(data))))
    return data


def source_of(document: Document, data: bytes) -> Source:
    """The document with the bytes it was parsed from, to be kept if its text isn't these bytes."""
    return Source(document, None if document.media_type in _TEXT_IS_THE_FILE else data)


def id_of(path: Path) -> str:
    """A file's document id: the same however the path is written, and different for different files."""
    whole = path.resolve()
    here = Path.cwd()
    return (whole.relative_to(here) if whole.is_relative_to(here) else whole).as_posix().lstrip("/")


def parse(
    data: bytes,
    document_id: str,
    media_type: str,
    *,
    title: str | None = None,
    uri: str | None = None,
    metadata: Metadata | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Bytes in one of the four media types → Document. `title` and `uri` default to what the bytes and the id say.

    All but plain text is parsed in a child process, so that no document takes down this one. Raises DocumentError for
    bytes that are empty, binary, wrongly encoded, encrypted, cut short or without text, and for those that break their
    parser or take more than the `limits`; MediaTypeError for another media type, TooLargeError over MAX_BYTES, and
    StorageError where no child can be started.
    """
    check_id(document_id)
    if len(data) > MAX_BYTES:
        raise TooLargeError(_too_large(document_id, len(data)))
    if not data.strip():
        raise DocumentError(f"{document_id} is empty, so there is nothing to index.")
    if media_type not in PARSERS:
        raise MediaTypeError(f"{document_id} ({media_type}) is in a format that Quoth doesn't read: bring {READABLE}.")
    here = media_type in PARSED_AT_ONCE
    found = (parsed if here else process_with(limits).parsed)(data, document_id, media_type)
    return Document(
        id=document_id,
        title=title or found.title or PurePosixPath(document_id).stem or document_id,
        text=found.text,
        uri=uri,
        media_type=media_type,
        metadata=metadata or {},
        pages=found.pages,
        headings=found.headings,
    )


def _too_large(name: str, size: int) -> str:
    return f"{name} has {size / 2**20:.0f} MiB; at most {MAX_BYTES // 2**20} MiB are taken: split it."
