"""Results → one HTML page that needs nothing else: where the misses were lost, the figures, plots, and the worst misses
with gold answers and the given one marked in what was read.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from qa.evaluation.metric_tables import groups, tables
from qa.evaluation.plots import plots
from qa.evaluation.results import Results, write_whole
from qa.evaluation.rows import RIGHT_F1, Candidate, Passage, Row
from qa.evaluation.scoring import f1_of

if TYPE_CHECKING:
    from jinja2 import Template
import re
from collections.abc import Iterable
from itertools import pairwise

from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.rows import Place

WORST_PER_STAGE = 10
_CANDIDATES_SHOWN = 5

# stage → what it means, and what to try
STAGES = {
    "dataset": (
        "No gold answer stands in its document, so that nothing could find it.",
        "mending the question's answers, or its document: the problems below name them",
    ),
    "chunking": (
        "No chunk wholly holds the answer: it was cut in two.",
        "larger chunks or more overlap (QUOTH_CHUNK_TOKENS, QUOTH_CHUNK_OVERLAP), then quoth rebuild",
    ),
    "retrieval": (
        "No passage that was read holds the answer.",
        "more passages (QUOTH_TOP_K), another embedder, or the documents' own words in the question",
    ),
    "reading": (
        "The answer was read, but no candidate is right.",
        "a reader trained on such questions; look below for the kind it fails on",
    ),
    "ranking": (
        "A right candidate stood behind a wrong one.",
        "showing further answers (max_answers), or quoth calibrate on questions like these",
    ),
    "threshold": (
        "A right answer was held back, or one was given where there is none.",
        "another QUOTH_MIN_CONFIDENCE (the curve by threshold shows which), or quoth calibrate",
    ),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """How many misses a stage lost: `share` of all misses, in [0, 1]."""

    name: str
    count: int
    share: float
    meaning: str
    advice: str
    worst: tuple["Miss", ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage; `gold` and `answer` say what it lies in."""

    text: str
    gold: bool
    answer: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """A row as the page shows it: each candidate with whether it is right, each passage with its text in pieces."""

    row: Row
    candidates: tuple[tuple[Candidate, bool], ...]
    passages: tuple[tuple[Passage, list[Piece]], ...]


def write(results: Results, path: Path) -> None:
    """Write the page to `path` (UTF-8). Raises ResultsError if it can't be written, and as `render` does."""
    write_whole(render(results), path, errors="replace")


def render(results: Results) -> str:
    """The page. The same results give the same page. Raises SettingsError if jinja2 or matplotlib isn't installed."""
    try:
        return template("report.html.jinja").render(
            results=results,
            dataset=results.dataset,
            subject=results.subject,
            stages=stages(results),
            right=len(results.rows) - sum(results.misses.values()),
            tables=tables(results),
            groups=groups(results),
            plots=plots(results),
            worst_per_stage=WORST_PER_STAGE,
            settings=described_settings(results.subject),
        )
    except ModuleNotFoundError as error:
        raise SettingsError(f"The report needs {error.name}: pip install 'quoth[evaluate]'.") from error


def stages(results: Results) -> list[Stage]:
    """Every stage in the order a question passes them, with its worst misses: those it was surest of, first."""
    total = sum(results.misses.values()) or 1
    return [
        Stage(
            name, count := results.misses.get(name, 0), count / total, meaning, advice,
            tuple(_miss(row) for row in _worst(results.rows, name)),
        )
        for name, (meaning, advice) in STAGES.items()
    ]  # fmt: skip


def _worst(rows: Sequence[Row], stage: str) -> list[Row]:
    lost = [row for row in rows if row.missed == stage]
    return sorted(lost, key=lambda row: -(row.confidence or 0.0))[:WORST_PER_STAGE]


def _miss(row: Row) -> Miss:
    first = row.candidates[0].citations if row.candidates else ()
    shown = tuple((passage, pieces(passage, row.golds, first)) for passage in row.passages)
    candidates = tuple(
        (one, bool(row.golds) and f1_of(one.text, row.golds) >= RIGHT_F1) for one in row.candidates[:_CANDIDATES_SHOWN]
    )
    return Miss(row, candidates, shown)


def described_settings(subject: dict[str, Any]) -> list[tuple[str, str]]:
    """Name and value of each setting; what isn't text is shown as JSON."""
    settings = {"min_confidence": subject["min_confidence"], **(subject["settings"] or {})}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in sorted(settings.items())
    ]


@cache
def template(name: str) -> "Template":
    """A page's template; what is put into it is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("qa.evaluation", package_path="")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)


def pieces(passage: Passage, golds: Sequence[Gold], answer: Sequence[Place]) -> list[Piece]:
    """The passage's text in order; joined, the pieces are the text.

    Golds without offsets are found by their words, white space and case apart, in passages of their own document (or in
    any, if they name none). `answer` is the citations of the answer.
    """
    text = passage.text
    gold_spans = [span for gold in golds for span in _spans(passage, gold)]
    answer_spans = [span for place in answer for span in _spans(passage, place)]
    cuts = sorted({0, len(text), *(at for span in (*gold_spans, *answer_spans) for at in span)})
    return [
        Piece(text[start:end], _inside(start, gold_spans), _inside(start, answer_spans))
        for start, end in pairwise(cuts)
    ]


def _spans(passage: Passage, place: Gold | Place) -> Iterable[tuple[int, int]]:
    """Where `place` lies in the passage's text, from its offsets in the document or else from its words."""
    text = passage.text
    if place.document_id not in (None, passage.document_id):
        return
    if place.start is not None and place.end is not None:
        start, end = (min(max(offset - passage.start, 0), len(text)) for offset in (place.start, place.end))
        if start < end:
            yield start, end
    elif isinstance(place, Gold) and (words := place.text.split()):
        pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?!\w)"
        yield from (match.span() for match in re.finditer(pattern, text, re.IGNORECASE))


def _inside(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)
