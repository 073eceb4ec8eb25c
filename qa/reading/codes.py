"""What a passage says of another thing than the one whose code is in the question.

The sheets of pumps P-7 and P-9 have the same words, and so do the notes on two machines' addresses: to a reader all of
them answer. Where a passage names P-9 and not P-7, nothing in it answers a question on P-7.
"""

import re
from collections.abc import Iterator

Range = tuple[int, int]

# "P-7", "E417", "MS 13" by their letters, which are capitals before a space; an address by its numbers; "hepatitis A"
# by its word
_CODE = re.compile(
    r"(?<![\w-])(?:(?P<letters>[^\W\d_]{1,6}[-_]?|[A-Z]{1,6} )(?P<digits>\d{1,8}(?:[-./]\d+)*)(?![\w%-])"
    r"|(?<!\.)(?P<numbers>\d{1,3}(?:\.\d{1,3}){3})(?!\.?\w)"
    r"|(?P<word>[^\W\d_]{4,}) (?P<letter>[B-HJ-Z]|A(?= [a-z])|A(?=\W*$))(?![\w'’.-]))"
)
# Letters before a number that don't make a name of it: "in 2024", "v2", "no. 5", "May 3"
_NO_NAMES = frozenset(
    """a about above after an and around as at before below by for from in is least most nearly no nr of on only or over
    past since than the till to under until up v ver version was week were with within jan feb mar apr may jun june jul
    july aug sep sept oct nov dec march april first last next age day days hours""".split()  # noqa: SIM905
)
_UNIT = re.compile(r"[^\n]*?(?:[.!?](?=\s)|\n|$)")

Code = tuple[str, str]
"""What kind of thing it is, and which: ("p", "7") of "P-7", ("hepatitis", "a") of "hepatitis A"."""


def codes_of(text: str) -> Iterator[Code]:
    """Every code in a text."""
    return (code for match in _CODE.finditer(text) if (code := _code(match)))


def _code(match: "re.Match[str]") -> Code | None:
    if match["numbers"]:
        return "address", match["numbers"]
    if match["word"]:
        return match["word"].lower(), match["letter"].lower()
    letters = match["letters"].strip("-_ ").lower()
    return None if letters in _NO_NAMES else (letters, match["digits"])


def of_other_codes(question: str, passage: str, context: str = "") -> list[Range]:
    """Where the passage speaks of another thing of the same kind, and not of the one in the question.

    Asked of P-7, of "P-7 weighs 4 kg. P-9 weighs 5 kg." the second sentence; of "P-9 weighs 5 kg. It is red." all,
    unless the title or a heading in `context` names P-7.
    """
    asked = set(codes_of(question))
    if not asked:
        return []
    kinds = {kind for kind, _ in asked}
    here = {code for code in codes_of(passage) if code[0] in kinds}
    around = {code for code in codes_of(context) if code[0] in kinds}
    if not (here | around) - asked:
        return []
    if not (here | around) & asked:
        return [(0, len(passage))]
    return [] if not here & asked else list(_units_of_others(passage, asked, kinds))


def _units_of_others(passage: str, asked: set[Code], kinds: set[str]) -> Iterator[Range]:
    """The sentences, and rows of tables, with another code of the same kind and none that is asked for."""
    for unit in _UNIT.finditer(passage):
        named = {code for code in codes_of(unit[0]) if code[0] in kinds}
        if named and not named & asked:
            yield unit.span()


def spelled_as_in(question: str, passage: str, context: str = "") -> str:
    """The question with its codes as the passage, or what it stands under, writes them: "E417" becomes "E-417"."""
    asked = [(match, code) for match in _CODE.finditer(question) if (code := _code(match))]
    if not asked:
        return question
    spellings: dict[Code, str] = {}
    for match in _CODE.finditer(f"{context}\n{passage}"):
        if code := _code(match):
            spellings.setdefault(code, match[0])
    for match, code in reversed(asked):
        question = question[: match.start()] + spellings.get(code, match[0]) + question[match.end() :]
    return question
