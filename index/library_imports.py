"""Imports the models' libraries without scikit-learn and SciPy, which Quoth doesn't need.

sentence-transformers and transformers import them for evaluation metrics and for matching boxes in pictures: a quarter
of the time from a command's start to its answer, and 75 MB in every process. During the import, stand-in modules take
their place. When something of a stand-in is called or looked into later, the real module is imported, as with `lazy
import` of Python 3.15 (PEP 810).
"""

import gc
import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any

STOOD_IN = ("scipy", "sklearn")

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
    """A module in which every name is a `_Later`."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # stands for anything
        if name.startswith("__"):  # what the import system asks for
            raise AttributeError(name)
        return _Later(self.__name__, name)


class _Later:
    """A function or class of a module that is imported when it is first needed."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return self._real()(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._real(), name)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self._real())

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:  # it is subclassed
        return (self._real(),)

    def _real(self) -> Any:  # noqa: ANN401
        with _importing:
            _forget()
            return getattr(importlib.import_module(self._module), self._name)


class _Finder(MetaPathFinder, Loader):
    """Finds a stand-in for each module of STOOD_IN that isn't imported yet."""

    def __init__(self) -> None:
        self.stood_in = {name for name in STOOD_IN if name not in sys.modules}

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in self.stood_in else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """A stand-in has nothing to run."""


def _forget() -> None:
    """Remove all stand-ins, so that the real modules are imported from now on; each of them needs the others."""
    for finder in sys.meta_path:
        if isinstance(finder, _Finder):
            finder.stood_in.clear()
    for name in [name for name, module in list(sys.modules.items()) if isinstance(module, _StandIn)]:
        del sys.modules[name]
