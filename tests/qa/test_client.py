"""The Python client against a real server, blocking and not."""

import asyncio
import inspect
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing, closing
from dataclasses import replace
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from distributions import closure
from support import ROOT, SEEDS, Served

from index import errors
from index.documents import Document
from index.feedback import NoAnswer, Span, Words
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.answers import Answer, Found, GivenAnswer, Progress, Reason, Retrieved, Status
from qa.answering.questions import Turn
from qa.api import errors as api_errors
from qa.assembly import Engine
from qa.client import AsyncClient, Client
from qa.settings import load_settings

pytestmark = pytest.mark.slow

REWARD = "How big is the reward for Maduro now?"


@pytest.fixture
def url(served: Served) -> str:
    return str(served.client.base_url)


@pytest.fixture(scope="module")
def engine(served: Served) -> Iterator[Engine]:
    """The library, over the very file that the server has: words are weighed over all that other tests put there."""
    engine = Engine(load_settings(data=served.data), writing=False)
    yield engine
    engine.close()


def test_an_answer_is_the_librarys(ask: Callable[..., Any], url: str, engine: Engine) -> None:
    answer = ask(url, "ask", REWARD, max_answers=3, document_ids=["seeds/cartel-directive.md"], top_k=4)
    here = engine.ask(SEES_ALL, REWARD, Filter(document_ids=("seeds/cartel-directive.md",)), max_answers=3, top_k=4)
    assert isinstance(answer, Answer)
    for name in Answer.__slots__:
        if name not in ("id", "index_version", "timings_ms"):  # the server's index has been written to
            assert getattr(answer, name) == getattr(here, name), name
    assert (answer.status, answer.answers[0].text) == (Status.ANSWERED, "$50 million")
    assert answer.status is Status.ANSWERED
    citation = answer.answers[0].citations[0]
    document = ask(url, "document", citation.document_id)
    assert document.text[citation.start : citation.end] == "$50 million"


def test_no_answer_has_its_reason(ask: Callable[..., Any], url: str) -> None:
    answer = ask(url, "ask", "Who?", document_ids=[])
    assert (answer.status, answer.reason, answer.answers) == (Status.NO_ANSWER, Reason.NOTHING_RETRIEVED, ())
    assert ask(url, "ask", REWARD, min_confidence=1.0).reason is Reason.BELOW_THRESHOLD


def test_a_stream_ends_with_the_answer_of_ask(ask: Callable[..., Any], url: str, engine: Engine) -> None:
    options: dict[str, Any] = {"top_k": 12, "max_answers": 2}
    retrieved, *candidates, answer = ask(url, "stream", REWARD, **options)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(answer, Answer)
    assert retrieved.passages == answer.passages
    assert replace(answer, timings_ms=None) == replace(ask(url, "ask", REWARD, **options), timings_ms=None)
    here = [event for event in engine.stream(SEES_ALL, REWARD, Filter(), **options) if not isinstance(event, Progress)]
    assert [type(event) for event in here] == [Retrieved, *[GivenAnswer] * len(candidates), Answer]
    assert candidates == here[1:-1]
    with pytest.raises(errors.QuestionError, match="The question is blank"):
        ask(url, "stream", " ")


