"""A trained checkpoint → the folder that Quoth ships: weights in float16, tokenizer, and MODEL.md with its figures.

The figures are of the reader alone, without retrieval, on articles that training never saw.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from index import model_files
from qa.evaluation.answer_metrics import best_by_threshold
from qa.evaluation.scoring import exact_match, f1
from qa.reading.reader import TransformersReader
from qa.training.data import Labelled, kept_out, load_squad, split
from qa.training.loop import BASE_ENCODER, load
from qa.training.splits import write_splits
from qa.training.tokenizer_files import save_tokenizer

_MODEL_MD = Path(__file__).parent / "MODEL.md.template"


def save(checkpoint: Path, folder: Path) -> None:
    """Write the checkpoint's model, in float16, and its tokenizer to `folder`."""
    model, tokenizer = load(model_files.locate(BASE_ENCODER))
    model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])
    folder.mkdir(parents=True, exist_ok=True)
    model.half().save_pretrained(folder)
    save_tokenizer(tokenizer, folder)


def figures(reader: TransformersReader, questions: Sequence[Labelled]) -> dict[str, Any]:
    """SQuAD's metrics for a reader that gets each question with its own paragraph.

    `em` and `f1`, in percent, are means over the `answerable` questions, without regard to the null score. `best_f1` is
    the mean over `all`, at the best threshold for the margin, `best_margin` in logits.
    """
    rows: list[dict[str, Any]] = []
    for question in tqdm(questions, "reading"):
        (reading,) = reader.read(question.question, [question.context.text])
        best = reading.spans[0]
        text, golds = question.context.text[best.start : best.end], list(question.texts)
        rows.append(
            {
                "answerable": bool(golds),
                "candidates": [text],
                "confidence": best.score - reading.null_score,
                "em": exact_match(text, golds),
                "f1": f1(text, golds),
            }
        )
    answerable = [row for row in rows if row["answerable"]]
    f1s, margins = (np.array([row[key] for row in rows]) for key in ("f1", "confidence"))
    proposed = [bool(row["candidates"]) for row in rows]
    best_f1, threshold = best_by_threshold(f1s, margins, [row["answerable"] for row in rows], proposed)
    return {
        "answerable": len(answerable),
        "em": round(100 * sum(row["em"] for row in answerable) / len(answerable), 1),
        "f1": round(100 * sum(row["f1"] for row in answerable) / len(answerable), 1),
        "all": len(rows),
        "best_f1": round(best_f1, 1),
        "best_margin": round(threshold, 2),
    }


def publish(data: Path, out: Path, checkpoint: Path, folder: Path) -> str:
    """Save, measure and describe the checkpoint's model in `folder`; returns the SHA-256 of its weights."""
    questions = load_squad(data / "squad-36.json.gz")
    write_splits(questions, out)
    save(checkpoint, folder)
    _, validation, _ = split(questions)
    measured = figures(TransformersReader(str(folder)), validation)
    (out / "figures.json").write_text(json.dumps(measured, indent=2))
    sha256 = model_files.sha256(folder)
    described = describe(measured, sha256, [question.context.article for question in questions])
    (folder / "MODEL.md").write_text(described)
    return sha256


def describe(measured: dict[str, Any], sha256: str, articles: Sequence[str]) -> str:
    """The text of MODEL.md: the template with figures, digest and the articles kept out."""
    validation, calibration = ("; ".join(name.replace("_", " ") for name in part) for part in kept_out(articles))
    template = _MODEL_MD.read_text()
    return template.format(sha256=sha256, validation=validation, calibration=calibration, **measured)
