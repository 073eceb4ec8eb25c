"""The loss worked out by hand, and a stopped training that ends where an uninterrupted one does."""

import math
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

from qa.reading.reader import SHIPPED_READER
from qa.training.examples import Group, Window
from qa.training.loop import Schedule, train
from qa.training.loss import DISTILLATION_WEIGHT, SHARED_WEIGHT, TEMPERATURE, encode, loss_of
from qa.training.teacher import teacher_logits_of

TEXT = "The mill was built in 1734 by Ann Tarrow."


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(SHIPPED_READER)


def small_model() -> BertForQuestionAnswering:
    torch.manual_seed(5)
    config = BertConfig(vocab_size=30522, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
                        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)  # fmt: skip
    return BertForQuestionAnswering(config)


def groups_of(number: int) -> list[Group]:
    telling = Window("Who built the mill?", TEXT, (30, 40))
    return [(telling, Window("Who built the mill?", f"Number {number}. Bees.", None))] * 7


def test_an_answer_becomes_the_tokens_that_cover_it(tokenizer) -> None:
    with_answer, without = encode(tokenizer, [Window("Who?", TEXT, (30, 40)), Window("Who?", TEXT, None)])
    words = tokenizer.convert_ids_to_tokens(with_answer.ids)
    assert words[with_answer.start : with_answer.end + 1] == ["ann", "tar", "##row"]
    assert (without.start, without.end) == (0, 0)
    # [CLS] and the text can be chosen, the question and both [SEP] can't
    assert [word for word, readable in zip(words, with_answer.readable, strict=True) if not readable] == ["who", "?", "[SEP]", "[SEP]"]  # fmt: skip


def test_an_answer_that_is_cut_off_is_none(tokenizer) -> None:
    (encoded,) = encode(tokenizer, [Window("Who?", "bees " * 500 + "Ann", (2500, 2503))])
    assert (encoded.start, encoded.end) == (0, 0)


def test_the_loss_of_a_model_that_knows_nothing(tokenizer) -> None:
    """Equal logits: each cross-entropy is the logarithm of how many tokens can be chosen."""

    def ignorant(input_ids, token_type_ids, attention_mask):
        zeros = torch.zeros(input_ids.shape, requires_grad=True)
        return SimpleNamespace(start_logits=zeros, end_logits=zeros)

    group = (Window("Who?", "Ann saw it.", (0, 3)), Window("Who?", "It rained.", None))
    # "ann saw it ." are 4 tokens, "it rained ." 3, and each has [CLS]; together, without it, 7
    expected = (math.log(5) + math.log(4)) / 2 + SHARED_WEIGHT * math.log(7)
    assert loss_of(ignorant, tokenizer, [group]).item() == pytest.approx(expected, rel=1e-5)


def test_training_lowers_the_loss_and_resumes_exactly(tokenizer, tmp_path: Path) -> None:
    schedule = Schedule(steps=12, groups=7, learning_rate=3e-3)
    through, stopped, model = tmp_path / "through", tmp_path / "stopped", small_model()
    through.mkdir(), stopped.mkdir()
    before = loss_of(model, tokenizer, groups_of(99)).item()
    train(model, tokenizer, groups_of, schedule, through)
    assert loss_of(model, tokenizer, groups_of(99)).item() < before - 1

    class StopError(Exception):
        pass

    def until_the_sixth(number: int) -> list[Group]:
        if number == 6:
            raise StopError
        return groups_of(number)

    with pytest.raises(StopError):
        train(small_model(), tokenizer, until_the_sixth, schedule, stopped, checkpoint_steps=4)
    resumed = small_model()
    train(resumed, tokenizer, groups_of, schedule, stopped, checkpoint_steps=4)
    for name, weight in model.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


def test_the_learning_rate_rises_then_falls() -> None:
    schedule = Schedule(steps=100, learning_rate=1.0, warm_up=0.1)
    assert [round(schedule.rate(step), 3) for step in (0, 9, 54, 99)] == [0.1, 1.0, 0.5, 0.0]


