"""The training loop: rounds of groups → optimizer steps, with checkpoints from which a stopped run continues."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from qa.training.device import DEVICE, mixed_precision
from qa.training.loss import TeacherLogits, loss_of

Loss = Callable[[Any, Any, Sequence[Any]], torch.Tensor]
"""(Model, tokenizer, groups of a step) → scalar loss."""

BASE_ENCODER = "all-MiniLM-L6-v2"  # the shipped reader and embedder were trained from it
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_STEPS = 500 if DEVICE.type == "cuda" else 50  # about a minute


@dataclass(frozen=True, slots=True)
class Schedule:
    """Settings for AdamW. The learning rate rises linearly in the first `warm_up` of the steps, then falls to 0.

    With 100 steps and warm_up = 0.06 it is 1/6 of `learning_rate` at step 0 and all of it at step 5.
    """

    steps: int
    groups: int = 24  # in each step; about 34 windows
    learning_rate: float = 3e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0

    def rate(self, step: int) -> float:
        """The learning rate at step `step`, counted from 0."""
        done, warm = (step + 1) / self.steps, self.warm_up
        return self.learning_rate * (done / warm if done < warm else max(0.0, 1 - done) / (1 - warm))


def load(folder: Path, dropout: float = 0.0, seed: int = 11) -> tuple[Any, Any]:
    """(Model, tokenizer) from a folder with any BERT; its word embeddings are frozen, a new head is drawn from `seed`.

    Frozen embeddings and no dropout more than halve the time of a step on a CPU: dropout is slow there, and embeddings
    are half the weights of a small model.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    torch.manual_seed(seed)
    model = AutoModelForQuestionAnswering.from_pretrained(
        folder, dtype=torch.float32, attention_probs_dropout_prob=dropout, hidden_dropout_prob=dropout
    )
    model.get_input_embeddings().weight.requires_grad_(False)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return model.to(DEVICE), tokenizer


def train(
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    rounds: Callable[[int], list[Any]],
    schedule: Schedule,
    folder: Path,
    checkpoint_steps: int = CHECKPOINT_STEPS,
    teacher_logits: TeacherLogits | None = None,
    loss_function: Loss | None = None,
) -> None:
    """Train `model` in place, starting from the checkpoint in `folder` if there is one.

    `rounds` returns the groups of a round by its number, from 0; each round is used up before the next one is drawn.
    `teacher_logits` has those of all their windows, to learn from. `loss_function` is the reader's if None.
    """
    folder.mkdir(parents=True, exist_ok=True)
    compute_loss = loss_function or partial(loss_of, teacher_logits=teacher_logits)
    optimizer = torch.optim.AdamW(
        [weight for weight in model.parameters() if weight.requires_grad],
        schedule.learning_rate,
        weight_decay=schedule.weight_decay,
    )
    step = _resume(model, optimizer, folder)
    batches = _batches(rounds, schedule.groups, step)
    model.train()
    with (
        tqdm(total=schedule.steps, initial=step, desc="training", unit="step") as bar,
        (folder / "log.jsonl").open("a") as log,
    ):
        while step < schedule.steps:
            began = time.perf_counter()
            for group in optimizer.param_groups:
                group["lr"] = schedule.rate(step)
            with mixed_precision():
                loss = compute_loss(model, tokenizer, next(batches))
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            bar.update()
            line = {"step": step, "loss": round(loss.item(), 4), "seconds": round(time.perf_counter() - began, 2)}
            log.write(json.dumps(line) + "\n")
            log.flush()
            if step % checkpoint_steps == 0 or step == schedule.steps:
                _save(model, optimizer, step, folder)


def _batches(rounds: Callable[[int], list[Any]], size: int, skipped: int) -> Iterator[list[Any]]:
    """The groups of each step, from step `skipped` on; those at the end of a round that fill no step are dropped."""
    for number in count():
        groups = rounds(number)
        for first in range(0, len(groups) - size + 1, size):
            if skipped:
                skipped -= 1
            else:
                yield groups[first : first + size]


def _save(model: Any, optimizer: Any, step: int, folder: Path) -> None:  # noqa: ANN401
    partial = folder / "checkpoint.partial"
    torch.save({"step": step, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, partial)
    partial.replace(folder / CHECKPOINT)


def _resume(model: Any, optimizer: Any, folder: Path) -> int:  # noqa: ANN401
    path = folder / CHECKPOINT
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True, map_location=DEVICE)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])
