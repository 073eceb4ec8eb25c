"""Finds what a list of changes says of another version than the one that is asked for.

The versions of a changelog have the same headings, "Added" and "Fixed", so to a reader each answers for all. But
nothing below "## 4.2.1" does for 4.3.0, unless it names that one.
"""

import re
from collections.abc import Iterator

from index.versions import HEADED, NAMED, VERSION_NUMBER

Range = tuple[int, int]

_ASKED = re.compile(
    rf"(?<![\w.,-])v?(?P<version>{VERSION_NUMBER}|\d{{1,4}}\.\d{{1,4}}(?=\s*\??$|\s(?:and|or|released?|out|come|came|\w+ed)\b))(?!\.?\w)"
)
_ON_SEVERAL = re.compile(
    r"\b(?:since|after|before|between|until|till|from|than|above|below|newer|older|later|earlier|upgrad\w+|updat\w+|migrat\w+)\b",
    re.IGNORECASE,
)


def of_other_versions(question: str, passage: str, context: str = "") -> list[Range]:
    """The ranges of the passage that stand below another version than the question's, in characters.

    `context` holds the headings above the passage. A question on the way from one version to another is on all.
    """
    asked = {found["version"] for found in _ASKED.finditer(question)}
    if not asked or _ON_SEVERAL.search(question):
        return []
    return [
        (start, end)
        for version, start, end in _sections(passage, context)
        if not any(_is_of(version, each) or _names(passage[start:end], each) for each in asked)
    ]


def _sections(passage: str, context: str) -> Iterator[tuple[str, int, int]]:
    """Each version that the passage tells of, with the slice that it is in."""
    above = [found["version"] for found in HEADED.finditer(context)]
    version, start = above[-1] if above else None, 0
    for found in HEADED.finditer(passage):
        if version:
            yield version, start, found.start()
        version, start = found["version"], found.start()
    if version:
        yield version, start, len(passage)


def _is_of(version: str, asked: str) -> bool:
    """Whether a version is the one asked for: 4.2.0 and 4.2.1 are for "4.2", which may leave their last number out."""
    return version == asked or version.startswith(f"{asked}.")


def _names(text: str, asked: str) -> bool:
    return any(_is_of(found["version"], asked) for found in NAMED.finditer(text))
