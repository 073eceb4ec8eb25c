"""Give the names of a script one letter or two, so that it is smaller; what it does stays the same.

The same name becomes the same everywhere, so scopes needn't be understood; two names that never occur in the same
statement at the top share a short one. Left alone are the names of properties (`{ a }` becomes `{ a: x }`), names that
nothing in the statement declares (the browser's own), and whatever stands in strings.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import product

Token = tuple[str, str]  # (white space before it, the token)

_NAME = re.compile(r"(?:\.\.\.)?([A-Za-z_]\w*)")  # begins `text.length` and `...rest`
_WHOLE_NAME = re.compile(r"(?:\.\.\.)?[A-Za-z_]\w*")
_RESERVED = frozenset([
    "arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default",
    "delete", "do", "else", "export", "extends", "false", "finally", "for", "from", "function", "get", "if", "import",
    "in", "instanceof", "let", "new", "null", "of", "return", "set", "static", "super", "switch", "this", "throw",
    "true", "try", "typeof", "undefined", "var", "void", "while", "with", "yield",
])  # fmt: skip
_DECLARING = frozenset(["const", "let", "class", "function"])
_BEFORE_AN_OBJECT = frozenset([*"([,=:?&|", "return", "const", "let", "yield", "..."])  # not before a block
_STATEMENTS = frozenset(["const", "let", "class", "function", "async", "if"])
_LETTERS = "etaoinsrlcdumphfgvbywkxqjzETAOINSRLCDUMPHFGVBYWKXQJZ"  # the commonest first: they compress best


def shortened(tokens: list[Token], exports: Collection[str] = ()) -> list[Token]:
    """The tokens with short names, but for those of `exports`.

    The script must be valid, and its statements at the top begin on their own lines.
    """
    script = _Script([part for _, part in tokens])
    short = _short_names(script, [gap for gap, _ in tokens], exports)
    return [(gap, _renamed(script, at, short)) for at, (gap, _) in enumerate(tokens)]


def _renamed(script: "_Script", at: int, short: dict[str, str]) -> str:
    part, name = script.parts[at], script.names[at]
    if name not in short or script.is_property(at):
        return part
    key = f"{name}:" if script.is_shorthand(at) else ""
    return key + part.replace(name, short[name], 1)


class _Script:
    """Tokens, with the bracket that closes each, and the one that each stands in."""

    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self.names = [match[1] if (match := _NAME.match(part)) else "" for part in parts]
        self.closing: dict[int, int] = {}
        self.within: list[int] = []  # the place of the innermost open bracket, -1 at the top
        open_brackets = [-1]
        for at, part in enumerate(parts):
            if part in {")", "]", "}"} or (part[0] == "}" and len(part) > 1):  # `}…` goes on with a template
                self.closing[open_brackets.pop()] = at
            self.within.append(open_brackets[-1])
            if part in {"(", "[", "{"} or part.endswith("${"):
                open_brackets.append(at)

    def at(self, place: int) -> str:
        return self.parts[place] if 0 <= place < len(self.parts) else ""

    def is_name(self, place: int) -> bool:
        """Whether a whole name stands here, without a property after it."""
        return bool(_WHOLE_NAME.fullmatch(self.at(place))) and self.names[place] not in _RESERVED

    def is_property(self, place: int) -> bool:
        """Whether the key of an object, a method's name or a class's field stands here."""
        before, after = self.at(place - 1), self.at(place + 1)
        if not self.is_name(place):
            return False
        if after == "(" and before not in {"function", "*"}:
            return self.at(self.closing[place + 1] + 1) == "{"
        if after == "=" and self._in_class(place):
            return before in {"{", "}", ";"}
        return after == ":" and before in {"{", ","} and self.at(self.within[place]) == "{"

    def is_shorthand(self, place: int) -> bool:
        """Whether what stands here is a key and the variable of the same name: `{ a }`, `{ a = 1 }`."""
        brace = self.within[place]
        if not (self.is_name(place) and self.parts[place] == self.names[place] and self.at(brace) == "{"):
            return False
        is_object = self.at(brace - 1) in _BEFORE_AN_OBJECT
        return is_object and self.at(place - 1) in {"{", ","} and self.at(place + 1) in {",", "}", "="}

    def _in_class(self, place: int) -> bool:
        brace = self.within[place]
        return "class" in {self.at(brace - 2), self.at(brace - 4)}  # `class A {`, `class A extends B {`

    def declared(self) -> Iterator[int]:
        """The places of the names that are declared."""
        for at, part in enumerate(self.parts):
            if part in _DECLARING:
                first = at + 2 if self.at(at + 1) == "*" else at + 1
                yield from range(first, self.closing.get(first, first) + 1)
            elif part == "(" and self._has_parameters(at):
                inside = range(at + 1, self.closing[at])
                yield from (place for place in inside if self._begins_parameter(place))

    def _begins_parameter(self, place: int) -> bool:
        before = self.at(place - 1)
        return before in {"(", ",", "[", "{"} or (before == ":" and self.at(self.within[place]) == "{")

    def _has_parameters(self, bracket: int) -> bool:
        close = self.closing[bracket]
        arrow = self.at(close + 1) + self.at(close + 2) == "=>"
        return arrow or (self.at(close + 1) == "{" and self.at(bracket - 1) not in {"if", "for", "while", "switch"})


def _short_names(script: _Script, gaps: list[str], exports: Collection[str]) -> dict[str, str]:
    """Name → short name, the commonest first."""
    statement = _statements(script, gaps)
    places = [at for at in script.declared() if script.is_name(at) and not script.is_property(at)]
    declared = {(statement[at], script.names[at]) for at in places}
    at_top = {script.names[at] for at in places if script.within[at] == -1}
    used: dict[str, set[int]] = {}  # name → the statements it occurs in
    kept = {*_RESERVED, *exports}
    for at, name in enumerate(script.names):
        if not name or name in _RESERVED or script.is_property(at):
            continue
        used.setdefault(name, set()).add(statement[at])
        if not (name in at_top or (statement[at], name) in declared):
            kept.add(name)
    short: dict[str, str] = {}
    taken: set[tuple[int, str]] = set()
    for name, _ in Counter(script.names).most_common():
        if name not in used or name in kept:
            continue
        where = used[name] | ({-1} if name in at_top else set())  # those declared at the top differ from one another
        free = (letters for letters in candidates() if letters not in used.keys() & kept and letters not in _RESERVED)
        short[name] = next(letters for letters in free if not any((one, letters) in taken for one in where))
        taken |= {(one, short[name]) for one in where}
    return short


def _statements(script: _Script, gaps: list[str]) -> list[int]:
    """For each token, the number of its statement at the top."""
    numbers = []
    number = 0
    for at, part in enumerate(script.parts):
        number += script.within[at] == -1 and gaps[at] == "\n" and part in _STATEMENTS
        numbers.append(number)
    return numbers


def candidates() -> Iterator[str]:
    """Short names, the best first."""
    yield from _LETTERS
    yield from map("".join, product(_LETTERS, repeat=2))
