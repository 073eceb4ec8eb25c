"""`quoth sync` as a person meets it, and as a script does."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Queue
from threading import Event, Thread

import pytest
from click.testing import CliRunner, Result
from site_server import SiteServer, html

from index.sources.folders import folder_at
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from index.sync_runs import SyncRun
from qa.cli.main import main
from qa.cli.watching import follow


@pytest.fixture
def site() -> Iterator[SiteServer]:
    site = SiteServer()
    yield site
    site.close()


def quoth(data: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), *map(str, arguments)])


def test_what_is_gone_is_answered_from_no_more(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "policies"
    folder.mkdir()
    (folder / "leave-2023.txt").write_text("Staff get 21 days of leave a year.")
    assert quoth(data, "sync", folder).output == f"added      policies/leave-2023.txt  1 chunk\n1 added  ({data})\n"
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
    assert (answer["answers"][0]["text"], answer["conflict"]) == ("26 days of leave a year", False)
    again = quoth(data, "sync", folder)
    assert again.stderr == "passed over 1 .xyz: in formats that Quoth doesn't read\n"
    assert again.stdout == f"1 unchanged  ({data})\n"

    (folder / "leave-2024.txt").unlink()
    refused = quoth(data, "sync", folder)
    assert refused.exit_code == 1
    assert refused.output.startswith(f"Error: {folder} has no file that could be read, and 1 document of 'policies'")


def test_a_folder_is_for_its_readers(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "pay"
    folder.mkdir()
    (folder / "bands.txt").write_text("Pay has nine bands.")
    (folder / "board.md").write_text("---\nreaders: board\n---\nThe board is paid by the day.")

    def readers() -> dict[str, list[str]]:
        lines = map(json.loads, quoth(data, "documents", "--json").output.splitlines())
        return {line["id"]: line["readers"] for line in lines}

    assert quoth(data, "sync", folder).exit_code == 0
    assert readers() == {"pay/bands.txt": [], "pay/board.md": ["board"]}
    done = quoth(data, "sync", folder, "--readers", "staff, pay")  # also where no file has changed
    assert done.output == f"replaced   pay/bands.txt  1 chunk\n1 replaced, 1 unchanged  ({data})\n"
    assert readers() == {"pay/bands.txt": ["pay", "staff"], "pay/board.md": ["board"]}
    assert "pay/bands.txt  “bands”  1 chunk, 19 characters  for pay, staff\n" in quoth(data, "documents").output
    assert quoth(data, "sync", folder, "--readers", "staff, pay").output == f"2 unchanged  ({data})\n"
    for command in ("sync", "index"):
        refused = quoth(data, command, folder, "--readers", "staff,")
        assert (refused.exit_code, refused.output.splitlines()[-1]) == (
            1,
            "Error: The group '' of --readers is blank: a group's name has 1 to 128 printable characters, none of them a comma.",
        )
    assert quoth(data, "index", folder, "--readers", "staff").exit_code == 0
    names = {Path(name).name: groups for name, groups in readers().items()}
    (folder / "bands.txt").write_text("Pay has ten bands.")
    (folder / "board.md").write_text("The board is paid by the hour.")
    assert quoth(data, "index", folder).exit_code == 0  # adds, and takes no reader away
    assert {Path(name).name: groups for name, groups in readers().items()} == names
    assert quoth(data, "sync", folder).exit_code == 0  # follows the folder, which names nobody any more
    assert [groups for name, groups in readers().items() if name.startswith("pay/")] == [[], []]


def test_the_last_run_is_kept_with_what_it_refused(tmp_path: Path) -> None:
    data, folder = tmp_path / "data", tmp_path / "real" / "pay"
    folder.mkdir(parents=True)
    (folder / "bands.txt").write_text("Pay has nine bands.")
    (folder / "broken.txt").write_bytes(b"\x00")

    def runs() -> list[SyncRun]:
        store = SQLiteStore(data / FILE_NAME, read_only=True)
        kept = store.sync_runs()
        store.close()
        return [replace(run, began="", ended="") for run in kept]

    assert quoth(data, "sync", folder, "--dry-run").exit_code == 1
    assert runs() == []
    assert quoth(data, "sync", folder, "--as", "wages").exit_code == 1
    (run,) = runs()
    (refusal,) = run.refusals
    assert run == SyncRun("default", "wages", "folder", "", "", added=1, refused=1, refusals=(refusal,))
    assert refusal.id == "wages/broken.txt"  # no path of the machine
    assert refusal.reason.startswith("wages/broken.txt is binary, not text")
    for file in folder.iterdir():
        file.unlink()
    assert quoth(data, "sync", folder, "--as", "wages").exit_code == 1
    (run,) = runs()
    why = "wages has no file that could be read, and 1 document of 'wages' would go. Nothing is removed: "
    assert run == SyncRun(
        "default", "wages", "folder", "", "", stopped=f"{why}if they are to go, say so (--prune-all)."
    )
    assert quoth(data, "sync", folder, "--as", "wages", "--prune-all").exit_code == 0
    assert runs() == [SyncRun("default", "wages", "folder", "", "", removed=1)]


def test_two_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "docs").mkdir(parents=True)
    result = quoth(tmp_path / "data", "sync", tmp_path / "a" / "docs", tmp_path / "b" / "docs")
    assert result.exit_code == 1
    assert result.output == "Error: Two folders are called 'docs': sync each with a name of its own (--as NAME).\n"


def test_a_web_site(tmp_path: Path, site: SiteServer) -> None:
    data = tmp_path / "data"
    site.pages = {
        "/handbook/": html("Handbook", "How we work.", "leave", "logo.png", "gone"),
        "/handbook/leave": html("Leave", "Staff get 26 days of leave a year."),
    }
    address = f"{site.url}/handbook/"
    refused = quoth(data, "sync", address)
    assert refused.output == (
        "Error: 127.0.0.1 is no public address. If it is meant, say so: --allow-address 127.0.0.1.\n"
    )
    options = (address, "--allow-address", "127.0.0.0/8", "--rate", "1000")
    first = quoth(data, "sync", *options)
    assert first.stdout == (f"added      {address}  1 chunk\nadded      {address}leave  1 chunk\n2 added  ({data})\n")
    assert first.stderr == ("passed over 1 address of the kind .png\npassed over 1 address not there (status 404)\n")
    del site.pages["/handbook/leave"]
    shown = quoth(data, "sync", *options, "--dry-run", "--max-pages", "2")
    assert shown.stdout == f"removed    {address}leave\nwould be: 1 removed, 1 unchanged  ({data})\n"
    assert f"{address} was stopped at 2 pages, 1 more is known of: --max-pages takes more\n" in shown.stderr

    site.pages["/handbook/leave"] = html("Leave", "Staff get 27 days of leave a year.")
    (line,) = [
        json.loads(line) for line in quoth(data, "sync", *options, "--json").output.splitlines() if "leave" in line
    ]
    assert (line["id"], line["status"]) == (f"{address}leave", "replaced")
    citation = json.loads(quoth(data, "ask", "--json", "How many days of leave do staff get a year?").output)
    citation = citation["answers"][0]["citations"][0]
    assert citation["source_url"] == f"{address}leave#:~:text=Staff%20get-,27%20days%20of%20leave%20a%20year,-."


def test_what_a_web_site_can_not_be_told(tmp_path: Path) -> None:
    for arguments, message in [
        (("http://", ), "http:// is no address of a web site: write it as https://site.example/path/."),
        (("http://site.example/", "--as", "name"), "--as names one folder: sync that one by itself."),
        (("http://site.example/", "HTTP://site.example:80"), "Two sites are called 'http://site.example/': name it once."),
        (("http://site.example/", "--allow-address", "here"),
         "--allow-address here is neither an address nor a network: write 10.1.2.3 or 10.0.0.0/8."),
    ]:  # fmt: skip
        result = quoth(tmp_path / "data", "sync", *arguments)
        assert (result.exit_code, result.output) == (1, f"Error: {message}\n")


def test_watching_is_for_folders(tmp_path: Path) -> None:
    result = quoth(tmp_path / "data", "serve", "--watch", "--port", "0")
    assert result.exit_code == 1
    assert result.output == "Error: --watch watches folders: name them, as in quoth serve handbook/ --watch.\n"


def test_following_folders_brings_in_what_changes_until_it_is_ended(tmp_path: Path) -> None:
    folder, seen, stop = tmp_path / "handbook", Queue(), Event()
    folder.mkdir()
    thread = Thread(target=follow, args=([folder_at(folder)], lambda each: seen.put(sorted(each.files())), stop))
    thread.start()
    try:
        assert seen.get(timeout=60) == []
        (folder / "leave.md").write_text("Staff get 26 days of leave.")
        assert seen.get(timeout=60) == ["handbook/leave.md"]
    finally:
        stop.set()
        thread.join()


def test_sync_watches_folders_alone_and_not_in_a_dry_run(tmp_path: Path) -> None:
    told = "Error: --watch watches folders and changes the index: leave out sites and --dry-run.\n"
    assert quoth(tmp_path / "data", "sync", "https://site.example/", "--watch").output == told
    assert quoth(tmp_path / "data", "sync", tmp_path, "--watch", "--dry-run").output == told
