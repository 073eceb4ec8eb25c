"""JSON, JSON lines and XML: values with the keys they stand under; alike records with short values are a table."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index.errors import DocumentError
from index.formats.base import Format, Parsed, decode
from index.formats.blocks import Blocks
from index.formats.elements import tag_of
from index.formats.packages import xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = ("title", "name", "question", "subject", "label", "id", "key")  # what a record may be called by
_MAX_CELL = 100  # characters of a value in a table
_MAX_COLUMNS = 12


def _parse_json(data: bytes, name: str) -> Parsed:
    text = decode(data, name)
    try:
        value = _loaded(text)
    except ValueError as error:
        raise DocumentError(f"{name} isn't JSON ({error}): mend it, or save it as .txt.") from error
    return _written(value, name)


def _parse_lines(data: bytes, name: str) -> Parsed:
    values = []
    for number, line in enumerate(decode(data, name).splitlines(), start=1):
        try:
            values += [_loaded(line)] if line.strip() else []
        except ValueError as error:
            raise DocumentError(
                f"{name} isn't JSON lines (line {number}: {error}): mend it, or save it as .txt."
            ) from error
    return _written(values, name)


def _parse_xml(data: bytes, name: str) -> Parsed:
    blocks = Blocks(name)
    _write_element(xml(data, name, "an XML document"), 1, blocks)
    return blocks.parsed("an XML document")


def _loaded(text: str) -> Any:  # noqa: ANN401  # whatever JSON has
    """The value, with its numbers as they are written. Raises ValueError."""
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)


def _written(value: Any, name: str) -> Parsed:  # noqa: ANN401
    blocks = Blocks(name)
    _write(value, 1, blocks)
    title = value.get("title") if isinstance(value, Mapping) else None
    parsed = blocks.parsed("JSON", title if isinstance(title, str) else None)
    return parsed if isinstance(title, str) else Parsed(parsed.text, headings=parsed.headings)


def _write(value: Any, level: int, blocks: Blocks) -> None:  # noqa: ANN401
    if isinstance(value, Mapping):
        blocks.paragraph("\n".join(f"{key}: {_scalar(each)}" for key, each in value.items() if _is_scalar(each)))
        for key, each in value.items():
            if not _is_scalar(each):
                blocks.heading(key, level)
                _write(each, level + 1, blocks)
    elif not isinstance(value, Sequence) or isinstance(value, str):
        blocks.paragraph(_scalar(value))
    elif heads := _heads(value):
        blocks.table([heads, *([_scalar(record.get(head, "")) for head in heads] for record in value)])
    else:
        _write_list(value, level, blocks)


def _write_list(values: Sequence[Any], level: int, blocks: Blocks) -> None:
    for number, each in enumerate(values, start=1):
        if _is_scalar(each):
            blocks.item(_scalar(each))
        else:
            blocks.heading(_called(each) or str(number), level)
            _write(each, level + 1, blocks)


def _heads(values: Sequence[Any]) -> list[str]:
    """The keys of records that are short and alike enough for a table; none where they aren't."""
    heads: dict[str, None] = {}
    for record in values:
        if not isinstance(record, Mapping) or not all(map(_is_short, record.values())):
            return []
        heads |= dict.fromkeys(record)
        if len(heads) > _MAX_COLUMNS:
            return []
    return list(heads) if len(heads) > 1 and len(values) > 1 else []


def _called(value: Any) -> str:  # noqa: ANN401
    if not isinstance(value, Mapping):
        return ""
    return next((str(value[key]) for key in _TITLES if key in value and _is_short(value[key]) and value[key]), "")


def _is_scalar(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, str | bool | None)


def _is_short(value: Any) -> bool:  # noqa: ANN401
    return _is_scalar(value) and len(_scalar(value)) <= _MAX_CELL


def _scalar(value: str | bool | None) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value).lower()


def _write_element(element: "_Element", level: int, blocks: Blocks) -> None:
    """A leaf is its name and its text, an element with text between others a paragraph; a title heads what it is in."""
    children = [child for child in element if tag_of(child)]
    is_mixed = bool((element.text or "").strip() or any((child.tail or "").strip() for child in children))
    if is_mixed and children:
        blocks.paragraph(_text(element))
        return
    leaves: list[str] = []
    for child in children:
        text = _text(child)
        if len(child) or not text:
            blocks.paragraph("\n".join(leaves))
            leaves = []
            _write_element(child, min(level + 1, 9), blocks)
        elif tag_of(child) in ("title", "head"):
            blocks.heading(text, level)
        else:
            leaves.append(f"{tag_of(child)}: {text}")
    if not children:
        leaves.append(_text(element))
    blocks.paragraph("\n".join(leaves))


def _text(element: "_Element") -> str:
    return " ".join("".join(element.itertext()).split())


JSON = Format("JSON", "application/json", (".json",), _parse_json)
JSON_LINES = Format(
    "JSON lines", "application/jsonl", (".jsonl", ".ndjson"), _parse_lines, also_declared=("application/x-ndjson",)
)
XML = Format("XML", "application/xml", (".xml",), _parse_xml, also_declared=("text/xml",), libraries=("lxml.etree",))
