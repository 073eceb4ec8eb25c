"""The commands of qa/TEN_MINUTES.md, word for word, one after the other in an empty folder."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

PAGE = (ROOT / "qa" / "TEN_MINUTES.md").read_text()
COMMANDS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)

if not shutil.which("curl"):
    pytest.skip("needs curl", allow_module_level=True)

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder when all has been run, with each command's output in a file of its number."""
    folder = tmp_path_factory.mktemp("ten-minutes")
    with socket.socket() as free:  # 8000 may be taken
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    steps = [f"{{\n{command}}} > {number}.out 2> {number}.err\n" for number, command in enumerate(COMMANDS)]
    script = "set -eu\ntrap 'kill ${SERVER:-} 2> /dev/null || true' EXIT\n" + "".join(steps).replace("8000", port)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, check=False, timeout=600)
    said = "".join(path.read_text() for path in sorted(folder.glob("*.err")))
    assert done.returncode == 0, said
    return folder


def output(folder: Path, beginning: str) -> str:
    (number,) = [number for number, command in enumerate(COMMANDS) if beginning in command]
    return (folder / f"{number}.out").read_text()


def test_it_answers_on_the_command_line_and_over_http(folder: Path) -> None:
    assert output(folder, "quoth index docs/").endswith("2 added  (.quoth)\n")
    first, place, sentence = output(folder, "quoth ask").splitlines()
    assert re.fullmatch(r"(at )?noon   \(confidence \d+%\)", first)
    assert re.fullmatch(r"  docs/ferry\.md \[\d+:\d+\], Timetable", place)
    assert sentence == "    “The ferry to Orm sails at noon.”"
    answer = json.loads(output(folder, "/v1/ask"))
    assert "noon" in answer["answers"][0]["text"]


def test_it_is_measured_from_the_folder_and_over_http(folder: Path) -> None:
    for name in ("first", "second", "served"):
        results = json.loads((folder / f"{name}.json").read_text())
        assert [row["question"] for row in results["rows"]][:2] == [
            "When does the ferry to Orm sail?",
            "How long is the trip to Orm?",
        ]
        assert "noon" in results["rows"][0]["answer"]
        assert len(results["rows"]) == 7
    assert "first.json" in output(folder, "quoth compare")
    for page in ("first.html", "comparison.html"):
        assert "<html" in (folder / page).read_text()
