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

NOISE = 0.4  # probability of a slip or two in a question

TIMES = 2  # that each question on a document stands in a round; one with a passage stands there once
LONGEST = 500  # characters of a sentence; of a longer one only the clause is read, of a passage its beginning


@dataclass(frozen=True, slots=True)
class Decided:
    """A yes/no question, the text that decides it, how often both stand in a round, and whether the answer is yes."""

    question: str
    text: str
    times: int
    yes: bool


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
        yield Decided(asked, text, TIMES, question.yes_no == "yes")


def decided_by_passages(boolq: Path, every: int) -> Iterator[Decided]:
    """Every `every` which question of BoolQ's gzipped JSON lines, with its passage as the clause."""
    rows = [json.loads(line) for line in gzip.decompress(boolq.read_bytes()).splitlines()]
    for row in rows[::every]:
        yield Decided(row["question"], row["passage"][:LONGEST], 1, bool(row["answer"]))


def rounds(decided: Sequence[Decided], seed: int) -> Callable[[int], list[Decided]]:
    """Number of a round → its questions, with slips, shuffled."""

    def draw(number: int) -> list[Decided]:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311  # not for secrets
        shown = [replace(one, question=noisy(one.question, rng, NOISE)) for one in decided for _ in range(one.times)]
        rng.shuffle(shown)
        return shown

    return draw


def decision_loss(model: Any, tokenizer: Any, decided: Sequence[Decided]) -> torch.Tensor:  # noqa: ANN401  # transformers
    """The cross-entropy of yes and no; their logits are the start and the end logit of [CLS], as in `Reader.decide`.

    Mean over the questions; a scalar tensor. With logits of 2 and 0 for a yes: -ln(e² / (e² + 1)) = 0.13.
    """
    encoded = encode(tokenizer, [Window(one.question, one.text, None) for one in decided])
    yes, no = logits_of(model, encoded, tokenizer.pad_token_id)[:, :, 0]
    says = torch.tensor([0 if one.yes else 1 for one in decided], device=yes.device)
    return cross_entropy(torch.stack([yes, no], 1), says)


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    first, last = sentence_at(text, lines_near(text, start, end), start, end)
    first, last = min(first, start), max(last, end)
    return (first, last) if last - first <= LONGEST else (start, end)
