"""Two short documents, indexed in a moment, for tests that need real answers and not many."""

from pathlib import Path

from qa.assembly import Engine
from qa.settings import load_settings

FERRY = """# Ferry handbook

## Safety

Jorun Vask, who took over as safety officer from Piet Amsel in 2025, reads every report within two days. Life jackets are
checked each Monday.

## Timetable

The ferry to Orm sails at noon. The crossing takes forty minutes. Bicycles travel free of charge.
"""
BREAD = """# The Patient Loaf

Bake the loaf at 240 degrees for twenty minutes, then at 210 degrees until it sounds hollow. Feed the starter every morning
with rye flour.
"""
QUESTION, ANSWER = "Who became safety officer after Piet Amsel?", "Jorun Vask"
START, END = FERRY.index(ANSWER), FERRY.index(ANSWER) + len(ANSWER)
UNANSWERED = "Who painted the harbour wall?"


def small_index(folder: Path) -> Path:
    """A data folder in `folder` with both documents, as `docs/ferry.md` and `docs/bread.md`."""
    docs, data = folder / "docs", folder / "data"
    docs.mkdir()
    (docs / "ferry.md").write_text(FERRY)
    (docs / "bread.md").write_text(BREAD)
    engine = Engine(load_settings(data=data), writing=True)
    try:
        assert [outcome.status for outcome in engine.indexer.add_paths([docs], "default")] == ["added"] * 2
    finally:
        engine.close()
    return data
