"""What is to be done, where a span only tells what comes of it, or what else helps if that didn't.

| text                                                        | span                  | answer             |
|-------------------------------------------------------------|-----------------------|--------------------|
| If it rings type 0000: the siren stops.                     | "the siren stops"     | all of it          |
| Lift the lever. When it clicks you can take out the paper.  | the second sentence   | both sentences     |
| Boil it once more. If it still hasn't set, call it sauce.   | the second sentence   | both sentences     |
"""

import re
from collections.abc import Sequence

from index.lines import Line
from qa.answering.forms.clauses import block_at, sentence_at
from qa.answering.forms.instructions import is_instruction
from qa.reading.stems import stems_of

Range = tuple[int, int]

_COLON = re.compile(r":\s+")
_CASE = re.compile(r"[\W_]*(?:if|when|once|as soon as|in case)\s", re.IGNORECASE)
_FEWEST_WORDS = 4  # in front of the colon
# "If that doesn't help, ", "If it still hasn't, ", "If not, "
_IF_NOT = re.compile(
    r"[\W_]*(?:(?:and|but) )?if\s(?:not[,:]|(?:that|this|it|they|he|she|there|nothing)\b[^,.:]{0,40}?"
    r"(?:\b(?:still|fails?|nothing|happens)\b|\b(?:does|did|has|is|wo|do)(?:n['’]t| not) "
    r"(?:help|work|do|change|go|come)\b))",
    re.IGNORECASE,
)
# "When the light turns green you can …", "Once it clicks you can …"
_THEN_CAN = re.compile(
    r"[\W_]*(?:if|when|once|as soon as)\s(?P<case>(?:the|it|this|that|they|both|all)\b[^.!?\n]{2,100}?),?\s"
    r"(?:you(?:['’]ll| will)? (?:can|may|be able to)|(?:it|they|the \w+) (?:can|may))\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"(?:(?:you|it|they|this|that)(?:['’](?:re|ll|s))?\s(?:now |then |will |can |may |are |is )*\w|"
    r"(?:the|an?|your)\s(?:[\w-]+\s){1,2}?(?:is|are|will|can|may|then|now|[a-z]{3,}(?<![us'’])s)\b)",
    re.IGNORECASE,
)
_MOST_WORDS = 60
_MOST_BACK = 3  # sentences


def whole_instruction(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Range | None:
    """The slice with what is to be done before what the span has; None if nothing is left out.

    A question on the very case, as "What do I do when the light turns green?", leaves out nothing.
    """
    first, last = sentence_at(text, lines, start, end)
    begin = first
    if not _is_behind_instruction(text, first, start):
        for _ in range(_MOST_BACK):
            before = _before(text, lines, begin, start)
            if before is None or not _leans_on(question, text[begin:last], text[slice(*before)]):
                break
            begin = before[0]
        if begin == first:
            return None
    end = max(end, last)
    return (begin, end) if len(text[begin:end].split()) <= _MOST_WORDS else None


def _is_behind_instruction(text: str, first: int, start: int) -> bool:
    """Whether a span begins right behind a colon, with what follows from the instruction or case in front of that."""
    marks = [mark for mark in _COLON.finditer(text, first, start) if mark.end() == start]
    if not marks:
        return False
    told = text[first : marks[0].start()]
    is_told = len(told.split()) >= _FEWEST_WORDS and (bool(_CASE.match(told)) or is_instruction(told))
    return is_told and bool(_RESULT.match(text, start))


def _before(text: str, lines: Sequence[Line], begin: int, start: int) -> Range | None:
    """The sentence in front of the one that begins at `begin`, in the same paragraph or item."""
    floor, _ = block_at(text, lines, start, start + 1)
    ahead = text[floor:begin].rstrip()
    return sentence_at(text, lines, floor + len(ahead) - 1, floor + len(ahead)) if ahead else None


def _leans_on(question: str, sentence: str, before: str) -> bool:
    """Whether a sentence only goes on with the instruction before it, and the question isn't on its own case."""
    if _IF_NOT.match(sentence):
        return True
    then = _THEN_CAN.match(sentence)
    if not then or not is_instruction(before):
        return False
    case = stems_of(then["case"])
    return len(case & stems_of(question)) * 2 < len(case)
