"""txtai as its documentation has it, for `peers.py`: files into paragraphs, a hybrid index, a `RAG` with a QA model.

PDF and HTML go through `Textractor`, with its one engine that needs neither Java nor models of its own, text and
Markdown, which that one refuses, through `Segmentation`; paragraphs of fewer than 100 characters (headings, mostly) are
left out, as in its example `article.py`: more is answered from one passage then, and less from three. The passages
found are joined and cut at what the model reads at once, 512 tokens.

Where the model finds no answer the pipeline raises TypeError: it looks for the word that the model's sign for "none" is
part of. Counted in `errors`, and else as no answer, for that is what the model meant.
"""

from pathlib import Path
from typing import Any

from liteparse import LiteParse
from peer_protocol import arguments, serve
from txtai import RAG, Embeddings
from txtai.pipeline import Segmentation, Textractor


class Txtai:
    """An index and the pipeline that answers from it."""

    def __init__(self, embedder: str, reader: str, passages: int) -> None:
        self._segmentation = Segmentation(paragraphs=True, minlength=100)
        self._textractor = Textractor(paragraphs=True, minlength=100, backend="liteparse")
        # Else it fetches a model to recognise text in pictures, of which these files have none
        self._textractor.html.backend.liteparse = LiteParse(output_format="markdown", ocr_enabled=False)
        self._embeddings = Embeddings(path=embedder, content=True, hybrid=True)
        self._rag = RAG(self._embeddings, reader, context=passages, output="flatten")

    def prepare(self) -> None:
        """Nothing: models are loaded, and indexing forgets what was indexed before."""

    def index(self, files: list[str]) -> None:
        """Index these files."""
        self._embeddings.index([passage for file in files for passage in self._passages(Path(file))])

    def _passages(self, file: Path) -> list[str]:
        if file.suffix in {".pdf", ".html"}:
            return self._textractor(str(file))
        return self._segmentation(file.read_text(encoding="utf-8"))

    def ask(self, question: str) -> dict[str, Any]:
        """The answer, "" below the pipeline's own limit of 0.05 or where it raises."""
        try:
            self._answer = self._rag(question) or ""
        except TypeError:
            self._answer = ""
            return {"answer": "", "error": True}
        return {"answer": self._answer}

    def explain(self, question: str) -> dict[str, Any]:
        """The same answer: there is no score, and no place."""
        return {"first": self._answer, "score": None, "place": None}


if __name__ == "__main__":
    embedder, reader, passages, _ = arguments()
    serve(Txtai(embedder, reader, passages))
