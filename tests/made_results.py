"""Results of an evaluation as `quoth evaluate` writes them, made by a seeded simulation: every offset slices true."""

from typing import Any

import numpy as np

from qa.evaluation.scoring import exact_match, f1

NAMES = [
    "Jorun Vask",
    "Piet Amsel",
    "Ilse Brandt",
    "Tomas Kerr",
    "Maren Holt",
    "Edda Lind",
    "Ruben Oake",
    "Sanna Priest",
]
PLACES = ["Orm", "Halden", "Mount Corran", "Tarn Quay", "Vessel Point", "Lower Skaill"]
FACTS = [
    ("Who keeps the light at {place}?", "The light at {place} has been kept by {a} since the gale of {year}, and nobody has asked for the post."),
    ("When was the mill at {place} rebuilt?", "After the fire the mill at {place} stood open to the sky until {a}, when the guild paid for a new roof."),
    ("How far is it from {place} to the weir?", "From {place} to the weir it is {a} along the towpath, a little more when the river is up."),
    ("What does the warden of {place} carry?", "By custom the warden of {place} carries {a} at the opening of the market."),
]  # fmt: skip
FILLER = (
    "Visitors are asked to leave their boots in the porch. The registers before the flood are kept in the chapel and "
    "may be read on Thursdays. No ferry runs in the week of the fair. "
)
THINGS = ["a hazel staff", "the iron key", "a lamp of green glass", "the long ledger"]
STAGES = ("dataset", "chunking", "retrieval", "reading", "ranking", "threshold")
MIN_CONFIDENCE = 0.35


def made_results(count: int = 300, *, seed: int = 11, mode: str = "open", skill: float = 0.0) -> dict[str, Any]:
    """`count` rows; `skill` moves the simulated reader up or down, with the same questions for the same seed."""
    random = np.random.default_rng(seed)
    rows = [_row(i, random, skill, mode) for i in range(count)]
    return {
        "format": 2,
        "dataset": {
            "name": "tarn-quay-dev", "path": "sets/tarn-quay-dev.json", "sha256": "5e" * 32, "format": "squad", "mode": mode,
            "documents": 6, "questions": count, "answerable": sum(row["answerable"] for row in rows), "of": 4 * count,
            "seed": seed, "problems": {"answer_not_in_context": 3, "duplicate_id": 1},
            "problem_examples": [
                {"kind": "answer_not_in_context", "where": "data[2].paragraphs[7].qas[1]", "message": "“1,204 paces” isn't at character 317: left out."},
                {"kind": "duplicate_id", "where": "data[3].paragraphs[0].qas[4]", "message": "id q-17 was used before: the first is kept."},
            ],
        },
        "subject": {
            "kind": "library", "url": None, "version": "0.1.0", "commit": "bce9ccb0aa7c6a55b2f1f0c2a37c8a9d4bd0e7f1",
            "models": {"embedder": {"name": "all-MiniLM-L6-v2", "sha256": "a1" * 32}, "reader": {"name": "quoth-reader", "sha256": "b2" * 32}},
            "settings": {"top_k": 7, "chunk_tokens": 128, "chunk_overlap": 32}, "min_confidence": MIN_CONFIDENCE,
        },
        "started": "2026-11-24T09:30:00+00:00", "seconds": round(sum(row["latency_ms"] for row in rows) / 2000, 1),
        "concurrency": 2, "metrics": made_metrics(rows, mode),
        "misses": {stage: sum(row["missed"] == stage for row in rows) for stage in STAGES}, "rows": rows,
    }  # fmt: skip


