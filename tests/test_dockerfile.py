"""What can be known of the image without building it: its instructions, and that what they run works."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support import ROOT, Served

from qa.cli.main import main
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


def test_what_it_is_built_on_can_be_fixed_by_digest() -> None:
    assert INSTRUCTIONS[0] == ["ARG", "PYTHON_IMAGE=python:3.11-slim"]
    assert [rest.split()[0] for name, rest in INSTRUCTIONS if name == "FROM"] == ["${PYTHON_IMAGE}"] * 2


def test_its_settings_and_command_are_real() -> None:
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    assert {setting.split("=")[0] for setting in value("ENV").split()} <= known
    assert json.loads(value("ENTRYPOINT")) == ["quoth"]
    assert CliRunner().invoke(main, [*json.loads(value("CMD")), "--help"]).exit_code == 0


def test_it_serves_nobody_until_there_is_a_key_or_that_is_wanted(tmp_path: Path) -> None:
    environment = {**dict(setting.split("=") for setting in value("ENV").split()), "QUOTH_DATA": str(tmp_path)}
    assert "QUOTH_ALLOW_ANONYMOUS" not in environment

    def run(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(main, list(arguments), env={**environment, **more})

    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that what would be served ends at once
        port = {"QUOTH_PORT": str(taken.getsockname()[1])}
        refused = run(*json.loads(value("CMD")), **port)
        assert refused.exit_code == 1
        assert (
            "there are no keys: make one with `quoth keys add NAME`, or let everybody in with --allow" in refused.output
        )
        assert "Address already in use" in run(*json.loads(value("CMD")), **port, QUOTH_ALLOW_ANONYMOUS="1").output
        (command,) = re.findall(r"^#   docker run -v quoth:/data quoth (keys add .*)$", TEXT, re.MULTILINE)
        assert run(*command.split()).exit_code == 0
        assert "Address already in use" in run(*json.loads(value("CMD")), **port).output


def test_what_it_copies_is_there_and_not_ignored() -> None:
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    for name, rest in INSTRUCTIONS:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in let_in


@pytest.mark.slow
def test_its_health_check_passes_on_a_running_server(served: Served) -> None:
    command = json.loads(value("HEALTHCHECK").partition("CMD ")[2])
    assert command[0] == "python"
    here = re.sub(r"http://127\.0\.0\.1:8000", str(served.client.base_url).rstrip("/"), command[-1])
    assert here != command[-1]
    for code, status in [(here, 0), (here.replace("/readyz", "/nothing"), 1)]:
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)
        assert result.returncode == status
