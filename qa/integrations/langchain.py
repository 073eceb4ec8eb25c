"""A retriever and a tool for LangChain (`pip install 'quoth[langchain]'`).

    from qa.integrations.langchain import QuothRetriever, quoth_tool

    retriever = QuothRetriever(quoth="http://127.0.0.1:8000", top_k=4)
    documents = retriever.invoke("Who became safety officer after Piet Amsel?")
    tool = quoth_tool("http://127.0.0.1:8000")
    text = tool.invoke({"question": "Who became safety officer after Piet Amsel?"})

A document's metadata say where it stands; the tool's artifact is the `Answer` with all its citations.
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import BaseTool, StructuredTool

from index.documents import DEFAULT_COLLECTION
from qa.answering.answers import Answer
from qa.integrations.sources import Source, passage_metadata, source_of
from qa.text_format import answer_text

_DESCRIPTION = (
    "Answers a question with words copied from the user's documents, and cites the document and the characters "
    "[start:end] they stand at. If nothing answers it, it says so, with the nearest passage."
)


class QuothRetriever(BaseRetriever):
    """The passages that bear on a question, best first, as LangChain's documents.

    `quoth` is a `Source` or a server's address; `top_k` None finds as many as Quoth reads.
    """

    quoth: Any
    collection: str = DEFAULT_COLLECTION
    top_k: int | None = None

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401  # pydantic's
        """Connect to the server, if `quoth` is an address."""
        super().model_post_init(context)
        self.quoth = source_of(self.quoth)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        passages = self.quoth.search(query, collection=self.collection, top_k=self.top_k).passages
        return [
            Document(
                id=f"{self.collection}/{passage.document_id}[{passage.start}:{passage.end}]",
                page_content=passage.text,
                metadata=passage_metadata(passage),
            )
            for passage in passages
        ]


def quoth_tool(quoth: str | Source, *, collection: str = DEFAULT_COLLECTION, max_answers: int = 3) -> BaseTool:
    """A tool that asks the documents; its artifact is the `Answer`. Raises what the source raises."""
    source = source_of(quoth)

    def ask(question: str) -> tuple[str, Answer]:
        answer = source.ask(question, collection=collection, max_answers=max_answers)
        return answer_text(answer), answer

    return StructuredTool.from_function(
        ask, name="ask_documents", description=_DESCRIPTION, response_format="content_and_artifact"
    )
