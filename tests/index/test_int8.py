"""A layer in eight bits: the numbers it makes, by hand; that rows don't depend on each other; and a processor's limits."""

import pytest
import torch

from index import int8
from index.errors import ModelError
from index.int8 import Int8Matrix, quantize

pytestmark = pytest.mark.skipif(not int8.is_exact(), reason="this processor doesn't multiply eight bits exactly")


def linear(weights: list[list[float]], bias: list[float] | None = None) -> torch.nn.Linear:
    made = torch.nn.Linear(len(weights[0]), len(weights), bias=bias is not None)
    made.weight = torch.nn.Parameter(torch.tensor(weights))
    if bias is not None:
        made.bias = torch.nn.Parameter(torch.tensor(bias))
    return made


def test_a_row_is_rounded_between_its_least_and_its_greatest_number() -> None:
    layer = Int8Matrix(linear([[1.0, 1.0, 1.0], [-1.0, 0.5, 1.0]], [10.0, 0.0]), torch.ones(3))
    # -1 … 3 in 254 steps of 2 / 127 around 1: 0.5 is -31.75 steps from 1, so 32, which are 0.50394 below it. Weights in
    # steps of 1 / 127: 0.5 is 63.5, so 64 (to even), which is 0.503937
    outputs = layer(torch.tensor([[-1.0, 0.5, 3.0]]))
    rounded = 1 - 32 * 2 / 127
    assert outputs.tolist() == [[pytest.approx(10 - 1 + rounded + 3), pytest.approx(1 + rounded * 64 / 127 + 3)]]


def test_without_a_bias_and_in_more_dimensions() -> None:
    layer = Int8Matrix(linear([[2.0, -2.0]]), torch.tensor([1.0, 1.0]))
    outputs = layer(torch.tensor([[[1.0, 0.0]], [[0.0, 1.0]], [[5.0, 5.0]]]))
    assert outputs.shape == (3, 1, 1)
    assert outputs.flatten().tolist() == [pytest.approx(2), pytest.approx(-2), pytest.approx(0, abs=1e-6)]


def test_a_column_far_larger_than_the_others_does_not_round_them_away() -> None:
    torch.manual_seed(0)
    inputs = torch.randn(200, 64) * torch.tensor([300.0] + [1.0] * 63)
    plain = torch.nn.Linear(64, 32)
    plain.weight = torch.nn.Parameter(plain.weight * torch.tensor([1 / 300] + [1.0] * 63))
    exact = plain(inputs)
    sized, unsized = Int8Matrix(plain, inputs.abs().amax(0)), Int8Matrix(plain, plain.weight.detach().abs().amax(0))
    assert (sized(inputs) - exact).abs().mean() < 0.02 * exact.abs().mean()
    assert (unsized(inputs) - exact).abs().mean() > 0.1 * exact.abs().mean()  # all columns by the same


def test_a_row_does_not_depend_on_those_beside_it() -> None:
    torch.manual_seed(0)
    plain, rows = torch.nn.Linear(48, 32), torch.randn(600, 48)  # more than two blocks
    layer = Int8Matrix(plain, rows.abs().amax(0))
    together = layer(rows)
    for at in (0, 255, 256, 599):
        assert torch.equal(layer(rows[at : at + 1])[0], together[at])
    assert (together - plain(rows)).abs().max() < 0.05


def test_only_the_named_layers_that_were_read_with_are_rounded() -> None:
    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused, self.head = (torch.nn.Linear(16, 16) for _ in range(3))

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            return self.head(self.used(inputs))  # type: ignore[no-any-return]

    model, inputs = Model(), torch.randn(4, 16)
    before = model(inputs)
    quantize({"used": model.used, "unused": model.unused}, lambda: model(inputs))
    assert [layer.weight is None for layer in (model.used, model.unused, model.head)] == [True, False, False]
    assert torch.allclose(model(inputs), before, atol=0.05)
    assert not torch.equal(model(inputs), before)
    assert not model.used._forward_pre_hooks
    assert not model.unused._forward_pre_hooks


def test_a_processor_that_stops_at_16_bits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def saturated(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return (left.int() @ right.int()).clamp(max=32_767)

    monkeypatch.setattr(torch, "_int_mm", saturated)
    monkeypatch.setattr(int8, "is_exact", int8.is_exact.__wrapped__)
    layer = torch.nn.Linear(16, 16)
    with pytest.raises(ModelError) as error:
        quantize({"only": layer}, lambda: layer(torch.ones(1, 16)))
    assert str(error.value) == (
        "This processor doesn't multiply eight bits exactly: set QUOTH_PRECISION to auto or float32."
    )
    assert layer.weight is not None
