"""Windows → tensors → the loss: each window by itself, and the windows of a question together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from qa.training.examples import Group, Window

MAX_TOKENS = 384
WINDOWS_AT_ONCE = 6  # passed through the model together, sorted by length, so that little of them is padding
SHARED_WEIGHT = 0.5
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Encoded:
    """A tokenised window: `readable` marks [CLS] and the text's tokens; start and end are 0, [CLS], for no answer."""

    ids: list[int]
    types: list[int]
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
        encoded.append(Encoded(batch["input_ids"][i], batch["token_type_ids"][i], readable, start, end))
    return encoded


def _tokens(
    offsets: Sequence[tuple[int, int]], of_text: Sequence[bool], answer: tuple[int, int] | None
) -> tuple[int, int]:
    """The first and last token that the answer touches; 0, 0 without one."""
    if answer is None:
        return 0, 0
    touched = [i for i, (start, end) in enumerate(offsets) if of_text[i] and start < answer[1] and answer[0] < end]
    return (touched[0], touched[-1]) if touched and offsets[touched[-1]][1] >= answer[1] else (0, 0)


def loss_of(model: Any, tokenizer: Any, groups: Sequence[Group]) -> torch.Tensor:  # noqa: ANN401
    """Mean cross-entropy of start and end over each window, null included, plus SHARED_WEIGHT times that over each
    question's windows together, without null: shared normalisation, as in Clark and Gardner 2018, "Simple and Effective
    Multi-Paragraph Reading Comprehension".
    """
    encoded = encode(tokenizer, [window for group in groups for window in group])
    starts, ends = _logits(model, encoded, tokenizer.pad_token_id)
    alone = _mean_loss(starts, ends, encoded)
    first, shared = 0, []
    for group in groups:
        rows = range(first, first + len(group))
        first += len(group)
        if len(group) > 1 and encoded[rows[0]].start:
            shared.append(_shared_loss(starts, ends, encoded, rows))
    return alone + SHARED_WEIGHT * torch.stack(shared).sum() / len(groups) if shared else alone


def _logits(model: Any, encoded: Sequence[Encoded], pad: int) -> tuple[list[torch.Tensor], list[torch.Tensor]]:  # noqa: ANN401
    """Start and end logits of each window, as long as it is; what can't be read is as good as impossible."""
    starts: list[torch.Tensor] = [torch.empty(0)] * len(encoded)
    ends = list(starts)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        rows = order[first : first + WINDOWS_AT_ONCE]
        length = max(len(encoded[i].ids) for i in rows)
        output = model(
            input_ids=torch.tensor([_padded(encoded[i].ids, length, pad) for i in rows]),
            token_type_ids=torch.tensor([_padded(encoded[i].types, length, 0) for i in rows]),
            attention_mask=torch.tensor([_padded([1] * len(encoded[i].ids), length, 0) for i in rows]),
        )
        for row, i in enumerate(rows):
            unreadable = ~torch.tensor(encoded[i].readable)
            starts[i] = output.start_logits[row, : len(unreadable)].masked_fill(unreadable, _NEVER)
            ends[i] = output.end_logits[row, : len(unreadable)].masked_fill(unreadable, _NEVER)
    return starts, ends


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
