"""Feedback over HTTP: what is kept of it, what is looked up, and what is refused."""

import json
from dataclasses import fields
from typing import Any

import httpx
import pytest
from in_process import InProcess
from support import problem

from index.feedback import Judgement
from qa.service.routes.feedback import FeedbackEntry, FeedbackRequest

FERRY = "# Ferries\n\nThe ferry to Orm sails at noon. In winter it sails\nat ten o'clock, and the bus waits for it."
BUS = "The bus to Orm leaves at half past eight, and the driver is Ada Kestrel. A ticket costs 4 crowns."
ID = "0123456789abcdef"


@pytest.fixture(scope="module")
def client(here: InProcess) -> httpx.Client:
    return here.client


@pytest.fixture(scope="module")
def collection(client: httpx.Client) -> str:
    """Two documents to give feedback on."""
    for name, text in {"ferry": FERRY, "bus": BUS}.items():
        body = {"text": text, "collection": "fed"}
        assert client.put(f"/v1/documents/{name}", json=body).status_code in (200, 201)
    return "fed"


def feedback(**given: Any) -> dict[str, Any]:
    plain = {"answer_id": ID, "question": "When does the ferry to Orm sail?", "collection": "fed", "verdict": "right"}
    return {**plain, **given}


def span(document_id: str, text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"document_id": document_id, "start": start, "end": start + len(words)}


def last(client: httpx.Client, collection: str = "fed") -> dict[str, Any]:
    page = client.get("/v1/feedback", params={"collection": collection, "limit": 1000}).json()
    entry: dict[str, Any] = page["feedback"][-1]
    assert page["total"] == len(page["feedback"])
    return entry


def test_an_answer_that_was_asked_for_is_judged_and_kept_with_its_words(client: httpx.Client, collection: str) -> None:
    question = "When does the ferry to Orm sail?"
    answer = client.post("/v1/ask", json={"question": question, "collection": collection}).json()
    citation = answer["answers"][0]["citations"][0]
    judged = {name: citation[name] for name in ("document_id", "start", "end")}
    body = feedback(answer_id=answer["id"], answer={**judged, "exact": citation["quote"]["exact"]})
    version = client.get("/readyz").json()["index_version"]
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201
    number = response.json()["id"]
    assert response.json() == {"id": number, "status": "kept", "located": None}
    document = client.get("/v1/documents/ferry", params={"collection": collection}).json()
    entry = last(client)
    assert entry.pop("given").endswith("+00:00")
    assert entry == {
        "id": number, "collection": "fed", "question": question, "answer_id": answer["id"], "verdict": "right",
        "answer": {**judged, "sha256": document["sha256"], **citation["quote"]}, "correction": None,
        "reason": None, "comment": None,
    }  # fmt: skip
    again = client.post("/v1/feedback", json=body)
    assert (again.status_code, again.json()["id"]) == (200, number)
    assert last(client)["id"] == number
    assert client.get("/readyz").json()["index_version"] == version  # no answer changes by it


def test_what_is_wrong_with_an_answer_and_a_comment_are_kept(client: httpx.Client, collection: str) -> None:
    body = feedback(verdict="wrong", answer=span("ferry", FERRY, "noon"))
    for reason, comment in (("incomplete", None), ("outdated", "  Ten o'clock\nnow. "), (None, "No."), (None, " ")):
        response = client.post("/v1/feedback", json={**body, "reason": reason, "comment": comment})
        assert response.status_code == 201
        entry = last(client)
        assert (entry["verdict"], entry["reason"], entry["comment"]) == (
            "wrong", reason, (comment or "").strip() or None,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("correction", "document_id", "exact"),
    [
        (span("bus", BUS, "half past eight"), "bus", "half past eight"),
        ({"text": "at ten o'clock"}, "ferry", "at ten o'clock"),
        ({"text": "IT SAILS AT"}, "ferry", "it sails\nat"),
        ({"text": "sails"}, "ferry", "sails"),  # twice in the judged document: the nearer
        ({"text": "ada  kestrel"}, "bus", "Ada Kestrel"),  # in the judged document nowhere
        ({"text": "4 crowns"}, "bus", "4 crowns"),
    ],
)
def test_a_correction_is_kept_as_a_place(
    client: httpx.Client, collection: str, correction: dict[str, Any], document_id: str, exact: str
) -> None:
    body = feedback(verdict="wrong", answer=span("ferry", FERRY, "noon"), correction=correction)
    response = client.post("/v1/feedback", json=body)
    assert response.status_code == 201
    assert response.json()["located"] is (True if "text" in correction else None)
    kept = last(client)["correction"]
    assert (kept["document_id"], kept["exact"]) == (document_id, exact)
    text = {"ferry": FERRY, "bus": BUS}[document_id]
    assert text[kept["start"] : kept["end"]] == exact
    assert kept["prefix"] + kept["exact"] + kept["suffix"] in text


