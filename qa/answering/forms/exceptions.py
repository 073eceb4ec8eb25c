"""What a rule doesn't hold for: dogs in "Pets other than dogs are allowed.", the hall in "except in the hall"."""

import re
from typing import NamedTuple

from qa.answering.forms.calendar_dates import dates_in
from qa.answering.forms.limits import Relation, is_within_amount, relation_to_limit
from qa.answering.forms.polarity import denies
from qa.reading.stems import stems_of

_EXCEPTION = re.compile(
    r"(?:,? with the exceptions? of|\b(?:except(?:ing)?(?: for)?|(?<!\bno )(?<!\bwithout )exceptions?|unless|"
    r"(?:(?<=any day )|(?<=every day )|(?<=all days ))but(?= (?:on )?(?:\w{2,6}days?|holidays)\b)|"
    r"(?:(?<=everyone )|(?<=everybody )|(?<=everything )|(?<=anyone )|(?<=anything )|(?<=nobody )|(?<=no one ))but|"
    r"other than|apart from|save (?:for|in|on|if|when)))\b",
    re.IGNORECASE,
)
# Where a rule goes on behind what it doesn't hold for: "other than dogs do not need"
_GOES_ON = re.compile(
    r"\s(?=(?:is|are|was|were|may|can|cannot|must|needs?|do|does|don['’]t|doesn['’]t|have to|has to|should|will|shall|"
    r"aren['’]t|isn['’]t)\b)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|may|can|cannot|must|needs?|do|does|have|has|should|will|shall|\w+n['’]t)\b", re.IGNORECASE
)
# ", guide dogs excepted" behind a rule
_EXCEPTED_BEHIND = re.compile(
    r"(?:,|;|\s?\(|\s[-–—])\s?(?:with |but )?(?P<excepted>(?:[\w'’-]{1,20} ){1,5}?)(?:being )?"
    r"(?:excepted|excluded|exempt(?:ed)?)(?=\W*$)",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"\W*(?:nobody|no one|none|nothing)\W*", re.IGNORECASE)
_DETERMINERS = frozenset("the a an our your my his her their its two three four all any those".split())  # noqa: SIM905
_DOES = re.compile(r"[a-z]{2,}[^s'’\W]s")  # a verb after one person: "takes"
_LINKS = frozenset(("of", "the", "for", "and", "or"))
_LONGEST_SUBJECT = 5  # words
_SERIES = re.compile(r",\s(?:and|or)\s")  # where a series goes on: "cards other than Amex, and cash"
_MARK = re.compile(r"[,;:.!?]")
_SUBJECT_WORDS = 6  # at most
_RULE_WORDS, _BRIEF_WORDS = 3, 6  # of a rule at least, of a brief exception at most


class Excepting(NamedTuple):
    """A rule without its exception, and what it excepts."""

    rule: str
    excepted: str


def excepting(clause: str) -> Excepting | None:
    """The rule and the exception of a clause; None if it has none.

    >>> excepting("Smoking isn't allowed, except on the balcony.")
    Excepting(rule="Smoking isn't allowed", excepted=' on the balcony.')
    >>> excepting("Pets other than dogs do not need permission.")
    Excepting(rule='Pets do not need permission.', excepted=' dogs')
    >>> excepting("We take cheques, cards except Amex, and cash.")
    Excepting(rule='We take cheques, cards, and cash.', excepted=' Amex')
    >>> excepting("Apart from fish, no animals are kept.")
    Excepting(rule='no animals are kept.', excepted=' fish')
    >>> excepting("Nobody but the owner takes a lock off.")
    Excepting(rule='Nobody takes a lock off.', excepted=' the owner')
    >>> excepting("Dogs wear a muzzle, guide dogs excepted.")
    Excepting(rule='Dogs wear a muzzle', excepted=' guide dogs')
    """
    if behind := _EXCEPTED_BEHIND.search(clause):
        return Excepting(clause[: behind.start()], f" {behind['excepted'].strip()}")
    parted = _EXCEPTION.search(clause)
    if not parted:
        return None
    before, after = clause[: parted.start()].rstrip(" ,;(–—-"), clause[parted.end() :]
    if not before.strip("\"'*_"):
        excepted, comma, rule = after.partition(", ")
        return Excepting(rule, excepted) if comma else Excepting(before, after)
    goes_on = _GOES_ON.search(_MARK.split(after, maxsplit=1)[0])
    if goes_on and len(before.split()) <= _SUBJECT_WORDS and not _VERB.search(before):
        return Excepting(f"{before} {after[goes_on.end() :]}", after[: goes_on.start()])
    if _NOBODY.fullmatch(before) and not goes_on:
        return _but_one(before, after)
    if ", " in before and (series := _SERIES.search(after)):
        return Excepting(before + after[series.start() :], after[: series.start()])
    return Excepting(before, after)


