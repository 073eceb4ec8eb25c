"""The linters and the type checker find nothing, no merge is left half done; README's test command runs them too."""

import subprocess
import sys

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=lambda command: " ".join(command),
)
def test_nothing_is_found(command: list[str]) -> None:
    result = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_merge_is_left_half_done() -> None:
    marks = ["<" * 7 + " ", ">" * 7 + " "]
    files = [
        path for path in ROOT.rglob("*") if path.suffix in {".md", ".py", ".js", ".mjs", ".html", ".toml", ".yaml"}
    ]
    ours = [path for path in files if not path.relative_to(ROOT).parts[0].startswith((".venv", ".git"))]
    assert ROOT / "qa" / "service" / "OPERATIONS.md" in ours
    left = [str(path) for path in ours if any(line.startswith(tuple(marks)) for line in path.read_text().splitlines())]
    assert not left
