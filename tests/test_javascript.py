"""The pages' and the widget's modules, tested by node's own test runner. Only these tests need node; nothing that runs does."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from support import ROOT

from qa.service.bundling import bundle
from qa.service.routes import formats_script

pytestmark = pytest.mark.slow

STATIC = ROOT / "qa" / "static"
# Modules that are no files: where the service serves each, and the routes that make it
GENERATED = {STATIC / "formats.js": ("/static/formats.js", formats_script.router)}


def node(*arguments: str | Path, text: str | None = None) -> str:
    command = shutil.which("node")
    if not command:
        pytest.skip("node isn't here: the tests in tests/javascript/ need node 20 or newer")
    result = subprocess.run([command, *map(str, arguments)], input=text, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_nodes_own_tests_pass() -> None:
    report = node("--test", *sorted((ROOT / "tests" / "javascript").glob("*.test.mjs")))
    passed = re.search(r"^# pass (\d+)$", report, re.MULTILINE)
    assert passed
    assert int(passed[1]) > 0


def source_of(module: Path) -> str:
    """A module's source, from its file or, if it has none, from the route that makes it."""
    if module not in GENERATED:
        return module.read_text()
    path, router = GENERATED[module]
    app = FastAPI()
    app.include_router(router)
    response = TestClient(app).get(path)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/javascript")
    return response.text


@pytest.mark.parametrize("module", sorted(STATIC.rglob("*.js")), ids=lambda path: path.relative_to(STATIC).as_posix())
def test_modules_are_short_and_import_what_is_there(module: Path) -> None:
    source = module.read_text()
    assert len(source.splitlines()) <= 220
    for names, where in re.findall(r'^import \{ ([\w, ]+) \} from "(\.[^"]+)";$', source, re.MULTILINE):
        other = source_of((module.parent / where).resolve())
        for name in names.split(", "):
            assert re.search(rf"^export (async )?(function\*?|const|class) {name}\b", other, re.MULTILINE), name
            assert len(re.findall(rf"\b{name}\b", source)) > 1, f"{name} is imported and not used"
    assert len(re.findall(r"^import ", source, re.MULTILINE)) == len(
        re.findall(r'^import \{ .* \} from "\.', source, re.MULTILINE)
    )


@pytest.mark.parametrize("module", GENERATED, ids=lambda path: path.name)
def test_modules_that_the_service_makes_can_be_read_and_are_no_files(module: Path) -> None:
    assert not module.exists()
    node("--check", "--input-type=module", "-", text=source_of(module))


def test_the_widgets_script_can_be_read() -> None:
    node("--check", "--input-type=commonjs", "-", text=bundle(STATIC / "widget" / "main.js"))
