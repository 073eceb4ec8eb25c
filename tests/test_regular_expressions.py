"""No text takes a regular expression longer than its length says: each of them is run on hostile text of N and 4 N
characters.

Python's `re` holds the interpreter while it matches, in whichever thread, so that one quadratic expression over a
document stops everybody. How fast a machine is doesn't matter here, and how busy it is hardly: what is compared is the
processor time of this thread, the least of several, for one text and for the same four times as long. Linear, that is 4
times as much; quadratic, 16; the test fails from 9 on. What takes less than 2 ms for 4,000 characters isn't compared:
a quadratic one takes ten times that and more.
"""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import partial
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Literal

import pytest
from support import ROOT
from test_layers import MODULES

from index import chunking
from index.indexing import DEFAULT_CHUNK_TOKENS
from index.language.english import ENGLISH
from index.language.sentences import break_pattern, cut_pattern
from index.storage.sqlite import shape
from qa.answering.questions import MAX_QUESTION_CHARS

LENGTHS = (20, 250, 1_000, 4_000)  # characters; the first is all that an exponential one comes to an end of
TELLING_SECONDS = 0.002
RATIO = 9

# Expressions made of what is only known when they are used: "file:where" → those made of what there is
MADE = {
    "index/language/sentences.py:cut_pattern": [cut_pattern(ENGLISH)],
    "index/language/sentences.py:break_pattern": [break_pattern(ENGLISH)],
    "qa/answering/answer_normalization.py:_folded": [re.compile(r"(?<=\d),(?=\d{3}(\D|$))")],
    "qa/answering/greetings.py:_KINDS": [],  # walked as the constant that they are
    "qa/answering/forms/polarity.py:_COMPILED": [],
    "index/formats/pdf.py:_outline": [],  # in the process that parses, which is ended when it takes too long
    "qa/evaluation/report.py:_spans": [],  # of one's own evaluation
}
# Text that langchain-text-splitters compiles
SEPARATORS = [chunking._BLANK_LINES, r"\r?\n", r"\s+"]
# Constants that hold several, each matched at one place
MATCHED = {"index/lines.py:_KINDS", "qa/answering/greetings.py:_KINDS"}
# Quadratic, and never run on more than so many characters; worse than quadratic none may be
_SENTENCE = 2 * 600 + DEFAULT_CHUNK_TOKENS * 16  # around a span, which lies in a chunk
BOUNDED = {
    "index/storage/sqlite/shape.py:_WORDS": shape._MAX_STATEMENT_CHARS,
    "qa/answering/conflicts.py:_names": MAX_QUESTION_CHARS,
    "qa/answering/forms/question_kind.py:_LIST": MAX_QUESTION_CHARS,
    "qa/answering/forms/clauses.py:_BARE_VERDICT": _SENTENCE,
}
# Files whose expressions read nothing but the project's own scripts and pictures
OWN = {"qa/service/bundling.py", "qa/service/renaming.py", "qa/evaluation/plots.py", "qa/docs/hooks.py"}

UNITS = (
    " ", "\n", "\r", "\t", "\r\n", " \n", "\n\n", "\u3000", "a", "A", "1", "é", ".", ",", ";", ":", "!", "?", "-", "_", "*", "#",
    "'", '"', "“", "’", "<", ">", "&", "/", "\\", "(", "[", "]", "|", "`", "~", "½", "°c", "a ", "A ", "1 ", "a.", "a. ", "A. ",
    "a\n", "a'", "a, ", "a and ", "1,", "1-", "1.", "1:1", "2020-", "12 a", "- ", "# ", "> ", "| ", "a | ", "|-", "--", "](", "](a",
    "**a", "[a", '"a', "“a", "\n>a",
)  # fmt: skip
BEFORE = "a."  # what stands in front of some of them
END = "\x01"  # which nothing that fails at the end goes on with

_COMPILING = {"compile", "sub", "subn", "split", "match", "search", "fullmatch", "findall", "finditer"}


@dataclass(frozen=True)
class Expression:
    place: str
    pattern: re.Pattern[Any]
    operation: Literal["match", "fullmatch", "finditer"]

    def seconds(self, text: str) -> float:
        """Of the processor, for all of a text."""
        given = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        began = time.thread_time()
        if self.operation == "finditer":
            for _ in self.pattern.finditer(given):
                pass
        else:
            getattr(self.pattern, self.operation)(given)
        return time.thread_time() - began


def expressions() -> Iterator[Expression]:
    """All that the packages compile: as constants, and where they are used."""
    trees = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in MODULES}
    uses = used(trees.values())
    for file, tree in trees.items():
        if file in OWN:
            continue
        names = constants(tree)
        module = importlib.import_module(module_of(file)) if names or calls_of(tree) else None
        for name in sorted(names):
            for pattern in patterns_in(getattr(module, name)):
                yield Expression(f"{file}:{name}", pattern, operation_of(f"{file}:{name}", uses.get(name, set())))
        for where, call in calls_of(tree):
            if where not in names:
                for pattern in compiled(call, module, f"{file}:{where}"):
                    yield Expression(f"{file}:{where}", pattern, operation_of("", {called(call)}))
    for separator in SEPARATORS:
        yield Expression("index/chunking.py:separators", re.compile(separator), "finditer")


