"""The command line as a person meets it: what it prints, how it fails, how it ends."""

import json
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from support import ROOT, Served, make_older

from index.chunking import Chunk
from index.documents import Document
from index.signature import Signature
from index.storage.sqlite.store import FILE_NAME, SQLiteStore
from qa.cli.main import main
from qa.service.process.listener import listen
from qa.text_format import escape_controls

pytestmark = pytest.mark.slow

# C0 but tab and newline, DEL and C1, the separators of lines and paragraphs, and what embeds, overrides or isolates a direction
COMMANDS = {chr(number) for number in [*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029,
                                       *range(0x202A, 0x202F), *range(0x2066, 0x206A)]}  # fmt: skip


def quoth(*arguments: str | Path, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)


@pytest.fixture
def data(seeds_data: Path, tmp_path: Path) -> Path:
    """A copy of the indexed seeds that may be changed."""
    (tmp_path / "data").mkdir()
    shutil.copy(seeds_data / FILE_NAME, tmp_path / "data")
    return tmp_path / "data"


def test_help_imports_nothing_slow() -> None:
    code = "import sys; from qa.cli.main import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "Ask questions of your own documents" in result.stdout
    assert "\n  quoth index seeds/                       read documents into ./.quoth\n" in result.stdout
    modules = set(result.stdout.split())
    assert "click" in modules
    slow = {
        "torch",
        "transformers",
        "sentence_transformers",
        "faiss",
        "fastapi",
        "pydantic",
        "numpy",
        "httpx",
        "mcp_types",
    }
    assert not modules & slow


def test_ask_says_what_a_mistyped_question_was_understood_as(seeds_data: Path) -> None:
    lines = quoth("--data", seeds_data, "ask", "Who became saftey officer after Piet Amsel?").output.splitlines()
    assert lines[0] == "Understood as: Who became safety officer after Piet Amsel?"
    assert lines[1].startswith("Jorun Vask   (confidence ")


def test_ask_prints_the_answer_with_its_place(seeds_data: Path) -> None:
    result = quoth("--data", seeds_data, "ask", "How big is the reward for Maduro now?")
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[0].startswith("$50 million   (confidence ")
    assert lines[1].startswith("  seeds/cartel-directive.md [")
    assert "$50 million" in lines[2]


def test_ask_takes_a_confidence_for_one_question(seeds_data: Path) -> None:
    question = "How big is the reward for Maduro now?"
    assert quoth("--data", seeds_data, "ask", question, "--min-confidence", "1").output.startswith("No answer: ")
    unsure = quoth("--data", seeds_data, "ask", "In which country was origami first folded?", "--min-confidence", "0")
    assert "(confidence " in unsure.output.splitlines()[0]
    refused = quoth("--data", seeds_data, "ask", question, "--min-confidence", "1.5")
    assert (refused.exit_code, "1.5 is not in the range 0<=x<=1" in refused.output) == (2, True)


def test_ask_tells_that_documents_disagree_and_how_many_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    for name, fine in {"a": "40", "b": "60", "c": "sixty"}.items():
        Path(f"docs/{name}.txt").write_text(f"The fine for parking in Lark Lane is {fine} crowns.")
    quoth("index", "docs")
    output = quoth("ask", "How much is the fine for parking in Lark Lane?").output
    first, *answers = output.split("\n\n")
    assert first == "Documents disagree:"
    assert len(answers) == 2
    assert sum(", in 2 documents)" in answer.splitlines()[0] for answer in answers) == 1


def test_index_tells_what_became_of_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    Path("docs/a.txt").write_text("The ferry to Orm sails at noon.")
    first, again = quoth("index", "docs"), quoth("index", "docs")
    assert (first.exit_code, first.output) == (0, "added      docs/a.txt  1 chunk\n1 added  (.quoth)\n")
    assert (again.exit_code, again.output) == (0, "1 unchanged  (.quoth)\n")
    Path("docs/bad.pdf").write_bytes(b"no pdf")
    refused = quoth("index", "docs")
    assert refused.exit_code == 1
    assert "refused    docs/bad.pdf is not a PDF" in refused.output
    assert "1 refused, 1 unchanged" in refused.output
    listed = quoth("documents")
    assert listed.output == "default  docs/a.txt  “a”  1 chunk, 31 characters\n"
    assert json.loads(quoth("documents", "--json").output)["id"] == "docs/a.txt"


def test_index_tells_what_it_passes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ["a.txt", "b.doc", "c.DOC", "LICENSE", "sub/d.mov", ".git/e.doc", "node_modules/f/g.md", "h.txt.lock"]:
        Path("docs", name).parent.mkdir(parents=True, exist_ok=True)
        Path("docs", name).write_text("The ferry to Orm sails at noon.")
    result = quoth("index", "docs")
    word = "passed over 2 .doc: a Word document of before 2007: save it as .docx"
    others = "passed over 1 .lock, 1 .mov, 1 without an ending: in formats that Quoth doesn't read"
    assert (result.exit_code, result.stderr.splitlines()[-2:]) == (0, [word, others])
    assert result.stdout == "added      docs/a.txt  1 chunk\n1 added  (.quoth)\n"
    alone = quoth("index", "docs/sub")
    assert alone.output == "passed over 1 .mov: in formats that Quoth doesn't read\nnothing to index  (.quoth)\n"
    refused = quoth("index", "docs/b.doc")
    assert refused.stderr == "Error: b.doc is a Word document of before 2007: save it as .docx.\n"


