"""The stage that lets what many documents say in the same words fill one place among the passages, not all of them.

A notice at the foot of thirty pages, or a file that was copied, would otherwise be read again and again while the one
page that answers isn't. Records that differ only in a name or a number are kept apart: what they say of the question
isn't the same.
"""

import re
from collections.abc import Collection, Sequence

from index.language.sentences import cut_pattern
from index.retrieval.query_words import query_words
from index.retrieval.stage import Candidates, Search, Signal
from index.storage.base import ChunkKey

_WORD = re.compile(r"\w+")
_STEM_CHARS = 5  # "refunds" and "refunded" begin alike


class Distinct:
    """Leaves out candidates that say the same to the question, in the same words, as one of another document before.

    Chunks of one document are kept: they overlap, and what follows may be what answers. What a chunk says to the
    question are its sentences with one of the question's words, and the one after each; all where no sentence has one.
    """

    def describe(self) -> str:
        """As `Stage.describe`."""
        return "distinct"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The best of each that say the same, at most as many as are wanted."""
        words = query_words(search.question, search.language.stop_words)
        stems = {_stem(word) for phrase in words for word in _WORD.findall(phrase)}
        cut = cut_pattern(search.language)
        said_by: dict[tuple[str, ...], str] = {}
        kept: list[ChunkKey] = []
        for first in range(0, len(candidates.keys), search.top_k):  # most often the first so many are enough
            keys = candidates.keys[first : first + search.top_k]
            chunks = search.view.chunks(keys)
            for key in keys:
                document = chunks[key].document_id
                if said_by.setdefault(_says(cut.split(chunks[key].text), stems), document) == document:
                    kept.append(key)
            if len(kept) >= search.top_k:
                break
        return Candidates(tuple(kept[: search.top_k]), candidates.signals)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Nothing: it adds no signal."""
        return {}


def _says(sentences: Sequence[str], stems: Collection[str]) -> tuple[str, ...]:
    """The words of the sentences that have to do with the question.

    "Lamp 3. Refunds are quick. Ask us." and "Lamp 4. Refunds are quick. Ask us." say the same of refunds, "refunds are
    quick" and "ask us"; of lamps they don't.
    """
    words = [_WORD.findall(sentence.lower()) for sentence in sentences]
    hits = [i for i, each in enumerate(words) if any(_stem(word) in stems for word in each)]
    chosen = sorted({j for i in hits for j in (i, i + 1) if j < len(words)}) or range(len(words))
    return tuple(" ".join(words[i]) for i in chosen)


def _stem(word: str) -> str:
    return word[:_STEM_CHARS]
