"""Quoth for agents, asked by the SDK's own client: over standard input and output, and over HTTP on the loopback."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent, Tool
from support import Served, problem
from warm_start import QuothProcess

from index.storage.principals import SEES_ALL
from index.storage.sqlite.store import FILE_NAME
from qa.assembly import Engine, filter_of
from qa.cli.main import main
from qa.mcp.server import create_server
from qa.mcp.tools import MAX_SLICE

pytestmark = pytest.mark.slow

REWARD = "How big is the reward for Maduro now?"
LONG = "The ferry number {} to Orm sails at noon. "


@pytest.fixture(scope="module")
def data(seeds_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds and one document that is longer than a slice; nobody may write here."""
    data = tmp_path_factory.mktemp("mcp")
    shutil.copy(seeds_data / FILE_NAME, data / FILE_NAME)
    (data / "long.txt").write_text("".join(LONG.format(number) for number in range(700)))
    result = CliRunner().invoke(main, ["--data", str(data), "index", str(data / "long.txt"), "--collection", "long"])
    assert result.exit_code == 0, result.output
    return data


def command(data: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "qa.cli", "--data", str(data), "mcp", *arguments]


class ServedToAgents:
    """A `quoth mcp --http` process on a free port."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.process = QuothProcess(
            *("--data", str(data), "mcp", "--http", "--port", "0", *arguments),
            stderr=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.process.stderr
        self.log = ""
        for line in self.process.stderr:
            self.log += line
            if "Application startup complete" in line:
                break
        found = re.search(r"Serving agents on (http://\S+)", self.log)
        assert found, self.log
        self.url = found[1]

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; returns the exit status and what was printed."""
        self.process.send_signal(signal.SIGINT)
        out, log = self.process.communicate(timeout=30)
        self.log += log
        return self.process.returncode, out


@pytest.fixture(scope="module")
def over_http(data: Path) -> Iterator[ServedToAgents]:
    served = ServedToAgents(data)
    yield served
    assert served.stop() == (0, "")
    assert served.log.endswith("Stopped.\n")
    assert "Traceback" not in served.log


@pytest.fixture(params=["stdio", "http"])
def server(request: pytest.FixtureRequest, data: Path) -> StdioServerParameters | str:
    if request.param == "http":
        served: ServedToAgents = request.getfixturevalue("over_http")
        return served.url
    program, *arguments = command(data)
    return StdioServerParameters(command=program, args=arguments, env=dict(os.environ))


def talking(server: Any, *calls: tuple[str, dict[str, Any]], mode: str = "auto") -> list[CallToolResult]:
    """The results of calling tools one after another in one session; `mode` legacy begins as older clients do."""

    async def talk() -> list[CallToolResult]:
        async with Client(server, mode=mode) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(talk())


def texts(result: CallToolResult) -> list[str]:
    assert all(isinstance(block, TextContent) for block in result.content)
    return [block.text for block in result.content if isinstance(block, TextContent)]


def refusal(result: CallToolResult) -> str:
    assert result.is_error
    assert result.structured_content is None
    (text,) = texts(result)
    assert "Traceback" not in text
    return text


def test_the_tools_say_what_they_take_and_give(server: Any) -> None:
    async def look() -> tuple[str, str | None, list[Tool]]:
        async with Client(server) as client:
            info = client.server_info
            assert info is not None
            return f"{info.name} {info.version}", client.instructions, (await client.list_tools()).tools

    name, instructions, tools = asyncio.run(look())
    assert name == "quoth 0.1.0"
    assert instructions is not None
    assert instructions.startswith("Quoth answers questions with words copied from the user's own documents")
    ask, search, read = tools
    assert [ask.name, search.name, read.name] == ["ask", "search", "read_document"]
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.input_schema["additionalProperties"] is False
        assert tool.description
    assert set(ask.input_schema["properties"]) == {"question", "collection", "max_answers", "document_ids"}
    assert ask.input_schema["required"] == ["question"]
    assert ask.input_schema["properties"]["document_ids"]["type"] == "array"
    assert set(search.input_schema["properties"]) == {"query", "top_k", "collection"}
    assert set(read.input_schema["properties"]) == {"document_id", "start", "end", "collection"}
    schemas = [tool.output_schema for tool in tools]
    assert all(schema is not None and schema["type"] == "object" for schema in schemas)
    assert {"status", "answers", "passages"} <= set((ask.output_schema or {})["properties"])
    assert set((read.output_schema or {})["required"]) >= {"text", "start", "end", "characters", "title"}


