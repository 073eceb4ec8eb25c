"""Models are made without weights and without what would fill them, and everything else as ever."""

import pytest
import torch
from transformers import BertConfig, BertModel

from index.empty_weights import empty_weights


def test_weights_on_the_device_meta_are_left_empty() -> None:
    with torch.device("meta"), empty_weights():
        layer = torch.nn.Linear(3, 2)
    assert layer.weight.is_meta
    assert layer.bias.is_meta
    assert tuple(layer.weight.shape) == (2, 3)


def test_a_count_has_its_values_even_there() -> None:
    with empty_weights(), torch.device("meta"):
        assert torch.arange(3).tolist() == [0, 1, 2]


def test_what_is_like_one_without_values_can_be_made_elsewhere() -> None:
    with empty_weights():
        made = torch.empty_like(torch.empty(2, 3, dtype=torch.int32, device="meta"), device="cpu")
        same = torch.empty_like(torch.empty(2, 3, device="meta"))
    assert (tuple(made.shape), made.dtype, made.device.type) == ((2, 3), torch.int32, "cpu")
    assert same.is_meta


@pytest.mark.parametrize("fill", [torch.nn.init.ones_, lambda weight: torch.nn.init.uniform_(weight, 1, 1)])
def test_weights_elsewhere_are_filled(fill: object) -> None:
    weight = torch.zeros(2, 2)
    with empty_weights():
        fill(weight)  # type: ignore[operator]
    assert weight.tolist() == [[1, 1], [1, 1]]


def test_a_whole_model_has_the_weights_it_would_have() -> None:
    small = BertConfig(vocab_size=8, hidden_size=4, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8)
    torch.manual_seed(0)
    expected = BertModel(small).state_dict()
    torch.manual_seed(0)
    with empty_weights():
        made = BertModel(small).state_dict()
    assert all(torch.equal(made[name], weight) for name, weight in expected.items())
