"""How far a question and a document travel: the functions of Quoth's that each passes, and the files they are in.

    python tests/benchmarks/hops.py

The service is in this process, with the seeds indexed. Each is sent twice, and the second one is counted, so that what
is only loaded once isn't. A function counts once, however often it is called; comprehensions count as their function.
"""

import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from common import report
from fastapi.testclient import TestClient

from qa.assembly import Engine
from qa.service.app import create_app
from qa.settings import load_settings

ROOT = Path(__file__).parents[2]
_PACKAGES = tuple(str(ROOT / name) for name in ("index", "qa"))


class Calls:
    """Watches the functions of Quoth's that are called, in this thread and all that are begun from now on."""

    def __init__(self) -> None:
        self._codes: set[CodeType] = set()
        threading.setprofile(self._see)
        sys.setprofile(self._see)

    def during(self, work: Callable[[], Any]) -> set[CodeType]:
        """Those that are called while it works."""
        self._codes = set()
        work()
        return self._codes

    def _see(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_PACKAGES) and not code.co_name.startswith("<"):
            self._codes.add(code)


def counted(codes: set[CodeType]) -> dict[str, Any]:
    """How many functions and files, and how many of the functions are in which folder."""
    files = {code.co_filename for code in codes}
    folders = Counter(str(Path(code.co_filename).relative_to(ROOT).parent) for code in codes)
    return {"functions": len(codes), "files": len(files), "by_folder": dict(folders.most_common())}


def main() -> None:
    """Send each, and report."""
    calls = Calls()
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(load_settings(data=Path(folder) / "data"), writing=True)
        for path in sorted((ROOT / "seeds").glob("*.md")):
            list(engine.indexer.add_paths([path], "default"))
        app = create_app(engine)
        with TestClient(app, base_url="http://127.0.0.1") as client:

            def ask() -> None:
                client.post("/v1/ask", json={"question": "How far is it to Orm?"}).raise_for_status()

            def put() -> None:
                text = f"The ferry sails at noon. It has sailed {next(numbers)} times."
                client.put("/v1/documents/ferry", json={"text": text}).raise_for_status()

            numbers = iter(range(10))
            figures = {}
            for name, send in (("question", ask), ("document", put)):
                send()
                figures[name] = counted(calls.during(send))
    report(figures)


if __name__ == "__main__":
    main()
