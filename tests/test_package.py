"""What ships is tested as shipped: the built wheel holds everything, and answers when installed outside the tree."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    (path,) = folder.glob("quoth-*-py3-none-any.whl")
    return path


def test_the_wheel_holds_weights_pages_and_types_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "qa/weights/reader/model.safetensors",
        "qa/weights/reader/comparer.safetensors",
        "qa/weights/reader/decider.safetensors",
        "qa/weights/reader/tokenizer.json",
        "qa/weights/reader/tokenizer_config.json",
        "qa/weights/reader/config.json",
        "qa/weights/reader/MODEL.md",
        "qa/static/ask.html",
        "qa/static/ask.js",
        "qa/static/document.html",
        "qa/static/document.js",
        "qa/static/style.css",
        "qa/evaluation/report.html.jinja",
        "index/py.typed",
        "qa/py.typed",
    } <= names
    tracked = subprocess.run(
        ["git", "ls-files", "index", "qa"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert set(tracked.split()) <= names
    assert {name.split("/")[0] for name in names} == {
        "index",
        "qa",
        next(n for n in names if ".dist-info" in n).split("/")[0],
    }
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_an_install_of_the_wheel_outside_the_tree_answers(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    (tmp_path / "ferry.md").write_text("# Ferries\n\nThe ferry to Orm sails at noon.")
    environment = {**os.environ, "PYTHONPATH": str(site)}

    def quoth(*arguments: str) -> str:
        command = [sys.executable, str(site / "bin" / "quoth"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout

    assert quoth("index", "ferry.md") == "added      ferry.md  1 chunk\n1 added  (.quoth)\n"
    answer = json.loads(quoth("ask", "When does the ferry to Orm sail?", "--json"))
    assert answer["answers"][0]["text"] == "at noon"
    where = [sys.executable, "-c", "import index, qa; print(index.__file__, qa.__file__)"]
    places = subprocess.run(where, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True).stdout
    assert all(Path(place).is_relative_to(site) for place in places.split())
