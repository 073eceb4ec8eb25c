"""Answers written in one way, so that they can be compared.

`normalize` is that of SQuAD's official scripts (Rajpurkar et al. 2016, section 6.1). `canonical` goes further and has
one form for one fact, of numbers, units, clock times and dates: `"$50 million"` and `"fifty million dollars"` both
become 50000000 and dollar, `"May 3rd"` and `"3 May"` 3 and may. Number words are read by text2num; the units are those
of everyday documents.
"""

import re
import string
import unicodedata
from functools import lru_cache

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
_ARTICLES = {"a", "an", "the"}
_ARTICLE = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_OF_DATES = {"st", "nd", "rd", "th", "of"}  # "the 3rd of May" is "3 May"
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "mn": 10**6,
           "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12}  # fmt: skip
_LONG_SCALES = {str(value) for value in _SCALES.values() if value > 12} | {name for name in _SCALES if len(name) > 2}
_UNITS = {
    "$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound", "gbp": "pound", "lb": "pound",
    "%": "percent", "°": "degree", "c": "celsius", "°c": "degree celsius", "°f": "degree fahrenheit",
    "kg": "kilogram", "g": "gram", "mg": "milligram", "km": "kilometre", "m": "metre", "cm": "centimetre",
    "mm": "millimetre", "l": "litre", "ml": "millilitre", "h": "hour", "hr": "hour", "min": "minute",
    "sec": "second", "ft": "foot", "feet": "foot", "kw": "kilowatt", "w": "watt", "mph": "mile hour",
    "kph": "kilometre hour", "kmh": "kilometre hour", "men": "man", "women": "woman",
}  # fmt: skip
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_FRACTION = re.compile(r"(\d{1,9})? ?([¼½¾⅐-⅞])")
_WORD = re.compile(r"\d\d?:\d\d|-?\d+(?:\.\d+)?|°[cf]\b|[$€£%°]|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s*([ap])\.?\s?m\b\.?")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MONEY = re.compile(r"([$€£])\s?(\d+(?:\.\d+)?)\s*(k|mn?|bn?)\b")


def normalize(answer: str) -> str:
    """Lower case, without ASCII punctuation, articles and superfluous white space."""
    return " ".join(_ARTICLE.sub(" ", answer.lower().translate(_PUNCTUATION)).split())


@lru_cache(maxsize=4096)
def canonical(text: str) -> tuple[str, ...]:
    """The words of a text in canonical form and in their order, numbers as digits; without articles."""
    from text_to_num import alpha2digit

    text = _folded(text)
    text = _ISO_DATE.sub(_date, _CLOCK.sub(_time, text))
    text = re.sub(r"\bnoon\b", "12:00", re.sub(r"\bmidnight\b", "00:00", text))
    text = re.sub(r"\bper (?=[a-z])", " ", re.sub(r"\bper ?cent\b", "%", text))
    text = re.sub(r"(?<=[a-z])/(?=[a-z])", " ", text).replace("km h", "kmh")
    text = alpha2digit(text, "en", threshold=0)
    text = re.sub(r"\b(\d+) and a half\b", r"\1.5", re.sub(r"\bhalf an? (?=\d)", "0.5 ", text))
    return _joined(_WORD.findall(_MONEY.sub(_amount, text)))


def numbers(words: tuple[str, ...]) -> frozenset[str]:
    """Those of the canonical words that are numbers or clock times."""
    return frozenset(word for word in words if is_number(word))


def is_number(word: str) -> bool:
    """Whether a canonical word is a number or a clock time."""
    return word[-1].isdecimal()


def is_year(word: str) -> bool:
    """Whether a canonical word can be a year."""
    return len(word) == 4 and word.isdecimal()


def _folded(text: str) -> str:
    """Lower case, white space and dashes made plain, fractions as decimals, thousands without separators."""
    text = " ".join(text.lower().replace("−", "-").replace("–", "-").replace("’", "'").split())
    text = _FRACTION.sub(_decimal, text)
    text = re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", text)
    if not _ISO_DATE.search(text):
        text = re.sub(r"(?<=\d) ?- ?(?=\d)", " to ", text)
    return re.sub(r"(?<=[^\W\d])-(?=\d)", " ", text)


def _decimal(match: re.Match[str]) -> str:
    return f"{int(match[1] or 0) + unicodedata.numeric(match[2]):g}"


def _time(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)
    return f"{hour:02}:{match[2] or '00'}"


def _date(match: re.Match[str]) -> str:
    month = int(match[2])
    return f"{int(match[3])} {MONTHS[month - 1]} {match[1]}" if 1 <= month <= len(MONTHS) else match[0]


def _amount(match: re.Match[str]) -> str:
    return f"{match[1]}{float(match[2]) * _SCALES[match[3]]:.0f}"


def _joined(words: list[str]) -> tuple[str, ...]:
    """Numbers multiplied by the scale that follows, dates and units in one spelling, currency after its amount."""
    dated = any(_month(word) for word in words)
    found: list[str] = []
    for word in words:
        if word in _ARTICLES or (dated and found and is_number(found[-1]) and word in _OF_DATES):
            continue
        if word in _LONG_SCALES and found and _NUMBER.fullmatch(found[-1]):
            found[-1] = f"{float(found[-1]) * (_SCALES.get(word) or int(word)):.12g}"
        elif word in _LONG_SCALES and word.isalpha():
            found.append(str(_SCALES[word]))
        else:
            found.extend(_word(word, after_number=bool(found) and is_number(found[-1])).split())
    return tuple(_currency_last(found))


def _word(word: str, *, after_number: bool) -> str:
    if ":" in word:
        return word.rjust(5, "0")
    if _NUMBER.fullmatch(word):
        return f"{float(word):.12g}" if "." in word else word.lstrip("0") or "0"
    if month := _month(word):
        return month
    if after_number or not word.isalpha():
        singular = word[:-1] if word.endswith("s") and word[-2:-1].isalpha() and len(word) > 2 else word
        unit = _UNITS.get(word) or _UNITS.get(singular) or singular
        return {"meter": "metre", "liter": "litre"}.get(unit, re.sub("(kilo|centi|milli)meter", r"\1metre", unit))
    return word


def _month(word: str) -> str | None:
    """The month that a word names, whole or by at least three letters of it; "may" and "march" are taken for months."""
    if len(word) < 3 or (len(word) > 4 and word not in MONTHS):
        return None
    return next((month for month in MONTHS if month.startswith(word)), None)


def _currency_last(words: list[str]) -> list[str]:
    for i in range(len(words) - 1):
        if words[i] in ("dollar", "euro", "pound") and is_number(words[i + 1]):
            words[i], words[i + 1] = words[i + 1], words[i]
    return words
