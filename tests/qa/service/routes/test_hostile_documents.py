"""Hostile documents over HTTP: one refusal each, and nobody else waits; names, addresses and texts are only that."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from bomb_corpus import WORDS, Bomb, bombs
from in_process import InProcess
from support import Served, problem

DEEP = Bomb("deep.html", "text/html", b"<div>" * 3000 + WORDS.encode())  # a thousandth of its size is a document
BOMBS = {**{bomb.name: bomb for bomb in bombs(scale=0.001)}, DEEP.name: DEEP}
NOTE = ("note.md", b"# Ferries\n\n" + WORDS.encode(), "text/markdown")


@pytest.fixture(scope="module")
def client(here: InProcess) -> httpx.Client:
    return here.client


def upload(client: httpx.Client, name: str, data: bytes, media_type: str, **form: str) -> httpx.Response:
    form = {"collection": "hostile", **form}
    return client.post("/v1/documents", files={"file": (name, data, media_type)}, data=form)


def put(client: httpx.Client, path: str, **body: object) -> httpx.Response:
    return client.put(f"/v1/documents/{path}", json={"text": WORDS, "collection": "hostile", **body})


def answers(client: httpx.Client) -> None:
    """Everything but parsing goes on."""
    assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
    asked = {"question": "When does the ferry to Orm sail?", "collection": "hostile"}
    assert client.post("/v1/ask", json=asked).json()["answers"][0]["text"] == "at noon"


def parsing_child(served: Served) -> int:
    """The process id of the server's child."""
    for task in Path(f"/proc/{served.process.pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"index.parsing.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    raise AssertionError("The server has no child that parses.")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.slow
def test_while_one_document_is_parsed_everything_else_goes_on_and_a_crash_costs_one_422(served: Served) -> None:
    client = served.client
    assert put(client, "orm").status_code in (200, 201)
    upload(client, *NOTE).raise_for_status()
    child = parsing_child(served)
    os.kill(child, signal.SIGSTOP)  # as if it had to do with a bomb
    with ThreadPoolExecutor(1) as pool:
        try:
            stuck = pool.submit(upload, client, *NOTE, id="stuck.md")
            for number in range(3):
                answers(client)
                assert put(client, f"meanwhile-{number}").status_code == 201
            assert not stuck.done()
        finally:
            os.kill(child, signal.SIGSEGV)
            os.kill(child, signal.SIGCONT)
        told = problem(stuck.result(), 422, "unreadable-document")
    assert told["detail"].startswith("stuck.md made the parser crash (SIGSEGV): export it again")
    assert upload(client, *NOTE, id="next.md").status_code == 201
    assert parsing_child(served) != child
    answers(client)


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("deep.pdf", "deep.pdf is a damaged PDF"),
        ("encrypted.pdf", "encrypted.pdf is encrypted: save it without a password"),
        ("zip.pdf", "zip.pdf is not a PDF, whatever its name says"),
        ("docx.txt", "docx.txt is not text, whatever its name says: it looks like a Word document"),
        ("deep.html", "deep.html is HTML nested too deep to be read whole"),
        ("nul.txt", "nul.txt is binary, not text"),
        ("surrogates.txt", "surrogates.txt can't be decoded as utf-8"),
    ],
)
def test_a_bomb_costs_one_refusal(client: httpx.Client, name: str, detail: str) -> None:
    bomb = BOMBS[name]
    told = problem(upload(client, name, bomb.data, bomb.media_type), 422, "unreadable-document")
    assert told["detail"].startswith(detail)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "a/../../b",
        "..%2f..%2fetc%2fpasswd",
        "C:\\windows\\x",
        "<script>x</script>",
    ],
)
def test_a_name_is_only_a_name(client: httpx.Client, name: str) -> None:
    added = upload(client, "x.txt", WORDS.encode(), "text/plain", id=name)
    assert added.status_code == 201
    assert added.json()["document"]["id"] == name
    path = "/" + quote(name, safe="")
    got = client.get(f"/v1/documents{path}", params={"collection": "hostile"})
    assert got.json()["document"]["id"] == name
    assert got.json()["document"]["text"] == WORDS
    problem(client.get(f"/v1/originals{path}", params={"collection": "hostile"}), 404, "not-found")
    assert client.delete(f"/v1/documents{path}", params={"collection": "hostile"}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/../settings.py", "/static/..%2fsettings.py", "/static/%2e%2e/settings.py", "/static//etc/passwd",
             "/static/..%5csettings.py", "/static/%00"]
)  # fmt: skip
def test_files_beside_the_pages_are_not_served(client: httpx.Client, path: str) -> None:
    # httpx would resolve the dots itself
    request = client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())
    assert client.send(request).status_code in (400, 404)


def test_a_file_name_with_a_line_break_sets_no_header(client: httpx.Client) -> None:
    told = problem(
        upload(client, "x.txt", WORDS.encode(), "text/plain", id="a\r\nSet-Cookie: b=c"), 422, "unreadable-document"
    )
    assert told["detail"] == "The document id 'a\\r\\nSet-Cookie: b=c' holds control characters: use printable ones."


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "JaVaScRiPt:x", " https://x",
                                 "vbscript:x", "file:///etc/passwd", "//evil.test/x"])  # fmt: skip
def test_no_link_leads_where_a_documents_uri_would_run(client: httpx.Client, uri: str) -> None:
    put(client, "linked", uri=uri).raise_for_status()
    question = "When does the ferry to Orm sail?"
    where = {"collection": "hostile", "document_ids": ["linked"]}
    (answer,) = client.post("/v1/ask", json={"question": question, **where}).json()["answers"]
    (citation,) = answer["citations"]
    assert citation["uri"] == uri
    assert citation["source_url"] is None
    assert citation["url"].startswith("/documents/linked?")
    chat = {"model": "quoth/hostile", "messages": [{"role": "user", "content": question}]}
    assert "(javascript:" not in client.post("/v1/chat/completions", json=chat).text.lower()
    client.delete("/v1/documents/linked", params={"collection": "hostile"}).raise_for_status()
