"""What the defaults rest on: chunk size, passages read, retrieval's weight.

    python tests/benchmarks/tuning.py PAIRS.jsonl.gz --sizes 128 160 200 --questions 600 > tuning.json

PAIRS holds one `{"question", "sentence"}` a line, where the sentence holds the answer; the shipped figures are from the
11,877 pairs that Du et al. 2017 took from SQuAD 1.1's training articles. Runs of sentences are made documents, and the
questions asked are of those that the reader's training keeps out. A question is answered rightly if its best span lies
in its sentence. `QUOTH_READER` and `QUOTH_RETRIEVAL` change what is measured, as they do elsewhere.
"""

import argparse
import random
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from common import report
from tqdm import tqdm

from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_OVERLAP, Indexer, signature_of
from index.retrieval.fusion import FUSED
from index.retrieval.passages import Passage
from index.retrieval.retriever import Retriever
from index.retrieval.stages import stages_of
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.answering.calibration import Calibration, shipped
from qa.answering.ranking import RankedAnswer, rank
from qa.reading.reader import TransformersReader
from qa.reading.spans import Reading
from qa.settings import Settings, load_settings
from qa.training.data import Labelled
from qa.training.pairs import load_pairs, split_pairs

MOST_PASSAGES = 10


@dataclass
class Read:
    """A question, where its sentence stands, and what was retrieved and read for it."""

    pair: Labelled
    passages: list[Passage]
    readings: list[Reading]

    def holds_sentence(self, passage: Passage) -> bool:
        """Whether the passage has any of it."""
        ((start, end),) = self.pair.answers
        return passage.document_id == self.pair.context.name and passage.start < end and start < passage.end

    def ranked(self, most: int, calibration: Calibration | None = None) -> list[RankedAnswer]:
        """The answers from the best `most` passages."""
        return rank(self.passages[:most], self.readings[:most], calibration)

    def right(self, answer: RankedAnswer) -> bool:
        """Whether the answer lies in the sentence."""
        ((start, end),), best = self.pair.answers, answer.candidates[0]
        return best.passage.document_id == self.pair.context.name and start <= best.start and best.end <= end


def read_all(pairs: list[Labelled], size: int, count: int) -> tuple[list[Read], float]:
    """Index, retrieve and read; the reads, and the seconds that a question's reading took on average."""
    settings, embedder = load_settings(), SentenceTransformerEmbedder()
    reader = TransformersReader(settings.reader)
    documents = [Document(name, name, text) for name, text in {p.context.name: p.context.text for p in pairs}.items()]
    signature = signature_of(embedder, size, min(DEFAULT_CHUNK_OVERLAP, size // 4))
    store = SQLiteStore.create(Path(tempfile.mkdtemp()) / FILE_NAME, signature)
    list(tqdm(Indexer(store, embedder, signature).add_all(documents, "default"), f"index {size}", len(documents)))
    retriever, reads, seconds = Retriever(embedder, stages_of(settings.retrieval)), [], 0.0
    _, kept_out = split_pairs(pairs)
    for pair in tqdm(random.Random(11).sample(kept_out, min(count, len(kept_out))), f"read {size}"):  # noqa: S311
        with store.view(SEES_ALL) as snapshot:
            passages = retriever.retrieve(snapshot, pair.question, Filter("default"), MOST_PASSAGES)
        began = time.perf_counter()
        readings = reader.read(pair.question, [passage.text for passage in passages])
        seconds += time.perf_counter() - began
        reads.append(Read(pair, passages, readings))
    return reads, seconds / len(reads)


def share_right(reads: list[Read], most: int, calibration: Calibration | None = None) -> float:
    """Of the questions whose best answer lies in their sentence."""
    return round(sum(read.right(read.ranked(most, calibration)[0]) for read in reads) / len(reads), 3)


def by_weight(reads: list[Read], most: int) -> dict[str, float]:
    """Retrieval's weight → share right."""
    weights = (0.0, 6.0, 12.0, 20.0, 30.0, 40.0)
    return {
        str(weight): share_right(reads, most, replace(shipped(), signal_weights={FUSED: weight})) for weight in weights
    }


def recall(reads: list[Read], most: int) -> float:
    """Of the questions with some of their sentence among the best `most` passages."""
    return round(sum(any(map(read.holds_sentence, read.passages[:most])) for read in reads) / len(reads), 3)


def main() -> None:
    """Measure every size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[Settings.model_fields["chunk_tokens"].default])
    parser.add_argument("--questions", type=int, default=600)
    arguments = parser.parse_args()
    pairs = load_pairs(arguments.pairs)
    most, sizes = Settings.model_fields["top_k"].default, {}
    for size in arguments.sizes:
        reads, seconds = read_all(pairs, size, arguments.questions)
        sizes[size] = {
            "read_ms_of_10_passages": round(1000 * seconds),
            "recall": {n: recall(reads, n) for n in (1, 5, 7, 10)},
            "right_by_passages_read": {n: share_right(reads, n) for n in (1, 3, 5, 7, 10)},
            "right_by_retrieval_weight": by_weight(reads, most),
        }
    report({"questions": arguments.questions, "sizes": sizes})


if __name__ == "__main__":
    main()
