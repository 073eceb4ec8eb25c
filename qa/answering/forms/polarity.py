"""Whether a clause says yes or no to a question: rules over both, weighed by a logistic regression.

The weights were fitted on 975 yes/no questions in people's own words and the clauses that decide them; what isn't said
by a word of permission, duty, denial or a plain "yes" or "no" is left undecided.
"""

import re

_FLAGS = re.IGNORECASE
_PATTERNS = {
    "q_permission": r"\b(?:can|may|could|allowed|permitted|ok|okay|alright|fine|free to|am i able)\b",
    "q_duty": r"\b(?:must|have to|has to|need|needs|required|should|obliged|mandatory|supposed|compulsory|ought)\b",
    "q_denied": r"\b(?:not|never|no|without|nobody|nothing)\b|n['’]t\b|\bunless\b",
    "q_limit": r"\b(?:only|just|all|every|any|always|everyone|everybody|anyone|any\w+|same|both|alone|enough)\b",
    "q_do": r"^\W*(?:and |so |but )?(?:do|does|did|has|have|had)\b",
    "q_be": r"^\W*(?:and |so |but )?(?:is|are|was|were|am)\b",
    "prohibited": r"\b(?:must|may|can|could|should|shall|will|do|does|is|are)(?:\s+(?:\w+\s+)?not|"
    r"n['’]t)\s+(?:be\s+)?"
    r"(?:\w+ly\s+)?(?:allow|permit|use|shar|enter|tak|bring|send|be\b|accept|eligible)|\bcannot\b|\bcan['’]t\b|"
    r"\b(?:must|may|shall)\s+(?:\*\*)?not\b|\bmustn['’]t\b|"
    r"\b(?:prohibit\w*|forbidden|not (?:allowed|permitted|eligible|accepted|possible|supported|available|acceptable)|"
    r"isn['’]t (?:allowed|permitted)|aren['’]t (?:allowed|permitted)|banned|disallowed|off limits|refrain|avoid|"
    r"under no circumstances|never|not to be)\b|^\W*(?:please\s+)?(?:do not|don['’]t)\b|\bdo \*\*not\*\*",
    "optional": r"\b(?:optional|(?:not|n['’]t)\s+(?:\w+\s+)?(?:need|have to|required|necessary|mandatory|"
    r"necessarily)|no need|"
    r"need(?:n['’]t| not)|without having to|not compulsory|unnecessary|voluntary|if you (?:like|want|wish)|"
    r"no obligation)\b",
    "denied": r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|unable|no longer|lacks?|fail\w*|"
    r"instead)\b|n['’]t\b",
    "permitted": r"\b(?:can|may|allows?|allowed|able to|welcome|free to|permitted|possible|available|supports?|"
    r"eligible|"
    r"happy to|encouraged?|includ\w*)\b",
    "duty": r"\b(?:must|need to|needs to|required|requires?|have to|has to|should|ensure|make sure|mandatory|"
    r"needed)\b",
    "limited": r"\b(?:only|unless|except|until|at most|limited|solely|exclusively|but|however|rather than|"
    r"instead of)\b",
    "also": r"\b(?:also|too|as well|both|any|all|every|each|always|either|regardless|including|even)\b",
    "done": r"\b(?:has been|have been|was|were|is now|are now|will be|already)\b",
    "pending": r"\b(?:yet|still|pending|waiting|plan\w*|no update|not sure|consider\w*|todo|blocked)\b",
}
_COMPILED = {name: re.compile(pattern, _FLAGS) for name, pattern in _PATTERNS.items()}
_YES = re.compile(
    r"^\W*(?:a(?:nswer)?\s*[:.)-]\W*)?(?:yes|yep|yeah|sure|of course|certainly|absolutely|definitely|"
    r"correct)\b",
    _FLAGS,
)
_NO = re.compile(
    r"^\W*(?:a(?:nswer)?\s*[:.)-]\W*)?(?:no(?=\W*(?:[,.;:!–—-]|$))|nope|not at all|never\b|not (?:really|yet|"
    r"quite|necessarily)\b)",
    _FLAGS,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_INTERACTIONS = (
    ("q_permission", "prohibited"),
    ("q_permission", "permitted"),
    ("q_permission", "denied"),
    ("q_permission", "limited"),
    ("q_permission", "duty"),
    ("q_duty", "optional"),
    ("q_duty", "duty"),
    ("q_duty", "permitted"),
    ("q_duty", "denied"),
    ("q_denied", "denied"),
    ("q_denied", "prohibited"),
    ("q_denied", "permitted"),
    ("q_limit", "limited"),
    ("q_limit", "denied"),
    ("q_limit", "also"),
    ("q_do", "denied"),
    ("q_be", "denied"),
)
NAMES = (
    "bias",
    *_PATTERNS,
    *(f"{one}*{other}" for one, other in _INTERACTIONS),
    "other_number",
    "same_number",
    "overlap",
)


def features(question: str, clause: str) -> list[float]:
    """What the regression weighs, each in [0, 1], in the order of NAMES."""
    has = {
        name: float(bool(pattern.search(question if name.startswith("q_") else clause)))
        for name, pattern in _COMPILED.items()
    }
    asked, said = set(_NUMBER.findall(question)), set(_NUMBER.findall(clause))
    words, others = _stems(question), _stems(clause)
    return [
        1.0,
        *has.values(),
        *(has[one] * has[other] for one, other in _INTERACTIONS),
        float(bool(asked and said and not asked & said)),
        float(bool(asked & said)),
        len(words & others) / max(1, len(words)),
    ]


def plain(clause: str) -> bool | None:
    """What a clause says by its first word: True for yes, False for no, None where it begins otherwise."""
    if _NO.match(clause):
        return False
    return True if _YES.match(clause) else None


def forbids(clause: str) -> bool:
    """Whether the clause prohibits something."""
    return bool(_COMPILED["prohibited"].search(clause))


def asks_permission(question: str) -> bool:
    """Whether the question asks if something may be done."""
    return bool(_COMPILED["q_permission"].search(question)) and not _COMPILED["q_denied"].search(question)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d_]{3,}", text.lower())}
