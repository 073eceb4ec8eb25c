"""Asking over HTTP of a real server: status, body and headers."""

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from support import problem

pytestmark = pytest.mark.slow


def test_ask_answers_as_the_contract_says(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "How big is the reward for Maduro now?"})
    body = response.json()
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert set(body) == {
        "id",
        "asked_as",
        "status",
        "reason",
        "conflict",
        "answers",
        "passages",
        "index_version",
        "timings_ms",
        "nearest",
        "message",
    }
    assert (body["status"], body["reason"]) == ("answered", None)
    (answer,) = body["answers"]
    assert answer["text"] == "$50 million"
    (citation,) = answer["citations"]
    document = client.get(f"/v1/documents/{citation['document_id']}").json()["document"]
    assert document["text"][citation["start"] : citation["end"]] == "$50 million" == citation["quote"]["exact"]
    assert citation["title"] == document["title"]
    place = f"start={citation['start']}&end={citation['end']}#cited&prefix="
    assert citation["url"].startswith(f"/documents/seeds/cartel-directive.md?{place}")
    assert "&exact=%2450+million&suffix=" in citation["url"]
    assert citation["source_url"] is None
    assert set(body["passages"][0]) == {"document_id", "start", "end", "text", "score", "dense", "bm25", "read"}
    assert len(body["passages"]) == 10


def test_ask_takes_its_options(client: httpx.Client) -> None:
    asked = {"question": "On what date was the Marigold lost?", "max_answers": 5, "top_k": 3,
             "document_ids": ["seeds/expedition-report.html"]}  # fmt: skip
    body = client.post("/v1/ask", json=asked).json()
    assert {passage["document_id"] for passage in body["passages"]} == {"seeds/expedition-report.html"}
    assert len(body["passages"]) == 3
    assert body["answers"][0]["text"] == "23 March 1912"


def test_min_confidence_is_for_one_question(client: httpx.Client) -> None:
    question = "In which country was origami first folded?"
    asked = {"max_answers": 20, "min_confidence": 0}
    one = client.post("/v1/ask", json={"question": question, **asked}).json()
    assert (one["status"], one["reason"]) == ("answered", None)
    assert one["answers"][-1]["confidence"] < 0.05
    (same,) = client.post("/v1/ask/batch", json={"questions": [question], **asked}).json()["answers"]
    assert same["answers"] == one["answers"]
    assert client.post("/v1/ask", json={"question": question}).json()["status"] == "no_answer"
    contract = client.get("/openapi.json").json()["components"]["schemas"]["AskRequest"]["properties"]
    assert contract["min_confidence"]["description"].startswith("If the best answer is below it, there is none")


def test_search_gives_the_passages_of_ask(client: httpx.Client) -> None:
    question = {"question": "When was the Marigold lost?", "top_k": 4}
    response = client.post("/v1/search", json=question)
    assert response.status_code == 200
    asked = client.post("/v1/ask", json=question).json()
    assert [passage | {"read": True} for passage in response.json()["passages"]] == asked["passages"]
    assert {passage["read"] for passage in response.json()["passages"]} == {False}
    assert set(response.json()) == {"passages", "index_version"}


def test_a_batch_is_answered_as_each_question_alone(client: httpx.Client) -> None:
    questions = ["How big is the reward for Maduro now?", "At what temperature is yeast killed?"]
    response = client.post("/v1/ask/batch", json={"questions": questions, "max_answers": 2})
    alone = [client.post("/v1/ask", json={"question": q, "max_answers": 2}).json() for q in questions]
    together = response.json()["answers"]
    for answer in [*alone, *together]:
        answer.pop("timings_ms")
    assert response.status_code == 200
    assert together == alone


@pytest.mark.parametrize("question", ["🐝🐝🐝", "من وقّع على التوجيه؟", "\u202eWho signed?"])
def test_odd_questions_are_answered_or_not_but_never_an_error(client: httpx.Client, question: str) -> None:
    response = client.post("/v1/ask", json={"question": question})
    assert response.status_code == 200
    assert response.json()["status"] in ("answered", "no_answer")


