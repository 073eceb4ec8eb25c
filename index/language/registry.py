"""The languages there are. A new one is a file beside this one and a line here."""

from index.errors import SettingsError
from index.language.base import Language
from index.language.english import ENGLISH

LANGUAGES: tuple[Language, ...] = (ENGLISH,)

DEFAULT_LANGUAGE = ENGLISH
KNOWN_LANGUAGES = ", ".join(f"{each.code} ({each.name})" for each in LANGUAGES)


def language_of(code: str) -> Language:
    """The language with this code. Raises SettingsError, which lists the known ones, where there is none."""
    for language in LANGUAGES:
        if language.code == code.lower():
            return language
    raise SettingsError(f"There is no language {code!r}: known are {KNOWN_LANGUAGES}.")