def test_index_names_what_is_gone_from_a_folder_and_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("all/rules").mkdir(parents=True)
    for name, days in [("pay.txt", 3), ("leave.txt", 21), ("bikes.txt", 9)]:
        Path("all/rules", name).write_text(f"The {name} has {days} lines.")
    assert quoth("index", "all").stderr.count("no longer has") == 0
    Path("all/rules/leave.txt").unlink()
    first = quoth("index", "all")
    gone = "all no longer has all/rules/leave.txt, which is still answered from; to remove it, run: quoth sync all"
    assert (first.exit_code, first.stderr.splitlines()[-1]) == (0, gone)
    assert quoth("sync", "all").output.startswith("removed    all/rules/leave.txt\n")
    assert "no longer" not in quoth("index", "all", "all/rules/pay.txt").stderr
    for path in Path("all/rules").iterdir():
        path.unlink()
    emptied = quoth("index", "all/rules")
    said = (
        "all/rules no longer has all/rules/bikes.txt and 1 more, which are still answered from; to remove them, run: "
    )
    assert emptied.stderr.splitlines()[-1] == f"{said}quoth sync all/rules --as all/rules --prune-all"
    assert emptied.stdout == "nothing to index  (.quoth)\n"
    cure = quoth(*emptied.stderr.splitlines()[-1].rpartition(": quoth ")[2].split())
    assert (cure.exit_code, quoth("documents").output) == (0, "")


def test_delete_and_then_no_answer(data: Path) -> None:
    ids = [json.loads(line)["id"] for line in quoth("--data", data, "documents", "--json").output.splitlines()]
    assert len(ids) == 10
    result = quoth("--data", data, "delete", *ids)
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"deleted    {ids[-1]}  (index version 20)"
    result = quoth("--data", data, "ask", "Who?")
    assert (result.exit_code, result.output) == (
        0,
        "No answer: nothing is indexed that it could be found in (nothing_retrieved).\n",
    )


def test_rebuild_follows_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The ferry to Orm sails at noon. " * 30)
    quoth("index", "a.txt")
    changed = {"QUOTH_CHUNK_TOKENS": "40", "QUOTH_CHUNK_OVERLAP": "8"}
    refused = quoth("ask", "When?", environment=changed)
    assert refused.exit_code == 1
    assert "made with chunk_tokens 128 (here 40)" in refused.output
    assert quoth("rebuild", environment=changed).output == "rebuilt 1 document\n"
    assert quoth("ask", "When does the ferry to Orm sail?", environment=changed).output.startswith("at noon")


