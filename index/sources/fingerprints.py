"""By what a source tells that it hasn't changed: a file's size and times, a page's ETag, kept beside the index.

This is a cache, of this machine alone, which only saves reading: whoever deletes it loses nothing. An entry counts only
for a document whose content is still the one that it was remembered with, and only for the parsers that read it, so
that a new Quoth reads everything anew. It has digests in place of ids, so that it names no document that was removed.
"""

import json
import os
from collections.abc import Collection
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from index.documents import digest

_ID_CHARS = 32  # of an id's digest: 128 bits


class Fingerprints:
    """The fingerprints of one source's documents in one collection, in `file`; with None they last as long as this.

    Unless `read`, those in the file are passed over, and replaced when these are saved.
    """

    def __init__(self, file: Path | None = None, *, read: bool = True) -> None:
        self._file = file
        self._entries: dict[str, tuple[str, str]] = _read(file) if file and read else {}
        self._changed = False

    def of(self, document_id: str, sha256: str | None) -> str | None:
        """The fingerprint remembered with a document of this content; None if there is none."""
        fingerprint, content = self._entries.get(_key(document_id), ("", ""))
        return fingerprint if sha256 is not None and content == sha256 else None

    def remember(self, document_id: str, fingerprint: str, sha256: str) -> None:
        """The source looked like this when the document with this content was read from it."""
        entry = fingerprint, sha256
        if self._entries.get(_key(document_id)) != entry:
            self._entries[_key(document_id)] = entry
            self._changed = True

    def keep_only(self, document_ids: Collection[str]) -> None:
        """Forget all others."""
        keys = set(map(_key, document_ids))
        if not self._entries.keys() <= keys:
            self._entries = {key: entry for key, entry in self._entries.items() if key in keys}
            self._changed = True

    def save(self) -> None:
        """Write them, whole or not at all. Where that is impossible they are lost, and the next run reads more."""
        if self._file is None or not self._changed:
            return
        written = json.dumps({"parsers": _parsers(), "entries": self._entries})
        begun = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            try:
                begun.write_text(written, encoding="utf-8")
                begun.replace(self._file)
            finally:
                begun.unlink(missing_ok=True)
        self._changed = False


def fingerprints_file(folder: Path, *names: str) -> Path:
    """The file for what these names tell apart: the store, the collection, the source."""
    return folder / "sync" / f"{digest(json.dumps(names).encode())[:_ID_CHARS]}.json"


def _read(file: Path) -> dict[str, tuple[str, str]]:
    """What is in the file; nothing where it isn't there, is damaged, or was made with other parsers."""
    with suppress(OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["parsers"] == _parsers():
            return {str(key): (str(fingerprint), str(sha256)) for key, (fingerprint, sha256) in kept["entries"].items()}
    return {}


def _key(document_id: str) -> str:
    return digest(document_id.encode(errors="surrogatepass"))[:_ID_CHARS]


@cache
def _parsers() -> str:
    """The digest of the code that makes documents of bytes."""
    modules = sorted((each for each in files("index.formats").iterdir() if each.name.endswith(".py")), key=_name)
    return digest(b"".join(each.read_bytes() for each in (*modules, files("index").joinpath("documents.py"))))


def _name(file: object) -> str:
    return str(getattr(file, "name", ""))
