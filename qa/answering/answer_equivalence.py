"""When two answers to one question say the same, and when they contradict each other.

What is neither the same nor a contradiction is merely another answer. Both are decided by words, numbers and names
alone, cautiously; how much one answer has of another is measured in `qa/evaluation/scoring.py`.
"""

import string
from collections import Counter
from functools import lru_cache

from index.language.base import Language
from index.language.english import ENGLISH
from qa.answering.answer_normalization import canonical, is_number, is_year, normalize, numbers

_MAX_EXTRA_WORDS = 4
_MAX_PLAIN_WORDS = 3
_ROUGHLY = 0.1  # by what share two figures may differ if one of them is called rough


def same_fact(one: str, other: str, language: Language = ENGLISH) -> bool:
    """Whether two answers to one question say the same, in other words or more or less fully. Symmetric, cautious.

    "Vask, Jorun" is Jorun Vask, "$50 million" fifty million dollars, "Friday" is in "Friday morning", and 2024 in
    "3 May 2024"; another number, name or negation is another fact.
    """
    words, others = (_bare(canonical(text, language), language) for text in (one, other))
    if normalize(one) == normalize(other) and numbers(words) == numbers(others):  # without its marks, 3.6 is 36
        return one == other or bool(normalize(one))
    if not words or not others:
        return False
    if words == others or _is_turned_round(one, others, language) or _is_turned_round(other, words, language):
        return True
    if len(words) == len(others):
        return _has_free_order(words, language) and sorted(words) == sorted(others)
    if len(words) > len(others):
        one, words, other, others = other, others, one, words
    return _is_part_of(one, words, other, others, language)


def contradict(one: str, other: str, language: Language = ENGLISH) -> bool:
    """Whether two answers to one question can't both be right: other dates, other amounts of one thing, other names.

    Symmetric. In doubt, such as between an amount and a name, they don't.
    """
    words, others = canonical(one, language), canonical(other, language)
    if same_fact(one, other, language) or not words or not others:
        return False
    if set(words) <= set(others) or set(others) <= set(words):
        return False
    months = language.numbers.months
    if _is_date(words, language) and _is_date(others, language):
        parts = zip(_date_parts(words, months), _date_parts(others, months), strict=True)
        return any(a and b and a != b for a, b in parts)
    if numbers(words) and numbers(others):
        return _is_other_amount(words, others, language)
    if numbers(words) or numbers(others):
        return False
    names, other_names = _names(one, language), _names(other, language)
    if names and other_names:
        return not _is_covered(names, other_names) and not _is_covered(other_names, names)
    plain = not names and not other_names and max(len(words), len(others)) <= _MAX_PLAIN_WORDS
    return plain and not {word[:5] for word in words} & {word[:5] for word in others}


def _bare(words: tuple[str, ...], language: Language) -> tuple[str, ...]:
    """The words without prepositions before them; "by" is one only before a name, not in "by 1912"."""
    rules = language.answers
    while len(words) > 1 and (words[0] in rules.opening or (words[0] == rules.agent and not numbers(words))):
        words = words[1:]
    return words


def _is_turned_round(text: str, others: tuple[str, ...], language: Language) -> bool:
    """Whether `text` is a name with the family name first: "Vask, Jorun"."""
    parts = text.split(",")
    if len(parts) != 2 or not _names(text, language):
        return False
    return canonical(parts[1], language) + canonical(parts[0], language) == others


def _has_free_order(words: tuple[str, ...], language: Language) -> bool:
    """Whether no order of these words says another thing: a date, or one number and its unit."""
    return _is_date(words, language) or (len(numbers(words)) == 1 and len(words) <= _MAX_PLAIN_WORDS)


def _is_part_of(short: str, words: tuple[str, ...], long: str, others: tuple[str, ...], language: Language) -> bool:
    """Whether the longer answer says what the shorter one does and only adds to it.

    "Jorun Vask" is part of "Jorun Vask, the safety officer" (an apposition) and of "Captain Jorun Vask"; "Virginia" is
    no part of "West Virginia" (a turning word), and "Vask" none of "the sister of Vask" (a linking one).
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
    """Whether all the words are found among the others, in their order."""
    rest = iter(others)
    return all(word in rest for word in words)


@lru_cache(maxsize=4096)
def _is_date(words: tuple[str, ...], language: Language) -> bool:
    """Whether these are the words of one date, such as 2024, May 2024 or on 3 May, and of nothing else."""
    parts = [word for word in words if word not in language.answers.linking]
    years = [word for word in parts if is_year(word)]
    months = [word for word in parts if word in language.numbers.months]
    days = [word for word in parts if is_number(word) and word not in years]
    return (
        len(years) + len(months) + len(days) == len(parts)
        and max(len(years), len(months), len(days)) == 1
        and bool(years or months)
    )


def _date_parts(words: tuple[str, ...], months: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    """Year, month and day, None where a date leaves it open."""
    year = next((word for word in words if is_year(word)), None)
    month = next((word for word in words if word in months), None)
    return year, month, next((word for word in words if is_number(word) and word != year), None)


def _is_other_amount(words: tuple[str, ...], others: tuple[str, ...], language: Language) -> bool:
    """Whether two amounts are of one unit (or one doesn't name it), and too far apart to be the same one rounded."""
    linking = language.answers.linking
    unit, other_unit = _unit(words, linking), _unit(others, linking)
    if unit and other_unit and unit != other_unit:
        return False
    if numbers(words) <= numbers(others) or numbers(others) <= numbers(words):
        return False
    values, other_values = _values(words), _values(others)
    if not values or not other_values:  # clock times
        return not values and not other_values
    if min(values) <= min(other_values) <= max(other_values) <= max(values):
        return False
    if min(other_values) <= min(values) <= max(values) <= max(other_values):
        return False
    rough = language.answers.rough & {*words, *others}
    return not rough or abs(values[0] - other_values[0]) > _ROUGHLY * max(abs(values[0]), abs(other_values[0]))


def _unit(words: tuple[str, ...], linking: frozenset[str]) -> str | None:
    """The word after the last number, if there is one: "28 days of paid leave" are days."""
    last = max(i for i, word in enumerate(words) if is_number(word))
    following = [word for word in words[last + 1 :] if word not in linking]
    return following[0] if following else None


def _values(words: tuple[str, ...]) -> list[float]:
    return [float(word) for word in words if is_number(word) and ":" not in word]


def _names(text: str, language: Language) -> list[str]:
    """The capitalised words, canonical and without titles."""
    titles = language.answers.titles
    capitalised = (word.strip(string.punctuation + "“”‘’") for word in text.split() if any(map(str.isupper, word)))
    return [part for word in capitalised for part in canonical(word, language) if part not in titles]


def _is_covered(names: list[str], others: list[str]) -> bool:
    """Whether each name is among the others, or an initial of one of them, or all are the others' initials together."""
    initials = "".join(other[0] for other in others)
    if "".join(names) == initials:
        return True
    return all(name in others or (len(name) == 1 and name in initials) for name in names)
