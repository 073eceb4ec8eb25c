"""ES modules → one classic script, as a bundler does it: what is imported comes first.

Modules may import names of each other (`import { a, b } from "./file.js";`) and export what they declare. Whatever else
ES modules allow (renaming, defaults, `import *`, circles) is refused by name, so a module that is bundled can be read,
tested and loaded on its own too.

Left out are comments, white space that parts no two tokens, that of the style sheet (the template `replaceSync` is
called with), and line ends where no statement can end; constants declared in a row become one declaration. Strings,
regular expressions and other templates stay as they are, and nothing is renamed but the private members of classes,
which can't be named from outside.
"""

import re
from collections.abc import Iterator
from pathlib import Path

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
_BEFORE_A_REGEX = frozenset([*"(,=:[!&|?{;>", "return"])  # after which a slash can't divide
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)")  # to its end, or to the code in it
_GOES_ON = frozenset(";,({[?:=&|")  # a line's end after which a statement can't be taken to end
_WENT_ON = frozenset(",)}].?:=&|")  # a line's begin before which it can't either
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_PARTED = re.compile(r"[\w$]{2}|\d\.|\+\+|--|//|/\*")  # two characters that would be read otherwise without a space


def bundle(entry: Path) -> str:
    """The script that does what the module does when it is loaded; its names are nobody else's.

    Raises ValueError, with the module's path, for what isn't understood: another form of import or export, a circle, a
    name that is imported but not exported, or one that two modules declare.
    """
    modules: dict[Path, str] = {}
    _add(entry.resolve(), modules, ())
    homes: dict[str, Path] = {}
    for path, source in modules.items():
        for _, name in _DECLARED.findall(source):
            if name in homes:
                raise ValueError(f"{path} and {homes[name]} both declare {name}")
            homes[name] = path
    return '(() => {\n"use strict";\n' + _lean("".join(map(_plain, modules.values()))) + "})();\n"


def _add(path: Path, modules: dict[Path, str], above: tuple[Path, ...]) -> None:
    """Add the module after all that it imports."""
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


def _plain(source: str) -> str:
    source = _DECLARED.sub(lambda match: match[0].removeprefix("export "), _IMPORT.sub("", source))
    if other := _OTHER.search(source):
        raise ValueError(f"this form of import or export can't be bundled: {other[0]}")
    return source


def _lean(source: str) -> str:
    """The script without what only readers need."""
    lean = ""
    private: dict[str, str] = {}
    consts = [False]  # whether the last statement begins with `const`, for each bracket that is open
    for gap, part in _parts(source):
        if part[0] in _CLOSING and len(consts) > 1:
            consts.pop()
        if gap == "\n" and lean and lean[-1] not in _GOES_ON and part[0] not in _WENT_ON:
            lean += "\n"
            consts[-1] = False
        elif gap and _PARTED.match(lean[-1:] + part[0]):
            lean += " "
        if part == "const" and consts[-1] and lean[-1] == ";":
            lean = lean[:-1] + ","
            continue
        if part == "const" or (lean[-1:] == ";" and part[0] not in _CLOSING):
            consts[-1] = part == "const"
        if part in _OPENING or part.endswith("${"):
            consts.append(False)
        lean = lean.removesuffix(",") if part in {")", "}"} else lean
        lean += private.setdefault(part, f"#p{len(private)}") if part[0] == "#" else part
    return lean + "\n"


def _parts(source: str) -> Iterator[tuple[str, str]]:
    """The script's tokens, each after the white space that it comes after: a line's end, a space or nothing."""
    at = depth = 0
    gap = ""
    before = ("", "")  # the last two
    templates: list[int] = []  # for each template whose code this is, how many brackets are open around that
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
            part = _lean_style(part)
        depth += (part in _OPENING) - (part in _CLOSING)
        yield gap, part
        gap, before = "", (before[1], part)


def _lean_style(style: str) -> str:
    """A style sheet as a template; a space before a colon, or beside a sign in a calculation, has a meaning there."""
    style = re.sub(r"\s+", " ", re.sub(r"/\*[\s\S]*?\*/", "", style))
    return re.sub(r" ?([{};,>`]) ?|(?<=:) ", r"\1", style).replace(";}", "}")
