"""The alerts and the dashboard name metrics and labels that a real server gives, and Prometheus' own tool takes them."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from metric_names import figures
from prometheus_client.parser import text_string_to_metric_families
from small_index import QUESTION, UNANSWERED, small_index
from support import ROOT, Served

pytestmark = pytest.mark.slow

FOLDER = ROOT / "qa" / "service" / "monitoring"
RULES = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((FOLDER / "dashboard.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
CHARTED = [target["expr"] for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = [rule["expr"] for rule in RULES] + CHARTED
ADDED = {"job", "instance"}  # by Prometheus, to what it scrapes
PROMTOOL = shutil.which("promtool")
with_promtool = pytest.mark.skipif(PROMTOOL is None, reason="needs promtool: apt-get install prometheus")


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, set[str]]]:
    """Name of each sample of a real /metrics, after an answer, none and a write → the labels that it has there."""
    served = Served(small_index(tmp_path_factory.mktemp("small")))
    for question in (QUESTION, UNANSWERED):
        served.client.post("/v1/ask", json={"question": question}).raise_for_status()
    served.client.put("/v1/documents/new.txt", json={"text": "The ferry is blue."}).raise_for_status()
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(served.client.get("/metrics").text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    yield found
    assert served.stop() == 0, served.log


def selectors(expression: str) -> list[tuple[str, set[str]]]:
    """(metric, the labels that it is chosen by), for each in an expression."""
    found = re.findall(r"\b((?:quoth|process)_\w+)(?:\{(.*?)\})?", expression)
    return [(name, set(re.findall(r'(\w+)=~?"', labels))) for name, labels in found]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_there(expression: str, scraped: dict[str, set[str]]) -> None:
    assert selectors(expression) or expression == 'up{job="quoth"} == 0'
    for name, labels in selectors(expression):
        assert labels - ADDED <= scraped[name] - {"le"}, name
    for grouped in re.findall(r"\bby \(([\w, ]+)\)", expression):
        assert set(grouped.split(", ")) - ADDED <= set().union(*(scraped[name] for name, _ in selectors(expression)))
    for route in re.findall(r'route=~?"([^"]+?)(?:\.\*)?"', expression):
        assert f'"{route}"' in (ROOT / "qa" / "service" / "permissions.py").read_text()


def test_the_charts_show_every_metric_of_quoth_but_those_that_are_none() -> None:
    charted = {re.sub("_(bucket|sum|count)$", "", name) for text in CHARTED for name, _ in selectors(text)}
    ours = {re.sub("_(bucket|sum|count)$", "", name) for name in figures() if name.startswith("quoth_")}
    uncharted = {"quoth_batch_questions", "quoth_models_load_seconds", "quoth_parsing_confined"}
    # these are only there if the settings keep questions, or name a replica
    assert ours - charted == uncharted | {"quoth_kept_questions_total", "quoth_replica_reads_total"}


def test_an_alert_says_how_grave_it_is_and_what_to_do() -> None:
    assert len({rule["alert"] for rule in RULES}) == len(RULES) == 9
    for rule in RULES:
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert len(rule["annotations"]["summary"]) > 40


def test_the_dashboard_can_be_imported() -> None:
    """Numbers are used once, nothing lies over another, and every chart asks the data source that is chosen."""
    assert [number for number, count in Counter(p["id"] for p in DASHBOARD["panels"]).items() if count > 1] == []
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at: dict[str, Any] = panel["gridPos"]
        cells = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    variables = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource", "job"}
    for panel in PANELS:
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        assert {source["uid"] for source in sources} == {"${datasource}"}
        legends = {name for target in panel["targets"] for name in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])}
        named = {name for target in panel["targets"] for name, _ in selectors(target["expr"])}
        assert legends <= set().union(*(figures()[name] for name in named)) | ADDED, panel["title"]


@with_promtool
def test_prometheus_takes_the_alerts_and_the_charts(tmp_path: Path) -> None:
    charts = [
        {"record": f"chart_{number}", "expr": text.replace("$__rate_interval", "5m")}
        for number, text in enumerate(CHARTED)
    ]
    (tmp_path / "charts.yaml").write_text(yaml.safe_dump({"groups": [{"name": "charts", "rules": charts}]}))
    command = [str(PROMTOOL), "check", "rules", str(FOLDER / "alerts.yaml"), str(tmp_path / "charts.yaml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


HISTOGRAM = {
    f'quoth_request_seconds_bucket{{route="/v1/ask",le="{most}"}}': f"0+{count}x60"
    for most, count in {"1": 90, "2.5": 94, "5": 100, "+Inf": 100}.items()
}


@with_promtool
@pytest.mark.parametrize(
    ("alert", "series", "fires"),
    [
        ("QuothDown", {'up{job="quoth"}': "0x60"}, True),
        ("QuothDown", {'up{job="quoth"}': "1x60"}, False),
        ("QuothDefect", {"quoth_defects_total": "0x50 1x10"}, True),
        ("QuothDefect", {"quoth_defects_total": "7x60"}, False),
        # 3 of 103 and 2 of 102 requests a minute: 2.9 % and 1.96 %
        (
            "QuothFails",
            {'quoth_requests_total{status="200"}': "0+100x60", 'quoth_requests_total{status="507"}': "0+3x60"},
            True,
        ),
        (
            "QuothFails",
            {'quoth_requests_total{status="200"}': "0+100x60", 'quoth_requests_total{status="507"}': "0+2x60"},
            False,
        ),
        # 94 % within 2.5 s, so that p95 lies above it
        ("QuothSlow", HISTOGRAM, True),
        (
            "QuothOverloaded",
            {'quoth_refused_total{line="questions"}': "0+6x60", 'quoth_late_total{line="questions"}': "0x60"},
            True,
        ),
        (
            "QuothOverloaded",
            {'quoth_refused_total{line="questions"}': "6x60", 'quoth_late_total{line="questions"}': "0x60"},
            False,
        ),
        ("QuothMemory", {'process_resident_memory_bytes{job="quoth"}': "2600000000x60"}, True),
        ("QuothMemory", {'process_resident_memory_bytes{job="quoth"}': "800000000x60"}, False),
    ],
)
def test_an_alert_fires_when_it_should_after_an_hour(
    alert: str, series: dict[str, str], fires: bool, tmp_path: Path
) -> None:
    firing = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    case = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": firing, "eval_time": "1h", "exp_samples": [{"labels": "{}", "value": 1}] if fires else []}
        ],
    }
    rules = {"rule_files": [str(FOLDER / "alerts.yaml")], "evaluation_interval": "1m", "tests": [case]}
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(rules))
    command = [str(PROMTOOL), "test", "rules", str(tmp_path / "test.yaml")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
