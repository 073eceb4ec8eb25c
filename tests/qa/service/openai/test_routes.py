"""OpenAI's protocol, spoken by the official client to a real server, and by httpx where the client wouldn't."""

import asyncio
import json
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from store_support import read_all_passages
from support import Served, metric

from index.storage.sqlite.store import FILE_NAME
from qa.reading.reader import TransformersReader
from qa.service.openai.schemas import CHAT_EXAMPLE

pytestmark = pytest.mark.slow

QUESTION = "Who became safety officer after Piet Amsel?"
WORDS = "Jorun Vask, who took over as safety officer from Piet Amsel in 2025, reads every report within two days."


def client_of(served: Served, key: str = "none needed") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.client.base_url}v1", api_key=key, max_retries=0)


@pytest.fixture(scope="module")
def chat(served: Served) -> Iterator[openai.OpenAI]:
    with client_of(served) as client:
        yield client


def asked(question: Any) -> list[Any]:
    return [{"role": "user", "content": question}]


def extras(model: Any) -> dict[str, Any]:
    """What the client's classes have no fields for, and keep."""
    found: dict[str, Any] = model.model_extra
    return found


def check_citations(content: str, annotations: list[dict[str, Any]], client: httpx.Client) -> None:
    """Each annotation's slice is its number, its URL a page, and its citation slices its document."""
    for number, annotation in enumerate(annotations, start=1):
        told, citation = annotation["url_citation"], annotation["quoth"]
        assert annotation["type"] == "url_citation"
        assert content[told["start_index"] : told["end_index"]] == f"[{number}]"
        assert told["url"] == f"{str(client.base_url).rstrip('/')}{citation['url']}"
        assert f"]({told['url']})" in content
        assert told["title"] == citation["title"]
        assert client.get(told["url"]).headers["content-type"].startswith("text/html")
        where = {"collection": httpx.URL(told["url"]).params.get("collection", "default")}
        document = client.get(f"/v1/documents/{citation['document_id']}", params=where).json()["document"]
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]["exact"]


def test_an_answer_is_quoted_with_numbered_sources(chat: openai.OpenAI, client: httpx.Client) -> None:
    completion = chat.chat.completions.create(model="quoth", messages=asked(QUESTION))
    (choice,) = completion.choices
    content = choice.message.content or ""
    answer, quoted, source = content.split("\n\n")
    assert (answer, quoted) == ("**Jorun Vask**", f"“{WORDS}” [1]")
    assert source.startswith("1. [Halden Ferry Company: Employee Handbook, 2026 edition](http://127.0.0.1:")
    assert source.endswith("), page 4, 7.3 Reporting")
    assert (choice.finish_reason, choice.message.role, completion.object) == ("stop", "assistant", "chat.completion")
    (annotation,) = choice.message.annotations or []
    check_citations(content, [annotation.model_dump()], client)
    alone = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert extras(annotation)["quoth"] == alone["answers"][0]["citations"][0]
    assert extras(completion)["quoth"] == {
        "id": alone["id"],
        "status": "answered",
        "reason": None,
        "conflict": False,
        "confidence": alone["answers"][0]["confidence"],
        "asked_as": None,
        "collection": "default",
        "index_version": alone["index_version"],
    }


def test_tokens_are_those_of_question_passages_and_content(
    chat: openai.OpenAI, client: httpx.Client, reader: TransformersReader
) -> None:
    completion = chat.chat.completions.create(model="quoth", messages=asked(QUESTION))
    passages = client.post("/v1/ask", json={"question": QUESTION}).json()["passages"]
    prompt = reader.count_tokens([QUESTION, *(passage["text"] for passage in passages if passage["read"])])
    content = reader.count_tokens([completion.choices[0].message.content or ""])
    usage = completion.usage
    assert usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (prompt, content, prompt + content)


