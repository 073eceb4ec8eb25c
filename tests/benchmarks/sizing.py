"""What an index of so many chunks takes: bytes on disk, and memory of the server when it is ready and after questions.

python tests/benchmarks/sizing.py > sizing.json                      100, 10,000 and 50,000 chunks; some minutes
python tests/benchmarks/sizing.py --chunks 200 --questions 5         so many
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import httpx
from common import report, resident_mb, served
from quality import gold_questions
from speed import fill
from tqdm import tqdm

from index.embedding import SentenceTransformerEmbedder
from index.indexing import DEFAULT_CHUNK_OVERLAP, DEFAULT_CHUNK_TOKENS, signature_of
from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME, SQLiteStore


def sizes(chunks: int, questions: int) -> dict[str, Any]:
    """A server over a data file of its own, asked the gold questions."""
    with tempfile.TemporaryDirectory(prefix="quoth-sizing-") as folder:
        path = Path(folder) / FILE_NAME
        store = SQLiteStore.create(
            path, signature_of(SentenceTransformerEmbedder(), DEFAULT_CHUNK_TOKENS, DEFAULT_CHUNK_OVERLAP)
        )
        fill(store, chunks)
        with store.view(SEES_ALL) as snapshot:
            characters = sum(each.characters for each in snapshot.summaries())
        store.close()
        with served(Path(folder)) as (pid, url), httpx.Client(base_url=url, timeout=300) as client:
            ready = resident_mb(pid)
            for item in gold_questions()[:questions]:
                client.post("/v1/ask", json={"question": item.question}).raise_for_status()
            asked = resident_mb(pid)
        size = path.stat().st_size
    return {
        "chunks": chunks,
        "characters": characters,
        "file_mb": round(size / 1e6, 1),
        "file_bytes_per_chunk": round(size / chunks) if chunks else None,
        "file_bytes_per_character": round(size / characters, 2) if characters else None,
        "ready_mb": ready,
        "after_questions_mb": asked,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, nargs="+", default=[100, 10_000, 50_000])
    parser.add_argument("--questions", type=int, default=10, help="asked of each")
    asked = parser.parse_args()
    report({"sizes": [sizes(count, asked.questions) for count in tqdm(asked.chunks, unit="index")]})
