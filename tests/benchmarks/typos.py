"""What a mistyped word costs retrieval, and how much of that correcting it brings back.

    python tests/benchmarks/typos.py QUESTIONS DOCUMENTS > typos.json

QUESTIONS is a file as `quoth evaluate` takes it, DOCUMENTS the folder it was asked of. In each question that has an
answer and leans on no other, one content word of five letters or more gets a letter exchanged with the next, left out,
doubled or replaced, by a fixed seed. Reported is how often a passage that holds the answer is among the first seven, and
the first: as asked, mistyped, and mistyped with `Retriever.corrections`; and what that changes in questions as asked.
"""

import argparse
import random
import re
import tempfile
from pathlib import Path

from common import report
from tqdm import tqdm

from index.language.english import ENGLISH
from index.retrieval.retriever import Retriever
from index.retrieval.spelling import correct
from index.retrieval.stages import stages_of
from index.storage.base import Filter, View
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, embedder_of
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Question
from qa.evaluation.rows import Passage
from qa.evaluation.scoring import gold_rank
from qa.settings import load_settings

TOP = 7
_WORD = re.compile(r"[^\W\d_]{5,}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def mistyped(question: str, rng: random.Random) -> str:
    """The question with one letter wrong, never a word's first or last; itself if it has no word for it."""
    words = [match for match in _WORD.finditer(question) if match[0].lower() not in ENGLISH.stop_words]
    if not words:
        return question
    match = rng.choice(words)
    word, at = match[0], rng.randrange(1, len(match[0]) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    wrong = [after[0] + letter + after[1:], after, letter * 2 + after, rng.choice(_LETTERS) + after]
    return question[: match.start()] + before + rng.choice(wrong) + question[match.end() :]


def main() -> None:
    """Ask everything three times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("documents", type=Path)
    options = parser.parse_args()
    dataset = load_dataset(options.questions, documents=[options.documents])
    asked = [question for question in dataset.questions if question.answerable and not question.history]
    rng, where = random.Random("typos"), Filter("default")  # noqa: S311  # nothing secret
    ranks: dict[str, list[int | None]] = {"as asked": [], "mistyped": [], "corrected": []}
    changed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as data:
        settings = load_settings(data=Path(data))
        engine = Engine(settings, writing=True)
        list(engine.indexer.add_all(dataset.documents or [], "default"))
        retriever = Retriever(embedder_of(settings), stages_of(settings.retrieval))

        def rank(view: View, question: Question, text: str) -> int | None:
            found = retriever.retrieve(view, text, where, TOP)
            passages = [Passage(each.document_id, each.start, each.end, each.text) for each in found]
            return gold_rank(passages, question.golds, question.gold_documents)

        def corrected(view: View, text: str) -> str:
            return correct(text, retriever.corrections(view, text, where))

        with engine.store.view(SEES_ALL) as view:
            for question in tqdm(asked, disable=None):
                wrong = mistyped(question.text, rng)
                ranks["as asked"].append(rank(view, question, question.text))
                ranks["mistyped"].append(rank(view, question, wrong))
                ranks["corrected"].append(rank(view, question, corrected(view, wrong)))
                if (right := corrected(view, question.text)) != question.text:
                    changed[question.text] = right
        engine.close()
    shares = {
        name: {
            "read": round(100 * sum(each is not None for each in found) / len(found), 1),
            "first": round(100 * sum(each == 1 for each in found) / len(found), 1),
        }
        for name, found in ranks.items()
    }
    report({"questions": len(asked), **shares, "changed_as_asked": changed})


if __name__ == "__main__":
    main()
