"""A verb's particle in front of a span: "up" of "up after 2 minutes" belongs to "gives", not to the answer."""

import re

from index.language.months import MONTH
from index.language.weekdays import DAY_NAME
from qa.reading.former_values import ON_CHANGE
from qa.reading.quantities import NUMBER_WORD

_PARTICLE = re.compile(
    r"(?:up|down|off|out|over|away|back|on|in|through)\s+(?=(?:after|within|at|before|until|till|every|each|for|in|on|"
    r"during|from|about)\s(?:(?:about|around|roughly|some|the|an?)\s)?"
    rf"(?:\d|noon|midnight|midday|{NUMBER_WORD}\b|{MONTH}\b|(?:every\s)?{DAY_NAME}s?\b|"
    r"(?:minute|hour|day|week|month|year|morning|evening|night)s?\b))",
    re.IGNORECASE,
)
# "The pump is off for 3 days": what is said of it
_SAID_OF = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|being|am|it|and|or|but|the|an?|of|to|from|with|than)|[^\w\s]|^)\s*$",
    re.IGNORECASE,
)
_LOOKED_AT = 20  # characters before a span


def behind_particle(question: str, text: str, start: int, end: int) -> int:
    """The start of a time without the particle of the verb before it: of "up after 2 minutes" behind "it gives".

    "Off for 3 days" behind "it is" stays, and so does "down by a third", which says how something has changed.
    """
    particle = None if ON_CHANGE.search(question) else _PARTICLE.match(text, start, end)
    return particle.end() if particle and not _SAID_OF.search(text[max(0, start - _LOOKED_AT) : start]) else start
