"""What parsing one document may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recognition:
    """How the text of scanned pages is recognised: in `languages`, as Tesseract writes them ("eng+deu"), of at most

    `pages` pages of a document, and within `seconds` for all of them.
    """

    languages: str = "eng"
    pages: int = 200
    seconds: int = 900


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one document may take: `seconds` of time, and `memory_mb` MiB of a process's memory.

    Text in pictures is recognised as `recognition` says, and isn't where that is None.
    """

    seconds: int = 60
    memory_mb: int = 1024
    recognition: Recognition | None = None


DEFAULT_LIMITS = Limits()
