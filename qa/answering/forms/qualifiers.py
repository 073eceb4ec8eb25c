"""How exactly an amount is meant: "at most 750 kg", "about £6".

Readers often take the amount alone, which says something else.
"""

import re

from qa.reading.quantities import NUMBER_WORD

_AMOUNT = re.compile(rf"[£$€]?\d|(?:{NUMBER_WORD}|a dozen)\b")
_QUALIFIER = re.compile(
    r"\b(?:at (?:the )?(?:most|least)|up to|(?:(?:no|not) )?(?:more|less|fewer) than|a (?:maximum|minimum) of|below|"
    r"above|about|around|roughly|approximately|approx\.|ca\.|nearly|almost)\s$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\d\S{0,9}(?:\s[^\W\d_]{1,12})?\s$")  # "3 kg" in front of "up to 5 kg"
# A question that says itself which bound it means, or what something is about
_NAMED = re.compile(r"\b(?:max(?:imum)?|min(?:imum)?|most|least|limit|default|about|around)\b", re.IGNORECASE)
_LOOKED_AT = 60  # characters before a span


def with_qualifier(question: str, text: str, start: int, end: int) -> int:
    """The start of an amount with the words in front that say how exactly it is meant.

    "How heavy may a trailer be?" with the span "750 kg" of "may weigh at most 750 kg" gets "at most 750 kg". The second
    value of a range stays, and so does what answers a question for the maximum.
    """
    if not _AMOUNT.match(text, start, end) or _NAMED.search(question):
        return start
    first = max(0, start - _LOOKED_AT)
    qualifier = _QUALIFIER.search(text, first, start)
    is_second = qualifier and _ANOTHER.search(text, first, qualifier.start())
    return qualifier.start() if qualifier and not is_second else start
