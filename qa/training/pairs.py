"""Questions whose answer is known to lie in a sentence, but not where: the reader in training says where.

The sentences, in their order, are made documents of SENTENCES_A_DOCUMENT, so that each stands among its neighbours.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from qa.reading.spans import MAX_ANSWER_TOKENS
from qa.training.data import Context, Labelled
from qa.training.device import DEVICE, halved
from qa.training.examples import Window

SENTENCES_A_DOCUMENT = 50
KEPT_OUT = 8  # every so many documents one is kept for calibration
MIN_PROBABILITY = 0.25
_AT_ONCE = 64


def load_pairs(path: Path) -> list[Labelled]:
    """`{"question", "sentence"}` a line → questions on documents; each one's only "answer" is its whole sentence."""
    with gzip.open(path, "rt") as file:
        pairs = [json.loads(line) for line in file]
    sentences = list(dict.fromkeys(pair["sentence"] for pair in pairs))
    places: dict[str, tuple[Context, int, int]] = {}
    for first in range(0, len(sentences), SENTENCES_A_DOCUMENT):
        part = sentences[first : first + SENTENCES_A_DOCUMENT]
        name = f"pairs/{first // SENTENCES_A_DOCUMENT}"
        context = Context(name, name, " ".join(part))
        at = 0
        for sentence in part:
            places[sentence] = (context, at, at + len(sentence))
            at += len(sentence) + 1
    questions = []
    for number, pair in enumerate(pairs):
        context, start, end = places[pair["sentence"]]
        questions.append(Labelled(f"pairs/{number}", pair["question"], context, ((start, end),)))
    return questions


def split_pairs(pairs: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """(training, calibration), by document."""
    names = list(dict.fromkeys(pair.context.name for pair in pairs))
    calibration = set(names[KEPT_OUT - 1 :: KEPT_OUT])
    return (
        [pair for pair in pairs if pair.context.name not in calibration],
        [pair for pair in pairs if pair.context.name in calibration],
    )


def label(model: Any, tokenizer: Any, pairs: Sequence[Labelled], cache: Path) -> list[Labelled]:  # noqa: ANN401
    """The pairs with the answer that `model` reads in each one's sentence, where it gives it MIN_PROBABILITY or more.

    What it reads is kept in `cache`, and read from it when it is there.
    """
    if not cache.exists():
        partial = cache.with_suffix(".partial")
        partial.write_text(json.dumps(_read(model, tokenizer, pairs)))
        partial.replace(cache)
    found: Mapping[str, tuple[int, int, float]] = json.loads(cache.read_text())
    labelled = []
    for pair in pairs:
        start, end, probability = found[pair.id]
        if probability >= MIN_PROBABILITY:
            at = pair.answers[0][0]
            labelled.append(replace(pair, answers=((at + start, at + end),)))
    return labelled


def _read(model: Any, tokenizer: Any, pairs: Sequence[Labelled]) -> dict[str, tuple[int, int, float]]:  # noqa: ANN401
    """Pair's id → the best span of its sentence, in characters, and its probability among the sentence's spans."""
    training = model.training
    model.eval()
    found = {}
    shortest_first = sorted(pairs, key=lambda pair: len(pair.texts[0]))
    for first in tqdm(range(0, len(pairs), _AT_ONCE), "labelling pairs"):
        part = shortest_first[first : first + _AT_ONCE]
        windows = [Window(pair.question, pair.texts[0], None) for pair in part]
        for pair, best in zip(part, _best_spans(model, tokenizer, windows), strict=True):
            found[pair.id] = best
    model.train(training)
    return found


def _best_spans(model: Any, tokenizer: Any, windows: Sequence[Window]) -> list[tuple[int, int, float]]:  # noqa: ANN401
    batch = tokenizer(
        [window.question for window in windows],
        [window.text for window in windows],
        truncation="only_second", max_length=384, padding=True, return_offsets_mapping=True, return_tensors="pt",
    )  # fmt: skip
    offsets = batch.pop("offset_mapping")
    with torch.inference_mode(), halved():
        output = model(**batch.to(DEVICE))
    starts, ends = output.start_logits.float().cpu(), output.end_logits.float().cpu()
    best = []
    for row in range(len(windows)):
        of_text = torch.tensor([sequence == 1 for sequence in batch.sequence_ids(row)])
        start = starts[row].masked_fill(~of_text, -1e4).softmax(0)
        end = ends[row].masked_fill(~of_text, -1e4).softmax(0)
        spans = (start[:, None] * end[None, :]).triu().tril(MAX_ANSWER_TOKENS - 1)
        first, last = divmod(int(spans.argmax()), spans.shape[1])
        best.append((int(offsets[row, first, 0]), int(offsets[row, last, 1]), float(spans.max())))
    return best
