"""The sentences of the best candidates, read together.

The reader sees one passage at a time, so its scores for spans of two passages say little about which of them answers.
Here it reads the sentences of the best few one after the other, and scores each span among the others: "opens at nine"
of the swimming pool's page beside "opens at ten" of the sauna's.

    Swimming pool. Opening hours. The pool opens at nine.      span "nine": (44, 48)
    Sauna. It opens at ten from May on.                        span "ten": (67, 70), with a blank line between

The row of a table is told in words, each cell behind its head (see `told_rows.py`).
"""

from collections.abc import Callable, Sequence

from index.context import HEAD_SEPARATOR, read_prefix
from index.lines import lines_near
from index.retrieval.passages import Passage
from index.tables import heads_above
from qa.answering.forms.clauses import sentence_at
from qa.reading.headings_within import heading_within
from qa.reading.told_rows import told_row

SHORTLISTED = 5
"""So many candidates are read together."""

Range = tuple[int, int]

_MOST_BESIDE = 200  # characters of a sentence before and after its span
_BETWEEN = "\n\n"


def together(
    spans: Sequence[tuple[Passage, int, int]], count_tokens: Callable[[str], int]
) -> tuple[str, tuple[Range, ...]]:
    """The sentences of `spans`, each below its title and heading, as one text; and where each span is in it.

    A span is (its passage, start, end), in characters of the passage's text. Spans of one sentence share it.
    """
    text = ""
    sentences: dict[tuple[str, int, int], tuple[int, int, int]] = {}  # → start, end, what to add to offsets
    rows: dict[tuple[str, int, int], int] = {}  # → what to add to offsets in the row's words
    places = []
    for passage, start, end in spans:
        if row := told_row(passage.text, start, passage.context):
            cells = (passage.document_id, passage.start + row.cells[0].start, passage.start + row.cells[-1].start)
            if cells not in rows:
                prefix = read_prefix(_context_above_table(passage, start), count_tokens)
                rows[cells] = len(text) + len(prefix)
                text += prefix + row.text + _BETWEEN
            first, last = row.place_of(start, end)
            places.append((first + rows[cells], last + rows[cells]))
            continue
        first, last = _sentence(passage.text, start, end)
        sentence = (passage.document_id, passage.start + first, passage.start + last)
        known = sentences.get(sentence)
        if known is None or start < known[0] or known[1] < end:
            first, last = _cut(passage.text, first, last, start, end)
            prefix = read_prefix(_context_at(passage, first), count_tokens)
            known = sentences[sentence] = (first, last, len(text) + len(prefix) - first)
            text += prefix + passage.text[first:last] + _BETWEEN
        places.append((start + known[2], end + known[2]))
    return text, tuple(places)


def heading_above(passage: Passage, start: int) -> str:
    """The nearest heading above a place in the passage's text: one within it, else the last of its context.

    "" if there is none, or the context ends in a table's heads.
    """
    last = passage.context.rpartition("\n")[2]
    return heading_within(passage.text, start) or ("" if HEAD_SEPARATOR in last else last)


def _context_above_table(passage: Passage, start: int) -> str:
    """The title and the nearest heading above the table that holds a place in the passage's text."""
    title, *headings = [line for line in passage.context.splitlines() if HEAD_SEPARATOR not in line] or [""]
    nearest = heading_within(passage.text, start) or next(reversed(headings), "")
    return f"{title}\n{nearest}" if nearest not in ("", title) else title


def _context_at(passage: Passage, start: int) -> str:
    """The title and the nearest heading, or the heads of the table, above a place in the passage's text."""
    heads = HEAD_SEPARATOR.join(heads_above(passage.text, start))
    if not (nearest := heads or heading_within(passage.text, start)):
        return passage.context
    title = passage.context.partition("\n")[0]
    return title if nearest == title else f"{title}\n{nearest}"


def _sentence(text: str, start: int, end: int) -> Range:
    return sentence_at(text, lines_near(text, start, end), start, end)


def _cut(text: str, first: int, last: int, start: int, end: int) -> Range:
    """The sentence, cut between words where it reaches further than _MOST_BESIDE beyond the span."""
    if start - first > _MOST_BESIDE:
        first = text.find(" ", start - _MOST_BESIDE, start) + 1 or start
    if last - end > _MOST_BESIDE:
        last = max(text.rfind(" ", end, end + _MOST_BESIDE), end)
    return first, last
