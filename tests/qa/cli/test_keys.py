"""`quoth keys` as a person meets it, and a server that must not be left open."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from index.storage.sqlite.store import FILE_NAME
from qa.cli.main import main
from qa.origins import is_loopback


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QUOTH_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def quoth(*arguments: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_keys_are_made_listed_and_revoked(data: Path) -> None:
    made = quoth("keys", "add", "site")  # also where nothing is indexed yet
    assert made.exit_code == 0
    assert re.fullmatch(r"quoth_[\w-]{43}\n", made.stdout)
    assert "isn't shown again" in made.stderr
    assert "from now on the service answers nobody without a key" in made.stderr
    second = quoth("keys", "add", "ingest", "--scope", "write", "--scope", "ask")
    assert "from now on" not in second.stderr
    listed = quoth("keys", "list").output
    assert re.fullmatch(r"site  ask  20\S+\ningest  ask write  20\S+\n", listed)
    assert quoth("keys", "add", "staff", "--groups", "staff, managers").exit_code == 0
    assert re.search(r"^staff  ask  20\S+  groups managers, staff$", quoth("keys", "list").output, re.MULTILINE)
    assert quoth("keys", "revoke", "staff").exit_code == 0
    assert made.stdout.strip() not in listed
    assert quoth("keys", "revoke", "site").output == "revoked    site\n"
    last = quoth("keys", "revoke", "ingest")
    assert (last.stdout, last.stderr) == (
        "revoked    ingest\n",
        "There are no keys any more: a server on the loopback now answers without one.\n",
    )
    assert quoth("keys", "list").output == ""
    assert [file.name for file in data.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["add", "site"], 1, "Error: There is a key 'site' already: choose another name, or revoke it first.\n"),
        (["add", "  "], 1, "Error: A key's name has 1 to 64 printable characters; '  ' is none.\n"),
        (["add", "x", "--scope", "all"], 2, "'all' is not one of 'ask', 'write', 'admin'"),
        (["add", "x", "--groups", "staff,"], 1, "Error: The group '' of the key 'x' is blank: a group's name has"),
        (["add", "x", "--scope", "admin", "--groups", "a"], 1, "Error: The key 'x' has the scope admin, which opens"),
        (["revoke", "none"], 1, "Error: There is no key 'none': `quoth keys list` tells which there are.\n"),
    ],
)
def test_what_cant_be_done_is_told_in_a_line(data: Path, arguments: list[str], status: int, told: str) -> None:
    quoth("keys", "add", "site")
    result = quoth("keys", *arguments)
    assert (result.exit_code, told in result.output) == (status, True)


PUBLIC = "192.0.2.1"  # an address for documentation, which this machine hasn't
REFUSED = f"Error: Whoever reaches {PUBLIC} could read and change all documents, for there are no keys: make one with"


def test_without_keys_nothing_is_served_to_other_machines_unless_that_is_wanted(data: Path) -> None:
    refused = quoth("serve", "--host", PUBLIC)
    assert refused.exit_code == 1
    assert refused.output.startswith(REFUSED)
    assert (
        "`quoth keys add NAME`, or let everybody in with --allow-anonymous (QUOTH_ALLOW_ANONYMOUS)." in refused.output
    )
    tried = f"Nothing can be served on {PUBLIC}:8000 ("  # what comes next
    assert tried in quoth("serve", "--host", PUBLIC, "--allow-anonymous").output
    assert tried in quoth("serve", "--host", PUBLIC, environment={"QUOTH_ALLOW_ANONYMOUS": "1"}).output
    assert REFUSED in quoth("serve", "--host", PUBLIC, environment={"QUOTH_ALLOW_ANONYMOUS": "no"}).output
    quoth("keys", "add", "site")
    assert tried in quoth("serve", "--host", PUBLIC).output


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("::", False), ("", False),
     (".".join("0000"), False), ("192.168.1.9", False), ("example.org", False), ("localhost.evil.example", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