@pytest.mark.parametrize("words", ["a quarter to ten", "to Orm", "???", "crown"])
def test_words_that_stand_nowhere_or_in_several_places_are_kept_as_they_are(
    client: httpx.Client, collection: str, words: str
) -> None:
    body = feedback(verdict="wrong", answer=None, correction={"text": words})
    response = client.post("/v1/feedback", json=body)
    assert (response.status_code, response.json()["located"]) == (201, False)
    assert last(client)["correction"] == {"text": words}


def test_that_there_is_no_answer_is_kept(client: httpx.Client, collection: str) -> None:
    assert client.post("/v1/feedback", json=feedback(answer=None)).status_code == 201
    assert (last(client)["verdict"], last(client)["answer"]) == ("right", None)
    body = feedback(verdict="wrong", answer=span("ferry", FERRY, "noon"), correction={"no_answer": True})
    assert client.post("/v1/feedback", json=body).status_code == 201
    assert last(client)["correction"] == {"no_answer": True}


@pytest.mark.parametrize(
    ("given", "status", "kind", "detail"),
    [
        ({"answer": {"document_id": "none", "start": 0, "end": 1}}, 404, "not-found", "no document 'none'"),
        ({"collection": "none", "answer": {"document_id": "bus", "start": 0, "end": 1}}, 404, "not-found", "'none'"),
        ({"answer": {"document_id": "bus", "start": 90, "end": 98}}, 422, "invalid-feedback",
         "answer is [90:98] of 'bus', which has 97 characters"),
        ({"answer": {"document_id": "bus", "start": 5, "end": 5}}, 422, "invalid-feedback", "offsets within it"),
        ({"answer": {"document_id": "bus", "start": 6, "end": 5}}, 422, "invalid-feedback", "offsets within it"),
        ({"answer": {"document_id": "bus", "start": 3, "end": 4}}, 422, "invalid-feedback", "nothing but white space"),
        ({"answer": {"document_id": "bus", "start": 0, "end": 3, "exact": "Bus"}}, 422, "invalid-feedback",
         "'The' stands and not 'Bus': the document has changed"),
        ({"verdict": "wrong", "correction": {"document_id": "bus", "start": 0, "end": 99}}, 422, "invalid-feedback",
         "correction is [0:99]"),
        ({"correction": {"text": "noon"}}, 422, "invalid-feedback", "nothing to correct"),
        ({"verdict": "wrong", "correction": {"no_answer": True}}, 422, "invalid-feedback", "none is right"),
        ({"question": "  "}, 422, "invalid-question", "blank"),
        ({"question": "x" * 1001}, 422, "invalid-question", "at most 1000"),
        ({"answer_id": "0123456789ABCDEF"}, 422, "invalid-request", "answer_id"),
        ({"answer_id": ID + "0"}, 422, "invalid-request", "answer_id"),
        ({"answer_id": 7}, 422, "invalid-request", "answer_id"),
        ({"verdict": "good"}, 422, "invalid-request", "verdict: Input should be 'right' or 'wrong'"),
        ({"answer": {"document_id": "bus", "start": -1, "end": 2}}, 422, "invalid-request", "answer.start"),
        ({"answer": {"document_id": "bus", "start": 0, "end": 10**30}}, 422, "invalid-request", "answer.end"),
        ({"answer": {"document_id": "\ud800", "start": 0, "end": 1}}, 422, "invalid-request", "answer.document_id"),
        ({"answer": "noon"}, 422, "invalid-request", "answer"),
        ({"verdict": "wrong", "correction": "noon"}, 422, "invalid-request", "correction"),
        ({"verdict": "wrong", "correction": {"text": ""}}, 422, "invalid-request", "correction.words.text"),
        ({"verdict": "wrong", "correction": {"text": "x" * 1001}}, 422, "invalid-request", "at most 1000"),
        ({"verdict": "wrong", "correction": {"text": "\ud800"}}, 422, "invalid-request", "correction.words.text"),
        ({"verdict": "wrong", "correction": {"no_answer": False}}, 422, "invalid-request", "correction.none"),
        ({"verdict": "wrong", "correction": {"text": "a", "start": 0}}, 422, "invalid-request", "Extra inputs"),
        ({"stars": 5}, 422, "invalid-request", "stars"),
        ({"reason": "outdated"}, 422, "invalid-feedback", "What is outdated isn't right: say wrong, or leave reason out."),
        ({"verdict": "wrong", "reason": "boring"}, 422, "invalid-request", "reason: Input should be 'incomplete'"),
        ({"comment": "x" * 1001}, 422, "invalid-request", "comment: String should have at most 1000 characters"),
    ],
)  # fmt: skip
def test_what_cant_be_kept_is_refused_and_nothing_is(
    client: httpx.Client, collection: str, given: dict[str, Any], status: int, kind: str, detail: str
) -> None:
    before = client.get("/v1/feedback").json()["total"]
    body = json.dumps(feedback(**given))  # as httpx wouldn't write half a surrogate pair
    response = client.post("/v1/feedback", content=body, headers={"Content-Type": "application/json"})
    assert detail in problem(response, status, kind)["detail"]
    assert client.get("/v1/feedback").json()["total"] == before


