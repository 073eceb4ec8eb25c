"""Pairs of a question and a piece that answers it → an embedder that gives them similar vectors.

The loss is contrastive: the cross-entropy of a question's own piece among all pieces of its batch and some hard
negatives, over cosines divided by TEMPERATURE (van den Oord et al. 2018, "Representation Learning with Contrastive
Predictive Coding").
"""

import gzip
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy, normalize
from torch.nn.utils.rnn import pad_sequence

from qa.training.device import DEVICE
from qa.training.people.corpus import USER, Corpus
from qa.training.people.near import Near, Place, with_prefix
from qa.training.people.noise import noisy

TEMPERATURE = 0.05
HARD = 20  # hard negatives in each batch
WITH_PREFIX = 0.85  # probability that a piece is embedded with its prefix
OTHERS_PER_USER_PAIR = 0.9
BOOLQ_CHARS = 700
_MAX_TOKENS = 224
_AT_ONCE = 16
_IMPOSSIBLE = -1e4  # a logit whose probability is 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and the piece that answers it.

    `texts` is the piece with and without its prefix. `key` identifies the piece: pairs with the same key aren't each
    other's negatives. `hard` are hard negatives, each with and without prefix; `user`: it is a user question.
    """

    question: str
    key: Place | str
    texts: tuple[str, str]
    hard: tuple[tuple[str, str], ...]
    user: bool


def pairs_of(corpus: Corpus, near: Sequence[Near], boolq: Path) -> tuple[list[Pair], list[Pair]]:
    """(Pairs of user questions, pairs of the other sources and BoolQ)."""
    user: list[Pair] = []
    others: list[Pair] = []
    for asked, beside in zip(corpus.asked, near, strict=True):
        holding = next((found for answer in asked.answers if (found := corpus.holding(asked, answer))), None)
        if not holding:
            continue
        place = (asked.text, holding[len(holding) // 2])
        of_user = corpus.texts[asked.text].source == USER
        hard = tuple(_with_and_without_prefix(corpus, other) for other in (*beside.own, *beside.other))
        pair = Pair(asked.searched, place, _with_and_without_prefix(corpus, place), hard, of_user)
        (user if of_user else others).append(pair)
    for line in gzip.decompress(boolq.read_bytes()).splitlines():
        row = json.loads(line)
        text = f"{row['title']}. {row['passage'][:BOOLQ_CHARS]}"
        others.append(Pair(row["question"], text, (text, text), (), user=False))
    return user, others


def rounds(user: Sequence[Pair], others: Sequence[Pair], seed: int) -> Callable[[int], list[Pair]]:
    """Number of a round → its pairs, shuffled: all user questions, and a new sample of nearly as many others."""

    def draw(number: int) -> list[Pair]:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311  # not for secrets
        drawn = rng.sample(others, min(len(others), round(OTHERS_PER_USER_PAIR * len(user))))
        return rng.sample([*user, *drawn], len(user) + len(drawn))

    return draw


def contrastive_loss(model: Any, tokenizer: Any, pairs: Sequence[Pair]) -> torch.Tensor:  # noqa: ANN401
    """The mean contrastive loss of a batch, a scalar tensor.

    Noise and hard negatives are drawn from a seed that is made of its questions, so that every run has the same.
    """
    rng = random.Random("".join(pair.question for pair in pairs))  # noqa: S311
    hard = [rng.choice(pair.hard) for pair in pairs if pair.hard]
    hard = rng.sample(hard, min(HARD, len(hard)))
    questions = [noisy(pair.question, rng, 0.4 if pair.user else 1.0) for pair in pairs]
    texts = [both[rng.random() >= WITH_PREFIX] for both in (*(pair.texts for pair in pairs), *hard)]
    vectors = embed(model, tokenizer, [*questions, *texts])
    scores = vectors[: len(pairs)] @ vectors[len(pairs) :].T / TEMPERATURE
    same = [[a.key == b.key and a is not b for b in pairs] + [False] * len(hard) for a in pairs]
    masked = scores.masked_fill(torch.tensor(same, device=DEVICE), _IMPOSSIBLE)
    return cross_entropy(masked, torch.arange(len(pairs), device=DEVICE))


def embed(model: Any, tokenizer: Any, texts: Sequence[str]) -> torch.Tensor:  # noqa: ANN401
    """Vectors (len(texts), width) of length 1: the mean over each text's tokens, as sentence-transformers pools."""
    ids = tokenizer(list(texts), truncation=True, max_length=_MAX_TOKENS)["input_ids"]
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors: dict[int, torch.Tensor] = {}
    for first in range(0, len(order), _AT_ONCE):
        part = order[first : first + _AT_ONCE]
        rows = [torch.tensor(ids[i], device=DEVICE) for i in part]
        mask = pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        states = model(input_ids=pad_sequence(rows, batch_first=True), attention_mask=mask).last_hidden_state
        means = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        vectors |= dict(zip(part, normalize(means, dim=1), strict=True))
    return torch.stack([vectors[i] for i in range(len(texts))])


def _with_and_without_prefix(corpus: Corpus, place: Place) -> tuple[str, str]:
    return with_prefix(corpus, place), corpus.texts[place[0]].words(place[1])
