"""`Document.text` → chunks: slices with proven character offsets, sized in the embedder's tokens.

langchain-text-splitters cuts the text, without overlap and without losing a character, so that each piece's position
is the sum of the lengths before it: no search for the piece's text, which fails on repeated words. The overlap is then
added by moving each chunk's start back to a sentence, or failing that a word, of the chunk before.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

TokenCounter = Callable[[str], int]

# From the best place to cut to the worst: paragraph, sentence, line, word, character. A line comes after a sentence,
# since plain text and PDF wrap lines in mid-sentence.
_SENTENCE_END = r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+|(?<=[。！？])"
_SEPARATORS = [r"(?:\r?\n[ \t]*){2,}", _SENTENCE_END, r"\r?\n", r"\s+", ""]
_SENTENCE_START = re.compile(_SENTENCE_END)
_WORD_START = re.compile(r"(?<!\S)(?=\S)")
_MAX_CHARS_PER_TOKEN = 16  # how far back to look for an overlap's start; words of more characters a token are rare


@dataclass(frozen=True, slots=True)
class Chunk:
    """The slice `[start, end)` of a document's text, in characters; neither end is white space."""

    start: int
    end: int


class ChunkingError(RuntimeError):
    """The splitter lost or altered text: a defect, never the document's fault."""


def chunk(text: str, count_tokens: TokenCounter, *, size: int, overlap: int) -> list[Chunk]:
    """Cut `text` into chunks of at most `size` tokens, each starting up to `overlap` tokens before the last one's end.

    Every character that isn't white space lies in at least one chunk. `size` > `overlap` ≥ 0. A single character of
    more than `size` tokens would be a chunk of its own. Raises ChunkingError if a piece is not where it must be.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    count = lru_cache(maxsize=8192)(count_tokens)  # the splitter asks for the same piece up to three times
    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=size - overlap,
        chunk_overlap=0,
        length_function=count,
    )
    chunks: list[Chunk] = []
    for start, end in _located(text, _merged(splitter.split_text(text), count, size - overlap)):
        start = _with_overlap(text, start, count, overlap) if overlap else start
        content = text[start:end]
        first = start + len(content) - len(content.lstrip())
        last = end - len(content) + len(content.rstrip())
        if first < last and not text[max(start, chunks[-1].end if chunks else 0) : end].isspace():
            chunks.append(Chunk(first, last))
    return chunks


def _merged(pieces: list[str], count: TokenCounter, limit: int) -> Iterator[str]:
    """Join neighbours while they fit: the splitter leaves the last scrap of each long paragraph alone."""
    current, length = "", 0
    for piece in pieces:
        tokens = count(piece)
        if current and length + tokens > limit:
            yield current
            current, length = "", 0
        current, length = current + piece, length + tokens
    yield current


def _located(text: str, pieces: Iterable[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for piece in pieces:
        end = start + len(piece)
        if text[start:end] != piece:
            raise ChunkingError(f"The piece at character {start} is not the text that stands there.")
        yield start, end
        start = end
    if start != len(text):
        raise ChunkingError(f"The pieces end at character {start} of {len(text)}.")


def _with_overlap(text: str, start: int, count: TokenCounter, overlap: int) -> int:
    """The earliest sentence start at most `overlap` tokens before `start`; the earliest word where there is none."""
    floor = max(0, start - overlap * _MAX_CHARS_PER_TOKEN)
    for pattern in (_SENTENCE_START, _WORD_START):
        places = [match.end() for match in pattern.finditer(text, floor, start) if match.end() < start]
        first = bisect_left(places, -overlap, key=lambda place: -count(text[place:start]))
        if first < len(places):
            return places[first]
    return start
