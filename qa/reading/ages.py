"""Ages, which are no number of those who have them: "10½ to 14" of "For Scouts (10½ to 14) and their parents.".

To a reader, the digits beside "Scouts" answer "How many scouts are there?".
"""

import re

Range = tuple[int, int]

_ON_COUNT = re.compile(r"\bhow many (?!years?\b)|\bnumber of (?!years?\b)", re.IGNORECASE)
_ON_AGE = re.compile(r"\b(?:age|aged|ages|old|older|young|younger|over|under|above|below)\b", re.IGNORECASE)
_AGE = r"\d{1,2}(?:½|\.5)?"
_RANGE = rf"{_AGE}\s?(?:to|and|[-–—])\s?{_AGE}"
_PEOPLE = (
    r"(?:scouts|cubs|beavers|explorers|squirrels|brownies|guides|rainbows|rangers|children|kids|boys|girls|toddlers|"
    r"teenagers|teens|youths?|young people|young persons|students|pupils|juniors?|seniors?|adults|members|players|"
    r"swimmers|infants|minis|colts|cadets|babies|pensioners|concessions?|women|men)"
)
_SAID = (
    re.compile(rf"(?P<age>(?:{_RANGE}|{_AGE})(?:\s|-)(?:years?|yrs?)(?:\s|-)?(?:olds?\b|of age\b))", re.IGNORECASE),
    re.compile(rf"\b(?P<age>ag(?:ed?|es)\s(?:between\s|from\s|over\s|under\s)?(?:{_RANGE}|{_AGE}))", re.IGNORECASE),
)
_BESIDE_PEOPLE = (
    # "Scouts (10½ to 14)", "seniors (65+)", "adults (18 and over)"
    re.compile(
        rf"\b{_PEOPLE}\s\((?P<age>(?:aged?\s|from\s|over\s|under\s)?(?:{_RANGE}|{_AGE}(?:\s?\+|\s(?:and|or)\s"
        rf"(?:over|older|above|under|younger|up))|(?<=over\s){_AGE}|(?<=under\s){_AGE})(?:\s(?:years?|yrs?))?)\)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{_PEOPLE}\s(?:who are\s)?(?P<age>(?:over|under|above|below)\s\d{{2}}(?![\d,.]*\d))", re.IGNORECASE),
)


_ON_PEOPLE = re.compile(rf"\b(?:how many|number of)\s(?:[a-z-]{{2,15}}\s)?(?:people\b|{_PEOPLE}\b)", re.IGNORECASE)


def of_ages(question: str, passage: str) -> list[Range]:
    """The slices of the passage's ages, where a number of people or things is asked for, and no age; else none.

    "Adults (2 to 4)" may be a number of tablets, unless people are counted.
    """
    if not _ON_COUNT.search(question) or _ON_AGE.search(question):
        return []
    patterns = (*_SAID, *_BESIDE_PEOPLE) if _ON_PEOPLE.search(question) else _SAID
    return [found.span("age") for pattern in patterns for found in pattern.finditer(passage)]