def module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def constants(tree: ast.Module) -> set[str]:
    """The names of a module whose values hold expressions that it compiles."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and any(map(is_compiling, ast.walk(node)))
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def calls_of(tree: ast.Module) -> list[tuple[str, ast.Call]]:
    """The calls of `re` with the names that they stand under: of a function, a class or a constant."""
    found = []
    for node in tree.body:
        name = getattr(node, "name", None) or next(
            (t.id for t in getattr(node, "targets", []) if isinstance(t, ast.Name)), ""
        )
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef) and isinstance(node, ast.ClassDef):
                found += [(inner.name, call) for call in ast.walk(inner) if is_compiling(call)]
        if not isinstance(node, ast.ClassDef):
            found += [(name, call) for call in ast.walk(node) if is_compiling(call)]
    return found  # type: ignore[return-value]


def is_compiling(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {f"re.{name}" for name in _COMPILING}


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).removeprefix("re.")


def compiled(call: ast.Call, module: object, place: str) -> list[re.Pattern[Any]]:
    """What a call compiles; of one that is made of what only its function knows, what MADE has."""
    flags = [keyword.value for keyword in call.keywords if keyword.arg == "flags"]
    flags += call.args[1:2] if called(call) == "compile" else []
    flags += call.args[2:3] if called(call) in ("search", "match", "fullmatch", "findall", "finditer") else []
    try:
        values = [
            eval(compile(ast.Expression(each), place, "eval"), dict(vars(module)))  # noqa: S307  # the project's own
            for each in [call.args[0], *flags]
        ]
    except NameError:
        return MADE[place]
    return [re.compile(*values)]


def patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        yield from patterns_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from patterns_in(each)
    elif is_dataclass(value):
        yield from patterns_in([getattr(value, field.name) for field in fields(value)])


def used(trees: Iterable[ast.Module]) -> dict[str, set[str]]:
    """Name → the methods that are called of what has it, in any file."""
    found: dict[str, set[str]] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                found.setdefault(name, set()).add(node.attr)
    return found


def operation_of(place: str, uses: set[str]) -> Literal["match", "fullmatch", "finditer"]:
    if uses == {"fullmatch"}:
        return "fullmatch"
    return "match" if place in MATCHED or (uses and uses <= {"match", "fullmatch"}) else "finditer"


def literals(pattern: re.Pattern[Any]) -> set[str]:
    """The words that an expression spells out: what it begins to match on."""
    found: set[str] = set()

    def walk(parts: Any) -> None:
        word = ""
        for operation, value in [*parts, (None, None)]:
            if operation is _constants.LITERAL:
                word += chr(value)
                continue
            found.update({word} if len(word) > 1 else ())
            word = ""
            for inner in value if isinstance(value, tuple | list) else [value]:
                if isinstance(inner, _parser.SubPattern):
                    walk(inner)
                elif isinstance(inner, list):
                    for branch in inner:
                        if isinstance(branch, _parser.SubPattern):
                            walk(branch)

    walk(_parser.parse(pattern.pattern, pattern.flags))
    return found


def hostile(expression: Expression, *, after: bool) -> Iterator[Callable[[int], str]]:
    """Texts of any length that a backtracking matcher may take long for; `after` something else, or from the start."""
    words = sorted(literals(expression.pattern))[:8]
    for beginning in (BEFORE, *words[:1]) if after else ("",):
        for unit in (*UNITS, *words, *(f"{word} " for word in words)):
            yield partial(lambda beginning, unit, length: beginning + (unit * length)[:length] + END, beginning, unit)


def grows(expression: Expression, text: Callable[[int], str], ratio: float = RATIO, most: int = LENGTHS[-1]) -> bool:
    """Whether four times as much takes more than `ratio` times as long; it is measured where the time tells."""
    for length in (*(each for each in LENGTHS if each < most), most):
        if expression.seconds(text(length)) >= TELLING_SECONDS:
            break
    else:
        return False
    for _ in range(3):  # something else may have disturbed it
        long, short = (min(expression.seconds(text(each)) for _ in range(3)) for each in (length, length // 4))
        if long < ratio * short:
            return False
    return True


EXPRESSIONS = list(expressions())


@pytest.mark.parametrize("after", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["at once", "after"])
@pytest.mark.parametrize("expression", EXPRESSIONS, ids=lambda each: f"{each.place}:{each.operation}")
def test_no_text_takes_longer_than_its_length(expression: Expression, *, after: bool) -> None:
    bounds = (40, BOUNDED[expression.place]) if expression.place in BOUNDED else ()
    for text in hostile(expression, after=after):
        assert not grows(expression, text, *bounds), f"{expression.pattern.pattern!r} on {text(20)!r}"


def test_every_module_is_looked_at() -> None:
    places = {each.place for each in EXPRESSIONS}
    assert {"qa/urls.py:_before", "index/formats/markdown.py:MARKDOWN", "qa/feedback/anchoring.py:_GAP"} <= places
    assert len(EXPRESSIONS) > 120
    assert set(BOUNDED) <= places
    assert places >= MATCHED


@pytest.mark.parametrize(("pattern", "unit"), [(r"\s+$", " "), (r"\]\([^)\s]*\)", "]("), ("(?:a|a)+b", "a")])
def test_one_that_is_not_linear_is_found(pattern: str, unit: str) -> None:
    expression = Expression("here", re.compile(pattern), "finditer")
    assert grows(expression, lambda length: (unit * length)[:length] + END)
    assert not grows(expression, lambda length: "c" * length)
