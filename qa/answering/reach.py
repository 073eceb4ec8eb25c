"""Which of the retrieved passages are worth reading: those from which the first answer can still come.

Spans compete by the reader's score plus what retrieval adds for their passage. A span of a passage for which it adds 10
logits less than for the first would need a score 10 logits better, which no span has. So reading it changes nothing.
How many logits are too many is fitted, with the rest of a calibration.

With 40 logits a unit and a reach of 5, of passages with 0.60, 0.55, 0.49 and 0.46 three are read: they are 0, 2 and 4.4
logits behind the first, and the last is 5.6.
"""

from collections.abc import Sequence

from index.retrieval.passages import Passage
from qa.answering.calibration import Calibration


def within_reach(passages: Sequence[Passage], calibration: Calibration | None) -> list[bool]:
    """Whether each of `passages`, best first, is worth reading; all are without a calibration, or one without a reach.

    The first always is.
    """
    if calibration is None or calibration.reach is None:
        return [True] * len(passages)
    added = [calibration.added_by(passage.signals) for passage in passages]
    return [not i or added[0] - logits <= calibration.reach for i, logits in enumerate(added)]
