"""Links to a place in a document: in the viewer's page, and in the document's source.

The viewer's link also holds the cited words, to find them again in a document that has changed. They follow the `#`,
which browsers don't send, so that no server's log has them.
"""

import re
from urllib.parse import quote, urlencode

from index.documents import DEFAULT_COLLECTION, Document
from index.formats.registry import stored_format

CONTEXT_CHARS = 32
_MAX_EXACT_CHARS = 300  # in the viewer's link; longer text is found by its beginning
_MAX_FRAGMENT_CHARS = 200  # longer text is named by its first and last words
_END_WORDS = 6
_MAX_WORD_CHARS = 64
_NEAR_CHARS = 8 * CONTEXT_CHARS  # how far breaks are searched

_ON_THE_WEB = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


def viewer_url(document: Document, collection: str, start: int, end: int) -> str:
    """The path of the page that shows a document with `[start, end)` marked, wherever its words have moved since."""
    words = {
        "prefix": _collapsed(document.text[max(0, start - CONTEXT_CHARS) : start]),
        "exact": _collapsed(document.text[start : min(end, start + _MAX_EXACT_CHARS)]),
        "suffix": _collapsed(document.text[end : end + CONTEXT_CHARS]) if end - start <= _MAX_EXACT_CHARS else "",
    }
    present = {name: text for name, text in words.items() if text}
    return f"{place_url(document.id, collection, start, end)}&{urlencode(present)}"


def place_url(document_id: str, collection: str, start: int, end: int) -> str:
    """The same path without the words: it marks `[start, end)`, whatever the document has there by then."""
    parameters: dict[str, str | int] = {"start": start, "end": end}
    if collection != DEFAULT_COLLECTION:
        parameters["collection"] = collection
    return f"/documents/{id_path(document_id)}?{urlencode(parameters)}#cited"


def source_url(document: Document, collection: str, start: int, end: int, *, has_original: bool) -> str | None:
    """A link to the place in the document's source; None if there is no source to link to.

    For formats with page links, such as PDF, it is the page in the original kept here, or else at the document's web
    address. For other formats it is the web address with the words to scroll to (a text fragment,
    https://wicg.github.io/scroll-to-text-fragment/).
    """
    on_the_web = document.uri if document.uri and _ON_THE_WEB.fullmatch(document.uri) else None
    page, page_links = document.page_at(start), stored_format(document.media_type).page_links
    if page_links and has_original:
        query = "" if collection == DEFAULT_COLLECTION else f"?{urlencode({'collection': collection})}"
        return f"/v1/originals/{id_path(document.id)}{query}#page={page}"
    if on_the_web is None:
        return None
    address, _, fragment = on_the_web.partition("#")
    if page_links:
        return f"{address}#page={page}"
    directive = text_directive(document, start, end)
    fragment = fragment.partition(":~:")[0] + (f":~:{directive}" if directive else "")
    return f"{address}#{fragment}" if fragment else address


def id_path(document_id: str) -> str:
    """A document's id as part of a path.

    Slashes stay, except in an id with `.` or `..` as a part, which browsers would resolve as a folder.
    """
    dotted = {".", ".."} & set(document_id.split("/"))
    return quote(document_id, safe="" if dotted else "/")


def text_directive(document: Document, start: int, end: int) -> str:
    """`text=prefix-,exact,-suffix` for `[start, end)`, widened to whole words; "" if it holds only white space."""
    text, breaks = document.text, stored_format(document.media_type).breaks
    start, end = _widened(text, start, end)
    parts = [part for part in map(_collapsed, breaks.split(text[start:end])) if part]
    if not parts:
        return ""
    if len(parts) == 1 and len(parts[0]) <= _MAX_FRAGMENT_CHARS:
        words = parts
    else:
        words = [" ".join(parts[0].split()[:_END_WORDS]), " ".join(parts[-1].split()[-_END_WORDS:])]
    prefix, suffix = _before(text, start, breaks), _after(text, end, breaks)
    directive = [f"{_encoded(prefix)}-"] if prefix else []
    directive += map(_encoded, words)
    directive += [f"-{_encoded(suffix)}"] if suffix else []
    return "text=" + ",".join(directive)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """The slice widened to whole words, because browsers match only those."""
    for _ in range(_MAX_WORD_CHARS):
        start -= _inside_a_word(text, start)
        end += _inside_a_word(text, end)
    return start, end


def _before(text: str, start: int, breaks: re.Pattern[str]) -> str:
    """The whole words in the last CONTEXT_CHARS characters before `start`, up to a break."""
    near = _collapsed(breaks.split(text[max(0, start - _NEAR_CHARS) : start])[-1])
    first = max(0, len(near) - CONTEXT_CHARS)
    return re.sub(r"^\S+ ", "", near[first:]) if _inside_a_word(near, first) else near[first:].strip()


def _after(text: str, end: int, breaks: re.Pattern[str]) -> str:
    near = _collapsed(breaks.split(text[end : end + _NEAR_CHARS])[0])
    return (
        re.sub(r" \S+$", "", near[:CONTEXT_CHARS])
        if _inside_a_word(near, CONTEXT_CHARS)
        else near[:CONTEXT_CHARS].strip()
    )


def _inside_a_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and all(re.match(r"\w", character) for character in text[place - 1 : place + 1])


def _collapsed(text: str) -> str:
    return " ".join(text.split())


def _encoded(words: str) -> str:
    """Percent-encoded for a text directive, including `-`, `,` and `&`, which separate its parts."""
    return quote(words, safe="").replace("-", "%2D")
