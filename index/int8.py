"""Matrices multiplied in eight bits: inputs and weights as whole numbers from -127 to 127, their products exact.

Each row of inputs is rounded by itself, between its least and its greatest number, so that no text depends on those
that are read beside it; weights have a step for each output. A few columns of inputs are far larger than the others,
which would be rounded away: each column is divided beforehand by about the root of how large it gets, and its weights
multiplied by that (SmoothQuant, Xiao et al. 2023). How large it gets is seen from a few texts that the model reads when
it is loaded.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    import torch

_MOST = 127  # of a number in eight bits; -128 is left out, so that both sides have the same
_LEAST_SIZE, _LEAST_STEP = 1e-3, 1e-12  # so that nothing is divided by nothing
_BLOCK = 256  # rows


class Int8Matrix:
    """What a `torch.nn.Linear` computes, rounded. `largest` (in,): the greatest size of each column of its inputs."""

    def __init__(self, layer: "torch.nn.Linear", largest: "torch.Tensor") -> None:
        import torch

        weights = layer.weight.detach().float()
        sizes = largest.clamp_min(_LEAST_SIZE).sqrt() / weights.abs().amax(0).clamp_min(_LEAST_SIZE).sqrt()
        weights = weights * sizes
        steps = weights.abs().amax(1).clamp_min(_LEAST_STEP) / _MOST
        self._unsize = 1 / sizes
        self._weights = (weights / steps[:, None]).round().to(torch.int8).t().contiguous()
        self._steps = steps
        # What is taken from every input of a row to have it lie around zero is given back through these
        self._sums = self._weights.sum(0, dtype=torch.float32) * steps
        self._bias = layer.bias.detach().float() if layer.bias is not None else torch.zeros_like(steps)

    def __call__(self, inputs: "torch.Tensor") -> "torch.Tensor":
        """Outputs (…, out) of inputs (…, in), both float32.

        A block of rows comes after the other, since what is worked on stays in the cache that way.
        For example a row from -1 to 3: its middle is 1 and its step 2 / 127; -1, 1 and 3 become -127, 0 and 127.
        """
        rows = inputs.reshape(-1, inputs.shape[-1])
        outputs = rows.new_empty(len(rows), len(self._steps))
        for first in range(0, len(rows), _BLOCK):
            self._multiply(rows[first : first + _BLOCK], outputs[first : first + _BLOCK])
        return outputs.reshape(*inputs.shape[:-1], -1)

    def _multiply(self, rows: "torch.Tensor", outputs: "torch.Tensor") -> None:
        import torch

        sized = rows * self._unsize
        least, greatest = sized.amin(1, keepdim=True), sized.amax(1, keepdim=True)
        middle, step = (greatest + least) / 2, ((greatest - least) / (2 * _MOST)).clamp_min_(_LEAST_STEP)
        whole = sized.sub_(middle).div_(step).round_().to(torch.int8)
        products = torch._int_mm(whole, self._weights).float().mul_(self._steps).mul_(step)
        torch.add(products.addcmul_(middle, self._sums), self._bias, out=outputs)


@cache
def is_exact() -> bool:
    """Whether products are added up exactly here: without VNNI some processors stop at what 16 bits hold."""
    import torch

    left, right = (torch.full(shape, _MOST, dtype=torch.int8) for shape in ((32, 64), (64, 32)))
    try:
        return bool((torch._int_mm(left, right) == 64 * _MOST**2).all())
    except RuntimeError:
        return False


def quantize(layers: Mapping[str, "torch.nn.Linear"], read: Callable[[], object]) -> None:
    """Have layers multiply in eight bits from now on. `read` has their model read a few texts in float32 before.

    One that isn't used for them stays as it is. Raises ModelError on a processor that doesn't multiply so exactly.
    """
    if not is_exact():
        raise ModelError("This processor doesn't multiply eight bits exactly: set QUOTH_PRECISION to auto or float32.")
    largest: dict[str, torch.Tensor] = {}
    watching = [layer.register_forward_pre_hook(_noting(largest, name)) for name, layer in layers.items()]
    read()
    for watch in watching:
        watch.remove()
    for name in largest:
        layers[name].forward = Int8Matrix(layers[name], largest[name])  # type: ignore[assignment]
        layers[name].register_parameter("weight", None)  # which takes four times as much memory


def _noting(largest: "dict[str, torch.Tensor]", name: str) -> Callable[..., None]:
    """A hook that notes the greatest size of each column of what a layer is given."""

    def note(_: object, inputs: "tuple[torch.Tensor, ...]") -> None:
        sizes = inputs[0].detach().abs().flatten(0, -2).amax(0)
        largest[name] = sizes.maximum(largest[name]) if name in largest else sizes

    return note
