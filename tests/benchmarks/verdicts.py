"""What the decider says to yes/no questions on single clauses that were kept out of training.

    python tests/benchmarks/verdicts.py

Counted are, of a hundred questions that their clause decides: those for which the likelier word is right, and those
that are said rightly and wrongly where a word is given only if it is likely enough. Then, of a hundred questions on
related things that their clause doesn't decide: those to which a word is given all the same.
"""

import os
from collections import Counter

from qa.answering.read_verdicts import SURE
from qa.reading.reader import TransformersReader
from qa.training.people.decided import UNSAID, decided_by_clauses


def main() -> None:
    """Ask all questions of the test part and print the counts."""
    reader = TransformersReader(precision=os.environ.get("QUOTH_PRECISION", "float32"))  # type: ignore[arg-type]
    counts: Counter[str] = Counter()
    for one in decided_by_clauses("test"):
        yes = reader.decide(one.question, one.text)
        assert yes is not None
        is_said = max(yes, 1 - yes) >= SURE
        if one.yes == UNSAID:
            counts += Counter({"undecided": 1, "said all the same": is_said})
            continue
        is_right = (yes > 1 - yes) == bool(one.yes)
        counts += Counter(
            {"decided": 1, "likelier": is_right, "rightly": is_said and is_right, "wrongly": is_said and not is_right}
        )
    for name in ("likelier", "rightly", "wrongly"):
        print(f"{name}: {100 * counts[name] / counts['decided']:.1f} of 100, {counts['decided']} questions")
    print(f"said all the same: {100 * counts['said all the same'] / counts['undecided']:.1f} of {counts['undecided']}")


if __name__ == "__main__":
    main()
