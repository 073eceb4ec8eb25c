"""Each integration in the real framework: over HTTP as its own page shows, and over an engine in this process."""

import asyncio
import os
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from textwrap import dedent
from typing import Any

import pytest
from small_index import ANSWER, END, FERRY, QUESTION, START, UNANSWERED, small_index
from support import Served

from index.errors import SettingsError
from qa.assembly import Engine
from qa.integrations.sources import InProcess
from qa.settings import load_settings

if not find_spec("haystack") or not find_spec("llama_index"):
    pytest.skip("needs the extra `integrations`", allow_module_level=True)

pytestmark = pytest.mark.integrations
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(small_index(tmp_path_factory.mktemp("small")))
    yield served
    assert served.stop() == 0, served.log


@pytest.fixture(scope="module")
def source(served: Served) -> Iterator[InProcess]:
    engine = Engine(load_settings(data=served.data), writing=False)
    yield InProcess(engine)
    engine.close()


def shown(module: str, served: Served) -> dict[str, Any]:
    """What the names of a module's example stand for when it has run against a real server."""
    text = import_module(f"qa.integrations.{module}").__doc__ or ""
    example = dedent("\n".join(line for line in text.splitlines() if not line or line.startswith("    ")))
    assert "http://127.0.0.1:8000" in example
    names: dict[str, Any] = {}
    exec(example.replace("http://127.0.0.1:8000", str(served.client.base_url)), names)  # noqa: S102
    return names


def test_langchain_as_its_page_shows(served: Served) -> None:
    names = shown("langchain", served)
    first = names["documents"][0]
    assert first.metadata["document_id"].endswith("docs/ferry.md")
    assert FERRY[first.metadata["start"] : first.metadata["end"]] == first.page_content
    assert ANSWER in first.page_content
    lines = names["text"].splitlines()
    assert lines[0].startswith(f"{ANSWER}   (confidence ")
    assert lines[1].endswith(f"docs/ferry.md [{START}:{END}], Safety")


def test_langchain_s_tool_tells_a_model_what_it_takes_and_returns_the_answer_with_its_places(source: InProcess) -> None:
    from langchain_core.runnables import RunnableLambda

    from qa.integrations.langchain import QuothRetriever, quoth_tool

    tool = quoth_tool(source, max_answers=1)
    assert tool.args == {"question": {"title": "Question", "type": "string"}}
    message = tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": {"question": QUESTION}})
    (given,) = message.artifact.answers
    assert (given.citations[0].start, given.citations[0].end) == (START, END)
    silent = tool.invoke({"type": "tool_call", "id": "2", "name": tool.name, "args": {"question": UNANSWERED}})
    assert silent.content.startswith("No answer: no passage that was read answers it (reader_null).")
    assert silent.artifact.answers == ()
    chain = QuothRetriever(quoth=source, top_k=2) | RunnableLambda(len)
    assert asyncio.run(chain.ainvoke(QUESTION)) == 2


def test_llama_index_as_its_page_shows(served: Served) -> None:
    names = shown("llama_index", served)
    assert str(names["response"]) == ANSWER
    (source,) = names["response"].source_nodes
    assert (source.node.start_char_idx, source.node.end_char_idx) == (START, END)
    assert FERRY[START:END] == source.node.text
    assert 0.5 < source.score <= 1
    assert (source.metadata["title"], source.metadata["section"]) == ("Ferry handbook", "Safety")
    assert [FERRY[node.node.start_char_idx : node.node.end_char_idx] for node in names["nodes"][:1]] == [
        names["nodes"][0].node.text
    ]
    scores = [node.score for node in names["nodes"]]
    assert scores == sorted(scores, reverse=True)


def test_llama_index_says_why_there_is_no_answer_also_asynchronously(source: InProcess) -> None:
    from qa.integrations.llama_index import QuothQueryEngine

    response = asyncio.run(QuothQueryEngine(source).aquery(UNANSWERED))
    assert response.source_nodes == []
    assert (response.metadata["status"], response.metadata["reason"]) == ("no_answer", "reader_null")
    assert str(response).strip()


def test_haystack_as_its_page_shows(served: Served) -> None:
    names = shown("haystack", served)
    best = names["result"]["quoth"]["answers"][0]
    assert best.data == ANSWER
    assert (best.meta["start"], best.meta["end"]) == (START, END)
    assert best.document.content[best.document_offset.start : best.document_offset.end] == ANSWER
    assert best.context[best.context_offset.start : best.context_offset.end] == ANSWER
    assert best.document.meta["start"] + best.document_offset.start == START
    passage = names["passages"]["documents"][0]
    assert FERRY[passage.meta["start"] : passage.meta["end"]] == passage.content


def test_haystack_writes_and_reads_a_pipeline_without_its_key(
    served: Served, source: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from haystack import Pipeline

    from qa.integrations.haystack import QuothAnswerer

    monkeypatch.setenv("QUOTH_API_KEY", "secret-of-mine")
    pipeline = Pipeline()
    pipeline.add_component("quoth", QuothAnswerer(str(served.client.base_url)))
    written = pipeline.dumps()
    assert "secret-of-mine" not in written
    again = Pipeline.loads(written, allowed_modules=["qa.integrations.haystack"])
    (answer,) = again.run({"quoth": {"query": UNANSWERED}})["quoth"]["answers"]
    assert answer.data is None
    assert answer.meta["reason"] == "reader_null"
    with pytest.raises(SettingsError, match="Only a component that asks a server by its address can be written"):
        QuothAnswerer(source).to_dict()


@pytest.mark.parametrize("module", ["langchain", "llama_index", "haystack"])
def test_an_address_that_is_none_is_refused_by_name(module: str) -> None:
    names = import_module(f"qa.integrations.{module}")
    with pytest.raises(SettingsError, match=re.escape("'localhost:8000' is no server's address: give one such as")):
        names.QuothRetriever(quoth="localhost:8000")
