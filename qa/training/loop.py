"""The training loop: rounds of groups → steps, with checkpoints that a stopped run goes on from."""

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

from qa.training.device import DEVICE, halved
from qa.training.loss import Taught, loss_of

Loss = Callable[[Any, Any, Sequence[Any]], torch.Tensor]
"""Of a model, its tokenizer and the groups of a step."""

BASE_ENCODER = "all-MiniLM-L6-v2"  # what reader and embedder were made of
CHECKPOINT = "checkpoint.pt"
CHECKPOINT_STEPS = 500 if DEVICE.type == "cuda" else 50  # about a minute's


@dataclass(frozen=True, slots=True)
class Schedule:
    """AdamW; the learning rate rises over the first `warm_up` share of the steps and then falls linearly to 0."""

    steps: int
    groups: int = 24  # a step's; about 34 windows
    learning_rate: float = 3e-4
    warm_up: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0

    def rate(self, step: int) -> float:
        """The learning rate of step `step`, from 0."""
        done, warm = (step + 1) / self.steps, self.warm_up
        return self.learning_rate * (done / warm if done < warm else max(0.0, 1 - done) / (1 - warm))


def load(folder: Path, dropout: float = 0.0, seed: int = 11) -> tuple[Any, Any]:
    """(model, tokenizer) from a folder with a BERT of any head; the word embeddings frozen, what is new from `seed`.

    Without dropout and with embeddings frozen a step takes less than half the time on a CPU: dropout is slow there, and
    the embeddings are half the weights of a small model.
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
    taught: Taught | None = None,
    loss_function: Loss | None = None,
) -> None:
    """Train `model` in place, going on from the checkpoint in `folder` if there is one.

    `rounds` gives the groups of a round by its number; they are used up before the next is drawn. `taught` is what a
    teacher makes of all their windows. `loss_function` None is the reader's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    measure = loss_function or partial(loss_of, taught=taught)
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
            with halved():
                loss = measure(model, tokenizer, next(batches))
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
    """The groups of each step, from step `skipped` on; a round's last few are left over."""
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
