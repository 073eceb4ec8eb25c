"""A reader's start and end logits → scored spans and the null score, with numpy alone.

A span's score is the sum of its start and end logit, the null score that of the [CLS] token, as in Devlin et al. 2019,
"BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", section 4.3. Their difference, the
margin, says by how much the reader prefers the span to saying that the passage holds no answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ANSWER_TOKENS = 48  # a clause or a list; of questions in people's own words, one in fifty has a longer answer
N_BEST = 5


@dataclass(frozen=True, slots=True)
class Span:
    """The slice `[start, end)` of a passage's text, in characters, and its score in logits (unbounded)."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one passage: its best spans, best first, and the score of there being no answer in it."""

    spans: tuple[Span, ...]
    null_score: float


@dataclass(frozen=True, slots=True)
class Window:
    """What was read of a passage at once. All arrays are as long as the window has tokens.

    `start_logits` and `end_logits` are float; `offsets` (tokens, 2) are characters of the passage's text; `words`
    holds the number of the passage's word that a token is part of, and -1 for tokens that are not of the passage;
    `paragraphs` holds the number of the paragraph it stands in. The first token is [CLS].
    """

    start_logits: NDArray[np.float32]
    end_logits: NDArray[np.float32]
    offsets: NDArray[np.int64]
    words: NDArray[np.int64]
    paragraphs: NDArray[np.int64]


def decode(windows: Iterable[Window], n_best: int = N_BEST, max_tokens: int = MAX_ANSWER_TOKENS) -> Reading:
    """Windows of one passage → its reading: the best `n_best` spans of whole words and at most `max_tokens` tokens.

    No span reaches from one paragraph into the next: a heading and the sentence below it are no answer. A span found
    in several windows keeps its highest score; the null score is the lowest of the windows', since any window may hold
    the answer.
    """
    best: dict[tuple[int, int], float] = {}
    null_score = np.inf
    for window in windows:
        null_score = min(null_score, float(window.start_logits[0] + window.end_logits[0]))
        for start, end, score in _best_in_window(window, n_best, max_tokens):
            best[start, end] = max(score, best.get((start, end), -np.inf))
    ranked = sorted(best.items(), key=lambda item: -item[1])[:n_best]
    return Reading(tuple(Span(start, end, score) for (start, end), score in ranked), null_score)


def _best_in_window(window: Window, n_best: int, max_tokens: int) -> list[tuple[int, int, float]]:
    words = window.words
    in_passage = words >= 0
    begins = in_passage & (words != np.concatenate(([-1], words[:-1])))
    finishes = in_passage & (words != np.concatenate((words[1:], [-1])))
    starts, ends = np.flatnonzero(begins), np.flatnonzero(finishes)
    length = ends[None, :] - starts[:, None]
    scores = window.start_logits[starts][:, None] + window.end_logits[ends][None, :]
    same_paragraph = window.paragraphs[starts][:, None] == window.paragraphs[ends][None, :]
    scores = np.where((length >= 0) & (length < max_tokens) & same_paragraph, scores, -np.inf)
    order = np.argsort(-scores, axis=None, kind="stable")[:n_best]
    found = []
    for row, column in zip(*np.unravel_index(order, scores.shape), strict=True):
        if np.isfinite(scores[row, column]):
            start, end = window.offsets[starts[row], 0], window.offsets[ends[column], 1]
            found.append((int(start), int(end), float(scores[row, column])))
    return found