def test_an_empty_document_list_finds_nothing(client: httpx.Client) -> None:
    body = client.post("/v1/ask", json={"question": "Who?", "document_ids": []}).json()
    assert (body["status"], body["reason"], body["answers"], body["passages"]) == (
        "no_answer",
        "nothing_retrieved",
        [],
        [],
    )


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        ("", "The question is blank: ask something."),
        ("  \n ", "The question is blank: ask something."),
        ("x" * 10_000, "The question has 10000 characters; at most 1000 are read."),
        ("日" * 200, "The question has 200 tokens; at most 128 are read: ask in fewer words."),
    ],
)
def test_questions_that_cant_be_asked(client: httpx.Client, question: str, detail: str) -> None:
    for path in ("/v1/ask", "/v1/search") if "tokens" not in detail else ("/v1/ask",):
        assert problem(client.post(path, json={"question": question}), 422, "invalid-question")["detail"] == detail


def test_half_a_surrogate_pair_is_told(client: httpx.Client) -> None:
    response = client.post(
        "/v1/ask", content=b'{"question": "who \\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert problem(response, 422, "invalid-question")["detail"].startswith("The question holds half a surrogate pair")


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        ({}, "question", "Field required"),
        ({"question": 7}, "question", "valid string"),
        ({"question": "Who?", "top_k": 0}, "top_k", "greater than or equal to 1"),
        ({"question": "Who?", "top_k": 101}, "top_k", "less than or equal to 100"),
        ({"question": "Who?", "max_answers": 0}, "max_answers", "greater than or equal to 1"),
        ({"question": "Who?", "max_answers": 2.5}, "max_answers", "valid integer"),
        ({"question": "Who?", "min_confidence": 1.01}, "min_confidence", "less than or equal to 1"),
        ({"question": "Who?", "min_confidence": -0.1}, "min_confidence", "greater than or equal to 0"),
        ({"question": "Who?", "topk": 3}, "topk", "Extra inputs are not permitted"),
        ({"question": "Who?", "collection": ""}, "collection", "at least 1 character"),
        ({"question": "Who?", "metadata": {"a": [1]}}, "metadata.a", "valid"),
        ([], "body", "valid"),
    ],
)
def test_fields_at_fault_are_named(client: httpx.Client, body: object, field: str, message: str) -> None:
    told = problem(client.post("/v1/ask", json=body), 422, "invalid-request")
    assert any(error["field"].startswith(field) and message in error["message"] for error in told["errors"])
    assert field in told["detail"]


def test_unknown_collections_and_documents(client: httpx.Client) -> None:
    response = client.post("/v1/ask", json={"question": "Who?", "collection": "none"})
    detail = problem(response, 404, "not-found")["detail"]
    assert re.fullmatch(r"There is no collection 'none': known are (\S+, )*default(, \S+)*\.", detail)
    response = client.post("/v1/search", json={"question": "Who?", "document_ids": ["none"]})
    assert "no document 'none' in the collection 'default'" in problem(response, 404, "not-found")["detail"]


