"""A reader's start and end logits → scored spans and the null score, with numpy alone.

The score of a span is the sum of its start and end logit, and the null score is that sum for the [CLS] token, as in
Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", section 4.3.
Their difference, the margin, is by how much the reader prefers the span to "no answer in this passage".
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_ANSWER_TOKENS = 48  # enough for a clause or a list: only one in fifty questions has a longer answer
N_BEST = 5


@dataclass(frozen=True, slots=True)
class Span:
    """The slice `[start, end)` of a passage's text, in characters, and its score in logits (unbounded)."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader's result for one passage: its best spans, best first, and the null score, all in logits."""

    spans: tuple[Span, ...]
    null_score: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Spans of one text, read together: the score of each, and the text's null score, all in logits."""

    scores: tuple[float, ...]
    null_score: float


@dataclass(frozen=True, slots=True)
class Window:
    """A model's output for one stretch of a passage. Each array has an entry for each token; the first is [CLS].

    - `start_logits`, `end_logits`: (tokens,), unbounded.
    - `offsets`: (tokens, 2), each token's slice `[start, end)` of the passage's text, in characters.
    - `words`: (tokens,), the index of the token's word in the passage; -1 for a token that isn't part of the passage.
    - `paragraphs`: (tokens,), the index of the token's paragraph.
    """

    start_logits: NDArray[np.float32]
    end_logits: NDArray[np.float32]
    offsets: NDArray[np.int64]
    words: NDArray[np.int64]
    paragraphs: NDArray[np.int64]


def decode(windows: Iterable[Window], n_best: int = N_BEST, max_tokens: int = MAX_ANSWER_TOKENS) -> Reading:
    """The windows of one passage → its reading, with the best `n_best` spans of at most `max_tokens` tokens.

    A span consists of whole words within one paragraph, so never of a heading and the sentence below it. A span in
    several windows keeps its highest score. The null score is the lowest of all windows, since one window with an
    answer is enough.
    """
    best: dict[tuple[int, int], float] = {}
    null_score = np.inf
    for window in windows:
        null_score = min(null_score, float(window.start_logits[0] + window.end_logits[0]))
        for start, end, score in _best_in_window(window, n_best, max_tokens):
            best[start, end] = max(score, best.get((start, end), -np.inf))
    ranked = sorted(best.items(), key=lambda item: -item[1])[:n_best]
    return Reading(tuple(Span(start, end, score) for (start, end), score in ranked), null_score)


def probability_of_yes(yes: float, no: float) -> float:
    """The probability of the first of two logits.

    Logits of 2 for yes and 0 for no: e² / (e² + 1) = 0.88.
    """
    return float(1 / (1 + np.exp(np.clip(no - yes, -50, 50))))


def compared(window: Window, spans: Iterable[tuple[int, int]]) -> Comparison:
    """The score of each span: its first token's start logit plus its last token's end logit; -inf if it isn't there."""
    in_text = window.words >= 0
    starts, ends = window.offsets[:, 0], window.offsets[:, 1]
    scores = []
    for start, end in spans:
        touched = np.flatnonzero(in_text & (starts < end) & (start < ends))
        whole = len(touched) and ends[touched[-1]] >= end
        scores.append(float(window.start_logits[touched[0]] + window.end_logits[touched[-1]]) if whole else -np.inf)
    return Comparison(tuple(scores), float(window.start_logits[0] + window.end_logits[0]))


def _best_in_window(window: Window, n_best: int, max_tokens: int) -> list[tuple[int, int, float]]:
    """(start, end, score) of the best spans, best first; start and end in characters of the passage's text.

        token         [CLS]  E    ##ider  sails  Teal    a span begins at the first token of a word (E, sails, Teal)
        words          -1    0    0       1      2       and ends at the last one (##ider, sails, Teal)
        paragraphs      0    0    0       0      1
        start_logits    1    3    5       1      2
        end_logits      1    1    4       2      3

        scores    ends: ##ider     sails        Teal
        starts: E       3+4 = 7    3+2 = 5      -inf (another paragraph)
                sails   -inf       1+2 = 3      -inf
                Teal    -inf       -inf         2+3 = 5

    The best is "Eider" with 7. The 5 of ##ider's start logit counts for nothing, as no word begins there.
    """
    words = window.words
    in_passage = words >= 0
    begins_word = in_passage & (words != np.concatenate(([-1], words[:-1])))
    ends_word = in_passage & (words != np.concatenate((words[1:], [-1])))
    starts, ends = np.flatnonzero(begins_word), np.flatnonzero(ends_word)
    # (starts, ends) each: a row for each token that may start a span, a column for each that may end one
    length = ends[None, :] - starts[:, None]
    scores = window.start_logits[starts][:, None] + window.end_logits[ends][None, :]
    same_paragraph = window.paragraphs[starts][:, None] == window.paragraphs[ends][None, :]
    scores = np.where((length >= 0) & (length < max_tokens) & same_paragraph, scores, -np.inf)
    order = np.argsort(-scores, axis=None, kind="stable")[:n_best]
    best = []
    for row, column in zip(*np.unravel_index(order, scores.shape), strict=True):
        if np.isfinite(scores[row, column]):
            start, end = window.offsets[starts[row], 0], window.offsets[ends[column], 1]
            best.append((int(start), int(end), float(scores[row, column])))
    return best
