"""What is shown where no answer is given: how often the passage and its marked sentence hold the answer all the same.

    python tests/benchmarks/silence.py QUESTIONS DOCUMENTS > silence.json

QUESTIONS is a file as `quoth evaluate` takes it, DOCUMENTS the folder it was asked of. Every question is asked at the
default threshold. Of those left unanswered are told, for those with and without an answer: their number, how often
"this may be it" is said, and how often the passage shown holds the answer, its marked sentence touches it, and that of
those of which "this may be it" is said.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from common import report
from tqdm import tqdm

from index.storage.principals import SEES_ALL
from qa.answering.answers import Nearest
from qa.assembly import Engine, filter_of
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Gold, has_words
from qa.settings import load_settings


def holds(near: Nearest, start: int, end: int, gold: Gold) -> bool:
    """Whether the slice `[start, end)` of the document shown touches a gold answer, or has its words."""
    if gold.document_id not in (None, near.document_id):
        return False
    if gold.start is not None and gold.end is not None:
        return start < gold.end and gold.start < end
    return has_words(near.text[start - near.start : end - near.start], gold.text)


def main() -> None:
    """Ask everything once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("documents", type=Path)
    options = parser.parse_args()
    dataset = load_dataset(options.questions, documents=[options.documents])
    counts: dict[str, dict[str, int]] = {
        kind: dict.fromkeys(("asked", "unanswered", "may be it", "passage", "sentence", "may be it, sentence"), 0)
        for kind in ("with an answer", "without")
    }
    with tempfile.TemporaryDirectory() as data:
        engine = Engine(load_settings(data=Path(data)), writing=True)
        list(engine.indexer.add_all(dataset.documents or [], "default"))
        for question in tqdm(dataset.questions, disable=None):
            found: dict[str, Any] = counts["with an answer" if question.answerable else "without"]
            answer = engine.ask(SEES_ALL, question.text, filter_of(), history=question.history)
            found["asked"] += 1
            if not (near := answer.nearest):
                continue
            marked = any(holds(near, near.sentence_start, near.sentence_end, gold) for gold in question.golds)
            found["unanswered"] += 1
            found["may be it"] += near.likely
            found["passage"] += any(holds(near, near.start, near.end, gold) for gold in question.golds)
            found["sentence"] += marked
            found["may be it, sentence"] += near.likely and marked
        engine.close()
    report(counts)


if __name__ == "__main__":
    main()
