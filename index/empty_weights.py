"""Makes a model without weights, as transformers does on torch's device "meta" before it reads the weights' file.

There torch runs each function by a definition in Python, for which it imports SymPy: a quarter of a second. What fills
a weight has no effect on one that is empty, and isn't run; what needs a value gets it as on any other device.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any


def empty_weights() -> AbstractContextManager[object]:
    """A context to make models in, as quickly as can be; what isn't on the device "meta" is made and filled as ever."""
    from torch.overrides import TorchFunctionMode

    class EmptyWeights(TorchFunctionMode):
        def __torch_function__(
            self,
            func: Callable[..., Any],
            types: Sequence[type],
            args: Sequence[Any] = (),
            kwargs: Mapping[str, Any] | None = None,
        ) -> object:
            return _call(func, args, kwargs or {})

    return EmptyWeights()


def _call(function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]) -> object:
    """What one of torch's functions gives, by a shorter way on the device "meta"."""
    import torch

    if function is torch.arange and _is_meta(options.get("device")):
        return torch.arange(*args, **{**options, "device": "cpu"})
    if function is torch.empty_like and args[0].is_meta and options.keys() == {"device"}:
        return torch.empty(args[0].shape, dtype=args[0].dtype, device=options["device"] or "meta")
    if getattr(function, "__module__", None) == "torch.nn.init":
        weight = args[0] if args else options["tensor"]
        if weight.is_meta:
            return weight
    return function(*args, **options)


def _is_meta(device: Any) -> bool:  # noqa: ANN401  # as torch's functions take it
    import torch

    return device is not None and torch.device(device).type == "meta"
