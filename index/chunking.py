"""`Document.text` → chunks: slices with exact character offsets, sized in the embedder's tokens.

langchain-text-splitters cuts the text without overlap and without losing a character. So each piece starts where the
one before it ends; searching for its text would go wrong on repeated words. Then each chunk gets its overlap: its start
moves back to the beginning of a sentence in the chunk before, or else of a word.
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

_BLANK_LINES = r"(?:\r?\n[ \t]*+){2,}+"  # possessive (`+`): otherwise `re` keeps 200 bytes per line for backtracking
_MAX_SECTION_CHARS = 2**20  # for one call of the splitter, which may need a hundred times that in memory
_WORD_START = re.compile(r"(?<!\S)(?=\S)")
# A text counts at least one token for each 16 characters. Few words have more of them. But one word of a million
# characters is a single token, and a million blank lines are none: without this rule such a chunk would have no limit
_MAX_CHARS_PER_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Chunk:
    """The slice `[start, end)` of a document's text, in characters; neither end is white space."""

    start: int
    end: int


class ChunkingError(RuntimeError):
    """The splitter lost or changed text. That is a bug in Quoth, never the document's fault."""


def chunk(
    text: str, count_tokens: TokenCounter, *, size: int, overlap: int, language: Language = ENGLISH
) -> list[Chunk]:
    """Cut `text` into chunks of at most `size` tokens, each starting up to `overlap` tokens before the last one's end.

    `size` > `overlap` ≥ 0; 16 characters count as at least one token. Every character that isn't white space is in at
    least one chunk. A single character with more than `size` tokens would be a chunk by itself. Raises ChunkingError if
    the splitter lost or changed text.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    limit = (size - overlap) * _MAX_CHARS_PER_TOKEN
    sentence_start = cut_pattern(language)

    @lru_cache(maxsize=8192)  # the splitter asks for the same piece up to three times
    def weigh(piece: str) -> int:
        """The weight of a piece, in sixteenths of a token: the larger of 16 per token and 1 per character.

        "The pool is open." has 5 tokens and 17 characters: max(16 · 5, 17) = 80. A "word" of 150 letters is one unknown
        token: max(16, 150) = 150. With size - overlap = 96 the limit is 96 · 16 = 1536; 2000 characters without a gap
        weigh 2000, and aren't tokenized. White space at the end can't make a piece too heavy, but fills it up: a word
        with 2000 blanks after it weighs 1535.
        """
        words = piece if len(piece) <= limit else piece.rstrip()
        if len(words) > limit:
            return len(words)
        weight = _MAX_CHARS_PER_TOKEN * count_tokens(words)
        return weight if weight > limit else max(weight, min(len(piece), limit - 1))

    splitter = RecursiveCharacterTextSplitter(
        # From the best place to cut to the worst: paragraph, sentence, line, word, character. A line is worse than a
        # sentence, since plain text and PDF break lines within sentences
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
    """The text in sections of at most _MAX_SECTION_CHARS.

    Each is cut in its second half after the last blank line, else after the last line break or blank, else at its end.
    """
    start = 0
    while len(text) - start > _MAX_SECTION_CHARS:
        middle, end = start + _MAX_SECTION_CHARS // 2, start + _MAX_SECTION_CHARS
        cuts = (text.rfind(gap, middle, end) + len(gap) for gap in ("\n\n", "\n", " "))
        end = next((place for place in cuts if place > middle), end)
        yield text[start:end]
        start = end
    yield text[start:]


def _merged(pieces: Iterable[str], weigh: TokenCounter, limit: int) -> Iterator[str]:
    """Join neighbours while they fit; the splitter leaves the short end of each long paragraph as a piece of its own.

    With a limit of 100 the weights 60, 30, 20, 90 become 60 + 30 = 90, 20 and 90, as 90 + 20 and 20 + 90 are too much.
    """
    current, weight = "", 0
    for piece in pieces:
        added = weigh(piece)
        if current and weight + added > limit:
            yield current
            current, weight = "", 0
        current, weight = current + piece, weight + added
    yield current


def _located(text: str, pieces: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The slice `[start, end)` of the text that each piece is. Raises ChunkingError if they don't make up the text."""
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
    """Where a chunk starts that overlaps the one before: at most `most` before `start`, in sixteenths of a token.

    That is the earliest sentence start from which the text up to `start` weighs at most `most`, else the earliest such
    word, else `start` itself. It is never before `earliest`, where the last chunk starts.

    Take "One two. Three four. Five six. Seven.", with a token for each word and full stop, and `start` at "Seven". With
    `most` = 6 · 16 it is at "Three", with 2 · 16 there is no such sentence, and it is at "six".
    """
    floor = max(earliest, start - most)  # each character weighs at least 1
    for pattern in (sentence_start, _WORD_START):
        places = [match.end() for match in pattern.finditer(text, floor, start) if match.end() < start]
        # The weight falls from place to place, so the first one that is light enough is found by bisection
        first = bisect_left(places, -most, key=lambda place: -weigh(text[place:start]))
        if first < len(places):
            return places[first]
    return start
