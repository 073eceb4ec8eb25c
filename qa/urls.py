"""A place in a document → links to it: into the viewer's page, and into the source it comes from.

The viewer's link carries the words themselves, by which they are found again in a document that has changed. It does so
behind the `#`, which browsers keep to themselves, so that no server's log has them.
"""

import re
from urllib.parse import quote, urlencode

from index.documents import DEFAULT_COLLECTION, Document
from index.formats.registry import stored_format

CONTEXT_CHARS = 32
_MAX_EXACT_CHARS = 300  # of the viewer's link; longer words are found by their beginning
_MAX_FRAGMENT_CHARS = 200  # longer words are given by their first and last ones
_END_WORDS = 6
_MAX_WORD_CHARS = 64
_NEAR_CHARS = 8 * CONTEXT_CHARS  # within which breaks are looked for

_ON_THE_WEB = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)


def viewer_url(document: Document, collection: str, start: int, end: int) -> str:
    """The path of the page that shows a document with `[start, end)` marked, or where these words are by then."""
    words = {
        "prefix": _collapsed(document.text[max(0, start - CONTEXT_CHARS) : start]),
        "exact": _collapsed(document.text[start : min(end, start + _MAX_EXACT_CHARS)]),
        "suffix": _collapsed(document.text[end : end + CONTEXT_CHARS]) if end - start <= _MAX_EXACT_CHARS else "",
    }
    given = {name: text for name, text in words.items() if text}
    return f"{place_url(document.id, collection, start, end)}&{urlencode(given)}"


def place_url(document_id: str, collection: str, start: int, end: int) -> str:
    """The same without the words: what stands at `[start, end)` when it is followed."""
    parameters: dict[str, str | int] = {"start": start, "end": end}
    if collection != DEFAULT_COLLECTION:
        parameters["collection"] = collection
    return f"/documents/{id_path(document_id)}?{urlencode(parameters)}#cited"


def source_url(document: Document, collection: str, start: int, end: int, *, has_original: bool) -> str | None:
    """Where the source itself shows the place; None where there is nothing to link to.

    Where viewers of the format open a page, as of PDF, it is that, in the original kept here or else at its web
    address. Of anything else it is the web address with the words to scroll to (a text fragment,
    https://wicg.github.io/scroll-to-text-fragment/).
    """
    on_the_web = document.uri if document.uri and _ON_THE_WEB.fullmatch(document.uri) else None
    page, page_links = document.page_at(start), stored_format(document.media_type).page_links
    if page_links and has_original:
        within = "" if collection == DEFAULT_COLLECTION else f"?{urlencode({'collection': collection})}"
        return f"/v1/originals/{id_path(document.id)}{within}#page={page}"
    if on_the_web is None:
        return None
    address, _, fragment = on_the_web.partition("#")
    if page_links:
        return f"{address}#page={page}"
    directive = text_directive(document, start, end)
    fragment = fragment.partition(":~:")[0] + (f":~:{directive}" if directive else "")
    return f"{address}#{fragment}" if fragment else address


def id_path(document_id: str) -> str:
    """A document's id as the end of a path; browsers would resolve its `..` as a folder's if its slashes stood."""
    dotted = {".", ".."} & set(document_id.split("/"))
    return quote(document_id, safe="" if dotted else "/")


def text_directive(document: Document, start: int, end: int) -> str:
    """`text=prefix-,exact,-suffix` for the words at `[start, end)`, widened to whole words; "" if they are no words."""
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
    """The slice with the words at its borders whole, as a browser looks for them."""
    for _ in range(_MAX_WORD_CHARS):
        start -= _inside_a_word(text, start)
        end += _inside_a_word(text, end)
    return start, end


def _before(text: str, start: int, breaks: re.Pattern[str]) -> str:
    """Up to CONTEXT_CHARS characters in front, as far as no break is between; whole words of them."""
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
    """As a directive's part: besides what any URL needs, `-`, `,` and `&` would end it."""
    return quote(words, safe="").replace("-", "%2D")
