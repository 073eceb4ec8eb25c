"""A setting's value in a configuration file: that of the line that the question is on, as it holds now.

The comment above a setting says what it is; a reader takes the value before it for an answer to its words. And what is
commented out ("# port = 80") is what was, or might be.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.forms.form import Form, Shape
from qa.answering.forms.lines import Line, LineKind, line_at
from qa.reading.stems import stems_of

_SETTING = re.compile(
    r"[ \t]*(?P<comment>(?:#|;|//|"
    r"--)[ \t]*)?(?P<key>[\w.\-/\"']+)[ \t]*(?P<mark>[=:])[ \t]*(?P<value>[^\s#;][^\n]*?)[ \t]*(?:[#;][^\n]*|"
    r"//[^\n]*)?$"
)
_MAX_LINE_CHARS = 400  # a longer line is prose
_COMMENT = re.compile(r"[ \t]*(?:#|;|//|--)(?!!)[ \t]?")


@dataclass(frozen=True, slots=True)
class Setting:
    """A line of the form `key = value` with the comment above it; `live` unless it is commented out."""

    key: str
    start: int
    end: int
    line: tuple[int, int]
    said: str
    live: bool


def setting_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The value that the question is on, as a span, where `[start, end)` is in a block of settings; else None."""
    number = line_at(lines, start)
    block = _block(text, lines, number)
    settings = _settings(text, lines, block)
    live = [each for each in settings if each.live]
    if not live or (
        not any(each.line[0] <= start <= each.line[1] for each in settings) and not _is_comment(text, lines[number])
    ):
        return None
    asked = stems_of(question.replace("_", " "))

    def score(setting: Setting) -> int:
        return len(asked & stems_of(f"{setting.key} {setting.said}".replace("_", " ")))

    own = next((each for each in settings if each.line[0] <= start <= each.line[1]), None)
    best = max(live, key=score)
    if own and own.live and (own is best or score(own) >= score(best)):
        best = own
    elif score(best) == 0:
        return None
    if best is own and best.start <= start and end <= best.end:
        return Shape(Form.SPAN, start, end)
    return Shape(Form.SPAN, best.start, best.end)


def _is_comment(text: str, line: Line) -> bool:
    return bool(_COMMENT.match(text, line.start, line.end))


def _block(text: str, lines: Sequence[Line], number: int) -> tuple[int, int]:
    """The numbers of the first and last line of the settings around a line, comments with them."""

    def within(line: Line) -> bool:
        if line.end - line.start > _MAX_LINE_CHARS:
            return False
        words = text[line.start : line.end]
        return line.kind is LineKind.BLANK or bool(
            _SETTING.match(words) or _COMMENT.match(words) or re.match(r"\s*\[[\w.\s-]+\]\s*$", words)
        )

    first = last = number
    while first > 0 and within(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and within(lines[last + 1]):
        last += 1
    return first, last


def _settings(text: str, lines: Sequence[Line], block: tuple[int, int]) -> list[Setting]:
    found: list[Setting] = []
    said = ""
    for line in lines[block[0] : block[1] + 1]:
        if line.end - line.start > _MAX_LINE_CHARS:
            continue
        words = text[line.start : line.end]
        match = _SETTING.match(words)
        if match and (match["mark"] == "=" or not match["comment"]) and " " not in match["key"]:
            value = line.start + match.start("value"), line.start + match.end("value")
            found.append(Setting(match["key"], *value, (line.start, line.end), f"{said} {words}", not match["comment"]))
            said = said if match["comment"] else ""
        elif _COMMENT.match(words):
            said = f"{said} {words}"
        else:
            said = ""
    return found if any(_is_code_like(text, each) for each in found) else []


def _is_code_like(text: str, setting: Setting) -> bool:
    """Whether a line is a setting rather than prose with a colon: one word before the mark, few behind it."""
    return "=" in text[setting.line[0] : setting.start] or "_" in setting.key
