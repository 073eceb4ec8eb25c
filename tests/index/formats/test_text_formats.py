"""Formats that are text or hold it: markup, code, notebooks, subtitles, JSON and XML; what is read of them."""

import json
from pathlib import Path

import pytest
from support import ROOT

from index.documents import Document
from index.errors import DocumentError
from index.formats.registry import format_of
from index.loading import load
from index.parsing.parse import parse

FILES = ROOT / "tests" / "data" / "formats"


def outline(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, heading.title) for heading in document.headings]


def read(text: str, suffix: str) -> Document:
    return parse(text.encode(), f"docs/a{suffix}", format_of(f"a{suffix}").media_type)


SECTIONS = [(2, "Crossings"), (3, "Fares"), (3, "Boarding"), (2, "Lost property")]


@pytest.mark.parametrize(
    ("suffix", "headings"),
    [
        (".rst", [(1, "Orm Ferry Handbook"), *SECTIONS]),
        (".adoc", [(1, "Orm Ferry Handbook"), *SECTIONS]),
        (".org", [(level - 1, title) for level, title in SECTIONS]),
        (".tex", SECTIONS),
    ],
)
def test_markup_is_kept_as_written_with_its_headings(suffix: str, headings: list[tuple[int, str]]) -> None:
    path = FILES / f"ferry{suffix}"
    document = load(path)
    assert (document.title, document.text) == ("Orm Ferry Handbook", path.read_text())
    assert outline(document) == headings
    for heading in document.headings:
        line = document.text[heading.start :].partition("\n")[0]
        assert heading.title in line
    assert document.section_at(document.text.index("ninety days")) == "Lost property"


@pytest.mark.parametrize(
    ("suffix", "text", "headings"),
    [
        (".rst", "====\nTall\n====\n\nOne\n---\n\ntwo\n---\nLong title\n---\n\n.. code::\n\n   no\n   ---\n\n----\n\nTwo\n---\n",
         [(1, "Tall"), (2, "One"), (2, "two"), (2, "Two")]),
        (".rst", "Név és ár\n=========\n\n+---+\n| a |\n+---+\n\n===  ===\na    b\n===  ===\n", [(1, "Név és ár")]),
        (".adoc", "= One\n\n----\n= no\n----\n\n=== Three\n\n//// \n== no\n////\n=No\n", [(1, "One"), (3, "Three")]),
        (".org", "* TODO Mend the ramp   :boat:urgent:\n** Ask Jorun\n*no*\n", [(1, "Mend the ramp"), (2, "Ask Jorun")]),
        (".tex", "\\section*{One}\n\\subsection{Two} % \\section{no}\n", [(2, "One"), (3, "Two")]),
    ],
)  # fmt: skip
def test_what_is_no_heading_isn_t_taken_for_one(suffix: str, text: str, headings: list[tuple[int, str]]) -> None:
    document = read(text, suffix)
    assert (document.text, outline(document)) == (text, headings)


def test_mdx_is_read_as_markdown() -> None:
    text = "import {Note} from './note'\n\n# Fares\n\n<Note>Children travel free.</Note>\n"
    document = read(text, ".mdx")
    assert (document.media_type, document.text, outline(document)) == ("text/markdown", text, [(1, "Fares")])


@pytest.mark.parametrize("name", ["settings.py", "quay.sql", "server.YAML", "app.toml"])
def test_code_and_configuration_are_kept_as_written(name: str, tmp_path: Path) -> None:
    text = "# Seconds until an idle client is dropped\r\nidle = 75\r\n"
    (tmp_path / name).write_bytes(text.encode())
    assert load(tmp_path / name).text == text


