"""Quoth as it comes, for `peers.py`; the variant is what its models multiply in."""

import tempfile
from pathlib import Path
from typing import Any

from peer_protocol import arguments, serve

from index.arithmetic import Precision
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, filter_of
from qa.settings import load_settings


class Quoth:
    """An engine over a data file in a temporary folder."""

    def __init__(self, passages: int, precision: Precision) -> None:
        self._passages, self._precision = passages, precision
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def prepare(self) -> None:
        """Make an engine over an empty data file."""
        if self._folder:
            self._engine.close()
            self._folder.cleanup()
        self._folder = tempfile.TemporaryDirectory(prefix="quoth-peers-")
        settings = load_settings(data=Path(self._folder.name), precision=self._precision, top_k=self._passages)
        self._engine = Engine(settings, writing=True)
        self._engine.load()

    def index(self, files: list[str]) -> None:
        """Index these files."""
        list(self._engine.indexer.add_paths([Path(file) for file in files], "default"))

    def ask(self, question: str) -> dict[str, Any]:
        """The answer at the threshold that ships."""
        self._answers = self._engine.ask(SEES_ALL, question, filter_of()).answers
        return {"answer": self._answers[0].text if self._answers else ""}

    def explain(self, question: str) -> dict[str, Any]:
        """The first answer whatever its confidence, that, and its first citation."""
        answers = self._answers or self._engine.ask(SEES_ALL, question, filter_of(), min_confidence=0.0).answers
        if not answers:
            return {"first": "", "score": None, "place": None}
        first, citation = answers[0], answers[0].citations[0]
        place = [citation.document_id, citation.start, citation.end]
        return {"first": first.text, "score": first.confidence, "place": place}


if __name__ == "__main__":
    _, _, passages, variant = arguments()
    serve(Quoth(passages, "int8" if variant == "int8" else "float32"))