def test_a_stream_can_be_left(url: str, served: Served) -> None:
    """The server gives the work up, as it counts, and the client goes on."""

    def left() -> float:
        found = re.search(r"^quoth_questions_left_total (\S+)$", served.client.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    async def leave() -> str:
        async with AsyncClient(url) as client:
            async with aclosing(client.stream(REWARD, top_k=100)) as events:
                assert isinstance(await anext(events), Retrieved)
            return (await client.ask(REWARD)).answers[0].text

    before = left()
    with Client(url) as client:
        with closing(client.stream(REWARD, top_k=100)) as events:
            assert isinstance(next(events), Retrieved)
        assert client.ask(REWARD).answers[0].text == "$50 million"  # which waits for what was being read
    assert left() == before + 1
    assert asyncio.run(leave()) == "$50 million"
    assert left() == before + 2


def test_a_question_that_leans_on_an_earlier_one(ask: Callable[..., Any], url: str, engine: Engine) -> None:
    history = [Turn("When was the Marigold lost?", "23 March 1912"), Turn("Who?")]
    asked_as = "When was the Marigold lost? Who? And where was that?"
    assert ask(url, "ask", "And where was that?", history=history).asked_as == asked_as
    assert engine.ask(SEES_ALL, "And where was that?", Filter(), history=history).asked_as == asked_as
    assert ask(url, "ask", "And where was that?").asked_as is None


def test_a_batch_keeps_its_order(ask: Callable[..., Any], url: str) -> None:
    questions = ["At what temperature is yeast killed?", REWARD, "When was the Marigold lost?"]
    answers = ask(url, "ask_batch", questions, max_answers=2)
    assert [answer.id for answer in answers] == [ask(url, "ask", question, max_answers=2).id for question in questions]
    with pytest.raises(errors.QuestionError, match="The batch has 6 questions; at most 5 are taken: split it"):
        ask(url, "ask_batch", ["Who?"] * 6)


def test_search_finds_what_the_library_finds(ask: Callable[..., Any], url: str, engine: Engine) -> None:
    only = "seeds/expedition-report.html"
    found = ask(url, "search", "When was the Marigold lost?", top_k=2, document_ids=(only,))
    assert isinstance(found, Found)
    here = engine.search(SEES_ALL, "When was the Marigold lost?", Filter(document_ids=(only,)), top_k=2)
    assert found.passages == here.passages


@pytest.mark.parametrize(
    "document_id",
    [
        "notes/ferry 1.txt",
        "a?b=c&d#e",
        "../../etc/passwd",
        "..",
        ".",
        "100%",
        "%2F",
        "日本/🐝",
        "a//b/",
        "x;y,z+w",
        "’",
    ],
)
def test_ids_with_odd_characters(ask: Callable[..., Any], url: str, document_id: str) -> None:
    collection = f"odd-{uuid4()}"
    text = "The ferry to Orm 👩‍👧 sails at noon.\r\n"
    about: dict[str, Any] = {"title": "Ferry", "uri": "https://orm.test/f", "metadata": {"year": 2026, "old": False}}
    stored = ask(url, "add", document_id, text, collection=collection, **about)
    assert (stored.status, stored.document.id, stored.document.chunks) == ("added", document_id, 1)
    assert ask(url, "add", document_id, text, collection=collection, **about).status == "unchanged"
    assert ask(url, "document", document_id, collection) == Document(document_id, text=text, **about)
    asked = {"collection": collection, "metadata": {"old": False}}
    answer = ask(url, "ask", "When does the ferry to Orm sail?", document_ids=[document_id], **asked)
    assert answer.answers[0].citations[0].document_id == document_id
    assert [summary.id for summary in ask(url, "documents", collection)] == [document_id]
    assert ask(url, "delete", document_id, collection).id == document_id
    for gone in ("document", "delete"):
        with pytest.raises(errors.NotFoundError, match="There is no document"):
            ask(url, gone, document_id, collection)


def test_uploads(ask: Callable[..., Any], url: str, tmp_path: Path) -> None:
    collection = f"uploads-{uuid4()}"
    stored = ask(url, "upload", SEEDS / "halden-handbook-2026.pdf", collection=collection)
    assert (stored.status, stored.document.id) == ("added", "halden-handbook-2026.pdf")
    assert stored.document.media_type == "application/pdf"
    named = ask(url, "upload", str(SEEDS / "sourdough.md"), document_id="a/b?.md", title="Bread", collection=collection)
    assert (named.document.id, named.document.title) == ("a/b?.md", "Bread")
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)))
    with pytest.raises(errors.DocumentError, match=r"noise\.txt can't be decoded as utf-8"):
        ask(url, "upload", tmp_path / "noise.txt", collection=collection)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    with pytest.raises(
        errors.DocumentError, match=r"photo\.png begins as a PNG picture, and is damaged or cut short: save it again"
    ):
        ask(url, "upload", tmp_path / "photo.png", collection=collection)
    (tmp_path / "film.mp4").write_bytes(b"moving")
    with pytest.raises(errors.MediaTypeError, match=r"film\.mp4"):
        ask(url, "upload", tmp_path / "film.mp4")
    (tmp_path / "big.txt").write_bytes(b"x" * 3 * 2**20)
    with pytest.raises(errors.TooLargeError, match="more than 2 MiB"):
        ask(url, "upload", tmp_path / "big.txt")
    with pytest.raises(errors.NotFoundError, match=r"nowhere\.txt can't be read \(No such file or directory\)"):
        ask(url, "upload", tmp_path / "nowhere.txt")


