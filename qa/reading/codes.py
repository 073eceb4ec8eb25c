"""Finds text about another thing than the one whose code is in the question.

The data sheets of the pumps P-7 and P-9 have the same words, so to a reader both answer a question on P-7. But nothing
in a passage that names P-9 and not P-7 does.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.reading.stems import stem_of

Range = tuple[int, int]

# What people number: nothing that is counted ("12 rooms" is no room 12)
_NUMBERED = (
    "room|gate|line|platform|track|hall|house|building|level|phase|stage|step|chapter|section|article|part|unit|module|"
    "lesson|group|class|grade|bus|tram|pier|quay|berth|dock|pump|valve|tank|machine|press|engine|boiler|lift|door|shelf|"
    "locker|zone|area|block|apartment|flat|plan|type|model|form|table|figure|annex|appendix|schedule|clause|rule|"
    "paragraph|option|tier|category|channel|pin|node|server|case|contract|regulation|directive|protocol|route|lane|"
    "cabin|ward|sheet|sector|site|branch|depot|office|desk|counter"
)
# hexadecimal: "0x80070057"; joined: "ERR_CONN_12"; paragraph: "§ 12a"; letters and digits: "P-7", "E417", "MS 13"
# (before a space only capitals); numbers: an IP address; word and letter: "hepatitis A"; numbered things: "room 12"
_CODE = re.compile(
    r"(?<![\w-])(?:0[xX](?P<hexadecimal>[\da-fA-F]{2,16})(?!\w)"
    r"|(?P<joined>[^\W\d_]\w{0,40}_)(?P<last>\d{1,8})(?!\w)"
    r"|§\s?(?P<paragraph>\d{1,4}[a-z]?)(?!\w)"
    r"|(?P<letters>[^\W\d_]{1,6}[-_]?|[A-Z]{1,6} )(?P<digits>\d{1,8}(?:[-./]\d+)*)(?![\w%-])"
    r"|(?<!\.)(?P<numbers>\d{1,3}(?:\.\d{1,3}){3})(?!\.?\w)"
    r"|(?P<word>[^\W\d_]{4,}) (?P<letter>[B-HJ-Z]|A(?= [a-z])|A(?=\W*$))(?![\w'’.-])"
    rf"|(?P<thing>(?i:{_NUMBERED})) (?:no\. |number )?(?P<count>\d{{1,4}})(?![\w%]|[-.,:/]\d))"
)
# Words before a number that make no code: "in 2024", "v2", "no. 5", "May 3"
_NO_NAMES = frozenset(
    """a about above after an and around as at before below by for from in is least most nearly no nr of on only or over
    past since than the till to under until up v ver version was week were with within jan feb mar apr may jun june jul
    july aug sep sept oct nov dec march april first last next age day days hours""".split()  # noqa: SIM905
)
_SENTENCE = re.compile(r"[^\n]*?(?:[.!?;](?=\s)|\n|$)")
_CLAUSE = re.compile(r",\s+(?:(?:and|but|while|whereas)\s)?|\s(?:and|but|while|whereas)\s")
_BRACKETS = re.compile(r"\([^()\n]{1,100}\)")
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|no)\b", re.IGNORECASE
)

# Where a code stands: behind its noun ("alarm B-17"), before its verb ("A17 means"), or as the label of its line or row
_NOUN_BEFORE = re.compile(r"(?<![\w-])(?P<noun>[^\W\d_]{3,20}) $")
_VERB_BEHIND = re.compile(r" (?P<verb>[a-z]{3,20})\b")
_LABEL_BEFORE = re.compile(r"(?:^|\n)[ \t>*+•#|_`-]{0,12}$")
_LABEL_BEHIND = re.compile(r"[*_`]{0,3}(?:[ \t]*(?:[:=–—|]|-[ \t]|\n)|\t|[ \t]{2})")
# Codes without their word: "G30-Accu", "in K and L", "| 7 | November |", "classes 1, 2 and 3"
_HYPHENED = re.compile(r"(?<![\w-])(?P<kind>[^\W\d_]{1,6})[-_]?(?P<number>\d{1,8})-(?=[^\W\d])")
_LETTER = re.compile(r"(?<![\w'’.-])(?:[B-HJ-Z]|A(?! [a-z]))(?![\w'’-])")
_FIRST_NUMBER = re.compile(r"^\|?[ \t]*(?P<number>\d{1,4})(?![\w%]|[.,:/-]\d)", re.MULTILINE)
_NUMBERS = re.compile(
    r"\b(?P<kind>[^\W\d_]+) (?P<numbers>\d{1,4}(?:(?:, | and | or )\d{1,4}){0,20})(?![\w%]|[.,:/-]\d)"
)
_PLURAL = re.compile(r"(?<![siu])s$")
# What is so of one only, of all from one on, or of the others tells of these, too
_OF_OTHERS = re.compile(
    r"\bothers\b|^\W*only\b|\b(?:only|alone)\s?[,.;)]|\b(?:up|on)wards?\b|\bfrom \S+ on\b", re.IGNORECASE
)
_OF_OWN = re.compile(r"\b(?:I|we|my|our)\b", re.IGNORECASE)  # "I'm in class 4": what the rest says holds for them
_RANGE = re.compile(r"\s?(?:to|up to|through|–|—|-|till|until)\s?")
_MIN_WORD = 3  # letters of a kind that is a word, as "zone"
_NEITHER = frozenset("these those but each every both either neither only also then called named such here".split())  # noqa: SIM905

Code = tuple[str, str]
"""(Kind, identifier) in lower case: ("p", "7") for "P-7", ("hepatitis", "a") for "hepatitis A"."""


def codes_of(text: str) -> Iterator[Code]:
    """All codes in a text, in order: "P-7 and MS 13 in 2024" → ("p", "7"), ("ms", "13")."""
    return (code for match in _CODE.finditer(text) if (code := _code(match)))


def _code(match: "re.Match[str]") -> Code | None:
    if match["hexadecimal"]:
        return "0x", match["hexadecimal"].lower()
    if match["joined"]:
        return match["joined"].lower(), match["last"]
    if match["paragraph"]:
        return "§", match["paragraph"]
    if match["thing"]:
        return match["thing"].lower(), match["count"]
    if match["numbers"]:
        return "address", match["numbers"]
    if match["word"]:
        return _PLURAL.sub("", match["word"].lower()), match["letter"].lower()
    letters = match["letters"].strip("-_ ").lower()
    is_name = letters not in _NO_NAMES or (letters == "a" and match["letters"][-1] != " ")  # "A17", but "A 17"
    return (letters, match["digits"]) if is_name else None


def of_other_codes(question: str, passage: str, context: str = "") -> list[Range]:
    """The ranges of the passage that are about another thing of the kind asked for, in characters.

    For a question on P-7 that is the second sentence of "P-7 weighs 4 kg. P-9 weighs 5 kg.", and all of "P-9 weighs
    5 kg. It is red.", unless the title or a heading in `context` names P-7. Of one kind with alarm A17 is B-17, too, if
    it is called an alarm.
    """
    asked = set(codes_of(question))
    if not asked:
        return []
    alike = _alike(asked, question, passage, context)
    here, around = _named(passage, asked, alike), _named(context, asked, alike)
    if not (here | around) - asked:
        return []
    if not (here | around) & asked:
        is_open = not around and (_OF_OWN.search(question) or _tells_of_others(passage, asked, alike))
        return list(_sentences_on_others(passage, asked, alike)) if is_open else [(0, len(passage))]
    # A title that names others as well says of none that all below is on it
    return list(_sentences_on_others(passage, asked, alike)) if here & asked or around - asked else []


def _tells_of_others(passage: str, asked: set[Code], alike: set[Code]) -> bool:
    return any(_OF_OTHERS.search(each[0]) and _named(each[0], asked, alike) for each in _SENTENCE.finditer(passage))


def _named(text: str, asked: set[Code], alike: set[Code]) -> set[Code]:
    """The codes of a text that are `alike`, with those asked for that it has without their word, or within a range.

    Asked about zone K, "in K and L" has it, and so has a row that begins with 7 zone 7, and "N1 to N9" the N4.
    """
    codes = list(codes_of(text))
    named = alike.intersection(codes)
    for kind, identifier in asked - named:
        if _has_bare(text, kind, identifier) or any(_is_between(identifier, *ends) for ends in _ranges(text, kind)):
            named.add((kind, identifier))
    return named


def _has_bare(text: str, kind: str, identifier: str) -> bool:
    """Whether a letter stands by itself, a number as first cell or in a list of several, or a code before a hyphen."""
    if len(kind) < _MIN_WORD:
        return any((found["kind"].lower(), found["number"]) == (kind, identifier) for found in _HYPHENED.finditer(text))
    if not identifier.isdigit():
        return any(found[0].lower() == identifier for found in _LETTER.finditer(text))
    return any(found["number"] == identifier for found in _FIRST_NUMBER.finditer(text)) or any(
        found["kind"].lower() in (f"{kind}s", f"{kind}es") and identifier in found["numbers"].replace(",", "").split()
        for found in _NUMBERS.finditer(text)
    )


def _ranges(text: str, kind: str) -> Iterator[tuple[str, str]]:
    """The first and last identifiers of each "N1 to N9", "N1–N9"."""
    found = [(match, code) for match in _CODE.finditer(text) if (code := _code(match))]
    for (match, first), (behind, last) in pairwise(found):
        if first[0] == last[0] == kind and _RANGE.fullmatch(text, match.end(), behind.start()):
            yield first[1], last[1]


def _is_between(identifier: str, first: str, last: str) -> bool:
    """Whether a code is within a range, by the numbers at their ends: BL14-35210 between BL14-30500 and BL14-41999."""
    *before, number = re.split(r"[-./]", identifier)
    *first_before, first_number = re.split(r"[-./]", first)
    *last_before, last_number = re.split(r"[-./]", last)
    if not before == first_before == last_before or not (number + first_number + last_number).isdigit():
        return False
    return int(first_number) <= int(number) <= int(last_number)


def _alike(asked: set[Code], question: str, passage: str, context: str) -> set[Code]:
    """The codes of passage and context with the letters of an asked one, or standing where one stands.

    Asked about alarm A17 that are A71, and B-17 in "Alarm B-17 means no paper", but not in "press button B-17".
    """
    kinds = {kind for kind, _ in asked}
    stand = [*_stands(passage), *_stands(context)]
    places = {place for code, place in stand if code in asked and not place.startswith(" ")}
    places |= {place for _, place in _stands(question)}  # a verb tells if it is asked for: "What does A17 mean?"
    codes = {*codes_of(passage), *codes_of(context)}
    return {code for code in codes if code[0] in kinds} | {code for code, place in stand if place in places}


def _stands(text: str) -> Iterator[tuple[Code, str]]:
    """Each code with each place that it has: "alarm " for "alarm B-17", " mean" for "A17 means", ":" for a label."""
    for match in _CODE.finditer(text):
        if not (code := _code(match)):
            continue
        start, end = match.span()
        before = _NOUN_BEFORE.search(text, max(start - 22, 0), start)
        noun, verb = match["thing"] or (before and before["noun"]), _VERB_BEHIND.match(text, end)
        if noun and (stem := _telling_stem(noun)):
            yield code, f"{stem} "
        if verb and (stem := _telling_stem(verb["verb"])):
            yield code, f" {stem}"
        if _LABEL_BEFORE.search(text, max(start - 13, 0), start) and _LABEL_BEHIND.match(text, end):
            yield code, ":"


def _telling_stem(word: str) -> str:
    return "" if word.lower() in _NO_NAMES | _NEITHER else stem_of(word)


def _sentences_on_others(passage: str, asked: set[Code], alike: set[Code]) -> Iterator[Range]:
    """The sentences and table rows that have one of the codes `alike`, but none that is asked for.

    Semicolons end a sentence, too. Of "two years for the P-7 and three years for the P-9" it is the half with the P-9.
    """
    for sentence in _SENTENCE.finditer(passage):
        named = _named(sentence[0], asked, alike)
        if named and not named & asked and not _OF_OTHERS.search(sentence[0]):
            yield from _asides_on_others(passage, sentence.span(), alike) or [sentence.span()]
        elif named - asked and "|" not in sentence[0]:
            yield from _amounts_of_others(passage, sentence.span(), asked, alike)


def _asides_on_others(passage: str, sentence: Range, alike: set[Code]) -> list[Range]:
    """The brackets with a sentence's amounts of others, if it names them nowhere else: "9.6 kg (C-60: 10.9 kg)"."""
    asides = list(_BRACKETS.finditer(passage, *sentence))
    rest = _BRACKETS.sub("", passage[slice(*sentence)])
    if alike.intersection(codes_of(rest)) or not _AMOUNT.search(rest):
        return []
    named = [aside for aside in asides if alike.intersection(codes_of(aside[0]))]
    return [aside.span() for aside in named] if all(_AMOUNT.search(_CODE.sub("", each[0])) for each in named) else []


