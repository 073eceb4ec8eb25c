"""ES modules → one classic script, as a bundler does it: what is imported comes first, and nothing is renamed.

Modules may import names of each other (`import { a, b } from "./file.js";`) and export what they declare. Whatever else
ES modules allow (renaming, defaults, `import *`, circles) is refused by name, so a module that is bundled can be read,
tested and loaded on its own too.

Comments, indentation and some line ends are left out, by lines: a comment has its own, or ends one after `;`, `,` or a
bracket. A string can't have ` // ` after one of these, nor a template literal of several lines rely on its white space.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([\w\s,]+)\} from "(\.\.?/[\w./]+)";\n', re.MULTILINE)
_DECLARED = re.compile(r"^(export )?(?:(?:async )?function\*?|class|const|let) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)
_COMMENT = re.compile(r"^ *//.*\n|^ */\*[\s\S]*?\*/\n|(?<=[;,({\[}]) (?://.*|/\*.*\*/)$", re.MULTILINE)
_INDENTATION = re.compile(r"^\s+", re.MULTILINE)
_GOES_ON = re.compile(r"(?<=[;,({\[])\n")  # a line after which a statement can't be taken to end where it shouldn't


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
    return '(() => {\n"use strict";\n' + "".join(map(_plain, modules.values())) + "})();\n"


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
    return _GOES_ON.sub("", _INDENTATION.sub("", _COMMENT.sub("", source)))
