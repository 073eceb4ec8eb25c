"""Jupyter notebooks: their cells as one Markdown text, code and what it printed between fences."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import DocumentError
from index.formats.base import Format, Layout, Parsed, WrongFormatError, decode
from index.formats.markdown import MARKDOWN

_FENCE = "````"  # longer than those that are in cells


def _parse(data: bytes, name: str) -> Parsed:
    text = decode(data, name)
    try:
        notebook = json.loads(text)
        cells = notebook["cells"]
        language = str(notebook.get("metadata", {}).get("language_info", {}).get("name", ""))
        blocks = [block for cell in cells for block in _blocks(cell, language) if block.strip()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if "worksheets" in text[-4096:] or '"nbformat": 3' in text:
            raise DocumentError(f"{name} is a notebook of before 2015: open and save it in Jupyter.") from error
        if isinstance(error, ValueError) and text.lstrip().startswith("{"):
            raise DocumentError(
                f"{name} is a notebook that is damaged or cut short: copy or download it again."
            ) from error
        raise WrongFormatError(f"{name} is not a Jupyter notebook, whatever its name says") from error
    if not blocks:
        raise DocumentError(f"{name} is a notebook without any text to index (pictures don't count).")
    return MARKDOWN.parse("\n\n".join(blocks).encode("utf-8", "replace"), name)


def _blocks(cell: dict[str, Any], language: str) -> Iterator[str]:
    source = _joined(cell["source"]).strip("\n")
    if cell["cell_type"] != "code":
        yield source
        return
    if source.strip():
        yield f"{_FENCE}{language}\n{source}\n{_FENCE}"
    for output in cell.get("outputs", ()):
        printed = _joined(output.get("text") or output.get("data", {}).get("text/plain", "")).strip("\n")
        if printed.strip():
            yield f"{_FENCE}\n{printed}\n{_FENCE}"


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


NOTEBOOK = Format(
    "Jupyter notebook",
    "application/x-ipynb+json",
    (".ipynb",),
    _parse,
    also_declared=("application/json",),
    layout=Layout.MARKDOWN,
)
