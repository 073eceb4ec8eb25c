"""Windows → tensors → the loss: each window by itself, the windows of a question together, and what a teacher says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import cross_entropy, kl_div, pad
from torch.nn.utils.rnn import pad_sequence

from qa.training.device import DEVICE, WINDOWS_AT_ONCE
from qa.training.examples import Group, Window

MAX_TOKENS = 384
SHARED_WEIGHT = 0.5
TAUGHT_WEIGHT = 8.0
TEMPERATURE = 2.0
_NEVER = -1e4


Taught = Mapping[Window, torch.Tensor]
"""What a teacher makes of a window: start and end logits, float [2, 1 + the text's tokens], that of no answer first."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A tokenised window: `readable` marks [CLS] and the text's tokens; start and end are 0, [CLS], for no answer.

    `types` tells the question from the text; None for a model that isn't told.
    """

    ids: list[int]
    types: list[int] | None
    readable: list[bool]
    start: int
    end: int


def encode(tokenizer: Any, windows: Sequence[Window]) -> list[Encoded]:  # noqa: ANN401  # transformers has no types
    """Tokenise; the text is cut at MAX_TOKENS, and an answer that is cut off is none."""
    batch = tokenizer(
        [window.question for window in windows],
        [window.context + window.text for window in windows],
        truncation="only_second",
        max_length=MAX_TOKENS,
        return_offsets_mapping=True,
    )
    encoded = []
    for i, window in enumerate(windows):
        before = len(window.context)
        offsets = [(start - before, end - before) for start, end in batch["offset_mapping"][i]]
        of_text = [
            sequence == 1 and start >= 0 for sequence, (start, _) in zip(batch.sequence_ids(i), offsets, strict=True)
        ]
        start, end = _tokens(offsets, of_text, window.answer)
        readable = [True, *of_text[1:]]
        types = batch["token_type_ids"][i] if "token_type_ids" in batch else None
        encoded.append(Encoded(batch["input_ids"][i], types, readable, start, end))
    return encoded


def _tokens(
    offsets: Sequence[tuple[int, int]], of_text: Sequence[bool], answer: tuple[int, int] | None
) -> tuple[int, int]:
    """The first and last token that the answer touches; 0, 0 without one."""
    if answer is None:
        return 0, 0
    touched = [i for i, (start, end) in enumerate(offsets) if of_text[i] and start < answer[1] and answer[0] < end]
    return (touched[0], touched[-1]) if touched and offsets[touched[-1]][1] >= answer[1] else (0, 0)


def loss_of(
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    groups: Sequence[Group],
    taught: Taught | None = None,
) -> torch.Tensor:
    """Mean cross-entropy of start and end over each window, null included, plus SHARED_WEIGHT times that over each
    question's windows together, without null: shared normalisation, as in Clark and Gardner 2018, "Simple and Effective
    Multi-Paragraph Reading Comprehension".

    With `taught`, plus TAUGHT_WEIGHT times how far each window's distribution is from the teacher's, both softened by
    TEMPERATURE: distillation, as in Hinton et al. 2015, "Distilling the Knowledge in a Neural Network".
    """
    windows = [window for group in groups for window in group]
    encoded = encode(tokenizer, windows)
    logits = logits_of(model, encoded, tokenizer.pad_token_id)
    targets = torch.tensor([[item.start for item in encoded], [item.end for item in encoded]], device=DEVICE)
    loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss = loss + SHARED_WEIGHT * _shared_loss(logits, targets, groups)
    if taught is not None:
        loss = loss + TAUGHT_WEIGHT * _distance(logits, encoded, [taught[window] for window in windows])
    return loss


def _shared_loss(logits: torch.Tensor, targets: torch.Tensor, groups: Sequence[Group]) -> torch.Tensor:
    """Over all tokens of a group but the [CLS]; the answer is in its first window. A group of one counts 0."""
    sizes = [len(group) for group in groups]
    firsts = torch.tensor([0, *sizes[:-1]]).cumsum(0).to(DEVICE)
    windows = list(torch.split(logits[:, :, 1:].logsumexp(2).T, sizes))
    together = pad_sequence(windows, batch_first=True, padding_value=_NEVER).logsumexp(1).T
    of_answers = logits.gather(2, targets[:, :, None])[:, firsts, 0]
    counted = (torch.tensor(sizes, device=DEVICE) > 1) & (targets[0, firsts] > 0)
    return ((together - of_answers) * counted).sum() / 2 / len(groups)


def _distance(logits: torch.Tensor, encoded: Sequence[Encoded], taught: Sequence[torch.Tensor]) -> torch.Tensor:
    """Kullback-Leibler divergence from the softened taught distributions, times TEMPERATURE squared; the windows' mean.

    A text that was cut at MAX_TOKENS may be a token longer for one of the two: their tokens are the same up to there.
    """
    theirs = torch.full(logits.shape, _NEVER)
    for i, (item, scores) in enumerate(zip(encoded, taught, strict=True)):
        places = torch.tensor(item.readable).nonzero()[: scores.shape[1], 0]
        theirs[:, i, places] = scores[:, : len(places)].float()
    log_p = (logits / TEMPERATURE).log_softmax(2)
    log_q = (theirs.to(DEVICE) / TEMPERATURE).log_softmax(2)
    return kl_div(log_p, log_q, reduction="sum", log_target=True) * TEMPERATURE**2 / 2 / len(encoded)


def logits_of(model: Any, encoded: Sequence[Encoded], pad_id: int) -> torch.Tensor:  # noqa: ANN401
    """Start and end logits, float32 [2, windows, longest window]; what can't be read is as good as impossible."""
    longest = max(len(item.ids) for item in encoded)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    parts = []
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        output = model(**_inputs([encoded[i] for i in order[first : first + WINDOWS_AT_ONCE]], pad_id))
        both = torch.stack([output.start_logits, output.end_logits]).float()
        parts.append(pad(both, (0, longest - both.shape[2])))
    back = sorted(range(len(order)), key=order.__getitem__)
    readable = torch.tensor([_padded(item.readable, longest, value=False) for item in encoded], device=DEVICE)
    return torch.cat(parts, 1)[:, back].masked_fill(~readable, _NEVER)


def _inputs(encoded: Sequence[Encoded], pad_id: int) -> dict[str, torch.Tensor]:
    length = max(len(item.ids) for item in encoded)
    inputs = {
        "input_ids": [_padded(item.ids, length, pad_id) for item in encoded],
        "attention_mask": [_padded([1] * len(item.ids), length, 0) for item in encoded],
    }
    if all(item.types is not None for item in encoded):
        inputs["token_type_ids"] = [_padded(item.types or [], length, 0) for item in encoded]
    return {name: torch.tensor(rows, device=DEVICE) for name, rows in inputs.items()}


def _padded(values: list[Any], length: int, value: int) -> list[Any]:
    return values + [value] * (length - len(values))
