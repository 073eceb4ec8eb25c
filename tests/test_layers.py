"""The layers, read off the imports: `seeds → index → qa`, and each heavy library in the one place that needs it."""

import ast
import re
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from support import ROOT

pytestmark = pytest.mark.slow

# library → the modules that may import it; a trailing slash means a folder
HOMES = {
    "torch": [
        "qa/reading/reader.py",
        "index/arithmetic.py",
        "index/empty_weights.py",
        "index/int8.py",
        "qa/training/",
    ],
    "transformers": ["qa/reading/reader.py", "index/embedding.py", "index/model_files.py", "qa/training/"],
    "sentence_transformers": ["index/embedding.py", "qa/training/people/recipe.py"],
    "text_to_num": ["index/language/english.py"],
    "tokenizers": ["index/embedding.py"],
    "faiss": ["index/storage/sqlite/blocks.py"],
    "langchain_text_splitters": ["index/chunking.py"],
    "fastapi": ["qa/service/"],
    "starlette": ["qa/service/", "qa/mcp/command.py"],
    "limits": ["qa/settings.py", "qa/service/auth/rate_limit.py"],
    "jwt": ["qa/service/auth/tokens.py", "qa/service/auth/sessions.py"],
    "authlib": ["qa/service/auth/provider.py"],
    "joserfc": ["qa/service/auth/provider.py"],
    "httpx2": ["qa/service/auth/provider.py"],
    "prometheus_client": ["qa/service/"],
    "uvicorn": ["qa/service/process/"],
    "mcp": ["qa/mcp/server.py", "qa/mcp/command.py"],
    "mcp_types": ["qa/mcp/server.py"],
    "click": [
        "qa/cli/",
        "qa/printing.py",
        "qa/mcp/command.py",
        "qa/evaluation/evaluate_command.py",
        "qa/evaluation/report_commands.py",
        "qa/evaluation/calibrate_command.py",
    ],
    "httpx": ["qa/client.py", "index/sources/web/addresses.py"],  # the latter for what an address is alone
    "httpcore": ["index/sources/web/"],
    "watchfiles": ["index/sources/watching.py"],
    "protego": ["index/sources/web/robots.py"],
    "httpx_sse": ["qa/client.py"],
    "ir_measures": ["qa/evaluation/metrics.py"],
    "sklearn": ["qa/evaluation/metrics.py", "qa/evaluation/fitting.py", "qa/training/people/near.py"],
    "sqlite3": ["index/storage/sqlite/", "index/storage/tokenizer.py"],  # the latter for its words alone
    "psycopg": ["index/storage/postgresql/"],
    "psycopg_pool": ["index/storage/postgresql/"],
    "pgvector": ["index/storage/postgresql/"],
    "lxml": ["index/formats/"],
    "pypdfium2": ["index/formats/"],
    "PIL": ["index/formats/pictures.py"],
    "markdown_it": ["index/formats/"],
    "yaml": ["index/formats/"],
    "mammoth": ["index/formats/docx.py"],
    "openpyxl": ["index/formats/xlsx.py"],
    "pythonjsonlogger": ["qa/service/observability/logs.py"],
    "opentelemetry": ["qa/service/observability/tracing.py"],
    "matplotlib": ["qa/evaluation/plots.py"],
    "jinja2": ["qa/evaluation/report.py"],
    "scipy": ["qa/evaluation/comparison.py"],
    "langchain_core": ["qa/integrations/langchain.py"],
    "llama_index": ["qa/integrations/llama_index.py"],
    "haystack": ["qa/integrations/haystack.py"],
    "mkdocs": ["qa/docs/hooks.py"],
}
# Slow to import, so only inside the functions that use them
LAZY = {"torch", "transformers", "sentence_transformers", "tokenizers", "faiss", "langchain_text_splitters", "lxml",
        "pypdfium2", "PIL", "markdown_it", "yaml", "mammoth", "openpyxl", "uvicorn", "ir_measures", "sklearn", "matplotlib",
        "jinja2", "opentelemetry", "scipy", "authlib", "joserfc", "httpx2"}  # fmt: skip

MODULES = sorted(path for package in ("index", "qa") for path in (ROOT / package).rglob("*.py"))


def imports(path: Path, *, at_top: bool = False) -> set[str]:
    """The modules that a file imports by name; `at_top`, only those it imports when it is imported itself."""
    tree = ast.parse(path.read_text())
    nodes = tree.body if at_top else ast.walk(tree)
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(str(node.module))
            found |= {f"{node.module}.{alias.name}" for alias in node.names}  # `from package import module`
    return found


