"""Features that show whether a clause answers a question with yes or no, for the logistic regression in `yes_no.py`.

Its weights were fitted on 975 yes/no questions in people's own words and the clauses that decide them. A feature is a
word of permission, duty, denial or the like, or a plain "yes" or "no"; without any of them no verdict is possible.
"""

import re

from qa.reading.stems import stems_of

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
    r"under no circumstances|never|not to be)\b|^\W*(?:please\s+)?(?:do not|don['’]t)\b|\bdo \*\*not\*\*|"
    # "No dogs are allowed"
    r"\bno (?!longer\b|more\b|one\b|need\b|matter\b|later\b|less\b|fewer\b|doubt\b|problem)\w+(?:[ -]\w+){0,3} "
    r"(?:is|are|may|can|will be|shall be|should be) (?:be )?"
    r"(?:allowed|permitted|accepted|admitted|taken|made|given|used|brought|kept)\b|"
    r"^\W*no (?!longer\b|more\b|one\b|need\b|problem)\w+(?:,? \w+){0,3}\W*$",  # "No smoking."
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
# ", which will not be unreasonably withheld": it describes a noun, and decides nothing
_RELATIVE_CLAUSE = re.compile(r",\s+(?:which|who|whose|where)\b[^,;.]*(?:,|(?=[;.!?]|$))", _FLAGS)
# Of what is one of them, the other isn't true
_OPPOSITES = [
    [re.compile(rf"\b(?:{words})\b", _FLAGS) for words in pair]
    for pair in (
        ("open|opens|opened", "closed|closes|shut|shuts"),
        ("included|includes|include", "excluded|excludes|exclude|extra"),
        ("accepted|approved|allowed|granted", "rejected|refused|declined|turned down"),
        ("free|free of charge", "charged|costs?|fee of"),
    )
]
_UNLIMITED = re.compile(
    r"\b(?:every|each|always|unlimited|whenever|any ?time|as (?:often|many|much|long) as)\b", _FLAGS
)
_COUNTED = re.compile(
    r"\b(?:once|twice|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) times|at most|no more than|"
    r"up to (?:\d|two|three|four|five|six|ten)|maximum)\b",
    _FLAGS,
)
_BUT_NOT = re.compile(r"(?<!\s),?\s+but\s+(?:not|never)\s+(?!only\b|both\b|necessarily\b|limited\b)", _FLAGS)
# ", but its lid must be shut" sets a condition on what is said before it
_BUT_ELSE = re.compile(
    r"(?<!\s),?\s+but\s+(?!not\b|never\b|only\b)"
    r"(?=(?:[\w'’-]+\s+){0,4}(?:must|mustn['’]t|has to|have to|shall|should)\b)",
    _FLAGS,
)
_IN_PLACE_OF = re.compile(r"\b(?:instead of|in place of|rather than)\b", _FLAGS)
_OPENING_CONDITION = re.compile(
    r"(?:\(?\w{1,3}[.)]\s+)?(?:if|when|whenever|where|should|in case|as long as)\s[^,;:.!?]{1,200},\s+", _FLAGS
)
_EXCEPTION = re.compile(r"\b(?:except(?:ing|ions?)?|unless|other than|apart from|save (?:for|in|on|if|when))\b", _FLAGS)
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
    """The features of a question and a clause, each in [0, 1], in the order of NAMES.

    Of "Can I smoke in the hall?" and "Smoking is not allowed in the hall." these are 1: bias, q_permission, prohibited,
    denied, permitted ("allowed"), and the products q_permission*prohibited, *permitted and *denied. overlap is 0.5: of
    the stems "can", "smoke", "the" and "hall" the clause has two, for "smoking" has the stem "smoki".
    """
    has = {
        name: float(bool(pattern.search(question if name.startswith("q_") else clause)))
        for name, pattern in _COMPILED.items()
    }
    asked, stated = set(_NUMBER.findall(question)), set(_NUMBER.findall(clause))
    stems, clause_stems = _stems(question), _stems(clause)
    return [
        1.0,
        *has.values(),
        *(has[one] * has[other] for one, other in _INTERACTIONS),
        float(bool(asked and stated and not asked & stated)),
        float(bool(asked & stated)),
        len(stems & clause_stems) / max(1, len(stems)),
    ]


