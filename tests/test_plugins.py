"""The examples of qa/PLUGINS.md, taken from it word for word, put together and asked a question."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ROOT, copy_of_the_packages

pytestmark = pytest.mark.slow

PAGE = (ROOT / "qa" / "PLUGINS.md").read_text()
RECIPE = "Kuko de S-ro. Vask\n\nPremu la citronojn. ; one will do\nS-ro. Vask aldonas kvar ovojn. Poste li atendas.\n"
QUESTION = "Kiu aldonas kvar ovojn?"
STORE = "journaled:///{folder}/cakes.sqlite3"
DRIVER = """
import json, sys
from pathlib import Path

import journaled, sentences
from index.storage.principals import SEES_ALL
from qa.assembly import filter_of

engine = sentences.engine()
outcomes = list(engine.indexer.add_paths([Path("kitchen")], "default"))
passages, _, _ = engine.consider(SEES_ALL, sys.argv[1], filter_of())
answer = engine.ask(SEES_ALL, sys.argv[1], filter_of())
with engine.store.view(SEES_ALL) as view:
    document = view.document("kitchen/cake.RCP", "default")
engine.close()
citation = answer.answers[0].citations[0]
print(json.dumps({
    "outcomes": [outcome.status for outcome in outcomes],
    "document": [document.title, document.media_type, document.text],
    "signals": [[name, passages[0].signal(name)] for name in passages[0].signals],
    "answer": [answer.answers[0].text, answer.answers[0].confidence, citation.sentence],
    "place": [citation.start, citation.end],
}))
"""


def put_in_place(root: Path) -> None:
    """Write the page's files, and change what its diffs change."""
    blocks = re.findall(r"^```(python|diff)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert [kind for kind, _ in blocks].count("python") == 5
    for kind, block in blocks:
        first, _, rest = block.partition("\n")
        if kind == "python":
            (root / first.removeprefix("# ")).write_text(block)
            continue
        lines = rest.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if not line.startswith("+"))
        after = "".join(line[1:] for line in lines if not line.startswith("-"))
        text = (root / first).read_text()
        assert text.count(before) == 1, f"{first} has no such lines, or several times:\n{before}"
        (root / first).write_text(text.replace(before, after))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_of_the_packages(tmp_path_factory.mktemp("plugins"))
    put_in_place(root)
    (root / "kitchen").mkdir()
    (root / "kitchen/cake.RCP").write_text(RECIPE)
    return root


@pytest.fixture(scope="module")
def result(root: Path) -> dict[str, Any]:
    settings = {
        "QUOTH_STORE": STORE.format(folder=root.as_posix().lstrip("/")),
        "QUOTH_LANGUAGE": "eo",
        "QUOTH_RETRIEVAL": "dense, lexical, sum, shared-words",
    }
    command = [sys.executable, "-c", DRIVER, QUESTION]
    done = subprocess.run(
        command, cwd=root, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_format_is_parsed_without_its_comments(result: dict[str, Any]) -> None:
    assert result["outcomes"] == ["added"]
    assert result["document"] == ["Kuko de S-ro. Vask", "text/x-recipe", RECIPE.replace(" ; one will do", "")]


def test_the_stage_adds_its_signal(result: dict[str, Any]) -> None:
    # "aldonas" and "kvar"; "ovojn?" and "ovojn." are other words to it
    assert result["signals"][-1] == ["shared", 2.0]
    assert [name for name, _ in result["signals"]] == ["dense", "bm25", "fused", "shared"]


def test_the_reader_answers_and_the_language_says_where_the_sentence_begins(result: dict[str, Any]) -> None:
    text, confidence, sentence = result["answer"]
    start, end = result["place"]
    assert result["document"][2][start:end] == text == "Vask aldonas kvar ovojn"
    assert confidence is None  # nothing was fitted to this reader
    assert sentence == "S-ro. Vask aldonas kvar ovojn."  # in English, "S-ro." ends one


def test_the_store_keeps_its_journal(result: dict[str, Any], root: Path) -> None:
    assert result["outcomes"] == ["added"]
    assert (root / "cakes.journal").read_text() == "version 1: kitchen/cake.RCP\n"


def test_files_that_the_page_names_are_there() -> None:
    named = set(re.findall(r"`((?:index|qa|tests)/[\w/]+(?:\.py|/))`", PAGE))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []
