"""Scanned pages → their text, recognised by Tesseract within limits, and put where the pages are.

A document says of itself which pages were recognised (`recognised_pages`, as "2-5, 8"), in which languages, and how
sure Tesseract was of their words, in percent: it misreads some.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from index.documents import MAX_METADATA_CHARS, RECOGNISED_PAGES, Heading, Scalar
from index.errors import DocumentError, NoTextError, TooLargeError
from index.formats.base import Format, Parsed, Pixels, topmost_title
from index.known_slices import known_slices, moved, outside_furniture
from index.parsing import tesseract
from index.parsing.limits import Limits, Recognition
from index.parsing.recognised_text import Page, Word, pages_of, words_of

_INSTALL = "install Tesseract (apt-get install tesseract-ocr), which recognises its text"

Draw = Callable[[int], Pixels]


def with_recognised(parsed: Parsed, name: str, kind: Format, limits: Limits, draw: Draw) -> Parsed:
    """What was parsed, with the text of its scanned pages where Tesseract is there and wanted.

    `draw` gives a page's pixels. Raises DocumentError where there is no text then, or a language is missing,
    NoTextError where nothing was recognised, TooLargeError for more pages or time than are taken.
    """
    program, wanted = tesseract.program(), limits.recognition
    known = known_slices(parsed.metadata, len(parsed.text))
    says_something = any(outside_furniture(known, parsed.text))
    if wanted is None or program is None:
        if says_something:
            return parsed
        raise DocumentError(_unread(name, kind, is_wanted=wanted is not None))
    if len(parsed.scanned) > wanted.pages:
        raise TooLargeError(
            f"{name} has {len(parsed.scanned):,} scanned pages, and the text of {wanted.pages:,} is recognised: split "
            "it, or raise QUOTH_OCR_PAGES."
        )
    turns = _checked(program, wanted, name)
    words = dict(_pages(parsed, name, program, wanted, limits, draw, turns=turns))
    pages = pages_of(words)
    if not pages and not says_something:
        raise NoTextError(
            f"{name} shows no text that is recognised ({wanted.languages}): name its languages in QUOTH_OCR_LANGUAGES, "
            "or bring its text alone."
        )
    if not pages:
        return parsed
    confidences = [word.confidence for page in pages for word in words[page]]
    said: dict[str, Scalar] = {
        RECOGNISED_PAGES: _ranges(list(pages)),
        "recognised_languages": wanted.languages,
        "recognised_confidence": round(sum(confidences) / len(confidences)),
    }
    placed = _placed(parsed, pages)
    title = parsed.title or topmost_title(placed.headings)
    return replace(placed, title=title, metadata={**placed.metadata, **said})


def is_possible(limits: Limits) -> bool:
    """Whether the text of pictures is recognised within these limits, here."""
    return limits.recognition is not None and tesseract.program() is not None


def _unread(name: str, kind: Format, *, is_wanted: bool) -> str:
    what = f"{name} is a picture" if kind.is_picture else f"{name} is a {kind.name} without text, perhaps scanned"
    cure = _INSTALL if is_wanted else "set QUOTH_OCR=1, which has its text recognised"
    return f"{what}: {cure}, or bring its text alone."


def _checked(program: str, wanted: Recognition, name: str) -> bool:
    """Whether pages can be turned upright. Raises DocumentError for a language that isn't there."""
    there = tesseract.languages(program)
    missing = [each for each in wanted.languages.split("+") if each not in there]
    if missing:
        packages = " ".join(f"tesseract-ocr-{each.replace('_', '-').lower()}" for each in missing)
        raise DocumentError(
            f"{name} can't be recognised in {'+'.join(missing)}, which Tesseract has no data of: install them "
            f"(apt-get install {packages}), or change QUOTH_OCR_LANGUAGES (there are {', '.join(there) or 'none'})."
        )
    return "osd" in there


def _pages(
    parsed: Parsed, name: str, program: str, wanted: Recognition, limits: Limits, draw: Draw, *, turns: bool
) -> Iterator[tuple[int, list[Word]]]:
    until = time.monotonic() + wanted.seconds
    for page in parsed.scanned:
        pixels = draw(page)
        left = until - time.monotonic()
        found = tesseract.recognise(
            program, pixels, wanted.languages, turns=turns, seconds=left, memory_mb=limits.memory_mb
        )
        if isinstance(found, str):
            yield page, list(words_of(found))
        elif found.what == "timeout":
            raise TooLargeError(
                f"{name}: recognising its text took longer than {wanted.seconds} s: split it, or raise "
                "QUOTH_OCR_SECONDS."
            )
        else:
            where = f" on page {page + 1}" if len(parsed.pages) > 1 else ""
            raise DocumentError(
                f"{name} made Tesseract fail{where} ({found.what}): scan it again, or bring its text alone."
            )


def _placed(parsed: Parsed, recognised: dict[int, Page]) -> Parsed:
    """The text and headings with those of these pages, each where its page begins; all offsets moved."""
    text, pages, headings = parsed.text, list(parsed.pages or (0,)), list(parsed.headings)
    metadata = parsed.metadata
    for number, page in sorted(recognised.items()):
        at = pages[number]
        before, after = text[:at], text[at:]
        above = "" if not before.strip() or before.endswith("\n\n") else "\n\n"
        below = "" if not after.strip() or after.startswith("\n\n") else "\n\n"
        added = len(above) + len(page.text) + len(below)
        text = before + above + page.text + below + after
        pages[number] = at + len(above)
        pages[number + 1 :] = [start + added for start in pages[number + 1 :]]
        first = bisect_left(headings, at, key=lambda heading: heading.start)
        headings[first:] = [*_moved(page.headings, at + len(above)), *_moved(headings[first:], added)]
        metadata = moved(metadata, at, added)
    return replace(
        parsed,
        text=text,
        pages=tuple(pages) if parsed.pages else (),
        headings=tuple(headings),
        metadata=metadata,
        scanned=(),
    )


def _moved(headings: Iterable[Heading], by: int) -> Iterator[Heading]:
    return (replace(heading, start=heading.start + by) for heading in headings)


def _ranges(pages: list[int]) -> str:
    """Numbers of pages, counted from 1: "2-5, 8". Where that is too long to keep, from the first to the last."""
    runs = [
        [page for _, page in run] for _, run in groupby(enumerate(sorted(pages)), key=lambda each: each[1] - each[0])
    ]
    written = ", ".join(f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else str(run[0] + 1) for run in runs)
    return written if len(written) <= MAX_METADATA_CHARS else f"{min(pages) + 1}-{max(pages) + 1}"
