"""Rules of the past in the words of today: "Dogs used to be allowed but no longer are." forbids dogs."""

import re

_ASKS_PAST = re.compile(r"\b(?:was|were|did|had|used to|formerly|previously|once)\b", re.IGNORECASE)
_USED_TO_BE = re.compile(
    r"(?<!\bbe )(?<!\bis )(?<!\bare )\bused to be\b|\b(?:was|were) (?:once|formerly|previously)\b|"
    r"\b(?:once|formerly|previously) (?:was|were)\b",
    re.IGNORECASE,
)
# "The key used to open the gate" and "is used to fill butts" tell of no past; behind "we", or where it ended, it does
_USED_TO = re.compile(r"\b(?P<who>we|they|you|it|he|she|i) used to (?!be\b)(?=\w)", re.IGNORECASE)
_USED_TO_ENDED = re.compile(r"\b(?P<who>(?!(?:be|is|are|was|were)\b)\w+) used to (?!be\b)(?=\w)", re.IGNORECASE)
_IS_NOW = re.compile(
    r",? (?:but|and|though)(?: (?:they|it|that|these|this))?(?: now)? (?=(?:is|are|may|can|must)\b)", re.IGNORECASE
)
_NO_MORE = re.compile(
    r",? (?:(?:but|and|though|until)\b)[^,.;]{0,40}(?:\b(?:no longer|not any ?more|any ?more|not now|not today|"
    r"changed|stopped|ended)|n['’]t now)\b[^,.;]{0,30}",
    re.IGNORECASE,
)


def as_of_now(question: str, clause: str) -> str:
    """The clause with what used to be so denied, and what is now so alone, for a question on the present.

    >>> as_of_now("Are dogs allowed?", "Dogs used to be allowed but no longer are.")
    'Dogs are no longer allowed.'
    >>> as_of_now("Are dogs allowed?", "Dogs used to be banned but are now welcome.")
    'Dogs are now welcome.'
    """
    past = _USED_TO_BE.search(clause)
    used_to = _USED_TO_ENDED if _NO_MORE.search(clause) else _USED_TO
    if (not past and not used_to.search(clause)) or _ASKS_PAST.search(question):
        return clause
    clause, ended = _NO_MORE.subn("", clause, count=1)
    if not past:
        return used_to.sub(r"\g<who> no longer ", clause)
    now = _IS_NOW.search(clause, past.end())
    if now and not ended:
        return f"{clause[: past.start()]}{clause[now.end() :]}"
    return f"{clause[: past.start()]}are no longer{clause[past.end() :]}"
