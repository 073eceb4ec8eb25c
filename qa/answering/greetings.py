"""Replies to a greeting, thanks or a farewell in English, which no document needs to be read for."""

import re

GREETED = "Hello! Ask me something, and I answer with words from the documents."
THANKED = "You're welcome. Ask on if there is more to know."
PARTED = "Goodbye!"
MAX_CHARS = 80  # a longer message is taken for a question

_WHOM = (
    r"(?:[\s,]+(?:there|all|everyone|quoth|bot|team|again|so much|very much|a lot|a million|"
    r"for (?:the|your|that|this|all|everything)\b[\w\s]{0,30}))*"
)
_HELLO = r"(?:hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|moin|hallo|yo)"
_THANKS = (
    r"(?:(?:ok(?:ay)?|great|perfect|cool|awesome|no|yes|good|super|alright)[\s,.!]+)?"
    r"(?:thanks|thank you|thx|ty|cheers|many thanks|much appreciated|that helps|that helped|appreciate it)"
)
_BYE = r"(?:bye(?:[\s-]?bye)?|goodbye|see you|see ya|good night|have a (?:nice|good|great) (?:day|one|evening|weekend))"
_FILLER = r"[\s,.!?:;)(-]*(?:how are you(?: doing)?(?: today)?|how's it going|nice to meet you)?[\s,.!?:;)(-]*"
_KINDS = tuple(
    (re.compile(rf"\W*{words}{_WHOM}{_FILLER}", re.IGNORECASE), reply)
    for words, reply in ((_HELLO, GREETED), (_THANKS, THANKED), (_BYE, PARTED))
)
_HOW_ARE_YOU = re.compile(r"\W*(?:how are you(?: doing)?(?: today)?|how's it going|what's up)\W*", re.IGNORECASE)


def reply_to(message: str) -> str | None:
    """The reply to a message that is only a greeting, thanks or a farewell; None for any other message."""
    if len(message) > MAX_CHARS:
        return None
    if _HOW_ARE_YOU.fullmatch(message):
        return GREETED
    return next((reply for pattern, reply in _KINDS if pattern.fullmatch(message)), None)
