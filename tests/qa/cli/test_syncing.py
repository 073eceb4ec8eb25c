"""`quoth sync` as a person meets it, and as a script does."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from qa.cli.main import main


def quoth(data: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), *map(str, arguments)])


def test_what_is_gone_is_answered_from_no_more(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "policies"
    folder.mkdir()
    (folder / "leave-2023.txt").write_text("Staff get 21 days of leave a year.")
    assert quoth(data, "sync", folder).output == f"added      policies/leave-2023.txt  1 chunks\n1 added  ({data})\n"
    (folder / "leave-2023.txt").unlink()
    (folder / "leave-2024.txt").write_text("Staff get 26 days of leave a year.")

    shown = quoth(data, "sync", folder, "--dry-run")
    changes = "added      policies/leave-2024.txt\nremoved    policies/leave-2023.txt\n"
    assert (shown.exit_code, shown.output) == (0, f"{changes}would be: 1 added, 1 removed  ({data})\n")
    done = quoth(data, "sync", folder, "--json")
    assert [json.loads(line) for line in done.output.splitlines()] == [
        {"id": "policies/leave-2024.txt", "status": "added", "chunks": 1, "version": 2, "reason": None},
        {"id": "policies/leave-2023.txt", "status": "removed", "chunks": 0, "version": 3, "reason": None},
    ]
    (folder / "photo.xyz").write_bytes(b"x")
    answer = json.loads(quoth(data, "ask", "--json", "How many days of leave do staff get a year?").output)
    assert (answer["answers"][0]["text"], answer["conflict"]) == ("26", False)
    again = quoth(data, "sync", folder)
    assert again.stderr == "passed over 1 file that Quoth doesn't read: 1 .xyz\n"
    assert again.stdout == f"1 unchanged  ({data})\n"

    (folder / "leave-2024.txt").unlink()
    refused = quoth(data, "sync", folder)
    assert refused.exit_code == 1
    assert refused.output.startswith(f"Error: {folder} has no file that could be read, but 1 documents of 'policies'")


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "docs").mkdir(parents=True)
    result = quoth(tmp_path / "data", "sync", tmp_path / "a" / "docs", tmp_path / "b" / "docs")
    assert result.exit_code == 1
    assert result.output == "Error: Two folders are called 'docs': sync each with a name of its own (--as NAME).\n"
