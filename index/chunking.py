"""`Document.text` → chunks: slices with exact character offsets, sized in the embedder's tokens.

A chunk is made of whole blocks: a list item, a table's row or a heading with what follows it is torn only where it
doesn't fit. A block that is too long is cut by langchain-text-splitters, without overlap and without losing a
character. So each piece starts where the one before it ends; searching for its text would go wrong on repeated words.
Then each chunk gets its overlap: its start moves back to the beginning of a block or sentence in the chunk before, or
else of a word.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise

from index.blocks import Block, BlockKind, blocks_of, chunk_blocks
from index.documents import Heading
from index.known_slices import Known, outside_furniture
from index.language.base import Language
from index.language.english import ENGLISH
from index.language.sentences import cut_pattern

TokenCounter = Callable[[str], int]

_BLANK_LINES = r"(?:\r?\n[ \t]*+){2,}+"  # possessive (`+`): otherwise `re` keeps 200 bytes per line for backtracking
_BLANK_LINE = re.compile(r"\n[ \t\r]*+\n")
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


@dataclass(frozen=True, slots=True)
class _Piece:
    """The slice `[start, end)` of the text, which isn't cut any more. `weight` is in sixteenths of a token.

    If it `leads`, it belongs to what follows, as a heading does.
    """

    start: int
    end: int
    weight: int
    leads: bool = False


def chunk(
    text: str,
    count_tokens: TokenCounter,
    *,
    size: int,
    overlap: int,
    headings: Sequence[Heading] = (),
    known: Sequence[Known] = (),
    language: Language = ENGLISH,
) -> list[Chunk]:
    """Cut `text` into chunks of at most `size` tokens, each starting up to `overlap` tokens before the last one's end.

    `headings` and `known` are the document's, in order. `size` > `overlap` ≥ 0; 16 characters count as at least one
    token. Every character that isn't white space is in at least one chunk, but for page furniture, unless the text is
    nothing else. A single character with more than `size` tokens would be a chunk by itself. Raises ChunkingError if
    the splitter lost or changed text.
    """
    weigh = _weigher(count_tokens, (size - overlap) * _MAX_CHARS_PER_TOKEN)
    chunks: list[Chunk] = []
    for start, end in [*outside_furniture(known, text)] or [(0, len(text))]:
        inner = [replace(each, start=each.start - start) for each in headings if start <= each.start < end]
        others = [replace(k, start=k.start - start, end=k.end - start) for k in known if start <= k.start < end]
        blocks = chunk_blocks(text[start:end], blocks_of(text[start:end], inner, others))
        chunks += (
            Chunk(start + each.start, start + each.end)
            for each in _chunks(text[start:end], blocks, weigh, size, overlap, language)
        )
    return chunks


def _chunks(
    text: str, blocks: Iterable[Block], weigh: TokenCounter, size: int, overlap: int, language: Language
) -> list[Chunk]:
    """The chunks of a text without page furniture."""
    limit = (size - overlap) * _MAX_CHARS_PER_TOKEN
    starts, sentence_start = _Starts(), cut_pattern(language)
    pieces = _pieces(text, starts.noted(blocks), weigh, limit, language)
    chunks: list[Chunk] = []
    for start, end in _merged(text, pieces, weigh, limit):
        earliest = chunks[-1].start if chunks else 0
        if overlap:
            start = _with_overlap(text, start, weigh, overlap * _MAX_CHARS_PER_TOKEN, earliest, starts, sentence_start)
        content = text[start:end]
        first = start + len(content) - len(content.lstrip())
        last = end - len(content) + len(content.rstrip())
        if first >= last or text[max(start, chunks[-1].end if chunks else 0) : end].isspace():
            continue
        if chunks and first <= chunks[-1].start:
            chunks.pop()  # this one holds all of it: the heading above a long paragraph, for example
        chunks.append(Chunk(first, last))
    return chunks


def _weigher(count_tokens: TokenCounter, limit: int) -> TokenCounter:
    """A function that weighs a piece of text; a chunk without its overlap weighs at most `limit`."""

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

    return weigh


def _pieces(
    text: str, blocks: Iterable[Block], weigh: TokenCounter, limit: int, language: Language
) -> Iterator[_Piece]:
    """The text in pieces that fit: blocks, each with the gap behind it, and parts of those that are too long.

    Raises ChunkingError if the splitter lost or changed text.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        # From the best place to cut to the worst: paragraph, sentence, line, word, character. A line is worse than a
        # sentence, since plain text and PDF break lines within sentences
        separators=[_BLANK_LINES, cut_pattern(language).pattern, r"\r?\n", r"\s+", ""],
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
        chunk_size=limit,
        chunk_overlap=0,
        length_function=weigh,
    )
    for start, end, leads in _wholes(_spans(text, blocks), text, weigh, limit):
        weight = weigh(text[start:end])
        if weight <= limit:
            yield _Piece(start, end, weight, leads)
            continue
        parts = (part for section in _sections(text[start:end]) for part in splitter.split_text(section))
        for first, last in _located(text, start, end, parts):
            yield _Piece(first, last, weigh(text[first:last]))


_CAPTIONED = (BlockKind.ROW, BlockKind.CODE)
_Span = tuple[int, int, bool]  # start, end, and whether it leads to the next


def _spans(text: str, blocks: Iterable[Block]) -> Iterator[_Span]:
    """Each block with the gap behind it, and the first with that before it: all of the text."""
    start = 0
    pairs = pairwise(chain(blocks, [None, None]))
    for (block, following), (_, after) in pairwise(pairs):
        if block and following:
            yield start, following.start, _leads(text, block, following, after)
            start = following.start
    yield start, len(text), False


