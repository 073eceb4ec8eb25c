"""A query engine and a retriever for LlamaIndex (`pip install 'quoth[llama-index]'`).

    from qa.integrations.llama_index import QuothQueryEngine, QuothRetriever

    engine = QuothQueryEngine("http://127.0.0.1:8000")
    response = engine.query("Who became safety officer after Piet Amsel?")
    retriever = QuothRetriever("http://127.0.0.1:8000", top_k=4)
    nodes = retriever.retrieve("Who became safety officer after Piet Amsel?")

No language model is asked: the response is what Quoth copied, and `start_char_idx` and `end_char_idx` of its source
nodes are where. Without an answer the response says why, and has no source nodes.
"""

from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from index.documents import DEFAULT_COLLECTION
from qa.integrations.sources import Source, answer_metadata, passage_metadata, source_of
from qa.text_format import answer_text


class QuothQueryEngine(BaseQueryEngine):
    """Answers with the words of the documents. `quoth` is a `Source` or a server's address.

    The response's metadata have `status`, `reason`, `conflict` and `index_version` of the answer. A source node's score
    is the answer's confidence, None without a calibration.
    """

    def __init__(
        self,
        quoth: str | Source,
        *,
        collection: str = DEFAULT_COLLECTION,
        max_answers: int = 1,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        super().__init__(callback_manager)
        self._source = source_of(quoth)
        self._collection = collection
        self._max_answers = max_answers

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._source.ask(query_bundle.query_str, collection=self._collection, max_answers=self._max_answers)
        texts = [given.text for given in answer.answers] or [answer.message or answer_text(answer)]
        status = {"status": str(answer.status), "reason": answer.reason and str(answer.reason)}
        return Response(
            response="\n".join(texts),
            source_nodes=[_node(given.text, given.confidence, answer_metadata(given)) for given in answer.answers],
            metadata={**status, "conflict": answer.conflict, "index_version": answer.index_version},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


class QuothRetriever(BaseRetriever):
    """The passages that bear on a question, best first. `top_k` None finds as many as Quoth reads."""

    def __init__(self, quoth: str | Source, *, collection: str = DEFAULT_COLLECTION, top_k: int | None = None) -> None:
        super().__init__()
        self._source = source_of(quoth)
        self._collection = collection
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._source.search(query_bundle.query_str, collection=self._collection, top_k=self._top_k)
        return [_node(passage.text, passage.score, passage_metadata(passage)) for passage in found.passages]


def _node(text: str, score: float | None, metadata: dict[str, Any]) -> NodeWithScore:
    start, end = metadata["start"], metadata["end"]
    id_ = f"{metadata['document_id']}[{start}:{end}]"
    return NodeWithScore(
        node=TextNode(id_=id_, text=text, start_char_idx=start, end_char_idx=end, metadata=metadata), score=score
    )
