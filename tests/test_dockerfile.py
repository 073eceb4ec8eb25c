"""What can be known of the image without building it: its instructions, and that what they run works."""

import json
import re
import subprocess
import sys

from click.testing import CliRunner
from support import ROOT, Served

from qa.cli import main
from qa.settings import Settings

TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
INSTRUCTIONS = [line.split(maxsplit=1) for line in TEXT.splitlines() if line and not line.startswith("#")]
FINAL = INSTRUCTIONS[max(i for i, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM") :]


def value(name: str) -> str:
    return [rest for instruction, rest in FINAL if instruction == name][-1]


def test_it_runs_without_rights_on_a_volume() -> None:
    names = [name for name, _ in FINAL]
    assert value("USER") == "quoth"
    assert names.index("USER") > max(i for i, name in enumerate(names) if name == "RUN")
    assert value("VOLUME") == "/data"
    assert "QUOTH_DATA=/data" in value("ENV").split()


def test_its_settings_and_command_are_real() -> None:
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    assert {setting.split("=")[0] for setting in value("ENV").split()} <= known
    assert json.loads(value("ENTRYPOINT")) == ["quoth"]
    assert CliRunner().invoke(main, [*json.loads(value("CMD")), "--help"]).exit_code == 0


def test_what_it_copies_is_there_and_not_ignored() -> None:
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    for name, rest in INSTRUCTIONS:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in let_in


def test_its_health_check_passes_on_a_running_server(served: Served) -> None:
    command = json.loads(value("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    here = re.sub(r"http://127\.0\.0\.1:8000", str(served.client.base_url).rstrip("/"), command[-1])
    assert here != command[-1]
    for code, status in [(here, 0), (here.replace("/readyz", "/nothing"), 1)]:
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)
        assert result.returncode == status
