"""The stems of a text's content words, to tell whether two texts are about the same thing."""

import re
import unicodedata
from functools import lru_cache

from index.retrieval.query_words import TYPED

_STOP = frozenset(
    """a about all an and any are as at be been but by can could did do does for from get give had has have how i if in
    into is it its may me much must my no not of on one or our shall she should so that the their them there they this
    to us was we were what when where which who whom whose why will with would you your""".split()  # noqa: SIM905
)
_STEM_CHARS = 5
_MOST_OF_LABEL = 3  # words
# Forms that begin otherwise than their verb, or than the noun they are of; none that is another word, as "left" is
_FORMS = {
    form: base
    for base, forms in {
        "bring": "brought", "break": "broke broken", "build": "built", "buy": "bought buying", "catch": "caught",
        "child": "kid kids", "choose": "chose chosen",
        "draw": "drew drawn", "drink": "drank drunk", "drive": "drove driven driving",
        "eat": "ate eaten eating", "fly": "flew flown flying", "forget": "forgot", "freeze": "froze frozen",
        "give": "gave given giving", "grow": "grew grown", "hide": "hid hidden", "hold": "held", "keep": "kept",
        "know": "knew known", "lend": "lent", "lose": "lost losing loss", "make": "made making", "meet": "met",
        "pay": "paid paying", "ride": "rode ridden riding", "ring": "rang rung", "sell": "sold selling",
        "send": "sent", "show": "shown", "sleep": "slept", "speak": "spoke spoken", "spend": "spent",
        "steal": "stole stolen", "swim": "swam swum", "take": "took taken taking", "teach": "taught", "tell": "told",
        "throw": "threw thrown", "use": "used using", "wear": "wore worn", "win": "won", "write": "wrote written",
        "day": "daily", "hour": "hourly", "week": "weekly", "year": "yearly", "wifi": "wi-fi", "email": "e-mail",
    }.items()
    for form in forms.split()
}  # fmt: skip
_AMERICA = re.compile(r"\bU\.?S\.?(?:A\b\.?|(?!\w))|\bthe us\b")  # "us" alone is a stop word
# Names that would be stop words if they weren't in capitals; where all is, it tells nothing
_NAMES = re.compile(r"(?<![\w'’.-])(?:IT|WHO)(?![\w'’])")
_HYPHENED = re.compile(r"\b(?:e-mail|wi-fi)(?=s?\b)")
# "filling" comes of "fill", but "setting" of "set"
_GERUND = re.compile(r"\b(\w{2,12}?)(?:(?P<kept>[fls])(?P=kept)|(?P<single>\w)(?P=single)|)ing\b", re.IGNORECASE)
_TYPED = str.maketrans(TYPED)
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3}){1,4}(?![\d,])")  # "1,000" is "1000"
_DIGITS = {
    word: str(number)
    for number, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)  # noqa: SIM905
}  # "one" isn't only a number

_OF_ASKING = frozenset(("happe", "know", "pleas", "tell"))  # "what happens if …" asks what "what if …" does
IS_THE_QUESTION = 0.8
"""The least `likeness` of a question and a heading that asks the same."""


def stems_of(text: str) -> frozenset[str]:
    """The first letters of each word that isn't a stop word: "What does the Eider weigh?" → {eider, weigh}.

    "IT" in capitals is a name, "it" a stop word.

    Irregular forms have the stem of their verb, "written" that of "write".

    A number has one stem, however it is written: "1,000" and "1000", "three" and "3".

    They are as they are typed where a keyboard has no others, and a name is one with what belongs to it: "Bøe", "Boe"
    and "Boe's" have one stem.
    """
    lower = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), _typed(_AMERICA.sub("usa", text).lower()))
    words = re.findall(r"[^\W_]+(?:['’](?!s\b)[^\W_]+)?", _HYPHENED.sub(lambda word: _FORMS[word[0]], lower))
    kept = (_DIGITS.get(word, word) for word in words if word not in _STOP and word != "s")
    stems = frozenset(map(_stem, kept))
    return stems | _names_in(text, is_more=bool(stems))


def _names_in(text: str, *, is_more: bool) -> frozenset[str]:
    """The names "IT" and "WHO" in a text, in lower case; none in a line of capitals, which may mean "it".

    A label with `is_more` than that, as "IT department", is found by "the it department", too.
    """
    names = _NAMES.findall(text)
    is_label = names and is_more and len(text.split()) <= _MOST_OF_LABEL
    is_shouted = names and is_more and text == text.upper()
    return frozenset() if is_label or is_shouted else frozenset(map(str.lower, names))


def stems_with_verbs(words: str) -> frozenset[str]:
    """The stems of words, and of verbs as a question has them."""
    return stems_of(words) | stems_of(_without_gerunds(words))


@lru_cache(maxsize=32_768)  # a question's rules ask for that of each word of its passages many times
def stem_of(word: str) -> str:
    """The stem of one word, "full-time" having one; "" for a stop word."""
    return "-".join(sorted(stems_of(word)))


def share_of_stems(question: str, text: str) -> float:
    """The share of the question's stems that the text has, in [0, 1]; 0 for a question without any."""
    asked = stems_of(question)
    return len(asked & stems_of(text)) / len(asked) if asked else 0.0


def likeness(question: str, heading: str) -> float:
    """The share of all stems of both that they have in common, in [0, 1]; 0 if one has none.

    "Where may I park?" and "Where to park" have {park} in common, all that they have; with "Parking and bicycles" it is
    one of two.
    """
    asked, named = stems_of(question) - _OF_ASKING, stems_of(heading) - _OF_ASKING
    return len(asked & named) / len(asked | named) if asked and named else 0.0


def _without_gerunds(words: str) -> str:
    """Verbs as a question has them, each with an "e" too: "Filling in salt" → "Fill Fille in salt"."""

    def plain(gerund: re.Match[str]) -> str:
        verb = gerund[1] + 2 * (gerund["kept"] or "") + (gerund["single"] or "")
        return f"{verb} {verb}e"

    return _GERUND.sub(plain, words)


def _stem(word: str) -> str:
    """Its first letters; all of a number or code, of which the last digits tell."""
    return word if any(map(str.isdigit, word)) else _FORMS.get(word, word).removesuffix("s")[:_STEM_CHARS]


def _typed(text: str) -> str:
    if text.isascii():
        return text
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return bare.translate(_TYPED)
