"""The contract says what is true, and what fuzzing found against it stays mended; `tests/benchmarks/fuzz.py` goes on."""

import json
from typing import Any

import httpx
import pytest
from in_process import InProcess
from support import problem

from index.formats.registry import FORMATS

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(here: InProcess) -> httpx.Client:
    return here.client


@pytest.fixture(scope="module")
def guarded(guarded_here: Any) -> Any:  # the conftest's Guarded
    return guarded_here


@pytest.fixture
def contract(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def operations(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f"{m} {path}": told for path, methods in contract["paths"].items() for m, told in methods.items()}


def references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(references, value))
    if isinstance(value, dict):
        return set().union({value["$ref"]} if "$ref" in value else (), *map(references, value.values()))
    return set()


def test_every_refusal_is_a_problem_or_an_error_of_openais_form(contract: dict[str, Any]) -> None:
    for name, operation in operations(contract).items():
        refusals = {status: told for status, told in operation["responses"].items() if status >= "400"}
        if "/v1/chat/" in name or "/v1/models" in name:
            assert "422" not in refusals
            form = {"application/json": {"schema": {"$ref": "#/components/schemas/OpenAIError"}}}
        else:
            form = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        assert [told["content"] for told in refusals.values()] == [form] * len(refusals), name
        guarded = {"401", "403", "429"} & set(refusals)
        assert len(guarded) == (0 if name in ("get /healthz", "get /readyz") else 3), name
        assert {"409", "503", "507"} <= set(refusals) or name == "get /healthz"


def test_all_that_the_contract_refers_to_is_in_it(contract: dict[str, Any]) -> None:
    schemas = {f"#/components/schemas/{name}" for name in contract["components"]["schemas"]}
    assert references(contract) <= schemas
    assert "#/components/schemas/HTTPValidationError" not in schemas
    identities = {operation["operationId"] for operation in operations(contract).values()}
    linked = {
        (name, link, told["operationId"])
        for name, operation in operations(contract).items()
        for response in operation["responses"].values()
        for link, told in response.get("links", {}).items()
    }
    assert len(linked) >= 8
    assert {target for _, _, target in linked} <= identities


def test_the_contract_tells_what_a_setting_allows_and_what_a_stream_says(contract: dict[str, Any]) -> None:
    assert contract["components"]["schemas"]["BatchRequest"]["properties"]["questions"]["maxItems"] == 5
    paths = contract["paths"]
    event = paths["/v1/ask/stream"]["post"]["responses"]["200"]["content"]["text/event-stream"]["itemSchema"]
    assert event["required"] == ["event", "data"]
    forms = event["properties"]["data"]["contentSchema"]["anyOf"]
    assert {form["$ref"].rpartition("/")[2] for form in forms} == {"Retrieved", "GivenAnswer", "Answer", "Problem"}
    chunk = paths["/v1/chat/completions"]["post"]["responses"]["200"]["content"]["text/event-stream"]["itemSchema"]
    assert chunk["properties"]["data"]["anyOf"][0] == {"const": "[DONE]"}
    encoding = paths["/v1/documents"]["post"]["requestBody"]["content"]["multipart/form-data"]["encoding"]
    media_types = encoding["file"]["contentType"].split(", ")
    assert media_types[:4] == ["text/plain", "text/markdown", "text/html", "application/pdf"]
    assert len(media_types) == len(set(media_types)) == len(FORMATS)


