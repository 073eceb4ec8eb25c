"""What is said under a label of another vehicle or animal than the one that the question names.

"Motorbikes: 0.20 EUR per kilometre" has the words of a question on the rate for a bicycle.
"""

import re

Range = tuple[int, int]

_WORD = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(
    r"(?:^|(?<=[.;]\s))[ \t]*(?:[-*+•|][ \t]*)?[*_]{0,3}(?P<label>[^\W\d_][\w'’ -]{1,30}?)[*_]{0,3}(?::[ \t]|[ \t]*\|)"
    r"(?:[^\n.;]|[.;](?!\s))*",
    re.MULTILINE,
)


def _words(text: str) -> frozenset[str]:
    """The words of a text in lower case, without the "s" at their end."""
    return frozenset(word.lower().removesuffix("s") for word in _WORD.findall(text))


# In each row no word is a kind of another one; those without a comma between them are the same
_ROWS = tuple(
    tuple(map(_words, row.split(", ")))
    for row in (
        "car, motorbike motorcycle moped scooter, bicycle bike ebike pushbike, van, lorry lorries truck, bus buses, "
        "taxi cab, train, tram, boat ferry ferries, plane, caravan motorhome campervan camper",
        "dog puppy puppies, cat kitten, rabbit, hamster, hen chicken, horse pony ponies, parrot",
    )
)


def of_other_vehicles(question: str, passage: str) -> list[Range]:
    """The slices of the passage that begin with a label of another vehicle or animal, up to the end of the sentence.

    One that has the thing asked for as well is on both, and a question that names two is on neither alone.
    """
    asked, closed = _words(question), []
    for row in _ROWS:
        named = [same for same in row if same & asked]
        if len(named) != 1:
            continue
        others = frozenset().union(*(same for same in row if same != named[0]))
        for found in _LABEL.finditer(passage):
            if _words(found["label"]) & others and not named[0] & _words(found[0]):
                closed.append(found.span())
    return closed
