"""Progress bars, on a terminal only."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def bar(total: int | None, name: str, unit: str, done: int = 0) -> Iterator[Any]:
    """A tqdm bar of `total` units, `done` of which were done before."""
    from tqdm import tqdm

    with tqdm(total=total, desc=name, unit=unit, initial=done, leave=False, disable=None) as shown:
        yield shown
