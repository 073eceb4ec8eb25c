"""The kind of answer that a question asks for, decided by its words alone.

People tell a story before the question ("I object to a clause. May I go ahead?"), leave out the question mark, or type
keywords. So the last sentence decides. In doubt a question asks for a fact, which is answered with a plain span.
"""

import re
from enum import StrEnum

from qa.answering.forms.brief_questions import is_brief_yes_no
from qa.reading.changes import ASKS_WHAT_CHANGED


class Kind(StrEnum):
    """The kind of answer that is asked for."""

    YES_NO = "yes_no"
    LIST = "list"
    STEPS = "steps"
    MANNER = "manner"
    REASON = "reason"
    CONDITION = "condition"
    FACT = "fact"


_SUBJECT = (
    r"(?:i|we|you|they|he|she|it|there|this|that|these|those|one|the|a|an|any|my|our|your|their|his|her|its|some\w*|"
    r"any\w+|every\w*|all|both|no|either|each|people|staff|members|guests|someone|nobody|having|being|using)"
)
_AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|am|can|could|may|might|must|should|shall|will|would|has|have|had|"
    r"need(?= (?:i|we|you|they|he|she|it|one)\b)|"  # "need a form" asks for one
    r"don't|doesn't|didn't|isn't|aren't|wasn't|weren't|can't|couldn't|mustn't|shouldn't|won't|wouldn't|hasn't|"
    r"haven't)"
)
_WH = re.compile(
    r"\b(?:what|what's|whats|which|wich|who|whom|whose|who's|when|where|where's|whereabouts|why|how|how's|wherever)\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.?!])[\"')\]]*\s+|\n+")
