"""What a question measures without naming it: "how heavy" asks for a weight, "how loud" for a noise level."""

import re
from dataclasses import dataclass

from qa.reading.stems import stems_of


@dataclass(frozen=True, slots=True)
class Measure:
    """What a question measures: the stems that a label of it may have, and those of the question that ask for it."""

    named: frozenset[str] = frozenset()
    asking: frozenset[str] = frozenset()


# How a question asks for a measure → the words that a label has for it
_MEASURES = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), stems_of(named))
    for asked, named in (
        (r"how heavy|how much (?:does|do|did|will) [^?]{1,60} weigh|what (?:does|do) [^?]{1,60} weigh", "weight mass"),
        (r"how (?:loud|noisy|quiet)", "noise sound"),
        (r"how long", "length duration"),
        (r"how (?:tall|high)", "height"),
        (r"how (?:wide|broad)", "width"),
        (r"how deep", "depth"),
        (r"how thick", "thickness"),
        (r"how (?:big|large)", "size dimensions"),
        (r"how fast", "speed"),
        (r"how (?:hot|cold|warm)", "temperature"),
        (r"how much (?:power|electricity)", "power consumption"),
        (r"how much energy", "energy consumption"),
        (r"how much (?:water|fuel|petrol|oil|gas)", "consumption"),
        (r"how (?:many people|many persons|many guests)", "capacity"),
        (
            r"who (?:all )?(?:was|were) (?:at|in|there|present)|who (?:all )?(?:attended|came|took part)",
            "present attendees attending attendance participants",
        ),
        (
            r"who (?:was|were) (?:absent|missing|excused|away)"
            r"|who (?:didn['’]?t|did not|couldn['’]?t|could not) (?:come|attend)"
            r"|who (?:sent|gave) [^?]{0,20}apolog",
            "apologies absent absentees excused",
        ),
    )
)
_ASKING = stems_of(
    "heavy weigh loud noisy quiet tall high wide broad deep thick big large fast hot cold warm use uses used consume "
    "consumes draw draws need needs attended attend came come took part there absent missing excused away sent gave "
    "apologies couldn't didn't"
)


_ON_PEOPLE = re.compile(r"\bwho\b", re.IGNORECASE)


def names_people(question: str) -> bool:
    """Whether what the question measures is no number, but who was there, or wasn't."""
    return bool(_ON_PEOPLE.search(question))


def measure_asked(question: str) -> Measure:
    """What the question measures; nothing if it asks for no measure, or names it itself as "the weight"."""
    named = [stems for asked, stems in _MEASURES if asked.search(question)]
    return Measure(frozenset().union(*named), _ASKING) if named else Measure()