def _row(i: int, random: np.random.Generator, skill: float, mode: str) -> dict[str, Any]:
    draw = random.random(8)
    place = PLACES[i % len(PLACES)]
    ask, sentence = FACTS[i // 2 % len(FACTS)]
    pool = [NAMES, [str(1700 + 13 * n) for n in range(12)], [f"{n} miles" for n in range(2, 12)], THINGS][i // 2 % 4]
    right, wrong = (pool[int(n)] for n in random.permutation(len(pool))[:2])
    answerable = bool(draw[0] < 0.72)
    document = f"seeds/{place.lower().replace(' ', '-')}.md"
    passages = _passages(
        document, sentence.format(place=place, a=right, year=1811), sentence.format(place=place, a=wrong, year=1790)
    )
    gold_at = 400 + passages[0]["text"].index(right)
    golds = (
        [{"text": right, "document_id": document, "start": gold_at, "end": gold_at + len(right)}] if answerable else []
    )
    rank = 1 if mode == "reading" else min(8, 1 + int(-np.log(1 - draw[1]) * 2.6))
    gold_rank = rank if answerable and rank <= 7 and draw[2] > 0.03 else None
    if gold_rank:
        passages.insert(gold_rank - 1, passages.pop(0))
    elif answerable:
        passages.pop(0)
    knows = draw[3] < 0.66 + skill and gold_rank is not None
    has_any = draw[4] < 0.95
    confidence = round(float(np.clip(0.28 + 0.33 * knows + 0.62 * (draw[5] - 0.5), 0.01, 0.99)), 4) if has_any else 0.0
    texts = ([right, wrong] if knows else [wrong, right] if draw[6] < 0.5 and gold_rank else [wrong]) if has_any else []
    candidates = [_candidate(text, confidence if n == 0 else confidence / 3, passages) for n, text in enumerate(texts)]
    best = texts[0] if texts else ""
    given = bool(texts) and confidence >= MIN_CONFIDENCE
    row = {
        "id": f"q-{i}", "question": ask.format(place=place), "answerable": answerable, "golds": golds,
        "gold_documents": [document] if answerable else [], "status": "answered" if given else "no_answer",
        "reason": None if given else "below_threshold" if texts else "reader_null", "answer": best if given else "",
        "candidates": candidates, "passages": passages, "confidence": confidence, "gold_rank": gold_rank,
        "latency_ms": round(float(90 + random.gamma(2.0, 40.0)), 2), "timings_ms": None,
    }  # fmt: skip
    return score(row, chunking=answerable and gold_rank is None and draw[7] < 0.25)


def score(row: dict[str, Any], *, chunking: bool = False) -> dict[str, Any]:
    """Fill in what follows from the rest of a row: EM, F1 and the stage that lost it, as the format defines them."""
    gold = [gold["text"] for gold in row["golds"]]
    best = row["candidates"][0]["text"] if row["candidates"] else ""
    row |= {"em": exact_match(row["answer"], gold), "f1": f1(row["answer"], gold)}
    row |= {"best_em": exact_match(best, gold), "best_f1": f1(best, gold)}
    row["missed"] = None
    if row["f1"] < 0.5:
        right = [f1(candidate["text"], gold) >= 0.5 for candidate in row["candidates"]]
        if not row["answerable"] or (right and right[0]):
            row["missed"] = "threshold"
        elif row["gold_rank"] is None:
            row["missed"] = "chunking" if chunking else "retrieval"
        else:
            row["missed"] = "ranking" if any(right) else "reading"
    return row


def _passages(document: str, right: str, wrong: str) -> list[dict[str, Any]]:
    """Eight passages, the first with the gold sentence at 400, the second with another document's sentence."""
    texts = [(document, 400, f"{right} {FILLER}"), ("seeds/almanac.md", 1200, f"{FILLER}{wrong} {FILLER}")]
    texts += [(f"seeds/chapter-{n}.md", 100 * n, FILLER) for n in range(6)]
    return [
        {
            "document_id": name,
            "start": start,
            "end": start + len(text),
            "text": text,
            "score": round(0.033 - 0.002 * n, 4),
        }
        for n, (name, start, text) in enumerate(texts)
    ]


def _candidate(text: str, confidence: float, passages: list[dict[str, Any]]) -> dict[str, Any]:
    places = [(p, p["text"].find(text)) for p in passages]
    citations = [
        {"document_id": p["document_id"], "start": p["start"] + at, "end": p["start"] + at + len(text)}
        for p, at in places
        if at >= 0
    ]
    return {"text": text, "confidence": round(confidence, 4), "support": len(citations), "citations": citations}


def made_metrics(rows: list[dict[str, Any]], mode: str) -> dict[str, Any]:
    """The figures of `rows` in the format's shape; the harness's own tests hold the real ones to their definitions."""
    f1s, ems = np.array([row["f1"] for row in rows]), np.array([row["em"] for row in rows])
    has = np.array([row["answerable"] for row in rows])
    silent = np.array([row["status"] == "no_answer" for row in rows])
    confidence = np.array([row["confidence"] for row in rows])
    right = np.array([row["best_f1"] >= 0.5 and row["answerable"] for row in rows]).astype(float)
    ranks = np.array([row["gold_rank"] or np.inf for row in rows if row["answerable"]])
    order = np.argsort(-confidence, kind="stable")
    risks = 1 - np.cumsum(right[order]) / np.arange(1, len(rows) + 1)
    coverages = np.arange(1, len(rows) + 1) / len(rows)
    bins = np.array_split(np.argsort(confidence, kind="stable"), min(10, len(rows)))
    grid = np.linspace(0, 1, 101)
    best = {
        key: [
            100 * float(np.mean([r[key] if r["confidence"] >= t else 1.0 - r["answerable"] for r in rows]))
            for t in grid
        ]
        for key in ("best_em", "best_f1")
    }
    latency = [row["latency_ms"] for row in rows]
    steps = slice(None, None, max(1, len(rows) // 200 + 1))
    return {
        "answers": {
            "em": _mean(ems, 100), "f1": _mean(f1s, 100),
            "has_ans": {"count": int(has.sum()), "em": _mean(ems[has], 100), "f1": _mean(f1s[has], 100)},
            "no_ans": {"count": int((~has).sum()), "em": _mean(ems[~has], 100), "f1": _mean(f1s[~has], 100)},
            "best_f1": max(best["best_f1"]), "best_f1_threshold": float(grid[np.argmax(best["best_f1"])]),
            "best_em": max(best["best_em"]), "best_em_threshold": float(grid[np.argmax(best["best_em"])]),
            "first_f1": 50.0, "first_f1_where_read": 60.0,
        },
        "retrieval": None if mode == "reading" else {
            **{f"recall@{k}": float((ranks <= k).mean()) for k in (1, 3, 5, 7, 10)},
            "mrr": float((1 / ranks).mean()), "counted": len(ranks), "absent": 0, "documents": {
                **{f"recall@{k}": float((ranks <= k).mean()) for k in (1, 3, 5, 7, 10)}, "mrr": float((1 / ranks).mean()),
                "ndcg@10": float((1 / np.log2(1 + ranks)).mean()), "counted": len(ranks), "lost_gold": 0,
            },
        },
        "citations": {"in_gold_passage": 0.71, "mean_iou": 0.64, "words": {"precision": 0.58, "recall": 0.66, "f1": 0.617}},
        "abstention": {
            "no_answer_precision": _mean(~has[silent]), "no_answer_recall": _mean(silent[~has]),
            "answer_precision": _mean(f1s[~silent] >= 0.5), "coverage": float((~silent).mean()),
            "coverage_at": {
                f"{p:.2f}": float(max(coverages[risks <= 1 - p], default=0.0)) for p in (0.7, 0.8, 0.9, 0.95)
            },
        },
        "calibration": {
            "ece": float(sum(len(b) * abs(confidence[b].mean() - right[b].mean()) for b in bins) / len(rows)),
            "brier": float(((confidence - right) ** 2).mean()), "aurc": float(risks.mean()),
            "bins": [{"confidence": float(confidence[b].mean()), "right": float(right[b].mean()), "count": len(b)} for b in bins],
            "risk_coverage": [[float(c), float(r)] for c, r in zip(coverages[steps], risks[steps], strict=True)],
        },
        "by_type": None, "by_form": None,
        "latency": {
            **{f"p{p}": float(np.percentile(latency, p)) for p in (50, 95, 99)},
            "questions_per_second": 2000 * len(rows) / sum(latency),
        },
    }  # fmt: skip


def _mean(values: Any, factor: float = 1.0) -> float | None:
    return factor * float(np.mean(values)) if len(values) else None
