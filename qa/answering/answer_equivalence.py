"""When two answers to one question state the same fact, and when they contradict each other.

If neither holds, they are just different answers. Both are decided by words, numbers and names alone; in doubt the
result is False. How far two answers overlap is measured in `qa/evaluation/scoring.py`.
"""

import re
import string
from collections import Counter
from functools import lru_cache

from index.language.base import Language
from index.language.english import ENGLISH
from index.language.weekdays import DAY_NAME
from qa.answering.answer_normalization import canonical, is_number, is_year, normalize, numbers
from qa.answering.durations import are_apart, are_same, duration_in

_MAX_EXTRA_WORDS = 4
_MAX_PLAIN_WORDS = 3
_ROUGHLY = 0.1  # an amount called rough ("about 100") may differ by this share

_DAY = re.compile(DAY_NAME, re.IGNORECASE)
_WITH_ASIDE = re.compile(r"^(?P<bare>[^()]*[^()\s])\s*\([^()]*\)\s*$")  # "3.80 (valid until 2025)"
_DOTTED_CLOCK = re.compile(r"(?<![\d.,])([01]?\d|2[0-3])\.([0-5]\d)(?![\d.,]?\d)")


def same_fact(one: str, other: str, language: Language = ENGLISH) -> bool:
    """Whether two answers state the same fact, in different words or with more or less detail. Symmetric.

    "Vask, Jorun" = "Jorun Vask"; "$50 million" = "fifty million dollars"; "Friday" = "Friday morning"; "2024" =
    "3 May 2024"; "24 months" = "2 years". A different number, name or negation makes a different fact.
    """
    words, others = (_bare(words, language) for words in _canonical_both(one, other, language))
    # `normalize` drops the point in 3.6, so it alone would make it equal to 36
    if normalize(one) == normalize(other) and numbers(words) == numbers(others):
        return one == other or bool(normalize(one))
    if not words or not others:
        return False
    words, others = _in_one_unit(words, others, language)
    if _is_same_phone(words, others) or _is_same_phone(others, words):
        return True
    if words == others or _is_family_name_first(one, others, language) or _is_family_name_first(other, words, language):
        return True
    if len(words) == len(others):
        return _has_free_order(words, language) and sorted(words) == sorted(others)
    if len(words) > len(others):
        one, words, other, others = other, others, one, words
    return _is_part_of(one, words, other, others, language)


def contradict(one: str, other: str, language: Language = ENGLISH) -> bool:
    """Whether two answers to one question can't both be right: two dates, two amounts of one thing, or two names.

    Symmetric. In doubt, for example between an amount and a name, the result is False.
    """
    one, other = (_WITH_ASIDE.sub(r"\g<bare>", each) for each in (one, other))
    words, others = _canonical_both(one, other, language)
    if same_fact(one, other, language) or not words or not others:
        return False
    lasting, other_lasting = duration_in(words, language), duration_in(others, language)
    if lasting and other_lasting and lasting.again == other_lasting.again:
        tolerance = _ROUGHLY if _is_rough(words, others, language) else 0
        return are_apart(lasting, other_lasting, language, tolerance)
    if set(words) <= set(others) or set(others) <= set(words):
        return False
    months = language.numbers.months
    if _is_date(words, language) and _is_date(others, language):
        return _are_other_dates(words, others, months)
    day, other_day = _date_of_day(words, language), _date_of_day(others, language)
    if day and other_day and _are_other_dates(day, other_day, months):
        return True
    clock, other_clock = _only_clock(words, language), _only_clock(others, language)
    if clock and other_clock and (day or other_day):
        return clock != other_clock
    if numbers(words) and numbers(others):
        return _is_other_amount(words, others, language)
    if numbers(words) or numbers(others):
        return False
    names, other_names = _names(one, language), _names(other, language)
    if names and other_names:
        return not _is_covered(names, other_names) and not _is_covered(other_names, names)
    # Short answers without a name and without a common stem: "red" and "blue", but not "red sails" and "blue sails"
    are_plain = not names and not other_names and max(len(words), len(others)) <= _MAX_PLAIN_WORDS
    return are_plain and not {word[:5] for word in words} & {word[:5] for word in others}


