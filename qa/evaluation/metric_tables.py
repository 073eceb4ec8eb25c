"""Metrics → the tables of the report: labelled, with units; missing metrics are left out."""

from dataclasses import dataclass
from typing import Any

from qa.evaluation.results import Results


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table; `note` explains the name to readers who don't know it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report."""

    title: str
    figures: tuple[Figure, ...]


def tables(results: Results) -> list[Table]:
    """All tables in the order of the report; empty ones are left out."""
    metrics = {name: values or {} for name, values in results.metrics.items()}
    retrieval = metrics.get("retrieval", {})
    all_tables = (
        Table("Questions", _questions(results.dataset)),
        Table("Answers", _answers(metrics.get("answers", {}))),
        Table("Retrieval", _retrieval(retrieval)),
        Table("Documents", _documents(retrieval.get("documents") or {})),
        Table("Citations", _citations(metrics.get("citations", {}))),
        Table("Answer or silence", _abstention(metrics.get("abstention", {}))),
        Table("Confidence", _calibration(metrics.get("calibration", {}))),
        Table("Speed", _latency(metrics.get("latency", {}))),
    )
    return [table for table in all_tables if table.figures]


def groups(results: Results) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    """(title, {kind: the metrics of `group_metrics`}) by type of question and by form of answer."""
    titles = {"by_type": "By type of question", "by_form": "By form of answer"}
    return [(title, kinds) for key, title in titles.items() if (kinds := results.metrics.get(key))]


def _questions(dataset: dict[str, Any]) -> tuple[Figure, ...]:
    mode = {"open": "all searched", "reading": "passage given"}.get(dataset["mode"], "")
    return _present(
        Figure("dataset", str(dataset["name"]), str(dataset["format"])),
        Figure("mode", str(dataset["mode"]), mode),
        _count(dataset, "documents", "documents", ""),
        Figure("asked", f"{dataset['questions']:,}", f"of {dataset['of']:,} in the file"),
        Figure("answerable", f"{dataset['answerable']:,}"),
    )


def _answers(of: dict[str, Any]) -> tuple[Figure, ...]:
    figures = [_number(of, "em", "EM", "exactly right, %"), _number(of, "f1", "F1", "shared words, %")]
    for key, name in (("has_ans", "HasAns"), ("no_ans", "NoAns")):
        half = of.get(key) or {}
        if half.get("count"):
            figures.append(Figure(f"{name} EM / F1", f"{half['em']:.1f} / {half['f1']:.1f}", f"of {half['count']:,}"))
    for key, name in (("best_em", "best EM"), ("best_f1", "best F1")):
        threshold = of.get(f"{key}_threshold")
        figures.append(_number(of, key, name, "" if threshold is None else f"at threshold {threshold:.2f}"))
    figures.append(_number(of, "first_f1", "first F1", "first candidates, given or not"))
    figures.append(_number(of, "first_f1_where_read", "… where read", "a passage read holds the answer"))
    return _present(*figures)


def _retrieval(of: dict[str, Any]) -> tuple[Figure, ...]:
    return _present(
        *_recalls(of, "a gold answer in the first"),
        _share(of, "mrr", "MRR", "1 / rank of the first with one"),
        _count(of, "counted", "counted", "questions") if of.get("counted") else None,
        _count(of, "absent", "left out", "no gold answer in its document") if of.get("absent") else None,
    )


def _documents(of: dict[str, Any]) -> tuple[Figure, ...]:
    return _present(
        *_recalls(of, "gold documents in the first"),
        _share(of, "mrr", "MRR", "1 / rank of the first gold"),
        _share(of, "ndcg@10", "nDCG@10", "how high gold stands"),
        _count(of, "counted", "counted", "questions"),
        _count(of, "lost_gold", "lost gold", "not in the corpus; missed") if of.get("lost_gold") else None,
    )


def _recalls(of: dict[str, Any], note: str) -> list[Figure | None]:
    return [_share(of, key, key, f"{note} {key.split('@')[1]}") for key in of if key.startswith("recall@")]


def _citations(of: dict[str, Any]) -> tuple[Figure, ...]:
    words = of.get("words") or {}
    return _present(
        _share(of, "in_gold_passage", "in gold passage", "first citation"),
        _share(of, "mean_iou", "mean IoU", "cited and gold characters"),
        _share(words, "precision", "word precision", "of words cited"),
        _share(words, "recall", "word recall", "of gold words"),
        _share(words, "f1", "word F1", "of the two"),
    )


def _abstention(of: dict[str, Any]) -> tuple[Figure, ...]:
    at = of.get("coverage_at") or {}
    return _present(
        _percent(of, "coverage", "answered", "of all questions"),
        _percent(of, "answer_precision", "answers right", "of those given"),
        _percent(of, "no_answer_precision", "silence right", "of all silences"),
        _percent(of, "no_answer_recall", "unanswerable silent", ""),
        *(_percent(at, key, f"at {float(key):.0%} precision", "of all questions") for key in sorted(at, reverse=True)),
    )


def _calibration(of: dict[str, Any]) -> tuple[Figure, ...]:
    return _present(
        _share(of, "ece", "ECE", "mean gap; 0 is best"),
        _share(of, "brier", "Brier", "mean squared error; 0 is best"),
        _share(of, "aurc", "AURC", "mean risk; 0 is best"),
    )


def _latency(of: dict[str, Any]) -> tuple[Figure, ...]:
    names = {"p50": "half are quicker", "p95": "19 in 20 are", "p99": "99 in 100 are"}
    times = [Figure(key, f"{of[key]:,.0f} ms", note) for key, note in names.items() if of.get(key) is not None]
    return _present(*times, _number(of, "questions_per_second", "questions / s", "as they were asked"))


def _present(*figures: Figure | None) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure is not None)


def _formatted(of: dict[str, Any], key: str, name: str, note: str, form: str) -> Figure | None:
    return None if of.get(key) is None else Figure(name, format(of[key], form), note)


def _number(of: dict[str, Any], key: str, name: str, note: str) -> Figure | None:
    return _formatted(of, key, name, note, ".1f")


def _share(of: dict[str, Any], key: str, name: str, note: str) -> Figure | None:
    return _formatted(of, key, name, note, ".3f")


def _percent(of: dict[str, Any], key: str, name: str, note: str) -> Figure | None:
    return None if of.get(key) is None else Figure(name, f"{100 * of[key]:.1f} %", note)


def _count(of: dict[str, Any], key: str, name: str, note: str) -> Figure | None:
    return _formatted(of, key, name, note, ",")
