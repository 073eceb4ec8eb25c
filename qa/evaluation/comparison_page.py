"""A comparison → one HTML page that needs nothing else: each difference with its interval, each changed answer."""

from pathlib import Path
from typing import Any

from index.errors import SettingsError
from qa.evaluation.comparison import FEW, Comparison
from qa.evaluation.report import described_settings, template
from qa.evaluation.results import Results, write_whole

Sides = tuple[Results, Results]


def write(comparison: Comparison, sides: Sides, names: tuple[str, str], alpha: float, path: Path) -> None:
    """Write the page to `path` (UTF-8). Raises ResultsError if it can't be written, and as `render` does."""
    write_whole(render(comparison, sides, names, alpha), path, errors="replace")


def render(comparison: Comparison, sides: Sides, names: tuple[str, str], alpha: float) -> str:
    """The page of what changed between two results called `names`; intervals cover 1 - `alpha`.

    Raises SettingsError if jinja2 isn't installed.
    """
    try:
        page = template("comparison.html.jinja")
    except ModuleNotFoundError as error:
        raise SettingsError(f"The page needs {error.name}: pip install 'quoth[evaluate]'.") from error
    a, b = sides
    bounds = [abs(bound) for one in comparison.differences for bound in (one.low, one.high, one.difference)]
    return page.render(
        comparison=comparison,
        a=a,
        b=b,
        names=names,
        alpha=alpha,
        few=FEW,
        widest=max(bounds, default=0.0) or 1.0,  # what the drawn intervals are scaled to
        described=_described(a, b),
    )


def _described(a: Results, b: Results) -> list[tuple[str, str, str]]:
    """Name, what A has and what B has, of all that either says of what was asked and how."""
    of_a, of_b = _said(a), _said(b)
    return [(name, of_a.get(name, ""), of_b.get(name, "")) for name in {**of_a, **of_b}]


def _said(results: Results) -> dict[str, str]:
    subject: dict[str, Any] = results.subject
    models = {name: model for name, model in (subject.get("models") or {}).items() if model}
    said = {
        "dataset": results.dataset["name"],
        "started": results.started,
        "Quoth": subject.get("version"),
        "commit": subject.get("commit"),
        "server": subject.get("url"),
        **{role: f"{model['name']} {model['sha256'][:12]}" for role, model in models.items()},
        **dict(described_settings(subject)),
    }
    return {name: str(value) for name, value in said.items() if value is not None}