def test_broken_json_and_other_bodies(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.post("/v1/ask", content=b'{"question": "Who?"', headers=headers)
    assert problem(response, 400, "broken-json")["detail"].startswith("The body is not valid JSON (at character 19")
    response = client.post(
        "/v1/ask", content=b"question=Who", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    told = problem(response, 415, "unsupported-media-type")["detail"]
    assert told == "The body's Content-Type is application/x-www-form-urlencoded: send application/json."
    response = client.post("/v1/ask", content=b'{"question": "' + b"x" * 3 * 2**20 + b'"}', headers=headers)
    told = "The body has more than 1 MiB, which is all that is taken: send less at a time."
    assert problem(response, 413, "too-large")["detail"] == told

    def undeclared() -> Iterator[bytes]:
        yield from [b'{"question": "', *[b"x" * 2**20] * 3, b'"}']

    problem(client.post("/v1/ask", content=undeclared(), headers=headers), 413, "too-large")


def test_batches_are_bounded_and_name_the_question_at_fault(client: httpx.Client) -> None:
    response = client.post("/v1/ask/batch", json={"questions": ["Who?"] * 6})
    assert (
        problem(response, 422, "invalid-question")["detail"]
        == "The batch has 6 questions; at most 5 are taken: split it."
    )
    response = client.post("/v1/ask/batch", json={"questions": ["Who?", " "]})
    assert problem(response, 422, "invalid-question")["detail"] == "questions[1]: The question is blank: ask something."
    problem(client.post("/v1/ask/batch", json={"questions": []}), 422, "invalid-request")


def test_routes_that_arent_there(client: httpx.Client) -> None:
    problem(client.get("/v1/nothing"), 404, "no-such-route")
    response = client.get("/v1/ask")
    problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == "POST"


def test_concurrent_questions_are_answered_as_one_at_a_time(client: httpx.Client) -> None:
    questions = [
        "How big is the reward for Maduro now?",
        "When was the Marigold lost?",
        "At what temperature is yeast killed?",
    ]

    def ask(question: str) -> dict[str, Any]:
        body: dict[str, Any] = client.post("/v1/ask", json={"question": question, "max_answers": 3}).json()
        body.pop("timings_ms")
        return body

    alone = [ask(question) for question in questions]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(ask, questions * 3))
    assert together == alone * 3


def test_health_is_answered_while_questions_are_read(client: httpx.Client) -> None:
    """Not timed: the questions outnumber the one thread that reads, and health comes back before they are through."""
    done: list[float] = []

    def ask() -> None:
        client.post("/v1/ask", json={"question": "When was the Marigold lost?", "top_k": 50})
        done.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    healthy = client.get("/healthz")
    at = time.monotonic()
    for thread in threads:
        thread.join()
    assert (healthy.status_code, healthy.json()) == (200, {"status": "ok"})
    assert sum(end > at for end in done) >= 4


def test_questions_are_answered_while_a_long_document_is_indexed(client: httpx.Client) -> None:
    """Not timed: the document has more chunks than can be embedded before the question is through."""
    text = " ".join(
        f"The ferry number {number} to Orm sails at noon on every day of the year." for number in range(3000)
    )
    stored: list[float] = []

    def put() -> None:
        response = client.put("/v1/documents/long", json={"text": text, "collection": "long"})
        assert response.status_code == 201
        stored.append(time.monotonic())

    writer = threading.Thread(target=put)
    writer.start()
    time.sleep(1)
    answers = [client.post("/v1/ask", json={"question": "How big is the reward for Maduro now?"}) for _ in range(2)]
    at = time.monotonic()
    writer.join()
    assert [answer.json()["answers"][0]["text"] for answer in answers] == ["$50 million"] * 2
    assert stored[0] > at
    assert client.delete("/v1/documents/long", params={"collection": "long"}).status_code == 200


def test_history_helps_a_question_that_leans_on_it(client: httpx.Client) -> None:
    asked = {
        "question": "How much of it?",
        "history": [{"question": "Which refrigerant does the HP-9 hold?", "answer": "R290"}],
    }
    body = client.post("/v1/ask", json=asked).json()
    assert body["asked_as"] == "Which refrigerant does the HP-9 hold? How much of it?"
    assert body["answers"][0]["text"] == "1.25 kg"
    alone = client.post("/v1/ask", json={"question": asked["question"], "min_confidence": 0}).json()
    assert "1.25 kg" not in alone["answers"][0]["text"]
    too_many = {"question": "Why?", "history": [{"question": "Why?"}] * 21}
    assert problem(client.post("/v1/ask", json=too_many), 422, "invalid-request")["errors"][0]["field"] == "history"
    too_long = {"question": "Why?", "history": [{"question": "x" * 1001}]}
    body = problem(client.post("/v1/ask", json=too_long), 422, "invalid-request")
    assert body["errors"][0]["field"] == "history.0.question"
