"""@quoth/client in Chromium, imported as a module by a page of the service's own origin."""

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import address
from playwright.sync_api import Page
from small_index import ANSWER, END, QUESTION, START, small_index
from support import Served

pytestmark = pytest.mark.browser

ASKING = """async (question) => {
  const { Client, QuothError, slice } = await import("/static/client/index.js");
  const quoth = new Client(location.origin);
  const events = [];
  for await (const { event, data } of quoth.stream(question)) events.push([event, data.answers?.[0]?.text]);
  const answer = await quoth.ask(question);
  const [{ document_id, start, end }] = answer.answers[0].citations;
  const { document } = await quoth.document(document_id);
  const error = await quoth.ask(" ").catch((error) => error);
  const reason = await quoth.ask(question, { signal: AbortSignal.abort() }).catch((error) => error.name);
  return { events, start, end, words: slice(document.text, start, end), kind: error instanceof QuothError && error.kind, reason };
}"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(small_index(tmp_path_factory.mktemp("client")))
    yield served
    assert served.stop() == 0, served.log


def test_it_asks_streams_and_refuses_in_a_browser(page: Page, asked: Served) -> None:
    page.goto(address(asked, "/"))
    result: dict[str, Any] = page.evaluate(ASKING, QUESTION)
    assert [event for event, _ in result["events"]] == ["passages", "final"]
    assert result["events"][-1][1] == result["words"] == ANSWER
    assert (result["start"], result["end"]) == (START, END)
    assert (result["kind"], result["reason"]) == ("invalid-question", "AbortError")
