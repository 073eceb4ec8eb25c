"""Zip files of XML parts, as offices and electronic books have them: opened within bounds, or refused by name.

What unfolds to too much, is encrypted or damaged, or has a DTD (which such parts never need, and through which XML
names other files and unfolds without end) is refused before a library sees any of it.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.errors import DocumentError, TooLargeError
from index.formats.base import MAX_BYTES, WrongFormatError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_PARTS = 20_000
MAX_UNPACKED = 4 * MAX_BYTES  # of all parts together

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how files of Office before 2007 begin, and those that it encrypts
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_DOCTYPES = [b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be")]
_WITHOUT_DTD = (".xml", ".rels")
# What the part has in it that says what a package is → that, and its usual ending
_KINDS = {
    b"wordprocessingml": ("a Word document", ".docx"),
    b"ms-word": ("a Word document", ".docx"),
    b"spreadsheetml": ("an Excel workbook", ".xlsx"),
    b"ms-excel": ("an Excel workbook", ".xlsx"),
    b"presentationml": ("a PowerPoint presentation", ".pptx"),
    b"ms-powerpoint": ("a PowerPoint presentation", ".pptx"),
    b"application/vnd.oasis.opendocument.text": ("an OpenDocument text", ".odt"),
    b"application/vnd.oasis.opendocument.spreadsheet": ("an OpenDocument spreadsheet", ".ods"),
    b"application/vnd.oasis.opendocument.presentation": ("an OpenDocument presentation", ".odp"),
    b"application/epub+zip": ("an EPUB book", ".epub"),
}
_MAIN_PART = re.compile(
    rb"(wordprocessingml|spreadsheetml|presentationml|ms-word|ms-excel|ms-powerpoint)\.[\w.]+\.main\+xml"
)


class Package:
    """A zip file whose parts may be read. Raises DocumentError for one that is damaged, encrypted or another `kind`,
    WrongFormatError for what is no zip file, TooLargeError for one that unfolds to too much.

    `kind` is what it must be, as `_KINDS` says it: "a Word document".
    """

    def __init__(self, data: bytes, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        if data.startswith(_OLE):
            raise _old_or_encrypted(data, name, kind)
        if not data.startswith(b"PK"):
            raise WrongFormatError(f"{name} is not {kind}, whatever its name says")
        with self.reading():
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        self.paths = {info.filename for info in self._zip.infolist()}
        self._check_sizes()
        self._check_kind()
        self._check_parts()

    def read(self, path: str) -> bytes:
        """A part's bytes. Raises DocumentError where it isn't there or is damaged."""
        with self.reading():
            return self._zip.read(path)

    def xml(self, path: str) -> "_Element":
        """A part's root element. Raises DocumentError where it isn't there or isn't XML."""
        return xml(self.read(path), self.name, self.kind)

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """What a part of an Office file refers to within it: id → (its type's last word, the part's path)."""
        folder, base = posixpath.split(path)
        relations = posixpath.join(folder, "_rels", f"{base}.rels")
        if relations not in self.paths:
            return {}
        return {
            each.get("Id", ""): (each.get("Type", "").rpartition("/")[2], _resolved(folder, each.get("Target", "")))
            for each in self.xml(relations)
            if each.get("TargetMode") != "External"
        }

    def main_part(self) -> str:
        """The path of an Office file's main part; "" where none is named."""
        return next((path for kind, path in self.relations("").values() if kind == "officeDocument"), "")

    def core_title(self) -> str | None:
        """The title among an Office file's properties, None where it has none."""
        if "docProps/core.xml" not in self.paths:
            return None
        return dublin_core_title(self.xml("docProps/core.xml"))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Whatever a damaged zip file has a library raise is a DocumentError."""
        try:
            yield
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
            raise DocumentError(
                f"{self.name} is {self.kind} that is damaged or cut short ({error}): copy or download it again."
            ) from error

    def _check_sizes(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise TooLargeError(
                f"{self.name} unfolds to more than {MAX_UNPACKED // 2**20} MiB or {MAX_PARTS:,} parts, which is all "
                "that is taken: split it, or take its pictures out."
            )
        if any(part.flag_bits & 1 for part in parts):
            raise encrypted(self.name)

    def _check_kind(self) -> None:
        if "mimetype" in self.paths:
            mark: bytes | None = self.read("mimetype").strip()
        else:
            types = self.read("[Content_Types].xml") if "[Content_Types].xml" in self.paths else b""
            mark = next((each[1] for each in _MAIN_PART.finditer(types)), None)
        if mark not in _KINDS:
            raise WrongFormatError(f"{self.name} is a zip file, not {self.kind}, whatever its name says")
        kind, suffix = _KINDS[mark]
        if kind != self.kind:
            raise DocumentError(f"{self.name} is {kind}, not {self.kind}: have its name end in {suffix}.")

    def _check_parts(self) -> None:
        """A DTD is looked for in every part that has none by its standard; a book's pages may have HTML's."""
        if self.kind == "an EPUB book":
            return
        for path in self.paths:
            part = self.read(path) if path.endswith(_WITHOUT_DTD) else b""
            if any(mark in part for mark in _DOCTYPES):
                raise DocumentError(f"{self.name} has a DTD in {path}, which {self.kind} never has: export it again.")


def xml(data: bytes, name: str, kind: str) -> "_Element":
    """The root of an XML document, with no entity unfolded and nothing fetched. Raises DocumentError for what isn't."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"{name} is damaged as {kind} ({error.msg}): export it again.") from error
    return root


def dublin_core_title(root: "_Element") -> str | None:
    """The title that a document's properties name, None where they don't."""
    title: str | None = root.findtext(".//{http://purl.org/dc/elements/1.1/}title")
    return title


def encrypted(name: str) -> DocumentError:
    """The error for a file that asks for a password."""
    return DocumentError(f"{name} is encrypted: save it without a password first.")


def _old_or_encrypted(data: bytes, name: str, kind: str) -> DocumentError:
    if _ENCRYPTED_STREAM in data:
        return encrypted(name)
    suffix = next(suffix for each, suffix in _KINDS.values() if each == kind)
    return DocumentError(
        f"{name} is a file of Office before 2007, whatever its name says: save it as {suffix}, with Word's or "
        "LibreOffice's “Save as”."
    )


def _resolved(folder: str, target: str) -> str:
    """The path of a part that one in this folder refers to: from there, or from the top if it begins with a slash."""
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
