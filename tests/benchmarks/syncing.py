"""How long `quoth sync` takes over a folder in which nothing has changed, from its start to its end.

    python tests/benchmarks/syncing.py                 10,000 files, five runs
    python tests/benchmarks/syncing.py --again         and one run that reads every file nevertheless

`cpu_seconds` is what a run takes of the processor, which a machine that others use changes less. The files are indexed
with vectors that mean nothing, which makes no difference to a run that embeds nothing.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import ROOT, report, seconds
from numpy.typing import NDArray

from index.indexing import Indexer
from index.sources.fingerprints import Fingerprints, fingerprints_file
from index.sources.folders import folder_at, sync
from qa.assembly import Engine
from qa.settings import load_settings

SENTENCE = "Member {} of the crew keeps watch on deck {} from noon, and writes what the wind does into the ship's log."


class Unmoved:
    """An embedder whose vectors are all the same."""

    def __init__(self, engine: Engine) -> None:
        embedder = engine._embedder
        self.name, self.sha256, self.dimension = embedder.name, embedder.sha256, embedder.dimension
        self.max_tokens, self.count_tokens = embedder.max_tokens, embedder.count_tokens

    def embed_query(self, question: str) -> NDArray[np.float32]:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: list[str]) -> NDArray[np.float32]:
        return np.eye(1, self.dimension, dtype=np.float32).repeat(len(texts), axis=0)


def processor_seconds() -> float:
    """That all processes which have ended took."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--again", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary, "log"), Path(temporary, "data")
        for number in range(options.files):
            file = folder / f"{number // 100:03}" / f"{number:05}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"# Watch {number}\n\n{SENTENCE.format(number, number % 7)}\n")
        time.sleep(3)  # a file that was changed just now is read again
        engine = Engine(load_settings(data=data), writing=True)
        indexer = Indexer(engine.store, Unmoved(engine), engine._signature)
        kept = Fingerprints(fingerprints_file(data, engine.store.url, "default", folder.name))
        outcomes = sync(engine.store, indexer, folder_at(folder), "default", fingerprints=kept)
        assert all(outcome.status == "added" for outcome in outcomes)
        engine.close()

        def run(*more: str) -> None:
            command = [sys.executable, "-m", "qa.cli", "--data", str(data), "sync", str(folder), *more]
            done = subprocess.run(
                command, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}, check=True, capture_output=True, text=True
            )
            assert done.stdout == f"{options.files} unchanged  ({data})\n", done.stdout

        worked = processor_seconds()
        unchanged = [seconds(run) for _ in range(options.runs)]
        worked = round((processor_seconds() - worked) / options.runs, 2)
        again = {"again_seconds": round(seconds(lambda: run("--again")), 2)} if options.again else {}
        median = round(statistics.median(unchanged), 2)
        report(
            {
                "files": options.files,
                "unchanged_seconds": median,
                "slowest": round(max(unchanged), 2),
                "cpu_seconds": worked,
                **again,
            }
        )


if __name__ == "__main__":
    main()
