"""One question's outcome judged: EM and F1, the rank of the first passage with the answer, the stage that lost it.

EM and F1 are those of SQuAD's official scripts: Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine
Comprehension of Text", section 6.1; and Rajpurkar, Jia and Liang 2018, "Know What You Don't Know: Unanswerable
Questions for SQuAD", for questions without an answer, whose gold answer is the empty string.

A stage lost the answer where it was cut apart, not found, not read out of what was found, not put first, or not given.
A passage holds a gold answer if it covers its place, or, where only the text is known, if it has its words.
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
    """The row, with what is given at `min_confidence`; scores are None where relevant documents are all that is known.

    `chunks` gives a document's chunks, or None where they aren't known.
    """
    first = reply.candidates[0] if reply.candidates else Candidate("", 0.0)
    # without a calibration only what the reader prefers to silence comes back, and is what would be given
    given = bool(reply.candidates) and (first.confidence is None or first.confidence >= min_confidence)
    answer = first.text if given else ""
    golds = question.golds
    judged = bool(golds) or not question.answerable
    row = Row(
        id=question.id,
        question=question.text,
        answerable=question.answerable,
        golds=golds,
        gold_documents=tuple(question.gold_documents),
        status="answered" if given else "no_answer",
        reason=None if given else _why_not(reply),
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
    """Asked with min_confidence 0, a reader that prefers silence can't be told from one that is too unsure."""
    if reply.refused:
        return UNASKABLE
    if not reply.passages:
        return "nothing_retrieved"
    return "below_threshold" if reply.candidates else "reader_null"


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 if the normalized answer equals any of the gold ones, else 0.0. No gold answer: the right one is ""."""
    return float(any(normalize(answer) == normalize(one) for one in gold or [""]))


def f1(answer: str, gold: Sequence[str]) -> float:
    """The highest F1 over words, in [0, 1], that the normalized answer has with any of the gold ones."""
    return max(_f1(normalize(answer).split(), normalize(one).split()) for one in gold or [""])


def _f1(words: list[str], gold: list[str]) -> float:
    # "black cat" against "cat": one word shared, 2 · 1 / (2 + 1) = 2/3
    if not words or not gold:
        return float(words == gold)
    shared = sum((Counter(words) & Counter(gold)).values())
    return 2 * shared / (len(words) + len(gold))


def em_of(answer: str, golds: Sequence[Gold]) -> float:
    """1.0 if the answer is one of the gold ones, else 0.0. Without golds silence is right."""
    return exact_match(answer, _texts(golds))


def f1_of(answer: str, golds: Sequence[Gold]) -> float:
    """The highest F1 over words with a gold answer, in [0, 1]. Without golds silence is right."""
    return f1(answer, _texts(golds))


def _texts(golds: Sequence[Gold]) -> list[str]:
    # As in evaluate-v2.0.py: a gold answer of which nothing is left counts for nothing
    return [gold.text for gold in golds if normalize(gold.text)]


def parts_f1(parts: Sequence[str], golds: Sequence[str]) -> float:
    """F1 over the items of a list, in [0, 1], each item's F1 over words being its share of a hit.

    Gold "tea", "green soap"; given "tea", "soap", "salt": precision (1 + 2/3 + 0) / 3, recall (1 + 2/3) / 2, so 2/3.
    """
    precision = sum(f1(part, list(golds)) for part in parts) / len(parts)
    recall = sum(max(f1(part, [gold]) for part in parts) for gold in golds) / len(golds)
    return round(2 * precision * recall / (precision + recall), 6) if precision + recall else 0.0


def gold_rank(passages: Sequence[Passage], golds: Sequence[Gold], documents: Collection[str]) -> int | None:
    """The rank, from 1, of the first passage that holds a gold answer; of a gold document where no answer is known."""
    for rank, passage in enumerate(passages, start=1):
        if any(holds(passage, gold) for gold in golds) if golds else passage.document_id in documents:
            return rank
    return None


def missed(row: Row, chunks: Chunks) -> str | None:
    """The first stage that lost the answer, one of STAGES; None for a row that is right.

    "dataset" stands for gold answers that aren't in their documents at all. `chunks` gives a document's chunks, or None
    where they aren't known.
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
    if row.gold_rank is None:
        return "retrieval"
    right = [f1_of(candidate.text, row.golds) >= RIGHT_F1 for candidate in row.candidates]
    if not any(right):
        return "reading"
    return "threshold" if right[0] else "ranking"


def _cut_apart(golds: Sequence[Gold], chunks: Chunks) -> bool:
    """Whether the gold documents were cut, and no chunk holds any gold answer; a document that isn't there wasn't."""
    cut = False
    for gold in golds:
        for chunk in (gold.document_id and chunks(gold.document_id)) or ():
            cut = True
            if holds(chunk, gold):
                return False
    return cut


def holds(passage: Passage | StoredChunk, gold: Gold) -> bool:
    """Whether a passage has a gold answer: its place or, where that isn't known, its words."""
    if gold.document_id not in (None, passage.document_id):
        return False
    if gold.start is not None and gold.end is not None:
        return passage.start <= gold.start and gold.end <= passage.end
    return has_words(passage.text, gold.text)