def test_a_stream_comes_to_the_same(chat: openai.OpenAI) -> None:
    whole = chat.chat.completions.create(model="quoth", messages=asked(QUESTION))
    options: Any = {"include_usage": True}
    chunks = list(
        chat.chat.completions.create(model="quoth", messages=asked(QUESTION), stream=True, stream_options=options)
    )
    *told, last, counted = chunks
    assert {(chunk.id, chunk.model, chunk.object) for chunk in chunks} == {
        (chunks[0].id, "quoth", "chat.completion.chunk")
    }
    assert (told[0].choices[0].delta.role, told[0].choices[0].delta.content) == ("assistant", "")
    assert "".join(chunk.choices[0].delta.content or "" for chunk in told) == whole.choices[0].message.content
    assert [chunk.choices[0].finish_reason for chunk in told] == [None] * 4
    assert last.choices[0].finish_reason == "stop"
    annotations = whole.choices[0].message.annotations or []
    assert extras(last.choices[0].delta)["annotations"] == [annotation.model_dump() for annotation in annotations]
    assert extras(last)["quoth"] == extras(whole)["quoth"]
    assert (counted.choices, counted.usage) == ([], whole.usage)
    assert [chunk.usage for chunk in chunks[:-1]] == [None] * 5


def test_usage_is_streamed_only_if_asked_for(client: httpx.Client) -> None:
    body = {"model": "quoth", "messages": asked(QUESTION), "stream": True}
    with client.stream("POST", "/v1/chat/completions", json=body) as response:
        lines = [line for line in response.iter_lines() if line]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert lines[-1] == "data: [DONE]"
    assert all(line.startswith("data: ") and '"usage"' not in line for line in lines)


