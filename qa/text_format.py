"""An `Answer` as plain text, for people and for agents."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answering.answers import Answer, GivenAnswer

# Control characters except tab and newline, other line separators, and those that change the direction of text (UAX 9)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def answer_text(answer: "Answer") -> str:
    """The answers with their citations, or the reason why there are none.

    The first line says what a follow-up question was understood as.
    """
    understood = f"Understood as: {_one_line(answer.asked_as)}\n" if answer.asked_as else ""
    return escape_controls(understood + _answer_text(answer))


def escape_controls(text: str) -> str:
    r"""`text` with characters that control a terminal, or reorder the text shown, escaped as `\u001b`.

    JSON keeps its meaning, because there these characters occur only in strings, where the escape stands for them.
    """
    return _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _answer_text(answer: "Answer") -> str:
    if answer.answers:
        disagree = ["Documents disagree:"] if answer.conflict else []
        return "\n\n".join([*disagree, *map(_one_answer, answer.answers)])
    why = {
        "nothing_retrieved": "nothing is indexed that it could be found in",
        "reader_null": "no passage that was read answers it",
        "below_threshold": "what was found is too unsure to be given",
    }
    if answer.reason == "greeting":
        return answer.message or ""
    lines = [f"No answer: {why[str(answer.reason)]} ({answer.reason})."]
    if near := answer.nearest:
        section = f", {near.section}" if near.section else ""
        lead = "This may be it" if near.likely else "Nothing on this; the nearest passage"
        lines.append(f"{lead}: {near.document_id} [{near.start}:{near.end}]{section}")
        lines.append(f"  “{_one_line(near.sentence)}”")
    elif answer.passages:
        nearest = answer.passages[0]
        lines.append(f"Nearest passage: {nearest.document_id} [{nearest.start}:{nearest.end}]")
    return "\n".join(lines)


def _one_answer(answer: "GivenAnswer") -> str:
    support = f", in {answer.support} documents" if answer.support > 1 else ""
    confidence = f"({_confidence(answer.confidence)}{support})"
    if answer.parts:
        marks = [f"{number}." for number in range(1, len(answer.parts) + 1)] if answer.form == "steps" else None
        items = [f"{marks[i] if marks else '•'} {_one_line(part.text)}" for i, part in enumerate(answer.parts)]
        lines = [*items, confidence]
    else:
        lines = [f"{lead_of(answer)}{_one_line(answer.text)}   {confidence}"]
    for citation in answer.citations:
        page = f"page {citation.page}" if citation.page else ""
        recognised = "(recognised)" if citation.recognised else ""
        place = [" ".join(filter(None, (page, recognised))), citation.section]
        places = "".join(f", {part}" for part in place if part)
        lines.append(f"  {citation.document_id} [{citation.start}:{citation.end}]{places}")
        lines.append(f"    “{_one_line(citation.sentence)}”")
    return "\n".join(lines)


def _confidence(confidence: float | None) -> str:
    return "no confidence" if confidence is None else f"confidence {confidence:.0%}"


def lead_of(answer: "GivenAnswer") -> str:
    """The text before an answer: "Yes. " or "No. " before a verdict's clause, row and column before a table's cell."""
    if answer.verdict:
        return "Yes. " if answer.verdict == "yes" else "No. "
    heads = ", ".join(_one_line(head) for head in (answer.row, answer.column) if head)
    return f"{heads}: " if heads and answer.form == "cell" else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
