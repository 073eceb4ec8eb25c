"""Signs that tell yes from no: classes of words, patterns, and what a question and a clause have in common."""

import re
from collections.abc import Sequence

from qa.answering.forms.polarity import denies, kinds_of
from qa.answering.forms.verdict_words import CLASSES, classes_in, words_of
from qa.reading.stems import stems_of

_DENIED_WORDS = 3  # behind a denial, that it denies
# Not where the question has the word as well: "banned" of "Are dogs banned?" tells nothing in the clause
_SET_AGAINST = frozenset(("against", "harm"))
_GENERAL = stems_of("need needed must required require there really actually just still")  # they name no thing
# "Bikes in the hall are a danger." doesn't permit them, and "Sugar (optional)" doesn't require it
_NOT_RESTATED = frozenset(("q_permission", "opposes", "choice", "only"))
_ASKED_VERB = re.compile(r"\b(?:to|i|we|you|one)\s+(\w+)", re.IGNORECASE)
_POLITE = frozenset(("please", "always", "kindly"))


def signs(question: str, clause: str) -> set[str]:
    """The names of the signs of a question ("q_…"), of a clause, and of both together.

    Of "Is the pool free?" and "Guests pay for the pool.": "q_be"; "affirms", as nothing is denied; and "opposes", for
    to pay is the opposite of free.
    """
    asked, said = words_of(question), words_of(clause)
    common = stems_of(question) & stems_of(clause)
    asked_classes = list(classes_in(asked))
    said_classes = [
        (i, name) for i, name in classes_in(said) if name not in _SET_AGAINST or not stems_of(said[i]) & common
    ]
    there = kinds_of(question, clause) | {name for _, name in asked_classes if name.startswith("q_")}
    there |= {name for _, name in said_classes} & CLASSES.keys()
    there.add("denies" if denies(clause) else "affirms")
    if "optional" in there:
        there.add("choice")
    there |= _on_opposites({name for _, name in asked_classes}, said_classes, said, has_common=bool(common))
    there |= _on_words(asked, asked_classes, common, {name for _, name in said_classes})
    if "restates" in there and there & _NOT_RESTATED:
        there.remove("restates")
    if _is_order(question, said):
        there.add("ordered")
    return there


def _on_opposites(
    asked: set[str], said_classes: Sequence[tuple[int, str]], said: Sequence[str], *, has_common: bool
) -> set[str]:
    """Which of these holds for a pair of opposites, of which a clause has one.

    "agrees" if the question has the same, "opposes" if it has the other, "opposes_other" if they have no word in common
    besides; "not_opposite" if the clause denies it: "isn't closed".
    """
    found = set()
    names = {name for _, name in said_classes}
    for side in asked:
        other = side[:-1] + ("-" if side.endswith("+") else "+")
        if side[-1] not in "+-" or other in asked or (side in names) == (other in names):
            continue
        at = next(i for i, name in said_classes if name in (side, other))
        if side in names:
            found.add("agrees")
        elif denies(" ".join(said[max(0, at - _DENIED_WORDS) : at])):
            found.add("not_opposite")
        else:
            found.add("opposes" if has_common else "opposes_other")
    return found


def _on_words(
    asked: Sequence[str],
    asked_classes: Sequence[tuple[int, str]],
    common: frozenset[str],
    said_classes: set[str],
) -> set[str]:
    """The sign "last" if a clause has the question's last word, "restates" if it has all, or what agrees with them."""
    agreeing = {i for i, name in asked_classes if name in said_classes and name[-1] in "+-"}
    content = [i for i, word in enumerate(asked) if stems_of(word) - _GENERAL]
    found = set()
    if content and stems_of(asked[content[-1]]) & common:
        found.add("last")
    if content and all(i in agreeing or stems_of(asked[i]) & common for i in content):
        found.add("restates")
    return found


def _is_order(question: str, said: Sequence[str]) -> bool:
    """Whether a clause begins with a verb of the question: "Please book early." for "Do I have to book?"."""
    verb = next((word for word in said if word not in _POLITE), "")
    return bool(stems_of(verb) & stems_of(" ".join(_ASKED_VERB.findall(question))))