def _canonical_both(one: str, other: str, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Both in canonical form, "14.30" as a time of day beside another one such as "2:30 pm"."""
    words, others = canonical(one, language), canonical(other, language)
    if _has_clock(others) and _is_bare_number(words, language):
        words = canonical(_DOTTED_CLOCK.sub(r"\1:\2", one), language)
    elif _has_clock(words) and _is_bare_number(others, language):
        others = canonical(_DOTTED_CLOCK.sub(r"\1:\2", other), language)
    return words, others


def _has_clock(words: tuple[str, ...]) -> bool:
    return any(":" in word for word in numbers(words))


def _is_bare_number(words: tuple[str, ...], language: Language) -> bool:
    """Whether the words have numbers without a unit and without a time of day."""
    return bool(numbers(words)) and not _has_clock(words) and not _unit(words, language.answers.linking)


def _bare(words: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """The words without leading prepositions. "by" is dropped before a name, but not in "by 1912"."""
    rules = language.answers
    while len(words) > 1 and (words[0] in rules.opening or (words[0] == rules.agent and not numbers(words))):
        words = words[1:]
    return words


def _in_one_unit(
    words: tuple[str, ...], others: tuple[str, ...], language: Language
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Both with the same number for the same duration: (2, year) and (24, month) become (1036800.0,) both."""
    one, other = duration_in(words, language), duration_in(others, language)
    if not one or not other or not are_same(one, other, language):
        return words, others
    if words[one.start : one.end] == others[other.start : other.end]:
        return words, others
    minutes = (f"{min(one.minutes, other.minutes):.1f}",)
    return words[: one.start] + minutes + words[one.end :], others[: other.start] + minutes + others[other.end :]


def _is_same_phone(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether `others` is the phone number `words` with the prefix of a country: +441628555022 for 01628555022."""
    if len(words) != 1 or len(others) != 1 or words[0][0] != "0" or others[0][0] != "+":
        return False
    number = words[0][1:]
    return others[0].endswith(number) and len("+1") <= len(others[0]) - len(number) <= len("+111")


def _is_family_name_first(text: str, others: tuple[str, ...], language: Language) -> bool:
    """Whether `text` is the name `others` with the family name first: "Vask, Jorun" for (jorun, vask)."""
    parts = text.split(",")
    if len(parts) != 2 or not _names(text, language):
        return False
    return canonical(parts[1], language) + canonical(parts[0], language) == others


def _has_free_order(words: tuple[str, ...], language: Language) -> bool:
    """Whether the words mean the same in any order: those of a date, or one number with its unit."""
    return _is_date(words, language) or (len(numbers(words)) == 1 and len(words) <= _MAX_PLAIN_WORDS)


def _is_part_of(short: str, words: tuple[str, ...], long: str, others: tuple[str, ...], language: Language) -> bool:
    """Whether the longer answer states the shorter one and only adds detail.

    "Jorun Vask" is part of "Captain Jorun Vask", and of "Jorun Vask, the safety officer" (an apposition). "Virginia" is
    not part of "West Virginia" (`turning` word), nor "Vask" of "the sister of Vask" (`linking` word).
    """
    rules = language.answers
    if _is_date(words, language) and _is_date(others, language):
        return set(words) <= set(others) and not rules.turning & set(others)
    if not _stands_within(words, others) or numbers(words) != numbers(others):
        return False
    extra = Counter(others) - Counter(words)
    if rules.turning & set(extra):
        return False
    if any("'" in word for word in extra) or len(extra) > _MAX_EXTRA_WORDS:
        return False
    if numbers(words):
        return True
    is_apposition = others[: len(words)] == words and canonical(long.split(",")[0], language) == words
    return bool(_names(short, language)) and (is_apposition or not rules.linking & set(extra))


def _stands_within(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether all words occur among the others in the same order: (a, c) in (a, b, c), but not (c, a)."""
    rest = iter(others)  # `in` moves it on to just after the word
    return all(word in rest for word in words)


@lru_cache(maxsize=4096)
def _is_date(words: tuple[str, ...], language: Language) -> bool:
    """Whether the words are one date and nothing else: "2024", "May 2024" or "on 3 May"."""
    parts = [word for word in words if word not in language.answers.linking]
    years = [word for word in parts if is_year(word)]
    months = [word for word in parts if word in language.numbers.months]
    days = [word for word in parts if is_number(word) and word not in years]
    return (
        len(years) + len(months) + len(days) == len(parts)
        and max(len(years), len(months), len(days)) == 1
        and bool(years or months)
    )


def _are_other_dates(words: tuple[str, ...], others: tuple[str, ...], months: tuple[str, ...]) -> bool:
    parts = zip(_date_parts(words, months), _date_parts(others, months), strict=True)
    return any(a and b and a != b for a, b in parts)


def _date_of_day(words: tuple[str, ...], language: Language) -> tuple[str, ...] | None:
    """The date of "Thursday 12 February" and of "Friday 20 March at 7 pm"; None for what isn't such a day."""
    bare = tuple(word for word in words if not _DAY.fullmatch(word) and ":" not in word)
    return bare if bare and _is_date(bare, language) else None


def _only_clock(words: tuple[str, ...], language: Language) -> str | None:
    """The time of day of "Friday 20 March at 7 pm" and of "at 7 pm"; None if there is more than a day beside it."""
    clocks = [word for word in words if ":" in word]
    rest = [
        word for word in words if ":" not in word and word not in language.answers.linking and not _DAY.fullmatch(word)
    ]
    return clocks[0] if len(clocks) == 1 and (not rest or _is_date(tuple(rest), language)) else None


def _date_parts(words: tuple[str, ...], months: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    """(Year, month, day) of a date, each None if the date doesn't have it: "3 May" → (None, "may", "3")."""
    year = next((word for word in words if is_year(word)), None)
    month = next((word for word in words if word in months), None)
    return year, month, next((word for word in words if is_number(word) and word != year), None)


def _is_other_amount(words: tuple[str, ...], others: tuple[str, ...], language: Language) -> bool:
    """Whether two amounts differ, in one unit (or one has none), by more than rounding.

    "28 days" and "30 days" differ, and so do "5 kg" and "7", "up to 28 days" and "up to 30 days", being two limits, and
    "from 9 to 17" and "from 9 to 18". These don't: "5 kg" and "5 litres" (units), "5 to 10 kg" and "7 kg" (within the
    range), "about 100 kg" and "105 kg" (rough; "about 100 kg" and "120 kg" differ).
    """
    meaningless = language.answers.linking | language.numbers.of_dates  # "st" of "1 st floor"
    unit, other_unit = _unit(words, meaningless), _unit(others, meaningless)
    if unit and other_unit and unit != other_unit:
        return False
    if numbers(words) <= numbers(others) or numbers(others) <= numbers(words):
        return False
    values, other_values = _values(words), _values(others)
    if not values or not other_values:  # clock times have no values: two different ones differ
        return not values and not other_values
    if not unit and not other_unit and len(values) == len(other_values) == 2 and _are_ranges(words, others, language):
        return True
    if _spans(values, other_values) or _spans(other_values, values):
        return False
    difference = abs(values[0] - other_values[0])
    return not _is_rough(words, others, language) or difference > _ROUGHLY * max(abs(values[0]), abs(other_values[0]))


def _is_rough(words: tuple[str, ...], others: tuple[str, ...], language: Language) -> bool:
    """Whether either is called rough: "about 100 kg". Two limits aren't."""
    are_limits = language.answers.bounds & {*words} & {*others}
    return bool(language.answers.rough & {*words, *others}) and not are_limits


def _are_ranges(words: tuple[str, ...], others: tuple[str, ...], language: Language) -> bool:
    """Whether both say from which number to which, as opening hours do: "9 to 17", but not "about 9 to 17"."""
    return language.numbers.range_word in {*words} & {*others} and not language.answers.rough & {*words, *others}


def _unit(words: tuple[str, ...], meaningless: frozenset[str]) -> str | None:
    """The first word after the last number that isn't `meaningless`: "day" of "28 days of paid leave"; else None."""
    last = max(i for i, word in enumerate(words) if is_number(word))
    following = [word for word in words[last + 1 :] if word not in meaningless]
    return following[0] if following else None


def _spans(values: list[float], others: list[float]) -> bool:
    """Whether all the other values lie between the lowest and the highest of `values`."""
    return min(values) <= min(others) and max(others) <= max(values)


def _values(words: tuple[str, ...]) -> list[float]:
    """The numbers among canonical words, clock times left out."""
    return [float(word) for word in words if is_number(word) and ":" not in word]


def _names(text: str, language: Language) -> list[str]:
    """The words with a capital letter, in canonical form, without titles: "Captain Jorun Vask" → [jorun, vask]."""
    titles = language.answers.titles
    capitalised = (word.strip(string.punctuation + "“”‘’") for word in text.split() if any(map(str.isupper, word)))
    return [part for word in capitalised for part in canonical(word, language) if part not in titles]


def _is_covered(names: list[str], others: list[str]) -> bool:
    """Whether every name is one of the others or an initial of one, or all together are the others' initials.

    [j, vask] is covered by [jorun, vask], and [eu] by [european, union].
    """
    initials = "".join(other[0] for other in others)
    if "".join(names) == initials:
        return True
    return all(name in others or (len(name) == 1 and name in initials) for name in names)
