"""Imports the models' libraries without those parts of them that Quoth doesn't need.

sentence-transformers and transformers import a good deal for evaluation, training, several machines and torch's
compiler: half of the time from a command's start to its answer, and 150 MB in every process. During the import,
stand-in modules take their place. When something of a stand-in is called or looked into later, the real module is
imported, as with `lazy import` of Python 3.15 (PEP 810).
"""

import gc
import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from threading import RLock
from types import ModuleType
from typing import Any

STOOD_IN = (
    # metrics, and boxes in pictures
    "scipy",
    "sklearn",
    # torch's compiler
    "torch._dynamo",
    # models on several machines
    "torch.distributed._composable",
    "torch.distributed.checkpoint",
    "torch.distributed.fsdp",
    "torch.distributed.tensor",
    "transformers.distributed.expert_parallel",
    "transformers.distributed.tensor_parallel",
    # training, and models of other kinds
    "sentence_transformers.base.trainer",
    "sentence_transformers.base.training_args",
    "sentence_transformers.cross_encoder",
    "sentence_transformers.multi_vector_encoder",
    "sentence_transformers.sentence_transformer.trainer",
    "sentence_transformers.sentence_transformer.training_args",
    "sentence_transformers.sparse_encoder",
)
STOOD_IN_ALONE = (
    "transformers.models",
)  # its `__init__` reads the code of all its models, a second time; they are real

# Decorators that tell torch's compiler about a function, and change nothing where nothing is compiled
_COMPILER_MARKS = ("allow_in_graph", "assume_constant_result", "disable")

_importing = RLock()  # one thread at a time, since `sys.modules` is everybody's


@contextmanager
def quick_imports() -> Iterator[None]:
    """A context to import the models' libraries and load models in: with stand-ins for STOOD_IN, without the collector.

    Modules that are imported before or after it are the real ones. The garbage collector takes a fifth of the time of
    these imports and finds no garbage; what they create is frozen, so that later collections skip it too.
    """
    with _importing:
        collects = gc.isenabled()
        gc.disable()
        finder = _Finder()
        sys.meta_path.insert(0, finder)
        try:
            yield
        finally:
            _forget()
            sys.meta_path.remove(finder)
            gc.freeze()
            if collects:
                gc.enable()


class _StandIn(ModuleType):
    """A module in which every name is a `_Later`, and once stand-ins are forgotten that of the real module."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # stands for anything
        if name.startswith("__"):  # what the import system asks for
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            return _Later(self.__name__, name)
        if (submodule := sys.modules.get(f"{self.__name__}.{name}")) is not None:
            return submodule  # maybe while the real module is being imported, and hasn't it yet
        return getattr(importlib.import_module(self.__name__), name)


class _StandInAlone(_StandIn):
    """A package whose modules are real, though it isn't."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        submodule = f"{self.__name__}.{name}"
        if sys.modules.get(self.__name__) is self and not name.startswith("__") and find_spec(submodule):
            return importlib.import_module(submodule)
        return super().__getattr__(name)


class _Later:
    """A function or class of a module that is imported when it is first needed."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        if self._module == "torch._dynamo" and self._name in _COMPILER_MARKS and not _is_imported(self._module):
            return _unmarked(*args, **kwargs)
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._real(), name)

    def __instancecheck__(self, instance: object) -> bool:
        # there is no instance of a class that nobody has imported
        return _is_imported(self._module) and isinstance(instance, self._real())

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:  # it is subclassed
        return (self._real(),)

    def __or__(self, other: object) -> object:  # in a type
        return Any

    __ror__ = __or__

    def _real(self) -> Any:  # noqa: ANN401
        with _importing:
            _forget()
            return getattr(importlib.import_module(self._module), self._name)


class _Finder(MetaPathFinder, Loader):
    """Finds a stand-in for each module of STOOD_IN, and of STOOD_IN_ALONE, that isn't imported yet."""

    def __init__(self) -> None:
        self.alone = {name for name in STOOD_IN_ALONE if name not in sys.modules}
        self.whole = {name for name in STOOD_IN if name not in sys.modules}
        self._beneath = tuple(f"{name}." for name in self.whole)

    def find_spec(self, fullname: str, path: Sequence[str] | None = None, *_: object) -> ModuleSpec | None:
        if fullname in self.whole or fullname.startswith(self._beneath):
            return ModuleSpec(fullname, self, is_package=True)
        if fullname in self.alone and (real := PathFinder.find_spec(fullname, path)):
            spec = ModuleSpec(fullname, self, is_package=True)
            spec.submodule_search_locations = real.submodule_search_locations
            return spec
        return None

    def forget(self) -> None:
        """Find none any more."""
        self.alone, self.whole, self._beneath = set(), set(), ()

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return (_StandInAlone if spec.name in self.alone else _StandIn)(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """A stand-in has nothing to run."""


def _is_imported(module: str) -> bool:
    """Whether the real module is there."""
    return module in sys.modules and not isinstance(sys.modules[module], _StandIn)


def _unmarked(function: Any = None, *_: Any, **__: Any) -> Any:  # noqa: ANN401
    """What a decorator without effect makes of a function, used with arguments or without."""
    same: Callable[[Any], Any] = lambda decorated: decorated  # noqa: E731
    return same if function is None else function


def _forget() -> None:
    """Remove all stand-ins, so that the real modules are imported from now on; each of them needs the others."""
    for finder in sys.meta_path:
        if isinstance(finder, _Finder):
            finder.forget()
    for name in [name for name, module in list(sys.modules.items()) if isinstance(module, _StandIn)]:
        del sys.modules[name]
