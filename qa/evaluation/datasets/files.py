"""Read text, lines and fields of a dataset; errors name the file, the line or JSON path, and the field."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from index.documents import Document
from index.errors import DatasetError, DocumentError
from qa.answering.questions import Turn

_Kind = TypeVar("_Kind")
_NAMES = {str: "text", list: "a list", dict: "an object", int: "a whole number"}


def text_of(path: Path) -> str:
    """A file's text, decompressed if its name ends in .gz. Raises DatasetError if it can't be read as UTF-8."""
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise DatasetError(f"{path} can't be read ({error.strerror or error}): check the name.") from error
    except (EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is not a whole gzip file ({error}): get it anew.") from error
    except UnicodeDecodeError as error:
        raise DatasetError(f"{path} is not UTF-8 at byte {error.start}: save it as UTF-8.") from None


def sha256_of(paths: Iterable[Path], documents: Sequence[Document] = ()) -> str:
    """Hex digest of a file, as `sha256sum` prints it.

    Of several files, or of a file and documents from elsewhere, it is the digest of all their digests.
    """
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    digests += [f"{document.id} {document.sha256}" for document in documents]
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def json_of(path: Path) -> Any:  # noqa: ANN401
    """A file's JSON. Raises DatasetError naming the line."""
    try:
        return json.loads(text_of(path))
    except json.JSONDecodeError as error:
        raise DatasetError(f"{path}, line {error.lineno}: not JSON ({error.msg}).") from None


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) for each line that isn't blank; `where` is the file and the line, from 1.

    Raises DatasetError naming them.
    """
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(f"{where}: not JSON ({error.msg} at character {error.pos}).") from None
        if not isinstance(value, dict):
            raise DatasetError(f"{where} is {type(value).__name__}, where an object is wanted.")
        yield where, value


def field(record: Any, name: str, kind: type[_Kind], where: str) -> _Kind:  # noqa: ANN401
    """The required field `name` of a record. Raises DatasetError if it is missing or not of `kind`."""
    if not isinstance(record, dict):
        raise DatasetError(f"{where} is {type(record).__name__}, where an object with {name!r} is wanted.")
    if name not in record:
        raise DatasetError(f"{where}: the field {name!r} is missing; it should be {_NAMES[kind]}.")
    value = record[name]
    if not isinstance(value, kind) or isinstance(value, bool):
        raise DatasetError(f"{where}: the field {name!r} is {type(value).__name__}, where {_NAMES[kind]} is wanted.")
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise DatasetError(f"{where}: the field {name!r} holds half a surrogate pair, which is not valid Unicode.")
    return value


def name_field(record: dict[str, Any], name: str, where: str) -> str:
    """The required id in the field `name`, which may be written as a number. Raises DatasetError as `field` does."""
    if isinstance(record.get(name), int):
        return str(record[name])
    return field(record, name, str, where)


def question_fields(record: dict[str, Any], where: str) -> dict[str, Any]:
    """The optional fields of a record beyond SQuAD's own, as arguments of `Question`.

    They are `type`; `yesno`, "yes" or "no"; `spans`, the items of a list answer, each as text or as [start, text]; and
    `history`, [{"question", "answer"}]. Raises DatasetError naming the field.
    """
    fields: dict[str, Any] = {}
    if record.get("type"):
        fields["type"] = field(record, "type", str, where)
    if record.get("yesno"):
        fields["yes_no"] = field(record, "yesno", str, where).lower()
        if fields["yes_no"] not in ("yes", "no"):
            raise DatasetError(f"{where}: the field 'yesno' is {record['yesno']!r}, where yes or no is wanted.")
    if record.get("spans"):
        fields["parts"] = tuple(_part(span, where) for span in field(record, "spans", list, where))
    if record.get("history"):
        fields["history"] = tuple(_turn(turn, where) for turn in field(record, "history", list, where))
    return fields


def _part(span: Any, where: str) -> str:  # noqa: ANN401  # any JSON
    text = span[1] if isinstance(span, list) and len(span) == 2 else span
    return field({"spans": text}, "spans", str, where)


def _turn(turn: Any, where: str) -> Turn:  # noqa: ANN401  # any JSON
    question = field(turn, "question", str, f"{where}, history")
    return Turn(question, field(turn, "answer", str, f"{where}, history") if turn.get("answer") is not None else None)


def document_of(document_id: str, title: str, text: str, where: str) -> Document:
    """A document. Raises DatasetError naming `where` it stands if its id, title or text is refused."""
    try:
        return Document(document_id, title, text)
    except DocumentError as error:
        raise DatasetError(f"{where}: {error}") from None