def test_the_loss_beside_a_teacher(tokenizer) -> None:
    """Equal logits of five tokens against a teacher's, whose start is the null twice as likely as each of the four."""

    def ignorant(input_ids, token_type_ids, attention_mask):
        zeros = torch.zeros(input_ids.shape, requires_grad=True)
        return SimpleNamespace(start_logits=zeros, end_logits=zeros)

    window = Window("Who?", "Ann saw it.", None)
    starts = torch.tensor([TEMPERATURE * math.log(2), 0.0, 0.0, 0.0, 0.0])
    teacher_logits = {window: torch.stack([starts, torch.zeros(5)])}
    # softened, the teacher's start is 2/6 and four times 1/6, the model's five times 1/5; their ends are the same
    divergence = 2 / 6 * math.log(5 * 2 / 6) + 4 * 1 / 6 * math.log(5 * 1 / 6)
    expected = math.log(5) + DISTILLATION_WEIGHT * TEMPERATURE**2 * divergence / 2
    assert loss_of(ignorant, tokenizer, [(window,)], teacher_logits).item() == pytest.approx(expected, rel=1e-5)


def test_a_teacher_scores_null_and_the_text_and_goes_on_where_it_was(tokenizer, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("qa.training.teacher._WINDOWS_A_FILE", 2)
    groups = [*groups_of(1), *groups_of(2)]  # three different windows
    model = small_model().eval()
    teacher_logits = teacher_logits_of(model, tokenizer, groups, tmp_path)
    first, second = sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    telling = groups[0][0]
    assert len(teacher_logits) == 3
    tokens = tokenizer(telling.text, add_special_tokens=False)["input_ids"]
    assert teacher_logits[telling].shape == (2, 1 + len(tokens))
    with torch.inference_mode():
        whole = model(**tokenizer(telling.question, telling.text, return_tensors="pt")).start_logits[0]
    expected = torch.cat([whole[:1], whole[-1 - len(tokens) : -1]])
    assert torch.allclose(teacher_logits[telling][0].float(), expected, atol=0.02)

    # The second file is gone: it alone is read again
    second.unlink()
    again = teacher_logits_of(small_model().eval(), tokenizer, groups, tmp_path)
    assert all(torch.equal(again[window], teacher_logits[window]) for window in teacher_logits)
    torch.manual_seed(6)
    differing = BertForQuestionAnswering(model.config).eval()
    another = teacher_logits_of(differing, tokenizer, groups, tmp_path)
    assert all(torch.equal(another[window], teacher_logits[window]) for window in teacher_logits)
    assert first.exists()
    # Other windows have files of their own, by whoever reads them now
    (other,) = teacher_logits_of(differing, tokenizer, [(Window("Who?", "Bees.", None),)], tmp_path)
    assert other.question == "Who?"
    assert len(list(tmp_path.iterdir())) == 3


def test_training_brings_the_reader_near_its_teacher(tokenizer, tmp_path: Path) -> None:
    """A teacher that is sure of no answer everywhere, though the label says Ann Tarrow: learning from it ends nearer."""
    groups = groups_of(1)[:1]
    sure = {
        window: torch.tensor([[12.0] + [0.0] * len(tokenizer(window.text)["input_ids"][2:])] * 2)
        for window in groups[0]
    }
    schedule, distance = Schedule(steps=60, groups=1, learning_rate=3e-3), {}
    for name, teacher_logits in (("alone", None), ("taught", sure)):
        model = small_model()
        (tmp_path / name).mkdir()
        train(model, tokenizer, lambda _: groups, schedule, tmp_path / name, teacher_logits=teacher_logits)
        with torch.inference_mode():
            distance[name] = loss_of(model, tokenizer, groups, sure) - loss_of(model, tokenizer, groups)
    assert distance["taught"] < 0.8 * distance["alone"]
