"""What the system can hold a process back by that parses a document, beside limits on what it uses."""

import sys

from index.parsing import landlock, seccomp
from index.parsing.linux import PR_SET_DUMPABLE, prctl


def offered() -> tuple[str, ...]:
    """The measures that this system offers, of "landlock N" (its ABI) and "seccomp"; all that are, are taken."""
    version = landlock.abi()
    return (*([f"landlock {version}"] if version else []), *(["seccomp"] if seccomp.is_offered() else []))


def in_words() -> str:
    """What documents are parsed under here, for a log."""
    measures = offered()
    if not measures:
        return "Documents are parsed under limits alone: this system offers neither Landlock nor seccomp."
    return f"Documents are parsed under {' and '.join(measures)}, beside limits."


def hide() -> None:
    """Have no other process of this user's see this one's memory or environment, nor trace it. Linux alone knows how.

    One with more privileges still can. No core dump is written either.
    """
    if sys.platform == "linux":
        prctl(PR_SET_DUMPABLE, 0)
