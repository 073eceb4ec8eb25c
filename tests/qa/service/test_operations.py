"""Health, metrics, the pages, and what the service says of itself."""

import re

import httpx

from index.store import FILE_NAME
from qa.service.schemas import ANSWER_EXAMPLE


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
        found |= set(re.findall(r'from "(/static/[^"]+)"', script.text))
    assert "/static/shared.js" in seen
    icon = client.get("/favicon.ico")
    assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_openapi_has_the_contract_with_examples(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["paths"]) == {
        "/v1/ask", "/v1/ask/batch", "/v1/ask/stream", "/v1/search", "/v1/documents", "/v1/documents/{document_id}",
        "/v1/originals/{document_id}", "/v1/chat/completions", "/v1/models", "/v1/models/{model}", "/v1/feedback", "/v1/tokens", "/healthz", "/readyz", "/metrics",
    }  # fmt: skip
    ask = schema["paths"]["/v1/ask"]["post"]
    example = ask["responses"]["200"]["content"]["application/json"]["example"]
    answer = client.post("/v1/ask", json={"question": "Who became safety officer after Piet Amsel?"}).json()
    assert ANSWER_EXAMPLE["answers"] == answer["answers"]
    assert list(ANSWER_EXAMPLE) == list(answer)
    assert example["answers"][0]["text"] == answer["answers"][0]["text"]  # FastAPI leaves nulls out of examples
    assert example["passages"][0]["text"] == answer["passages"][0]["text"]
    assert "application/problem+json" in ask["responses"]["422"]["content"]
    assert schema["components"]["schemas"]["AskRequest"]["properties"]["question"]["examples"]


def test_no_header_tells_what_serves(client: httpx.Client) -> None:
    assert "server" not in client.get("/healthz").headers
    assert FILE_NAME not in client.get("/readyz").text