def without_relative_clauses(clause: str) -> str:
    """The clause without the relative clauses that only describe one of its nouns.

    >>> without_relative_clauses("A cat may be kept with consent, which will not be withheld.")
    'A cat may be kept with consent .'
    """
    return _RELATIVE_CLAUSE.sub(" ", clause)


def without_other_exceptions(question: str, clause: str) -> str:
    """The clause without a final "but not …" that the question shares no word with, if it shares one with the rest.

    "Do I pay for bank holidays?" isn't about the end of "You pay for bank holidays, but not for the closures.", nor
    "May I use the sauna?" about that of "Guests may use the sauna, but its door must be kept shut."
    """
    exceptions = list(_BUT_NOT.finditer(clause)) or list(_BUT_ELSE.finditer(clause))
    if not exceptions:
        return clause
    asked, rest = _stems(question), clause[: exceptions[-1].start()]
    exception = clause[exceptions[-1].end() :].rstrip(". ")
    isnt_asked = asked & _stems(rest) and not (asked - _stems(rest)) & _stems(exception)
    return rest if isnt_asked and not re.search(r"[.;:](?:\s|$)", exception) else clause


def without_asked_denials(question: str, clause: str) -> str:
    """The clause without words of denial that deny nothing of what is asked.

    These are an "instead of" that the question has as well, and what an opening condition says isn't so: of "If the
    lift fails, the rent is reduced." the rent is decided.
    """
    if _IN_PLACE_OF.search(question):
        clause = _IN_PLACE_OF.sub("for", clause)
    condition = _OPENING_CONDITION.match(clause)
    if condition and denies(condition[0]) and not denies(question) and not denies(rest := clause[condition.end() :]):
        return rest
    return clause


def names_exception(question: str, clause: str) -> bool:
    """Whether the question is about what a rule excepts: then the rule doesn't hold, and says neither yes nor no of it.

    It has half of an exception's stems, or two, that the rule hasn't: "May I smoke on the balcony?" with "Smoking isn't
    allowed, except on the balcony.". "May I smoke in the hall?" has none.
    """
    parted = _EXCEPTION.search(clause)
    if not parted:
        return False
    excepted = stems_of(clause[parted.end() :]) - stems_of(clause[: parted.start()])
    named = len(excepted & stems_of(question))
    return named > 1 or 0 < len(excepted) <= 2 * named


def has_exception(clause: str) -> bool:
    """Whether a clause says what it doesn't hold for: "apart from six weekends"."""
    return bool(_EXCEPTION.search(clause))


def explicit_verdict(clause: str) -> bool | None:
    """The verdict that a clause begins with: True for "yes", False for "no" and their synonyms, else None."""
    if _NO.match(clause):
        return False
    return True if _YES.match(clause) else None


def says_the_opposite(question: str, clause: str) -> bool:
    """Whether the clause has the opposite of a word of the question: "Are you open today?", "It is closed today."

    They must have a word in common besides, and the clause not both of the opposites.
    """
    return bool(_stems(question) & _stems(clause)) and any(
        asked.search(question) and said.search(clause) and not asked.search(clause)
        for pair in _OPPOSITES
        for asked, said in (pair, pair[::-1])
    )


def denies(text: str) -> bool:
    """Whether there is a "not", "no", "without" or the like in it."""
    return bool(_COMPILED["denied"].search(text))


def sets_condition(text: str) -> bool:
    """Whether it says what must be so besides, as ", but its lid must be shut" does."""
    return bool(_BUT_ELSE.search(text))


def forbids(clause: str) -> bool:
    """Whether the clause prohibits something."""
    return bool(_COMPILED["prohibited"].search(clause))


def is_limited_otherwise(question: str, clause: str) -> bool:
    """Whether the question is about "every", "always" or the like, and the clause sets a number on it.

    "Can the same guest come every week?" with "A guest may come six times a year.": who counts would say no.
    """
    return bool(_UNLIMITED.search(question)) and bool(_COUNTED.search(clause)) and not _UNLIMITED.search(clause)


def asks_permission(question: str) -> bool:
    """Whether the question asks if something is allowed; not if it has a negation."""
    return bool(_COMPILED["q_permission"].search(question)) and not _COMPILED["q_denied"].search(question)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[^\W\d_]{3,}", text.lower())}