def test_rebuild_brings_an_older_quoths_file_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The ferry to Orm sails at noon.")
    quoth("index", "a.txt")
    make_older(Path(".quoth") / FILE_NAME)
    for command in (["ask", "When?"], ["index", "a.txt"], ["documents"]):
        refused = quoth(*command)
        assert refused.exit_code == 1
        assert "has schema 1, made by an older Quoth; this one reads schema " in refused.output
        assert "Run `quoth rebuild`" in refused.output
    assert quoth("rebuild").output == "rebuilt 1 document\n"
    assert quoth("ask", "When does the ferry to Orm sail?").output.startswith("at noon")


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "message"),
    [
        (["ask", "Who?"], {}, 1, "Error: There is no index at .quoth: make one with `quoth index PATH`.\n"),
        (["documents"], {}, 1, "Error: There is no index at .quoth"),
        (["index", "nowhere"], {}, 1, "Error: There is no file or folder nowhere: check the spelling.\n"),
        (["index", "x.mov"], {}, 1, "Error: x.mov is in a format that Quoth doesn't read: bring text (.txt)"),
        (["ask", "Who?"], {"QUOTH_TOPK": "3"}, 1, "Error: There is no setting QUOTH_TOPK: did you mean QUOTH_TOP_K?"),
        (["ask", "Who?"], {"QUOTH_TOP_K": "0"}, 1, "Error: QUOTH_TOP_K is '0': input should be greater than"),
        (["ask", "Who?", "--top-k", "0"], {}, 2, "Invalid value for '--top-k': 0 is not in the range"),
        (["ask", "Who?"], {"QUOTH_EMBEDDER": "./none"}, 1, "Error: There is no model folder ./none"),
        (["ask", "Who?"], {"QUOTH_READER": "./none"}, 1, "Error: There is no model folder ./none"),
        (
            ["ask", "Who?"],
            {"QUOTH_CHUNK_TOKENS": "300"},
            1,
            "Error: chunk_tokens is 300, but quoth-embedder reads only 254",
        ),
        (
            ["serve", "--host", "192.0.2.1", "--allow-anonymous"],
            {},
            1,
            "Error: Nothing can be served on 192.0.2.1:8000 (",
        ),
        (
            ["serve", "--host", "192.0.2.1"],
            {},
            1,
            "make one with `quoth keys add NAME`, or let everybody in with --allow",
        ),
    ],
)
def test_errors_are_one_line_with_the_cure(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environment: dict[str, str],
    status: int,
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.mov").write_text("x")
    result = quoth(*arguments, environment=environment)
    assert result.exit_code == status
    assert message in result.output
    assert "Traceback" not in result.output


def test_asking_about_an_unknown_document_or_collection(seeds_data: Path) -> None:
    result = quoth("--data", seeds_data, "ask", "Who?", "--document", "none.md")
    assert (result.exit_code, "no document 'none.md'" in result.output) == (1, True)
    result = quoth("--data", seeds_data, "ask", "Who?", "--collection", "other")
    assert (result.exit_code, "There is no collection 'other': known are default" in result.output) == (1, True)


def test_a_taken_port_is_known_at_once(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = quoth("--data", tmp_path / "new", "serve", "--port", str(port))
    assert result.exit_code == 1
    assert (
        f"Error: Nothing can be served on 127.0.0.1:{port} (Address already in use): set --host, --port."
        in result.output
    )


def test_the_socket_is_one_that_answers_without_delay() -> None:
    # asyncio turns off Nagle's algorithm, which holds small answers back for 40 ms, only if the protocol is given
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_serve_indexes_what_is_new_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry to Orm sails at noon.")
    served = Served(tmp_path / "data", str(tmp_path / "a.txt"))
    try:
        question = "When does the ferry to Orm sail?"
        answer = served.client.post("/v1/ask", json={"question": question, "max_answers": 3}).json()
        assert answer["answers"][0]["text"] == "at noon"
        document_id = answer["answers"][0]["citations"][0]["document_id"]
        assert document_id == (tmp_path / "a.txt").as_posix().lstrip("/")
        # another process writes, and the server sees it
        (tmp_path / "b.txt").write_text("The bridge at Orm was built by Ada Kestrel.")
        assert quoth("--data", tmp_path / "data", "index", tmp_path / "b.txt").exit_code == 0
        bridge = served.client.post("/v1/ask", json={"question": "Who built the bridge at Orm?"}).json()
        assert (bridge["answers"][0]["text"], bridge["index_version"]) == ("Ada Kestrel", 2)
        answer = served.client.post("/v1/ask", json={"question": question, "max_answers": 3}).json()
    finally:
        status = served.stop()
    assert status == 0
    assert served.log.rstrip().endswith("Stopped.")
    assert "Traceback" not in served.log
    assert [file.name for file in (tmp_path / "data").iterdir()] == [FILE_NAME]  # the log was moved into the file
    printed = json.loads(quoth("--data", tmp_path / "data", "ask", question, "--json", "--max-answers", "3").output)
    assert {**printed, "timings_ms": None} == {**answer, "timings_ms": None}


def test_run_as_a_module_from_anywhere(seeds_data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "--data", str(seeds_data), "documents"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=False)
    assert (result.returncode, len(result.stdout.splitlines())) == (0, 10)
    assert ROOT.as_posix() not in result.stdout


def test_what_a_document_is_called_does_nothing_to_the_terminal(tmp_path: Path) -> None:
    title = "Ferries\x1b]0;owned\x07\x9b2J \u202egnp.exe"
    store = SQLiteStore.create(tmp_path / FILE_NAME, Signature("none", "0" * 64, 3, 128, 32))
    store.put(Document("a", title, "It sails."), [Chunk(0, 9)], np.ones((1, 3), np.float32), "default")
    store.close()
    listed = quoth("--data", tmp_path, "documents")
    assert (
        listed.output == "default  a  “Ferries\\u001b]0;owned\\u0007\\u009b2J \\u202egnp.exe”  1 chunk, 9 characters\n"
    )
    (row,) = quoth("--data", tmp_path, "documents", "--json").output.splitlines()
    assert json.loads(row)["title"] == title
    assert not COMMANDS & set(row)
    for arguments in (["delete", f"b{title}"], ["keys", "revoke", title]):
        refused = quoth("--data", tmp_path, *arguments)
        assert refused.exit_code == 1
        assert "]0;owned" in refused.output
        assert not COMMANDS & set(refused.output)


def test_nothing_is_printed_but_by_what_escapes_it() -> None:
    for folder in ("qa/cli", "qa/evaluation", "qa/mcp"):
        for path in sorted((ROOT / folder).glob("*.py")):
            assert not re.search(r"\bclick\.s?echo\(|\bprint\(", path.read_text()), path


def test_what_commands_and_turns_text_is_escaped() -> None:
    assert {character for character in map(chr, range(0x2100)) if escape_controls(character) != character} == COMMANDS
    assert escape_controls("\x1b\x85\u2028\u202e") == r"\u001b\u0085\u2028\u202e"
    assert escape_controls("Two\nlines, a\ttab and 👩‍👧") == "Two\nlines, a\ttab and 👩‍👧"
