"""The report: one page that asks for nothing, says what the results say, and obeys no text that it shows."""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from made_results import made_results

from index.errors import ResultsError
from qa.cli.main import main
from qa.evaluation import plots as plotting
from qa.evaluation import report
from qa.evaluation.plots import Plot
from qa.evaluation.report import WORST_PER_STAGE, Stage
from qa.evaluation.results import Results, from_json, save

pytestmark = pytest.mark.slow

VOID = {"meta", "br", "link", "img", "input", "hr"}
HOSTILE = "</p></style></svg><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>{{ 7 * 7 }}&amp;\"'"


class Page(HTMLParser):
    """The page as a browser would have it: elements with their attributes, and the text inside of each kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.setdefault(tag, []).append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        return [found for name, found in self.elements if name == tag and attributes.items() <= found.items()]


def read(values: dict[str, Any]) -> Results:
    return from_json(values, Path("made.json"))


def render(values: dict[str, Any]) -> str:
    return report.render(read(values))


def plots(values: dict[str, Any]) -> list[Plot]:
    return plotting.plots(read(values))


def stages(values: dict[str, Any]) -> list[Stage]:
    return report.stages(read(values))


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    return made_results(300)


@pytest.fixture(scope="module")
def page(results: dict[str, Any]) -> str:
    return render(results)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_is_whole_and_asks_for_nothing(page: str) -> None:
    parsed = Page(page)
    assert parsed.open == []
    names = {name for name, _ in parsed.elements}
    assert not names & {"script", "link", "img", "iframe", "object", "base", "form", "image"}
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import", page)
    policy = parsed.all("meta", **{"http-equiv": "Content-Security-Policy"})
    assert [one["content"] for one in policy] == ["default-src 'none'; style-src 'unsafe-inline'"]
    for _, attributes in parsed.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = set(re.findall(r'(?:href="#|url\(#|aria-labelledby=")([^")]+)', page))
    assert referred <= set(ids)


def test_it_opens_with_where_the_misses_were_lost(page: str, results: dict[str, Any]) -> None:
    parsed = Page(page)
    headings = [words(text) for text in parsed.texts["h2"]]
    assert headings == ["Where the misses were lost", "Figures", "Plots", "The worst misses", "What was measured"]
    table = re.search(r'<table class="lost">.*?</table>', page, re.DOTALL)
    assert table
    rows = [words(row) for row in Page(table[0]).texts["tr"][1:]]
    total = sum(results["misses"].values())
    for row, (stage, count) in zip(rows, results["misses"].items(), strict=True):
        assert row.startswith(f"{stage} {count} {count / total:.0%} ")
        assert " Try " in row
        assert f"width: {100 * count / total:.1f}%" in table[0]


def test_the_figures_are_those_of_the_results(page: str, results: dict[str, Any]) -> None:
    figures = re.search(r'<div class="figures">.*?</div>', page, re.DOTALL)
    assert figures
    rows = " | ".join(words(row) for row in Page(figures[0]).texts["tr"])
    metrics = results["metrics"]
    for told in (
        "dataset squad tarn-quay-dev", "asked of 1,200 in the file 300",
        f"EM exactly right, % {metrics['answers']['em']:.1f}", f"best F1 at threshold {metrics['answers']['best_f1_threshold']:.2f}",
        f"recall@5 a gold answer in the first 5 {metrics['retrieval']['recall@5']:.3f}", f"AURC mean risk; 0 is best {metrics['calibration']['aurc']:.3f}",
        f"at 90% precision of all questions {100 * metrics['abstention']['coverage_at']['0.90']:.1f} %",
        f"p99 99 in 100 are {metrics['latency']['p99']:.0f} ms", "word F1 of the two 0.617",
    ):  # fmt: skip
        assert told in rows


def test_plots_are_described_coloured_by_the_page_and_the_same_each_time(results: dict[str, Any]) -> None:
    made = plots(results)
    assert [plot.title for plot in made] == [
        "Reliability",
        "Risk and coverage",
        "Retrieval",
        "F1 and EM by threshold",
        "Latency",
    ]
    assert plots(results) == made
    for plot in made:
        svg = Page(plot.svg)
        assert svg.open == []
        (outer,) = svg.all("svg")
        assert outer["role"] == "img"
        assert len(outer["aria-label"] or "") > 40
        assert not re.search(r"#[0-9a-fA-F]{6}\b|DejaVu|\d{4}-\d\d-\d\d", plot.svg)
    latency = results["metrics"]["latency"]
    texts = [words(text) for text in Page(made[-1].svg).texts["text"]]
    assert {f"p{p}: {latency[f'p{p}']:.0f} ms" for p in (50, 95, 99)} <= set(texts)
    recall = results["metrics"]["retrieval"]["recall@5"]
    assert {f"{recall:.2f}", "top 5"} <= {words(text) for text in Page(made[2].svg).texts["text"]}
    by_threshold = {words(text) for text in Page(made[3].svg).texts["text"]}
    best = results["metrics"]["answers"]["best_f1_threshold"]
    assert {"now: 0.35", f"best F1: {best:.2f}", "HasAns", "NoAns"} <= by_threshold


def test_the_worst_misses_are_the_surest_of_each_stage(results: dict[str, Any], page: str) -> None:
    for stage in stages(results):
        lost = [row for row in results["rows"] if row["missed"] == stage.name]
        confidences = sorted((row["confidence"] for row in lost), reverse=True)[:WORST_PER_STAGE]
        assert [miss.row.confidence for miss in stage.worst] == confidences
        assert stage.count == len(lost)
    shown = sum(len(stage.worst) for stage in stages(results))
    assert len(Page(page).all("article")) == shown > 30


def test_a_miss_shows_gold_answer_and_which_candidate_is_right() -> None:
    results = made_results(300)
    row = next(row for row in results["rows"] if row["missed"] == "ranking" and row["status"] == "answered")
    only = results | {"rows": [row], "misses": {**dict.fromkeys(results["misses"], 0), "ranking": 1}}
    (article,) = re.findall(r"<article.*?</article>", render(only), re.DOTALL)
    gold, given = row["golds"][0]["text"], row["answer"]
    assert f'<mark class="gold">{gold}</mark>' in article
    assert f'<mark class="answer">{given}</mark>' in article
    told = Page(article)
    assert words(told.texts["h4"][0]) == row["question"]
    assert [words(text) for text in told.texts["dd"][:2]] == [gold, given]
    assert [" right " in words(text) for text in told.texts["ol"][0].split("%")[:2]] == [False, True]
    assert words(told.texts["dd"][3]) == f"{row['gold_rank']} of 8 id {row['id']}"
    texts = [
        text for text, attributes in zip(told.texts["p"], told.all("p"), strict=True) if attributes["class"] == "text"
    ]
    assert texts == [passage["text"] for passage in row["passages"]]


def hostile(value: Any) -> Any:
    """The same with every text made hostile, but what the format itself fixes."""
    if isinstance(value, dict):
        kept = {"mode", "missed", "status", "kind", "started"}
        return {key: one if key in kept else hostile(one) for key, one in value.items()}
    if isinstance(value, list):
        return [hostile(one) for one in value]
    return f"{value}{HOSTILE}" if isinstance(value, str) else value


def test_no_text_is_obeyed() -> None:
    results = hostile(made_results(40))
    results["dataset"]["problems"] = {HOSTILE: 1}
    results["subject"]["settings"] = {HOSTILE: HOSTILE, "list": [HOSTILE]}
    results["subject"]["models"] = {HOSTILE: {"name": HOSTILE, "sha256": HOSTILE}}
    page = render(results)
    parsed = Page(page)
    assert parsed.open == []
    assert {name for name, _ in parsed.elements}.isdisjoint({"script", "img"})
    assert page.count("</style>") == 1
    assert HOSTILE not in page
    assert "49" not in parsed.texts["h1"][0]
    assert parsed.texts["h1"][0] == f"Quoth on tarn-quay-dev{HOSTILE}"
    missed = [row["question"] for row in results["rows"] if row["missed"]]
    assert set(parsed.texts["h4"]) == set(missed)


def test_reading_mode_leaves_retrieval_out() -> None:
    results = made_results(60, mode="reading")
    page = render(results)
    assert "recall@" not in page
    assert [plot.title for plot in plots(results)] == [
        "Reliability",
        "Risk and coverage",
        "F1 and EM by threshold",
        "Latency",
    ]


def test_a_dataset_without_answers_leaves_them_out() -> None:
    """As BEIR has it: documents are judged relevant, and there is no answer text."""
    results = made_results(60)
    for row in results["rows"]:
        row |= {"golds": [], "em": None, "f1": None, "best_em": None, "best_f1": None, "answerable": True}
        row["missed"] = None if row["gold_rank"] else "retrieval"
        row["gold_documents"] = ["seeds/orm.md"]
    results["misses"] = {"retrieval": sum(row["missed"] == "retrieval" for row in results["rows"])}
    results["metrics"] |= dict.fromkeys(("answers", "citations", "abstention", "calibration"))
    results["metrics"]["retrieval"] |= {"counted": 0, "recall@5": None}
    page = render(results)
    assert [plot.title for plot in plots(results)] == ["Retrieval", "Latency"]
    assert "Answers</h3>" not in page
    assert "in seeds/orm.md" in words(Page(page).texts["article"][0])


def test_without_a_calibration_there_is_no_confidence_to_show() -> None:
    results = made_results(60)
    for row in results["rows"]:
        row["confidence"] = None
        for candidate in row["candidates"]:
            candidate["confidence"] = None
    results["metrics"]["calibration"] = None
    thresholds = ("best_em", "best_em_threshold", "best_f1", "best_f1_threshold")
    results["metrics"]["answers"] |= dict.fromkeys(thresholds)
    results["metrics"]["abstention"]["coverage_at"] = dict.fromkeys(("0.70", "0.80", "0.90", "0.95"))
    assert [plot.title for plot in plots(results)] == ["Retrieval", "Latency"]
    page = render(results)
    assert "no confidence" in words(Page(page).texts["article"][0])
    assert "best F1" not in page


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_very_few_rows_make_a_page(count: int) -> None:
    results = made_results(3)
    results["rows"] = results["rows"][:count]
    results["misses"] = dict.fromkeys(results["misses"], 0)
    if count == 0:
        results["metrics"] = dict.fromkeys(results["metrics"])
    assert "No question was missed." in render(results)


def test_a_server_says_nothing_of_its_chunks() -> None:
    results = made_results(30)
    results["subject"] |= {"kind": "server", "url": "http://127.0.0.1:8000", "models": None, "commit": None}
    page = words(render(results))
    assert "asked of the server at http://127.0.0.1:8000" in page
    assert "A server doesn't show its chunks" in page


def test_the_command_writes_the_page_beside_the_results(tmp_path: Path) -> None:
    save(read(made_results(30)), tmp_path / "run.json")
    result = CliRunner().invoke(main, ["report", str(tmp_path / "run.json")])
    assert (result.exit_code, result.output) == (0, f"report     {tmp_path / 'run.html'}\n")
    assert (tmp_path / "run.html").read_text(encoding="utf-8") == render(made_results(30))
    named = CliRunner().invoke(main, ["report", str(tmp_path / "run.json"), "-o", str(tmp_path / "new" / "page.html")])
    assert named.exit_code == 0
    assert (tmp_path / "new" / "page.html").read_bytes() == (tmp_path / "run.html").read_bytes()


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(read(made_results(5)), tmp_path / "run.json")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = CliRunner().invoke(main, ["report", str(tmp_path / "run.json")])
    assert result.exit_code == 1
    assert result.output == "Error: The report needs matplotlib: pip install 'quoth[evaluate]'.\n"


def test_half_a_surrogate_pair_is_no_reason_to_fail(tmp_path: Path) -> None:
    results = made_results(30)
    next(row for row in results["rows"] if row["missed"])["question"] = "half: \ud800."
    report.write(read(results), tmp_path / "page.html")
    assert "half: ?." in (tmp_path / "page.html").read_text(encoding="utf-8")
    with pytest.raises(ResultsError, match=r"can't be written \(Is a directory\)"):
        report.write(read(results), tmp_path)


def test_kinds_of_questions_have_a_table_where_the_dataset_tells_them() -> None:
    results = made_results(30)
    who = {"count": 12, "answerable": 9, "read": 0.5, "first_f1": 41.25, "f1": 30.0, "answered": 0.25, "silent": None,
           "verdicts_right": None, "parts_f1": None}  # fmt: skip
    results["metrics"]["by_form"] = {"yes_no": who | {"verdicts_right": 0.75}, HOSTILE: who}
    page = render(results)
    assert "By type of question" not in page
    start = page.index('<tr><th scope="row">', page.index("By form of answer"))
    line = Page(page[start : page.index("</tr>", start) + len("</tr>")])
    assert line.texts["th"] == ["yes no"]
    assert line.texts["td"] == ["12", "9", "50.0 %", "41.2", "30.0", "25.0 %", "", "75.0 %", ""]
    assert HOSTILE not in page
