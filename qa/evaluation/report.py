"""Results → self-contained HTML pages: the report of one evaluation, and the comparison of two.

The report has the misses by stage, tables of metrics, plots, and the worst misses with gold answer and candidate marked
in the passages that were read.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import SettingsError
from qa.evaluation.comparison import FEW, Comparison
from qa.evaluation.datasets.dataset import Gold
from qa.evaluation.metric_tables import groups, tables
from qa.evaluation.plots import plots
from qa.evaluation.results import Results, write_whole
from qa.evaluation.rows import RIGHT_F1, Candidate, Passage, Place, Row
from qa.evaluation.scoring import f1_of

if TYPE_CHECKING:
    from jinja2 import Template

Sides = tuple[Results, Results]

WORST_PER_STAGE = 10
_CANDIDATES_SHOWN = 5

# stage → (what it means, what to try)
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
    """The misses of one stage: their number, their share of all misses in [0, 1], and the worst of them."""

    name: str
    count: int
    share: float
    meaning: str
    advice: str
    worst: tuple["Miss", ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage's text; `gold` and `answer` say whether it lies in a gold answer and in the candidate."""

    text: str
    gold: bool
    answer: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """A row for the page: each candidate with whether it is right, each passage with its text in pieces."""

    row: Row
    candidates: tuple[tuple[Candidate, bool], ...]
    passages: tuple[tuple[Passage, list[Piece]], ...]


def write(results: Results, path: Path) -> None:
    """Write the report to `path` (UTF-8). Raises ResultsError if it can't be written, and what `render` raises."""
    write_whole(render(results), path, errors="replace")


def render(results: Results) -> str:
    """The report. Equal results give equal pages. Raises SettingsError if jinja2 or matplotlib isn't installed."""
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


def write_comparison(comparison: Comparison, sides: Sides, names: tuple[str, str], alpha: float, path: Path) -> None:
    """Write the page of a comparison to `path` (UTF-8). Raises as `write` does."""
    write_whole(render_comparison(comparison, sides, names, alpha), path, errors="replace")


def render_comparison(comparison: Comparison, sides: Sides, names: tuple[str, str], alpha: float) -> str:
    """The page of what changed between two results called `names`; its intervals cover 1 - `alpha`.

    Raises SettingsError if jinja2 isn't installed.
    """
    try:
        page = template("comparison.html.jinja")
    except ModuleNotFoundError as error:
        raise SettingsError(f"The page needs {error.name}: pip install 'quoth[evaluate]'.") from error
    a, b = sides
    bounds = [abs(bound) for one in comparison.differences for bound in (one.low, one.high, one.difference)]
    of_a, of_b = _description(a), _description(b)
    return page.render(
        comparison=comparison,
        a=a,
        b=b,
        names=names,
        alpha=alpha,
        few=FEW,
        widest=max(bounds, default=0.0) or 1.0,  # what the drawn intervals are scaled to
        described=[(name, of_a.get(name, ""), of_b.get(name, "")) for name in {**of_a, **of_b}],
    )


def _description(results: Results) -> dict[str, str]:
    """Name → value of the dataset, the system and its settings; those that the results lack are left out."""
    subject = results.subject
    models = {name: model for name, model in (subject.get("models") or {}).items() if model}
    description = {
        "dataset": results.dataset["name"],
        "started": results.started,
        "Quoth": subject.get("version"),
        "commit": subject.get("commit"),
        "server": subject.get("url"),
        **{role: f"{model['name']} {model['sha256'][:12]}" for role, model in models.items()},
        **dict(described_settings(subject)),
    }
    return {name: str(value) for name, value in description.items() if value is not None}


def stages(results: Results) -> list[Stage]:
    """All stages in the order a question passes them, each with its worst misses, the most confident ones first."""
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
    """(name, value) of each setting, sorted by name; a value that isn't text is shown as JSON."""
    settings = {"min_confidence": subject["min_confidence"], **(subject["settings"] or {})}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in sorted(settings.items())
    ]


@cache
def template(name: str) -> "Template":
    """The jinja2 template `name`; values are HTML-escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("qa.evaluation", package_path="")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(name)


def pieces(passage: Passage, golds: Sequence[Gold], answer: Sequence[Place]) -> list[Piece]:
    """Cut the passage's text wherever a gold answer or a citation in `answer` begins or ends; joined, it is the text.

    A gold answer without offsets is searched by its words, ignoring white space and case, in passages of its document
    (in all passages, if it names none).

    In "The ferry sails at noon" with gold "at noon" and citation "noon": "The ferry sails ", "at " (gold) and "noon"
    (gold and answer).
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
    """The slices of the passage's text that `place` covers, by its offsets in the document or else by its words."""
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
