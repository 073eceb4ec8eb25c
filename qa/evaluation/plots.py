"""Metrics → plots as SVG to put inside a page: no scripts or fonts, colours from the page's CSS (light and dark).

The same metrics give the same bytes: ids are salted with the plot's title, and no date is written.
"""

import html
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.evaluation.answer_metrics import are_calibrated, scores_at
from qa.evaluation.results import Results
from qa.evaluation.rows import Floats, column

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Placeholder colours that occur nowhere else; `_for_a_page` replaces them by variables of the page's CSS
_COLOURS = {name: f"#0{i:x}0{i:x}0{i:x}" for i, name in enumerate(("ink", "quiet", "grid", "one", "two", "three"), 1)}
INK, QUIET, GRID, ONE, TWO, THREE = _COLOURS.values()
_NEAR_THE_EDGE = 0.15  # to the left of a point there, its label would cover those of the axis
_SETTINGS = {
    "svg.fonttype": "none", "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 10.5,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": QUIET, "axes.linewidth": 0.8, "axes.axisbelow": True,
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8,
    "xtick.color": QUIET, "ytick.color": QUIET, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
    "lines.linewidth": 2.0, "legend.frameon": False, "legend.fontsize": 9.5, "figure.facecolor": "none",
    "axes.facecolor": "none", "savefig.facecolor": "none", "path.simplify": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its heading, how to read it, and the SVG with its text alternative."""

    title: str
    caption: str
    svg: str


def plots(results: Results) -> list[Plot]:
    """Every plot that the results have metrics for, in the order of the report."""
    metrics = results.metrics
    confidences = column([row for row in results.rows if row.confidence is not None], "confidence")
    all_plots = (
        reliability(metrics.get("calibration"), confidences),
        _risk_coverage(metrics.get("calibration"), metrics.get("abstention")),
        _recall(metrics.get("retrieval")),
        _by_threshold(results),
        _latency(results),
    )
    return [plot for plot in all_plots if plot is not None]


def reliability(calibration: dict[str, Any] | None, confidences: Floats) -> Plot | None:
    """Confidence against the share that is right, with a histogram of `confidences`, shape (n,).

    `calibration` is what `calibration_metrics` returns. None without it.
    """
    if not calibration or not calibration.get("bins"):
        return None
    bins = [one for one in calibration["bins"] if one["count"]]
    mean_confidence, right = _column(bins, "confidence"), _column(bins, "right")
    low, high = _wilson(right, _column(bins, "count"))

    def draw(figure: "Figure") -> None:
        above, below = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
        above.plot([0, 1], [0, 1], color=QUIET, linewidth=1.2, linestyle=(0, (4, 3)))
        above.errorbar(
            mean_confidence, right, [right - low, high - right], color=ONE, marker="o", markersize=5, elinewidth=1.2
        )
        above.set(ylim=(0, 1.02), ylabel="share right")
        below.hist(confidences, bins=np.linspace(0, 1, 21).tolist(), color=ONE, rwidth=0.86)
        below.set(xlim=(0, 1), xlabel="confidence", ylabel="questions")

    counts = ", ".join(f"{one['count']} at {one['confidence']:.2f}: {one['right']:.2f} right" for one in bins)
    return _plot(
        "Reliability",
        "Each point is a tenth of the questions, with its 95 % interval. On the dashed line, confidence is the share "
        "that is right; below it Quoth is too sure. The bars count the questions at each confidence.",
        f"Share of best candidates that are right, by confidence. {counts}.",
        draw,
    )


def _risk_coverage(calibration: dict[str, Any] | None, abstention: dict[str, Any] | None) -> Plot | None:
    if not calibration or not calibration.get("risk_coverage"):
        return None
    coverage, risk = np.array(calibration["risk_coverage"], dtype=float).T
    coverage_at = (abstention or {}).get("coverage_at") or {}
    at: dict[str, float] = {precision: share for precision, share in coverage_at.items() if share is not None}
    now = _now(abstention)

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.plot(coverage, risk, color=ONE, drawstyle="steps-post")
        axes.set(xlim=(0, 1), ylim=(0, max(0.25, 1.08 * float(risk.max()))))
        axes.set(xlabel="share of questions answered", ylabel="share of those wrong")
        for precision, share in at.items():
            axes.plot(share, 1 - float(precision), marker="D", color=TWO, clip_on=False, markersize=6, zorder=4)
            side, away = ("left", 8) if share < _NEAR_THE_EDGE else ("right", -8)
            place = (share, 1 - float(precision))
            axes.annotate(f"{float(precision):.0%}", place, (away, 7), textcoords="offset points", ha=side)
        if now:
            axes.plot(*now, marker="o", color=INK, markersize=8, markerfacecolor="none", markeredgewidth=2, zorder=5)
            axes.annotate("threshold now", now, (10, -14), textcoords="offset points", ha="left")

    points = ", ".join(f"{float(precision):.0%} precision up to {share:.0%}" for precision, share in at.items())
    diamonds = (
        "The diamonds are the furthest points with such a precision; at the left edge there is none." if at else ""
    )
    ring = (
        f"The ring is the threshold as it is set: {now[0]:.0%} answered, {1 - now[1]:.0%} of those right. "
        if now
        else ""
    )
    return _plot(
        "Risk and coverage",
        f"How many answers are wrong if only the surest are given. {ring}{diamonds}",
        f"Share of wrong answers by share of questions answered: {risk[-1]:.0%} at full coverage; {points}.",
        draw,
    )


def _recall(retrieval: dict[str, Any] | None) -> Plot | None:
    if not retrieval:
        return None
    what = "a passage with the gold answer"
    if not retrieval["counted"]:  # where only documents are judged
        retrieval, what = retrieval["documents"], "the gold documents"
    names = [name for name in ("recall@1", "recall@3", "recall@5", "recall@7", "recall@10") if name in retrieval]
    others = [name for name in ("mrr", "ndcg@10") if retrieval.get(name) is not None]
    values = [retrieval[name] for name in (*names, *others)]
    labels = [f"top {name.split('@')[1]}" for name in names] + [
        {"mrr": "MRR"}.get(name, "nDCG\n@10") for name in others
    ]

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        places = [*range(len(names)), *(len(names) + 0.4 + i for i in range(len(others)))]
        bars = axes.bar(places, values, width=0.72, color=[ONE] * len(names) + [TWO] * len(others))
        axes.bar_label(bars, [f"{value:.2f}" for value in values], padding=2)
        axes.set_xticks(places, labels)
        axes.set(ylim=(0, 1.1), ylabel="share found", yticks=[0, 0.25, 0.5, 0.75, 1])
        axes.grid(visible=False, axis="x")
        axes.tick_params(axis="x", length=0)

    lost = retrieval.get("lost_gold") or 0
    return _plot(
        "Retrieval",
        f"How often {what} is among the first that were found, over {retrieval['counted']} questions; beside it, how "
        f"high it stands.{f' {lost} of the gold documents are not in the corpus and count as missed.' if lost else ''}",
        "; ".join(f"{name} {retrieval[name]:.3f}" for name in (*names, *others)),
        draw,
    )


def _by_threshold(results: Results) -> Plot | None:
    answers, rows = results.metrics.get("answers"), results.rows
    if not answers or not rows or not are_calibrated(rows) or not all(row.judged for row in rows):
        return None
    now, best = results.subject["min_confidence"], answers.get("best_f1_threshold")
    grid = np.linspace(0, 1, 201).tolist()
    has = np.array([row.answerable for row in rows])
    exacts, overlaps = 100 * scores_at(rows, "best_em", grid), 100 * scores_at(rows, "best_f1", grid)

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        for name, colour, chosen in _halves(has):
            exact, overlap = (scores[:, chosen].mean(axis=1) for scores in (exacts, overlaps))
            axes.plot(grid, overlap, color=colour, label=name)
            axes.plot(grid, exact, color=colour, linewidth=1.1, linestyle=(0, (3, 2)))
        for at, name, style in ((now, "now", "-"), (best, "best F1", (0, (1, 2)))):
            if at is not None and at <= 1:
                axes.axvline(at, color=INK, linewidth=1.3, linestyle=style, label=f"{name}: {at:.2f}")
        axes.set(xlim=(0, 1), ylim=(0, 102), xlabel="threshold of confidence", ylabel="F1, EM (%)")
        axes.legend(loc="lower center", bbox_to_anchor=(0.46, 1.0), ncols=3, columnspacing=1.1, handlelength=1.6)

    best_text = "" if best is None else f", best F1 {answers['best_f1']:.1f} at {best:.2f}"
    return _plot(
        "F1 and EM by threshold",
        "What the threshold trades: a higher one is silent more often, which helps where there is no answer and hurts "
        "where there is one. Dashed: EM. Upright: the threshold now, and the one with the best F1.",
        f"F1 and EM by threshold of confidence: F1 {answers['f1']:.1f} at {now:.2f}{best_text}.",
        draw,
    )


def _latency(results: Results) -> Plot | None:
    latency = results.metrics.get("latency")
    times = column(results.rows, "latency_ms")
    if not latency or not len(times):
        return None
    end = max(1.25 * latency["p99"], 1.0)
    slower = int((times > end).sum())

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.hist(times[times <= end], bins=np.linspace(0, end, 41).tolist(), color=ONE, rwidth=0.86)
        marks = (("p50", "-"), ("p95", (0, (4, 2))), ("p99", (0, (1, 2))))
        for name, style in marks:
            axes.axvline(
                latency[name], color=TWO, linewidth=1.8, linestyle=style, label=f"{name}: {latency[name]:,.0f} ms"
            )
        axes.set(xlim=(0, end), xlabel="milliseconds", ylabel="questions")
        axes.legend(loc="lower center", bbox_to_anchor=(0.46, 1.0), ncols=3, columnspacing=1.1, handlelength=1.6)

    more = f" {slower} slower ones lie beyond the right edge." if slower else ""
    return _plot(
        "Latency",
        f"The time each question took, {results.concurrency} at a time.{more}",
        f"Histogram of latencies: {', '.join(f'{name} {latency[name]:.0f} ms' for name in ('p50', 'p95', 'p99'))}.",
        draw,
    )


def _halves(has: Any) -> Iterator[tuple[str, str, Any]]:  # noqa: ANN401  # a mask of the rows
    """(label, colour, mask of rows) of each curve: all, and if there are both, those with and without an answer."""
    yield "all", ONE, np.ones_like(has)
    if has.any() and not has.all():
        yield "HasAns", TWO, has
        yield "NoAns", THREE, ~has


def _now(abstention: dict[str, Any] | None) -> tuple[float, float] | None:
    """Coverage and risk at the threshold now set, None if no question was answered."""
    if not abstention or not abstention.get("coverage") or abstention.get("answer_precision") is None:
        return None
    return abstention["coverage"], 1 - abstention["answer_precision"]


def _column(items: Sequence[dict[str, Any]], key: str) -> Floats:
    return np.array([item[key] for item in items], dtype=float)


def _wilson(share: Floats, count: Floats, z: float = 1.96) -> tuple[Floats, Floats]:
    """The score interval of a proportion (Wilson 1927), at 95 % for z = 1.96."""
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return np.minimum(centre - half, share), np.maximum(centre + half, share)


def _plot(title: str, caption: str, label: str, draw: "Callable[[Figure], None]") -> Plot:
    with _drawing(title):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(5.0, 3.6), layout="constrained")
        draw(figure)
        svg = io.StringIO()
        figure.savefig(svg, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return Plot(title, caption, _for_a_page(svg.getvalue(), label))


@contextmanager
def _drawing(salt: str) -> Iterator[None]:
    from matplotlib import rc_context, rcdefaults

    with rc_context():
        rcdefaults()  # so that a user's matplotlibrc doesn't change the report
        settings: Any = {**_SETTINGS, "svg.hashsalt": salt}
        with rc_context(settings):
            yield


def _for_a_page(svg: str, label: str) -> str:
    """The <svg> element alone, sized by the page, with its colours and fonts, and without ids that could clash."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(
        r"<svg[^>]*?viewBox=\"([^\"]*)\"[^>]*>",
        rf'<svg viewBox="\1" role="img" aria-label="{html.escape(label)}">',
        svg,
    )
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: [^;\"]*", "font-family: var(--sans)", svg)
    svg = re.sub(r"(\d\.\d\d)\d+", r"\1", svg)
    for name, colour in _COLOURS.items():
        svg = svg.replace(colour, f"var(--plot-{name})")
    return re.sub(r"\n\s*", "\n", svg).strip()
