"""`quoth calibrate`: options in, summary out. Modules that are slow to import are imported inside functions."""

import random
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.arithmetic import arithmetic_of
from index.documents import DEFAULT_COLLECTION
from index.errors import SettingsError
from qa.printing import say

if TYPE_CHECKING:
    from qa.answering.calibration import Calibration, FittedWith
    from qa.evaluation.datasets.dataset import Dataset
    from qa.evaluation.fitting import Considered, Fit
    from qa.settings import Settings

_path = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=_path)
@click.option(
    "--precision",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Share of the answers shown that is to be right [default: answer if it is useful, a wrong one costing 0.6].",
)
@click.option(
    "--unanswerable",
    type=click.FloatRange(0, 1, max_open=True),
    default=0.33,
    show_default=True,
    help="Largest share of questions without an answer, as people ask them; further ones are left out.",
)
@click.option(
    "--confidence-only", is_flag=True, help="Keep how much retrieval and reading together weigh, and what is read."
)
@click.option(
    "--documents",
    multiple=True,
    type=_path,
    help="File or folder that the questions of JSONL and CSV files are asked of.",
)
@click.option(
    "--collection",
    default=DEFAULT_COLLECTION,
    show_default=True,
    help="Collection of the index to ask, for files without documents.",
)
@click.option("--output", type=_path, help="Write the numbers to this file instead of keeping them with the index.")
@click.option("--report", "page", type=_path, help="Write a page with the reliability before and after.")
@click.option("--reset", is_flag=True, help="Remove the numbers kept with the index, to use the shipped ones again.")
@click.pass_obj
def calibrate(
    data: Path | None,
    files: tuple[Path, ...],
    precision: float | None,
    unanswerable: float,
    confidence_only: bool,
    documents: tuple[Path, ...],
    collection: str,
    output: Path | None,
    page: Path | None,
    reset: bool,
) -> None:
    """Fit confidence, and the threshold to answer from, to the labelled questions of FILES, and keep it with the index.

    FILES are read as by quoth evaluate. Questions are asked of the index, unless their file brings documents or
    --documents names them. A hundred questions are enough to begin, some of them without an answer; use five hundred
    if you can.
    """
    from qa.evaluation.results import write_whole
    from qa.settings import load_settings

    settings = load_settings(data=data)
    if reset == bool(files):
        raise SettingsError("Name files of labelled questions to fit to, or --reset.")
    if reset:
        say(f"reset      the shipped calibration holds  (index version {_keep(settings, None)})")
        return
    fitted, before = _fit(
        settings, files, documents, collection, precision, unanswerable, confidence_only=confidence_only
    )
    say(summary(fitted, before))
    if page:
        _write_page(fitted, page)
        say(f"page       {page}")
    text = fitted.calibration.to_json()
    if output:
        write_whole(text + "\n", output)
        say(f"written    {output}")
    else:
        say(f"kept       with the index  (index version {_keep(settings, text)})")


def _fit(
    settings: "Settings",
    files: tuple[Path, ...],
    documents: tuple[Path, ...],
    collection: str,
    precision: float | None,
    unanswerable: float,
    *,
    confidence_only: bool,
) -> tuple["Fit", "Calibration | None"]:
    from qa.answering.calibration import shipped
    from qa.evaluation.datasets import brings_documents, load_dataset
    from qa.evaluation.fitting import fit

    limits = settings.parse_limits
    needs = [file for file in files if not brings_documents(file)] or files  # if none does, each says that it doesn't
    datasets = [
        load_dataset(file, documents=documents if file in needs else (), limits=limits, indexed=True) for file in files
    ]
    parts = [
        _considered(settings, dataset, collection, for_shipped=confidence_only)
        for dataset in _with_share(datasets, unanswerable)
    ]
    considered, fitted_with = [one for part, _ in parts for one in part], parts[0][1]
    before = shipped() if shipped().fitted_with == fitted_with else None
    fitted = fit(considered, before, fitted_with, precision, confidence_only=confidence_only)
    arithmetic = arithmetic_of(settings.precision)
    return replace(fitted, calibration=replace(fitted.calibration, arithmetic=arithmetic)), before


