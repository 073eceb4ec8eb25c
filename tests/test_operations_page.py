"""What the operations page tells is so: its settings, metrics, commands, errors and links exist."""

import json
import re
import shlex

import click
from metric_names import figures
from support import ROOT

from qa.cli.main import main
from qa.service import problems
from qa.settings import Settings

PAGE = ROOT / "qa" / "service" / "OPERATIONS.md"
TEXT = PAGE.read_text()


def named(text: str) -> set[str]:
    return set(re.findall(r"\b(?:quoth|process)_[a-z_]+[a-z]\b", text))


def test_every_metric_named_there_exists() -> None:
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in figures()}
    (table,) = re.findall(r"## What to watch\n(.*?)\n## ", TEXT, re.DOTALL)
    assert named(table) - set(figures()) - families == set()


def test_every_metric_of_quoth_is_told() -> None:
    told = named(TEXT)
    for name in figures():
        if name.startswith("quoth_"):
            assert {name, re.sub("_(bucket|sum|count)$", "", name)} & told, name


def test_every_setting_and_link_and_file_exists() -> None:
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"QUOTH_[A-Z_]+[A-Z]", TEXT)) <= known
    for argument in re.findall(r"--build-arg (\w+)=", TEXT):
        assert f"ARG {argument}=" in (ROOT / "Dockerfile").read_text()
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (PAGE.parent / link).exists(), link
    scripts = re.findall(r"\btests/[\w/]+\.py", TEXT)
    assert len(scripts) > 20
    for script in scripts:
        assert (ROOT / script).exists(), script


def test_every_command_is_one_and_has_its_options() -> None:
    lines = re.findall(r"^\$ quoth (.*?)(?:  +#.*)?$", TEXT, re.MULTILINE)
    lines += re.findall(r"\b(?:quoth --data \S+|run --rm --volume \S+ quoth) (backup \S+)", TEXT)
    lines += re.findall(r"`quoth ([a-z]+[^`…]*)`", TEXT)
    assert len(lines) > 15
    for line in lines:
        command: click.Command = main
        words = shlex.split(line)
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not main, line
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_the_errors_told_are_those_that_are_given() -> None:
    (table,) = re.findall(r"## When it doesn't work\n(.*)", TEXT, re.DOTALL)
    source = "".join(path.read_text() for package in ("qa", "index") for path in sorted((ROOT / package).rglob("*.py")))
    source = re.sub(r'"\n\s*f?"', "", source)
    for cell in re.findall(r"^\| (.*?) \|", table, re.MULTILINE)[2:]:
        for phrase in re.findall("`(.*?)`", cell):
            for part in (part.strip() for part in phrase.split("…")):
                assert part in source or part.startswith("quoth "), phrase
    for kind, status in re.findall(r"^\| `([a-z-]+)` \((\d+)\)", table, re.MULTILINE):
        assert kind == "defect" or problems._STATUS[kind] == int(status)


def test_the_log_line_shown_is_one() -> None:
    (line,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    shown = json.loads(line)
    assert {"time", "level", "logger", "message", "request_id", "route", "status", "ms", "read_ms"} <= set(shown)
