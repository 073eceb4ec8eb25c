"""Where sentences end in a text, by a language's marks and abbreviations.

There are two rules. A chunk may be cut wherever a sentence *can* end, which needs no certainty, so abbreviations don't
matter; a sentence that is quoted to somebody ends where it surely does.
"""

import re
from functools import cache

from index.language.base import Language


@cache
def cut_pattern(language: Language) -> re.Pattern[str]:
    """The gap after a sentence's possible end: `"It sails.) Then"` may be cut before "Then"."""
    s = language.sentences
    marks, closing = re.escape(s.marks), re.escape(s.closing)
    return re.compile(rf"(?:(?<=[{marks}])|(?<=[{marks}][{closing}]))\s+|(?<=[{re.escape(s.wide_marks)}])")


@cache
def break_pattern(language: Language) -> re.Pattern[str]:
    """A sentence's end with its marks and the gap after it, or a blank line.

    It ends before white space and what may begin another: a digit, or a letter other than a small one of ASCII. After
    one capital ("J. Smith") or an abbreviation ("Dr. Smith") it goes on.

    A match begins at the first or the second of several marks and nowhere later, so that "....…" of any length is read
    twice and not once from each of its marks; from the second on, what stands before a mark is a mark, so that all the
    later ones would do as that does.
    """
    s = language.sentences
    marks, closing, opening = re.escape(s.marks), re.escape(s.closing), re.escape(s.opening)
    no_abbreviation = "".join(rf"(?<!\b{re.escape(each)})" for each in s.abbreviations)
    return re.compile(
        rf"""(?<![\s.(]\w)(?<!^\w){no_abbreviation}(?<![{marks}][{marks}])
            [{marks}]+[{closing}]*\s+(?=[{opening}]*[^\s\W\d_a-z]|[{opening}]*\d)
          | [{re.escape(s.wide_marks)}]
          | \r?\n[ \t]*\r?\n\s*""",
        re.VERBOSE,
    )
