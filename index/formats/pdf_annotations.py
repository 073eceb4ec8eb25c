"""What was added to a PDF's page: values filled into a form, and notes typed onto it.

PDFium's text of a page has neither, though both are shown and printed.
"""

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_HIDDEN = 0x02 | 0x20  # the flags Hidden and NoView (ISO 32000-1, table 165)
_NOT_CHOSEN = "Off"  # the value of a box that isn't ticked
_MAX_ANNOTATIONS = 10_000  # a page


def added_to(page: "PdfPage") -> Iterator[str]:
    """One line an annotation: "field: value", or a note's text; hidden ones and empty fields aren't there.

    For a form's values the document's forms must have been initialised before the page was loaded.
    """
    from pypdfium2 import raw

    for i in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        try:
            line = _line_of(annotation, page.formenv)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        if line:
            yield line


def _line_of(annotation: Any, form: Any) -> str | None:  # noqa: ANN401  # PDFium's handles
    from pypdfium2 import raw

    if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return None
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind in (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT):
        return _string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
    if kind != raw.FPDF_ANNOT_WIDGET or form is None:
        return None
    value = _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    # the field's name for people, else its name in the file
    alternate = _string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    name = alternate or _string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    return f"{name}: {value}" if name and value and value != _NOT_CHOSEN else None


def _string(ask: Any, *about: Any) -> str:  # noqa: ANN401
    """What one of PDFium's functions writes into a buffer, on one line; it returns how many bytes it needs."""
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(ask(*about, None, 0))
    ask(*about, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), len(buffer))
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\0").split())
