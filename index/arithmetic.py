"""In which numbers a model multiplies: float32, or bfloat16 where the processor is made for it; and its table of words
left in the file.

In bfloat16 only the large matrices are multiplied: what is added up, normalized and compared stays in float32, and so
do heads, so that a logit or a vector moves by as little as it can.
"""

import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import torch

Arithmetic = Literal["float32", "bfloat16"]
Precision = Literal["auto", "float32", "bfloat16"]

_INSTRUCTIONS = ("amx_bf16", "avx512_bf16")  # that multiply bfloat16; without them it is slower than float32
_FASTER = 0.8  # of float32's time, from which bfloat16 is worth what it rounds
_TRIAL = (512, 384, 1536)  # rows, columns in, columns out: what a batch of passages is multiplied with in a layer
_ROUNDS = 5
_MIN_OUTPUTS = 16  # of a matrix that is multiplied in bfloat16; a head has fewer


def arithmetic_of(precision: Precision) -> Arithmetic:
    """What models multiply in where `precision` is set; `auto` is what is `fastest`."""
    return fastest() if precision == "auto" else precision


@cache
def fastest() -> Arithmetic:
    """bfloat16 where the processor has instructions for it and is clearly faster with them, else float32."""
    import torch

    capabilities = torch.cpu.get_capabilities()
    if not any(capabilities.get(name) for name in _INSTRUCTIONS):
        return "float32"
    return "bfloat16" if _seconds(torch.bfloat16) < _FASTER * _seconds(torch.float32) else "float32"


def _seconds(dtype: "torch.dtype") -> float:
    """The least time that one multiplication took, of _ROUNDS."""
    import torch

    rows, columns, outputs = _TRIAL
    matrix, weights = torch.ones(rows, columns, dtype=dtype), torch.ones(outputs, columns, dtype=dtype)
    taken = []
    with torch.inference_mode():
        for _ in range(_ROUNDS + 1):  # the first one prepares
            began = time.perf_counter()
            torch.nn.functional.linear(matrix, weights)
            taken.append(time.perf_counter() - began)
    return min(taken[1:])


def use_threads(threads: int) -> None:
    """Have every model of this process multiply in so many threads."""
    import torch

    torch.set_num_threads(threads)


def multiply_in(arithmetic: Arithmetic, model: Any) -> None:  # noqa: ANN401  # a torch.nn.Module
    """Have a model that was loaded in float32 multiply its large matrices so; what it makes stays float32."""
    import torch

    if arithmetic == "float32":
        return
    for module in model.modules():
        if isinstance(module, torch.nn.Linear) and module.out_features >= _MIN_OUTPUTS:
            module.to(torch.bfloat16)
            module.register_forward_pre_hook(lambda _, inputs: (inputs[0].bfloat16(), *inputs[1:]))
            module.register_forward_hook(lambda _, __, output: output.float())


def map_words(model: Any, file: Path) -> None:  # noqa: ANN401  # a transformers.PreTrainedModel
    """Read the rows of a model's table of words, half of a small model, from its file when they are needed.

    They are made float32 as they are looked up, so that what the model makes stays as it is, and processes share the
    file's pages in place of a copy each. Nobody may write to the file meanwhile. Without such a table in the file
    nothing is changed.
    """
    import torch
    from safetensors import safe_open

    table = model.get_input_embeddings()
    if type(table) is not torch.nn.Embedding or not file.is_file():
        return
    with safe_open(file, framework="pt") as tensors:
        for name in tensors.keys():  # noqa: SIM118  # it is no mapping
            if tuple(tensors.get_slice(name).get_shape()) != tuple(table.weight.shape):
                continue
            mapped = tensors.get_tensor(name)
            if torch.equal(mapped.float(), table.weight):
                table.weight = torch.nn.Parameter(mapped, requires_grad=False)
                table.register_forward_hook(lambda _, __, rows: rows.float())
                return
