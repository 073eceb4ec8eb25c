"""How `peers.py` talks to the systems it measures, each in a process of its own: one JSON object a line.

Only Python's own library is used here, for the peers' environment has no Quoth.
"""

import json
import os
import resource
import sys
import time
from typing import Any, Protocol


class System(Protocol):
    """A system that answers questions with words of documents."""

    def prepare(self) -> None:
        """Load the models and forget all documents. Isn't timed."""

    def index(self, files: list[str]) -> None:
        """Index these files. Timed."""

    def ask(self, question: str) -> dict[str, Any]:
        """`answer`: what a user is told, "" if nothing; and whatever is known without further work. Timed."""

    def explain(self, question: str) -> dict[str, Any]:
        """More of the question that was asked last. Isn't timed.

        `first`: the answer if nothing were held back; `score`: of that, None if there is none; `place`: the file it is
        in, and its first and last character but one, None if the system doesn't say.
        """


def serve(system: System) -> None:
    """Say that it is ready, then answer each line of standard input with one of standard output, until the last."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print would stand between the answers
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        if "index" in command:
            system.prepare()
        began, worked = time.perf_counter(), cpu_seconds()
        if "index" in command:
            system.index(command["index"])
            answer: dict[str, Any] = {}
        else:
            answer = system.ask(command["ask"])
        answer |= {"seconds": time.perf_counter() - began, "cpu_seconds": cpu_seconds() - worked}
        if "ask" in command:
            answer |= system.explain(command["ask"])
        print(json.dumps(answer), file=answers, flush=True)


def cpu_seconds() -> float:
    """What this process and those that it started and saw end have used of all cores."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(it.ru_utime + it.ru_stime for it in used)


def arguments() -> tuple[str, str, int, str]:
    """What each system is started with: the folders of embedder and reader, passages to read, and its variant."""
    embedder, reader, passages, variant = sys.argv[1:5]
    return embedder, reader, int(passages), variant
