"""English."""

import re

from index.language.base import Answers, FollowUps, Language, Messages, Numbers, Sentences, words
from index.language.months import MONTHS
from index.language.weekdays import DAY_NAME

_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1000, "k": 1000, "million": 10**6, "m": 10**6, "mn": 10**6,
           "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12}  # fmt: skip
_UNITS = {
    "$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound", "gbp": "pound", "lb": "pound",
    "%": "percent", "°": "degree", "c": "celsius", "°c": "degree celsius", "°f": "degree fahrenheit",
    "kg": "kilogram", "g": "gram", "mg": "milligram", "km": "kilometre", "m": "metre", "cm": "centimetre",
    "mm": "millimetre", "l": "litre", "ml": "millilitre", "h": "hour", "hr": "hour", "min": "minute",
    "sec": "second", "ft": "foot", "feet": "foot", "kw": "kilowatt", "w": "watt", "mph": "mile hour",
    "kph": "kilometre hour", "kmh": "kilometre hour", "men": "man", "women": "woman",
}  # fmt: skip
_AMERICAN = {"meter": "metre", "liter": "litre"}
_DAY = 24 * 60
_MINUTES = {"minute": 1, "hour": 60, "day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY, "year": 365 * _DAY}
_UNIT_OF_TIME = rf"(?:{'|'.join(_MINUTES)})\b"
_PREFIXED_METER = re.compile("(kilo|centi|milli)meter")


def _digits_of(text: str) -> str:
    from text_to_num import alpha2digit

    return str(alpha2digit(text, "en", threshold=0))


def _time(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)  # 12 a.m. is 00:00, 12 p.m. 12:00
    return f"{hour:02}:{match[2] or '00'}"


def _rate(match: re.Match[str]) -> str:
    return f"every {1 / int(match[1]):.4g} {match[2]}"


def _amount(match: re.Match[str]) -> str:
    return f"{match[1]}{float(match[2]) * _SCALES[match[3]]:.0f}"


def _unit_of(word: str) -> str:
    singular = word[:-1] if word.endswith("s") and word[-2:-1].isalpha() and len(word) > 2 else word
    unit = _UNITS.get(word) or _UNITS.get(singular) or singular
    return _AMERICAN.get(unit, _PREFIXED_METER.sub(r"\1metre", unit))


_ABBREVIATIONS = (
    "Dr",
    "Mr",
    "Sr",
    "Jr",
    "Ms",
    "Mrs",
    "St",
    "No",
    "vs",
    "Gen",
    "Prof",
    "Cllr",
    "ext",
    "approx",
    "e.g",
    "i.e",
)

_NUMBERS = Numbers(
    digits_of=_digits_of,
    before=(
        (re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s*([ap])\.?\s?m\b\.?"), _time),
        (re.compile(r"\bmidnight\b"), "00:00"),
        (re.compile(r"\bnoon\b"), "12:00"),
        (re.compile(r"\bper ?cent\b"), "%"),
        (re.compile(r"\bper (?=[a-z])"), " "),
        (re.compile(r"(?<=[a-z])/(?=[a-z])"), " "),
        (re.compile("km h"), "kmh"),
        (re.compile(rf"\b(?:(?:on|every|each) )?({DAY_NAME})s?\b(?!')"), r"\1"),
        (re.compile(r"\bon weekdays\b|\b(?:(?:on )?every |each )weekday\b|\bweekdays\b"), "monday to friday"),
        (re.compile(r"\b(?:from )?mon(?:day)? ?(?:-|to) ?fri(?:day)?\b"), "monday to friday"),
        (re.compile(r"\bdaily\b"), "every day"),
        (re.compile(r"\b(week|month|year)ly\b"), r"every \1"),
        (re.compile(r"\bannually\b"), "every year"),
        (re.compile(r"^quarterly\b"), "every 3 months"),
        (re.compile(r"\bonce (?=every\b)"), ""),
        (re.compile(rf"\b(?:once (?:an? |each | )|each )(?={_UNIT_OF_TIME})"), "every "),
        (re.compile(rf"^twice (?=(?:an? |every |each | )?{_UNIT_OF_TIME})"), "2 times "),
    ),
    after=(
        (re.compile(r"\bhalf an? (?=\d)"), "0.5 "),
        (re.compile(rf"\bhalf an? (?={_UNIT_OF_TIME})"), "0.5 "),
        (re.compile(r"\b(\d+) and a half\b"), r"\1.5"),
        (re.compile(rf"^([1-9]\d?) times (?:an? |every |each | )?({_UNIT_OF_TIME})"), _rate),
        (re.compile(r"([$€£])\s?(\d+(?:\.\d+)?)\s*(k|mn?|bn?)\b"), _amount),
    ),
    months=tuple(month.lower() for month in MONTHS),
    of_dates=words("st nd rd th of"),  # "the 3rd of May" is "3 May"
    scales=_SCALES,
    range_word="to",
    unit_of=_unit_of,
    currencies=words("dollar euro pound"),
    minutes=_MINUTES,
    calendar_units=words("month year"),
    every="every",
)  # fmt: skip

_ANSWERS = Answers(
    # "West Virginia", "vice president", "before 1912", "France's", "the 1990s", "no one"
    turning=words(
        """north south east west northern southern eastern western central new old upper lower inner outer former deputy
        vice assistant acting junior senior ex non anti minus plus except but and or nor not no never none without
        neither cannot before after until less fewer under over below above half quarter twice than s"""
    ),
    linking=words("of in at on for from to by with near off into under who which that"),
    opening=words("in on at of for because due owing as"),
    agent="by",  # "by Jorun Vask" is the same answer as "Jorun Vask", but "by 1912" not as "1912"
    rough=words("about around approximately roughly nearly almost close some over more least most up under"),
    bounds=words("least most up"),
    titles=words("mr mrs ms miss dr sir dame lord lady captain lieutenant professor prof general president"),
    function_words=words(
        """a about all an and any are as at be been by can could did do does for from give had has have her his how i if
        in into is it its kind long many me much my name of old on one or our out so some tell than that the their them
        there they this to under up us was we were what when where which who whom whose why will with would you your"""
    ),
    possessive="'s",
    plural="s",
)

_FOLLOW_UPS = FollowUps(
    openers=words("and but or so then also"),
    opening_phrases=(("what", "about"), ("how", "about"), ("what", "of")),
    question_words=words("who whom whose what which when where why how"),
    noun_takers=words("which what whose"),
    auxiliaries=words(
        "is are was were be been am do does did has have had can could may might must shall should will would"
    ),
    persons=words("he him his she her hers"),
    things=words("it its they them their theirs"),
    pointers=words("this that these those"),
    substitutes=words("one ones same such there"),
    prepositions=words("in on at of for from to by with without about after before during since until than under over"),
    places=words("there then afterwards"),
    participles=("ing",),
    empty=words("much many long far old often big one ones else come since exactly"),
)

ENGLISH = Language(
    code="en",
    name="English",
    messages=Messages(
        nothing_retrieved="Sorry, there is nothing in the documents that this could be answered from.",
        reader_null="Sorry, none of the passages that I read answers this.",
        below_threshold="Sorry, what I found on this is too unsure to be given as an answer.",
        conflict="The documents disagree on this:",
        nearest="The nearest passage is in {link}.",
        page="page {number}",
        recognised="(recognised)",
        likely="This may be it: {sentence} ({link}).",
        unlikely="I found nothing on it; the nearest passage: {sentence} ({link}).",
        nothing_shown="There is nothing in the documents that this could be answered from.",
        unlikely_shown="I found nothing on this in the documents; what comes nearest is shown.",
        likely_shown="This may be it, though I'm not sure enough to give it as an answer: {place}.",
    ),
    stemmer="porter",
    stop_words=words(
        """a about after all also am an and any are as at be because been before being between both but by can could did
        do does doing during each for from had has have having he her here hers him his how i if in into is it its
        itself just may me might more most must my no nor not of off on once only or other our out over own same shall
        she should so some such tell than that the their them then there these they this those through to too under
        until up very was we were what when where which while who whom whose why will with would you your"""
    ),
    articles=words("a an the"),
    dictionary="en",  # American spelling
    variants=(("is", "iz"), ("ys", "yz"), ("our", "or"), ("ll", "l"), ("tre", "ter"), ("ae", "e"), ("oe", "e")),
    sentences=Sentences(abbreviations=_ABBREVIATIONS),
    numbers=_NUMBERS,
    answers=_ANSWERS,
    follow_ups=_FOLLOW_UPS,
)
