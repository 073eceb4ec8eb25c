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
# The heading of notes on the way to a version: "## From 5.1 to 5.2", "**Upgrading to 5.2**", "4.9 → 5.0"
_NUMBER = r"v?\d{1,4}(?:\.(?:\d{1,5}|x)){1,2}"
_UPGRADE = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ \t]+|\*\*)?(?:(?:upgrad|updat|migrat|mov|go)\w{{2,5}}\b[^\n.!?\d]{{0,30}}|from[ ])?"
    rf"(?:(?P<old>{_NUMBER})[ ]?(?:to|→|->|=>|–|—)[ ]?|\bto[ ](?:\w{{1,20}}[ ])?)(?P<version>{_NUMBER})[*_: \t]*$",
    re.MULTILINE | re.IGNORECASE,
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
        for versions, start, end in _sections(passage, context)
        if not any(_is_on(versions, each) or _names(passage[start:end], each) for each in asked)
    ]


def _sections(passage: str, context: str) -> Iterator[tuple[re.Match[str], int, int]]:
    """The heading of each version that the passage tells of, with the slice that it is in."""
    above = _headings(context)
    heading, start = above[-1] if above else None, 0
    for found in _headings(passage):
        if heading:
            yield heading, start, found.start()
        heading, start = found, found.start()
    if heading:
        yield heading, start, len(passage)


def _headings(text: str) -> list[re.Match[str]]:
    return sorted((found for each in (HEADED, _UPGRADE) for found in each.finditer(text)), key=re.Match.start)


def _is_on(heading: re.Match[str], asked: str) -> bool:
    """Whether a heading is on the version asked for; one of an upgrade is on either end, and 5.2 then is 5.2.0, too."""
    if heading.re is not _UPGRADE:
        return _is_of(heading["version"], asked)
    new, old = heading["version"].lstrip("vV"), (heading["old"] or "").lstrip("vV")
    return _is_of(new, asked) or _is_of(asked, new) or old == asked


def _is_of(version: str, asked: str) -> bool:
    """Whether a version is the one asked for: 4.2.0 and 4.2.1 are for "4.2", which may leave their last number out."""
    return version == asked or version.startswith(f"{asked}.")


def _names(text: str, asked: str) -> bool:
    return any(_is_of(found["version"], asked) for found in NAMED.finditer(text))
