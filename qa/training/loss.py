"""Windows → tensors → the loss: each window by itself, the windows of a question together, and what a teacher says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import cross_entropy, kl_div

from qa.training.examples import Group, Window

MAX_TOKENS = 384
WINDOWS_AT_ONCE = 6  # passed through the model together, sorted by length, so that little of them is padding
SHARED_WEIGHT = 0.5
TAUGHT_WEIGHT = 2.0
TEMPERATURE = 2.0
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Taught:
    """A teacher's logits of a window: of no answer, then of each token of the text."""

    starts: torch.Tensor
    ends: torch.Tensor


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
        [window.text for window in windows],
        truncation="only_second",
        max_length=MAX_TOKENS,
        return_offsets_mapping=True,
    )
    encoded = []
    for i, window in enumerate(windows):
        of_text = [sequence == 1 for sequence in batch.sequence_ids(i)]
        start, end = _tokens(batch["offset_mapping"][i], of_text, window.answer)
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
    taught: Mapping[Window, Taught] | None = None,
) -> torch.Tensor:
    """Mean cross-entropy of start and end over each window, null included, plus SHARED_WEIGHT times that over each
    question's windows together, without null: shared normalisation, as in Clark and Gardner 2018, "Simple and Effective
    Multi-Paragraph Reading Comprehension".

    With `taught`, plus TAUGHT_WEIGHT times how far each window's distribution is from the teacher's, both softened by
    TEMPERATURE: distillation, as in Hinton et al. 2015, "Distilling the Knowledge in a Neural Network".
    """
    windows = [window for group in groups for window in group]
    encoded = encode(tokenizer, windows)
    starts, ends = logits_of(model, encoded, tokenizer.pad_token_id)
    loss = _mean_loss(starts, ends, encoded)
    first, shared = 0, []
    for group in groups:
        rows = range(first, first + len(group))
        first += len(group)
        if len(group) > 1 and encoded[rows[0]].start:
            shared.append(_shared_loss(starts, ends, encoded, rows))
    if shared:
        loss = loss + SHARED_WEIGHT * torch.stack(shared).sum() / len(groups)
    if taught is not None:
        far = [
            _distance(starts[i][item.readable], taught[window].starts)
            + _distance(ends[i][item.readable], taught[window].ends)
            for i, (item, window) in enumerate(zip(encoded, windows, strict=True))
        ]
        loss = loss + TAUGHT_WEIGHT * torch.stack(far).mean() / 2
    return loss


def _distance(logits: torch.Tensor, taught: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence from the softened taught distribution, times TEMPERATURE squared.

    A text that was cut at MAX_TOKENS may be a token longer for one of the two: their tokens are the same up to there.
    """
    length = min(len(logits), len(taught))
    log_p = (logits[:length] / TEMPERATURE).log_softmax(0)
    log_q = (taught[:length].float() / TEMPERATURE).log_softmax(0)
    return kl_div(log_p, log_q, reduction="sum", log_target=True) * TEMPERATURE**2


def logits_of(model: Any, encoded: Sequence[Encoded], pad: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:  # noqa: ANN401
    """Start and end logits of each window, as long as it is; what can't be read is as good as impossible."""
    starts: list[torch.Tensor] = [torch.empty(0)] * len(encoded)
    ends = list(starts)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        rows = order[first : first + WINDOWS_AT_ONCE]
        length = max(len(encoded[i].ids) for i in rows)
        output = model(**_inputs([encoded[i] for i in rows], length, pad))
        for row, i in enumerate(rows):
            unreadable = ~torch.tensor(encoded[i].readable)
            starts[i] = output.start_logits[row, : len(unreadable)].float().masked_fill(unreadable, _NEVER)
            ends[i] = output.end_logits[row, : len(unreadable)].float().masked_fill(unreadable, _NEVER)
    return starts, ends


def _inputs(encoded: Sequence[Encoded], length: int, pad: int) -> dict[str, torch.Tensor]:
    inputs = {
        "input_ids": torch.tensor([_padded(item.ids, length, pad) for item in encoded]),
        "attention_mask": torch.tensor([_padded([1] * len(item.ids), length, 0) for item in encoded]),
    }
    if all(item.types is not None for item in encoded):
        inputs["token_type_ids"] = torch.tensor([_padded(item.types or [], length, 0) for item in encoded])
    return inputs


def _padded(values: list[int], length: int, value: int) -> list[int]:
    return values + [value] * (length - len(values))


def _mean_loss(starts: list[torch.Tensor], ends: list[torch.Tensor], encoded: Sequence[Encoded]) -> torch.Tensor:
    losses = [_one(starts[i], item.start) + _one(ends[i], item.end) for i, item in enumerate(encoded)]
    return torch.stack(losses).mean() / 2


def _shared_loss(
    starts: list[torch.Tensor], ends: list[torch.Tensor], encoded: Sequence[Encoded], rows: range
) -> torch.Tensor:
    """Over all tokens of the group but the [CLS]; the answer is in its first window."""
    all_starts = torch.cat([starts[i][1:] for i in rows])
    all_ends = torch.cat([ends[i][1:] for i in rows])
    return (_one(all_starts, encoded[rows[0]].start - 1) + _one(all_ends, encoded[rows[0]].end - 1)) / 2


def _one(logits: torch.Tensor, target: int) -> torch.Tensor:
    return cross_entropy(logits[None], torch.tensor([target]))
