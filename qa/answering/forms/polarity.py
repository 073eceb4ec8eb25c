"""What a clause forbids, denies, excepts and sets a condition on; and what of it a question isn't about."""

import re
from collections.abc import Iterator

from qa.reading.stems import stems_of, stems_with_verbs

_FLAGS = re.IGNORECASE
_PATTERNS = {  # those with "q_" are looked for in the question, others in the clause
    "q_permission": r"\b(?:can|may|could|allowed|permitted|ok|okay|alright|fine|free to|am i able)\b",
    "q_denied": r"\b(?:not|never|no|without|nobody|nothing)\b|n['’]t\b|\bunless\b",
    "q_do": r"^\W*(?:and |so |but )?(?:do|does|did|has|have|had)\b",
    "q_be": r"^\W*(?:and |so |but )?(?:is|are|was|were|am)\b",
    "prohibited": r"\b(?:must|may|can|could|should|shall|will|do|does|is|are)(?:\s+(?:\w+\s+)?not|"
    r"n['’]t)\s+(?:be\s+)?"
    r"(?:\w+ly\s+)?(?:allow|permit|use|shar|enter|tak|bring|send|be\b|accept|eligible)|\bcannot\b|\bcan['’]t\b|"
    r"\b(?:must|may|shall)\s+(?:\*\*)?not\b|\bmustn['’]t\b|"
    r"\b(?:prohibit\w*|forbidden|(?:not|no longer) "
    r"(?:allowed|permitted|eligible|accepted|possible|supported|available|acceptable)|"
    r"isn['’]t (?:allowed|permitted)|aren['’]t (?:allowed|permitted)|banned|disallowed|off limits|refrain|avoid|"
    r"under no circumstances|never|not to be)\b|^\W*(?:please\s+)?(?:do not|don['’]t)\b|\bdo \*\*not\*\*|"
    r"n['’]t (?:eligible|accepted|possible|supported|available|acceptable)\b|"
    # "No dogs are allowed"
    r"\bno (?!longer\b|more\b|one\b|need\b|matter\b|later\b|less\b|fewer\b|doubt\b|problem)\w+(?:[ -]\w+){0,3} "
    r"(?:is|are|may|can|will be|shall be|should be) (?:be )?"
    r"(?:allowed|permitted|accepted|admitted|taken|made|given|used|brought|kept)\b|"
    r"^\W*no (?!longer\b|more\b|one\b|need\b|problem)\w+(?:,? \w+){0,3}\W*$",  # "No smoking."
    "optional": r"\b(?:optional|(?:not|n['’]t)\s+(?:\w+\s+)?(?:need|have to|required|necessary|mandatory|"
    r"necessarily)|no need|"
    r"need(?:n['’]t| not)|without having to|not compulsory|unnecessary|voluntary|if you (?:like|want|wish)|"
    r"no obligation)\b",
    # "not only" and "no later than" deny nothing
    "denied": r"\b(?:(?<!or )not(?! (?:only|just|merely|limited)\b)|"
    r"no(?! (?:more|later|less|fewer|matter|doubt|problem|earlier|sooner)\b)|"
    r"never|none|neither|nor|nobody|nothing|without|unable|cannot|lacks?|fail\w*|instead)\b|n['’]t\b",
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
_UNLIMITED = re.compile(
    r"\b(?:every|each|always|unlimited|whenever|any ?time|as (?:often|many|much|long) as)\b", _FLAGS
)
_COUNTED = re.compile(
    r"\b(?:once|twice|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) times|at most|no more than|"
    r"up to (?:\d|two|three|four|five|six|ten)|maximum)\b",
    _FLAGS,
)
_BUT_NOT = re.compile(
    r"(?<!\s),?\s+(?:but\s+(?:not|never|without|excluding|excludes)|excluding)\s+"
    r"(?!only\b|both\b|necessarily\b|limited\b)",
    _FLAGS,
)
# What is right before a relative clause that tells more of it: "council tax" in "but not council tax, which is"
_DESCRIBED = re.compile(r"(?:^|[,;:]\s|\b(?:and|or|but|not|for|of|to|by|with|in|on)\s)(?=\w)", _FLAGS)
_MAX_DESCRIBED_WORDS, _MAX_DESCRIBED_CHARS = 5, 80
# ", but its lid must be shut" sets a condition on what is said before it
_BUT_ELSE = re.compile(
    r"(?<!\s),?\s+but\s+(?!not\b|never\b|only\b)"
    r"(?=(?:[\w'’-]+\s+){0,4}(?:must|mustn['’]t|has to|have to|shall|should)\b)",
    _FLAGS,
)
_IN_PLACE_OF = re.compile(r"\b(?:instead of|in place of|rather than)\b", _FLAGS)
_ON_CONDITION = re.compile(r"\bonly (?:if|when|where|once|after|in case)\b", _FLAGS)
_WITHOUT = re.compile(r"\bwithout (?=((?:\w+ ){0,2}\w+))", _FLAGS)
_ONLY_WITH = re.compile(r"\bonly(?: [\w'’-]+){0,5}? (?:with|against|upon) (?=((?:\w+ ){0,2}\w+))", _FLAGS)
_ASKS_NEED = re.compile(
    r"\b(?:need(?:ed|s)?|must|have to|has to|required?|necessary|compulsory|obligatory|mandatory)\b", _FLAGS
)
_DUTY = re.compile(r"\b(?:must|ha(?:s|ve) to|needs? to|should|shall)\b", _FLAGS)
_LIMITS_DUTY = re.compile(r"\b(?:only|until|till|before|within|after|instead|unless|except\w*)\b", _FLAGS)
_OF_PERMISSION = stems_of("allowed allow permitted ok okay alright fine possible able every each")
_REFUSES = re.compile(r"\b(?:rejected|refused|banned|excluded|turned away|turned down|disqualified)\b", _FLAGS)
_OPENING_CONDITION = re.compile(
    r"(?:\(?\w{1,3}[.)]\s+)?(?:if|when|whenever|where|should|in case|as long as)\s[^,;:.!?]{1,200},\s+", _FLAGS
)


def kinds_of(question: str, clause: str) -> set[str]:
    """The names of what a question asks for and a clause says: "q_permission", "prohibited" and the like."""
    return {
        name for name, pattern in _COMPILED.items() if pattern.search(question if name.startswith("q_") else clause)
    }


def without_relative_clauses(clause: str) -> str:
    """The clause without the relative clauses that only describe one of its nouns.

    >>> without_relative_clauses("A cat may be kept with consent, which will not be withheld.")
    'A cat may be kept with consent .'
    """
    return _RELATIVE_CLAUSE.sub(" ", clause)


def asked_relative_clause(question: str, clause: str) -> str | None:
    """A relative clause as a sentence, if it says what is asked of the noun that it describes; else None.

    >>> asked_relative_clause("Is heating part of the rent?", "Pay for light, but not heating, which is in the rent.")
    'heating is in the rent'
    """
    asked = stems_of(question)
    for noun, told in _relative_clauses(clause):
        if asked & stems_of(noun) and (asked - stems_of(noun)) & stems_of(told):
            return f"{noun} {told}"
    return None


def tells_of_another(question: str, clause: str) -> bool:
    """Whether what is asked is told in a relative clause alone, and of a noun that the question hasn't.

    "May members use the shed?" isn't decided by "Members may use the boat, which is in the shed."
    """
    asked = stems_of(question)
    left = asked - stems_of(without_relative_clauses(clause))
    return any(left & stems_of(told) and not asked & stems_of(noun) for noun, told in _relative_clauses(clause))


def _relative_clauses(clause: str) -> Iterator[tuple[str, str]]:
    """Each noun that a relative clause tells more of, and what is told: "heating" and "is in the rent"."""
    for found in _RELATIVE_CLAUSE.finditer(clause):
        floor = max(0, found.start() - _MAX_DESCRIBED_CHARS)
        begins = [mark.end() for mark in _DESCRIBED.finditer(clause, floor, found.start())]
        noun = clause[begins[-1] if begins else floor : found.start()]
        pronoun, _, told = found[0].strip(" ,").partition(" ")
        if pronoun.lower() in ("which", "who") and len(noun.split()) <= _MAX_DESCRIBED_WORDS:
            yield noun, told


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


def denies_asked_part(question: str, clause: str) -> bool:
    """Whether what the question asks for stands only behind the clause's "but not".

    "Can I paint it?" with "It can be cleaned but not painted."; not "Can I clean it?".
    """
    parted = list(_BUT_NOT.finditer(clause))
    if not parted or denies(question):
        return False
    rest, exception = clause[: parted[-1].start()], clause[parted[-1].end() :]
    return bool((stems_of(question) - stems_of(rest)) & stems_of(exception))


def without_asked_denials(question: str, clause: str) -> str:
    """The clause without words of denial that deny nothing of what is asked.

    These are an "instead of" or "without a key" that the question has as well, and what an opening condition says
    isn't so: of "If the lift fails, the rent is reduced." the rent is decided.
    """
    if _IN_PLACE_OF.search(question):
        clause = _IN_PLACE_OF.sub("for", clause)
    left_out = stems_of(" ".join(_WITHOUT.findall(question)))
    if left_out:
        clause = _WITHOUT.sub(lambda found: "with " if stems_of(found[1]) & left_out else found[0], clause)
    condition = _OPENING_CONDITION.match(clause)
    if condition and denies(condition[0]) and not denies(question) and not denies(rest := clause[condition.end() :]):
        return rest
    return clause


def demands(question: str, clause: str) -> bool:
    """Whether the question asks for the need of what nothing may be done without: "No entry without a ticket.".

    Or of that with which alone it may: "Bikes may be ridden only with a helmet."
    """
    if not asks_need(question) or denies(question):
        return False
    if (only := _ONLY_WITH.search(clause)) and stems_of(only[1]) & stems_of(question) and not denies(clause):
        return True
    if not (left_out := _WITHOUT.search(clause)):
        return False
    return denies(clause[: left_out.start()]) and bool(stems_of(left_out[1]) & stems_of(question))


def asks_need(question: str) -> bool:
    """Whether the question asks if something is needed, or must be done."""
    return bool(_ASKS_NEED.search(question))


def refuses(clause: str) -> bool:
    """Whether it denies something with a verb: "Files over 25 MB are rejected."."""
    return bool(_REFUSES.search(clause))


def explicit_verdict(clause: str) -> bool | None:
    """The verdict that a clause begins with: True for "yes", False for "no" and their synonyms, else None."""
    if _NO.match(clause):
        return False
    return True if _YES.match(clause) else None


def denies(text: str) -> bool:
    """Whether there is a "not", "no", "without" or the like in it."""
    return bool(_COMPILED["denied"].search(text))


def sets_condition(text: str) -> bool:
    """Whether it says what must be so besides, as ", but its lid must be shut" does."""
    return bool(_BUT_ELSE.search(text))


def holds_on_condition(text: str) -> bool:
    """Whether it says that something is so "only if" something else is."""
    return bool(_ON_CONDITION.search(text))


def forbids(clause: str) -> bool:
    """Whether the clause prohibits something."""
    return bool(_COMPILED["prohibited"].search(clause))


def is_duty_asked_for(question: str, clause: str) -> bool:
    """Whether the question asks if what must be done may be: "Can I clean the filter?" of "It has to be cleaned."."""
    asked = stems_of(question) - _OF_PERMISSION
    if not asked or not asks_permission(question) or denies(clause) or _LIMITS_DUTY.search(clause):
        return False
    return bool(_DUTY.search(clause)) and asked <= stems_with_verbs(clause)


def is_limited_otherwise(question: str, clause: str) -> bool:
    """Whether the question is about "every", "always" or the like, and the clause sets a number on it.

    "Can the same guest come every week?" with "A guest may come six times a year.": who counts would say no.
    """
    return bool(_UNLIMITED.search(question)) and bool(_COUNTED.search(clause)) and not _UNLIMITED.search(clause)


def asks_permission(question: str) -> bool:
    """Whether the question asks if something is allowed; not if it has a negation."""
    return bool(_COMPILED["q_permission"].search(question)) and not _COMPILED["q_denied"].search(question)


def _stems(text: str) -> frozenset[str]:
    return stems_of(text) | {word[:5] for word in re.findall(r"[^\W\d_]{3,}", text.lower())}