def _amounts_of_others(passage: str, sentence: Range, asked: set[Code], alike: set[Code]) -> Iterator[Range]:
    """The clauses with an amount of another thing, if each clause that has such a code has an amount of its own."""
    cuts = [cut.span() for cut in _CLAUSE.finditer(passage, *sentence)]
    starts, ends = [sentence[0], *(end for _, end in cuts)], [*(start for start, _ in cuts), sentence[1]]
    others, has_asked = [], False
    for clause in zip(starts, ends, strict=True):
        words = passage[slice(*clause)]
        named = _named(words, asked, alike)
        if named and not _AMOUNT.search(_CODE.sub("", words)):
            return
        has_asked |= bool(named & asked)
        if named and not named & asked:
            others.append(clause)
    yield from others if has_asked else ()


def spelled_as_in(question: str, passage: str, context: str = "") -> str:
    """The question with its codes spelled as in the context or passage: "E417" becomes "E-417"."""
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


def with_code_of(question: str, earlier: str) -> str | None:
    """The earlier question with its code replaced by that of the question; None unless each has one, of one kind.

    "And of the P-9?" after "What does the P-7 weigh?": "What does the P-9 weigh?".
    """
    asked, before = (
        [(match, code) for match in _CODE.finditer(text) if (code := _code(match))] for text in (question, earlier)
    )
    if len(asked) != 1 or len(before) != 1:
        return None
    (new, (kind, number)), (old, (old_kind, old_number)) = asked[0], before[0]
    if kind != old_kind or number == old_number:
        return None
    return earlier[: old.start()] + new[0] + earlier[old.end() :]
