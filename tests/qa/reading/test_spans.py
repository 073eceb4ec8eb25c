"""Span decoding on logits made by hand."""

from collections.abc import Sequence

import numpy as np
import pytest

from qa.reading.spans import Comparison, Reading, Span, Window, compared, decode

# [CLS] who [SEP] Ada wrote un ##fin ##ished notes [SEP]
WORDS = [-1, -1, -1, 0, 1, 2, 2, 2, 3, -1]
OFFSETS = [(0, 0), (0, 3), (0, 0), (0, 3), (4, 9), (10, 12), (12, 15), (15, 20), (21, 26), (0, 0)]
TEXT = "Ada wrote unfinished notes"


def window(starts: dict[int, float], ends: dict[int, float], paragraphs: Sequence[int] = (0,) * 10) -> Window:
    start_logits, end_logits = np.zeros(10, np.float32), np.zeros(10, np.float32)
    for token, value in starts.items():
        start_logits[token] = value
    for token, value in ends.items():
        end_logits[token] = value
    return Window(start_logits, end_logits, np.array(OFFSETS), np.array(WORDS), np.array(paragraphs))


def test_best_span_is_the_highest_sum_and_the_null_score_is_cls() -> None:
    reading = decode([window({0: 1.0, 3: 5.0}, {0: 0.5, 3: 4.0})], n_best=1)
    assert reading == Reading((Span(0, 3, 9.0),), 1.5)  # 5 + 4; [CLS]: 1 + 0.5


def test_spans_come_best_first_and_never_end_before_they_start() -> None:
    # starts: Ada 3, notes 8; ends: Ada 4, notes 5. notes 8 + 5, Ada..notes 3 + 5, Ada 3 + 4; notes..Ada would be 8 + 4
    reading = decode([window({3: 3.0, 8: 8.0}, {3: 4.0, 8: 5.0})], n_best=3)
    assert [(TEXT[span.start : span.end], span.score) for span in reading.spans] == [
        ("notes", 13.0),
        ("Ada wrote unfinished notes", 8.0),
        ("Ada", 7.0),
    ]


def test_neither_cls_nor_the_question_can_be_an_answer() -> None:
    reading = decode(
        [window({0: 90.0, 1: 80.0, 2: 70.0, 9: 60.0, 8: 1.0}, {0: 90.0, 1: 80.0, 9: 60.0, 8: 1.0})], n_best=1
    )
    assert reading == Reading((Span(21, 26, 2.0),), 180.0)


def test_only_whole_words_are_spans() -> None:
    # the model would start inside "unfinished" and end before it is over
    reading = decode([window({6: 50.0, 5: 2.0}, {6: 50.0, 7: 3.0})], n_best=1)
    assert TEXT[reading.spans[0].start : reading.spans[0].end] == "unfinished"
    assert reading.spans[0].score == 5.0  # 2 + 3: the pieces' own logits are out of the running


@pytest.mark.parametrize(("most", "found"), [(6, "Ada wrote unfinished notes"), (5, "wrote unfinished notes")])
def test_spans_are_no_longer_than_allowed(most: int, found: str) -> None:
    # tokens Ada(3)..notes(8) are six
    reading = decode([window({3: 5.0, 4: 4.0}, {8: 5.0})], n_best=1, max_tokens=most)
    assert TEXT[reading.spans[0].start : reading.spans[0].end] == found


def test_windows_of_a_passage_share_their_best_spans_and_the_lowest_null_score() -> None:
    first, second = window({0: 4.0, 3: 5.0}, {3: 5.0}), window({0: 1.0, 3: 6.0, 8: 7.0}, {3: 6.0, 8: 7.0})
    reading = decode([first, second], n_best=2)
    assert reading.null_score == 1.0
    assert [(span.start, span.end, span.score) for span in reading.spans] == [(21, 26, 14.0), (0, 26, 13.0)]


def test_no_span_reaches_into_the_next_paragraph() -> None:
    # "Ada wrote" ends a paragraph (tokens 3 and 4); Ada..notes would be 5 + 5
    reading = decode([window({3: 5.0, 5: 3.0}, {8: 5.0, 4: 2.0}, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])], n_best=2)
    assert [(TEXT[s.start : s.end], s.score) for s in reading.spans] == [("unfinished notes", 8.0), ("Ada wrote", 7.0)]


def test_a_window_without_passage_tokens_gives_no_span() -> None:
    empty = Window(
        np.zeros(3, np.float32), np.zeros(3, np.float32), np.zeros((3, 2), int), np.full(3, -1), np.zeros(3, int)
    )
    assert decode([empty]) == Reading((), 0.0)


def test_given_spans_score_by_their_first_and_last_token() -> None:
    # "unfinished notes" is tokens 5 to 8: start 2 + end 7; "Ada" 3 + 4; [CLS] 1 + 0.5
    read = window({0: 1.0, 3: 3.0, 5: 2.0}, {0: 0.5, 3: 4.0, 8: 7.0})
    assert compared(read, [(10, 26), (0, 3)]) == Comparison((9.0, 7.0), 1.5)


def test_a_span_beyond_what_was_read_scores_nothing() -> None:
    read = window({8: 2.0}, {8: 7.0})
    assert compared(read, [(30, 34), (21, 30), (21, 26)]) == Comparison((-np.inf, -np.inf, 9.0), 0.0)
