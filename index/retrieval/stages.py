"""All stages by name, and the lists of stages that a setting names."""

from collections.abc import Callable, Sequence

from index.errors import SettingsError
from index.retrieval.dense import DENSE, Dense
from index.retrieval.distinct import Distinct
from index.retrieval.fusion import Fusion
from index.retrieval.lexical import BM25, Lexical
from index.retrieval.stage import Stage
from index.retrieval.weighted_sum import WeightedSum

DEFAULT_RETRIEVAL = "hybrid"

STAGES: dict[str, Callable[[], Stage]] = {
    "dense": Dense,
    "lexical": Lexical,
    "fusion": Fusion,
    "sum": WeightedSum,
    "distinct": Distinct,
}
"""Name → constructor of the stage. Add a stage of your own here."""

# "hybrid" adds up both signals and drops repeats; the others rank by one signal, and compute both
_LISTS: dict[str, Callable[[], Sequence[Stage]]] = {
    "hybrid": lambda: [Dense(), Lexical(), WeightedSum(), Distinct()],
    "dense": lambda: [Dense(), Lexical(), Fusion({DENSE: 1.0})],
    "bm25": lambda: [Dense(), Lexical(), Fusion({BM25: 1.5})],
}


def stages_of(setting: str = DEFAULT_RETRIEVAL) -> list[Stage]:
    """The stages of "hybrid", "dense" or "bm25", or of a list such as "dense, lexical, fusion", in that order.

    Raises SettingsError, which lists the known stages, for an unknown one.
    """
    if setting in _LISTS:
        return list(_LISTS[setting]())
    names = [name.strip() for name in setting.split(",")]
    if unknown := [name for name in names if name not in STAGES]:
        raise SettingsError(
            f"There is no stage of retrieval {unknown[0]!r}: name {', '.join(_LISTS)}, or a list of stages, which are "
            f"{', '.join(STAGES)}."
        )
    return [STAGES[name]() for name in names]
