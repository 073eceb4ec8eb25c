"""What the defaults rest on: chunk size, passages read, retrieval's weight.

    python tests/benchmarks/tuning.py PAIRS.jsonl.gz --sizes 128 160 200 --questions 600 > tuning.json

PAIRS holds one `{"question", "sentence"}` a line, where the sentence holds the answer; the shipped figures are from the
11,877 pairs that Du et al. 2017 took from SQuAD 1.1's training articles, none of which the reader learned from. Runs of
sentences are made documents; a question is answered rightly if its best span lies in its sentence. To learn when there
is no answer, each question is ranked once more without the passages that hold its sentence. About ten minutes a size.
"""

import argparse
import gzip
import json
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
from index.retriever import Passage, Retriever
from index.snapshot import Filter
from index.store import FILE_NAME, Store
from qa.calibration import Calibration, shipped
from qa.ranking import RankedAnswer, rank
from qa.reader import TransformersReader
from qa.settings import Settings
from qa.spans import Reading

SENTENCES_A_DOCUMENT = 50
MOST_PASSAGES = 20


@dataclass
class Read:
    """A question, where its sentence stands, and what was retrieved and read for it."""

    document_id: str
    start: int
    end: int
    passages: list[Passage]
    readings: list[Reading]

    def holds_sentence(self, passage: Passage) -> bool:
        """Whether the passage has any of it."""
        return passage.document_id == self.document_id and passage.start < self.end and self.start < passage.end

    def ranked(self, most: int, calibration: Calibration | None = None) -> list[RankedAnswer]:
        """The answers from the best `most` passages."""
        return rank(self.passages[:most], self.readings[:most], calibration)

    def right(self, answer: RankedAnswer) -> bool:
        """Whether the answer lies in the sentence."""
        best = answer.candidates[0]
        return best.passage.document_id == self.document_id and self.start <= best.start and best.end <= self.end


def documents_of(pairs: list[dict[str, str]]) -> tuple[list[Document], dict[str, tuple[str, int, int]]]:
    """Documents made of the sentences in their order, and where each sentence stands."""
    sentences, places, documents = list(dict.fromkeys(pair["sentence"] for pair in pairs)), {}, []
    for first in range(0, len(sentences), SENTENCES_A_DOCUMENT):
        name, text = f"d{first // SENTENCES_A_DOCUMENT}", ""
        for sentence in sentences[first : first + SENTENCES_A_DOCUMENT]:
            text += " " if text else ""
            places[sentence] = (name, len(text), len(text) + len(sentence))
            text += sentence[:1].upper() + sentence[1:]
        documents.append(Document(name, name, text))
    return documents, places


def read_all(pairs: list[dict[str, str]], size: int, count: int) -> tuple[list[Read], float]:
    """Index, retrieve and read; the reads, and the seconds that a question's reading took on average."""
    embedder, reader = SentenceTransformerEmbedder(), TransformersReader()
    documents, places = documents_of(pairs)
    signature = signature_of(embedder, size, min(DEFAULT_CHUNK_OVERLAP, size // 4))
    store = Store.create(Path(tempfile.mkdtemp()) / FILE_NAME, signature)
    list(tqdm(Indexer(store, embedder, signature).add_all(documents, "default"), f"index {size}", len(documents)))
    retriever, reads, seconds = Retriever(embedder), [], 0.0
    sample = random.Random(11).sample(pairs, count)  # noqa: S311  # not for secrets
    for pair in tqdm(sample, f"read {size}"):
        with store.snapshot() as snapshot:
            passages = retriever.retrieve(snapshot, pair["question"], Filter("default"), MOST_PASSAGES)
        began = time.perf_counter()
        readings = reader.read(pair["question"], [passage.text for passage in passages])
        seconds += time.perf_counter() - began
        reads.append(Read(*places[pair["sentence"]], passages, readings))
    return reads, seconds / count


def share_right(reads: list[Read], most: int, calibration: Calibration | None = None) -> float:
    """Of the questions whose best answer lies in their sentence."""
    return round(sum(read.right(read.ranked(most, calibration)[0]) for read in reads) / len(reads), 3)


def by_weight(reads: list[Read], most: int) -> dict[str, float]:
    """Retrieval's weight → share right."""
    found = {}
    for weight in (0.0, 20.0, 40.0, 60.0, 80.0, 120.0):
        calibration = replace(shipped(), retrieval_weight=weight)
        found[str(weight)] = share_right(reads, most, calibration)
    return found


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
    with gzip.open(arguments.pairs, "rt") as file:
        pairs = [json.loads(line) for line in file]
    most, sizes = Settings.model_fields["top_k"].default, {}
    for size in arguments.sizes:
        reads, seconds = read_all(pairs, size, arguments.questions)
        sizes[size] = {
            "read_ms_of_20_passages": round(1000 * seconds),
            "recall": {n: recall(reads, n) for n in (1, 5, 7, 10, 20)},
            "right_by_passages_read": {n: share_right(reads, n) for n in (1, 3, 5, 7, 10, 20)},
            "right_by_retrieval_weight": by_weight(reads, most),
        }
    report({"questions": arguments.questions, "sizes": sizes})


if __name__ == "__main__":
    main()
