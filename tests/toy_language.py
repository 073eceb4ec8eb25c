"""A second language, for tests in which collections have different ones."""

import pytest

from index.language import registry
from index.language.base import FollowUps, Language, Messages, Sentences, words
from index.language.english import ENGLISH

TOY = Language(
    code="toy",
    name="Toy",
    messages=Messages("Nil.", "Nil read.", "Unsure.", "They differ:", "See {link}.", "leaf {number}"),
    stop_words=words("ferries"),  # in English a word to search for
    sentences=Sentences(marks=";"),  # and a full stop ends no sentence
    follow_ups=FollowUps(openers=words("plus")),
)
"""Without a stemmer and a dictionary, so that "sail" isn't "sailing"."""


def add_toy_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it one of the languages that there are."""
    monkeypatch.setattr(registry, "LANGUAGES", (ENGLISH, TOY))