def test_the_async_client_streams_too(served: Served) -> None:
    async def main() -> str:
        async with openai.AsyncOpenAI(base_url=f"{served.client.base_url}v1", api_key="-", max_retries=0) as client:
            stream = await client.chat.completions.create(model="quoth", messages=asked(QUESTION), stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert asyncio.run(main()).startswith("**Jorun Vask**\n\n“")


def test_no_answer_is_a_polite_sentence_and_a_reason(chat: openai.OpenAI, client: httpx.Client) -> None:
    question = "In which country was origami first folded?"
    completion = chat.chat.completions.create(model="quoth", messages=asked(question))
    content = completion.choices[0].message.content or ""
    sorry, nearest = content.split("\n\n")
    assert sorry == "Sorry, none of the passages that I read answers this."
    said = r"(?:This may be it|I found nothing on it; the nearest passage)"
    path = re.fullmatch(rf"{said}: “.+” \(\[.*Tide Mill.*\]\({client.base_url}(.*?)\)(?:, .+)?\)\.", nearest)
    assert path
    assert client.get(path[1]).status_code == 200
    assert (completion.choices[0].finish_reason, completion.choices[0].message.annotations) == ("stop", [])
    told = extras(completion)["quoth"]
    assert (told["status"], told["reason"], told["confidence"]) == ("no_answer", "reader_null", None)
    chunks = list(chat.chat.completions.create(model="quoth", messages=asked(question), stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == content
    assert extras(chunks[-1])["quoth"] == told


@pytest.mark.parametrize(("message", "reply"), [("hi, thanks", "You're welcome. "), ("ok thx bye", "Goodbye!")])
def test_manners_after_an_answer(chat: openai.OpenAI, message: str, reply: str) -> None:
    turns = [*asked(QUESTION), {"role": "assistant", "content": WORDS}, *asked(message)]
    content = chat.chat.completions.create(model="quoth", messages=turns).choices[0].message.content
    assert content
    assert content.startswith(reply)


def test_documents_that_disagree_are_all_told_and_a_collection_is_a_model(
    chat: openai.OpenAI, client: httpx.Client
) -> None:
    texts = {"a": "40 crowns", "b": "60 crowns", "c": "sixty crowns"}
    for name, fine in texts.items():
        body = {"text": f"The fine for parking in Lark Lane is {fine}.", "collection": "lark/lane"}
        assert client.put(f"/v1/documents/{name}", json=body).status_code == 201
    assert "quoth/lark/lane" in [model.id for model in chat.models.list()]
    assert chat.models.retrieve("quoth/lark/lane").id == "quoth/lark/lane"
    question = "How much is the fine for parking in Lark Lane?"
    completion = chat.chat.completions.create(model="quoth/lark/lane", messages=asked(question))
    content = completion.choices[0].message.content or ""
    assert content.startswith("The documents disagree on this:\n\n**")
    assert extras(completion)["quoth"]["conflict"] is True
    annotations = [annotation.model_dump() for annotation in completion.choices[0].message.annotations or []]
    assert len(annotations) == 3
    check_citations(content, annotations, client)
    assert " [1] [2]\n\n" in content or " [2] [3]\n\n" in content
    assert "\n1. [" in content
    assert "\n3. [" in content


def test_models_are_the_collections(chat: openai.OpenAI) -> None:
    first = next(iter(chat.models.list()))
    assert (first.id, first.object, first.owned_by) == ("quoth", "model", "quoth")
    assert chat.models.retrieve("quoth").id == "quoth"
    assert chat.chat.completions.create(model="quoth/default", messages=asked(QUESTION)).model == "quoth/default"
    for name in ("gpt-4o", "quoth/", "quothe", "quoth/none"):
        with pytest.raises(openai.NotFoundError) as told:
            chat.chat.completions.create(model=name, messages=asked(QUESTION))
        assert (told.value.code, told.value.param, told.value.type) == (
            "model_not_found", "model", "invalid_request_error",
        )  # fmt: skip
        with pytest.raises(openai.NotFoundError) as told:
            chat.models.retrieve(name)
        assert told.value.code == "model_not_found"


def test_earlier_turns_are_its_history(chat: openai.OpenAI) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "Answer in rhymes."},
        {"role": "user", "content": "Which refrigerant does the HP-9 hold?"},
        {"role": "assistant", "content": "**R290**"},
        {"role": "user", "content": [{"type": "text", "text": "How much"}, {"type": "text", "text": "of it?"}]},
    ]  # fmt: skip
    completion = chat.chat.completions.create(model="quoth", messages=messages)
    assert "1.25 kg" in (completion.choices[0].message.content or "")
    told = extras(completion)["quoth"]["asked_as"]
    assert told == "Which refrigerant does the HP-9 hold? How much\nof it?"


def test_what_has_no_bearing_on_the_answer_is_ignored(chat: openai.OpenAI) -> None:
    plain = chat.chat.completions.create(model="quoth", messages=asked(QUESTION))
    ignored: dict[str, Any] = {
        "temperature": 0.7, "top_p": 0.5, "max_tokens": 1, "max_completion_tokens": 1, "seed": 1, "user": "u", "n": 1,
        "stop": ["Vask"], "presence_penalty": 1, "frequency_penalty": 1, "logit_bias": {"1": 1}, "store": True,
        "metadata": {"a": "b"}, "tools": [], "tool_choice": "none", "parallel_tool_calls": True,
        "response_format": {"type": "text"}, "modalities": ["text"], "reasoning_effort": "low", "service_tier": "auto",
        "extra_body": {"chat_id": "of some UI", "tools": None, "stream_options": None},
    }  # fmt: skip
    completion = chat.chat.completions.create(model="quoth", messages=asked(QUESTION), **ignored)
    assert completion.choices[0].message.content == plain.choices[0].message.content
    assert extras(completion)["quoth"] == extras(plain)["quoth"]


@pytest.mark.parametrize(
    ("changed", "param", "code", "message"),
    [
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools", "unsupported_parameter", "calls no tools"),
        ({"functions": [{"name": "f"}]}, "functions", "unsupported_parameter", "calls no tools"),
        ({"tool_choice": "required"}, "tool_choice", "unsupported_parameter", "calls no tools"),
        ({"function_call": "auto"}, "function_call", "unsupported_parameter", "calls no tools"),
        ({"n": 2}, "n", "unsupported_parameter", "Quoth gives one choice: leave n out."),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}}, "response_format",
         "unsupported_parameter", "not in JSON of a form"),
        ({"response_format": {"type": "json_object"}}, "response_format", "unsupported_parameter", "not in JSON"),
        ({"modalities": ["text", "audio"]}, "modalities", "unsupported_parameter", "no sound"),
        ({"audio": {"voice": "alloy"}}, "audio", "unsupported_parameter", "no sound"),
        ({"messages": asked([{"type": "image_url", "image_url": {"url": "data:,"}}])}, "messages[0].content",
         "unsupported_parameter", "Quoth reads text alone, not image_url: leave this part out."),
        ({"messages": asked([{"type": "input_audio", "input_audio": {}}])}, "messages[0].content",
         "unsupported_parameter", "not input_audio"),
        ({"messages": asked([{"type": "text", "text": 7}])}, "messages[0].content", "invalid_type", "a string"),
        ({"messages": asked(["Who?"])}, "messages[0].content", "unsupported_parameter", "not this"),
        ({"messages": asked(7)}, "messages[0].content", "invalid_type", "valid string"),
        ({"messages": asked(None)}, "messages[0]", "invalid_type", "has text as its content"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_required_parameter", "Field required"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}]}, "messages[0].role", "invalid_value",
         "Input should be 'system', 'developer', 'user' or 'assistant'"),
        ({"messages": [{"content": "Who?"}]}, "messages[0].role", "missing_required_parameter", "Field required"),
        ({"messages": []}, "messages", "invalid_value", "at least 1 item"),
        ({"messages": "Who?"}, "messages", "invalid_type", "valid list"),
        ({"messages": [{"role": "system", "content": "Who?"}]}, "messages", "invalid_question", "No message is the user's"),
        ({"messages": asked(" ")}, "messages", "invalid_question", "The question is blank"),
        ({"messages": asked([])}, "messages", "invalid_question", "The question is blank"),
        ({"messages": asked("x" * 100_000)}, "messages", "invalid_question", "has 100000 characters; at most 1000 are read"),
        ({"messages": asked("日" * 200)}, "messages", "invalid_question", "has 200 tokens; at most 128 are read"),
        ({"model": None}, "model", "invalid_type", "valid string"),
        ({"stream": "perhaps"}, "stream", "invalid_type", "valid boolean"),
        ({"stream_options": {"include_usage": 7}, "stream": True}, "stream_options.include_usage", "invalid_type", "valid boolean"),
    ],
)  # fmt: skip
def test_what_quoth_cant_do_is_refused_in_the_protocols_form(
    client: httpx.Client, changed: dict[str, Any], param: str, code: str, message: str
) -> None:
    body = {"model": "quoth", "messages": asked(QUESTION), **changed}
    error = openai_error(client.post("/v1/chat/completions", json=body), 400)
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert message in error["message"]


