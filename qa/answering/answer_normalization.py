"""Answers in a normal form, so that they can be compared.

`normalize` is that of SQuAD's official scripts (Rajpurkar et al. 2016, section 6.1). `canonical` goes further: it has
one form for a number, unit, clock time or date. `"$50 million"` and `"fifty million dollars"` both become
`("50000000", "dollar")`. How numbers and units are written is part of the `Language`.
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
_ISO_DATE = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b")
_DOTTED_DATE = re.compile(r"(?<![\d.])(?P<day>\d\d?)\.(?P<month>\d\d?)\.(?P<year>\d{4})(?!\.?\d)")
# Nothing but a phone number, with its "0" or "+" in front: "01628 555 022", "+44 (0)1628/555-022"; but not 03-05-2024
_PHONE = re.compile(r"(?!\d\d[-/]\d\d[-/])\(?[0+]\(?\d(?:[ ()/-]{0,3}\d){5,15}\.?")


def normalize(answer: str) -> str:
    """Lower case without ASCII punctuation, English articles and extra white space, in every language alike."""
    return " ".join(_ARTICLE.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


@lru_cache(maxsize=4096)
def canonical(text: str, language: Language = ENGLISH) -> tuple[str, ...]:
    """The words of a text in canonical form and in their order, without articles.

    "two dozen eggs" → ("24", "egg"); "3pm" → ("15:00",); "2024-05-03" and "3rd of May 2024" → ("3", "may", "2024").
    """
    if phone := _phone_number(text):
        return (phone,)
    rules = language.numbers
    text = _rewritten(_folded(text, rules), rules.before)
    for pattern in (_ISO_DATE, _DOTTED_DATE):
        text = pattern.sub(lambda match: _date(match, rules.months), text)
    text = _rewritten(rules.digits_of(text), rules.after)
    return _joined(_WORD.findall(text), language)


def _phone_number(text: str) -> str | None:
    """The digits of a text that is a phone number alone: "(01628) 555022" → "01628555022"; with "+" abroad."""
    text = " ".join(re.sub("[\u2010-\u2015]", "-", text).split())
    if not _PHONE.fullmatch(text):
        return None
    return re.sub(r"^00", "+", re.sub(r"[^\d+]", "", text.replace("(0)", "")))


def _rewritten(text: str, rewrites: Rewrites) -> str:
    for pattern, replacement in rewrites:
        text = pattern.sub(replacement, text)
    return text


def numbers(words: tuple[str, ...]) -> frozenset[str]:
    """The canonical words that are numbers or clock times."""
    return frozenset(word for word in words if is_number(word))


def is_number(word: str) -> bool:
    """Whether a canonical word is a number or a clock time."""
    return word[-1].isdecimal()


def is_year(word: str) -> bool:
    """Whether a canonical word can be a year: four digits."""
    return len(word) == 4 and word.isdecimal()


def _folded(text: str, rules: Numbers) -> str:
    """Lower case, plain blanks and dashes, fractions as decimals, no thousands separators, a word for a range's dash.

    "1,200 – 3½ KG" → "1200 to 3.5 kg".
    """
    text = " ".join(text.lower().replace("−", "-").replace("–", "-").replace("’", "'").split())
    text = _FRACTION.sub(_decimal, text)
    text = re.sub(rf"(?<=\d){re.escape(rules.thousands)}(?=\d{{3}}(\D|$))", "", text)
    if not _ISO_DATE.search(text):
        text = re.sub(r"(?<=\d) ?- ?(?=\d)", f" {rules.range_word} ", text)
    return re.sub(r"(?<=[^\W\d])-(?=\d)", " ", text)


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):g}"


def _date(match: re.Match[str], months: tuple[str, ...]) -> str:
    month = int(match["month"])
    return f"{int(match['day'])} {months[month - 1]} {match['year']}" if 1 <= month <= len(months) else match[0]


def _joined(words: list[str], language: Language) -> tuple[str, ...]:
    """The words with numbers multiplied by their scales, dates and units in one spelling, currency after its amount."""
    rules = language.numbers
    scales = _long_scales(rules)
    has_month = any(_month(word, rules.months) for word in words)
    joined: list[str] = []
    for word in words:
        after_number = bool(joined) and is_number(joined[-1])
        # [3, rd, of, may] → [3, may]: next to a month, "rd" and "of" after a number mean nothing
        if word in language.articles or (has_month and after_number and word in rules.of_dates):
            continue
        # [$, 5, million] → [dollar, 5000000], and in the end [5000000, dollar]
        if word in scales and joined and _NUMBER.fullmatch(joined[-1]):
            joined[-1] = f"{float(joined[-1]) * scales[word]:.12g}"
        # [million, euros] → [1000000, euro]: a scale without a number before it stands for 1 of it
        elif word in scales and word.isalpha():
            joined.append(str(scales[word]))
        else:
            joined.extend(_word(word, rules, after_number=after_number).split())
    return tuple(_currency_last(joined, rules.currencies))


@lru_cache
def _long_scales(rules: Numbers) -> dict[str, int]:
    """Word → factor, for scales written as words or as digits: {"million": 1000000, "1000000": 1000000, …}.

    The digits are there because `Numbers.digits_of` writes "5 million" as "5 1000000". Words of one or two letters are
    left out, since they may be units: the "m" of "5 m" may be metres.
    """
    names = {name: value for name, value in rules.scales.items() if len(name) > 2}
    return {str(value): value for value in rules.scales.values() if value > 12} | names


def _word(word: str, rules: Numbers, *, after_number: bool) -> str:
    """One word in canonical form: "9:30" → "09:30", "007" → "7", "sept" → "september", and "kgs" as a unit."""
    if ":" in word:
        return word.rjust(5, "0")
    if _NUMBER.fullmatch(word):
        return f"{float(word):.12g}" if "." in word else word.lstrip("0") or "0"
    if month := _month(word, rules.months):
        return month
    return rules.unit_of(word) if after_number or not word.isalpha() else word


def _month(word: str, months: tuple[str, ...]) -> str | None:
    """The month that a word names, in full or by its first three or four letters; "may" always counts as a month."""
    if len(word) < 3 or (len(word) > 4 and word not in months):
        return None
    return next((month for month in months if month.startswith(word)), None)


def _currency_last(words: list[str], currencies: frozenset[str]) -> list[str]:
    """[dollar, 5] → [5, dollar]."""
    for i in range(len(words) - 1):
        if words[i] in currencies and is_number(words[i + 1]):
            words[i], words[i + 1] = words[i + 1], words[i]
    return words
