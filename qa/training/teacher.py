"""A larger model, trained on the same questions, tells the reader how it would score every token of a window.

Distillation (Hinton et al. 2015): the larger model's doubts say more than a label does, and it has some for pairs of
question and text that nobody labelled.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from qa.training.device import halved
from qa.training.examples import Group, Window
from qa.training.loop import Schedule, load, train
from qa.training.loss import Taught, encode, logits_of

DROPOUT = 0.1
_WINDOWS_A_FILE = 1920
_AT_ONCE = 96


def trained_teacher(
    folder: Path, rounds: Callable[[int], list[Group]], schedule: Schedule, seed: int, out: Path
) -> tuple[Any, Any]:
    """(model, tokenizer) of the encoder in `folder`, trained as a reader on `rounds`; checkpoints in `out`.

    Its tokenizer must cut a text as the reader's does: one with BERT's uncased vocabulary, such as all-mpnet-base-v2's.
    """
    out.mkdir(parents=True, exist_ok=True)
    model, tokenizer = load(folder, DROPOUT, seed)
    train(model, tokenizer, rounds, schedule, out)
    return model.eval(), tokenizer


def teach(model: Any, tokenizer: Any, groups: Sequence[Group], folder: Path) -> Taught:  # noqa: ANN401
    """What the teacher makes of every window of the groups.

    Kept in `folder`, a file for every few windows and named after them; those that are there are read, so that a
    stopped run goes on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    windows = list(dict.fromkeys(window for group in groups for window in group))
    taught: dict[Window, torch.Tensor] = {}
    for first in tqdm(range(0, len(windows), _WINDOWS_A_FILE), "the teacher reads", unit_scale=_WINDOWS_A_FILE):
        part = windows[first : first + _WINDOWS_A_FILE]
        path = folder / f"{hashlib.sha256(repr(part).encode()).hexdigest()[:16]}.pt"
        if not path.exists():
            partial = path.with_suffix(".partial")
            torch.save(_read(model, tokenizer, part), partial)
            partial.replace(path)
        taught.update(zip(part, torch.load(path, weights_only=True), strict=True))
    return taught


def _read(model: Any, tokenizer: Any, windows: Sequence[Window]) -> list[torch.Tensor]:  # noqa: ANN401
    encoded = encode(tokenizer, windows)
    order = sorted(range(len(windows)), key=lambda i: len(encoded[i].ids))
    found = [torch.empty(0)] * len(windows)
    for first in range(0, len(order), _AT_ONCE):
        rows = order[first : first + _AT_ONCE]
        with torch.inference_mode(), halved():
            logits = logits_of(model, [encoded[i] for i in rows], tokenizer.pad_token_id).half().cpu()
        for row, i in enumerate(rows):
            readable = torch.tensor(encoded[i].readable)
            found[i] = logits[:, row, : len(readable)][:, readable].clone()
    return found
