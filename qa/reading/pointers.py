"""Sentences that only say where something is told: "How to get a refund is explained on our page on refunds.".

To a reader such a sentence has all words of "How do I get a refund?", and so it looks more like the answer than
"Send it back with the bill." on the page that it points to.
"""

import re

Range = tuple[int, int]

_POINTER = re.compile(
    r"(?:(?<=[.!?]\s)|^[ \t]*(?:[-*+>][ \t]+)?)(?:How|What|When|Where|Who|Which|Why)\b[^.!?\n]{3,120}?\b(?:is|are)\s"
    r"(?:(?:also|all|fully)\s)?(?:told|explained|described|shown|set out|laid out|covered|documented|detailed|outlined|"
    r"discussed|written up)\s(?:on|in|at|under|below|elsewhere|there|here|overleaf)\b[^.!?\n]{0,120}[.!]?",
    re.MULTILINE,
)
_ON_PLACES = re.compile(
    r"\b(?:where|whereabouts|page|pages|manual|document|chapter|section|leaflet|read|told|tells|explain\w*|describ\w*|"
    r"learn|find out|look up)\b",
    re.IGNORECASE,
)


def of_pointers(question: str, passage: str) -> list[Range]:
    """The slices of the passage's sentences that only point elsewhere; none if the question asks where something is."""
    return [] if _ON_PLACES.search(question) else [found.span() for found in _POINTER.finditer(passage)]
