"""The stems of a text's content words, to tell whether two texts are about the same thing."""

import re

_STOP = frozenset(
    """a about all an and any are as at be been but by can could did do does for from get give had has have how i if in
    into is it its may me much must my no not of on one or our shall she should so that the their them there they this
    to us was we were what when where which who whom whose why will with would you your""".split()  # noqa: SIM905
)
_STEM_CHARS = 5


def stems_of(text: str) -> frozenset[str]:
    """The first letters of each word that isn't a stop word: "What does the Eider weigh?" → {eider, weigh}."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower())
    return frozenset(word.removesuffix("s")[:_STEM_CHARS] for word in words if word not in _STOP)
