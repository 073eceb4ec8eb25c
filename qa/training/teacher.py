"""A larger model, trained on the same questions, whose logits for every token of a window the reader learns from.

This is distillation (Hinton et al. 2015): the teacher's probabilities say more than a label, and it has them for pairs
of question and text that nobody labelled, too.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from qa.training.device import mixed_precision
from qa.training.examples import Group, Window
from qa.training.loop import Schedule, load, train
from qa.training.loss import TeacherLogits, encode, logits_of

DROPOUT = 0.1
_WINDOWS_A_FILE = 1920
_AT_ONCE = 96


def trained_teacher(
    folder: Path, rounds: Callable[[int], list[Group]], schedule: Schedule, seed: int, out: Path
) -> tuple[Any, Any]:
    """(Model, tokenizer) of the encoder in `folder`, trained as a reader on `rounds`, with checkpoints in `out`.

    Its tokenizer must make the same tokens as the reader's: BERT's uncased vocabulary, as all-mpnet-base-v2 has.
    """
    out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = load(folder, DROPOUT, seed)
    train(model, tokenizer, rounds, schedule, out)
    return model.eval(), tokenizer


def teacher_logits_of(model: Any, tokenizer: Any, groups: Sequence[Group], folder: Path) -> TeacherLogits:  # noqa: ANN401
    """The teacher's logits for every window of the groups.

    They are cached in `folder`, a file for each _WINDOWS_A_FILE windows, named after them, so that a stopped run
    continues.
    """
    folder.mkdir(parents=True, exist_ok=True)
    windows = list(dict.fromkeys(window for group in groups for window in group))
    teacher_logits: dict[Window, torch.Tensor] = {}
    for first in tqdm(range(0, len(windows), _WINDOWS_A_FILE), "the teacher reads", unit_scale=_WINDOWS_A_FILE):
        part = windows[first : first + _WINDOWS_A_FILE]
        path = folder / f"{hashlib.sha256(repr(part).encode()).hexdigest()[:16]}.pt"
        if not path.exists():
            partial = path.with_suffix(".partial")
            torch.save(_read(model, tokenizer, part), partial)
            partial.replace(path)
        teacher_logits.update(zip(part, torch.load(path, weights_only=True), strict=True))
    return teacher_logits


def _read(model: Any, tokenizer: Any, windows: Sequence[Window]) -> list[torch.Tensor]:  # noqa: ANN401
    encoded = encode(tokenizer, windows)
    order = sorted(range(len(windows)), key=lambda i: len(encoded[i].ids))
    scores = [torch.empty(0)] * len(windows)
    for first in range(0, len(order), _AT_ONCE):
        rows = order[first : first + _AT_ONCE]
        with torch.inference_mode(), mixed_precision():
            logits = logits_of(model, [encoded[i] for i in rows], tokenizer.pad_token_id).half().cpu()
        for row, i in enumerate(rows):
            readable = torch.tensor(encoded[i].readable)
            scores[i] = logits[:, row, : len(readable)][:, readable].clone()
    return scores
