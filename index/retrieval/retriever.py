"""A question → passages: the stages of retrieval one after the other, and the best of what they leave."""

from collections.abc import Sequence

from index.embedding import Embedder
from index.language.base import Language
from index.language.english import ENGLISH
from index.retrieval.passages import Passage
from index.retrieval.spelling import spellings, suspects, unknown
from index.retrieval.stage import CANDIDATES, Candidates, Search, Stage
from index.retrieval.stages import stages_of
from index.storage.base import Filter, View


class Retriever:
    """Finds the passages on which a question is best answered. Safe to share between threads.

    `stages` None are the default ones.
    """

    def __init__(self, embedder: Embedder, stages: Sequence[Stage] | None = None, language: Language = ENGLISH) -> None:
        self._embedder = embedder
        self._language = language
        self._stages = tuple(stages_of() if stages is None else stages)

    def describe(self) -> str:
        """The stages and their parameters, which a calibration is fitted for."""
        return ", ".join(stage.describe() for stage in self._stages)

    def retrieve(self, view: View, question: str, where: Filter, top_k: int) -> list[Passage]:
        """The best `top_k` passages among those that `where` admits, best first; fewer where there are fewer.

        Raises NotFoundError if `where` names a collection or document that isn't there.
        """
        view.require(where)
        search = Search(view, self._embedder, self._language, question, where, top_k, self._stages)
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

    def spellings(self, view: View, question: str, where: Filter) -> dict[str, str]:
        """The question's mistyped words → the right ones, by what is found in spite of them. Raises as `retrieve` does.

        Only a word that the embedder takes to pieces may be mistyped: most questions have none, and cost nothing.
        """
        rare = [word for word in suspects(question, self._language) if self._embedder.count_tokens(word) > 1]
        if not rare:
            return {}

        def is_written(word: str) -> bool:
            chunks = view.chunks(list(view.matching([word], where, 1))).values()
            return any(word in f"{chunk.context} {chunk.text}".lower() for chunk in chunks)

        odd = unknown(rare, self._language, is_written)
        if not odd:
            return {}
        texts = [f"{passage.context} {passage.text}" for passage in self.retrieve(view, question, where, CANDIDATES)]
        return spellings(odd, texts, self._language)
