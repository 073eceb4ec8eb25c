"""The unit that ships: what it says agrees with the service, and systemd itself finds no fault in it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import ROOT

from qa.cli.main import main
from qa.settings import Settings

UNIT = ROOT / "qa" / "service" / "quoth.service"
TEXT = UNIT.read_text()
LINES = [tuple(line.split("=", 1)) for line in TEXT.splitlines() if re.match(r"\w+=", line)]
ANALYZE = shutil.which("systemd-analyze")
with_systemd = pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze: apt-get install systemd")


def value(name: str) -> str:
    (found,) = [text for key, text in LINES if key == name]
    return found


def test_its_commands_and_settings_are_real() -> None:
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"QUOTH_\w+", TEXT)) <= known
    commands = [value("ExecStart"), *re.findall(r"^#   runuser -u quoth -- (/.*)$", TEXT, re.MULTILINE)]
    assert len(commands) == 3
    for program, *arguments in map(shlex.split, commands):
        assert program == "/opt/quoth/bin/quoth"
        assert CliRunner().invoke(main, [*arguments, "--help"]).exit_code == 0
    assert f"install --mode=0644 {UNIT.relative_to(ROOT)} /etc/systemd/system/" in TEXT


def test_it_has_longer_to_end_than_the_server_takes() -> None:
    assert int(value("TimeoutStopSec")) > Settings().shutdown_seconds
    assert value("KillMode") == "mixed"  # the first process ends its readers


def test_it_writes_where_its_data_is_and_nowhere_else() -> None:
    assert "QUOTH_DATA=/var/lib/quoth" in value("Environment").split()
    assert (value("StateDirectory"), value("ProtectSystem"), value("UMask")) == ("quoth", "strict", "0077")
    assert not [name for name, _ in LINES if name in ("ReadWritePaths", "ExecPaths", "BindPaths")]


@with_systemd
def test_systemd_understands_all_of_it(tmp_path: Path) -> None:
    """With a program and a user that are there: verify looks for both."""
    here = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", TEXT, flags=re.MULTILINE)
    here = re.sub("^(User|Group)=.*", r"\1=root", here, flags=re.MULTILINE)
    (tmp_path / "quoth.service").write_text(here)
    command = [str(ANALYZE), "verify", "--man=no", str(tmp_path / "quoth.service")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@with_systemd
def test_systemd_finds_little_that_it_could_do() -> None:
    """From 0 to 10; a unit that says nothing has 9.6. What is left is the network, and memory that torch runs."""
    command = [str(ANALYZE), "security", "--offline=yes", "--threshold=15", "--no-pager", str(UNIT)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"Overall exposure level for quoth.service: 1\.\d OK", result.stdout), result.stdout
