"""Where training runs: on a GPU where there is one, on the CPU otherwise; and how matrices are multiplied there."""

import torch

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

WINDOWS_AT_ONCE = 32 if DEVICE.type == "cuda" else 6
"""Passed through a model together, sorted by length: on a CPU few, so that little of them is padding."""


def halved() -> torch.autocast:
    """Within it matrices are multiplied in bfloat16, in little more than half the time, on a processor that can.

    Weights, their gradients and the optimizer's state stay float32.
    """
    able = DEVICE.type == "cuda" or torch.cpu._is_avx512_bf16_supported()  # there is no public name for it yet
    return torch.autocast(DEVICE.type, torch.bfloat16, enabled=able)