def test_a_notebook_is_its_cells_as_markdown() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Fares\n", "\n", "They rose in May."]},
        {"cell_type": "code", "source": "1 + 1", "outputs": [
            {"output_type": "stream", "text": ["one\n", "two\n"]},
            {"output_type": "execute_result", "data": {"text/plain": ["2"], "image/png": "iVBORw0KGgo="}},
            {"output_type": "error", "traceback": ["never"]},
        ]},
        {"cell_type": "code", "source": "", "outputs": []},
    ]  # fmt: skip
    notebook = {"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}
    document = read(json.dumps(notebook), ".ipynb")
    assert (document.title, outline(document)) == ("Fares", [(1, "Fares")])
    assert document.text == (
        "# Fares\n\nThey rose in May.\n\n````python\n1 + 1\n````\n\n````\none\ntwo\n````\n\n````\n2\n````"
    )


def test_a_notebook_of_pandoc_s_is_read() -> None:
    document = load(FILES / "ferry.ipynb")
    assert outline(document) == [(level - 1, title) for level, title in SECTIONS]
    assert "1.  Show the ticket.\n2.  Wait behind the yellow line." in document.text


def test_subtitles_are_running_text_cited_by_the_minute() -> None:
    document = load(FILES / "tour.vtt")
    assert document.title == "Tour of the Eider"
    assert document.text == (
        "00:00:03\n\nJorun Vask: Welcome aboard the Eider, which was built in 1987 and carries 34 cars.\n"
        "Piet Amsel: And what is behind this door?\n\n00:01:02\n\nJorun Vask: The pump room & the spare anchor."
    )
    assert document.section_at(document.text.index("pump room")) == "00:01:02"
    document = load(FILES / "tour.srt")
    assert document.title == "tour"
    assert document.text == (
        "00:00:03\n\nWelcome aboard the Eider, which was built in 1987 and carries 34 cars.\n\n"
        "01:02:07\n\n- And behind this door?\n- The pump room."
    )


def test_captions_that_roll_are_read_once() -> None:
    cues = "1\n00:00:01,0 --> 00:00:02,0\nthe ferry\n\n2\n00:00:02,0 --> 00:00:03,0\nthe ferry\nsails at noon\n"
    assert read(cues, ".srt").text == "00:00:01\n\nthe ferry sails at noon"


DEPOTS = """\
title: Depots of the ferry company
updated: 2026-03-02
open: true

depots

| name | closes | berths |
| --- | --- | --- |
| Halden | 17:45 | 4 |
| Orm | 18:30 | 2.50 |

rules

keys: Keys are handed out by the harbour office alone, against a signature, and are to be back before the last crossing of the day leaves.

forbidden

- open fire
- fishing from the ramp"""


def test_json_is_its_values_under_their_keys() -> None:
    document = load(FILES / "depots.json")
    assert (document.title, document.text) == ("Depots of the ferry company", DEPOTS)
    assert outline(document) == [(1, "depots"), (1, "rules"), (2, "forbidden")]


def test_json_lines_are_records_cited_by_what_they_are_called() -> None:
    document = load(FILES / "faq.jsonl")
    assert document.text == (
        "When does the depot in Halden close?\n\nquestion: When does the depot in Halden close?\nanswer: It closes at 17:45 "
        "from Monday to Friday, and at noon on Saturdays; on Sundays nobody is there, and the gate is locked.\n\n"
        "Who has the keys?\n\nquestion: Who has the keys?\nanswer: Jorun Vask."
    )
    assert document.section_at(document.text.index("17:45")) == "When does the depot in Halden close?"


def test_xml_is_its_text_and_nothing_that_it_names() -> None:
    document = load(FILES / "manual.xml")
    assert document.text == (
        "Winch manual\n\nOiling\n\nOil the winch every forty hours, café&e;.\n\nmember: grease\nmember: rag"
    )
    assert outline(document) == [(1, "Winch manual"), (2, "Oiling")]


@pytest.mark.parametrize(
    ("text", "suffix", "message"),
    [
        (
            "no times",
            ".srt",
            "is not a file of subtitles .no words in it have a time., whatever its name says: it looks",
        ),
        ("00:00:01,0 --> 00:00:02,0\n<i></i>", ".vtt", "is not a file of subtitles .no words in it have a time."),
        ('{"a": ', ".json", r"isn't JSON .Expecting value: line 1 column 7"),
        ("{}", ".json", "is JSON without any text"),
        ("[" * 100_000, ".json", "has parts in parts, hundreds deep"),
        ('{"a": 1}\n{"a":\n', ".jsonl", r"isn't JSON lines .line 2: Expecting value"),
        ("<a><b></a>", ".xml", "is damaged as an XML document"),
        ("<a><b/></a>", ".xml", "is an XML document without any text"),
        ("<a>" * 10_000 + "x" + "</a>" * 10_000, ".xml", "is damaged as an XML document .Excessive depth"),
        ("{}", ".ipynb", "is not a Jupyter notebook, whatever its name says: it looks like plain text, so have"),
        ('{"cells": [', ".ipynb", "is a notebook that is damaged or cut short: copy or download it again"),
        ('{"nbformat": 3, "worksheets": []}', ".ipynb", "is a notebook of before 2015: open and save it in Jupyter"),
        ('{"nbformat": 4, "cells": []}', ".ipynb", "is a notebook without any text"),
        ("a\0b", ".rst", "is binary, not text"),
        ("a\0b", ".py", "is binary, not text"),
    ],
)
def test_what_is_broken_empty_or_something_else_is_refused(text: str, suffix: str, message: str) -> None:
    with pytest.raises(DocumentError, match=rf"^docs/a{suffix} {message}"):
        read(text, suffix)


def test_entities_of_xml_are_not_unfolded() -> None:
    entities = "".join(f'<!ENTITY l{i} "&l{i - 1};&l{i - 1};&l{i - 1};&l{i - 1};">' for i in range(1, 20))
    with pytest.raises(DocumentError, match=r"^docs/a\.xml is damaged as an XML document \(Maximum entity"):
        read(f'<!DOCTYPE a [<!ENTITY l0 "lol">{entities}]><a>The ferry &l19; sails.</a>', ".xml")
    one = '<!DOCTYPE a [<!ENTITY lol "unfolded">]><a>The ferry &lol; sails.</a>'
    assert read(one, ".xml").text == "The ferry &lol; sails."
