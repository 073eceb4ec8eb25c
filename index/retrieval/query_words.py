"""A question's words as they are searched for: without those that say nothing, and codes as wholes.

A word of several tokens stands for a phrase: its tokens one after another, whatever stands between them. So "10.4.0.12"
finds that address and no other with the same numbers in it.
"""

import re
from collections.abc import Collection, Iterator

from index.language.english import ENGLISH

_TOKEN = re.compile(r"\w+(?:[-./:,'’]\w+)*")
_RUN = re.compile(r"[^\W\d_]+|\d+")  # a code's runs of letters and of digits: "E417" has two
_PART = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['’]")
_PRONOUNS = {"I"}  # always a capital
_MIN_PART = 3  # characters of a code's part that is worth searching for by itself
TYPED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letters that aren't another one with an accent → what people type for them."""

_FOLDED = str.maketrans(TYPED)


def query_words(question: str, stop_words: Collection[str] = ENGLISH.stop_words) -> list[str]:
    """Words and phrases, each once and in lower case; empty if the question has only words that say nothing.

    "What is 10.4.0.12?" gives "10.4.0.12"; "error E417" gives "error", "e417" and the phrase "e 417", as "E-417" does,
    so that either spelling finds the other. A stop word that is written as a name, as in "the IT department" or
    "hepatitis A", is searched for with its neighbours: "it department", "hepatitis a".
    """
    tokens = _TOKEN.findall(question)
    words: list[str] = []
    for token in tokens:
        words += _code(token.lower(), stop_words) if _is_code(token) else _plain(token.lower(), stop_words)
    if question != question.upper():
        words += _names(tokens, stop_words)
    folded = [word.translate(_FOLDED) for word in words]  # "Søren" also where it is written "Soren"
    return list(dict.fromkeys([*words, *folded]))


def _is_code(token: str) -> bool:
    return any(character.isdigit() for character in token) and not token.isdigit()


def _code(token: str, stop_words: Collection[str]) -> Iterator[str]:
    """A code as a whole and in parts: of "e-417" that phrase, "e417" and "417", of "10.4.0.12" the phrase alone."""
    runs = _RUN.findall(token)
    yield token
    if any(run.isalpha() for run in runs):
        yield "".join(runs)
        yield " ".join(runs)
    elif "," in token:  # "4,500" is also "4500"
        yield token.replace(",", "")
    yield from (part for part in _PART.findall(token) if len(part) >= _MIN_PART and part not in stop_words)


def _plain(token: str, stop_words: Collection[str]) -> Iterator[str]:
    """A word, or those that a mark joins; "e-mail" is also "email", and of "what's" no "s" is left."""
    parts = [part for part in _PART.findall(token) if len(part) > 1 or not _APOSTROPHE.search(token)]
    yield from (part for part in parts if part not in stop_words)
    if len(parts) > 1 and "-" in token:
        yield "".join(parts)


def _names(tokens: list[str], stop_words: Collection[str]) -> Iterator[str]:
    """Stop words in capitals, also beside the word before and after: "IT", "WHO"; "A" only behind another word."""
    for i, token in enumerate(tokens):
        if not token.isupper() or token.lower() not in stop_words or token in _PRONOUNS:
            continue
        if len(token) > 1:
            yield token.lower()
            if i + 1 < len(tokens):
                yield f"{token} {tokens[i + 1]}".lower()
        if i and tokens[i - 1].lower() not in stop_words:
            yield f"{tokens[i - 1]} {token}".lower()
