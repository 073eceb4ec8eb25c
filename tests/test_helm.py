"""The Helm chart: what it says agrees with the image and the settings; Helm's own library and Kubernetes' schemas take it."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import ROOT
from test_dockerfile import value

from qa.settings import Settings

CHART = ROOT / "qa" / "service" / "helm"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
DEPLOYMENT = (CHART / "templates" / "deployment.yaml").read_text()
HELPERS = (CHART / "templates" / "_helpers.tpl").read_text()
EVERYTHING = {
    "replicas": 2,
    "persistence": {"enabled": False},
    "settingsSecret": "store",
    "firstKey": False,
    "ingress": {"enabled": True, "className": "nginx", "tlsSecret": "tls", "annotations": {"a": "b"}},
    "serviceMonitor": {"enabled": True, "keySecret": "scraping"},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "x", "operator": "Exists"}],
    "podAnnotations": {"c": "d"},
}


def test_it_is_of_the_same_version_as_quoth() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert (chart["version"], chart["appVersion"]) == (version, version)


def test_it_agrees_with_the_image_and_the_settings() -> None:
    assert f"containerPort: {value('EXPOSE')}" in DEPLOYMENT
    assert f"mountPath: {value('VOLUME')}" in HELPERS
    (user,) = re.findall(r"--uid (\d+) quoth", (ROOT / "Dockerfile").read_text())
    assert re.findall(r"(?:runAsUser|runAsGroup|fsGroup): (\d+)", DEPLOYMENT) == [user] * 3
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    texts = [path.read_text() for path in CHART.rglob("*") if path.is_file()]
    assert set(re.findall(r"QUOTH_[A-Z_]+[A-Z]", "".join(texts))) <= known
    assert set(VALUES["settings"]) <= known
    assert VALUES["terminationGracePeriodSeconds"] > Settings().shutdown_seconds


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    (script,) = re.findall(r'command: \[sh, -c, "(.*?)"\]', DEPLOYMENT)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "QUOTH_DATA": str(tmp_path / "data")}

    def run() -> str:
        done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    key = run()
    assert re.fullmatch(r"\S{20,}\n", key)
    assert run() == ""  # there is one: it isn't made anew, nor shown again


@pytest.fixture
def helm() -> Any:
    if not find_spec("helm_python"):
        pytest.skip("needs the extra `integrations`")
    import helm_python

    return helm_python


def rendered(helm: Any, values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Kind → the one object of it that the chart makes with these values."""
    files = helm.Chart.load(str(CHART)).render(values, name="docs", namespace="people")
    texts = [text for name, text in files.items() if name.endswith(".yaml")]
    found = [object_ for text in texts for object_ in yaml.safe_load_all(text) if object_]
    assert len({each["kind"] for each in found}) == len(found)
    return {each["kind"]: each for each in found}


@pytest.mark.integrations
def test_helm_finds_no_fault(helm: Any) -> None:
    result = helm.lint(str(CHART), strict=True)
    assert result["errors"] == []
    assert [message["error"] for message in result["messages"]] == ["icon is recommended"]


@pytest.mark.integrations
@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_kubernetes_takes_what_it_renders(helm: Any, values: dict[str, Any]) -> None:
    import kubernetes_validate

    objects = rendered(helm, values)
    kinds = {"Deployment", "Service", *({"Ingress", "ServiceMonitor"} if values else {"PersistentVolumeClaim"})}
    assert set(objects) == kinds
    for kind, each in objects.items():
        if kind != "ServiceMonitor":  # of Prometheus' operator, whose schemas aren't Kubernetes' own
            kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.integrations
def test_one_pod_at_a_time_has_the_data_file_and_several_keep_nothing(helm: Any) -> None:
    one, several = rendered(helm, {}), rendered(helm, EVERYTHING)
    assert one["Deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    pod = one["Deployment"]["spec"]["template"]["spec"]
    assert pod["volumes"][0] == {"name": "data", "persistentVolumeClaim": {"claimName": "docs-quoth"}}
    assert one["PersistentVolumeClaim"]["metadata"]["name"] == "docs-quoth"
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["env"] == [{"name": "QUOTH_LOG_FORMAT", "value": "json"}]
    spec = several["Deployment"]["spec"]
    assert (spec["replicas"], spec["strategy"]) == (2, {"type": "RollingUpdate"})
    assert spec["template"]["spec"]["volumes"][0] == {"name": "data", "emptyDir": {}}
    assert "initContainers" not in spec["template"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert several["Service"]["spec"]["selector"] == spec["selector"]["matchLabels"] == labels
    assert several["ServiceMonitor"]["spec"]["selector"]["matchLabels"] == several["Service"]["metadata"]["labels"]
    endpoint = several["ServiceMonitor"]["spec"]["endpoints"][0]
    assert endpoint["authorization"] == {"credentials": {"name": "scraping", "key": "key"}}


@pytest.mark.integrations
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"replicas": 2}, "a data file is served by one pod alone: name a PostgreSQL in QUOTH_STORE"),
        ({"persistence": {"enabled": False}}, "the index would be lost with the pod. Name a PostgreSQL"),
        ({"setings": {}}, "additional properties 'setings' not allowed"),
        ({"settings": {"QUOTH_TOP_K": 9}}, "at '/settings/QUOTH_TOP_K': got number, want string"),
    ],
    ids=["two over a file", "nothing kept", "misspelt", "not a string"],
)
def test_values_that_would_lose_or_do_nothing_are_refused(helm: Any, values: dict[str, Any], message: str) -> None:
    with pytest.raises(helm.HelmError, match=re.escape(message)):
        rendered(helm, values)
