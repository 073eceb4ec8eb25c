"""Train the reader, its comparer and decider, and the embedder further, on questions in people's own words.

    python -m qa.training.people DATA OUT --reader READER --embedder EMBEDDER

DATA is a folder with user-questions.json.gz (documents, and questions in people's own words), perhaps more of them in
user-questions-more.json.gz, and the other labelled questions that `corpus.py` lists; those on invented documents come
with Quoth. READER and EMBEDDER are the folders of the weights to start from. OUT receives the checkpoints (run the same
command again to continue a stopped run), and in the end OUT/reader, OUT/embedder, OUT/comparer and OUT/decider; the
files of the last two belong beside the reader's weights. The comparer reads the best candidates together, the decider
yes or no in a clause.
OUT/validation and OUT/calibration have the documents that were kept out, and the questions on them:

    quoth evaluate OUT/validation/questions.jsonl --documents OUT/validation/documents
    cd OUT/calibration
    quoth calibrate *.jsonl paragraphs.json --documents documents --unanswerable 0.5 --confidence-only

Training takes about seven hours on two cores: two for each model, and one for the decider.
"""

import argparse
from pathlib import Path

from qa.training.people.recipe import run


def main() -> None:
    """Parse the arguments, train, and print the folder and digest of each model."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.training.people", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--embedder", type=Path, required=True)
    parser.add_argument(
        "--only", choices=("reader", "embedder", "comparer", "decider"), default=None, help="train one alone"
    )
    arguments = parser.parse_args()
    for name, sha256 in run(
        arguments.data, arguments.out, arguments.reader, arguments.embedder, arguments.only
    ).items():
        print(f"{arguments.out / name}: {sha256}")


if __name__ == "__main__":
    main()
