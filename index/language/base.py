"""A language: a record of all its words and rules that retrieval, reading and the comparison of answers use.

Every field has an empty default, with which the rules that use it never apply; nothing fails. Words are in lower case.
Rewrites are (pattern, replacement) pairs for `re.sub`, applied in order.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Rewrites = tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]


def words(text: str) -> frozenset[str]:
    """The words of a string, separated by white space."""
    return frozenset(text.split())


def _unchanged(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where sentences end: after one of `marks` and any `closing` quotes or brackets, before white space.

    `wide_marks` need no white space after them. `opening` are quotes and brackets that a sentence may begin with. The
    full stop after one of the `abbreviations`, in upper or lower case as given, ends no sentence.
    """

    marks: str = ".!?…"
    wide_marks: str = "。！？"
    closing: str = "\"'”’)]"
    opening: str = "\"'“‘(["
    abbreviations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """How numbers, dates, times and amounts are written, so that each fact gets one form.

    - `digits_of`: text → the same with number words as digits, "two" → "2".
    - `before`, `after`: rewrites before and after `digits_of`, of text in lower case: "3 pm" → "15:00".
    - `months`: the twelve in order. A text may shorten one to its first three or four letters.
    - `of_dates`: words without meaning after a number in a date, such as "th" and "of".
    - `scales`: word → the factor for the number before it, "million" → 1000000.
    - `thousands`: the separator between groups of three digits.
    - `range_word`: replaces the dash between two numbers, "10-20" → "10 to 20".
    - `unit_of`: a word after a number → the unit's name in the singular, "kg" → "kilogram".
    - `currencies`: units that may come before their amount, by those names.
    - `minutes`: a unit of time → how many minutes it has; of the `calendar_units` among them, roughly.
    - `every`: begins what happens again and again, as in "every 3 weeks".
    """

    digits_of: Callable[[str], str] = _unchanged
    before: Rewrites = ()
    after: Rewrites = ()
    months: tuple[str, ...] = ()
    of_dates: frozenset[str] = frozenset()
    scales: Mapping[str, int] = field(default_factory=dict)
    thousands: str = ","
    range_word: str = "-"
    unit_of: Callable[[str], str] = _unchanged
    currencies: frozenset[str] = frozenset()
    minutes: Mapping[str, int] = field(default_factory=dict)
    calendar_units: frozenset[str] = frozenset()
    every: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """Words that matter when two answers to one question are compared.

    - `turning`: words that turn a shorter answer into a different one, as "west" does "Virginia".
    - `linking`: words that join two things, as "of" in "the sister of Vask".
    - `opening`: words without meaning at the start of an answer, as "in" in "in May".
    - `agent`: the same, but only before a name, as "by" in "by Jorun Vask".
    - `rough`: words that call an amount rounded, as "about".
    - `bounds`: those of them that name a limit, as "most": two different ones of one kind are none the less two.
    - `titles`: words that are no part of a name, as "captain".
    - `function_words`: words that don't say what a question is about.
    - `possessive`, `plural`: endings in which forms of one word differ.
    """

    turning: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    opening: frozenset[str] = frozenset()
    agent: str = ""
    rough: frozenset[str] = frozenset()
    bounds: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    function_words: frozenset[str] = frozenset()
    possessive: str = ""
    plural: str = ""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Words that show whether a question is a follow-up; `qa/answering/follow_up.py` has the rules.

    - `openers`, `opening_phrases`: a follow-up begins with one of them: "and", "what about".
    - `persons`, `things`, `pointers`, `places`: "he", "it", "this", "there"; they may refer to an earlier question.
    - `substitutes`: "one" and others that stand for a thing named earlier, but may have another meaning, too.
    - `question_words`; after those in `noun_takers` comes a noun: "which boat".
    - `auxiliaries`: the first one ends the question's opening: "which boat has".
    - `prepositions`; `participles`: endings of words that aren't nouns.
    - `empty`: words that name nothing, besides the stop words.
    """

    openers: frozenset[str] = frozenset()
    opening_phrases: tuple[tuple[str, ...], ...] = ()
    question_words: frozenset[str] = frozenset()
    noun_takers: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    pointers: frozenset[str] = frozenset()
    substitutes: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    participles: tuple[str, ...] = ()
    empty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Messages:
    """The texts around an answer, or instead of one, in a chat message; the last three elsewhere.

    The first three are the reasons for no answer. `nearest` has a `{link}` to the nearest passage, `page` a `{number}`.
    `recognised` marks words that were read in a picture, and may be misread.
    `likely` and `unlikely` also have its best `{sentence}`, which may or may not be the answer; if they are empty,
    `nearest` is used.
    `nothing_shown`, `unlikely_shown` and `likely_shown` stand above the nearest passage, if there is any, which is
    shown; the last names its `{place}`. If they are empty, the reasons are used.
    """

    nothing_retrieved: str
    reader_null: str
    below_threshold: str
    conflict: str
    nearest: str
    page: str
    recognised: str = ""
    likely: str = ""
    unlikely: str = ""
    nothing_shown: str = ""
    unlikely_shown: str = ""
    likely_shown: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language: its ISO 639 `code`, used in settings and in the index, and its English `name`.

    - `stemmer`: the full-text index's stemmer; None keeps words as they are.
    - `stop_words`: words that aren't searched.
    - `articles`: words without meaning in an answer.
    - `dictionary`: pyspellchecker's name for the language; None: mistyped words aren't corrected.
    - `variants`: (part of a word, the same as the dictionary spells it): ("our", "or").
    """

    code: str
    name: str
    messages: Messages
    stemmer: Literal["porter"] | None = None
    stop_words: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()
    dictionary: str | None = None
    variants: tuple[tuple[str, str], ...] = ()
    sentences: Sentences = Sentences()
    numbers: Numbers = field(default_factory=Numbers)
    answers: Answers = Answers()
    follow_ups: FollowUps = FollowUps()
