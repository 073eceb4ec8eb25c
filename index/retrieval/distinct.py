"""The stage that removes repeats: of chunks with the same words about the question, only the best one is kept.

Otherwise a notice at the foot of thirty pages, or a file with many copies, would fill all places, and the page with the
answer wouldn't be read. Records that differ in a name or number of the question are no repeats.
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
    """Removes candidates whose words about the question are the same as those of a better one of another document.

    Chunks of one document are never repeats of each other: they overlap, and the next one may hold the answer. The
    words about the question are the sentences with one of its words, each with the sentence after it; if there are
    none, all sentences.
    """

    def describe(self) -> str:
        """The name; the stage has no parameters."""
        return "distinct"

    def apply(self, search: Search, candidates: Candidates) -> Candidates:
        """The best candidate of each group of repeats, at most `search.top_k` in all."""
        words = query_words(search.question, search.language.stop_words)
        stems = {_stem(word) for phrase in words for word in _WORD.findall(phrase)}
        cut = cut_pattern(search.language)
        first_document: dict[tuple[str, ...], str] = {}  # words about the question → the document that has them first
        kept: list[ChunkKey] = []
        for first in range(0, len(candidates.keys), search.top_k):  # mostly the first `top_k` chunks are enough
            keys = candidates.keys[first : first + search.top_k]
            chunks = search.view.chunks(keys)
            for key in keys:
                document = chunks[key].document_id
                words_about = _words_about(stems, cut.split(chunks[key].text))
                if first_document.setdefault(words_about, document) == document:
                    kept.append(key)
            if len(kept) >= search.top_k:
                break
        return Candidates(tuple(kept[: search.top_k]), candidates.signals)

    def complete(self, search: Search, name: str, keys: Sequence[ChunkKey]) -> Signal:  # noqa: ARG002
        """Empty: the stage adds no signal."""
        return {}


def _words_about(stems: Collection[str], sentences: Sequence[str]) -> tuple[str, ...]:
    """The sentences about a question with these stems, in lower case without punctuation.

    Asked about refunds, "Lamp 3. Refunds are quick. Ask us." and "Lamp 4. Refunds are quick. Ask us." have the same:
    ("refunds are quick", "ask us"). Asked about lamps, they begin with "lamp 3" and "lamp 4".
    """
    words = [_WORD.findall(sentence.lower()) for sentence in sentences]
    hits = [i for i, each in enumerate(words) if any(_stem(word) in stems for word in each)]
    chosen = sorted({j for i in hits for j in (i, i + 1) if j < len(words)}) or range(len(words))
    return tuple(" ".join(words[i]) for i in chosen)


def _stem(word: str) -> str:
    return word[:_STEM_CHARS]
