"""Words that open a sentence before a list and are no item of it, though a comma follows: "However, oak and ash …"."""

import re

# Of words in -ly those that are adverbs: not Emily, Holly, Italy
_ALONE = re.compile(
    r"(?:However|Also|Therefore|Moreover|Furthermore|Thus|Hence|Instead|Otherwise|Besides|In addition|In general|"
    r"By default|[A-Z]\w{1,15}(?:al|ant|ar|ate|ed|ent|ing|ond|ous|st)ly),\s{1,9}"
)
# Of these the first item may begin: "For members, guests and staff"
_PHRASE = re.compile(
    r"(?:Today|Now|Here|(?:In|On|At|For|From|By|As|With|Without|Under|During|Since|Until|Before|After|If|When|While|"
    r"Unless)\s[^,;:.]{1,60}),\s{1,9}"
)
_ADVERB = re.compile(r"\w{1,20}ly\b")


def opens_sentence(text: str, start: int, end: int, *, phrases: bool = False) -> bool:
    """Whether `[start, end)` is an opener with its comma: "Usually, ", with `phrases` also "For safety, ".

    "Annually, " before "monthly and weekly" is none.
    """
    patterns = (_ALONE, _PHRASE) if phrases else (_ALONE,)
    return any(each.fullmatch(text, start, end) for each in patterns) and not _ADVERB.match(text, end)
