"""A question → passages: runs the stages of retrieval in turn and takes the best candidates.

Questions are understood by the language of the collection that they are asked of.
"""

from collections.abc import Sequence

from index.embedding import Embedder
from index.language.base import Language
from index.language.registry import language_of
from index.retrieval.passages import Passage
from index.retrieval.spelling import corrections, suspects, unknown
from index.retrieval.stage import CANDIDATES, Candidates, Search, Stage
from index.retrieval.stages import stages_of
from index.storage.base import Filter, View


class Retriever:
    """Retrieves the passages to read for a question. Safe to share between threads.

    `stages` run in their order; None are the default ones.
    """

    def __init__(self, embedder: Embedder, stages: Sequence[Stage] | None = None) -> None:
        self._embedder = embedder
        self._stages = tuple(stages_of() if stages is None else stages)

    def describe(self) -> str:
        """The stages with their parameters; a calibration is fitted for them."""
        return ", ".join(stage.describe() for stage in self._stages)

    def retrieve(self, view: View, question: str, where: Filter, top_k: int) -> list[Passage]:
        """The best `top_k` passages that `where` admits, best first; fewer if there aren't so many.

        Raises NotFoundError if `where` names a collection or document that doesn't exist.
        """
        view.require(where)
        search = Search(view, self._embedder, language_in(view, where), question, where, top_k, self._stages)
        candidates = Candidates()
        for stage in self._stages:
            candidates = stage.apply(search, candidates)
        keys = candidates.keys[:top_k]
        signals = {name: search.completed(name, signal, keys) for name, signal in candidates.signals.items()}
        chunks = view.chunks(keys)
        return [
            Passage(
                document_id=chunks[key].document_id,
                start=chunks[key].start,
                end=chunks[key].end,
                text=chunks[key].text,
                rank=rank,
                signals={name: signal[key] for name, signal in signals.items() if key in signal},
                context=chunks[key].context,
            )
            for rank, key in enumerate(keys, start=1)
        ]

    def corrections(self, view: View, question: str, where: Filter) -> dict[str, str]:
        """Mistyped word of the question → the right one, from passages that the question retrieves as it is.

        Only a word that the embedder splits into several tokens may be mistyped. Most questions have none, so they take
        no time here. Raises as `retrieve` does.
        """
        language = language_in(view, where)
        rare = [word for word in suspects(question, language) if self._embedder.count_tokens(word) > 1]
        if not rare:
            return {}

        def is_written(word: str) -> bool:
            chunks = view.chunks(list(view.matching([word], where, 1))).values()
            return any(word in f"{chunk.context} {chunk.text}".lower() for chunk in chunks)

        odd = unknown(rare, language, is_written)
        if not odd:
            return {}
        texts = [f"{passage.context} {passage.text}" for passage in self.retrieve(view, question, where, CANDIDATES)]
        return corrections(odd, texts, language)


def language_in(view: View, where: Filter) -> Language:
    """The language of the collection that is searched."""
    return language_of(view.signature.language_in(where.collection))
