"""The device that training runs on, a GPU if there is one, else the CPU; and its precision."""

import torch

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

WINDOWS_AT_ONCE = 32 if DEVICE.type == "cuda" else 6
"""How many windows, sorted by length, are one batch: few on a CPU, so that little of a batch is padding."""


def mixed_precision() -> torch.autocast:
    """A context in which matrices are multiplied in bfloat16, if the processor can: little more than half the time.

    Weights, their gradients and the optimizer's state stay float32.
    """
    able = DEVICE.type == "cuda" or torch.cpu._is_avx512_bf16_supported()  # there is no public name for it yet
    return torch.autocast(DEVICE.type, torch.bfloat16, enabled=able)