def test_an_answer_and_the_place_where_it_stands(server: Any, engine: Engine) -> None:
    async def talk() -> tuple[CallToolResult, CallToolResult]:
        async with Client(server) as client:
            answer = await client.call_tool("ask", {"question": REWARD, "max_answers": 2})
            citation = (answer.structured_content or {})["answers"][0]["citations"][0]
            place = {name: citation[name] for name in ("document_id", "start", "end")}
            return answer, await client.call_tool("read_document", place)

    answer, read = asyncio.run(talk())
    assert not answer.is_error
    given = answer.structured_content
    assert given is not None
    assert (given["status"], given["answers"][0]["text"]) == ("answered", "$50 million")
    here = engine.ask(SEES_ALL, REWARD, filter_of(), max_answers=2)
    assert [each["text"] for each in given["answers"]] == [each.text for each in here.answers]
    assert len(given["passages"]) == 10
    (text,) = texts(answer)
    citation = given["answers"][0]["citations"][0]
    assert text.startswith("$50 million   (confidence ")
    assert f"seeds/cartel-directive.md [{citation['start']}:{citation['end']}]" in text
    assert " ".join(citation["sentence"].split()) in text

    there = read.structured_content
    assert there is not None
    assert there["text"] == "$50 million" == citation["quote"]["exact"]
    assert (there["start"], there["end"]) == (citation["start"], citation["end"])
    assert (there["title"], there["section"]) == (citation["title"], citation["section"])
    head, words = texts(read)
    assert words == "$50 million"
    total = f"of {there['characters']} characters; go on with start={there['end']}"
    assert head == f"“{there['title']}” ({there['document_id']}), [{there['start']}:{there['end']}] {total}"


def test_no_answer_and_its_nearest_passage(over_http: ServedToAgents) -> None:
    question = "In which country was origami first folded?"
    (result,) = talking(over_http.url, ("ask", {"question": question}), mode="legacy")
    given = result.structured_content
    assert given is not None
    assert not result.is_error
    assert (given["status"], given["reason"], given["answers"]) == ("no_answer", "reader_null", [])
    (text,) = texts(result)
    nearest = given["nearest"]
    assert text.startswith("No answer: no passage that was read answers it (reader_null).")
    assert f"{nearest['document_id']} [{nearest['start']}:{nearest['end']}]" in text
    assert " ".join(nearest["sentence"].split()) in text


def test_search_and_only_some_documents(over_http: ServedToAgents, engine: Engine) -> None:
    only = ["seeds/expedition-report.html"]
    found, asked, nothing = talking(
        over_http.url,
        ("search", {"query": "When was the Marigold lost?", "top_k": 3}),
        ("ask", {"question": "On what date was the Marigold lost?", "document_ids": only}),
        ("ask", {"question": "Who?", "document_ids": []}),
    )
    here = engine.search(SEES_ALL, "When was the Marigold lost?", filter_of(), top_k=3)
    given = found.structured_content
    assert given is not None
    assert [(each["document_id"], each["start"]) for each in given["passages"]] == [
        (each.document_id, each.start) for each in here.passages
    ]
    first = here.passages[0]
    assert texts(found)[0] == f"{first.document_id} [{first.start}:{first.end}]\n{first.text}"
    assert len(texts(found)) == 3
    assert (asked.structured_content or {})["answers"][0]["text"] == "23 March 1912"
    assert {each["document_id"] for each in (asked.structured_content or {})["passages"]} == set(only)
    assert (nothing.structured_content or {})["reason"] == "nothing_retrieved"


