"""A span's first occurrence in a text, in the form that a question asks for."""

from index.documents import Document
from qa.answering.forms.form import Shape
from qa.answering.forms.shaping import shape


def shaped(question: str, text: str, span: str, **options: object) -> tuple[Shape, str]:
    """The shape of a span's first occurrence, and its words."""
    media_type = str(options.pop("media_type", "text/markdown"))
    start = text.index(span)
    found = shape(question, Document("d", "d", text, media_type=media_type), start, start + len(span), **options)  # type: ignore[arg-type]
    for part in found.parts:
        assert text[part.start : part.end] == part.text
        assert found.start <= part.start < part.end <= found.end
    return found, text[found.start : found.end]


def parts(found: tuple[Shape, str]) -> list[str]:
    return [part.text for part in found[0].parts]
