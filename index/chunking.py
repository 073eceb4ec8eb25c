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

from index.language.base import Language
from index.language.english import ENGLISH
from index.language.sentences import cut_pattern

TokenCounter = Callable[[str], int]

_BLANK_LINES = r"(?:\r?\n[ \t]*+){2,}+"  # possessive: where it can go back, it keeps 200 bytes for each line to do so
_MAX_AT_ONCE = 2**20  # characters given to the splitter, which takes a hundred times the memory where words are short
_WORD_START = re.compile(r"(?<!\S)(?=\S)")
# No token counts as more characters. Words that have more are rare; but one of a million characters would be one token,
# and so would any number of blank lines be none: a chunk without end, to be read and sent with every answer from it
_MAX_CHARS_PER_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Chunk:
    """The slice `[start, end)` of a document's text, in characters; neither end is white space."""

    start: int
    end: int


class ChunkingError(RuntimeError):
    """The splitter lost or altered text: a defect, never the document's fault."""


def chunk(
    text: str, count_tokens: TokenCounter, *, size: int, overlap: int, language: Language = ENGLISH
) -> list[Chunk]:
    """Cut `text` into chunks of at most `size` tokens, each starting up to `overlap` tokens before the last one's end.

    16 characters count as at least one token. Every character that isn't white space lies in at least one chunk.
    `size` > `overlap` ≥ 0. A single character of more than `size` tokens would be a chunk of its own. Raises
    ChunkingError if a piece is not where it must be.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    limit = (size - overlap) * _MAX_CHARS_PER_TOKEN
    sentence_start = cut_pattern(language)

    @lru_cache(maxsize=8192)  # the splitter asks for the same piece up to three times
    def weigh(piece: str) -> int:
        """Sixteenths of a token, and at least one a character; what is too long anyway isn't tokenized.

        White space at the end makes no piece too long, but leaves no room for another.
        """
        words = piece if len(piece) <= limit else piece.rstrip()
        if len(words) > limit:
            return len(words)
        tokens = _MAX_CHARS_PER_TOKEN * count_tokens(words)
        return tokens if tokens > limit else max(tokens, min(len(piece), limit - 1))

    splitter = RecursiveCharacterTextSplitter(
        # From the best place to cut to the worst: paragraph, sentence, line, word, character. A line comes after a
        # sentence, since plain text and PDF wrap lines in mid-sentence
        separators=[_BLANK_LINES, sentence_start.pattern, r"\r?\n", r"\s+", ""],
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=limit,
        chunk_overlap=0,
        length_function=weigh,
    )
    chunks: list[Chunk] = []
    pieces = (piece for section in _sections(text) for piece in splitter.split_text(section))
    for start, end in _located(text, _merged(pieces, weigh, limit)):
        if overlap:
            earliest = chunks[-1].start if chunks else 0
            start = _with_overlap(text, start, weigh, overlap * _MAX_CHARS_PER_TOKEN, earliest, sentence_start)
        content = text[start:end]
        first = start + len(content) - len(content.lstrip())
        last = end - len(content) + len(content.rstrip())
        if first < last and not text[max(start, chunks[-1].end if chunks else 0) : end].isspace():
            chunks.append(Chunk(first, last))
    return chunks


def _sections(text: str) -> Iterator[str]:
    """The text in parts that can be split at once, cut at a blank line if one is near, or a line's end, or a blank."""
    start = 0
    while len(text) - start > _MAX_AT_ONCE:
        middle, end = start + _MAX_AT_ONCE // 2, start + _MAX_AT_ONCE
        found = (text.rfind(gap, middle, end) + len(gap) for gap in ("\n\n", "\n", " "))
        end = next((place for place in found if place > middle), end)
        yield text[start:end]
        start = end
    yield text[start:]


def _merged(pieces: Iterable[str], weigh: TokenCounter, limit: int) -> Iterator[str]:
    """Join neighbours while they fit: the splitter leaves the last scrap of each long paragraph alone."""
    current, weight = "", 0
    for piece in pieces:
        added = weigh(piece)
        if current and weight + added > limit:
            yield current
            current, weight = "", 0
        current, weight = current + piece, weight + added
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


def _with_overlap(
    text: str, start: int, weigh: TokenCounter, most: int, earliest: int, sentence_start: re.Pattern[str]
) -> int:
    """The earliest sentence start that what stands from it to `start` weighs at most `most`; else the earliest word.

    Never before `earliest`, where the last chunk starts: part of a word may have more tokens than the whole.
    """
    floor = max(earliest, start - most)
    for pattern in (sentence_start, _WORD_START):
        places = [match.end() for match in pattern.finditer(text, floor, start) if match.end() < start]
        first = bisect_left(places, -most, key=lambda place: -weigh(text[place:start]))
        if first < len(places):
            return places[first]
    return start