def _with_share(datasets: list["Dataset"], share: float) -> list["Dataset"]:
    """The datasets with at most `share` of all questions unanswerable; which of those stay is drawn at random."""
    unanswerable = [(i, q.id) for i, dataset in enumerate(datasets) for q in dataset.questions if not q.answerable]
    answerable = sum(len(dataset.questions) for dataset in datasets) - len(unanswerable)
    most = round(answerable * share / (1 - share))  # so that most / (most + answerable) = share
    kept = set(random.Random(11).sample(unanswerable, min(most, len(unanswerable))))  # noqa: S311  # not for secrets
    return [
        replace(dataset, questions=tuple(q for q in dataset.questions if q.answerable or (i, q.id) in kept))
        for i, dataset in enumerate(datasets)
    ]


def _considered(
    settings: "Settings", dataset: "Dataset", collection: str, *, for_shipped: bool
) -> tuple[list["Considered"], "FittedWith"]:
    """The dataset's questions, retrieved and read for, and the models and settings they were asked with.

    They are asked of the dataset's own documents, in a temporary index; of `collection` if it brings none. With
    `for_shipped` none is asked if the shipped numbers are for other models or settings: reading them takes minutes.
    """
    from tqdm import tqdm

    from qa.answering.calibration import shipped
    from qa.assembly import Engine
    from qa.evaluation.fitting import consider

    with tempfile.TemporaryDirectory(prefix="quoth-calibrate-") as folder:
        own = bool(dataset.documents)
        engine = Engine(settings.over_folder(Path(folder)) if own else settings, writing=own)
        try:
            if own:
                indexed = engine.indexer.add_all(dataset.documents, DEFAULT_COLLECTION)
                for _ in tqdm(indexed, "indexing", len(dataset.documents), leave=False, disable=None):
                    pass
            where = DEFAULT_COLLECTION if own else collection
            fitted_with = engine.fitted_with(where)
            if for_shipped and shipped().fitted_with != fitted_with:
                raise SettingsError(
                    "The shipped numbers are for other models or settings: leave --confidence-only out."
                )
            questions = tqdm(dataset.questions, "asking", leave=False, disable=None)
            return consider(engine, where, questions), fitted_with
        finally:
            engine.close()


def _keep(settings: "Settings", text: str | None) -> int:
    from index.stores import open_store
    from qa.answering.calibration import MANIFEST_NAME

    store = open_store(settings.store_url)
    try:
        return store.keep(MANIFEST_NAME, text)
    finally:
        store.close()


def _formatted(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _in_logits(reach: float | None) -> str:
    """How far behind the first a passage is still read."""
    return "all are read" if reach is None else f"{reach:g} logit{'' if reach == 1 else 's'}"


def summary(fit: "Fit", before: "Calibration | None") -> str:
    """The numbers before and after, one a line; "none" if there was no calibration before.

    The new metrics are measured on questions that the model wasn't fitted to (see `fitting.fit`).
    """
    right = "" if fit.precision is None else f", {fit.precision:.1%} of them rightly"
    lines = [
        ("questions", str(fit.calibration.questions)),
        *((title, f"{_formatted(fit.before.metrics.get(name))} → {_formatted(fit.after.metrics.get(name))}")
          for name, title in (("ece", "calibration error"), ("brier", "Brier score"), ("aurc", "risk-coverage area"))),
        *((f"weight of {name}", f"{before.signal_weights.get(name, 0.0) if before else 'none'} → {weight:g}")
          for name, weight in fit.calibration.signal_weights.items()),
        ("reading together", f"weighs {before.together_weight if before else 0:g} → "
                             f"{fit.calibration.together_weight:g}"),
        ("reach", f"{_in_logits(before.reach if before else None)} → {_in_logits(fit.calibration.reach)}: "
                  f"reads {fit.read:.1%} of the passages, makes {fit.worse} of {fit.answerable} first answers worse"),
        ("threshold", f"{_formatted(before.threshold if before else None)} → {_formatted(fit.calibration.threshold)}: "
                      f"answers {fit.coverage:.1%}{right}"),
    ]  # fmt: skip
    return "\n".join(f"{name:<18} {text}" for name, text in lines)


def _write_page(fit: "Fit", path: Path) -> None:
    from qa.evaluation.plots import reliability
    from qa.evaluation.report import template
    from qa.evaluation.results import write_whole

    plots = [
        (title, plot)
        for title, measured in (("Before", fit.before), ("After", fit.after))
        if (plot := reliability(measured.metrics, measured.confidence))
    ]
    write_whole(template("calibration.html.jinja").render(fit=fit, plots=plots), path, errors="replace")