def test_a_long_document_is_read_slice_by_slice(over_http: ServedToAgents, data: Path) -> None:
    document_id = (data / "long.txt").as_posix().lstrip("/")

    async def read_all() -> list[dict[str, Any]]:
        slices: list[dict[str, Any]] = []
        async with Client(over_http.url) as client:
            while not slices or slices[-1]["end"] < slices[-1]["characters"]:
                start = slices[-1]["end"] if slices else 0
                asked = {"document_id": document_id, "collection": "long", "start": start, "end": 10**9}
                slices.append((await client.call_tool("read_document", asked)).structured_content or {})
        return slices

    slices = asyncio.run(read_all())
    text = (data / "long.txt").read_text()
    assert "".join(each["text"] for each in slices) == text
    assert [(each["start"], each["end"]) for each in slices] == [(0, MAX_SLICE), (MAX_SLICE, len(text))]
    assert {each["characters"] for each in slices} == {len(text)}


def test_what_cant_be_done_is_told_with_the_cure(server: Any) -> None:
    sourdough = {"document_id": "seeds/sourdough.md"}
    calls: list[tuple[str, dict[str, Any], str]] = [
        ("ask", {"question": " "}, "The question is blank: ask something."),
        ("ask", {"question": "x" * 100_000}, "The question has 100000 characters; at most 1000 are read."),
        ("ask", {"question": "Who?", "collection": "none"}, "There is no collection 'none': known are default, long."),
        ("search", {"query": "Who?", "collection": "none"}, "There is no collection 'none': known are default, long."),
        ("ask", {"question": "Who?", "document_ids": ["none.md"]}, "There is no document 'none.md' in the collection"),
        ("read_document", {"document_id": "none.md"}, "There is no document 'none.md' in the collection 'default': "),
        ("read_document", {**sourdough, "start": 10**6}, "characters, and there are none at [1000000:]: read others."),
        ("read_document", {**sourdough, "start": 5, "end": 5}, "characters, and there are none at [5:5]: read others."),
        ("read_document", {**sourdough, "start": -1}, "start: Input should be greater than or equal to 0"),
        ("ask", {}, "question: Field required"),
        ("ask", {"question": "Who?", "document_id": "a"}, "document_id: Extra inputs are not permitted"),
        (
            "ask",
            {"question": 7, "max_answers": 0},
            "question: Input should be a valid string; max_answers: Input should",
        ),
        ("search", {"query": "Who?", "top_k": 101}, "top_k: Input should be less than or equal to 100"),
    ]
    results = talking(server, *((name, arguments) for name, arguments, _ in calls))
    for result, (_, _, message) in zip(results, calls, strict=True):
        assert message in refusal(result)


def test_an_unknown_tool_is_an_error_of_the_protocol(over_http: ServedToAgents) -> None:
    async def shout() -> str:
        async with Client(over_http.url) as client:
            with pytest.raises(MCPError) as raised:
                await client.call_tool("shout", {})
            return str(raised.value)

    assert asyncio.run(shout()) == "There is no tool 'shout': known are ask, search, read_document."


def test_a_running_server_is_asked_instead(served: Served, tmp_path: Path) -> None:
    program, *arguments = command(tmp_path, "--url", str(served.client.base_url))
    server = StdioServerParameters(command=program, args=arguments, env=dict(os.environ))
    answer, read, blank = talking(
        server,
        ("ask", {"question": REWARD}),
        ("read_document", {"document_id": "seeds/sourdough.md", "end": 100}),
        ("ask", {"question": ""}),
    )
    body = served.client.post("/v1/ask", json={"question": REWARD}).json()
    assert {**(answer.structured_content or {}), "timings_ms": None} == {**body, "timings_ms": None}
    text = served.client.get("/v1/documents/seeds/sourdough.md").json()["document"]["text"]
    assert (read.structured_content or {})["text"] == text[:100]
    assert refusal(blank) == "The question is blank: ask something."
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_gone_is_told(tmp_path: Path) -> None:
    program, *arguments = command(tmp_path, "--url", "http://127.0.0.1:9")
    server = StdioServerParameters(command=program, args=arguments, env=dict(os.environ))
    (result,) = talking(server, ("ask", {"question": "Who?"}))
    assert "http://127.0.0.1:9 can't be asked (" in refusal(result)
    assert refusal(result).endswith("is `quoth serve` running there?")


def test_a_defect_tells_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def __getattr__(self, _: str) -> Callable[..., Any]:
            raise RuntimeError("secret")

    (result,) = talking(create_server(Broken()), ("ask", {"question": "Who?"}))  # type: ignore[arg-type]
    assert refusal(result) == "Quoth failed in a way it shouldn't; its log says more."
    assert "secret" in caplog.text


