"""A question word alone → the earlier question with it: "And where?" → "Where was the tower built?".

Read by itself it asks for any place or reason that a passage has.

    the question before                the bare one    the whole one
    When was the tower built?          And where?      Where was the tower built?
    Is the hall closed in May?         Why?            Why is the hall closed in May?
    Who built the tower?               When?           - ("who" is what the question is built on)
    How tall is the tower?             Why?            - (so is "how tall")
    When was it built?                 Where?          - (it leans on others itself)
"""

import re

from qa.answering.follow_up import is_follow_up
from qa.answering.forms.question_kind import Kind, kind_of

_BE = r"(?:is|are|was|were)"
_AUXILIARY = rf"(?:{_BE}|do|does|did|can|could|may|might|must|should|shall|will|would|has|have|had)(?:n['’]t)?"
_BARE = re.compile(
    rf"^(?:(?:and|but|so)\b,?\s+)?(?P<word>when|where|why|since\s+when|until\s+when|how\s+long|how\s+often|by\s+whom)"
    rf"(?:\s+(?P<be>{_BE})(?:\s+(?P<thing>that|this|it))?)?\s*[?!.]*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    rf"(?:when|where|why|how|how\s+often|how\s+(?:long|soon)(?!\s+{_BE}\b)|(?:at\s+)?what\s+time)\s+"
    rf"(?P<rest>(?P<auxiliary>{_AUXILIARY})\s+\S)",
    re.IGNORECASE,
)
# "Can you tell me …", "Do you know …" ask for what comes behind
_FOR_YES_OR_NO = re.compile(
    rf"(?P<rest>(?P<auxiliary>{_AUXILIARY})\s+(?!you\s+(?:know|think|tell|say)\b)\S)", re.IGNORECASE
)
SEVERAL_SENTENCES = re.compile(r"[.?!]\s")


def with_question_word(question: str, earlier: str) -> str | None:
    """The earlier question with the bare word that `question` is in place of its own, or in front; else None.

    "Where is it?" asks for the thing, not for what is told of it: it stays, unless the earlier question has that "is",
    too.
    """
    bare = _BARE.match(question.strip())
    for_yes_or_no = kind_of(earlier) is Kind.YES_NO
    asked = (_FOR_YES_OR_NO if for_yes_or_no else _ASKED).match(earlier)
    if not bare or not asked or SEVERAL_SENTENCES.search(earlier) or is_follow_up(earlier):
        return None
    auxiliary, word = asked["auxiliary"].lower(), " ".join(bare["word"].lower().split())
    is_same = earlier.lower().startswith(f"{word} ")
    is_of_thing = (bare["thing"] or "").lower() == "it" and (for_yes_or_no or bare["be"].lower() != auxiliary)
    is_by = word == "by whom" and not re.fullmatch(_BE, auxiliary)
    is_how = word.startswith("how") and bare["be"]  # "How long is that?" asks for a length
    if is_same or is_of_thing or is_by or is_how:
        return None
    rest = earlier[asked.start("rest") :].rstrip(" ?!.")
    return f"{word.capitalize()} {rest[0].lower()}{rest[1:]}?"
