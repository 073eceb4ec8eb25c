"""The whole recipe: mine hard negatives → train the reader → train a teacher → let the reader learn from it → publish.

What is done already isn't done again.
"""

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from index import weights
from index.documents import Document
from index.embedding import DEFAULT_EMBEDDER
from qa.training.data import Labelled, load_squad, split
from qa.training.examples import Group, Pool, draw
from qa.training.loop import CHECKPOINT, Schedule, load, train
from qa.training.mining import gives, mine, with_chunks
from qa.training.pairs import label, load_pairs, split_pairs
from qa.training.publish import publish
from qa.training.teacher import teach, trained_teacher

SEED = 11
LABELS = Schedule(steps=1600)  # two rounds and a bit
TEACHER = Schedule(steps=900, groups=12, learning_rate=5e-5, frozen=5)  # a third of the time saved by the frozen ones
TAUGHT = Schedule(steps=800, learning_rate=2e-4)
TAUGHT_GROUPS = 9600  # seen twice
TAUGHT_ROUND = 3  # one that the reader has not seen
QAMR_SHARE = 0.11  # of 33,071 short questions on single sentences, in each round
POLICY_SHARE = 0.16
PAIRS_SHARE = 0.5  # from the second round on
SWAPPED = 0.1


def run(data: Path, out: Path, teacher: Path | None) -> str:
    """Train on the files in `data`, into `out`; returns the SHA-256 of OUT/model's weights."""
    out.mkdir(parents=True, exist_ok=True)
    pool, pairs = _read(data, out / "negatives.json")
    model, tokenizer = load(weights.locate(DEFAULT_EMBEDDER))

    @cache
    def pool_with_pairs() -> Pool:
        return _with_pairs(pool, label(model, tokenizer, pairs, out / "labels.json"))

    train(model, tokenizer, lambda n: draw(pool_with_pairs() if n else pool, SEED, n), LABELS, out)
    if teacher is not None:
        _learn_from(teacher, model, tokenizer, pool, pairs, out)
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


def _with_pairs(pool: Pool, labelled: Sequence[Labelled]) -> Pool:
    kept = {item.id: [text for text in pool.negatives[item.id] if not gives(text, item.texts)] for item in labelled}
    further = [*pool.further, (labelled, PAIRS_SHARE)]
    return Pool(pool.answerable, pool.unanswerable, further, {**pool.negatives, **kept}, pool.swapped)


def _learn_from(
    folder: Path,
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    pool: Pool,
    pairs: Sequence[Labelled],
    out: Path,
) -> None:
    """Train the teacher, let it mark the pairs' answers and score every window, and go on with the reader."""
    questions = Pool(pool.answerable, pool.unanswerable, [], pool.negatives, pool.swapped)
    larger, its_tokenizer = trained_teacher(folder, lambda n: draw(questions, SEED, n), TEACHER, out / "teacher")
    marked = label(larger, its_tokenizer, pairs, out / "teacher" / "labels.json")
    groups = draw(_with_pairs(pool, marked), SEED, TAUGHT_ROUND)[:TAUGHT_GROUPS]
    taught = teach(larger, its_tokenizer, groups, out / "teacher" / "windows")
    (out / "taught").mkdir(exist_ok=True)
    train(model, tokenizer, lambda n: _shuffled(groups, n), TAUGHT, out / "taught", taught=taught)


def _shuffled(groups: Sequence[Group], number: int) -> list[Group]:
    return random.Random(f"{SEED}/{number}").sample(groups, len(groups))  # noqa: S311  # not for secrets


def _documents(questions: list[Labelled]) -> list[Document]:
    """The questions' contexts, each once."""
    return [Document(name, name, text) for name, text in {q.context.name: q.context.text for q in questions}.items()]