def _but_one(nobody: str, after: str) -> Excepting:
    """What stands behind a "nobody but" parted before its verb: "the owner" and "takes a lock off".

    That is the first word with the -s of a verb, or the one behind the first noun: "members enter the rack".
    """
    words = after.split()
    noun = next((i for i, word in enumerate(words) if word.lower() not in _DETERMINERS), 0)
    places = range(noun + 1, min(len(words), noun + 1 + _LONGEST_SUBJECT))
    verb = next((i for i in places if _DOES.fullmatch(words[i]) and words[i - 1].lower() not in _LINKS), noun + 1)
    return Excepting(f"{nobody.strip()} {' '.join(words[verb:])}", f" {' '.join(words[:verb])}")


def names_exception(question: str, clause: str) -> bool:
    """Whether the question is about what a rule excepts: then the rule doesn't hold.

    It has half of an exception's stems, or two, that the rule hasn't: "May I smoke on the balcony?" with "Smoking isn't
    allowed, except on the balcony.". "May I smoke in the hall?" has none. An amount beyond the exception's limit isn't
    excepted, whatever the words: three hours aren't "unless the train takes more than six hours".
    """
    parts = excepting(clause)
    if not parts:
        return False
    if relation := relation_to_exception(question, clause):
        return relation == "within"
    if dates_in(question) and dates_in(parts.excepted):
        return dates_in(question) <= dates_in(parts.excepted)
    excepted = stems_of(parts.excepted) - stems_of(parts.rule)
    asked = stems_of(question)
    if _NOBODY.match(clause) and not stems_of(parts.excepted.split()[-1] if parts.excepted.split() else "") <= asked:
        return False  # "release" doesn't name the release manager
    if _EXCEPTED_BEHIND.search(clause):
        return bool(excepted) and excepted <= asked  # "students" doesn't name exchange students
    named = len(excepted & asked)
    return named > 1 or 0 < len(excepted) <= 2 * named


def rule_of_brief_exception(question: str, clause: str) -> str | None:
    """The rule whose opposite is true, since a question is on what a clause excepts in a few words; else None.

    It affirms something: a reader takes "all cards other than Amex" for a yes to Amex, but "no cards except Amex", too.
    """
    parts = excepting(clause)
    if (
        not parts
        or denies(parts.rule)
        or len(parts.rule.split()) < _RULE_WORDS
        or not names_exception(question, clause)
    ):
        return None
    is_brief = len(parts.excepted.split()) <= _BRIEF_WORDS and not _MARK.search(parts.excepted.strip(" .!"))
    return parts.rule if is_brief else None


def relation_to_exception(question: str, clause: str) -> Relation | None:
    """Where an amount in the question lies, given the limit of an exception: beyond it the rule holds."""
    parts = excepting(clause)
    return relation_to_limit(question, parts.excepted) if parts else None


def may_be_excepted(question: str, clause: str) -> bool:
    """Whether an amount in the question is no more than one in an exception: ten days, where two weeks are excepted."""
    parts = excepting(clause)
    if not parts or relation_to_exception(question, clause):
        return False
    return is_within_amount(question, parts.excepted)


def before_exception(clause: str) -> str:
    """The rule without its exception: "Smoking isn't allowed" of "Smoking isn't allowed, except on the balcony."."""
    parts = excepting(clause)
    return parts.rule if parts else clause


def begins_with_nobody(clause: str) -> bool:
    """Whether a clause leaves all out but one: "Nobody but the owner"."""
    return bool(_NOBODY.match(clause))


def has_exception(clause: str) -> bool:
    """Whether a clause says what it doesn't hold for: "apart from six weekends"."""
    return bool(_EXCEPTION.search(clause) or _EXCEPTED_BEHIND.search(clause))
