"""The whole recipe: mine hard negatives → train the reader → train teachers → distil them into the reader → publish.

Each step that is finished already is skipped.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch

from index import model_files
from index.documents import Document
from qa.training.data import Labelled, load_squad, split
from qa.training.examples import Group, Pool, Window, draw
from qa.training.folds import folds, on_articles, restricted_to
from qa.training.loop import BASE_ENCODER, CHECKPOINT, Schedule, load, train
from qa.training.loss import TeacherLogits
from qa.training.mining import holds_answer, mine, with_chunks
from qa.training.pairs import label, load_pairs, split_pairs
from qa.training.publish import publish
from qa.training.teacher import teacher_logits_of, trained_teacher

SEED = 11
LABELS = Schedule(steps=1600)  # a little more than two rounds
FOLDS = 5
TEACHER = Schedule(steps=1500, groups=32, learning_rate=4e-5)  # three rounds
DISTILLATION = Schedule(steps=1700, groups=64)  # a little more than once over the groups of all folds
DISTILLATION_ROUNDS = 3
DISTILLATION_SHARES = 2.5  # times the shares of QAMR and PolicyQA that teachers are trained on
DISTILLATION_NEGATIVES = 3
DISTILLATION_SWAPPED = 1.0
# Shares in each round
QAMR_SHARE = 0.11  # of 33,071 short questions on single sentences
POLICY_SHARE = 0.16
PAIRS_SHARE = 0.5  # for the reader from its second round on
SWAPPED = 0.1


def run(data: Path, out: Path, teacher: Path | None) -> str:
    """Train on the files in `data`, into `out`; returns the SHA-256 of OUT/model's weights."""
    out.mkdir(parents=True, exist_ok=True)
    pool, pairs = _read(data, out / "negatives.json")
    model, tokenizer = load(model_files.locate(BASE_ENCODER))

    with_pairs = cache(lambda: _with_pairs(pool, label(model, tokenizer, pairs, out / "labels.json"), PAIRS_SHARE))
    train(model, tokenizer, lambda n: draw(with_pairs() if n else pool, SEED, n), LABELS, out)
    if teacher is not None:
        groups, teacher_logits = _distillation(teacher, with_pairs(), pool, pairs, out)
        (out / "taught").mkdir(exist_ok=True)
        train(
            model,
            tokenizer,
            lambda n: _shuffled(groups, n),
            DISTILLATION,
            out / "taught",
            teacher_logits=teacher_logits,
        )
    return publish(data, out, out / ("taught" if teacher else ".") / CHECKPOINT, out / "model")


def _read(data: Path, negatives: Path) -> tuple[Pool, list[Labelled]]:
    """(Everything to train on without the pairs; the pairs, still without spans)."""
    training, *_ = split(load_squad(data / "squad-36.json.gz"))
    training = with_chunks(training)
    pairs, _ = split_pairs(load_pairs(data / "squad-train-pairs.jsonl.gz"))
    pairs = with_chunks(pairs)
    answerable = [question for question in training if question.answers]
    pool = Pool(
        answerable=answerable,
        unanswerable=[question for question in training if not question.answers],
        further=[
            (load_squad(data / "qamr.json.gz"), QAMR_SHARE),
            (with_chunks(load_squad(data / "policyqa.json.gz")), POLICY_SHARE),
        ],
        negatives=mine([*answerable, *pairs], _documents([*training, *pairs]), negatives),
        swapped=SWAPPED,
    )
    return pool, pairs


def _with_pairs(pool: Pool, labelled: Sequence[Labelled], share: float) -> Pool:
    """The pool with a share of the pairs, now that they have spans; negatives that hold such a span are dropped."""
    kept = {
        item.id: [text for text in pool.negatives[item.id] if not holds_answer(text, item.texts)] for item in labelled
    }
    return replace(pool, further=[*pool.further, (labelled, share)], negatives={**pool.negatives, **kept})


def _distillation(
    folder: Path, with_pairs: Pool, pool: Pool, pairs: Sequence[Labelled], out: Path
) -> tuple[list[Group], TeacherLogits]:
    """(Groups of all folds, the logits of their windows by the teacher that never saw their articles)."""
    groups: list[Group] = []
    teacher_logits: dict[Window, torch.Tensor] = {}
    every = [*pool.answerable, *pool.unanswerable, *pairs, *(item for items, _ in pool.further for item in items)]
    parts = folds(every, FOLDS)
    for number, unseen in enumerate(parts):
        teacher, tokenizer = _teacher(folder, restricted_to(with_pairs, frozenset.union(*parts) - unseen), number, out)
        marked = label(teacher, tokenizer, on_articles(pairs, unseen), out / f"teacher-{number}" / "labels.json")
        drawn = _more_rounds(restricted_to(pool, unseen), marked)
        teacher_logits |= teacher_logits_of(teacher, tokenizer, drawn, out / "windows")
        groups += drawn
    return groups, teacher_logits


def _teacher(folder: Path, seen: Pool, number: int, out: Path) -> tuple[Any, Any]:
    seed = SEED + 1 + number
    return trained_teacher(folder, lambda n: draw(seen, seed, n), TEACHER, seed, out / f"teacher-{number}")


def _more_rounds(pool: Pool, marked: Sequence[Labelled]) -> list[Group]:
    """The groups of DISTILLATION_ROUNDS rounds; a teacher scores any window, so there are more than with labels."""
    more = replace(
        pool,
        further=[(items, DISTILLATION_SHARES * share) for items, share in pool.further],
        swapped=DISTILLATION_SWAPPED,
        most_negatives=DISTILLATION_NEGATIVES,
    )
    with_pairs = _with_pairs(more, marked, 1.0)
    return [group for number in range(DISTILLATION_ROUNDS) for group in draw(with_pairs, SEED, number)]


def _shuffled(groups: Sequence[Group], number: int) -> list[Group]:
    return random.Random(f"{SEED}/{number}").sample(groups, len(groups))  # noqa: S311  # not for secrets


def _documents(questions: list[Labelled]) -> list[Document]:
    """The questions' contexts, each once."""
    return [Document(name, name, text) for name, text in {q.context.name: q.context.text for q in questions}.items()]
