"""The whole recipe: mine hard negatives → train the reader → train teachers → let the reader learn from them → publish.

What is done already isn't done again.
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
from qa.training.folds import folds, on_articles, within
from qa.training.loop import BASE_ENCODER, CHECKPOINT, Schedule, load, train
from qa.training.loss import Taught
from qa.training.mining import gives, mine, with_chunks
from qa.training.pairs import label, load_pairs, split_pairs
from qa.training.publish import publish
from qa.training.teacher import teach, trained_teacher

SEED = 11
LABELS = Schedule(steps=1600)  # two rounds and a bit
FOLDS = 5
TEACHER = Schedule(steps=1500, groups=32, learning_rate=4e-5)  # three rounds
TAUGHT = Schedule(steps=1700, groups=64)  # once over the groups of all folds, and a little
TAUGHT_ROUNDS = 3
TAUGHT_SHARES = 2.5  # times as much of QAMR and PolicyQA as the teachers learned from
TAUGHT_NEGATIVES = 3
TAUGHT_SWAPPED = 1.0
QAMR_SHARE = 0.11  # of 33,071 short questions on single sentences, in each round
POLICY_SHARE = 0.16
PAIRS_SHARE = 0.5  # the reader's from its second round on
SWAPPED = 0.1


def run(data: Path, out: Path, teacher: Path | None) -> str:
    """Train on the files in `data`, into `out`; returns the SHA-256 of OUT/model's weights."""
    out.mkdir(parents=True, exist_ok=True)
    pool, pairs = _read(data, out / "negatives.json")
    model, tokenizer = load(model_files.locate(BASE_ENCODER))

    with_pairs = cache(lambda: _with_pairs(pool, label(model, tokenizer, pairs, out / "labels.json"), PAIRS_SHARE))
    train(model, tokenizer, lambda n: draw(with_pairs() if n else pool, SEED, n), LABELS, out)
    if teacher is not None:
        groups, taught = _taught(teacher, with_pairs(), pool, pairs, out)
        (out / "taught").mkdir(exist_ok=True)
        train(model, tokenizer, lambda n: _shuffled(groups, n), TAUGHT, out / "taught", taught=taught)
    return publish(data, out, out / ("taught" if teacher else ".") / CHECKPOINT, out / "model")


def _read(data: Path, negatives: Path) -> tuple[Pool, list[Labelled]]:
    """All that is trained on but the pairs, and the pairs, whose answers nobody has marked yet."""
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
    kept = {item.id: [text for text in pool.negatives[item.id] if not gives(text, item.texts)] for item in labelled}
    return replace(pool, further=[*pool.further, (labelled, share)], negatives={**pool.negatives, **kept})


def _taught(
    folder: Path, with_pairs: Pool, pool: Pool, pairs: Sequence[Labelled], out: Path
) -> tuple[list[Group], Taught]:
    """Groups, and what a teacher makes of their windows that never saw a question on their articles."""
    groups: list[Group] = []
    taught: dict[Window, torch.Tensor] = {}
    every = [*pool.answerable, *pool.unanswerable, *pairs, *(item for items, _ in pool.further for item in items)]
    parts = folds(every, FOLDS)
    for number, unseen in enumerate(parts):
        teacher, tokenizer = _teacher(folder, within(with_pairs, frozenset.union(*parts) - unseen), number, out)
        marked = label(teacher, tokenizer, on_articles(pairs, unseen), out / f"teacher-{number}" / "labels.json")
        drawn = _more_rounds(within(pool, unseen), marked)
        taught |= teach(teacher, tokenizer, drawn, out / "windows")
        groups += drawn
    return groups, taught


def _teacher(folder: Path, seen: Pool, number: int, out: Path) -> tuple[Any, Any]:
    seed = SEED + 1 + number
    return trained_teacher(folder, lambda n: draw(seen, seed, n), TEACHER, seed, out / f"teacher-{number}")


def _more_rounds(pool: Pool, marked: Sequence[Labelled]) -> list[Group]:
    """Rounds of more windows than labels alone would be good for."""
    more = replace(
        pool,
        further=[(items, TAUGHT_SHARES * share) for items, share in pool.further],
        swapped=TAUGHT_SWAPPED,
        most_negatives=TAUGHT_NEGATIVES,
    )
    with_pairs = _with_pairs(more, marked, 1.0)
    return [group for number in range(TAUGHT_ROUNDS) for group in draw(with_pairs, SEED, number)]


def _shuffled(groups: Sequence[Group], number: int) -> list[Group]:
    return random.Random(f"{SEED}/{number}").sample(groups, len(groups))  # noqa: S311  # not for secrets


def _documents(questions: list[Labelled]) -> list[Document]:
    """The questions' contexts, each once."""
    return [Document(name, name, text) for name, text in {q.context.name: q.context.text for q in questions}.items()]
