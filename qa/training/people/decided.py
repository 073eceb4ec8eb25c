"""Yes/no questions and the clauses that decide them → what the decider learns from; and its loss."""

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from index.lines import lines_near
from qa.answering.forms.clauses import sentence_at
from qa.answering.read_verdicts import below_heading
from qa.evaluation.datasets.dataset import Dataset
from qa.training.examples import Window
from qa.training.loss import encode, logits_of
from qa.training.people.noise import noisy

UNSAID, UNSAID_WEIGHT = 0.5, 0.5
"""The probability of a yes where the text doesn't say, and what such a question weighs in the loss beside another."""

CLAUSE_QUESTIONS = Path(__file__).with_name("clause-questions.json.gz")
"""Clauses that were invented for Quoth, most in pairs that differ by a word or two, and the same questions on both.

A clause's `part` is "training" or "test".
"""

NOISE = 0.2  # probability of a slip or two in a question
SAID = {"yes": 1.0, "no": 0.0, "?": UNSAID}

_AT_ONCE = 8  # texts
LONGEST = 500  # characters of a sentence; of a longer one only the clause is read, of a passage its beginning


@dataclass(frozen=True, slots=True)
class Decided:
    """A yes/no question, the text that is to decide it, and the probability of a yes: 1, 0 or UNSAID."""

    question: str
    text: str
    yes: float


def decided_in(dataset: Dataset, count_tokens: Callable[[str], int]) -> Iterator[Decided]:
    """The yes/no questions of a dataset with the sentence that decides, below its title and heading.

    Those whose deciding clause has no place in their document are left out.
    """
    documents = {document.id: document for document in dataset.documents}
    for question in dataset.questions:
        gold = question.golds[0] if question.golds and question.yes_no else None
        if gold is None or gold.start is None or gold.end is None or gold.document_id not in documents:
            continue
        document = documents[gold.document_id]
        asked = " ".join([*(turn.question for turn in question.history[-1:]), question.text])
        text = below_heading(document, *_sentence(document.text, gold.start, gold.end), count_tokens)
        yield Decided(asked, text, float(question.yes_no == "yes"))


def decided_by_passages(boolq: Path, every: int) -> Iterator[Decided]:
    """Every `every` which question of BoolQ's gzipped JSON lines, with its passage as the clause."""
    rows = [json.loads(line) for line in gzip.decompress(boolq.read_bytes()).splitlines()]
    for row in rows[::every]:
        yield Decided(row["question"], row["passage"][:LONGEST], SAID[row["answer"]])


def decided_by_clauses(part: str, file: Path = CLAUSE_QUESTIONS) -> Iterator[Decided]:
    """The questions on the single clauses of a part, each below its title and heading; some aren't decided by it."""
    for row in json.loads(gzip.decompress(file.read_bytes())):
        if row["part"] != part:
            continue
        for question in row["questions"]:
            yield Decided(question["q"], row["heading"] + row["clause"], SAID[question["a"]])


def rounds(decided: Sequence[Decided], seed: int) -> Callable[[int], list[Decided]]:
    """Number of a round → its questions, with slips, shuffled."""

    def draw(number: int) -> list[Decided]:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311  # not for secrets
        shown = [replace(one, question=noisy(one.question, rng, NOISE)) for one in decided]
        rng.shuffle(shown)
        return shown

    return draw


def decision_loss(model: Any, tokenizer: Any, decided: Sequence[Decided]) -> torch.Tensor:  # noqa: ANN401  # transformers
    """The cross-entropy of yes and no; their logits are the start and the end logit of [CLS], as in `Reader.decide`.

    Mean over the questions; a scalar tensor. With logits of 2 and 0 for a yes: -ln(e² / (e² + 1)) = 0.13. Texts of
    like length are read together, so that little is padding.
    """
    ordered = sorted(decided, key=lambda one: len(one.question) + len(one.text))
    parts = [ordered[first : first + _AT_ONCE] for first in range(0, len(ordered), _AT_ONCE)]
    return torch.stack([_loss(model, tokenizer, part) for part in parts]).sum() / len(decided)


def _loss(model: Any, tokenizer: Any, decided: Sequence[Decided]) -> torch.Tensor:  # noqa: ANN401
    encoded = encode(tokenizer, [Window(one.question, one.text, None) for one in decided])
    logits = logits_of(model, encoded, tokenizer.pad_token_id)[:, :, 0].T
    said = torch.tensor([[one.yes, 1 - one.yes] for one in decided], device=logits.device)
    weights = torch.tensor([UNSAID_WEIGHT if one.yes == UNSAID else 1.0 for one in decided], device=logits.device)
    return cross_entropy(logits, said, reduction="none") @ weights


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = sentence_at(text, lines_near(text, start, end), start, end)
    first, last = min(first, start), max(last, end)
    return (first, last) if last - first <= LONGEST else (start, end)
