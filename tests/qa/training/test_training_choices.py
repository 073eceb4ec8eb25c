"""Shortlists and choices: which candidates are right, what is shown of them, and the loss worked out by hand."""

import math
from collections.abc import Sequence
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoTokenizer

from index.retrieval.passages import Passage
from qa.evaluation.datasets.dataset import Gold
from qa.reading.reader import SHIPPED_READER
from qa.reading.spans import Reading, Span
from qa.training.people import choices
from qa.training.people.choices import SPAN_WEIGHT, Choice, choice_loss, rounds
from qa.training.people.shortlists import Shortlist, shortlist_of

POOL = "The pool opens at nine. Towels are two crowns."
SAUNA = "The sauna opens at ten."


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(SHIPPED_READER)


def passage(document: str, text: str) -> Passage:
    return Passage(document, 100, 100 + len(text), text, 1, {})


def read(passage: Passage, *found: tuple[str, float]) -> Reading:
    spans = [(passage.text.index(words), score, len(words)) for words, score in found]
    return Reading(tuple(Span(start, start + length, score) for start, score, length in spans), 0.0)


def words_of(shortlist: Shortlist) -> list[str]:
    return [passage.text[start:end] for passage, start, end in shortlist.spans]


def found(*golds: Gold) -> Shortlist:
    pool, sauna = passage("pool.md", POOL), passage("sauna.md", SAUNA)
    readings = [read(pool, ("nine", 5.0), ("two crowns", 1.0)), read(sauna, ("ten", 3.0))]
    return shortlist_of(golds, "when does it open?", [pool, sauna], readings)


def test_candidates_stand_in_order_of_score_and_are_right_where_a_gold_answer_stands() -> None:
    # "The sauna opens at ten" is the gold answer; a candidate that touches it is right
    shortlist = found(Gold("The sauna opens at ten", "sauna.md", 100, 122))
    assert words_of(shortlist) == ["nine", "ten", "two crowns"]
    assert shortlist.right == (False, True, False)
    # the same place of another document isn't one, the same words anywhere are
    assert found(Gold("The sauna opens at ten", "baths.md", 100, 122)).right == (False, False, False)
    assert found(Gold("Ten", None)).right == (False, True, False)


def test_a_gold_answer_that_was_read_but_not_found_comes_last() -> None:
    start = 100 + POOL.index("Towels")
    shortlist = found(Gold("Towels", "pool.md", start, start + 6))
    assert words_of(shortlist) == ["nine", "ten", "two crowns", "Towels"]
    assert shortlist.right == (False, False, False, True)


def listed(*right: bool) -> Shortlist:
    """A candidate in a passage of its own for each."""
    texts = [f"Gate {number} opens at {number} o'clock." for number in range(len(right))]
    passages = [passage(f"{number}.md", text) for number, text in enumerate(texts)]
    return Shortlist("when?", tuple((one, 0, 6) for one in passages), right)


def drawn(shortlist: Shortlist, times: int = 200) -> Sequence[Choice]:
    return rounds([shortlist] * times, lambda words: len(words.split()), seed=1)(0)


def test_candidates_come_in_any_order_and_what_is_right_goes_with_them() -> None:
    for choice in drawn(listed(False, True, False, False)):
        shown = [choice.text[start:end] for start, end in choice.places]
        assert [words == "Gate 1" for words in shown] == list(choice.right)
    firsts = {choice.text[: len("Gate 0")] for choice in drawn(listed(False, True, False, False))}
    assert firsts == {f"Gate {number}" for number in range(4)}


def test_fewer_candidates_are_shown_at_times_and_seldom_without_the_right_one() -> None:
    sizes = [len(choice.places) for choice in drawn(listed(False, True, False, False))]
    assert set(sizes) == {2, 3, 4}
    without = sum(not any(choice.right) for choice in drawn(listed(False, True, False, False)))
    assert 0 < without < 40  # of 200, with a probability of 0.08
    alone = drawn(listed(True))
    assert all(choice.right == (True,) for choice in alone)


def test_a_round_depends_on_its_number_alone() -> None:
    draw = rounds([listed(False, True), listed(True, False)] * 10, len, seed=3)
    assert draw(1) == draw(1)
    assert draw(1) != draw(0)


def test_the_loss_of_choosing(tokenizer, monkeypatch) -> None:
    monkeypatch.setattr(choices, "SPAN_WEIGHT", 0.0)
    text = "nine ten"

    def scored(input_ids, token_type_ids, attention_mask):
        # [CLS] when ? [SEP] nine ten [SEP]: start and end logits add up to 2 for "nine", 1 for "ten" and 0 for none
        logits = torch.tensor([[0.0, 0, 0, 0, 1.0, 0.5, 0]], requires_grad=True)
        return SimpleNamespace(start_logits=logits, end_logits=logits)

    places = ((0, 4), (5, 8))
    every = math.log(math.exp(2) + math.exp(1) + 1)
    expected = {(True, False): every - 2, (False, False): every, (True, True): every - math.log(math.exp(2) + math.e)}
    for right, loss in expected.items():
        choice = Choice("when?", text, places, right)
        assert choice_loss(scored, tokenizer, [choice]).item() == pytest.approx(loss, abs=1e-5)
    # a candidate that is cut off can't be chosen: without it, 1 against 0
    cut = Choice("when?", text, ((0, 4), (900, 905)), (True, False))
    assert choice_loss(scored, tokenizer, [cut]).item() == pytest.approx(math.log(math.exp(2) + 1) - 2, abs=1e-5)


def test_the_tokens_of_the_first_right_one_count_beside_it(tokenizer) -> None:
    def ignorant(input_ids, token_type_ids, attention_mask):
        zeros = torch.zeros(input_ids.shape, requires_grad=True)
        return SimpleNamespace(start_logits=zeros, end_logits=zeros)

    choice = Choice("when?", "nine ten", ((0, 4), (5, 8)), (True, False))
    # three can be chosen, both of two candidates and tokens and [CLS]
    assert choice_loss(ignorant, tokenizer, [choice]).item() == pytest.approx((1 + SPAN_WEIGHT) * math.log(3), abs=1e-5)


def test_noise_is_in_some_of_the_questions() -> None:
    asked = {choice.question for choice in drawn(listed(True))}
    assert {"when?", "when"} <= asked
