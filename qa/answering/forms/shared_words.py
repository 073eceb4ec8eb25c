"""Whether what stands between commas shares words, so that it is one thing: "Anybody who lives or works here".

Cut at its commas it would be "Anybody who lives" and "works here", of which neither says who is meant.
"""

import re
from collections.abc import Sequence

from qa.answering.forms.form import Part

_AUXILIARY = (
    r"(?:is|are|was|were|has|have|had|can|cannot|may|might|must|will|would|should|do|does|did|not|also|either|still)"
)
_VERB_OF_CLAUSE = re.compile(
    rf"(?:\b(?:who|which)|(?:\w(?:s|thing|body|one)|\bthose) that)\s(?:{_AUXILIARY}\s){{0,2}}(?P<verb>[a-z]{{2,20}})$",
    re.IGNORECASE,
)
_OWN = r"(?:the|an?|your|our|my|their|his|her|its|this|that|these|those|all|any\w*|some\w*|every\w*|each|no|people|one)"
_BEGINS_ANEW = re.compile(rf"{_OWN}\b|[^a-z]", re.IGNORECASE)  # a thing of its own
_CAPITAL = re.compile(r"[^a-z]")
_PHRASE = re.compile(r"\b(?:who|that|which|of|for|with|from|by|to)\b")
# "Something with your name" before "address on it", "the keys of the hall" before "kitchen"
_OF_ONE = re.compile(
    r"[\w'’-]+\s(?:[\w'’-]+\s){0,4}?(?P<by>with|showing|stating|giving|bearing|of|on|about|for|in)\s"
    r"(?P<whose>your|their|his|her|its|our|my|the)\s[\w'’-]+$",
    re.IGNORECASE,
)
_ON_IT = re.compile(r"\s(?:on|in|for|with|to|of|from)\s(?:it|them|both|each)$", re.IGNORECASE)
_WITH = frozenset("with showing stating giving bearing".split())  # noqa: SIM905
_LONGEST_BARE = 3  # words
_PAIR = 2


def shares_words(parts: Sequence[Part]) -> bool:
    """Whether the parts have a verb's subject, or a noun that they belong to, only together.

    "guests who pay, rowers and sailors" are three things: a verb that goes on with "who pay" has its form.
    """
    if len(parts) < _PAIR:
        return False
    first, others = parts[0].text, [part.text for part in parts[1:]]
    return _has_one_subject(first, others) or _belongs_to_one(first, others)


def _has_one_subject(first: str, others: Sequence[str]) -> bool:
    clause = _VERB_OF_CLAUSE.search(first)
    if not clause or any(_BEGINS_ANEW.match(other) or _PHRASE.match(other) for other in others):
        return False
    verbs = [clause["verb"], *(other.split()[0].lower() for other in others if other.split())]
    return len({verb.endswith("s") for verb in verbs}) == 1


def _belongs_to_one(first: str, others: Sequence[str]) -> bool:
    whole = _OF_ONE.fullmatch(first)
    if not whole or any(_BEGINS_ANEW.match(other) or _CAPITAL.match(other) for other in others):
        return False
    *between, last = others
    bare = [*between, _ON_IT.sub("", last)]
    if any(_PHRASE.search(other) or len(other.split()) > _LONGEST_BARE for other in bare):
        return False
    if bare[-1] != last:
        return True
    is_with = whole["by"].lower() in _WITH and whole["whose"].lower() != "the"
    return is_with or (len(others) == 1 and len(last.split()) == 1)