def test_nothing_but_the_protocol_is_printed(data: Path) -> None:
    """What the library prints while it loads its models must not break the stream of messages."""
    asked = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": REWARD}}},
    ]  # fmt: skip
    pipes: dict[str, Any] = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    with subprocess.Popen(command(data), **pipes) as process:
        process.stdin.write("not json\n" + "".join(json.dumps(message) + "\n" for message in asked))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, log = process.communicate(timeout=30)
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[0]["result"]["protocolVersion"] == "2025-06-18"
    assert answers[1]["result"]["structuredContent"]["answers"][0]["text"] == "$50 million"
    assert (process.returncode, rest) == (0, "")
    assert "Traceback" not in log


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def test_a_page_elsewhere_cant_ask_over_http(over_http: ServedToAgents) -> None:
    """By a name that leads to the loopback, or from a page of another site."""
    response = httpx.post(over_http.url, json=LIST, headers={**ACCEPT, "Host": "evil.test:80"})
    assert "only this machine is served, not 'evil.test:80'" in problem(response, 403, "forbidden")["detail"]
    response = httpx.post(over_http.url, json=LIST, headers={**ACCEPT, "Sec-Fetch-Site": "cross-site"})
    assert problem(response, 403, "forbidden")["detail"].startswith("A page of another site sent this")
    assert httpx.get(over_http.url.replace("/mcp", "/elsewhere")).status_code == 404


def test_nor_can_it_by_a_server_that_a_running_one_is_asked_through(served: Served, tmp_path: Path) -> None:
    agents = ServedToAgents(tmp_path, "--url", str(served.client.base_url))
    try:
        (result,) = talking(agents.url, ("search", {"query": REWARD, "top_k": 1}))
        assert (result.structured_content or {})["passages"][0]["document_id"] == "seeds/cartel-directive.md"
        assert httpx.post(agents.url, json=LIST, headers={**ACCEPT, "Host": "evil.test:80"}).status_code == 403
        for page in (
            {"Origin": "http://evil.test"},
            {"Origin": "http://127.0.0.1:3000"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            refused = httpx.post(agents.url, json=LIST, headers={**ACCEPT, **page})
            assert problem(refused, 403, "forbidden")["detail"].startswith("A page of another site sent this")
        own = agents.url.removesuffix("/mcp")
        assert httpx.post(agents.url, json=LIST, headers={**ACCEPT, "Origin": own}).status_code == 200
    finally:
        assert agents.stop() == (0, "")


def test_with_keys_agents_need_one_over_http(seeds_data: Path, tmp_path: Path) -> None:
    shutil.copy(seeds_data / FILE_NAME, tmp_path / FILE_NAME)

    def made(name: str, scope: str) -> str:
        result = CliRunner().invoke(main, ["--data", str(tmp_path), "keys", "add", name, "--scope", scope])
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    asks, writes = made("asks", "ask"), made("writes", "write")
    agents = ServedToAgents(tmp_path, "--host", "0.0.0.0")  # noqa: S104  # which keys allow
    url = agents.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
    try:
        nobody = httpx.post(url, json=LIST, headers={**ACCEPT, "Host": "quoth.test"})
        assert problem(nobody, 401, "unauthorized")["detail"].startswith("This needs a key")
        assert nobody.headers["www-authenticate"] == "Bearer"
        other = httpx.post(url, json=LIST, headers={**ACCEPT, "Authorization": f"Bearer {writes}"})
        assert "needs a key of the scope ask" in problem(other, 403, "forbidden")["detail"]

        async def talk() -> CallToolResult:
            headers = {"Authorization": f"Bearer {asks}", "Host": "quoth.test"}
            http = httpx2.AsyncClient(headers=headers, timeout=60)  # the first question loads the models
            async with http, Client(streamable_http_client(url, http_client=http)) as client:
                return await client.call_tool("ask", {"question": REWARD})

        assert (asyncio.run(talk()).structured_content or {})["answers"][0]["text"] == "$50 million"
    finally:
        assert agents.stop() == (0, "")
    assert asks not in agents.log