def test_documents_are_paged_through(ask: Callable[..., Any], url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.client_calls.PAGE", 3)
    ids = [summary.id for summary in ask(url, "documents", "default")]
    assert ids == sorted(f"seeds/{path.name}" for path in SEEDS.iterdir())
    assert {summary.collection for summary in ask(url, "documents")} >= {"default"}
    assert ask(url, "documents", "none") == []


def test_feedback_is_kept_with_the_words_judged(ask: Callable[..., Any], url: str, served: Served) -> None:
    collection, text = f"judged-{uuid4()}", "The ferry to Orm sails at noon, in winter at ten o'clock."
    ask(url, "add", "ferry", text, collection=collection)
    ask(url, "add", "bus", "The bus to Orm leaves at half past eight. A ticket costs 4 crowns.", collection=collection)
    question = "When does the ferry to Orm sail in winter?"
    answer = ask(url, "ask", question, collection=collection, max_answers=5, min_confidence=0.0)
    kept = ask(url, "feedback", answer, question, "right", collection=collection)
    assert (kept.status, kept.located) == ("kept", None)
    ten = text.index("ten")
    for correction, located in ((Words("ten o'clock"), True), (Span("ferry", ten, ten + 3), None), (NoAnswer(), None)):
        wrong = ask(url, "feedback", answer, question, "wrong", given=1, correction=correction, collection=collection)
        assert wrong.located is located
        assert wrong.id > kept.id
    nothing = ask(url, "ask", "Who?", document_ids=[], collection=collection)
    ask(url, "feedback", nothing, "Who?", "right", collection=collection)
    told = served.client.get("/v1/feedback", params={"collection": collection}).json()["feedback"]
    assert [one["answer_id"] for one in told] == [answer.id] * 4 + [nothing.id]
    judged = [one["answer"]["exact"] if one["answer"] else None for one in told]
    assert judged == [answer.answers[0].text, *[answer.answers[1].text] * 3, None]
    assert [one["correction"] and one["correction"].get("exact") for one in told] == [
        None,
        "ten o'clock",
        "ten",
        None,
        None,
    ]
    with pytest.raises(errors.FeedbackError, match="The verdict is right, so there is nothing to correct"):
        ask(url, "feedback", answer, question, "right", correction=NoAnswer(), collection=collection)


def test_readiness_and_version(ask: Callable[..., Any], url: str) -> None:
    ready = ask(url, "ready")
    assert (ready.status, ready.collections["default"]) == ("ready", 10)
    assert ask(url, "version") == "0.1.0"


@pytest.mark.parametrize(
    ("method", "arguments", "options", "error", "kind", "status", "detail"),
    [
        ("ask", [" "], {}, errors.QuestionError, "invalid-question", 422, "The question is blank: ask something."),
        ("search", ["who \ud800"], {}, errors.QuestionError, "invalid-question", 422, "half a surrogate pair"),
        ("ask", ["Who?"], {"collection": "none"}, errors.NotFoundError, "not-found", 404, "no collection 'none'"),
        ("add", ["a", " "], {}, errors.DocumentError, "unreadable-document", 422, "a is empty"),
        ("ask", ["Who?"], {"top_k": 0}, api_errors.ServerError, "invalid-request", 422, "top_k: Input should be greater"),
        ("ask", ["Who?"], {"topk": 3}, api_errors.ServerError, "invalid-request", 422, "topk: Extra inputs"),
    ],
)  # fmt: skip
def test_a_problem_is_the_error_of_its_kind(
    ask: Callable[..., Any], url: str, method: str, arguments: list[str], options: dict[str, Any],
    error: type[errors.QuothError], kind: str, status: int, detail: str,
) -> None:  # fmt: skip
    with pytest.raises(error) as raised:
        ask(url, method, *arguments, **options)
    told = raised.value
    assert type(told) is error
    assert (told.kind, told.status, told.retry_after) == (kind, status, None)
    assert told.detail is not None
    assert detail in told.detail
    assert told.detail in str(told)
    if error is api_errors.ServerError:  # where the library would not say it, the request is named
        assert str(told).startswith(f"POST {url.rstrip('/')}/v1/ask gave 422: ")


def test_an_id_that_no_path_holds(ask: Callable[..., Any], url: str) -> None:
    with pytest.raises(errors.DocumentError, match="holds half a surrogate pair"):
        ask(url, "document", "a\ud800")


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("localhost:8000", "localhost:8000"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
        ("ftp://x", "ftp://x"),
        ("http://", "http://"),
        ("http://x:99999", "http://x:99999"),
        ("http://x/?a=b", "http://x/?a=b"),
        ("http://x#y", "http://x#y"),
        ("http://[::1", "http://[::1"),
        ("http://me:secret@x", "http://x"),
    ],
)
def test_addresses_that_cant_be_used(kind: type[Client] | type[AsyncClient], address: str, shown: str) -> None:
    with pytest.raises(errors.SettingsError) as raised:
        kind(address)
    assert str(raised.value) == f"{shown!r} is no server's address: give one such as http://127.0.0.1:8000."


