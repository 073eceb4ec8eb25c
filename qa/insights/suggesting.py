"""Suggests to somebody who types a question those that others asked often and got answered.

Only words that the settings keep can be suggested, and a principal is only suggested what was answered from documents
that they may see. Nothing says who asked, so the same person may have asked all the times that are counted.
"""

import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

from index.language.base import Language
from index.language.registry import language_of
from index.questions import AnsweredWording
from index.storage.base import Filter, Store, View
from index.storage.principals import Principal
from qa.answering.follow_up import is_follow_up

MAX_SUGGESTIONS = 20
MAX_SUGGESTED_CHARS = 150  # what is longer tells a story of its own
FRESH_SECONDS = 30.0  # that questions found at one version of the index are used
_MAX_FOUND = 64  # principals and collections whose questions are held

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Suggested:
    """Questions that fit what was typed, the best first; `complete` if there are no others that do."""

    questions: tuple[str, ...]
    complete: bool


NOTHING = Suggested((), complete=True)


@dataclass(frozen=True, slots=True)
class _Popular:
    """A question that may be suggested, and its words as they are compared."""

    question: str
    words: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be suggested at one version of the index, to be looked up anew after a time of the clock."""

    version: int
    until: float
    questions: Sequence[_Popular]


class Suggester:
    """Suggests questions that were asked and answered at least `least` times, in whatever case and punctuation.

    They are held for each principal, collection and version of the index, for FRESH_SECONDS.
    """

    def __init__(self, store: Store, least: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._least = least
        self._clock = clock
        self._found: dict[Hashable, _Found] = {}
        self._lock = Lock()

    def suggest(self, principal: Principal, collection: str, typed: str) -> Suggested:
        """Questions with words that begin with the words typed; without any, those asked most often.

        Raises NotFoundError for a collection without documents that the principal may see.
        """
        with self._store.view(principal) as view:
            view.require(Filter(collection))
            popular = self._popular(view, principal, collection)
        wanted = compared(typed)
        fitting = [one for one in popular if fits(one.words, wanted) and one.words != wanted]
        fitting.sort(key=lambda one: not one.words.startswith(wanted))
        first = tuple(one.question for one in fitting[:MAX_SUGGESTIONS])
        return Suggested(first, complete=len(fitting) <= MAX_SUGGESTIONS)

    def _popular(self, view: View, principal: Principal, collection: str) -> Sequence[_Popular]:
        name = (collection, _name_of(principal))
        with self._lock:
            known = self._found.get(name)
        if known and known.version == view.version and self._clock() < known.until:
            return known.questions
        language = language_of(view.signature.language_in(collection))
        questions = popular(view.answered_wordings(collection), self._least, language)
        with self._lock:
            if len(self._found) >= _MAX_FOUND:
                self._found.clear()
            self._found[name] = _Found(view.version, self._clock() + FRESH_SECONDS, questions)
        return questions


def popular(wordings: Iterable[AnsweredWording], least: int, language: Language) -> list[_Popular]:
    """The questions asked at least `least` times with no answer judged wrong, those asked most often first.

    Wordings that differ in case, accents or punctuation are one question, in the words that were used most. Questions
    that lean on earlier ones ("and when was that?") and long ones are left out.
    """
    times: Counter[str] = Counter()
    best: dict[str, str] = {}
    wrong: set[str] = set()
    for one in wordings:
        words = compared(one.text)
        times[words] += one.times
        best.setdefault(words, " ".join(one.text.split()))
        if one.wrong:
            wrong.add(words)
    return [
        _Popular(best[words], words)
        for words, count in times.most_common()
        if count >= least and words and words not in wrong and _stands_alone(best[words], language)
    ]


def _stands_alone(question: str, language: Language) -> bool:
    return len(question) <= MAX_SUGGESTED_CHARS and not is_follow_up(question, language)


def compared(text: str) -> str:
    """The words of a text without case, accents and punctuation, with a space between them."""
    bare = text
    if not text.isascii():
        bare = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(_WORD.findall(bare.casefold()))


def fits(words: str, wanted: str) -> bool:
    """Whether each of the wanted words begins one of the words; both as `compared` has them."""
    begun = f" {words}"
    return all(f" {one}" in begun for one in wanted.split())


def _name_of(principal: Principal) -> Hashable:
    """The same for principals with the same rules."""
    return tuple((rule.collections, rule.groups, repr(sorted(rule.metadata.items()))) for rule in principal.rules)
