"""Datasets in SQuAD's format for `quoth evaluate`, `quoth calibrate` and the tuning of retrieval.

`validation.json`, `calibration.json` and `training.json` hold all paragraphs, but only the questions on their own
articles, which are then asked over all paragraphs. In the `-absent` files the paragraphs of those articles are missing:
some of the same questions are asked, and none has an answer. There all questions are listed below one paragraph, which
has nothing to do with them.
"""

import json
import random
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from qa.training.data import Labelled, kept_out

ABSENT = {"validation": 500, "calibration": 200}  # the most questions of each


def write_splits(questions: Sequence[Labelled], folder: Path) -> None:
    """Write the five files to `folder`."""
    everything = {question.context.article for question in questions}
    validation, calibration = kept_out(everything)
    write_split(folder / "training.json", questions, everything - {*validation, *calibration})
    for name, articles in (("validation", validation), ("calibration", calibration)):
        write_split(folder / f"{name}.json", questions, articles)
        _write(folder / f"{name}-absent.json", _absent(questions, articles, ABSENT[name]))


def write_split(path: Path, questions: Sequence[Labelled], articles: Collection[str], every: int = 1) -> None:
    """Write all paragraphs to one file, with each `every`-th question on `articles`."""
    paragraphs: dict[str, dict[str, Any]] = {}
    asked = 0
    for item in questions:
        paragraph = paragraphs.setdefault(item.context.name, _paragraph(item))
        if item.context.article in articles:
            if asked % every == 0:
                paragraph["qas"].append(_question(item))
            asked += 1
    _write(path, list(paragraphs.values()))


def _absent(questions: Sequence[Labelled], asked: Collection[str], most: int) -> list[dict[str, Any]]:
    paragraphs: dict[str, dict[str, Any]] = {}
    for item in questions:
        if item.context.article not in asked:
            paragraphs.setdefault(item.context.name, _paragraph(item))
    first = next(iter(paragraphs.values()))
    unanswered = {"answers": [], "is_impossible": True}
    answerable = [item for item in questions if item.context.article in asked and item.answers]
    drawn = random.Random(11).sample(answerable, min(most, len(answerable)))  # noqa: S311  # not for secrets
    first["qas"] = [{**_question(item), **unanswered} for item in drawn]
    return list(paragraphs.values())


def _paragraph(item: Labelled) -> dict[str, Any]:
    return {"article": item.context.article, "context": item.context.text, "qas": []}


def _question(item: Labelled) -> dict[str, Any]:
    return {
        "id": item.id,
        "question": item.question,
        "answers": [
            {"text": text, "answer_start": start} for text, (start, _) in zip(item.texts, item.answers, strict=True)
        ],
        "is_impossible": not item.answers,
    }


def _write(path: Path, paragraphs: Sequence[dict[str, Any]]) -> None:
    articles: dict[str, list[dict[str, Any]]] = {}
    for paragraph in paragraphs:
        articles.setdefault(paragraph["article"], []).append({k: paragraph[k] for k in ("context", "qas")})
    data = [{"title": title, "paragraphs": of_article} for title, of_article in articles.items()]
    path.write_text(json.dumps({"version": "v2.0", "data": data}))
