"""Score one question: EM and F1, the rank of the first passage with the answer, the stage that lost the answer.

EM and F1 are those of SQuAD's official scripts: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine
Comprehension of Text", section 6.1; and Rajpurkar, Jia and Liang 2018, "Know What You Don't Know: Unanswerable
Questions for SQuAD", for questions without an answer, whose gold answer is the empty string.

An answer is lost by the stage that cut it in two (chunking), didn't find its passage (retrieval), didn't find it in the
passage (reading), didn't put it first (ranking) or didn't show it (threshold). A passage holds a gold answer if it
covers its place, or, if only the text is known, contains its words.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from index.storage.base import StoredChunk
from qa.answering.answer_normalization import normalize
from qa.evaluation.datasets.dataset import Gold, Question, has_words
from qa.evaluation.rows import RIGHT_F1, Candidate, Passage, Reply, Row

STAGES = ("dataset", "chunking", "retrieval", "reading", "ranking", "threshold")
UNASKABLE = "invalid-question"

Chunks = Callable[[str], list[StoredChunk] | None]


def judge(question: Question, reply: Reply, chunks: Chunks, *, min_confidence: float, latency_ms: float) -> Row:
    """The row of a question: its first candidate is the answer if its confidence is at least `min_confidence`.

    `chunks` returns the chunks of a document by its id, None if they aren't known.
    """
    first = reply.candidates[0] if reply.candidates else Candidate("", 0.0)
    # Without a calibration only answers that the reader prefers to none come back, and the first would be shown
    shown = bool(reply.candidates) and (first.confidence is None or first.confidence >= min_confidence)
    answer = first.text if shown else ""
    golds = question.golds
    judged = bool(golds) or not question.answerable
    row = Row(
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        golds=golds,
        gold_documents=tuple(question.gold_documents),
        status="answered" if shown else "no_answer",
        reason=None if shown else _why_not(reply),
        answer=answer,
        candidates=reply.candidates,
        passages=reply.passages,
        em=em_of(answer, golds) if judged else None,
        f1=f1_of(answer, golds) if judged else None,
        best_em=em_of(first.text, golds) if judged else None,
        best_f1=f1_of(first.text, golds) if judged else None,
        confidence=first.confidence,
        gold_rank=gold_rank(reply.passages, golds, question.gold_documents),
        missed=None,
        latency_ms=round(latency_ms, 2),
        timings_ms=reply.timings_ms,
        gold_relevances=tuple(question.gold_documents.values()),
        type=question.type,
        form=question.form,
        verdict_right=first.verdict == question.yes_no if question.yes_no else None,
        parts_f1=parts_f1(first.parts or (first.text,), question.parts) if question.parts else None,
    )
    return replace(row, missed=missed(row, chunks))


def _why_not(reply: Reply) -> str:
    """Why no answer is shown, as a reason of the service.

    Questions are asked with min_confidence 0, so "reader_null" stands for both an unsure and a silent reader.
    """
    if reply.refused:
        return UNASKABLE
    if not reply.passages:
        return "nothing_retrieved"
    return "below_threshold" if reply.candidates else "reader_null"


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 if the normalized answer equals a gold one, else 0.0. Without gold answers the right answer is ""."""
    return float(any(normalize(answer) == normalize(one) for one in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The highest F1 over words, in [0, 1], of the normalized answer with a gold one; without any, with ""."""
    return max(_f1(normalize(answer).split(), normalize(one).split()) for one in gold or [""])


def _f1(words: list[str], gold: list[str]) -> float:
    # "black cat" against "cat": one word shared, 2 · 1 / (2 + 1) = 2/3
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold))


def em_of(answer: str, golds: Sequence[Gold]) -> float:
    """`exact_match` with the texts of `golds`, blank ones left out."""
    return exact_match(answer, _texts(golds))


def f1_of(answer: str, golds: Sequence[Gold]) -> float:
    """`f1` with the texts of `golds`, blank ones left out."""
    return f1(answer, _texts(golds))


def _texts(golds: Sequence[Gold]) -> list[str]:
    # As in evaluate-v2.0.py: gold answers that are empty once normalized are left out
    return [gold.text for gold in golds if normalize(gold.text)]


def parts_f1(parts: Sequence[str], golds: Sequence[str]) -> float:
    """F1 over the items of a list, in [0, 1]; an item counts by its best F1 over words.

    Gold "tea", "green soap"; answer "tea", "soap", "salt": precision (1 + 2/3 + 0) / 3, recall (1 + 2/3) / 2, so 2/3.
    """
    precision = sum(f1(part, list(golds)) for part in parts) / len(parts)
    recall = sum(max(f1(part, [gold]) for part in parts) for gold in golds) / len(golds)
    return round(2 * precision * recall / (precision + recall), 6) if precision + recall else 0.0


def gold_rank(passages: Sequence[Passage], golds: Sequence[Gold], documents: Collection[str]) -> int | None:
    """The rank, from 1, of the first passage that holds a gold answer, None if none does.

    Without `golds`, of the first passage that comes from one of the gold `documents`.
    """
    for rank, passage in enumerate(passages, start=1):
        if any(holds(passage, gold) for gold in golds) if golds else passage.document_id in documents:
            return rank
    return None


def missed(row: Row, chunks: Chunks) -> str | None:
    """The first stage that lost the answer, one of STAGES; None for a row that is right.

    "dataset": the gold answers don't occur in their documents. `chunks` returns the chunks of a document by its id,
    None if they aren't known.
    """
    if not row.answerable:
        return "threshold" if row.answer else None
    if not row.golds:
        return None if row.gold_rank else "retrieval"
    if row.is_right:
        return None
    if row.gold_absent:
        return "dataset"
    if _cut_apart(row.golds, chunks):
        return "chunking"
    if not row.gold_read:
        return "retrieval"
    right = [f1_of(candidate.text, row.golds) >= RIGHT_F1 for candidate in row.candidates]
    if not any(right):
        return "reading"
    return "threshold" if right[0] else "ranking"


def _cut_apart(golds: Sequence[Gold], chunks: Chunks) -> bool:
    """Whether the gold documents have chunks, but no chunk holds a gold answer."""
    cut = False
    for gold in golds:
        for chunk in (gold.document_id and chunks(gold.document_id)) or ():
            cut = True
            if holds(chunk, gold):
                return False
    return cut


def holds(passage: Passage | StoredChunk, gold: Gold) -> bool:
    """Whether a passage covers the place of a gold answer or, if that isn't known, contains its words."""
    if gold.document_id not in (None, passage.document_id):
        return False
    if gold.start is not None and gold.end is not None:
        return passage.start <= gold.start and gold.end <= passage.end
    return has_words(passage.text, gold.text)
