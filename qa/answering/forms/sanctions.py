"""What a clause threatens with a sanction isn't permitted, though it says "may": "Bicycles here may be towed away"."""

import re

from qa.answering.forms.form import Verdict
from qa.answering.forms.limits import relation_to_limit
from qa.reading.stems import stems_of, stems_with_verbs

_MODAL = r"(?:may|can|could|might|will|shall)(?: also| even)?(?: be)?|(?:is|are|gets?|be)"
_LOSS = (
    r"fines?|penalt(?:y|ies)|loss|dismissal|bans?|eviction|expulsion|suspension|exclusion|prosecution|termination|"
    r"disciplinary|withdrawal"
)
_SANCTION = re.compile(
    rf"\b(?:{_MODAL}) (?:towed(?: away)?|confiscated|impounded|clamped|fined|punish(?:ed|able)|prosecuted|penali[sz]ed|"
    r"expelled|evicted|sent home|reported to the police|charged with)\b|"
    rf"\b(?:leads? to|leading to|results? in) (?:(?!no\b)[\w-]{{1,20}} ){{0,4}}?(?:{_LOSS})\b|"
    r"\b(?:risks?|incurs?|attracts?) (?:[\w-]{1,20} ){0,4}?"
    rf"(?:{_LOSS}|fined|expelled|evicted|sent home|towed|excluded)\b|"
    r"\bis an? (?:criminal )?offence\b",
    re.IGNORECASE,
)
# What is done with a thing is a sanction only where nobody asked for it: not "Stitches may be removed after ten days."
_TAKEN_AWAY = re.compile(
    rf"\b(?:{_MODAL}) (?:removed|thrown (?:away|out)|destroyed|discarded|disposed of|cleared|taken away|cut off)\b",
    re.IGNORECASE,
)
_UNASKED = re.compile(
    r"\b(?:expense|without (?:further |prior )?(?:notice|warning)|unattended|abandoned|left|standing|parked|found|"
    r"blocking|chained|unlabelled|unclaimed)\b",
    re.IGNORECASE,
)
_OWN_COST = re.compile(r"\bat (?:the|your|their|his|her|its)(?: [\w'’]{1,12}){0,2} (?:expense|cost)\b", re.IGNORECASE)
_SPARED = re.compile(r"^\W*(?:no|none|nobody|nothing)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:(?:can|may|could) (?:i|we|you|one|my|our|people|guests?|tenants?|members?|visitors?|the|a|an)\b|"
    r"allowed to|(?:is|would) (?:it|that|this) (?:be )?(?:ok|okay|fine|alright|all right|allowed|permitted)|"
    r"is [\w ]{1,40}? (?:ok|okay|fine|allowed|permitted|alright)\b)",
    re.IGNORECASE,
)
_OF_ASKING = stems_of("allowed permitted ok okay fine alright leave keep put use take bring have long")
_SHARED = 0.5  # of what is asked, for a no


def verdict_of_sanction(question: str, clause: str) -> Verdict | None:
    """No, if the question asks for the permission of what the clause has a sanction for; None if that isn't certain.

    Of one day nothing is said by "Bicycles left for longer than 2 days may be removed.".
    """
    sanction = _sanction(clause)
    if not asks_for_sanctioned(question, clause) or sanction is None:
        return None
    if relation_to_limit(question, clause) in ("beyond", "unclear"):
        return None
    asked = stems_of(question) - _OF_ASKING
    return "no" if asked and len(asked & stems_with_verbs(clause[: sanction.start()])) >= _SHARED * len(asked) else None


def asks_for_sanctioned(question: str, clause: str) -> bool:
    """Whether the question asks if something is allowed, the clause has a sanction, and the question isn't on that."""
    sanction = _sanction(clause)
    return sanction is not None and bool(_ASKS.search(question)) and not stems_of(sanction[0]) & stems_of(question)


def _sanction(clause: str) -> re.Match[str] | None:
    if _SPARED.search(clause):
        return None
    if found := _SANCTION.search(clause):
        return found
    found = _TAKEN_AWAY.search(clause)
    return found if found and (_UNASKED.search(clause) or _OWN_COST.search(clause)) else None
