"""A question → the words to search for: without stop words, and with codes kept whole.

A word of several tokens is a phrase: its tokens must follow one another, with any marks between. So "10.4.0.12" matches
that address and no other with the same numbers.
"""

import re
from collections.abc import Collection, Iterator

from index.language.english import ENGLISH

_TOKEN = re.compile(r"\w+(?:[-./:,'’]\w+)*")
_RUN = re.compile(r"[^\W\d_]+|\d+")  # a run of letters or of digits: "E417" has two
_PART = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile("['’]")
_PRONOUNS = {"I"}  # a capital, but no name
_MIN_PART = 3  # a shorter part of a code isn't searched by itself
TYPED = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letter that has no plain form in Unicode → what people type for it."""

_FOLDED = str.maketrans(TYPED)


def query_words(question: str, stop_words: Collection[str] = ENGLISH.stop_words) -> list[str]:
    """Words and phrases, each once and in lower case; empty if the question has only stop words.

    "What is 10.4.0.12?" → "10.4.0.12". "error E417" → "error", "e417" and the phrase "e 417"; "error E-417" has these
    too, so that either spelling finds the other. A stop word that is written as a name is searched with its neighbours:
    "it department" for "the IT department", "hepatitis a" for "hepatitis A".
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
    """Whether a token has digits and something else, as "E417" and "4,500" do."""
    return any(character.isdigit() for character in token) and not token.isdigit()


def _code(token: str, stop_words: Collection[str]) -> Iterator[str]:
    """A code whole and in parts: "e-417" → "e-417", "e417", "e 417", "417"; "10.4.0.12" → "10.4.0.12"."""
    runs = _RUN.findall(token)
    yield token
    if any(run.isalpha() for run in runs):
        yield "".join(runs)
        yield " ".join(runs)
    elif "," in token:  # "4,500" is also "4500"
        yield token.replace(",", "")
    yield from (part for part in _PART.findall(token) if len(part) >= _MIN_PART and part not in stop_words)


def _plain(token: str, stop_words: Collection[str]) -> Iterator[str]:
    """A word, or the words that a mark joins: "e-mail" → "e", "mail", "email"; "boat's" → "boat"."""
    parts = [part for part in _PART.findall(token) if len(part) > 1 or not _APOSTROPHE.search(token)]
    yield from (part for part in parts if part not in stop_words)
    if len(parts) > 1 and "-" in token:
        yield "".join(parts)


def _names(tokens: list[str], stop_words: Collection[str]) -> Iterator[str]:
    """Stop words in capitals, alone and with their neighbours: "the IT desk" → "it", "it desk"; "hepatitis A" →
    "hepatitis a", since one letter alone is no name.
    """
    for i, token in enumerate(tokens):
        if not token.isupper() or token.lower() not in stop_words or token in _PRONOUNS:
            continue
        if len(token) > 1:
            yield token.lower()
            if i + 1 < len(tokens):
                yield f"{token} {tokens[i + 1]}".lower()
        if i and tokens[i - 1].lower() not in stop_words:
            yield f"{tokens[i - 1]} {token}".lower()
