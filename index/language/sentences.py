"""Where sentences end in a text, by a language's marks and abbreviations.

There are two rules. A chunk may be cut wherever a sentence *may* end, so abbreviations don't matter there. A sentence
that is shown to people must end where it certainly does.
"""

import re
from functools import cache

from index.language.base import Language


@cache
def cut_pattern(language: Language) -> re.Pattern[str]:
    """Matches the gap after a possible end of a sentence: `"It sails.) Then"` may be cut before "Then"."""
    s = language.sentences
    marks, closing = re.escape(s.marks), re.escape(s.closing)
    return re.compile(rf"(?:(?<=[{marks}])|(?<=[{marks}][{closing}]))\s+|(?<=[{re.escape(s.wide_marks)}])")


def certain_end(language: Language, *, closing: str = "", opening: str = "") -> str:
    """A pattern for the marks of a certain end of a sentence, without the gap after it.

    `closing` and `opening` are further marks that may stand behind it, and before the next sentence.

    What follows must be able to begin a sentence: a digit, or a letter other than a to z. A full stop after a single
    letter ("J. Smith") or an abbreviation ("Dr. Smith") ends no sentence; after a unit ("10 A.") it does, and after a
    single digit behind a word ("1 vote to 5."), which is no item's number. Dots that lead to a value end none: "Haircut
    ...... 32 euros", "Porter . . . . 30".

    `(?<![marks][marks])` lets a match begin only at the first or second of several marks, which keeps it linear: a run
    such as "....…" of any length is scanned at most twice, and not from each mark. No match is lost, since one that
    began later could have begun at the second mark.
    """
    s = language.sentences
    marks, behind, before = re.escape(s.marks), re.escape(s.closing + closing), re.escape(s.opening + opening)
    no_abbreviation = "".join(rf"(?<!\b{re.escape(each)})" for each in s.abbreviations)
    leads = r"(?!\.{5})(?!(?<=\s)\.{4})(?!(?<=\s\.)\.{3})(?<!\.\s)(?!(?<=\s)\.\s\.)"
    return (
        rf"{leads}(?<![.(]\w)(?<!(?<!\d)\s[^\W\d])(?<!(?<![a-z,])\s\d)(?<!^\w){no_abbreviation}(?<![{marks}][{marks}])"
        rf"[{marks}]+[{behind}]*(?=\s+(?:[{before}]*[^\s\W\d_a-z]|[{before}]*\d))"
    )


@cache
def break_pattern(language: Language) -> re.Pattern[str]:
    """Matches a certain end of a sentence, its marks and the gap after it, or a blank line."""
    wide = re.escape(language.sentences.wide_marks)
    return re.compile(rf"{certain_end(language)}\s+|[{wide}]|\r?\n[ \t]*\r?\n\s*")
