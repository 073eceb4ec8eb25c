"""`quoth mcp` where it can't serve: one line with the cure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import ROOT

from qa.cli.main import main


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Error: There is no index at .quoth: make one with `quoth index PATH`.\n"),
        (["--http"], "Error: There is no index at .quoth: make one with `quoth index PATH`.\n"),
        (["--url", "localhost:8000"], "Error: 'localhost:8000' is no server's address: give one such as http://"),
        (
            ["--url", "http://127.0.0.1:9", "--http", "--host", "192.0.2.1"],
            "Error: Whoever reaches 192.0.2.1 could ask",
        ),
        (["--url", "http://127.0.0.1:9", "--http", "--host", "quoth.test"], "Error: Whoever reaches quoth.test could"),
        (["--http", "--port", "70000"], "70000 is not in the range 0<=x<=65535"),
    ],
)
def test_errors_are_one_line_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["mcp", *arguments])
    assert result.exit_code in (1, 2)
    assert message in result.output


def test_without_keys_only_this_machine_is_served(seeds_data: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(seeds_data), "mcp", "--http", "--host", "192.0.2.1"])
    assert result.exit_code == 1
    assert "there are no keys: make one with `quoth keys add NAME`" in result.output


def test_without_the_library_the_extra_is_named(tmp_path: Path) -> None:
    code = "import sys; sys.path = [p for p in sys.path if 'site-packages' not in p or p in sys.argv[1:]]; "
    (tmp_path / "click").symlink_to(Path(__import__("click").__file__).parent)
    result = subprocess.run(
        [sys.executable, "-c", code + "from qa.cli.main import main; main(['mcp'])", str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}"}, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr == "Error: Serving agents needs the MCP library: pip install 'quoth[mcp]'\n"