def test_a_span_of_a_long_text_is_bounded(client: httpx.Client, collection: str) -> None:
    whole = {"document_id": "seeds/sourdough.md", "start": 0, "end": 1001}
    told = problem(
        client.post("/v1/feedback", json=feedback(collection="default", answer=whole)), 422, "invalid-feedback"
    )
    assert "1001 characters: at most 1000 are an answer" in told["detail"]


def test_feedback_is_listed_page_by_page(client: httpx.Client, collection: str) -> None:
    client.post("/v1/documents", files={"file": ("a.txt", b"noon", "text/plain")}, data={"collection": "fed2"})
    for digit in "abc":
        client.post("/v1/feedback", json=feedback(collection="fed2", answer_id=digit * 16))
    page = client.get("/v1/feedback", params={"collection": "fed2", "limit": 2, "offset": 1}).json()
    assert ([entry["answer_id"][0] for entry in page["feedback"]], page["total"]) == (["b", "c"], 3)
    assert client.get("/v1/feedback", params={"collection": "none"}).json() == {"feedback": [], "total": 0}
    assert client.get("/v1/feedback").json()["total"] > 3
    problem(client.get("/v1/feedback", params={"limit": 0}), 422, "invalid-request")


def test_feedback_goes_with_the_document_it_quotes(client: httpx.Client) -> None:
    body = {"text": "The quay is called Vermilion.", "collection": "gone"}
    client.put("/v1/documents/quay", json=body)
    judged = {"document_id": "quay", "start": 19, "end": 28}
    client.post("/v1/feedback", json=feedback(collection="gone", answer=judged))
    assert last(client, "gone")["answer"]["exact"] == "Vermilion"
    client.put("/v1/documents/quay", json={**body, "text": "The quay was renamed."})
    assert last(client, "gone")["answer"]["exact"] == "Vermilion"
    client.delete("/v1/documents/quay", params={"collection": "gone"})
    assert client.get("/v1/feedback", params={"collection": "gone"}).json()["total"] == 0


def test_feedback_that_isnt_json_is_refused(client: httpx.Client) -> None:
    problem(client.post("/v1/feedback", content=b"{}", headers={"Content-Type": "text/plain"}), 415,
            "unsupported-media-type")  # fmt: skip


def test_what_is_said_kept_and_listed_has_the_same_fields() -> None:
    names = {field.name for field in fields(Judgement)}
    assert set(FeedbackRequest.model_fields) == names
    assert set(FeedbackEntry.model_fields) == {"id", "given", *names}