def test_a_link_leads_on(client: httpx.Client, contract: dict[str, Any]) -> None:
    stored = client.put("/v1/documents/linked", json={"text": "Ferries sail at noon.", "collection": "linked"})
    told = contract["paths"]["/v1/documents/{document_id}"]["put"]["responses"]["201"]["links"]["read"]
    assert told["parameters"] == {
        "document_id": "$response.body#/document/id", "collection": "$response.body#/document/collection",
    }  # fmt: skip
    document = stored.json()["document"]
    read = client.get(f"/v1/documents/{document['id']}", params={"collection": document["collection"]})
    assert read.json()["document"]["text"] == "Ferries sail at noon."


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/documents", "GET, HEAD, POST"),
        ("/v1/documents/a/b", "DELETE, GET, HEAD, PUT"),
        ("/v1/feedback", "GET, HEAD, POST"),
        ("/v1/ask", "POST"),
        ("/v1/models", "GET, HEAD"),
        ("/static/ask.js", "GET, HEAD"),
    ],
)
def test_a_method_that_isnt_there_is_told_which_are(client: httpx.Client, path: str, allowed: str) -> None:
    for method in ("PATCH", "OPTIONS", "TRACE", "NOTHING"):
        response = client.request(method, path)
        assert (response.status_code, response.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/healthz", "/v1/documents", "/v1/documents/none", "/", "/static/ask.js", "/nothing"])
def test_head_is_get_without_the_body(client: httpx.Client, path: str) -> None:
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (whole.status_code, b"")
    for name in ("content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("number", ["9223372036854775808", "8594972430558050799058944", "9" * 5000, "-1", "1.5", "x"])
def test_an_offset_that_no_page_can_have_is_refused(client: httpx.Client, number: str) -> None:
    for path in ("/v1/documents", "/v1/feedback"):
        assert problem(client.get(path, params={"offset": number}), 422, "invalid-request")["errors"]
    assert client.get("/v1/documents", params={"offset": 2**31}).json()["documents"] == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_isnt_finite_is_refused_and_spoils_nothing(client: httpx.Client, number: str) -> None:
    body = f'{{"text": "Bees hum.", "collection": "finite", "metadata": {{"weight": {number}}}}}'
    problem(client.put("/v1/documents/spoilt", content=body, headers=JSON), 422, "invalid-request")
    asked = f'{{"question": "Who hums?", "metadata": {{"weight": {number}}}}}'
    problem(client.post("/v1/search", content=asked, headers=JSON), 422, "invalid-request")
    kept = {"text": "Bees hum.", "collection": "finite", "metadata": {"weight": 1e308, "many": 10**30}}
    assert client.put("/v1/documents/kept", json=kept).json()["document"]["metadata"] == kept["metadata"]
    for wanted, found in ({"many": 10**30}, 1), ({"many": 1}, 0):
        where = {"question": "Who hums?", "collection": "finite", "metadata": wanted}
        assert len(client.post("/v1/search", json=where).json()["passages"]) == found


@pytest.mark.parametrize(
    ("field", "value"),
    [("min_confidence", False), ("max_answers", True), ("top_k", "3"), ("top_k", 2.5), ("question", 7)],
)
def test_a_value_of_another_type_is_refused(client: httpx.Client, field: str, value: Any) -> None:
    told = problem(client.post("/v1/ask", json={"question": "Who?", field: value}), 422, "invalid-request")
    assert told["errors"][0]["field"] == field


def test_a_whole_number_may_have_a_point(client: httpx.Client) -> None:
    asked = {"question": "Who?", "document_ids": [], "top_k": 3.0, "max_answers": 2.0, "min_confidence": 0}
    assert client.post("/v1/ask", json=asked).json()["reason"] == "nothing_retrieved"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (
            b'{"question": ' + b"[" * 1_000 + b"]" * 1_000 + b"}",
            "it is nested too deeply: more than 16 brackets in each other",
        ),
        (b'{"question": "Who?", "top_k": ' + b"9" * 5000 + b"}", "a number in it is too long"),
        (b'{"question": "\xff\xfe"}', "it is not in UTF-8"),
    ],
)
def test_a_body_that_cant_be_read_is_broken_json(client: httpx.Client, body: bytes, why: str) -> None:
    for path in ("/v1/ask", "/v1/ask/stream", "/v1/feedback"):
        told = problem(client.post(path, content=body, headers=JSON), 400, "broken-json")
        assert told["detail"] == f"The body is no JSON that can be read ({why}): mend it."
    error = client.post("/v1/chat/completions", content=body, headers=JSON)
    assert (error.status_code, error.json()["error"]["code"]) == (400, "broken_json")


@pytest.mark.parametrize("boundary", ["", "; boundary=a"])
def test_a_form_that_cant_be_read_is_told(client: httpx.Client, boundary: str) -> None:
    headers = {"Content-Type": f"multipart/form-data{boundary}"}
    told = problem(client.post("/v1/documents", content=b"x", headers=headers), 400, "broken-form")
    assert told["detail"].startswith("The body is no form that can be read: ")


def test_half_a_surrogate_pair_as_a_models_name_is_refused(client: httpx.Client) -> None:
    body = json.dumps({"model": "quoth/\ud800", "messages": [{"role": "user", "content": "Who?"}]})
    response = client.post("/v1/chat/completions", content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "model"


def test_what_is_said_twice_is_told_by_the_status(client: httpx.Client) -> None:
    file = {"file": ("twice.txt", b"Ferries sail at noon.", "text/plain")}
    uploads = [client.post("/v1/documents", files=file, data={"id": "twice", "collection": "twice"}) for _ in range(2)]
    assert [(each.status_code, each.json()["status"]) for each in uploads] == [(201, "added"), (200, "unchanged")]
    said = {"answer_id": "0" * 16, "question": "Who sails?", "verdict": "right", "collection": "twice"}
    assert [client.post("/v1/feedback", json=said).status_code for _ in range(2)] == [201, 200]
