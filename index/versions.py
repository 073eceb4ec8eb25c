"""Lines that say of which version the text below them is, as the headings of a list of changes do."""

import re

from index.language.months import MONTH

VERSION_NUMBER = r"\d{1,4}\.\d{1,4}\.\d{1,5}(?:-[a-z]{1,10}[.\d]{0,6})?"
# Anywhere in a text, of two parts or three: "v4.2", "4.2.1"
NAMED = re.compile(r"(?<![\w.])v?(?P<version>\d{1,4}(?:\.\d{1,5}){1,2})(?!\.?\w)")
# A line that begins with a version: "## [4.2.1] – 2026-07-14", "Version 4.2.1", "**v4.2.1**"; no sentence
HEADED = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ \t]+)?[*_]{{0,3}}(?:[^\W\d_][\w-]{{0,30}}[ \t])?\[?v?(?P<version>{VERSION_NUMBER})"
    r"(?![\w.]*\w)(?:\]\([^()\s]{0,200}\))?[^\n.!?]{0,60}$",
    re.MULTILINE | re.IGNORECASE,
)
# A number of two parts may be a section's, but not behind "Version" or with no more than a date: "## 4.2 (May)"
_WITH_DATE = rf"(?:[\d \t.,:()/–—-]|{MONTH}){{0,40}}"
RELEASE = re.compile(
    rf"{HEADED.pattern}|^[ \t]*(?:#{{1,6}}[ \t]+\[?v?|(?:#{{1,6}}[ \t]+)?[*_]{{0,3}}(?:version|release)[ \t]v?)"
    rf"(?P<short>\d{{1,4}}\.\d{{1,4}})(?!\w)\]?[*_]{{0,3}}{_WITH_DATE}$|"
    r"^[ \t]*(?:#{1,6}[ \t]+)?[*_]{0,3}\[?(?P<coming>unreleased)\b\]?[*_]{0,3}[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)


def is_release(heading: str) -> bool:
    """Whether a heading, without marks, is that of a version."""
    return bool(RELEASE.match(f"# {heading}"))
