"""All languages. A new one is a file beside this one and an entry in LANGUAGES."""

from index.errors import SettingsError
from index.language.base import Language
from index.language.english import ENGLISH

LANGUAGES: tuple[Language, ...] = (ENGLISH,)

DEFAULT_LANGUAGE = ENGLISH
KNOWN_LANGUAGES = ", ".join(f"{each.code} ({each.name})" for each in LANGUAGES)


def language_of(code: str) -> Language:
    """The language with this code. Raises SettingsError, which lists the known codes, for an unknown one."""
    for language in LANGUAGES:
        if language.code == code.lower():
            return language
    raise SettingsError(f"There is no language {code!r}: known are {KNOWN_LANGUAGES}.")
