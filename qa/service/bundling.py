"""Bundle ES modules into one minified script, imported modules first: a classic one, or a module with exports.

Modules may import names of each other (`import { a, b } from "./file.js";`) and export what they declare. All other
forms of import and export (renaming, defaults, `import *`, circles) are refused by name. The modules remain valid ES
modules, which can be read, tested and loaded on their own.

Minifying removes comments, white space that separates no tokens, white space in the style sheet (the template that
`replaceSync` is called with), line ends where no statement can end, semicolons before a `}` that aren't the body of a
loop or condition, and the brackets around an arrow function's only parameter. `const` becomes `let`, and consecutive
declarations become one. Strings, regular expressions and other templates stay as they are. Private members of classes
and variables get short names, see `renaming`. No library that does this has wheels for every platform Quoth runs on.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from qa.service.renaming import Token, candidates, shortened

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.\.?/[\w./]+)";\n', re.MULTILINE)
_DECLARED = re.compile(r"^(export )?(?:(?:async )?function\*?|class|const|let) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_TOKEN = re.compile(
    r"""(?P<nothing>(?:\s|//.*|/\*[\s\S]*?\*/)+)
    |(?P<private>\#\w+)
    |(?P<text>"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')
    |(?P<word>[\w$.]+)
    |(?P<sign>[^\s\w$"'`])""",
    re.VERBOSE,
)
_REGEX = re.compile(r"/(?![/*])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
_BEFORE_A_REGEX = frozenset([*"(,=:[!&|?{;>", "return"])  # a slash after these begins a regex
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)")  # up to its end, or to the next `${`
_CONTINUES_AFTER = frozenset(";,({[?:=&|")  # a line end after these doesn't end a statement
_CONTINUES_BEFORE = frozenset(",)}].?:=&|")  # nor does one before these
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_WITH_A_BODY = frozenset(["if", "for", "while"])  # `for (…);` before a `}` has its semicolon as a body
_NEEDS_SPACE = re.compile(r"[\w$]{2}|\d\.|\+\+|--|//|/\*")  # two characters that would merge without a space


def bundle(entry: Path, *, module: bool = False) -> str:
    """A script that does what the module `entry` does when it is loaded, and declares no global names.

    With `module` it is a module, with the exports of `entry`.

    Raises ValueError naming the module for another form of import or export, a circle, a name that is imported but not
    exported, or a name that two modules declare.
    """
    modules: dict[Path, str] = {}
    _add(entry.resolve(), modules, ())
    homes: dict[str, Path] = {}
    for path, source in modules.items():
        for _, name in _DECLARED.findall(source):
            if name in homes:
                raise ValueError(f"{path} and {homes[name]} both declare {name}")
            homes[name] = path
    source = "".join(map(_without_imports, modules.values()))
    if module:
        exports = [name for export, name in _DECLARED.findall(modules[entry.resolve()]) if export]
        return f"{_minified(source, exports)}export{{{','.join(exports)}}};\n"
    return '(() => {\n"use strict";\n' + _minified(source) + "})();\n"


def _add(path: Path, modules: dict[Path, str], above: tuple[Path, ...]) -> None:
    """Add the module at `path` after all that it imports; `above` are the modules that import it."""
    if path in above:
        raise ValueError(f"modules import in a circle: {' → '.join(map(str, (*above, path)))}")
    if path in modules:
        return
    source = path.read_text("utf-8")
    for names, where in _IMPORT.findall(source):
        other = (path.parent / where).resolve()
        _add(other, modules, (*above, path))
        exported = {name for export, name in _DECLARED.findall(modules[other]) if export}
        if missing := {name.strip() for name in names.split(",")} - exported - {""}:
            raise ValueError(f"{path} imports {', '.join(sorted(missing))}, which {other} doesn't export")
    modules[path] = source


def _without_imports(source: str) -> str:
    source = _DECLARED.sub(lambda match: match[0].removeprefix("export "), _IMPORT.sub("", source))
    if other := _OTHER.search(source):
        raise ValueError(f"this form of import or export can't be bundled: {other[0]}")
    return source


def _minified(source: str, exports: Collection[str] = ()) -> str:
    """The script without what only readers need; the names of `exports` stay."""
    script = ""
    private, names = dict[str, str](), candidates()
    declares = [False]  # for each open bracket: whether its last statement begins with `let`
    for gap, part in _leaner(shortened(list(_tokens(source)), exports)):
        if part[0] in _CLOSING and len(declares) > 1:
            declares.pop()
        if gap == "\n" and script and script[-1] not in _CONTINUES_AFTER and part[0] not in _CONTINUES_BEFORE:
            script += "\n"
            declares[-1] = False
        elif gap and _NEEDS_SPACE.match(script[-1:] + part[0]):
            script += " "
        if part == "let" and declares[-1] and script[-1] == ";":  # let a = 1;let b = 2 → let a = 1,b = 2
            script = script[:-1] + ","
            continue
        if part == "let" or (script[-1:] == ";" and part[0] not in _CLOSING):
            declares[-1] = part == "let"
        if part in _OPENING or part.endswith("${"):
            declares.append(False)
        if part[0] == "#" and part not in private:
            private[part] = f"#{next(names)}"
        script += private.get(part, part)
    return script + "\n"


def _leaner(tokens: Iterable[Token]) -> list[Token]:
    """The tokens without those that can be left out, and with `let` for `const`."""
    lean: list[Token] = []
    heads: list[str] = []  # for each open bracket: the token before it
    head = ""  # the token before the bracket that was closed last
    for gap, part in tokens:
        last = [token for _, token in lean[-4:]]
        is_body = last[-2:] == [")", ";"] and head in _WITH_A_BODY
        if (last[-1:] == [","] and part == ")") or (part == "}" and last[-1:] in ([","], [";"]) and not is_body):
            lean.pop()
        elif part == ">" and last[:1] + last[2:] == ["(", ")", "="] and last[1].isidentifier():  # (a) => … → a=>…
            lean[-4:] = [(" ", last[1]), ("", "=")]
        if part[0] in _CLOSING and heads:
            head = heads.pop()
        if part in _OPENING or part.endswith("${"):
            heads.append(last[-1] if last else "")
        lean.append((gap, "let" if part == "const" else part))
    return lean


def _tokens(source: str) -> Iterator[Token]:
    """(white space before the token, token): the white space is a line end, a space or nothing."""
    at = depth = 0
    gap = ""
    before = ("", "")  # the last two tokens
    templates: list[int] = []  # for each open template, the depth of brackets at its `${`
    while at < len(source):
        ends_code = source[at] == "}" and templates[-1:] == [depth]
        if template := ends_code or source[at] == "`":
            match = _TEMPLATE.match(source, at + 1)
        else:
            match = (before[1] in _BEFORE_A_REGEX and _REGEX.match(source, at)) or _TOKEN.match(source, at)
        if not match:
            raise ValueError(f"this can't be bundled, for it has no end: {source[at : at + 40]}")
        part, at = source[at : match.end()], match.end()
        if match.lastgroup == "nothing":
            gap = "\n" if "\n" in part else gap or " "
            continue
        templates = templates[:-1] if ends_code else templates
        if template and part.endswith("${"):
            templates.append(depth)
        elif template and before[0].endswith(".replaceSync"):
            part = _minified_style(part)
        depth += (part in _OPENING) - (part in _CLOSING)
        yield gap, part
        gap, before = "", (before[1], part)


def _minified_style(style: str) -> str:
    """A style sheet in a template; spaces before a colon, or around a sign in `calc`, have a meaning and stay."""
    style = re.sub(r"\s+", " ", re.sub(r"/\*[\s\S]*?\*/", "", style))
    return re.sub(r" ?([{};,>`]) ?|(?<=:) ", r"\1", style).replace(";}", "}")
