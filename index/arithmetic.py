"""In which numbers a model multiplies: float32, or bfloat16 or eight bits where the processor is made for them; and its
table of words left in the file.

Only the large matrices are multiplied in fewer bits: what is added up, normalized and compared stays in float32, and so
do heads, so that a logit or a vector moves by as little as it can.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from index.processors import available_processors

Arithmetic = Literal["float32", "bfloat16", "int8"]
Precision = Literal["auto", "float32", "bfloat16", "int8"]

# What multiplies in it by itself; without these it is slower than float32. The first that is clearly faster is chosen
_INSTRUCTIONS: dict[Arithmetic, tuple[str, ...]] = {
    "bfloat16": ("amx_bf16", "avx512_bf16"),
    "int8": ("avx512_vnni", "avx_vnni"),
}
_FASTER = 0.8  # of float32's time, from which others are worth what they round
_TRIAL = (512, 384, 1536)  # rows, columns in, columns out: what a batch of passages is multiplied with in a layer
_ROUNDS = 12
# Texts of several kinds that a model reads before it multiplies in eight bits; (question, passage)
SAMPLES = (
    (
        "How many days off do part-time staff get a year?",
        "Everyone who works full time has 27 days of paid leave a year. Part-time employees have as many hours as "
        "their share of a full week; what isn't taken by 31 March is lost, unless the team lead has agreed to it.",
    ),
    (
        "error E-417 pump",
        "| Code | Meaning | What to do |\n|---|---|---|\n| E-417 | The pump runs dry. | Close valve 3, refill, press "
        "RESET (5 s). |\n| E-418 | Overheated: 92 °C | Wait 20 minutes. |",
    ),
    (
        "Who decided that the library stays open on Sundays?",
        "# Minutes, 4 May 2021\n\nMrs Okafor asked for longer opening hours. The council agreed, with seven votes to "
        "two, that the library shall be open on Sundays from 10:00 to 16:00 until the end of the year.",
    ),
)
_MIN_OUTPUTS = 16  # of a matrix that is multiplied in fewer bits; a head has fewer


def arithmetic_of(precision: Precision) -> Arithmetic:
    """What models multiply in where `precision` is set; `auto` is what is `fastest`."""
    return fastest() if precision == "auto" else precision


@cache
def fastest() -> Arithmetic:
    """What the processor has instructions for and is clearly faster in: bfloat16, which moves less, else int8.

    Without either it is float32.
    """
    import torch

    capabilities = torch.cpu.get_capabilities()
    able = [each for each, names in _INSTRUCTIONS.items() if any(map(capabilities.get, names))]
    seconds = _seconds(["float32", *able]) if able else {}
    return next((each for each in able if seconds[each] < _FASTER * seconds["float32"]), "float32")


def _seconds(arithmetics: Sequence[Arithmetic]) -> dict[Arithmetic, float]:
    """The least processor time that one layer took in each, of _ROUNDS.

    They take turns in one thread, so that whatever else the machine does, the same is chosen at each start: several
    threads wait for one another where others use the processors, at times a hundred times as long as they multiply.
    """
    import torch

    rows, columns, outputs = _TRIAL
    inputs = torch.ones(rows, columns)
    taken: dict[Arithmetic, list[float]] = {each: [] for each in arithmetics}
    with torch.inference_mode(), _one_thread():
        layers = {each: torch.nn.Sequential(torch.nn.Linear(columns, outputs)) for each in arithmetics}
        for each, layer in layers.items():
            multiply_in(each, layer, partial(layer, inputs))
            layer(inputs)  # the first one prepares
        for _ in range(_ROUNDS):
            for each, layer in layers.items():
                began = time.thread_time()
                layer(inputs)
                taken[each].append(time.thread_time() - began)
    return {each: min(times) for each, times in taken.items()}


@contextmanager
def _one_thread() -> Iterator[None]:
    import torch

    threads = torch.get_num_threads()
    use_threads(1)
    try:
        yield
    finally:
        use_threads(threads)


def use_threads(threads: int) -> None:
    """Have every model of this process multiply in so many threads."""
    import torch

    torch.set_num_threads(threads)


def limit_threads() -> None:
    """Have models multiply in no more threads than there are processors for, unless OMP_NUM_THREADS is set.

    torch has one for each core of the machine. Under a quota of one processor two take nine times as long as one.
    """
    import torch

    if "OMP_NUM_THREADS" not in os.environ and torch.get_num_threads() > available_processors():
        use_threads(available_processors())


def multiply_in(arithmetic: Arithmetic, model: Any, read: Callable[[], object]) -> None:  # noqa: ANN401  # a torch.nn.Module
    """Have a model that was loaded in float32 multiply its large matrices so; what it makes stays float32.

    `read` has the model read a few texts, which tell how large its numbers get (int8).
    """
    import torch

    if arithmetic == "float32":
        return
    large = {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and module.out_features >= _MIN_OUTPUTS
    }
    if arithmetic == "int8":
        from index.int8 import quantize

        quantize(large, read)
        return
    for module in large.values():
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
