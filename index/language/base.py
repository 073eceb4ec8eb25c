"""What a language is: the record of all that retrieval, reading and comparing answers need to know of its words.

Whatever a record leaves out is empty: then the rule that would use it doesn't hold anywhere, and nothing fails. Words
are in lower case. Rewrites are (pattern, replacement) pairs as `re.sub` takes them, made in their order.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Rewrites = tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]


def words(text: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(text.split())


def _unchanged(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Sentences:
    """Where sentences end: after one of `marks` and any `closing` quotes or brackets, before white space.

    After one of the `wide_marks` no white space is needed. `opening` are quotes and brackets that a sentence may begin
    with, `abbreviations` words after whose full stop it goes on, in the case that they are written in.
    """

    marks: str = ".!?…"
    wide_marks: str = "。！？"
    closing: str = "\"'”’)]"
    opening: str = "\"'“‘(["
    abbreviations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """How numbers, dates, times and amounts are written, so that one fact has one form.

    `digits_of` writes number words as digits. `before` and `after` are rewrites around that, of text in lower case:
    clock times to "15:00", fractions and amounts to digits. `months` are the twelve in order; one may be shortened to
    its first three letters or more. `of_dates` are words that a date has after a number and that say nothing. `scales`
    are words that multiply the number before them. `thousands` stands between groups of three digits, `range_word` for
    the dash between two numbers. `unit_of` is the form of a word that follows a number: the unit's name, in the
    singular; `currencies` are units that may stand before their amount.
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


@dataclass(frozen=True, slots=True)
class Answers:
    """Words that matter where two answers to one question are compared.

    `turning` words beside a shorter answer's make the longer one another answer. `linking` ones join two things;
    `opening` ones say nothing of their own before an answer, and the `agent` one neither before a name. `rough` ones
    call an amount rounded. `titles` are no part of a name. `function_words` say nothing of what a question is about.
    `possessive` and `plural` are endings that two forms of one word may differ in.
    """

    turning: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    opening: frozenset[str] = frozenset()
    agent: str = ""
    rough: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    function_words: frozenset[str] = frozenset()
    possessive: str = ""
    plural: str = ""


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Words by which a question shows that it leans on earlier ones.

    It does if it begins with one of the `openers` or `opening_phrases`. A pronoun for `persons` or `things`, a word of
    `pointers` ("this") or of `places` ("there") leans where nothing before it in the question can be meant. The subject
    begins after the first of the `auxiliaries`, or else after one of the `question_words`, or the noun after one of
    `noun_takers` among them. A word that ends in one of `participles` is no noun. `empty` words name nothing, and
    neither do stop words.
    """

    openers: frozenset[str] = frozenset()
    opening_phrases: tuple[tuple[str, ...], ...] = ()
    question_words: frozenset[str] = frozenset()
    noun_takers: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    pointers: frozenset[str] = frozenset()
    prepositions: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    participles: tuple[str, ...] = ()
    empty: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Messages:
    """What is said in place of an answer, and around it, where answers are written out as a message.

    The first three are the reasons why there is no answer; `nearest` has a `{link}` to the nearest passage, `page` a
    `{number}`. `likely` and `unlikely` have a `{sentence}` of it too, where that may be the answer and where it hardly
    is; empty, `nearest` is said.
    """

    nothing_retrieved: str
    reader_null: str
    below_threshold: str
    conflict: str
    nearest: str
    page: str
    likely: str = ""
    unlikely: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language: its ISO 639 `code`, by which settings and the index name it, and its English `name`.

    `stemmer` reduces words to their stems in the full-text index; None keeps them as they are. `stop_words` aren't
    searched for. `articles` say nothing in an answer. `dictionary` is the language by which pyspellchecker knows its
    words; None leaves mistyped ones as they are. `variants` are pairs of how a word may be written too and how the
    dictionary has it.
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
