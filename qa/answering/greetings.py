"""Replies to a greeting, thanks or a farewell in English, which no document needs to be read for."""

import re

GREETED = "Hello! Ask me something, and I answer with words from the documents."
THANKED = "You're welcome. Ask on if there is more to know."
PARTED = "Goodbye!"
MAX_CHARS = 80  # a longer message is taken for a question

_HELLO = (
    r"hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|moin|hallo|yo|"
    r"(?:morning|afternoon|evening)(?= (?:all|everyone|everybody|team|folks)\b)|how are you(?: doing)?(?: today)?|"
    r"how(?:'s| is) it going|what's up|how do you do|(?:nice|pleased) to meet you|"
    r"(?:are you|(?:is )?any(?:one|body)) (?:still )?there|i have a (?:quick )?question|"
    r"can i ask (?:you )?(?:something|a question)"
)
_FOR_WHAT = (
    r"for (?:the|your|that|this|these|all|everything|helping|answering|explaining|telling)"
    r"(?: (?!(?:who|what|when|where|why|how|which|whose|is|are|do|does|did|can|could|may|must|should|will)\b)[\w'-]+)"
    r"{0,4}"
)
_THANKS = (
    r"(?:many |so many )?(?:thanks|thank (?:you|u)|thankyou|thx|thnx|tnx|ty|tysm|cheers)"
    rf"(?: (?:so much|very much|a (?:lot|million|bunch|ton)))?(?: {_FOR_WHAT})?|"
    r"much (?:appreciated|obliged)|(?:i )?(?:really |do )?appreciate (?:it|that|this|your help)|"
    r"(?:that|this|it)(?: really)? (?:helps|helped|works|worked)|(?:that|this|it) answers (?:my|the) question|"
    r"(?:(?:that|it|this)(?:'s| is| was)|you(?:'ve| have) been|you were|you're) (?:very |really |so |most |all )?"
    r"(?:helpful|useful|kind|great|perfect|good|brilliant|lovely|awesome|amazing|excellent|clear|all|it|the best)|"
    r"(?:very|really|so|super|most) (?:helpful|useful|kind)|that(?:'s| is| was) (?:just |exactly )?what i "
    r"(?:needed|wanted)|that(?:'ll| will) be all|(?:good|great|nice|excellent) (?:answer|job|work)|got it|understood|"
    r"ok(?:ay)?|great|perfect|cool|awesome|brilliant|excellent|lovely|wonderful"
)
_BYE = (
    r"bye(?:[ -]?bye)?|good[ -]?bye|see (?:you|ya)|cya|ciao|good night|farewell|take care|until next time|"
    r"talk to you (?:later|soon)|have (?:a|an) (?:very )?(?:nice|good|great|lovely|excellent) "
    r"(?:day|one|evening|afternoon|night|weekend|week|time)"
)
# Whom it is said to, and how much: none of this is manners by itself
_BESIDE = (
    r"there|all|everyone|everybody|folks|guys|team|quoth|bot|mate|friend|buddy|pal|dear|sir|madam|again|so much|"
    r"very much|a (?:lot|million|bunch|ton)|loads|indeed|for (?:now|today)|then|now|later|soon|tomorrow|around|anyway|"
    r"in advance|and|but|you too|to you(?: all| too)?|to (?:all|everyone)|no|yes|yeah|yep|good|super|alright|oh|well|"
    r"nothing (?:else|more)|as well|too|both|today"
)
# A word with more behind it is another: "hi-fi", "yo-yo", "cheers.example"
_KINDS = tuple(
    (re.compile(rf"(?:{words})(?!\w|[-'.@/]\w)", re.IGNORECASE), reply)
    for words, reply in ((_BYE, PARTED), (_THANKS, THANKED), (_HELLO, GREETED), (_BESIDE, None))
)
_NO_WORD = re.compile(r"\W*")


def reply_to(message: str) -> str | None:
    """The reply to a message that is only a greeting, thanks or a farewell; None for any other message.

    "Hi, thanks" is thanks, and "thanks, bye" a farewell. "Thanks. When does it open?" is a question.
    """
    if len(message) > MAX_CHARS:
        return None
    message = " ".join(message.replace("’", "'").split())
    said, at = set(), _end(message, 0)
    while at < len(message):
        found = [(match.end(), reply) for pattern, reply in _KINDS if (match := pattern.match(message, at))]
        if not found:
            return None
        end, reply = max(found, key=lambda each: each[0])
        said.add(reply)
        at = _end(message, end)
    return next((reply for reply in (PARTED, THANKED, GREETED) if reply in said), None)


def _end(message: str, at: int) -> int:
    """Where the next word begins."""
    blank = _NO_WORD.match(message, at)
    return blank.end() if blank else at
