"""The examples for promptfoo and deepeval: what they make of a real answer, and the real tools where they are installed."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_index import ANSWER, END, QUESTION, START, UNANSWERED, small_index
from support import ROOT, Served

pytestmark = pytest.mark.slow

EXAMPLE = ROOT / "qa" / "evaluation" / "promptfoo.yaml"
CONFIG = yaml.safe_load(EXAMPLE.read_text())
(PROVIDER,) = CONFIG["providers"]
PAGE = (ROOT / "qa" / "evaluation" / "OTHERS.md").read_text()
DEEPEVAL = shutil.which("deepeval")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("small")
    here = Path.cwd()
    os.chdir(folder)  # so that ids are docs/…, as the example has them
    try:
        data = small_index(Path())
    finally:
        os.chdir(here)
    served = Served(folder / data)
    yield served
    assert served.stop() == 0, served.log


def transformed(served: Served, question: str) -> Any:
    """What the example's own function makes of the answer to its own request."""
    body = json.loads(json.dumps(PROVIDER["config"]["body"]).replace("{{prompt}}", question))
    answer = served.client.post("/v1/ask", json=body)
    assert answer.status_code == 200
    script = f"const f = {PROVIDER['config']['transformResponse']}; console.log(JSON.stringify(f({answer.text})))"
    return json.loads(subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(not shutil.which("node"), reason="node isn't here: it needs node 20 or newer")
def test_the_output_is_the_answer_and_the_metadata_its_place(served: Served) -> None:
    given = transformed(served, QUESTION)
    assert given["output"].splitlines()[0] == ANSWER
    first = given["metadata"]["citations"][0]
    assert (first["document_id"], first["start"], first["end"]) == ("docs/ferry.md", START, END)
    assert ANSWER in given["metadata"]["context"][0]
    silent = transformed(served, UNANSWERED)
    assert (silent["output"], silent["metadata"]["reason"]) == ("", "reader_null")


@pytest.mark.skipif(
    not shutil.which("promptfoo"), reason="needs promptfoo: npm install --global promptfoo, with node 22"
)
def test_promptfoo_passes_its_own_checks(served: Served, tmp_path: Path) -> None:
    config = EXAMPLE.read_text().replace("http://127.0.0.1:8000", str(served.client.base_url).rstrip("/"))
    (tmp_path / "promptfooconfig.yaml").write_text(config)
    kept = {"PROMPTFOO_CONFIG_DIR": str(tmp_path), "PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1"}
    command = ["promptfoo", "eval", "--no-cache", "--output", "results.json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **kept}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"2 passed \(100%\)", done.stdout)


@pytest.mark.skipif(
    not DEEPEVAL, reason="needs deepeval in an environment of its own, first in PATH, as OTHERS.md says"
)
def test_deepeval_passes_its_own_checks_and_fails_a_wrong_expectation(served: Served, tmp_path: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    example = example.replace("http://127.0.0.1:8000", str(served.client.base_url).rstrip("/"))
    assert example.count('"Jorun Vask"') == 1
    (tmp_path / "test_quoth.py").write_text(example)
    (tmp_path / "test_wrong.py").write_text(example.replace('"Jorun Vask"', '"Piet Amsel"'))
    environment = {**os.environ, "DEEPEVAL_TELEMETRY_OPT_OUT": "YES", "PYTHONPATH": str(ROOT)}
    python = Path(str(DEEPEVAL)).parent / "python"
    for name, ending in {"test_quoth.py": "2 passed", "test_wrong.py": "1 failed, 1 passed"}.items():
        command = [python, "-m", "pytest", "-p", "no:cacheprovider", name]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ending in done.stdout, done.stdout + done.stderr
