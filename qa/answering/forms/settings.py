"""The value of a setting in a configuration file: of the setting that the question is about, and that is in force.

A comment above a setting describes it, but a reader often takes the value before the comment. And a setting that is
commented out ("# port = 80") isn't in force.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lines import Line, LineKind, line_at
from qa.answering.forms.form import Form, Shape
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
    """A line `key = value`: the value is the slice `[start, end)` of the text, `line` the slice of the whole line.

    `description` is the comment above it with the line itself; `live` unless it is commented out.
    """

    key: str
    start: int
    end: int
    line: tuple[int, int]
    description: str
    live: bool


def setting_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The value of the setting that the question is about, if `[start, end)` is in a block of settings; else None.

    That is the live setting with the most stems of the question in its key, comment and line; the one that the span is
    in wins a tie.
    """
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
        return len(asked & stems_of(f"{setting.key} {setting.description}".replace("_", " ")))

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
    """The indices of the first and the last line of the block of settings and comments around line `number`."""

    def is_in_block(line: Line) -> bool:
        if line.end - line.start > _MAX_LINE_CHARS:
            return False
        words = text[line.start : line.end]
        return line.kind is LineKind.BLANK or bool(
            _SETTING.match(words) or _COMMENT.match(words) or re.match(r"\s*\[[\w.\s-]+\]\s*$", words)
        )

    first = last = number
    while first > 0 and is_in_block(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and is_in_block(lines[last + 1]):
        last += 1
    return first, last


def _settings(text: str, lines: Sequence[Line], block: tuple[int, int]) -> list[Setting]:
    """The settings in these lines, each with the comments above it; none if the lines look like prose."""
    settings: list[Setting] = []
    comment = ""
    for line in lines[block[0] : block[1] + 1]:
        if line.end - line.start > _MAX_LINE_CHARS:
            continue
        words = text[line.start : line.end]
        match = _SETTING.match(words)
        if match and (match["mark"] == "=" or not match["comment"]) and " " not in match["key"]:
            value = line.start + match.start("value"), line.start + match.end("value")
            live = not match["comment"]
            settings.append(Setting(match["key"], *value, (line.start, line.end), f"{comment} {words}", live))
            comment = "" if live else comment
        elif _COMMENT.match(words):
            comment = f"{comment} {words}"
        else:
            comment = ""
    return settings if any(_is_code_like(text, each) for each in settings) else []


def _is_code_like(text: str, setting: Setting) -> bool:
    """Whether a line is a setting rather than prose with a colon: it has a "=", or a "_" in its key."""
    return "=" in text[setting.line[0] : setting.start] or "_" in setting.key