def _wholes(spans: Iterable[_Span], text: str, weigh: TokenCounter, limit: int) -> Iterator[_Span]:
    """The same with those in one where no blank line parts them and they fit: a list, or a table with its heads.

    Of a list that doesn't fit each item is by itself.
    """
    together: list[_Span] = []
    for span in spans:
        together.append(span)
        start, end, leads = together[0][0], span[1], span[2]
        if end - start > limit:  # each character weighs at least 1
            yield from together
            together = []
        elif end == len(text) or _BLANK_LINE.search(text, span[0], end):
            yield from [(start, end, leads)] if weigh(text[start:end]) <= limit else together
            together = []


def _leads(text: str, block: Block, following: Block, after: Block | None) -> bool:
    """Whether a block belongs to the one below it, above the one `after`.

    A heading does, a table's heads, the words that announce a list or say who is quoted, a table or code with a caption
    below, and a caption above them.
    """
    if block.kind is BlockKind.HEADING:
        return True
    if following.kind is BlockKind.CAPTION and block.kind in _CAPTIONED:
        return after is None or after.kind not in _CAPTIONED
    if block.kind is BlockKind.ROW:
        return "\n" in text[block.start : block.end] and following.kind is BlockKind.ROW  # with the line of dashes
    if block.kind is BlockKind.CAPTION:
        return following.kind in _CAPTIONED
    announced = (BlockKind.ITEM, BlockKind.ROW, BlockKind.CODE)
    if following.who and block.start <= following.who[0] < block.end:
        return True
    return block.kind is BlockKind.PARAGRAPH and following.kind in announced and text[block.end - 1] == ":"


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


def _merged(text: str, pieces: Iterable[_Piece], weigh: TokenCounter, limit: int) -> Iterator[tuple[int, int]]:
    """Slices of the text: neighbours are joined while they fit. What leads goes with what follows it, if that fits.

    With a limit of 100 the weights 60, 30, 20, 90 become 60 + 30 = 90, 20 and 90, as 90 + 20 and 20 + 90 are too much.
    If 30 is a heading's, they become 60, 30 + 20 and 90. Parts of one word are weighed together: it may be more tokens
    than they are.
    """
    current: list[_Piece] = []
    weight = 0  # of all of them
    for piece in pieces:
        is_too_much = weight + piece.weight > limit
        if current and not is_too_much and not any(map(str.isspace, text[piece.start - 1 : piece.start + 1])):
            is_too_much = weigh(text[current[0].start : piece.end]) > limit
        if current and is_too_much:
            kept = len(current)
            while kept and current[kept - 1].leads:
                kept -= 1
            if not kept or _weight(current[kept:]) + piece.weight > limit:
                kept = len(current)
            yield current[0].start, current[kept - 1].end
            current = current[kept:]
            weight = _weight(current)
        current.append(piece)
        weight += piece.weight
    yield current[0].start, current[-1].end


def _weight(pieces: Iterable[_Piece]) -> int:
    return sum(piece.weight for piece in pieces)


def _located(text: str, start: int, end: int, parts: Iterable[str]) -> Iterator[tuple[int, int]]:
    """The slice of the text that each part of `[start, end)` is. Raises ChunkingError if they don't make it up."""
    for part in parts:
        stop = start + len(part)
        if text[start:stop] != part:
            raise ChunkingError(f"The piece at character {start} is not the text that stands there.")
        yield start, stop
        start = stop
    if start != end:
        raise ChunkingError(f"The pieces end at character {start} of {end}.")


class _Starts:
    """Where blocks begin, as far as they were read, and which of them are rows: a chunk may begin in none of those."""

    def __init__(self) -> None:
        self._starts, self._rows = array("q"), bytearray()

    def noted(self, blocks: Iterable[Block]) -> Iterator[Block]:
        """The blocks, each noted as it is read."""
        for block in blocks:
            self._starts.append(block.start)
            self._rows.append(block.kind is BlockKind.ROW)
            yield block

    def between(self, floor: int, start: int) -> list[int]:
        """Where blocks begin in `[floor, start)`."""
        return self._starts[bisect_left(self._starts, floor) : bisect_left(self._starts, start)].tolist()

    def is_in_row(self, place: int) -> bool:
        """Whether the character at `place` is in a row, but isn't its first."""
        block = bisect_right(self._starts, place) - 1
        return block >= 0 and bool(self._rows[block]) and self._starts[block] < place


def _with_overlap(
    text: str,
    start: int,
    weigh: TokenCounter,
    most: int,
    earliest: int,
    starts: _Starts,
    sentence_start: re.Pattern[str],
) -> int:
    """Where a chunk starts that overlaps the one before: at most `most` before `start`, in sixteenths of a token.

    That is the earliest start of a block or sentence from which the text up to `start` weighs at most `most`, else the
    earliest such word, else `start` itself. It is never before `earliest`, where the last chunk starts.

    Take "One two. Three four. Five six. Seven.", with a token for each word and full stop, and `start` at "Seven". With
    `most` = 6 · 16 it is at "Three", with 2 · 16 there is no such sentence, and it is at "six".
    """
    floor = max(earliest, start - most)  # each character weighs at least 1
    for pattern, others in ((sentence_start, starts.between(floor, start)), (_WORD_START, [])):
        found = {*others, *(match.end() for match in pattern.finditer(text, floor, start))}
        places = sorted(place for place in found if place < start and not starts.is_in_row(place))
        # The weight falls from place to place, so the first one that is light enough is found by bisection
        lightest = bisect_left(places, -most, key=lambda place: -weigh(text[place:start]))
        if lightest < len(places):
            return places[lightest]
    return start
