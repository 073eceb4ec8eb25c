"""`quoth evaluate`: options in, summary out. Modules that are slow to import are imported inside functions."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.documents import DEFAULT_COLLECTION
from index.errors import SettingsError
from qa.printing import say

if TYPE_CHECKING:
    from qa.evaluation.datasets.dataset import Dataset
    from qa.evaluation.results import Results
    from qa.evaluation.systems import System
    from qa.settings import Settings

_path = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_path)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["auto", "squad", "beir", "jsonl", "csv"]),
    default="auto",
    show_default=True,
    help="What FILE is; auto goes by its name, and a folder is BEIR's.",
)
@click.option(
    "--mode",
    type=click.Choice(["open", "reading"]),
    default="open",
    show_default=True,
    help="Ask over all documents, or give the right one to the reader.",
)
@click.option("--url", help="Ask the server there instead of the library, with QUOTH_API_KEY if it asks for keys.")
@click.option(
    "--documents",
    multiple=True,
    type=_path,
    help="File or folder that JSONL or CSV questions are about; without it a server at --url is asked as it is.",
)
@click.option("--split", default="test", show_default=True, help="Which of BEIR's qrels.")
@click.option("--limit", type=click.IntRange(1), help="Ask this many of the questions, drawn at random.")
@click.option("--seed", type=int, default=11, show_default=True, help="Seed of that draw.")
@click.option("--concurrency", type=click.IntRange(1, 256), default=1, show_default=True, help="Questions at a time.")
@click.option(
    "--min-confidence",
    type=click.FloatRange(0, 1),
    help="Below it there is no answer [default: QUOTH_MIN_CONFIDENCE or as calibrated].",
)
@click.option("--data", type=_path, help="Keep the index in this folder, for the next time.")
@click.option(
    "--collection",
    help="Put the documents into this one [default: evaluate- and the dataset's digest]; of a server that is asked as "
    "it is, ask this one [default: default].",
)
@click.option("--keep", is_flag=True, help="Leave the documents on the server.")
@click.option("--restart", is_flag=True, help="Start anew, even if an earlier run was stopped.")
@click.option("--output", type=_path, default=Path("results.json"), show_default=True, help="Where the results go.")
@click.pass_obj
def evaluate(group_data: Path | None, /, file: Path, **options: Any) -> None:  # noqa: ANN401  # from click
    """Ask the questions of FILE and measure the answers: SQuAD JSON, a BEIR folder, JSONL or CSV.

    A run that was stopped continues when the same command is run again.
    """
    _require("ir_measures", "sklearn", "matplotlib", "jinja2")
    from qa.answering.calibration import shipped
    from qa.evaluation.report import write
    from qa.evaluation.results import save
    from qa.evaluation.runner import evaluate
    from qa.settings import load_settings

    output, limit = options["output"], options["limit"]
    settings = load_settings(min_confidence=options["min_confidence"])
    dataset = _dataset(file, options, settings)
    if limit:
        dataset = dataset.sample(limit, options["seed"])
    set_threshold = settings.min_confidence
    min_confidence = shipped().threshold if set_threshold is None else set_threshold
    checkpoint = output.with_name(f"{output.stem}.partial.jsonl")
    system = _system(dataset, options, settings.api_key, options["data"] or group_data)
    try:
        results = evaluate(
            dataset,
            system,
            mode=options["mode"],
            min_confidence=min_confidence,
            concurrency=options["concurrency"],
            checkpoint=checkpoint,
            restart=options["restart"],
        )
    except KeyboardInterrupt:
        say(f"Stopped; {checkpoint} has what was asked, and the same command goes on from there.", err=True)
        raise
    finally:
        system.close()
    save(results, output)
    checkpoint.unlink()
    page = output.with_suffix(".html")
    write(results, page)
    say(summary(results))
    say(f"{output}, {page}")


def _dataset(file: Path, options: dict[str, Any], settings: "Settings") -> "Dataset":
    """The dataset; with --url and without --documents, its documents are those that the server holds."""
    from qa.client import Client
    from qa.evaluation.datasets import load_dataset
    from qa.evaluation.remote_system import finder

    load = partial(
        load_dataset,
        file,
        options["kind"],
        documents=options["documents"],
        split=options["split"],
        limits=settings.parse_limits,
    )
    if not options["url"]:
        return load()
    with Client(options["url"], api_key=settings.api_key) as client:
        return load(served=finder(client, options["collection"] or DEFAULT_COLLECTION))


def _system(dataset: "Dataset", options: dict[str, Any], api_key: str | None, data: Path | None) -> "System":
    reading, collection = options["mode"] == "reading", options["collection"]
    if options["url"]:
        from qa.evaluation.remote_system import RemoteSystem

        url, keep = options["url"], options["keep"]
        return RemoteSystem(url, api_key=api_key, collection=collection, reading=reading, keep=keep)
    from qa.evaluation.systems import Library, ReadingOnly, default_collection

    return ReadingOnly() if reading else Library(data, collection or default_collection(dataset))


def _require(*libraries: str) -> None:
    if missing := [library for library in libraries if find_spec(library) is None]:
        raise SettingsError(f"Evaluating needs {', '.join(missing)}: pip install 'quoth[evaluate]'")


def summary(results: "Results") -> str:
    """The most important metrics, one a line; those that the results lack are left out."""
    metrics = results.metrics
    lost = sum(results.misses.values())
    stages = ", ".join(f"{stage} {count}" for stage, count in results.misses.items() if count)
    dataset = results.dataset
    lines = [
        ("questions", f"{len(results.rows)} of {dataset['of']} ({dataset['answerable']} answerable)"),
        ("missed", f"{lost}: {stages}" if lost else "none"),
        *_answers(metrics["answers"]),
        *_retrieval(metrics["retrieval"]),
        *_abstention(metrics["abstention"]),
    ]
    if calibration := metrics["calibration"]:
        lines.append(("calibration error", f"{calibration['ece']:.3f}"))
    lines.append(("median latency", f"{metrics['latency']['p50']:.0f} ms"))
    if problems := dataset["problems"]:
        lines.append(("problems", ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in problems.items())))
    text = "\n".join(f"{name:<18} {text}" for name, text in lines)
    tables = [_kinds(metrics[key]) for key in ("by_type", "by_form") if metrics[key]]
    return "\n\n".join([text, *tables])


def _answers(answers: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if answers:
        yield "EM, F1", f"{answers['em']:.1f}, {answers['f1']:.1f}"
        for name, part in (("… with an answer", answers["has_ans"]), ("… without", answers["no_ans"])):
            if part["count"]:
                yield name, f"{part['em']:.1f}, {part['f1']:.1f}  ({part['count']})"
        if answers["first_f1"] is not None:
            where_read = answers["first_f1_where_read"]
            read = "" if where_read is None else f"; {where_read:.1f} where a passage that was read holds it"
            yield "first answer's F1", f"{answers['first_f1']:.1f}{read}"


def _retrieval(retrieval: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if retrieval and retrieval["counted"]:
        yield "recall@1, 5, 7", ", ".join(f"{retrieval[f'recall@{cutoff}']:.3f}" for cutoff in (1, 5, 7))
    elif retrieval:
        yield "documents' recall", f"{retrieval['documents']['recall@5']:.3f} at 5"


def _abstention(abstention: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    if abstention:
        precision = abstention["answer_precision"]
        right = "no answer was given" if precision is None else f"{precision:.1%} right"
        yield "answers given", f"{abstention['coverage']:.1%} of questions, {right}"
        at = {precision: abstention["coverage_at"][precision] for precision in ("0.70", "0.80")}
        known = [
            f"{share:.1%} with {float(precision):.0%} right" for precision, share in at.items() if share is not None
        ]
        if known:  # not without confidences, as of a reader that no calibration was fitted for
            yield "could be given", f"{', '.join(known)}, of all questions"


def _kinds(kinds: dict[str, dict[str, Any]]) -> str:
    """A table with a line for each kind; metrics that a kind lacks are left blank."""
    columns = (
        ("read", "read", 100), ("first F1", "first_f1", 1), ("F1", "f1", 1), ("answered", "answered", 100),
        ("silent", "silent", 100), ("verdicts", "verdicts_right", 100), ("items F1", "parts_f1", 1),
    )  # fmt: skip
    lines = ["".join([f"{'':<12}{'questions':>10}", *(f"{title:>10}" for title, _, _ in columns)])]
    for kind, group in kinds.items():
        values = ("" if group[key] is None else f"{scale * group[key]:.1f}" for _, key, scale in columns)
        lines.append("".join([f"{kind:<12}{group['count']:>10}", *(f"{value:>10}" for value in values)]).rstrip())
    return "\n".join(lines)
