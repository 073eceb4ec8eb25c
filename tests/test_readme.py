"""What the README shows is what happens."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import ROOT

from qa.cli.main import main

README = (ROOT / "README.md").read_text()


def test_the_answers_shown_are_the_answers_given(seeds_data: Path) -> None:
    (shown,) = re.findall(r"```console\n(\$ quoth ask.*?)```", README, re.DOTALL)
    runs = re.findall(r'^\$ quoth ask "(.*?)"\n(.*?)\n(?=\n\$|\Z)', shown.rstrip() + "\n", re.DOTALL | re.MULTILINE)
    assert len(runs) == 2
    for question, output in runs:
        result = CliRunner().invoke(main, ["--data", str(seeds_data), "ask", question])
        assert result.output.rstrip() == output.rstrip()


def test_the_json_shown_has_the_shape_and_the_numbers_of_the_real_one(seeds_data: Path) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    expected = json.loads(shown)
    (question,) = re.findall(r"-d '(\{.*?\})'", README)
    arguments = ["--data", str(seeds_data), "ask", json.loads(question)["question"], "--json"]
    answer = json.loads(CliRunner().invoke(main, arguments).output)
    assert list(answer) == list(expected)
    told, given = expected["answers"][0]["citations"][0], answer["answers"][0]["citations"][0]
    assert list(told) == list(given)
    for name in ("document_id", "title", "uri", "start", "end", "page", "section", "source_url"):
        assert told[name] == given[name]
    assert given["url"].startswith(told["url"].removesuffix("…"))
    assert told["quote"]["exact"] == given["quote"]["exact"] == expected["answers"][0]["text"]
    assert given["quote"]["prefix"] == told["quote"]["prefix"]
    assert expected["answers"][0]["confidence"] == pytest.approx(answer["answers"][0]["confidence"], abs=0.005)
    assert (answer["status"], answer["index_version"]) == (expected["status"], expected["index_version"])


def test_the_map_names_every_module() -> None:
    for package in ("index", "qa"):
        for path in (ROOT / package).glob("*.py"):
            assert path.name == "__init__.py" or f"`{path.name}`" in README or path.name == "errors.py"


def test_the_gate_runs_the_commands_shown() -> None:
    shown = re.findall(r"^    ((?:python3 -m venv|apt-get|\.venv/bin/pip|\.venv/bin/pytest) .*)$", README, re.MULTILINE)
    assert [command.rpartition(" && ")[2][:16] for command in shown] == [
        ".venv/bin/quoth ",
        ".venv/bin/pytest",
        ".venv/bin/pytest",
        ".venv/bin/pytest",
        ".venv/bin/pytest",
    ]
    taken = re.findall(r"=\$\((sed .*)\)", (ROOT / ".ci" / "run").read_text())
    found = [
        subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
        for line in taken
    ]
    assert found == shown[1:-1]  # all but the last, which needs npm and fifty further packages
