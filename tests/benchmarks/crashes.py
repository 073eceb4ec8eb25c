"""Writing processes killed with SIGKILL at random moments, the file reopened and checked after each.

    python tests/benchmarks/crashes.py --kills 200 --seed 1 --output crashes.json     about 15 minutes on two cores
    python tests/benchmarks/crashes.py --kills 30 --only store create "first open" upgrade      without models, seconds

Killed are, in a random order, `quoth serve` while two clients add, replace, upload and delete (alone, beside a `quoth
index` that has to go on, and while or after no more could be written), `quoth index`, `delete`, `rebuild` and `restore`,
and the library writing, making and upgrading a file, and opening a backup put in place. They are forked from this
process, which has imported the libraries, and run from there as they would by themselves (crash_processes.py). How long
each takes is measured first, and the moment drawn uniformly from that.

After each kill the file is reopened and must pass all of `quoth verify`; every acknowledged write must be there, to the
character; every other one wholly or not at all; words must be found in their document alone and those of deleted and
replaced ones nowhere; vectors must be their chunks'; the version must not go back. A restarted server must give a
document that was written last, and answer from it with a citation that slices it.

SIGKILL ends a process, not the machine: that what was written survives a power cut is left to SQLite's
`synchronous = FULL` and the disk.

Figures are written to the output after each kill, so that a run that is stopped has told what it did. The first thing
found wrong ends the run with exit code 1; the folder is kept then, and named.
"""

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # a process with threads of its own can't be forked
os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["HF_HUB_OFFLINE"] = "1"

import tqdm
from crash_bench import Bench, LostError, fill
from crash_kinds import COMMANDS, LIBRARY, toy_vectors
from crash_models import Models
from crash_serving import ask_over_http
from crash_states import no_prefix

from index.errors import QuothError

# How many of a hundred kills
SHARES = {
    "serve": 24,
    "serve beside index": 6,
    "serve on a full disk": 5,
    "index": 16,
    "delete": 5,
    "rebuild": 4,
    "restore": 6,
    "store": 19,
    "create": 5,
    "first open": 5,
    "upgrade": 5,
}

Row = dict[str, Any]


def main() -> None:
    """Kill, check, tell."""
    options = _options()
    rng = random.Random(options.seed)  # noqa: S311  # not for secrets
    tqdm.tqdm.monitor_interval = 0  # which is a thread
    kinds = options.only or list(SHARES)
    models = Models() if set(kinds) & set(COMMANDS) else None
    bench = Bench(Path(tempfile.mkdtemp(prefix="quoth-crashes-")), rng)
    began, rows, wrong = time.monotonic(), [], []
    try:
        if models:
            fill(bench)
        for kind in tqdm.tqdm(schedule(rng, kinds, options.kills), unit="kill", disable=None):
            rows.append(one(bench, models, kind))
            _tell(options, bench, rows, wrong, began)
        if models:
            ask_over_http(bench)
    except LostError as lost:
        wrong.append(str(lost))
    told = _tell(options, bench, rows, wrong, began)
    if not options.output:
        print(json.dumps(told, indent=2))
    if wrong:
        print(f"Lost: {wrong[0]}\nThe files are in {bench.folder}.", file=sys.stderr)
        sys.exit(1)
    shutil.rmtree(bench.folder)


def schedule(rng: random.Random, kinds: list[str], kills: int) -> list[str]:
    """A kind for each kill: each at least once if there are enough, in the shares of the whole, in a random order."""
    weights = [SHARES[kind] for kind in kinds]
    drawn = [*kinds[:kills], *rng.choices(kinds, weights, k=max(0, kills - len(kinds)))]
    rng.shuffle(drawn)
    return drawn


def one(bench: Bench, models: Models | None, kind: str) -> Row:
    """Kill once, and check; a process that ends before it is killed is followed by another. Raises LostError."""
    for early in range(100):
        try:
            taken = (COMMANDS | LIBRARY)[kind](bench)
        except (LostError, QuothError) as lost:  # such as a file that can't be opened any more
            raise LostError(f"{kind}: {lost}") from lost
        row = {"kind": kind, "after_ms": round(1000 * taken, 1)} | _checked(bench, models, kind)
        if taken:
            return {**row, "ended_before": early}
    raise LostError(f"{kind}: a hundred processes ended before they were killed.")


def _checked(bench: Bench, models: Models | None, kind: str) -> Row:
    """What the file holds now. Raises LostError if that is not what it must be."""
    if kind in COMMANDS and models:
        ledger, path, embed, prefix = bench.ledger, bench.data_file, models.embed, models.prefix
    elif kind == "store":
        ledger, path, embed, prefix = bench.toys, bench.toy_file, toy_vectors, no_prefix
    else:
        return {}  # checked already: its file is made for it alone
    kept, undone = ledger.kept, ledger.undone
    if wrong := ledger.settle(path, embed, prefix):
        raise LostError(f"{kind}: {'; '.join(wrong[:10])}")
    if kind in COMMANDS and models and (written := bench.written()):
        bench.asked += 1
        if complaint := models.complaint(path, written[-1], bench.question(written[-1]), bench.answer(written[-1])):
            raise LostError(f"{kind}: {complaint}")
    return {"documents": ledger.documents, "kept": ledger.kept - kept, "undone": ledger.undone - undone}


def _tell(options: argparse.Namespace, bench: Bench, rows: list[Row], wrong: list[str], began: float) -> Row:
    """The figures so far, written to the output if there is one."""
    ledgers = (bench.ledger, bench.toys)
    told = {
        "command": " ".join(sys.argv),
        "kills": len(rows),
        "by_kind": dict(Counter(row["kind"] for row in rows)),
        "acknowledged_writes": sum(ledger.acknowledged for ledger in ledgers),
        "refused_writes": sum(ledger.refused for ledger in ledgers),
        "unacknowledged_writes": {
            "wholly_there": sum(ledger.kept for ledger in ledgers),
            "wholly_absent": sum(ledger.undone for ledger in ledgers),
        },
        "questions_answered": bench.asked,
        "wrong": wrong,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "rows": rows,
    }
    if options.output:
        partial = options.output.with_suffix(".partial")
        partial.write_text(json.dumps(told, indent=2))
        partial.replace(options.output)
    return told


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, help="JSON, written after each kill; otherwise printed at the end")
    parser.add_argument("--only", nargs="+", choices=SHARES, help="kinds of kills")
    return parser.parse_args()


if __name__ == "__main__":
    main()
