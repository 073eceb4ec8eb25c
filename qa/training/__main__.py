"""Train the reader that ships with Quoth.

    python -m qa.training DATA OUT

DATA is a folder with squad-36.json.gz, qamr.json.gz, policyqa.json.gz and squad-train-pairs.jsonl.gz. OUT gets the
checkpoints, from which a stopped run goes on when the same command is given again; in the end OUT/model, with its
figures in MODEL.md, and validation.json and its like, for `quoth evaluate` and `quoth calibrate`.
"""

import argparse
from functools import cache
from pathlib import Path

from index import weights
from index.documents import Document
from index.embedding import DEFAULT_EMBEDDER
from qa.training.data import Labelled, load_squad, split
from qa.training.examples import Group, Pool, draw
from qa.training.loop import Schedule, load, train
from qa.training.mining import gives, mine, with_chunks
from qa.training.pairs import label, load_pairs, split_pairs
from qa.training.publish import publish

STEPS = 1600  # two rounds and a bit
QAMR_SHARE = 0.11  # of 33,071 short questions on single sentences, in each round
POLICY_SHARE = 0.16
PAIRS_SHARE = 0.5  # from the second round on
SWAPPED = 0.1


def main() -> None:
    """Parse, mine, train."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    arguments = parser.parse_args()
    run(arguments.data, arguments.out, Schedule(arguments.steps))


def run(data: Path, out: Path, schedule: Schedule) -> None:
    """The whole recipe; what is done already isn't done again."""
    out.mkdir(parents=True, exist_ok=True)
    training, *_ = split(load_squad(data / "squad-36.json.gz"))
    training = with_chunks(training)
    pairs, _ = split_pairs(load_pairs(data / "squad-train-pairs.jsonl.gz"))
    pairs = with_chunks(pairs)
    answerable = [question for question in training if question.answers]
    negatives = mine([*answerable, *pairs], documents([*training, *pairs]), out / "negatives.json")
    pool = Pool(
        answerable=answerable,
        unanswerable=[question for question in training if not question.answers],
        further=[
            (load_squad(data / "qamr.json.gz"), QAMR_SHARE),
            (with_chunks(load_squad(data / "policyqa.json.gz")), POLICY_SHARE),
        ],
        negatives=negatives,
        swapped=SWAPPED,
    )
    model, tokenizer = load(weights.locate(DEFAULT_EMBEDDER))

    @cache
    def pool_with_pairs() -> Pool:
        labelled = label(model, tokenizer, pairs, out / "labels.json")
        kept = {item.id: [text for text in negatives[item.id] if not gives(text, item.texts)] for item in labelled}
        further = [*pool.further, (labelled, PAIRS_SHARE)]
        return Pool(pool.answerable, pool.unanswerable, further, {**negatives, **kept}, pool.swapped)

    def rounds(number: int) -> list[Group]:
        return draw(pool_with_pairs() if number else pool, schedule.seed, number)

    train(model, tokenizer, rounds, schedule, out)
    sha256 = publish(data, out, out / "model")
    print(f"{out / 'model'}: {sha256}, which goes into SHIPPED_SHA256 of qa/reader.py if it is shipped")


def documents(questions: list[Labelled]) -> list[Document]:
    """The questions' contexts, each once."""
    return [Document(name, name, text) for name, text in {q.context.name: q.context.text for q in questions}.items()]


if __name__ == "__main__":
    main()
