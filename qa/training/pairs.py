"""Questions with a sentence that holds the answer, but no span: the reader in training adds the span.

Runs of SENTENCES_A_DOCUMENT sentences become documents, so that each sentence has its neighbours around it.
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
from qa.training.device import DEVICE, mixed_precision
from qa.training.examples import Window

SENTENCES_A_DOCUMENT = 50
KEPT_OUT = 8  # one in so many documents is kept for calibration
MIN_PROBABILITY = 0.25
_AT_ONCE = 64


def load_pairs(path: Path) -> list[Labelled]:
    """A gzipped file with `{"question", "sentence"}` on each line → questions; each one's answer is the sentence."""
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
    """The pairs for (training, calibration), split by document."""
    names = list(dict.fromkeys(pair.context.name for pair in pairs))
    calibration = set(names[KEPT_OUT - 1 :: KEPT_OUT])
    return (
        [pair for pair in pairs if pair.context.name not in calibration],
        [pair for pair in pairs if pair.context.name in calibration],
    )


def label(model: Any, tokenizer: Any, pairs: Sequence[Labelled], cache: Path) -> list[Labelled]:  # noqa: ANN401
    """The pairs with the best span that `model` reads in each sentence; less probable ones are left out.

    A span needs a probability of at least MIN_PROBABILITY. The spans are cached in the file `cache`.
    """
    if not cache.exists():
        partial = cache.with_suffix(".partial")
        partial.write_text(json.dumps(_read(model, tokenizer, pairs)))
        partial.replace(cache)
    spans: Mapping[str, tuple[int, int, float]] = json.loads(cache.read_text())
    labelled = []
    for pair in pairs:
        start, end, probability = spans[pair.id]
        if probability >= MIN_PROBABILITY:
            sentence_start = pair.answers[0][0]
            labelled.append(replace(pair, answers=((sentence_start + start, sentence_start + end),)))
    return labelled


def _read(model: Any, tokenizer: Any, pairs: Sequence[Labelled]) -> dict[str, tuple[int, int, float]]:  # noqa: ANN401
    """Pair's id → (start, end, probability) of the best span of its sentence, in characters from its start."""
    training = model.training
    model.eval()
    spans = {}
    shortest_first = sorted(pairs, key=lambda pair: len(pair.texts[0]))
    for first in tqdm(range(0, len(pairs), _AT_ONCE), "labelling pairs"):
        part = shortest_first[first : first + _AT_ONCE]
        windows = [Window(pair.question, pair.texts[0], None) for pair in part]
        for pair, best in zip(part, _best_spans(model, tokenizer, windows), strict=True):
            spans[pair.id] = best
    model.train(training)
    return spans


def _best_spans(model: Any, tokenizer: Any, windows: Sequence[Window]) -> list[tuple[int, int, float]]:  # noqa: ANN401
    batch = tokenizer(
        [window.question for window in windows],
        [window.text for window in windows],
        truncation="only_second", max_length=384, padding=True, return_offsets_mapping=True, return_tensors="pt",
    )  # fmt: skip
    offsets = batch.pop("offset_mapping")
    with torch.inference_mode(), mixed_precision():
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
