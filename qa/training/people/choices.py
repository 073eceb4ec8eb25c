"""Shortlists → choices to learn from: candidates in one text, in any order; and the loss of choosing among them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from qa.answering.shortlist import together
from qa.training.examples import Window
from qa.training.loss import encode, logits_of, tokens_of
from qa.training.people.noise import noisy
from qa.training.people.shortlists import Shortlist

Range = tuple[int, int]

# Probabilities
FEWER = 0.3  # some candidates are left out, one right one is kept
NONE_RIGHT = 0.08  # all passages with a right one are left out
NOISE = 0.5

SPAN_WEIGHT = 0.3  # of the cross-entropy over all tokens, beside that over the candidates


@dataclass(frozen=True, slots=True)
class Choice:
    """A text with several candidates, where each stands in it, and which are right."""

    question: str
    text: str
    places: tuple[Range, ...]
    right: tuple[bool, ...]


def rounds(
    shortlists: Sequence[Shortlist], count_tokens: Callable[[str], int], seed: int
) -> Callable[[int], list[Choice]]:
    """Number of a round → a choice of each shortlist; questions and candidates are shuffled."""

    def draw(number: int) -> list[Choice]:
        rng = random.Random(f"{seed}/{number}")  # noqa: S311  # not for secrets
        choices = [_choice(shortlist, count_tokens, rng) for shortlist in shortlists]
        rng.shuffle(choices)
        return choices

    return draw


def _choice(shortlist: Shortlist, count_tokens: Callable[[str], int], rng: random.Random) -> Choice:
    kept = _kept(shortlist, rng)
    text, places = together([shortlist.spans[i] for i in kept], count_tokens)
    return Choice(noisy(shortlist.question, rng, NOISE), text, places, tuple(shortlist.right[i] for i in kept))


def _kept(shortlist: Shortlist, rng: random.Random) -> list[int]:
    """The indices of the candidates that are shown, in any order."""
    spans, right = shortlist.spans, shortlist.right
    order = rng.sample(range(len(spans)), len(spans))
    if any(right) and rng.random() < NONE_RIGHT:
        answering = [spans[i][0] for i in order if right[i]]
        return [i for i in order if spans[i][0] not in answering] or order
    if len(order) > 2 and rng.random() < FEWER:
        fewer = order[: rng.randint(2, len(order) - 1)]
        # where one is right, one stays right: which ones are shown tells nothing
        if any(right[i] for i in fewer) or not any(right):
            return fewer
    return order


def choice_loss(model: Any, tokenizer: Any, choices: Sequence[Choice]) -> torch.Tensor:  # noqa: ANN401  # transformers
    """The cross-entropy of the right candidates together among all and none, as `Reader.compare` scores them.

    Beside it stands SPAN_WEIGHT times the cross-entropy of the first right one's tokens among all tokens. Mean over the
    choices; a scalar tensor.

    With logits of 2 and 1 for two candidates, 0 for none, and only the first right: -ln(e² / (e² + e¹ + e⁰)) = 0.41.
    """
    windows = [Window(choice.question, choice.text, _first_right(choice)) for choice in choices]
    encoded = encode(tokenizer, windows)
    starts, ends = logits_of(model, encoded, tokenizer.pad_token_id)
    targets = torch.tensor([[item.start, item.end] for item in encoded], device=starts.device)
    span_loss = (cross_entropy(starts, targets[:, 0]) + cross_entropy(ends, targets[:, 1])) / 2
    losses = []
    for i, choice in enumerate(choices):
        tokens = [tokens_of(encoded[i].offsets, encoded[i].readable, place) for place in choice.places]
        seen = [(first, last, right) for (first, last), right in zip(tokens, choice.right, strict=True) if last]
        scores = torch.stack(
            [starts[i, 0] + ends[i, 0], *(starts[i, first] + ends[i, last] for first, last, _ in seen)]
        )
        right = [number for number, (_, _, right) in enumerate(seen, 1) if right] or [0]
        losses.append(scores.logsumexp(0) - scores[right].logsumexp(0))
    return torch.stack(losses).mean() + SPAN_WEIGHT * span_loss


def _first_right(choice: Choice) -> Range | None:
    return next((place for place, right in zip(choice.places, choice.right, strict=True) if right), None)
