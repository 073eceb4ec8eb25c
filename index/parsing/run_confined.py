"""Run a program in this one's place, with no more than it needs:

    python -m index.parsing.run_confined PARENT SECONDS MEMORY_MB READABLE PROGRAM …

It may read what is below the folders of READABLE (with ":" between them), compute, and write to what is open. It ends
with its parent.
"""

import os
import sys
from pathlib import Path

from index.parsing.sandbox import enter_to_run


def main() -> None:
    """Give up all else, and be the program."""
    parent, seconds, memory_mb = map(int, sys.argv[1:4])
    readable = [Path(each) for each in sys.argv[4].split(os.pathsep) if each]
    enter_to_run(memory_mb, seconds, parent, readable)
    os.execv(sys.argv[5], sys.argv[5:])  # noqa: S606  # the parent says what


if __name__ == "__main__":
    main()
