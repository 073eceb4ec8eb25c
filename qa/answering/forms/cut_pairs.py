"""A span that is cut within a pair: "3 years for private and 1 year" of "… and 1 year for commercial use".

The second value would seem to be of what the first is of.
"""

import re

_VALUE = r"(?:[£$€]?\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|no|free)\b)"
_PREPOSITION = r"(?:for|in|on|at|per|to|from|with|without|during|under|over|if|as|when)"
_IN_LINE = r"(?:[^.,;:()\n|]|\n(?![\s*+|#•-]|\d{1,3}[.)])|[.,](?=\d))"  # or in a line that goes on
_CUT = re.compile(
    rf"(?:{_IN_LINE}|,){{0,60}}?{_VALUE}{_IN_LINE}{{0,30}}?\s(?P<of>{_PREPOSITION})\s{_IN_LINE}{{1,60}}?,?\s"
    rf"(?:and|but|or)\s(?:[^\W\d_]{{1,12}}\s)?{_VALUE}(?:(?!\s{_PREPOSITION}\s){_IN_LINE}){{0,30}}",
    re.IGNORECASE,
)
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
    cut = _CUT.fullmatch(text, start, end) if rest else None
    return rest.end() if cut and rest and rest["of"].lower() == cut["of"].lower() else end
