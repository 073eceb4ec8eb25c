"""Answers written in one way, so that they can be compared.

`normalize` is that of SQuAD's official scripts (Rajpurkar et al. 2016, section 6.1). `canonical` goes further and has
one form for one fact, of numbers, units, clock times and dates: `"$50 million"` and `"fifty million dollars"` both
become 50000000 and dollar, `"May 3rd"` and `"3 May"` 3 and may. How numbers and units are written is the language's.
"""

import re
import string
import unicodedata
from functools import lru_cache

from index.language.base import Language, Numbers, Rewrites
from index.language.english import ENGLISH

_ARTICLE = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FRACTION = re.compile(r"(\d{1,9})? ?([¼½¾⅐-⅞])")
_WORD = re.compile(r"\d\d?:\d\d|-?\d+(?:\.\d+)?|°[cf]\b|[$€£%°]|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")


def normalize(answer: str) -> str:
    """Lower case, without ASCII punctuation, English articles and superfluous white space, whatever the language."""
    return " ".join(_ARTICLE.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


@lru_cache(maxsize=4096)
def canonical(text: str, language: Language = ENGLISH) -> tuple[str, ...]:
    """The words of a text in canonical form and in their order, numbers as digits; without articles."""
    rules = language.numbers
    text = _rewritten(_folded(text, rules), rules.before)
    text = _ISO_DATE.sub(lambda match: _date(match, rules.months), text)
    text = _rewritten(rules.digits_of(text), rules.after)
    return _joined(_WORD.findall(text), language)


def _rewritten(text: str, rewrites: Rewrites) -> str:
    for pattern, replacement in rewrites:
        text = pattern.sub(replacement, text)
    return text


def numbers(words: tuple[str, ...]) -> frozenset[str]:
    """Those of the canonical words that are numbers or clock times."""
    return frozenset(word for word in words if is_number(word))


def is_number(word: str) -> bool:
    """Whether a canonical word is a number or a clock time."""
    return word[-1].isdecimal()


def is_year(word: str) -> bool:
    """Whether a canonical word can be a year."""
    return len(word) == 4 and word.isdecimal()


def _folded(text: str, rules: Numbers) -> str:
    """Lower case, white space and dashes made plain, fractions as decimals, thousands without separators."""
    text = " ".join(text.lower().replace("−", "-").replace("–", "-").replace("’", "'").split())
    text = _FRACTION.sub(_decimal, text)
    text = re.sub(rf"(?<=\d){re.escape(rules.thousands)}(?=\d{{3}}(\D|$))", "", text)
    if not _ISO_DATE.search(text):
        text = re.sub(r"(?<=\d) ?- ?(?=\d)", f" {rules.range_word} ", text)
    return re.sub(r"(?<=[^\W\d])-(?=\d)", " ", text)


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):g}"


def _date(match: re.Match[str], months: tuple[str, ...]) -> str:
    month = int(match[2])
    return f"{int(match[3])} {months[month - 1]} {match[1]}" if 1 <= month <= len(months) else match[0]


def _joined(words: list[str], language: Language) -> tuple[str, ...]:
    """Numbers multiplied by the scale that follows, dates and units in one spelling, currency after its amount.

    "3rd of may" is read as `3 rd of may`, of which 3 and may are left; "$ 5 million" becomes `5000000 dollar`.
    """
    rules = language.numbers
    scales = _long_scales(rules)
    dated = any(_month(word, rules.months) for word in words)
    joined: list[str] = []
    for word in words:
        after_number = bool(joined) and is_number(joined[-1])
        if word in language.articles or (dated and after_number and word in rules.of_dates):
            continue
        if word in scales and joined and _NUMBER.fullmatch(joined[-1]):
            joined[-1] = f"{float(joined[-1]) * scales[word]:.12g}"
        elif word in scales and word.isalpha():
            joined.append(str(scales[word]))
        else:
            joined.extend(_word(word, rules, after_number=after_number).split())
    return tuple(_currency_last(joined, rules.currencies))


@lru_cache
def _long_scales(rules: Numbers) -> dict[str, int]:
    """The scales of more than two letters, as fewer may be a unit, and the digits that number readers make of them."""
    names = {name: value for name, value in rules.scales.items() if len(name) > 2}
    return {str(value): value for value in rules.scales.values() if value > 12} | names


def _word(word: str, rules: Numbers, *, after_number: bool) -> str:
    if ":" in word:
        return word.rjust(5, "0")
    if _NUMBER.fullmatch(word):
        return f"{float(word):.12g}" if "." in word else word.lstrip("0") or "0"
    if month := _month(word, rules.months):
        return month
    return rules.unit_of(word) if after_number or not word.isalpha() else word


def _month(word: str, months: tuple[str, ...]) -> str | None:
    """The month that a word names, whole or by at least three letters of it; "may" and "march" are taken for months."""
    if len(word) < 3 or (len(word) > 4 and word not in months):
        return None
    return next((month for month in months if month.startswith(word)), None)


def _currency_last(words: list[str], currencies: frozenset[str]) -> list[str]:
    for i in range(len(words) - 1):
        if words[i] in currencies and is_number(words[i + 1]):
            words[i], words[i + 1] = words[i + 1], words[i]
    return words
