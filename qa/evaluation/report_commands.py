"""The commands that read the results of an evaluation: `report`, `compare`, `export`. Options in, text out."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.counting import many
from index.errors import ResultsError, SettingsError
from qa.printing import say

if TYPE_CHECKING:
    from qa.evaluation.comparison import Comparison, Flip

_NAMED_IDS = 5
_file = click.Path(path_type=Path, dir_okay=False)


class _BadInput(click.ClickException):
    """Exit code 2, as click uses for bad options, because `compare` exits with 1 for a regression."""

    exit_code = 2


@click.command()
@click.argument("results", type=_file)
@click.option("--output", "-o", type=_file, help="Page to write [default: RESULTS with .html].")
def report(results: Path, output: Path | None) -> None:
    """Write the HTML report of RESULTS, a JSON file that quoth evaluate wrote."""
    from qa.evaluation.report import write
    from qa.evaluation.results import load

    page = output or results.with_suffix(".html")
    write(load(results), page)
    say(f"report     {page}")


@click.command()
@click.argument("results", type=_file)
@click.option(
    "--format", "kind", type=click.Choice(["ragas", "trec-run", "trec-qrels"]), default="ragas", show_default=True,
    help="RAGAS's JSONL, or TREC's run or judgements, of documents.",
)  # fmt: skip
@click.option("--output", "-o", type=_file, required=True, help="File to write.")
def export(results: Path, kind: str, output: Path) -> None:
    """Write the rows of RESULTS as other tools read them.

    RAGAS's JSONL has user_input, response, retrieved_contexts and reference; TREC's run and qrels are what trec_eval
    and ir-measures compare.
    """
    from qa.evaluation.exports import export
    from qa.evaluation.results import load

    say(f"exported   {many(export(load(results), output, kind), 'line')} to {output}")


@click.command()
@click.argument("a", type=_file)
@click.argument("b", type=_file)
@click.option("--alpha", type=click.FloatRange(0, 0.5, min_open=True), default=0.05, show_default=True,
              help="Chance of a false alarm; intervals cover 1 - alpha.")  # fmt: skip
@click.option(
    "--samples", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True, help="Bootstrap draws."
)
@click.option("--seed", type=click.IntRange(0), default=11, show_default=True, help="Seed of the draws.")
@click.option(
    "--flips", type=click.IntRange(0), default=20, show_default=True, help="Changed questions to print, each way."
)
@click.option("--allow-different-datasets", is_flag=True, help="Compare by id even if the datasets differ.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option("--output", "-o", type=_file, help="Write a page of it, too.")
def compare(
    a: Path,
    b: Path,
    alpha: float,
    samples: int,
    seed: int,
    flips: int,
    allow_different_datasets: bool,
    as_json: bool,
    output: Path | None,
) -> None:
    """Show what changed from results A to results B on the questions that both have.

    Ends with 1 if EM, F1 or recall is significantly worse in B, with 2 if the files can't be compared, else with 0.
    """
    from qa.evaluation.comparison import compare
    from qa.evaluation.report import write_comparison
    from qa.evaluation.results import load

    try:
        sides = load(a), load(b)
        comparison = compare(
            *sides, alpha=alpha, samples=samples, seed=seed, allow_different_datasets=allow_different_datasets
        )
        if output:
            write_comparison(comparison, sides, (a.name, b.name), alpha, output)
    except (ResultsError, SettingsError) as error:
        raise _BadInput(str(error)) from error
    say(_as_json(comparison) if as_json else _readable(comparison, a, b, alpha, flips))
    if output:
        say(f"page       {output}", err=True)
    sys.exit(int(comparison.regressed))


def _as_json(comparison: "Comparison") -> str:
    return json.dumps({**asdict(comparison), "regressed": comparison.regressed}, indent=2, ensure_ascii=False)


def _readable(comparison: "Comparison", a: Path, b: Path, alpha: float, flips: int) -> str:
    from qa.evaluation.comparison import FEW

    lines = [f"A  {a}", f"B  {b}", f"{many(comparison.shared, 'question')} in both"]
    lines += [_only(name, ids) for name, ids in (("A", comparison.only_a), ("B", comparison.only_b)) if ids]
    if comparison.shared < FEW:
        lines.append(f"Fewer than {FEW} questions: the intervals are too narrow to rely on.")
    lines += ["", *_table(comparison, alpha)]
    for title, changed in (
        ("right in A, wrong in B", comparison.broken),
        ("wrong in A, right in B", comparison.mended),
    ):
        lines += ["", f"{title}: {len(changed)}", *(line for flip in changed[:flips] for line in _flip(flip))]
        if len(changed) > flips:
            lines.append(f"  … and {len(changed) - flips} more (--flips {len(changed)} prints all)")
    lines += ["", "Significantly worse." if comparison.regressed else "Not significantly worse."]
    return "\n".join(lines)


def _table(comparison: "Comparison", alpha: float) -> list[str]:
    interval = f"{100 * (1 - alpha):g} % interval"
    lines = [f"{'':<17} {'n':>6} {'A':>7} {'B':>7} {'B - A':>7}   {interval}"]
    for one in comparison.differences:
        verdict = "" if not one.significant else "better" if one.difference > 0 else "worse"
        between = f"{one.low:+.2f} to {one.high:+.2f}"
        lines.append(
            f"{one.measure:<17} {one.counted:>6} {one.a:>7.2f} {one.b:>7.2f} {one.difference:>+7.2f}   {between:<19} "
            f"{verdict}".rstrip()
        )
    return lines


def _only(name: str, ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - _NAMED_IDS} more" if len(ids) > _NAMED_IDS else ""
    return f"{len(ids)} only in {name}, left out: {', '.join(map(_one_line, ids[:_NAMED_IDS]))}{more}"


def _flip(flip: "Flip") -> list[str]:
    golds = " | ".join(map(_one_line, flip.golds)) or "(no answer)"
    return [
        f"  {_one_line(flip.question)}  [{_one_line(flip.id)}]",
        f"    A {_one_line(flip.a) or '(silent)'}   B {_one_line(flip.b) or '(silent)'}   gold {golds}",
    ]


def _one_line(text: Any) -> str:  # noqa: ANN401  # an id may be a number
    """The text on one line, without control characters, which could change the terminal."""
    return "".join(character for character in " ".join(str(text).split()) if character.isprintable())
