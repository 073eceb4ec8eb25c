"""Rows of a list of actions whose owner didn't do what a question asks who did.

Below "Action | Owner | Due", "Chase customs about the card readers | Dario" says who chases customs. A reader that is
asked who sold the card readers takes the owner, too.
"""

import re
from collections.abc import Iterator

from index.context import HEAD_SEPARATOR
from qa.reading.stems import stems_of, stems_with_verbs

Range = tuple[int, int]

_WHO_DID = re.compile(
    r"\bwho(?:['’]?s|\sis|\sare|\swas|\swere|\shas|\shave|\shad|\swill|\sdid)?\s"
    r"(?:(?:to|going|now|supposed|meant|been|already|currently|me|us|still)\s)*(?P<verb>[a-z]{2,20})\b",
    re.IGNORECASE,
)
_WHEN_DID = re.compile(
    r"^\W*(?:and\s)?when\s(?:was|were|did)\b(?!.*\b(?:due|deadline|planned|supposed)\b)", re.IGNORECASE
)
_TO_BE_DONE = re.compile(r"\b(?:to|will|going)\b", re.IGNORECASE)  # "who has to write"
# They ask for the owner of any action
_OF_OWNERS = re.compile(
    r"do(?:es|ing|ne)?|did|responsible|tak(?:es?|ing)|handl(?:es|ing)|deal(?:s|ing)|owner|owns|leads|runs|has|have|must|"
    r"should|needs?|assigned|work(?:s|ing)|look(?:s|ing)|sees|organi[sz]es|manages|be|can|could|shall|would|is|are|the|"
    r"in|on|an?|our|for|it|that|this"
)
_ACTIONS = re.compile(
    r"^[*_ ]*(?:actions?(?: (?:items?|points?))?|tasks?|what|to-?dos?|jobs?|duty|duties|steps?)[*_ ]*$", re.IGNORECASE
)
_OWNERS = re.compile(
    r"^[*_ ]*(?:who|owners?|responsible|responsibility|assigned(?: to)?|assignee|by whom|person|lead)[*_ ]*$",
    re.IGNORECASE,
)
_MOSTLY = 0.7


def of_other_actions(question: str, passage: str, context: str = "") -> list[Range]:
    """The slices of a list's rows whose action isn't the one that the question asks who did, or when.

    A row stays open if it has the question's verb, and if the question asks who is responsible or has to do it. In the
    present one is asked for by nearly all its other words, too: "who writes the new terms" by "Draft new terms".
    """
    found = _WHO_DID.search(question)
    if _WHEN_DID.search(question):
        return [row for row, _ in _action_rows(passage, context)]
    if not found or _TO_BE_DONE.search(found[0]):
        return []
    verb = found["verb"].lower()
    if _OF_OWNERS.fullmatch(verb):
        return []
    verbs, asked = stems_with_verbs(verb), stems_of(question)
    is_past = not verb.endswith(("s", "ing"))
    return [
        row for row, action in _action_rows(passage, context) if not _is_asked(action, asked, verbs, is_past=is_past)
    ]


def _is_asked(action: str, asked: frozenset[str], verbs: frozenset[str], *, is_past: bool) -> bool:
    first, *rest = action.split()
    if verbs & stems_with_verbs(action) or stems_of(first) & asked or first.endswith("ed"):  # it is told as done
        return True
    stems = stems_of(" ".join(rest))
    return not is_past and bool(stems) and len(stems & asked) >= _MOSTLY * len(stems)


def _action_rows(passage: str, context: str) -> Iterator[tuple[Range, str]]:
    """The rows of tables of actions with their owners, each with the words of its action."""
    heads = context.rpartition("\n")[2].split(HEAD_SEPARATOR)
    at, column = 0, _column(heads)
    for line in passage.split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) > 1:
            if (named := _column(cells)) is not None:
                column = named
            elif column is not None and column < len(cells) and re.search(r"\w", cells[column]):
                yield (at, at + len(line)), cells[column]
        elif line.strip():
            column = None
        at += len(line) + 1


def _column(heads: list[str]) -> int | None:
    """The index of the column of actions, if another one has their owners."""
    actions = [i for i, head in enumerate(heads) if _ACTIONS.match(head)]
    return actions[0] if actions and any(_OWNERS.match(head) for head in heads) else None
