"""@quoth/client as `npm pack` makes it: its types are the contract's, and node's own tests pass against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import contract_types
import pytest
from small_index import small_index
from support import ROOT, Served

pytestmark = pytest.mark.slow

CLIENT = ROOT / "qa" / "static" / "client"
TESTS = ROOT / "tests" / "javascript" / "client"
SOURCE, TYPES = ((CLIENT / name).read_text() for name in ("index.js", "index.d.ts"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(small_index(tmp_path_factory.mktemp("client")))
    yield served
    assert served.stop() == 0, served.log


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the packed package is installed, with node's tests of it."""
    if not shutil.which("npm"):
        pytest.skip("node isn't here: the tests in tests/javascript/ need node 20 or newer, and npm")
    folder = tmp_path_factory.mktemp("project")
    pack = ["npm", "pack", "--silent", "--pack-destination", str(folder)]
    subprocess.run(pack, cwd=CLIENT.parent, check=True, capture_output=True)
    (packed,) = folder.glob("*.tgz")
    place = folder / "node_modules" / "@quoth" / "client"
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    place.parent.mkdir(parents=True)
    (folder / "package").rename(place)
    for test in TESTS.glob("*.test.mjs"):
        shutil.copy(test, folder)
    return folder


def node(project: Path, *arguments: str | Path, **environment: str) -> str:
    command = ["node", *map(str, arguments)]
    env = {**os.environ, **environment}
    result = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_the_package_holds_what_it_imports_and_no_more(project: Path) -> None:
    place = project / "node_modules" / "@quoth" / "client"
    assert sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()) == [
        "client/README.md",
        "client/contract.d.ts",
        "client/errors.js",
        "client/index.d.ts",
        "client/index.js",
        "client/requests.js",
        "package.json",
        "shared/addresses.js",
        "shared/event_stream.js",
    ]


def test_it_asks_a_real_server(project: Path, served: Served) -> None:
    report = node(project, "--test", *sorted(project.glob("*.test.mjs")), QUOTH_URL=str(served.client.base_url))
    assert re.search(r"^# pass 16$", report, re.MULTILINE), report


def test_the_example_of_its_page_runs(project: Path, served: Served) -> None:
    (example,) = re.findall(r"```js\n(.*?)```", (CLIENT / "README.md").read_text(), re.DOTALL)
    (project / "example.mjs").write_text(example.replace("http://127.0.0.1:8000", str(served.client.base_url)))
    first, second, third = node(project, "example.mjs").splitlines()
    assert re.fullmatch(r"Jorun Vask 0\.\d+ true", first)
    assert second == "at noon"
    assert third.startswith("not-found 404 ")


def test_its_types_are_the_contract_s() -> None:
    written = contract_types.typescript(contract_types.client_schemas())
    assert contract_types.FILE.read_text() == written, "run `python tests/contract_types.py`"


def test_what_it_exports_is_typed() -> None:
    methods = r"^  (?:async )?\*?(?!constructor)(\w+)\("
    assert set(re.findall(methods, SOURCE, re.MULTILINE)) == set(re.findall(methods, TYPES, re.MULTILINE))
    declared = set(re.findall(r"^export (?:class|function) (\w+)", TYPES, re.MULTILINE))
    assert declared == {"Client", "QuothError", "slice"}
    imported = set(re.findall(r"\w+", re.findall(r"import type \{(.*?)\}", TYPES, re.DOTALL)[0]))
    assert imported <= set(re.findall(r"export (?:interface|type) (\w+)", contract_types.FILE.read_text()))


@pytest.mark.integrations
def test_typescript_s_compiler_takes_and_refuses_what_it_should(project: Path) -> None:
    """`types.ts` marks each line that must be refused; one that isn't is an error too."""
    compiler = Path(sys.prefix) / "node" / "node_modules" / ".bin" / "tsc"
    assert compiler.exists(), "README's command for the integrations installs TypeScript"
    shutil.copy(TESTS / "types.ts", project)
    options = {"strict": True, "noEmit": True, "module": "nodenext", "target": "es2022", "skipLibCheck": False}
    options["lib"] = ["es2022", "dom", "dom.asynciterable"]
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["types.ts"]}))
    (project / "package.json").write_text('{"type": "module"}')
    result = subprocess.run([compiler, "-p", "."], cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
