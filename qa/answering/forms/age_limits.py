"""Ages and years as rules word them, in the words of a limit: "has reached the age of 16" is "at least 16 years"."""

import re

_N = (
    r"(?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty)"
)
_NTH = r"(?P<n>\d{1,3})(?:st|nd|rd|th)"
_THEIR = r"(?:his|her|their|your|the|a|his or her)"
_ALONE = r"\b(?!\s?(?:[%€$£:]|(?!years?\b|and\b|or\b|may\b|can\b|must\b|on\b|at\b|by\b)[a-z]))"  # no unit behind
_AGES = tuple(
    (re.compile(pattern, re.IGNORECASE), limit)
    for pattern, limit in (
        (rf"\b(?:reach(?:ed|es)?|attain(?:ed|s)?) (?:the )?(?:age (?:of )?)?{_N}{_ALONE}(?: years?)?", "at least"),
        (rf"\bturn(?:ed|s)? {_N}{_ALONE}", "at least"),
        (rf"\b(?:is|are) past (?:the age of )?{_N}{_ALONE}", "at least"),
        (rf"\b(?:from|as of|starting at) (?:the )?age (?:of )?{_N}\b(?! to\b| until\b|[-–])", "at least"),
        (rf"\bcomplet(?:ed|es?) {_THEIR} {_NTH} year\b(?: of (?:life|age))?", "at least"),
        (rf"\b(?:from|after|since|had|reached|past) {_THEIR} {_NTH} birthday", "at least"),
        (rf"\b(?:until|till|before|up to) {_THEIR} {_NTH} birthday", "under"),
        (rf"\b(?:once|when) (?:(?:he or )?she|they|you|he|(?:a|the) child) (?:is|are) {_N}{_ALONE}", "at least"),
        (rf"\b(?:under|below) the age of {_N}\b", "under"),
        (rf"\b(?:over|above) the age of {_N}\b", "over"),
    )
)  # fmt: skip
_PERSONS = re.compile(
    r"\b(?P<before>(?:child(?:ren)?|kids?|people|persons?|guests?|swimmers?|anyone|anybody|those|everyone|visitors?|"
    r"members?|students?|pupils?|riders?|drivers?|players?|passengers?|adults?|teenagers?|girls|boys) "
    rf"(?:under|over|below|above|younger than|older than)) {_N}"
    r"\b(?!\s?(?:[%€$£:]|(?:c?m|k?g|cent|met|kilo|feet|foot|inch|stone|pound|year|month|week|day|hour|minute)))",
    re.IGNORECASE,
)
_PLURAL = re.compile(rf"\b(?P<before>under|over)[ -]{_N}['’]?s\b", re.IGNORECASE)
# "Whoever has lived here for five years"; not "The boat has sailed for ten years"
_FOR_YEARS = re.compile(
    r"\b(?P<before>(?:who|whoever|whose|if|once|they|you)\b(?: \w{1,20}){0,3}? "
    r"(?:has|have|had|been) (?:[\w'’-]{1,20} ){0,6}?for) "
    r"(?P<limit>(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?:day|week|month|year)s?)\b",
    re.IGNORECASE,
)
_OF_DURATION = re.compile(
    r"\b(?:for|since) (?:about |nearly |almost |over |only )?\w{1,10} years?\b|\byears? ago\b", re.IGNORECASE
)


def with_plain_ages(text: str) -> str:
    """The text with limits to an age, or to the years for which something must have been so, beside their numbers.

    >>> with_plain_ages("Whoever has turned 18 may drive.")
    'Whoever has at least 18 years may drive.'
    """
    for pattern, limit in _AGES:
        text = pattern.sub(rf"{limit} \g<n> years", text)
    for pattern in (_PERSONS, _PLURAL):
        text = pattern.sub(r"\g<before> \g<n> years", text)
    return _FOR_YEARS.sub(r"\g<before> at least \g<limit>", text)


def is_age_asked_by_years(question: str, clause: str) -> bool:
    """Whether the clause sets an age, and the question tells how long something has been so: that is no age."""
    return bool(_OF_DURATION.search(question)) and any(pattern.search(clause) for pattern, _ in _AGES)
