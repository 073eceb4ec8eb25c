"""Lines of a list of people on another topic than the one asked for: "Laser safety" isn't fire safety.

A reader that is asked who is responsible for one takes whoever is for the other.
"""

import re

from qa.reading.stems import stems_of

Range = tuple[int, int]

_ASKED = re.compile(
    r"\bwho\b[^.?!;\n]{0,40}\b(?:responsible for|in charge of|"
    r"(?:ask|call|talk to|see|contact|tell|know) (?:about|on|for)|contact for|"
    r"deals? with|dealing with|looks? after|handles?|takes? care of|sits on|is on)\s"
    r"(?:(?:the|our|your|my|an?|any|all)\s)?(?P<topic>[^.,;:?!\n]{3,60})",
    re.IGNORECASE,
)
_TOPIC_LABEL = re.compile(
    r"^[ \t]*(?:[-*+•|][ \t]*)?[*_]{0,3}(?P<label>[^\W\d_][^|:\n]{2,60}?)[*_]{0,3}[ \t]*[|:]", re.MULTILINE
)
_LISTS = re.compile(r"\s?[,;/]\s?|\s(?:and|or|&)\s")
_TOPIC_WORDS = 2


def of_other_topics(question: str, passage: str) -> list[Range]:
    """The slices of the lines whose label has the noun of the topic asked for, but says of another kind of it.

    "Who is responsible for fire safety?" closes "| Laser safety | Ines Kogler |", but not "| Safety | Bo Lind |".
    """
    found = _ASKED.search(question)
    words = found["topic"].split()[:_TOPIC_WORDS] if found else []
    stems = [stems_of(word) for word in words]
    if len(stems) < _TOPIC_WORDS or not all(stems):
        return []
    kind, noun = stems
    asked = stems_of(question)
    closed = []
    for line in _TOPIC_LABEL.finditer(passage):
        things = [stems_of(thing) for thing in _LISTS.split(line["label"]) if noun <= stems_of(thing)]
        if things and all(thing - noun and not thing & kind and not (thing - noun) & asked for thing in things):
            end = passage.find("\n", line.end())
            closed.append((line.start(), end if end >= 0 else len(passage)))
    return closed
