"""One question's outcome judged: EM and F1, the rank of the first passage with the answer, the stage that lost it.

EM and F1 are those of SQuAD's official script for 2.0. A stage lost the answer where it was cut apart, not found, not
read out of what was found, not put first, or not given. A passage holds a gold answer if it covers its place, or, where
only the text is known, if it has its words.
"""

from collections.abc import Callable, Sequence
from typing import Any

from index.storage.base import StoredChunk
from qa.answering.answer_normalization import normalize
from qa.evaluation.squad_metrics import exact_match, f1

RIGHT_F1 = 0.5
"""From this F1 on an answer counts as right, wherever right or wrong is asked."""
STAGES = ("chunking", "retrieval", "reading", "ranking", "threshold")


def em_of(answer: str, golds: Sequence[dict[str, Any]]) -> float:
    """1.0 if the answer is one of the gold ones, else 0.0. Without golds silence is right."""
    return exact_match(answer, _texts(golds))


def f1_of(answer: str, golds: Sequence[dict[str, Any]]) -> float:
    """The highest F1 over words with a gold answer, in [0, 1]. Without golds silence is right."""
    return f1(answer, _texts(golds))


def _texts(golds: Sequence[dict[str, Any]]) -> list[str]:
    # As evaluate-v2.0.py has it: a gold answer of which nothing is left counts for nothing
    return [gold["text"] for gold in golds if normalize(gold["text"])]


def gold_rank(row: dict[str, Any]) -> int | None:
    """The rank, from 1, of the first passage that holds a gold answer; of a gold document where no answer is known."""
    for rank, passage in enumerate(row["passages"], start=1):
        if row["golds"]:
            held = any(_holds(passage, gold) for gold in row["golds"])
        else:
            held = passage["document_id"] in row["gold_documents"]
        if held:
            return rank
    return None


def missed(row: dict[str, Any], chunks: Callable[[str], list[StoredChunk] | None]) -> str | None:
    """The first stage that lost the answer, one of STAGES; None for a row that is right.

    `chunks` gives a document's chunks, or None where they aren't known.
    """
    if not row["answerable"]:
        return "threshold" if row["answer"] else None
    if not row["golds"]:
        return None if row["gold_rank"] else "retrieval"
    if row["f1"] >= RIGHT_F1:
        return None
    if _cut_apart(row["golds"], chunks):
        return "chunking"
    if row["gold_rank"] is None:
        return "retrieval"
    right = [f1_of(candidate["text"], row["golds"]) >= RIGHT_F1 for candidate in row["candidates"]]
    if not any(right):
        return "reading"
    return "threshold" if right[0] else "ranking"


def _cut_apart(golds: Sequence[dict[str, Any]], chunks: Callable[[str], list[StoredChunk] | None]) -> bool:
    """Whether the gold documents were cut, and no chunk holds any gold answer; a document that isn't there wasn't."""
    cut = False
    for gold in golds:
        for chunk in chunks(gold["document_id"]) or ():
            cut = True
            if _holds({"document_id": chunk.document_id, **_slice(chunk)}, gold):
                return False
    return cut


def _slice(chunk: StoredChunk) -> dict[str, Any]:
    return {"start": chunk.start, "end": chunk.end, "text": chunk.text}


def _holds(passage: dict[str, Any], gold: dict[str, Any]) -> bool:
    if passage["document_id"] != gold["document_id"]:
        return False
    if gold["start"] is not None:
        return bool(passage["start"] <= gold["start"] and gold["end"] <= passage["end"])
    words = normalize(gold["text"])
    return f" {words} " in f" {normalize(passage['text'])} " if words else gold["text"] in passage["text"]
