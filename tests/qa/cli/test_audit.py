"""`quoth audit` as an operator meets it, and a script."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.cli.main import main


def quoth(data: Path, *arguments: str, days: str | None = "30") -> Result:
    environment = {"QUOTH_AUDIT_DAYS": days, "LOGNAME": "ada"}
    return CliRunner().invoke(main, ["--data", str(data), *arguments], env=environment)


def test_what_was_changed_on_the_command_line(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "leave.txt"
    file.write_text("Staff get 26 days of leave a year.")
    assert quoth(data, "index", str(file), "--collection", "pay").exit_code == 0
    assert quoth(data, "index", str(file), "--collection", "pay").exit_code == 0  # unchanged
    assert quoth(data, "keys", "add", "a\u202eb", days=None).exit_code != 0
    assert quoth(data, "keys", "add", "quiet", days=None).exit_code == 0  # is not kept
    assert quoth(data, "keys", "add", "site").exit_code == 0
    name = str(file).lstrip("/")
    assert quoth(data, "delete", name, "--collection", "pay").exit_code == 0
    lines = quoth(data, "audit").output.splitlines()
    at = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
    told = [re.sub(f"^{at}  ada on the command line  ", "", line) for line in lines]
    assert told == [f"document removed  {name} of pay", "key added  site", f"document added  {name} of pay"]
    events = [json.loads(line) for line in quoth(data, "audit", "--json", "--limit", "1").output.splitlines()]
    assert events == [
        {"id": 3, "at": lines[0][:25], "actor": "ada on the command line", "address": None,
         "action": "document removed", "collection": "pay", "subject": name},
    ]  # fmt: skip
    assert quoth(data, "audit", "--since", "2999-01-01").output == ""
    assert len(quoth(data, "audit", "--since", "2020-01-01T10:30").output.splitlines()) == 3


@pytest.mark.parametrize(
    ("arguments", "days", "message"),
    [
        (
            ["audit", "--since", "yesterday"],
            "30",
            "'yesterday' does not match the formats '%Y-%m-%d', '%Y-%m-%dT%H:%M'",
        ),
        (["audit"], "never", "QUOTH_AUDIT_DAYS is 'never': input should be a valid integer"),
        (["documents"], "0", "QUOTH_AUDIT_DAYS is '0': input should be greater than or equal to 1"),
        (["audit"], None, "There is no index at"),
    ],
)
def test_what_can_not_be_done_is_told(tmp_path: Path, arguments: list[str], days: str | None, message: str) -> None:
    result = quoth(tmp_path / "none", *arguments, days=days)
    assert result.exit_code in (1, 2)
    assert message in result.output