@pytest.mark.parametrize("key", ["", " ", "a b", "schlüssel", "a\nb"])
def test_keys_that_cant_be_sent_and_arent_shown(key: str) -> None:
    with pytest.raises(errors.SettingsError, match="The API key is blank, or holds characters that no key has") as told:
        Client(api_key=key)
    assert not key.strip() or key not in str(told.value)


def test_threads_share_a_client(url: str) -> None:
    with Client(url) as client:
        answers: list[Answer] = []
        threads = [threading.Thread(target=lambda: answers.append(client.ask(REWARD))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [answer.answers[0].text for answer in answers] == ["$50 million"] * 4


def test_both_clients_have_the_same_methods() -> None:
    def told(kind: type) -> dict[str, str]:
        methods = inspect.getmembers(kind, lambda member: inspect.isfunction(member))
        return {
            name: str(list(inspect.signature(method).parameters.values())) for name, method in methods if name[0] != "_"
        }

    assert told(Client) == told(AsyncClient)


ASKING = """
import asyncio, importlib.util, sys
sys.path.insert(0, sys.argv[1])
from qa.client import AsyncClient, Client

async def ask(url, question):
    async with AsyncClient(url) as client:
        return await client.ask(question)

url, question = sys.argv[2:]
with Client(url) as client:
    print(client.ask(question).answers[0].text)
    print(list(client.stream(question))[-1].answers[0].text)
print(asyncio.run(ask(url, question)).answers[0].text)
print([name for name in ("torch", "numpy", "faiss", "fastapi") if importlib.util.find_spec(name)])
"""


def test_it_needs_no_more_than_readme_installs_for_it(url: str, tmp_path: Path) -> None:
    installing = r"`pip install --no-deps \. && pip install -c requirements\.lock ([^`\n]+)`"
    line = re.search(installing, (ROOT / "README.md").read_text())
    assert line
    for package in ("index", "qa"):
        (tmp_path / package).symlink_to(ROOT / package)
    for name in closure(set(line[1].split())):  # linked, for pip would take a network to bring them
        installed = distribution(name)
        tops = {file.parts[0] for file in installed.files or [] if file.parts[0] != ".."}
        for top in tops - {path.name for path in tmp_path.iterdir()}:
            (tmp_path / top).symlink_to(str(installed.locate_file(top)))
    # -S leaves out the environment's packages, -I this tree's
    command = [sys.executable, "-I", "-S", "-c", ASKING, str(tmp_path), url, REWARD]
    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert (done.stdout.splitlines(), done.stderr) == (["$50 million"] * 3 + ["[]"], "")
