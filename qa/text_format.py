"""An `Answer` as text for people, and for agents that read as people do."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answering.answers import Answer, GivenAnswer

# Control characters but tab and newline, what some take for the end of a line, and what turns the direction of the
# text that follows (UAX 9)
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def answer_text(answer: "Answer") -> str:
    """What a question was understood as, if that differs; the answers and where they stand, or why there are none."""
    understood = f"Understood as: {_one_line(answer.asked_as)}\n" if answer.asked_as else ""
    return escape_controls(understood + _answer_text(answer))


def escape_controls(text: str) -> str:
    r"""The text with what makes a terminal do something, or show words in another order than they stand, as `\u001b`.

    JSON stays the same JSON: these characters stand in its strings alone, where that means them.
    """
    return _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


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
        said = "This may be it" if near.likely else "Nothing on this; the nearest passage"
        lines.append(f"{said}: {near.document_id} [{near.start}:{near.end}]{section}")
        lines.append(f"  “{_one_line(near.sentence)}”")
    elif answer.passages:
        nearest = answer.passages[0]
        lines.append(f"Nearest passage: {nearest.document_id} [{nearest.start}:{nearest.end}]")
    return "\n".join(lines)


def _one_answer(given: "GivenAnswer") -> str:
    support = f", in {given.support} documents" if given.support > 1 else ""
    sure = f"({_sureness(given.confidence)}{support})"
    if given.parts:
        marks = [f"{number}." for number in range(1, len(given.parts) + 1)] if given.form == "steps" else None
        items = [f"{marks[i] if marks else '•'} {_one_line(part.text)}" for i, part in enumerate(given.parts)]
        lines = [*items, sure]
    else:
        lines = [f"{lead_of(given)}{_one_line(given.text)}   {sure}"]
    for citation in given.citations:
        place = [f"page {citation.page}" if citation.page else None, citation.section]
        places = "".join(f", {part}" for part in place if part)
        lines.append(f"  {citation.document_id} [{citation.start}:{citation.end}]{places}")
        lines.append(f"    “{_one_line(citation.sentence)}”")
    return "\n".join(lines)


def _sureness(confidence: float | None) -> str:
    return "no confidence" if confidence is None else f"confidence {confidence:.0%}"


def lead_of(given: "GivenAnswer") -> str:
    """What is said before an answer's words: "Yes." before the clause that says so, the heads of a table's cell."""
    if given.verdict:
        return "Yes. " if given.verdict == "yes" else "No. "
    heads = ", ".join(_one_line(head) for head in (given.row, given.column) if head)
    return f"{heads}: " if heads and given.form == "cell" else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
