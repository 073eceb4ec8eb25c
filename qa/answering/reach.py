"""Which of the retrieved passages are worth reading: those from which the first answer can still come.

Spans compete by the reader's score plus what retrieval adds for their passage. A span of a passage for which it adds 10
logits less than for the first would need a score 10 logits better, which no span has. So reading it changes nothing.
How many logits are too many is fitted, with the rest of a calibration.

The first LEAST are read in any case: where the first passage is a title, the answer stands in the next ones.

With 40 logits a unit and a reach of 5, of passages with 0.60, 0.55, 0.50, 0.49 and 0.46 four are read: the fourth is
4.4 logits behind the first, the last 5.6.
"""

from collections.abc import Mapping, Sequence

from index.retrieval.passages import Passage
from qa.answering.calibration import Calibration

LEAST = 3
"""So many passages are read, however far behind the first they are."""


def within_reach(passages: Sequence[Passage], calibration: Calibration | None) -> list[bool]:
    """Whether each of `passages`, best first, is worth reading; all are where no reach was fitted."""
    if calibration is None or calibration.reach is None:
        return [True] * len(passages)
    added = [added_by_retrieval(passage, calibration.signal_weights) for passage in passages]
    return [i < LEAST or added[0] - logits <= calibration.reach for i, logits in enumerate(added)]


def added_by_retrieval(passage: Passage, signal_weights: Mapping[str, float]) -> float:
    """The logits that a passage's signals add to the score of each of its spans, with a `Calibration`'s weights."""
    return sum(weight * passage.signal(name) for name, weight in signal_weights.items())
