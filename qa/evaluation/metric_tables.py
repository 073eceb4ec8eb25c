"""Metrics → the tables of the report: labelled, with units; missing metrics are left out."""

from dataclasses import dataclass
from typing import Any

from qa.evaluation.results import Results


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a table; `note` explains the name to readers who don't know it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report."""

    title: str
    entries: tuple[Entry, ...]


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
    return [table for table in all_tables if table.entries]


def groups(results: Results) -> list[tuple[str, dict[str, dict[str, Any]]]]:
    """(title, {kind: the metrics of `group_metrics`}) by type of question and by form of answer."""
    titles = {"by_type": "By type of question", "by_form": "By form of answer"}
    return [(title, kinds) for key, title in titles.items() if (kinds := results.metrics.get(key))]


def _questions(dataset: dict[str, Any]) -> tuple[Entry, ...]:
    mode = {"open": "all searched", "reading": "passage given"}.get(dataset["mode"], "")
    return _present(
        Entry("dataset", str(dataset["name"]), str(dataset["format"])),
        Entry("mode", str(dataset["mode"]), mode),
        _count(dataset, "documents", "documents", ""),
        Entry("asked", f"{dataset['questions']:,}", f"of {dataset['of']:,} in the file"),
        Entry("answerable", f"{dataset['answerable']:,}"),
    )


def _answers(values: dict[str, Any]) -> tuple[Entry, ...]:
    entries = [_number(values, "em", "EM", "exactly right, %"), _number(values, "f1", "F1", "shared words, %")]
    for key, name in (("has_ans", "HasAns"), ("no_ans", "NoAns")):
        half = values.get(key) or {}
        if half.get("count"):
            entries.append(Entry(f"{name} EM / F1", f"{half['em']:.1f} / {half['f1']:.1f}", f"of {half['count']:,}"))
    for key, name in (("best_em", "best EM"), ("best_f1", "best F1")):
        threshold = values.get(f"{key}_threshold")
        entries.append(_number(values, key, name, "" if threshold is None else f"at threshold {threshold:.2f}"))
    entries.append(_number(values, "first_f1", "first F1", "first candidates, given or not"))
    entries.append(_number(values, "first_f1_where_read", "… where read", "a passage read holds the answer"))
    return _present(*entries)


def _retrieval(values: dict[str, Any]) -> tuple[Entry, ...]:
    return _present(
        *_recalls(values, "a gold answer in the first"),
        _share(values, "mrr", "MRR", "1 / rank of the first with one"),
        _count(values, "counted", "counted", "questions") if values.get("counted") else None,
        _count(values, "absent", "left out", "no gold answer in its document") if values.get("absent") else None,
    )


def _documents(values: dict[str, Any]) -> tuple[Entry, ...]:
    return _present(
        *_recalls(values, "gold documents in the first"),
        _share(values, "mrr", "MRR", "1 / rank of the first gold"),
        _share(values, "ndcg@10", "nDCG@10", "how high gold stands"),
        _count(values, "counted", "counted", "questions"),
        _count(values, "lost_gold", "lost gold", "not in the corpus; missed") if values.get("lost_gold") else None,
    )


def _recalls(values: dict[str, Any], note: str) -> list[Entry | None]:
    return [_share(values, key, key, f"{note} {key.split('@')[1]}") for key in values if key.startswith("recall@")]


def _citations(values: dict[str, Any]) -> tuple[Entry, ...]:
    words = values.get("words") or {}
    return _present(
        _share(values, "in_gold_passage", "in gold passage", "first citation"),
        _share(values, "mean_iou", "mean IoU", "cited and gold characters"),
        _share(words, "precision", "word precision", "of words cited"),
        _share(words, "recall", "word recall", "of gold words"),
        _share(words, "f1", "word F1", "of the two"),
    )


def _abstention(values: dict[str, Any]) -> tuple[Entry, ...]:
    at = values.get("coverage_at") or {}
    return _present(
        _percent(values, "coverage", "answered", "of all questions"),
        _percent(values, "answer_precision", "answers right", "of those given"),
        _percent(values, "no_answer_precision", "silence right", "of all silences"),
        _percent(values, "no_answer_recall", "unanswerable silent", ""),
        *(_percent(at, key, f"at {float(key):.0%} precision", "of all questions") for key in sorted(at, reverse=True)),
    )


def _calibration(values: dict[str, Any]) -> tuple[Entry, ...]:
    return _present(
        _share(values, "ece", "ECE", "mean gap; 0 is best"),
        _share(values, "brier", "Brier", "mean squared error; 0 is best"),
        _share(values, "aurc", "AURC", "mean risk; 0 is best"),
    )


def _latency(values: dict[str, Any]) -> tuple[Entry, ...]:
    names = {"p50": "half are quicker", "p95": "19 in 20 are", "p99": "99 in 100 are"}
    times = [Entry(key, f"{values[key]:,.0f} ms", note) for key, note in names.items() if values.get(key) is not None]
    return _present(*times, _number(values, "questions_per_second", "questions / s", "as they were asked"))


def _present(*entries: Entry | None) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry is not None)


def _formatted(values: dict[str, Any], key: str, name: str, note: str, form: str) -> Entry | None:
    return None if values.get(key) is None else Entry(name, format(values[key], form), note)


def _number(values: dict[str, Any], key: str, name: str, note: str) -> Entry | None:
    return _formatted(values, key, name, note, ".1f")


def _share(values: dict[str, Any], key: str, name: str, note: str) -> Entry | None:
    return _formatted(values, key, name, note, ".3f")


def _percent(values: dict[str, Any], key: str, name: str, note: str) -> Entry | None:
    return None if values.get(key) is None else Entry(name, f"{100 * values[key]:.1f} %", note)


def _count(values: dict[str, Any], key: str, name: str, note: str) -> Entry | None:
    return _formatted(values, key, name, note, ",")
