"""Health, metrics, the pages, and what the service says of itself."""

import platform
import re
from importlib.metadata import version
from urllib.parse import urljoin

import httpx
import pytest
from in_process import InProcess
from prometheus_client.parser import text_string_to_metric_families
from support import Served

from index.storage.sqlite.store import FILE_NAME
from qa.api.schemas import ANSWER_EXAMPLE


@pytest.fixture(scope="module")
def client(here: InProcess) -> httpx.Client:
    return here.client


def test_ready_tells_the_version_and_the_collections(client: httpx.Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    body = response.json()
    assert body["status"] == "ready"
    assert body["collections"]["default"] == 10
    assert body["index_version"] >= 10


def test_metrics_count_what_was_asked(client: httpx.Client) -> None:
    def count(status: str, reason: str) -> float:
        line = rf'^quoth_questions_total{{reason="{reason}",status="{status}"}} (\S+)$'
        found = re.search(line, client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    answered, empty = count("answered", ""), count("no_answer", "nothing_retrieved")
    client.post("/v1/ask", json={"question": "How big is the reward for Maduro now?"})
    client.post("/v1/ask", json={"question": "Who?", "document_ids": []})
    assert (count("answered", ""), count("no_answer", "nothing_retrieved")) == (answered + 1, empty + 1)
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert 'quoth_documents{collection="default"} 10.0' in response.text
    assert "quoth_stage_seconds_bucket" in response.text
    assert "reward" not in response.text


def sample(client: httpx.Client, name: str, **labels: str) -> float:
    """One of a server's figures; 0 where there is none of these labels yet."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    found = [each.value for family in families for each in family.samples if (each.name, each.labels) == (name, labels)]
    return found[0] if found else 0.0


def test_requests_are_counted_by_the_template_of_their_route(client: httpx.Client) -> None:
    expected = {
        ("GET", "/v1/documents/{document_id:path}", "200"): ("GET", "/v1/documents/seeds/sourdough.md"),
        ("GET", "/v1/documents/{document_id:path}", "404"): ("GET", "/v1/documents/no/such?collection=none"),
        ("POST", "/v1/ask", "415"): ("POST", "/v1/ask"),
        ("GET", "/v1/ask", "405"): ("GET", "/v1/ask"),
        ("GET", "other", "404"): ("GET", "/wp-login.php"),
        ("other", "other", "404"): ("BREW", "/coffee"),
    }

    def counted(method: str, route: str, status: str) -> float:
        return sample(client, "quoth_requests_total", method=method, route=route, status=status)

    before = {labels: counted(*labels) for labels in expected}
    for method, path in expected.values():
        client.request(method, path)
    assert {labels: counted(*labels) for labels in expected} == {labels: before[labels] + 1 for labels in expected}
    text = client.get("/metrics").text
    assert sample(client, "quoth_request_seconds_count", method="GET", route="other") >= 1
    for sent in ("sourdough", "wp-login", "BREW"):
        assert sent not in text


def test_writes_are_counted_by_how_they_ended_and_the_index_by_its_size(client: httpx.Client) -> None:
    def counted() -> dict[tuple[str, str], float]:
        pairs = [("put", "added"), ("put", "unchanged"), ("put", "replaced"), ("put", "unreadable-document"),
                 ("upload", "added"), ("delete", "deleted"), ("delete", "not-found")]  # fmt: skip
        return {pair: sample(client, "quoth_writes_total", operation=pair[0], outcome=pair[1]) for pair in pairs}

    before = counted()
    for text in ("Ferries sail at noon.", "Ferries sail at noon.", "Ferries sail at one.", " "):
        client.put("/v1/documents/counted.txt", json={"text": text, "collection": "counted"})
    client.post("/v1/documents", files={"file": ("more.txt", b"Noon.")}, data={"collection": "counted"})
    assert sample(client, "quoth_documents", collection="counted") == 2
    assert sample(client, "quoth_chunks", collection="counted") == 2
    assert sample(client, "quoth_index_version") == client.get("/readyz").json()["index_version"]
    for name in ("counted.txt", "more.txt", "more.txt"):
        client.delete(f"/v1/documents/{name}", params={"collection": "counted"})
    after = counted()
    assert {pair: after[pair] - before[pair] for pair in before} == {pair: 2 if pair == ("delete", "deleted") else 1 for pair in before}  # fmt: skip
    assert sample(client, "quoth_documents", collection="counted") == 0


@pytest.mark.slow
def test_metrics_tell_the_build_the_file_and_the_process(served: Served) -> None:
    client = served.client
    assert sample(client, "quoth_build_info", version=version("quoth"), python=platform.python_version()) == 1
    assert sample(client, "quoth_data_bytes", file="data") == (served.data / FILE_NAME).stat().st_size
    assert sample(client, "quoth_models_load_seconds") > 0
    assert sample(client, "quoth_models_arithmetic", arithmetic="float32") == 1
    assert "The models multiply in float32 (QUOTH_PRECISION is float32)." in served.log
    assert sample(client, "process_resident_memory_bytes") > 100_000_000
    before = sample(client, "quoth_batch_questions_sum"), sample(client, "quoth_batch_questions_count")
    client.post("/v1/ask/batch", json={"questions": ["Who?", "When?"], "document_ids": []})
    after = sample(client, "quoth_batch_questions_sum"), sample(client, "quoth_batch_questions_count")
    assert after == (before[0] + 2, before[1] + 1)


@pytest.mark.parametrize("given", ["abc-1", "6f1d:~!", "x" * 128])
def test_a_request_id_is_given_back_on_answers_and_on_problems(client: httpx.Client, given: str) -> None:
    for path in ("/healthz", "/", "/static/ask.js", "/nothing", "/v1/ask"):
        assert client.get(path, headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "two words", "caf\xe9", "tab\tbed"])
def test_an_id_that_is_no_sane_one_is_replaced(client: httpx.Client, given: str) -> None:
    told = client.get("/healthz", headers={"X-Request-ID": given.encode("latin-1")}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", told)
    assert told != client.get("/healthz").headers["x-request-id"]


def test_pages_load_only_from_here(client: httpx.Client) -> None:
    for path in ("/", "/documents", "/documents/", "/documents/seeds/sourdough.md?start=0&end=9"):
        page = client.get(path)
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-cache"
        assert "://" not in page.text
        for link in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
            assert client.get(link).status_code == 200
    assert client.get("/static/none.js").status_code == 404


def test_what_a_page_is_made_of_is_served_here_and_of_the_right_type(client: httpx.Client) -> None:
    found, seen = {"/static/ask.js", "/static/documents.js", "/static/document.js"}, set()
    while found - seen:
        script = client.get(name := min(found - seen))
        assert script.status_code == 200
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["cache-control"] == "no-cache"
        assert "innerHTML" not in script.text
        assert "insertAdjacentHTML" not in script.text
        seen.add(name)
        found |= {urljoin(name, other) for other in re.findall(r'from "(\.[^"]+)"', script.text)}
    assert {"/static/requests.js", "/static/shared/event_stream.js"} <= seen
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_openapi_has_the_contract_with_examples(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/v1/ask", "/v1/ask/batch", "/v1/ask/stream", "/v1/search", "/v1/documents", "/v1/documents/{document_id}",
        "/v1/originals/{document_id}", "/v1/chat/completions", "/v1/models", "/v1/models/{model}", "/v1/feedback", "/v1/tokens", "/healthz", "/readyz", "/metrics",
        "/v1/insights", "/v1/insights/questions", "/v1/insights/questions.csv", "/v1/insights/labelled.json",
        "/v1/archives", "/v1/archives/{archive_id}", "/v1/audit", "/v1/suggestions", "/v1/syncs",
    }  # fmt: skip
    ask = schema["paths"]["/v1/ask"]["post"]
    example = ask["responses"]["200"]["content"]["application/json"]["example"]
    answer = client.post("/v1/ask", json={"question": "Who became safety officer after Piet Amsel?"}).json()
    sure = pytest.approx(answer["answers"][0]["confidence"], abs=0.002)  # processors differ in the last digits
    assert ANSWER_EXAMPLE["answers"] == [{**answer["answers"][0], "confidence": sure}]
    assert list(ANSWER_EXAMPLE) == list(answer)
    assert example["answers"][0]["text"] == answer["answers"][0]["text"]  # FastAPI leaves nulls out of examples
    assert example["passages"][0]["text"] == answer["passages"][0]["text"]
    assert "application/problem+json" in ask["responses"]["422"]["content"]
    assert schema["components"]["schemas"]["AskRequest"]["properties"]["question"]["examples"]


@pytest.mark.slow
def test_no_header_tells_what_serves(served: Served) -> None:
    client = served.client
    assert "server" not in client.get("/healthz").headers
    assert FILE_NAME not in client.get("/readyz").text
