"""Yes/no questions without a verb or a subject, as people type them behind their case.

"Two days late, ok to hand it in?", "The bag was stolen. Covered?", "any harm in that?", "no need to book, right?" They
ask about a state or a judgement; a noun alone ("phone number?") asks for what it names.
"""

import re

_PHRASE = r" (?:to|for|if|in|at|on|with|without|as|after|by|from|under|until|before)\b[^,;?]*"
_OK = r"(?:is (?:it|that|this) )?(?:still )?(?:ok|okay|alright|all right|(?<=[,;:–—-] )fine)"
_FINE = rf"{_OK}(?:{_PHRASE}|\?)"
_JUDGED = rf"(?:still )?(?:good|safe|possible|worth|too late|acceptable)(?: (?:a|it|there)\b[^,;?]*|{_PHRASE})?\?"
# "covered?", "still payable at the desk?", but not "speed?"
_STATE = (
    r"(?:still |not |even )*(?:[a-z]{3,}(?:(?<!e)ed|able|ible)|exempt|legal|valid|fine|enough|free)"
    rf"(?:{_PHRASE})?\?"
)
_ANY = r"any (?:chance|problem|harm|point|trouble|need|objections?)\b[^;?]*"
_ANY_OTHER = rf"any (?!idea|tip|way)\w{{3,}}(?<!s)(?: (?:against|of|reported|left|during)\b[^;?]*|{_PHRASE})?\?"
_NONE = r"no (?:problem|need|harm)\b[^;?]*\?"
_LAST_PART = re.compile(
    r"(?:^|[,;:–—]\s*|\s-\s+)(?:(?:so|and|but|then)\s+)?"
    rf"(?:{'|'.join((_FINE, _JUDGED, _STATE, _ANY, _ANY_OTHER, _NONE))})\?*$"
    r"|\bright\s*\?+$",
    re.IGNORECASE,
)


def is_brief_yes_no(sentence: str) -> bool:
    """Whether the last part of one sentence, which has no question word, asks for yes or no without being inverted."""
    return bool(_LAST_PART.search(sentence))
