"""A span that is one coordination from its beginning to its end: "fog, snow or a strike".

So is many an answer to a question that doesn't sound like one for a list: "why would it be put off", "who mends
flutes". What the span holds beside its items (a verb before them, a condition) would end up in one of them, so their
forms must match.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from index.lines import Line
from qa.answering.forms.delimiters import CLOSING, delimiters
from qa.answering.forms.form import Part, Shape
from qa.answering.forms.labelled_lists import VERB
from qa.answering.forms.lists import MAX_ITEM_WORDS, SHORT_ITEM_WORDS, before_next_sentence, goes_on, of_parts, parts_of
from qa.answering.forms.values import behind_clause

_PAIR = 2
_CLAUSE = (
    r"because|as|since|if|when|unless|while|after|before|until|although|though|"
    r"it|this|these|they|he|she|we|you|i|there|that"
)
_OPENS_CLAUSE = re.compile(rf"(?:{_CLAUSE}|between|to)\b", re.IGNORECASE)
# What goes on with the item before it: "Java 8 or higher", "Kea Moe, one of the founders", "bees and their keepers"
_GOES_ON = re.compile(
    rf"(?:{_CLAUSE}|who|whom|whose|which|where|but|not|never|nor|so|then|however|in order|to|both|either|"
    r"higher|greater|more|later|newer|older|less|fewer|above|below|the like|one of|its|their|his|her)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(r"(?:both|either)\s+(?=\S)", re.IGNORECASE)
_FOR_ALL = re.compile(r"(?:by|of|with|for|because of|due to)\s+", re.IGNORECASE)  # "by fog, snow or a strike"
_DETERMINER = re.compile(r"(?:the|an?|your|our|my|one|two|three|four|five|\d[\d.,]*)\b", re.IGNORECASE)


def coordination(text: str, lines: Sequence[Line], start: int, end: int, fewest: int) -> Shape | None:
    """The span as a list of its items, if it is nothing but them and there are `fewest` or more; else None."""
    if before_next_sentence(text, lines, start, end) != end:
        return None
    start = first = behind_clause(parts_of(text, start, end), start)
    opener = _BOTH.match(text, start, end) or _FOR_ALL.match(text, start, end)
    if opener and opener[0] not in text[opener.end() : end]:  # "for paint, for tar and for a party" stays so
        start = opener.end()
    marks, parts = delimiters(text, start, end), parts_of(text, start, end)
    is_closed = bool(marks) and bool(CLOSING.search(marks[-1][0])) and len(marks) == len(parts) - 1
    if len(parts) < fewest or not is_closed or _OPENS_CLAUSE.match(parts[0].text):
        return None
    if any(_GOES_ON.match(part.text) for part in parts[1:]) or goes_on(parts):
        return None
    if not all(_is_item(part) for part in parts):
        return None
    if len({bool(VERB.search(part.text)) for part in parts}) > 1 or (len(parts) == _PAIR and not _is_pair(*parts)):
        return None
    found = of_parts(text, parts)
    return replace(found, start=min(first, found.start), end=max(end, found.end))


def _is_item(part: Part) -> bool:
    return (len(part.text) > 1 or part.text.isdigit()) and len(part.text.split()) <= MAX_ITEM_WORDS


def _is_pair(first: Part, second: Part) -> bool:
    """Whether two items are alike: not "wooden boards and spoons", which may both be wooden, "Food and Drink Week"."""
    if any(len(part.text.split()) > SHORT_ITEM_WORDS or VERB.search(part.text) for part in (first, second)):
        return False
    are_determined = [bool(_DETERMINER.match(part.text)) for part in (first, second)]
    return all(are_determined) or (not any(are_determined) and len(first.text.split()) == len(second.text.split()))
