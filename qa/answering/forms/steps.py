"""All steps of a numbered list, for a question on how something is done."""

import re
from collections.abc import Sequence

from index.lines import Item, Line, LineKind, item_at, items_around, line_at, list_below, step_over
from qa.answering.forms.clauses import sentence_at
from qa.answering.forms.form import Form, Part, Shape
from qa.answering.forms.instructions import is_instruction
from qa.answering.forms.other_steps import asked_steps
from qa.answering.forms.question_kind import asks_for_steps
from qa.reading.stems import stems_of, stems_with_verbs

_MAX_STEPS = 60
_DOER = re.compile(r"\b(?:does|did|must|should|will|shall|has|is|was)\s+((?!I\b)[A-Z][\w'’-]+)")
_MIN_SHARE = 0.3  # share of the question's stems that the text above the list must have
_MIN_INSTRUCTIONS = 0.5  # share of the items, for a numbered list to tell what to do
_FEW_STEPS = 10
# "How do I fit a new bulb": the verb
_DEED = re.compile(
    r"\bhow (?:(?:do|can|should|could|would|must|does|to|might)\s)+(?:(?:i|we|you|one|they)\s(?:best\s|properly\s)?)?"
    r"(?P<verb>(?!(?:see|know|find|tell|check|decide|learn|understand)\b)[a-z]{2,20})\b",
    re.IGNORECASE,
)


def steps_shape(question: str, text: str, lines: Sequence[Line], start: int, end: int) -> Shape | None:
    """The numbered list that `[start, end)` is in or right above; None if there is none, or one step is asked for."""
    number = line_at(lines, start)
    item = item_at(text, lines, number) or _step_above(text, lines, number)
    if item and item.kind is LineKind.NUMBERED:
        items = items_around(text, lines, item)
        own = text[item.start : max(item.end, end) if start >= item.end else item.end]
        if _is_ones_own(question, own):
            return None
        if other := asked_steps(question, text, lines, items, own):
            return _shape(text, lines, other)
        above = words_above(text, lines, items[0].first_line)
        if len(items) > 1 and (_is_about_list(question, above, own) or _is_one_of(question, text, items, above, own)):
            return _shape(text, lines, items)
        return None
    below = list_below(text, lines, line_at(lines, sentence_at(text, lines, start, end)[1] - 1))
    if len(below) > 1 and below[0].kind is LineKind.NUMBERED:
        return _shape(text, lines, below)
    return None


def _step_above(text: str, lines: Sequence[Line], number: int) -> Item | None:
    """The step whose block of code, or other lines below its number, line `number` is in."""
    if step := step_over(text, lines, number):
        return step
    indent = lines[number].indent
    while number > 0 and (lines[number].kind is LineKind.BLANK or lines[number].indent >= indent > 0):
        number -= 1
    is_step = lines[number].kind is LineKind.NUMBERED and lines[number].indent < indent
    return item_at(text, lines, number) if is_step else None


def _is_about_list(question: str, words: str, step: str) -> bool:
    """Whether the question shares as many stems with the words above the list as with the one step."""
    stems = stems_of(question)
    above = stems & stems_with_verbs(words)
    own = stems & stems_of(step)
    return len(above) >= _MIN_SHARE * len(stems) and len(above) >= len(own) and bool(above)


def _is_one_of(question: str, text: str, items: Sequence[Item], above: str, step: str) -> bool:
    """Whether a step alone, of a few that tell what to do, leaves out some of what the question asks.

    Below "Changing the bulb", "Turn the bulb, pull it out, push in the new one" doesn't "fit a new bulb" by itself; but
    "How do I turn the bulb?" asks for that step. So does a question that has nothing of the words above the list, for
    most people ask for one step then. Whoever asks for steps wants all of them.
    """
    told = sum(is_instruction(text[item.start : item.end]) for item in items)
    asked = stems_of(question)
    if told < _MIN_INSTRUCTIONS * len(items) or not asked & stems_of(step):
        return False
    if asks_for_steps(question):
        return True
    deed = _DEED.search(question)
    is_about = len(items) <= _FEW_STEPS and bool(asked & stems_with_verbs(above))
    return bool(deed) and is_about and not _has_verb(step, deed["verb"] if deed else "")


def _has_verb(step: str, verb: str) -> bool:
    """Whether a step has the verb; one without a stem, as "do" and "get", may be any."""
    asked = stems_of(verb)
    return not asked or bool(asked & stems_with_verbs(step))


def _is_ones_own(question: str, item: str) -> bool:
    """Whether an item is on what somebody does whom the question names: "What does Nora have to do?" of minutes."""
    doer = _DOER.search(question)
    return doer is not None and doer[1] in item


def words_above(text: str, lines: Sequence[Line], number: int) -> str:
    """The nearest heading above line `number`, with the last paragraph before that line."""
    paragraph, is_complete = "", False
    for line in reversed(lines[:number]):
        words = text[line.start : line.end]
        if line.kind is LineKind.HEADING:
            return f"{words} {paragraph}"
        if line.kind is LineKind.BLANK:
            is_complete = bool(paragraph)
        elif not is_complete:
            paragraph = f"{words} {paragraph}"
    return paragraph


def _shape(text: str, lines: Sequence[Line], items: Sequence[Item]) -> Shape:
    """The steps as parts, each with the text below it up to the next step."""
    items = items[:_MAX_STEPS]
    parts = []
    for item, following in zip(items, [*items[1:], None], strict=True):
        end = lines[following.first_line].start if following else _block_end(lines, item)
        end -= len(text[item.start : end]) - len(text[item.start : end].rstrip())
        parts.append(Part(item.start, end, text[item.start : end]))
    return Shape(Form.STEPS, parts[0].start, parts[-1].end, tuple(parts))


def _block_end(lines: Sequence[Line], item: Item) -> int:
    """The end of the last step, including the lines below it that are indented further."""
    end, at = item.end, item.last_line + 1
    while at < len(lines) and (lines[at].kind is LineKind.BLANK or lines[at].indent > item.indent):
        if lines[at].kind is not LineKind.BLANK:
            end = lines[at].end
        at += 1
    return end
