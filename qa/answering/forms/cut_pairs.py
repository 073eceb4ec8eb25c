"""A span that is cut within a pair: "3 years for private and 1 year" of "… and 1 year for commercial use".

The second value would seem to be of what the first is of.
"""

import re

_VALUE = r"(?:[£$€]?\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|no|free)\b)"
_PREPOSITION = r"(?:for|in|on|at|per|to|from|with|without|during|under|over|if|as|when)"
_IN_LINE = r"(?:[^.,;:()\n|]|\n(?![\s*+|#•-]|\d{1,3}[.)])|[.,](?=\d))"  # or in a line that goes on
_STARTS_VALUE = re.compile(rf"(?:[^\W\d_]{{1,12}}\s)?{_VALUE}", re.IGNORECASE)
_ANY_VALUE = re.compile(_VALUE, re.IGNORECASE)
_OF = re.compile(rf"\s(?P<of>{_PREPOSITION})\s", re.IGNORECASE)
_JOINT = re.compile(r",?\s(?:and|but|or)\s", re.IGNORECASE)
_BREAK = re.compile(r"[.,;:()|](?!\d)|\n(?=[\s*+|#•-]|\d{1,3}[.)])")
_LONGEST = 180  # characters of a pair
_REST = re.compile(
    rf"\s(?P<of>{_PREPOSITION})\s(?:(?!\s(?:and|but|or|if|unless|when|which|who|because|so)\b){_IN_LINE}){{1,60}}"
    r"(?=[.,;:()\n|]|\s(?:and|but|or|if|unless|when|which|who|because|so)\b|$)",
    re.IGNORECASE,
)


def with_rest_of_pair(text: str, start: int, end: int) -> int:
    """The end of a span with what its second value is of, if the first has such words and the span leaves them out.

    >>> text = "It is 3 years for private and 1 year for commercial use."
    >>> text[6 : with_rest_of_pair(text, 6, 36)]
    '3 years for private and 1 year for commercial use'
    """
    rest = _REST.match(text, end)
    if not rest or end - start > _LONGEST:
        return end
    joints = list(_JOINT.finditer(text, start, end))
    if not joints:
        return end
    second = text[joints[-1].end() : end]
    is_bare = _STARTS_VALUE.match(second) and not _OF.search(second) and not _BREAK.search(second)
    of_first = [
        found for found in _OF.finditer(text, start, joints[-1].start()) if found["of"].lower() == rest["of"].lower()
    ]
    if not is_bare or not of_first or _BREAK.search(text, of_first[-1].end(), joints[-1].start()):
        return end
    return rest.end() if _ANY_VALUE.search(text, start, of_first[-1].start()) else end