_OPENS_YES_NO = re.compile(
    rf"^(?:(?:and|so|but|ok|well|hi|please|also|then)[, ]+)*{_AUXILIARY}\s+\S",
    re.IGNORECASE,
)
_INVERTED = re.compile(rf"(?:^|[\s,;:–—(-]){_AUXILIARY}\s+{_SUBJECT}\b", re.IGNORECASE)
_INVERTED_CLAUSE = re.compile(
    rf"(?:^|[,;:–—(-]\s*|\b(?:and|so|but|then|or)\s+){_AUXILIARY}\s+{_SUBJECT}\b", re.IGNORECASE
)
# "If it rains, will lunch be served inside?"
_INVERTED_BEHIND_MARK = re.compile(
    rf"(?:[,;:–—]\s*|\s-\s+)(?:(?:and|so|but|then)\s+)?{_AUXILIARY}\s+[\w'’-]+\s+[\w&]", re.IGNORECASE
)
# "I can't log in, who helps?"
_BEFORE_QUESTION = re.compile(r"[,;:–—]\s*(?:(?:and|so|or|but)\s+)?$|\s-\s*$", re.IGNORECASE)
# "… when they talk of money", "where our plot ends", "what it costs": no question, but a part of one
_SUBORDINATE = re.compile(
    rf"\b(?:(?:when|where)\s+(?!to\b|{_AUXILIARY}\b)\w+\s+\w|(?:what|how|who)\s+{_SUBJECT}\s+\w)", re.IGNORECASE
)
_REQUEST = re.compile(
    r"(?:and |so |please )*(?:can|could|would|will) you (?:please |kindly |be so (?:kind|good) as to )?"
    r"(?:tell|give|name|list|explain|show|sum|describe)\b",
    re.IGNORECASE,
)
# "Is it on or off by default?", but not "Can I come by bus or car?" and "Is one sent, or must I choose?"
_ALTERNATIVES = re.compile(
    rf"^(?!.*\b(?:can|could|may|might|allowed|too)\b).*\bor\b(?! (?:not|no|so|what|later|more|any\w*|{_AUXILIARY})\b)",
    re.IGNORECASE,
)
_YES_NO_TAIL = re.compile(
    r"(?:[,–—-]\s*(?:right|ok|okay|yes|no|correct|true|normal|possible|allowed|or not|isn't it|is that so|yes or no)"
    r"|\b(?:allowed|permitted|possible|or not|okay|ok|mandatory|compulsory|obligatory|yes or no|any good))\s*\?*$",
    re.IGNORECASE,
)
# "The lawyers agreed. Good?", "surely it may stay there?"
_JUDGED_TAIL = re.compile(
    r"\b(?:good|fine|bad|bug|(?:good|bad) idea|too (?:late|early|old|young|much|many|few|big|small|long|short)|"
    r"acceptable|enough|normal|required|necessary|needed|legal|illegal|forbidden|safe|dangerous|included|free|welcome|"
    r"worth it|true)\s*\?+$",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(r"^(?:so|you mean)\b.{8}|\bsurely\b", re.IGNORECASE)
_YES_NO_REQUEST = re.compile(r"\b(?:whether|tell me if|know if|wondering if|check if|sure if)\b", re.IGNORECASE)
# "the two tests", "three things": a number of things asked for, not "how many"
_COUNTED = (
    r"(?:two|three|four|five|six|seven|eight|nine|ten|several|all|both|other|various|different|main|possible|some)"
)
_NAMED_LIST = (
    r"(?:packing|shopping|kit|gear|equipment|supplies|supply|clothes|clothing|ingredients?|to-?do|jobs?|tasks?|chores?|check)"
    r"[ -]?list"
)
# Most are verbs, as in "what happens", "which group decides"
_NO_PLURALS = (
    r"(?:is|was|does|has|this|us|gas|his|its|always|perhaps|already|happens|becomes|comes|goes|gets|gives|makes|lets|"
    r"keeps|means|takes|says|tells|shows|speaks|works|runs|starts|ends|begins|stops|causes|triggers|decides|"
    r"determines|changes|matters|helps|follows|stays|remains|needs|uses|holds|covers|applies|counts|depends|contains|"
    r"includes|requires|allows|lies|leads|reads|writes|pays|owns|reviews|approves|handles|looks|seems|sits|stands|brings|"
    r"sends|turns|wants|knows|lives|belongs|offers|provides|supports|explains|describes|copies|creates|replaces|"
    r"controls|manages|checks|costs|lasts)"
)
_BEFORE_PLURAL = (
    r"(?:(?!" + _AUXILIARY + r"\b|(?:i|we|you|they|he|she|it|the|an?|of|for|in|on|to|from|with|by|at)\b)[\w-]+\s+)"
)
_LIST = re.compile(
    r"^(?:please\s+)?(?:list|enumerate|name|give me|tell me|show me)\b.*\b\w+s\b"
    r"|(?:^|\b(?:please|kindly|you|to|and)\s+)(?:list|enumerate|name)\s+(?:\w+\s+){0,3}(?:the|all|every|each|some|both|what|"
    + _COUNTED
    + r")\b"
    r"|\b(?:which|what)\s+(?:(?:are|were)\b|" + _BEFORE_PLURAL + r"{0,2}?(?!" + _NO_PLURALS + r"\b)"
    r"(?:kinds|types|sorts|things|items|\w{3,}(?<!s)(?<!u)s)\b(?!'))"
    r"|\bwhat(?:\s+all)?\s+(?:do|should|must|will|does)\s+(?:i|we|you|one|\w+\s?\w*)\s+(?:not\s+)?(?:need|bring|pack|"
    r"include|cover|"
    r"contain|carry|have to (?:bring|hand in|include|send))\b"
    r"|^(?:the\s+)?" + _COUNTED + r"\s+(?:\w+\s+){0,2}\w+s\b"
    r"|\b(?:which|what)\s+(?:sort|kind|type)s? of (?:[\w-]+\s+)?\w{3,}(?<!s)(?<!u)s\b"
    r"|\bwhat(?:\s+(?:all|exactly))?\s+(?:goes|comes|gets put|belongs)\s+(?:in|into|inside|onto|on top)\b"
    rf"|{ASKS_WHAT_CHANGED.pattern}"
    r"|^(?:(?:please )?tell me )?who (?:all )?(?:are|were)\b.*\b\w+s\b"
    r"|^(?:(?:please )?tell me )?who (?:all )?(?:(?:was|is|were|are) (?:all )?"
    r"(?:(?:at|in) (?:the|our|this|that|last)\b|there|present|absent|excused|missing|invited)\b"
    r"|attended|came to (?:the|this|that|last)|took part|participated|(?:sent|gave) (?:\w+ )?apolog|apologi[sz]ed)",
    re.IGNORECASE,
)
# "packing list for camp", "what's on the shopping list", "what's in the box", "what do I have to do every day"
_OF_ITEMS = re.compile(
    r"^(?!(?:who|when|where|why|how|what|which)\b).*" + _NAMED_LIST + r"\b"
    r"|^what(?:['’]?s| is| are| all)?(?: all)?(?: on| in)?(?: \w+)? " + _NAMED_LIST + r"\b"
    r"|\bwhat(?:['’]?s| is| was)(?: all| exactly| else)?(?: included\b"
    r"| in(?:side)? (?:(?:the|an?|my|our|your|this|that|each|every)\b"
    r"(?! (?:way|case of|name|past|future|news)\b)|it\b(?! for)))"
    r"|\bwhat (?:do|does|must|should) (?:the |my |our )?\w+ (?:(?:have|need|got) to )?do "
    r"(?:daily|weekly|monthly|yearly|nightly|(?:on )?(?:every|each)\b|on \w+days?\b)"
    r"|\bwhat needs (?:doing|to be done)\b"
    r"|(?:[,;:–—-]|\band) (?:please )?list (?:all|the|every|each|them|both)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:examples|ingredients|requirements|options|benefits|drawbacks|reasons|members|attendees)\b", re.IGNORECASE
)
_IS = re.compile(r"\bis\b", re.IGNORECASE)
_NOT_LIST = re.compile(
    r"\bhow (?:many|much|long|often|far|old)\b|\b(?:what|which)(?:'s| is| was)\b|\bone of\b", re.IGNORECASE
)
_VALUE = re.compile(
    r"(?:when|how (?:many|much|long|often|far|old|big|late|early|soon|tall|high|deep|heavy|fast|hot|warm|cold))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"where(?:'s|abouts|ver)?\b", re.IGNORECASE)
_ONE = re.compile(rf"(?:who|whom|whose|who's)\b|{_PLACE.pattern}|{_VALUE.pattern}", re.IGNORECASE)
_KEY_WORDS = re.compile(
    r"^(?:(?:the|some|any|all|good|main|typical|possible|other)\s+)*" + _BEFORE_PLURAL + r"{0,2}?"
    r"(?:(?!" + _NO_PLURALS + r"\b)\w{3,}(?<![sui])s|people)\s+"
    r"(?:to|of|for|that|who|in|on|we|i|you|they|from|with|put|used)\b"
    r"|^(?:please\s+)?(?:(?:give|tell|show)(?: me)?|any|some|a few)\s+(?:\w+\s+)?examples\b",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"\bhow\s+(?:do|can|should|could|would|must|to|might|does one)\b|\bhow\s+(?:i|we|you)\b|"
    r"\bsteps?\b(?! (?:down|in))"
    r"|\bprocedure\b|\binstructions\b|\bwalk me through\b|\bwhat do i do to\b|\bway to\b",
    re.IGNORECASE,
)
_NAMED_STEPS = re.compile(r"\b(?:steps|instructions|procedure)\b", re.IGNORECASE)
_WHAT_TO_DO = re.compile(
    r"\bwhat (?:do|does|should|must|shall|can) (?:i|we|you|one|\w+(?: \w+)?) (?:(?:need|have) to |got to )?do\b"
    r"|\bwhat (?:now|next)\b",
    re.IGNORECASE,
)
_MANNER = re.compile(r"\bhow\b(?!\s+(?:many|much|long|often|far|old|big|large|high|tall|deep|heavy|soon|fast|"
    r"late|early|"
                     r"wide|thick|hot|warm|cold|recent|few|close|near|quickly|come))", re.IGNORECASE)  # fmt: skip
_REASON = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat for\b|\breason\b|\bwhat(?:'s| is) .*\bfor\b\?*$|\bcaused?\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\bwhat\s+(?:if|happens|happened|will happen|becomes|now|then)\b|\b(?:under|in)\s+(?:what|"
    r"which)\s+(?:conditions?|"
    r"circumstances|cases?)\b|\bthen what\b|\bwhat (?:do|should|can) (?:i|we|you) do\b|^(?:and )?if\b",
    re.IGNORECASE,
)


def kind_of(question: str) -> Kind:
    """The kind of answer that the question's last sentence asks for."""
    sentence = last_sentence(question)
    if is_yes_no(sentence):
        return Kind.YES_NO
    if _REASON.search(sentence):
        return Kind.REASON
    if _asks_for_several(sentence):
        return Kind.LIST
    if _CONDITION.search(sentence):
        return Kind.CONDITION
    if _STEPS.search(sentence):
        return Kind.STEPS
    if _MANNER.search(sentence):
        return Kind.MANNER
    return Kind.FACT


def _asks_for_several(sentence: str) -> bool:
    """Whether one sentence asks for a list: its first question word is about a plural, or it has none but a plural."""
    if _OF_ITEMS.search(sentence):
        return True
    if not (first := _WH.search(sentence)):
        several = _SEVERAL.search(sentence) and not _IS.search(sentence)
        return bool(_LIST.search(sentence) or several or _KEY_WORDS.match(sentence))
    asked = _LIST.search(sentence)
    return bool(
        asked
        and asked.start() <= first.start()
        and (ASKS_WHAT_CHANGED.match(sentence) or not _NOT_LIST.search(sentence))
    )


def asks_for_one(question: str) -> bool:
    """Whether a question asks for a person, time, place or number; only its first question word counts.

    "What do they look at when they choose?" doesn't. Its answer is a list only if the span itself names several.
    """
    return _asks_by(_ONE, question)


def asks_for_value(question: str) -> bool:
    """Whether a question asks for a time or an amount."""
    return _asks_by(_VALUE, question)


def asks_where(question: str) -> bool:
    """Whether a question asks for a place."""
    return _asks_by(_PLACE, question)


def _asks_by(words: "re.Pattern[str]", question: str) -> bool:
    sentence = last_sentence(question)
    first = _WH.search(sentence)
    return bool(first and words.match(sentence, first.start()))


def asks_what_to_do(question: str) -> bool:
    """Whether a question is on what somebody does, which several steps may be: "What should I do when I leave?"."""
    return bool(_WHAT_TO_DO.search(last_sentence(question)))


def asks_for_steps(question: str) -> bool:
    """Whether a question names steps or instructions, as "What are the steps for a claim?" does."""
    return bool(_NAMED_STEPS.search(last_sentence(question)))


def last_sentence(question: str) -> str:
    """The last sentence with a question mark, else the last sentence."""
    sentences = [part.strip() for part in _SENTENCES.split(question.strip()) if part.strip()]
    asking = [part for part in sentences if part.rstrip("\"')]").endswith("?")]
    return (asking or sentences or [question])[-1]


def is_yes_no(sentence: str) -> bool:
    """Whether one sentence asks for yes or no: its verb is before its subject, and no question word before both.

    "Can I sail?" does, "When can I sail?" doesn't, nor do "Can you tell me when I sail?" and "Do I sail or row?".
    """
    if _REQUEST.match(sentence):
        return bool(_YES_NO_REQUEST.search(sentence))
    if wh := _first_question_word(sentence):
        before = sentence[: wh.start()]
        if _BEFORE_QUESTION.search(before):
            return False
        return bool(
            _OPENS_YES_NO.match(sentence) or _INVERTED_CLAUSE.search(before) or _INVERTED_BEHIND_MARK.search(before)
        )
    asks = any(
        pattern.search(sentence)
        for pattern in (_OPENS_YES_NO, _INVERTED, _INVERTED_BEHIND_MARK, _YES_NO_TAIL, _JUDGED_TAIL, _YES_NO_REQUEST)
    )
    is_supposed = sentence.endswith("?") and bool(_SUPPOSED.search(sentence))
    return (asks or is_supposed or is_brief_yes_no(sentence)) and not _ALTERNATIVES.search(sentence)


def _first_question_word(sentence: str) -> "re.Match[str] | None":
    """The first that asks something: not the one of "when they met, was it cold?", nor of "can I go when it rains?"."""
    for wh in _WH.finditer(sentence):
        if not _SUBORDINATE.match(sentence, wh.start()):
            return wh
        if not (_INVERTED_BEHIND_MARK.search(sentence, wh.end()) or _OPENS_YES_NO.match(sentence[: wh.start()])):
            return wh
    return None