def allowed(home: str, name: str) -> bool:
    return name.startswith(home) if home.endswith("/") else name == home


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_stay_in_their_layer(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    libraries = {module.split(".")[0] for module in imports(path)}
    if name.startswith("index/"):
        assert "qa" not in libraries
    for library, homes in HOMES.items():
        assert library not in libraries or any(allowed(home, name) for home in homes), f"{name} imports {library}"
    if not name.startswith("qa/training/"):  # which is a command of its own, and nothing without torch
        assert not {module.split(".")[0] for module in imports(path, at_top=True)} & LAZY


@pytest.mark.parametrize("name", ["SentenceTransformerEmbedder", "TransformersReader"])
def test_a_model_is_named_in_one_place_besides_its_own(name: str) -> None:
    naming = {path.relative_to(ROOT).as_posix() for path in MODULES if name in path.read_text()}
    training = {module for module in naming if module.startswith("qa/training/")}  # which makes models of its own
    assert len(naming - training) == 2
    assert "qa/assembly.py" in naming


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_knows_a_database_is_one_room(kind: str) -> None:
    outside = [path for path in MODULES if not path.relative_to(ROOT).as_posix().startswith(f"index/storage/{kind}/")]
    using = {
        path.relative_to(ROOT).as_posix()
        for path in outside
        if any(f"storage.{kind}" in name for name in imports(path))
    }
    assert using == {"index/stores.py"}  # which says what opens a URL


def test_nobody_speaks_sql_but_the_stores() -> None:
    rooms = ("index/storage/sqlite/", "index/storage/postgresql/", "index/storage/tokenizer.py")
    outside = [path for path in MODULES if not path.relative_to(ROOT).as_posix().startswith(rooms)]
    statements = re.compile(r"\b(SELECT|INSERT|DELETE FROM|CREATE TABLE|PRAGMA|MATCH|rowid|fts5)\b")
    for path in outside:
        strings = [node.value for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Constant)]
        found = {word for string in strings if isinstance(string, str) for word in statements.findall(string)}
        assert not found, f"{path} speaks SQL: {found}"


def test_who_reads_is_decided_in_one_place_of_the_service() -> None:
    serving = [path for path in MODULES if path.relative_to(ROOT).as_posix().startswith(("qa/service/", "qa/mcp/"))]
    unbound = {
        path.relative_to(ROOT).as_posix() for path in serving if "index.storage.principals.SEES_ALL" in imports(path)
    }
    # the second is a command at the machine, and its `Index` takes any principal
    assert unbound == {"qa/service/auth/callers.py", "qa/mcp/command.py"}


def test_nothing_that_answers_over_http_fetches_addresses() -> None:
    fetching = "index.sources.web."
    pairs = edges(MODULES)
    serving = [name for name in modules(MODULES) if name.startswith(("qa.service.", "qa.mcp.", "qa.client"))]
    reached = {name for start in serving for name in closure(start, pairs) if name.startswith(fetching)}
    assert ("qa.cli.syncing", "index.sources.web.sync") in pairs
    assert reached == set()


def room_of(module: str) -> str:
    """The package a module is in; those that lie beside the packages of `index`, `qa` and `qa.service` stand alone."""
    package = module.rpartition(".")[0]
    return module if package in ("", "index", "qa", "qa.service") else package


def modules(paths: Iterable[Path]) -> dict[str, Path]:
    """Our own modules by name."""
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def edges(paths: Iterable[Path]) -> set[tuple[str, str]]:
    """(Importing, imported) of our own modules."""
    names = modules(paths)
    return {(name, module) for name, path in names.items() for module in imports(path) if module in names}


def closure(module: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    """The module and all of ours that are imported with it."""
    found: set[str] = set()
    wanted = {module}
    while wanted:
        found |= wanted
        wanted = {imported for importing, imported in pairs if importing in wanted} - found
    return found


def circle_in(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Names that lead from one back to itself, empty if there are none."""
    graph: dict[str, set[str]] = {}
    for one, other in pairs:
        if one != other:
            graph.setdefault(one, set()).add(other)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_no_module_imports_in_a_circle() -> None:
    assert circle_in(edges(MODULES)) == []


def test_no_package_imports_in_a_circle() -> None:
    # A package's own file, `qa/mcp/__init__.py`, imports nothing, so importing a module of it is no edge to it
    found = edges(MODULES)
    assert ("qa.service.app", "qa.service.problems") in found  # which it has by `from qa.service import problems`
    assert circle_in((room_of(one), room_of(other)) for one, other in found) == []


def test_the_client_is_imported_with_three_libraries_and_none_of_what_answers() -> None:
    at_top = {name: imports(path, at_top=True) for name, path in modules(MODULES).items()}
    pairs = {(name, module) for name, imported in at_top.items() for module in imported if module in at_top}
    names = closure("qa.client", pairs)
    libraries = {module.partition(".")[0] for name in names for module in at_top[name]} - {"index", "qa"}
    assert libraries - sys.stdlib_module_names == {
        "httpx",
        "httpx_sse",
        "pydantic",
        "pydantic_core",
    }  # the last is pydantic's own
    assert {room_of(name) for name in names} & {"index.storage", "index.retrieval", "qa.reading", "qa.service"} == set()
    assert "qa.answering.answerer" not in names


def test_a_circle_is_seen() -> None:
    assert circle_in([("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")]) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
    )


def test_files_are_short_enough_to_read() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
