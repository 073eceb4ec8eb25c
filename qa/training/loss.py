"""Windows → tensors → the loss: of each window, of all windows of a question together, and against a teacher."""

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
DISTILLATION_WEIGHT = 8.0
TEMPERATURE = 2.0
_IMPOSSIBLE = -1e4  # a logit whose probability is 0

TeacherLogits = Mapping[Window, torch.Tensor]
"""Window → a teacher's start and end logits for it, float (2, 1 + the text's tokens); the first is "no answer"."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A tokenized window.

    `offsets` are its tokens' slices `[start, end)` in characters of the text. `readable` marks [CLS] and the text's
    tokens. `start` and `end` are the answer's first and last token, or 0, that is [CLS], for no answer. `types` marks
    which tokens are the text's; None for a model that doesn't use it.
    """

    ids: list[int]
    types: list[int] | None
    offsets: list[tuple[int, int]]
    readable: list[bool]
    start: int
    end: int


def encode(tokenizer: Any, windows: Sequence[Window]) -> list[Encoded]:  # noqa: ANN401  # transformers has no types
    """The windows tokenized. A text is cut at MAX_TOKENS; if its answer is cut off, there is no answer."""
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
        start, end = tokens_of(offsets, of_text, window.answer)
        readable = [True, *of_text[1:]]
        types = batch["token_type_ids"][i] if "token_type_ids" in batch else None
        encoded.append(Encoded(batch["input_ids"][i], types, offsets, readable, start, end))
    return encoded


def tokens_of(
    offsets: Sequence[tuple[int, int]], of_text: Sequence[bool], answer: tuple[int, int] | None
) -> tuple[int, int]:
    """The first and last token that the answer touches; 0, 0 if there is no answer or it is cut off."""
    if answer is None:
        return 0, 0
    touched = [i for i, (start, end) in enumerate(offsets) if of_text[i] and start < answer[1] and answer[0] < end]
    return (touched[0], touched[-1]) if touched and offsets[touched[-1]][1] >= answer[1] else (0, 0)


def loss_of(
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    groups: Sequence[Group],
    teacher_logits: TeacherLogits | None = None,
) -> torch.Tensor:
    """The sum of two or three losses, each a mean over start and end; a scalar tensor.

    1. The cross-entropy of each window's tokens, with [CLS] for "no answer".
    2. SHARED_WEIGHT times the cross-entropy of all tokens of a question's windows together, without [CLS]: shared
       normalization, as in Clark and Gardner 2018, "Simple and Effective Multi-Paragraph Reading Comprehension".
    3. With `teacher_logits`: DISTILLATION_WEIGHT times the divergence of each window's distribution from the teacher's,
       both softened by TEMPERATURE; see Hinton et al. 2015, "Distilling the Knowledge in a Neural Network".
    """
    windows = [window for group in groups for window in group]
    encoded = encode(tokenizer, windows)
    logits = logits_of(model, encoded, tokenizer.pad_token_id)
    targets = torch.tensor([[item.start for item in encoded], [item.end for item in encoded]], device=DEVICE)
    loss = cross_entropy(logits.flatten(0, 1), targets.flatten())
    loss = loss + SHARED_WEIGHT * _shared_loss(logits, targets, groups)
    if teacher_logits is not None:
        loss = loss + DISTILLATION_WEIGHT * _distance(logits, encoded, [teacher_logits[window] for window in windows])
    return loss


def _shared_loss(logits: torch.Tensor, targets: torch.Tensor, groups: Sequence[Group]) -> torch.Tensor:
    """Mean over the groups of the cross-entropy of all their tokens but [CLS]; a group of one window counts 0.

    The answer is in a group's first window. `logits` is (2, windows, tokens), `targets` (2, windows).
    """
    sizes = [len(group) for group in groups]
    firsts = torch.tensor([0, *sizes[:-1]]).cumsum(0).to(DEVICE)
    windows = list(torch.split(logits[:, :, 1:].logsumexp(2).T, sizes))
    together = pad_sequence(windows, batch_first=True, padding_value=_IMPOSSIBLE).logsumexp(1).T
    of_answers = logits.gather(2, targets[:, :, None])[:, firsts, 0]
    counted = (torch.tensor(sizes, device=DEVICE) > 1) & (targets[0, firsts] > 0)
    return ((together - of_answers) * counted).sum() / 2 / len(groups)


def _distance(logits: torch.Tensor, encoded: Sequence[Encoded], teacher_logits: Sequence[torch.Tensor]) -> torch.Tensor:
    """Mean over the windows of the Kullback-Leibler divergence from the teacher's softened distribution.

    It is multiplied by TEMPERATURE squared, which keeps gradients at their size. If a text is cut at MAX_TOKENS, one of
    the two may have a token more; up to there their tokens are the same.
    """
    theirs = torch.full(logits.shape, _IMPOSSIBLE)
    for i, (item, scores) in enumerate(zip(encoded, teacher_logits, strict=True)):
        places = torch.tensor(item.readable).nonzero()[: scores.shape[1], 0]
        theirs[:, i, places] = scores[:, : len(places)].float()
    log_p = (logits / TEMPERATURE).log_softmax(2)
    log_q = (theirs.to(DEVICE) / TEMPERATURE).log_softmax(2)
    return kl_div(log_p, log_q, reduction="sum", log_target=True) * TEMPERATURE**2 / 2 / len(encoded)


def logits_of(model: Any, encoded: Sequence[Encoded], pad_id: int) -> torch.Tensor:  # noqa: ANN401
    """Start and end logits, float32 (2, windows, tokens of the longest one); unreadable tokens have _IMPOSSIBLE."""
    longest = max(len(item.ids) for item in encoded)
    order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
    parts = []
    for first in range(0, len(order), WINDOWS_AT_ONCE):
        output = model(**_inputs([encoded[i] for i in order[first : first + WINDOWS_AT_ONCE]], pad_id))
        both = torch.stack([output.start_logits, output.end_logits]).float()
        parts.append(pad(both, (0, longest - both.shape[2])))
    original_order = sorted(range(len(order)), key=order.__getitem__)  # undoes the sorting by length
    readable = torch.tensor([_padded(item.readable, longest, value=False) for item in encoded], device=DEVICE)
    return torch.cat(parts, 1)[:, original_order].masked_fill(~readable, _IMPOSSIBLE)


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
