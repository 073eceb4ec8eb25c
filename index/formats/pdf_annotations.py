"""What was added to a PDF's page: values filled into a form, and notes typed onto it.

PDFium's text of a page has neither, though both are shown and printed.
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from index.formats.pdf_lines import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_HIDDEN = 0x02 | 0x20  # the flags Hidden and NoView (ISO 32000-1, table 165)
_NOT_CHOSEN = "Off"  # the value of a box that isn't ticked
_MAX_ANNOTATIONS = 10_000  # a page
_NEAR = 250.0  # points between a field and its label beside it
_CLOSE = 12.0  # and above it
_MAX_LABEL_WORDS = 8
_Box = tuple[float, float, float, float]  # left, bottom, right, top


def added_to(page: "PdfPage", lines: Sequence[Line] = ()) -> Iterator[str]:
    """One line an annotation: "label: value", or a note's text; hidden ones and empty fields aren't there.

    A field's label is its name for people; else the words of the page's `lines` that stand beside or above it; else its
    name in the file. For a form's values the document's forms must have been initialised before the page was loaded.
    """
    from pypdfium2 import raw

    for i in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, i)
        try:
            line = _line_of(annotation, page, lines)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        if line:
            yield line


def _line_of(annotation: Any, page: "PdfPage", lines: Sequence[Line]) -> str | None:  # noqa: ANN401  # PDFium's handle
    from pypdfium2 import raw

    form: Any = page.formenv
    if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
        return None
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind in (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_FREETEXT):
        return _string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")
    if kind != raw.FPDF_ANNOT_WIDGET or form is None:
        return None
    value = _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    if not value or value == _NOT_CHOSEN:
        return None
    name = _string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)  # for people
    is_ticked = raw.FPDFAnnot_GetFormFieldType(form, annotation) in (
        raw.FPDF_FORMFIELD_CHECKBOX,
        raw.FPDF_FORMFIELD_RADIOBUTTON,
    )
    box = _box(annotation, page)
    name = name or (box and _label(box, lines, after=is_ticked)) or ""
    name = name or _string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    return f"{name}: {value}" if name else None


def _box(annotation: Any, page: "PdfPage") -> _Box | None:  # noqa: ANN401
    """Where it stands on the page as shown; None on a page that is turned."""
    from pypdfium2 import raw

    place = raw.FS_RECTF()
    if page.get_rotation() or not raw.FPDFAnnot_GetRect(annotation, place):
        return None
    left, bottom, _, _ = page.get_bbox()
    lower, upper = sorted((place.bottom - bottom, place.top - bottom))
    return place.left - left, lower, place.right - left, upper


def _label(box: _Box, lines: Sequence[Line], *, after: bool) -> str:
    """The words that say what is in a field: on its left, or right `after` a box to tick; else right above it."""
    left, bottom, right, top = box
    beside = [
        (line.left - right if after else left - line.right, line)
        for line in lines
        if line.bottom < (bottom + top) / 2 < line.top and (line.left >= right - 2 if after else line.right <= left + 2)
    ]
    above = [(line.bottom - top, line) for line in lines if line.left < right and line.right > left]
    for far, found in ((_NEAR, beside), (_CLOSE, [each for each in above if each[0] > -2])):
        gap, nearest = min(found, key=lambda each: each[0], default=(far, None))
        if nearest and gap < far and 0 < len(nearest.text.split()) <= _MAX_LABEL_WORDS:
            return nearest.text.rstrip(" :.…_").strip()
    return ""


def _string(ask: Any, *about: Any) -> str:  # noqa: ANN401
    """What one of PDFium's functions writes into a buffer, on one line; it returns how many bytes it needs."""
    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(ask(*about, None, 0))
    ask(*about, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), len(buffer))
    return " ".join(buffer.raw.decode("utf-16-le", "replace").rstrip("\0").split())