def openai_error(response: httpx.Response, status: int) -> dict[str, Any]:
    """The error of a failed request, checked for its form."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert int(response.headers["content-length"]) == len(response.content)
    body = response.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["message", "type", "param", "code"]
    error: dict[str, Any] = body["error"]
    return error


def test_every_error_there_has_the_protocols_form(client: httpx.Client) -> None:
    path, headers = "/v1/chat/completions", {"Content-Type": "application/json"}
    assert openai_error(client.post(path, content=b"{", headers=headers), 400)["code"] == "broken_json"
    assert openai_error(client.post(path, content=b"{}"), 415)["code"] == "unsupported_media_type"
    assert openai_error(client.post(path, content=b"x" * 3 * 2**20, headers=headers), 413)["code"] == "too_large"
    assert openai_error(client.post(path, json={}), 400)["param"] == "model"
    assert openai_error(client.post("/v1/chat/nothing", json={}), 404)["code"] == "no_such_route"
    response = client.get(path)
    assert openai_error(response, 405)["code"] == "method_not_allowed"
    assert response.headers["allow"] == "POST"
    assert openai_error(client.delete("/v1/models/quoth"), 405)["type"] == "invalid_request_error"
    assert client.post("/v1/ask", json={}).headers["content-type"] == "application/problem+json"


def test_keys_are_asked_for_in_the_protocols_form(guarded: Any) -> None:
    with client_of(guarded.served, "mistyped") as unknown, pytest.raises(openai.AuthenticationError) as told:
        unknown.chat.completions.create(model="quoth", messages=asked(QUESTION))
    assert (told.value.code, told.value.type) == ("invalid_api_key", "invalid_request_error")
    assert told.value.response.headers["www-authenticate"] == "Bearer"
    with (
        client_of(guarded.served, guarded.keys["write"]) as writer,
        pytest.raises(openai.PermissionDeniedError) as told,
    ):
        writer.models.list()
    assert told.value.code == "forbidden"
    with client_of(guarded.served, guarded.keys["ask"]) as allowed:
        assert next(iter(allowed.models.list())).id == "quoth"
        completion = allowed.chat.completions.create(model="quoth", messages=asked(QUESTION))
        assert (completion.choices[0].message.content or "").startswith("**Jorun Vask**")


def test_what_goes_wrong_in_a_stream_is_raised_by_the_client(chat: openai.OpenAI) -> None:
    stream = chat.chat.completions.create(model="quoth", messages=asked("日" * 200), stream=True)
    assert next(stream).choices[0].delta.role == "assistant"
    with pytest.raises(openai.APIError, match="has 200 tokens; at most 128 are read") as told:
        next(stream)
    assert told.value.code == "invalid_question"


def test_what_is_left_or_stopped_is_read_no_further(seeds_data: Path, tmp_path: Path) -> None:
    shutil.copy(seeds_data / FILE_NAME, tmp_path / FILE_NAME)
    read_all_passages(tmp_path / FILE_NAME)
    served = Served(tmp_path, QUOTH_TOP_K="100")  # 13 batches
    with client_of(served) as client:
        stream = client.chat.completions.create(model="quoth", messages=asked(QUESTION), stream=True)
        next(stream)
        stream.close()
        served.client.post("/v1/ask", json={"question": QUESTION, "top_k": 1})  # which waits until that has ended
        assert metric(served.client, "quoth_questions_left_total") == 1
        assert metric(served.client, "quoth_passages_read_total") < 100
        stream = client.chat.completions.create(model="quoth", messages=asked(QUESTION), stream=True)
        next(stream)
        served.process.send_signal(signal.SIGINT)
        with pytest.raises(openai.APIError, match="The service is being stopped") as told:
            list(stream)
        assert told.value.code == "busy"
    assert served.ended() == 0
    served.client.close()
    assert "Traceback" not in served.log


def test_openapi_has_an_example_that_is_true(chat: openai.OpenAI, client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    content = paths["/v1/chat/completions"]["post"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"]["$ref"].endswith("/ChatCompletion")
    assert "text/event-stream" in content
    given = chat.chat.completions.with_raw_response.create(model="quoth", messages=asked(QUESTION)).text
    here = json.loads(given.replace(str(client.base_url).rstrip("/"), "http://127.0.0.1:8000"))
    same = {name: here.pop(name) for name in ("object", "model", "choices")}
    assert same == {name: CHAT_EXAMPLE[name] for name in same}
    assert list(here) == ["id", "created", "usage", "quoth"]
    sure = pytest.approx(here["quoth"]["confidence"], abs=0.002)  # processors differ in the last digits
    shown = CHAT_EXAMPLE["quoth"] | {"id": here["quoth"]["id"], "confidence": sure}
    assert here["quoth"] | {"index_version": 10} == shown
