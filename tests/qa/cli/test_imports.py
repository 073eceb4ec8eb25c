"""What each command imports of what is slow to import: no more than it needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from index.library_imports import STOOD_IN

pytestmark = pytest.mark.slow

HEAVY = {
    "numpy", "pydantic", "faiss", "tokenizers", "torch", "transformers", "sentence_transformers", "sklearn", "scipy", "sympy",
    "langchain_text_splitters", "text_to_num", "spellchecker", "lxml", "pypdfium2", "markdown_it", "openpyxl",
    "fastapi", "starlette", "uvicorn", "httpx", "mcp", "matplotlib", "jwt", "limits", "prometheus_client",
    "authlib", "joserfc",
}  # fmt: skip
MODELS = {"tokenizers", "torch", "transformers", "sentence_transformers"}


def imported(code: str, *arguments: str | Path) -> set[str]:
    """The heavy libraries that a process has imported when it has run the code."""
    return HEAVY & {name.partition(".")[0] for name in modules(code, *arguments)}


def modules(code: str, *arguments: str | Path) -> set[str]:
    """All modules, with their packages' names."""
    code += "\nimport sys; print('imported', *sys.modules)"
    process = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert process.returncode == 0, process.stderr
    return set(process.stdout.splitlines()[-1].split())


QUOTH = "import sys; from qa.cli.main import main; main(sys.argv[1:], standalone_mode=False)"


def imported_by(data: Path, *arguments: str) -> set[str]:
    return imported(QUOTH, "--data", data, *arguments)


@pytest.mark.parametrize(
    "arguments",
    [["documents"], ["keys", "list"], ["verify"], ["index", "seeds"], ["sync", "seeds"]],
    ids=lambda arguments: arguments[0],
)
def test_what_needs_no_model_imports_none(seeds_data: Path, arguments: list[str]) -> None:
    # nothing in `seeds` has changed since it was indexed
    assert imported_by(seeds_data, *arguments) == {"numpy", "pydantic"}


def test_a_question_imports_the_models_libraries_and_what_searches_and_compares(seeds_data: Path) -> None:
    # both models' libraries import scikit-learn and SciPy for what Quoth doesn't use of them
    assert imported_by(seeds_data, "ask", "Who signed the directive?") == {
        "numpy",
        "pydantic",
        "faiss",
        "text_to_num",
        *MODELS,
    }


def test_a_question_imports_nothing_for_training_several_machines_or_compiling(seeds_data: Path) -> None:
    asked = modules(QUOTH, "--data", seeds_data, "ask", "Who signed the directive?")
    assert {"torch.distributed", "sentence_transformers.base.model"} <= asked  # what these are parts of
    assert asked & set(STOOD_IN) == set()


def test_a_question_imports_nothing_that_reads_documents_and_no_other_command(seeds_data: Path) -> None:
    asked = modules(QUOTH, "--data", seeds_data, "ask", "Who signed the directive?")
    assert "qa.cli.asking" in asked
    assert asked & {"index.loading", "index.parsing.process", "qa.cli.documents", "qa.cli.serving"} == set()


def test_the_service_imports_what_people_sign_in_with_where_they_do() -> None:
    service = imported("import qa.service.app")
    assert "fastapi" in service
    assert service & {"authlib", "joserfc"} == set()


def test_the_client_imports_no_model() -> None:
    assert imported("import qa.client") == {"httpx", "pydantic"}
