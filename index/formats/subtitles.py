"""Subtitles (WebVTT and SubRip): what is said, as running text, under a heading a minute that tells the time."""

import re
from collections.abc import Iterator
from html import unescape

from index.formats.base import Format, Parsed, WrongFormatError, decode
from index.formats.blocks import Blocks

_TIME = re.compile(r"(?:(\d{1,4}):)?(\d{2}):(\d{2})[.,]\d{1,3}[ \t]+-->")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?[ \t]([^<>]*)>")  # who speaks, as WebVTT marks it
_TAG = re.compile(r"</?[a-z][^<>]*>|<\d[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)
_SPEAKS = re.compile(r"- |\w[\w .'-]{0,40}: ")  # how a line begins where somebody else goes on
_TITLE = re.compile(r"\ufeff?WEBVTT[ \t]+-?[ \t]*(\S.*)")


def _parse(data: bytes, name: str) -> Parsed:
    text = decode(data, name).replace("\r\n", "\n").replace("\r", "\n")
    blocks = Blocks(name)
    minute, said = -1, ""
    for seconds, words in _cues(text):
        if seconds // 60 != minute:
            blocks.paragraph(said)
            minute, said = seconds // 60, ""
            blocks.heading(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}", 1)
        said += ("\n" if _SPEAKS.match(words) else " ") + words
    if minute < 0:
        raise WrongFormatError(
            f"{name} is not a file of subtitles (no words in it have a time), whatever its name says"
        )
    blocks.paragraph(said)
    title = _TITLE.match(text)
    parsed = blocks.parsed("subtitles", title[1] if title else None)
    return parsed if title else Parsed(parsed.text, headings=parsed.headings)  # a time is no title


def _cues(text: str) -> Iterator[tuple[int, str]]:
    """When each begins, in seconds, and its words, but for lines that the cue before had: captions that roll."""
    before: list[str] = []
    for cue in text.split("\n\n"):
        lines = cue.split("\n")
        at = next((i for i, line in enumerate(lines[:3]) if _TIME.match(line)), None)
        if at is None:
            continue
        hours, minutes, seconds = (int(number or 0) for number in _TIME.match(lines[at]).groups())  # type: ignore[union-attr]
        said = [words for line in lines[at + 1 :] if (words := _words(line))]
        if new := [words for words in said if words not in before]:
            yield (
                hours * 3600 + minutes * 60 + seconds,
                "\n".join(new) if len(new) > 1 and _SPEAKS.match(new[1]) else " ".join(new),
            )
        before = said


def _words(line: str) -> str:
    return " ".join(unescape(_TAG.sub("", _VOICE.sub(r"\1: ", line))).split())


SUBTITLES = Format(
    "subtitles", "text/vtt", (".vtt", ".srt"), _parse, also_declared=("application/x-subrip", "text/srt")
)
