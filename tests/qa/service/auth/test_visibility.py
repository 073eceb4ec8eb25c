"""Documents that name readers are hidden from who is in none of these groups, on every way to read, without a trace.

Nothing of it is in a route, in the tools for agents, or in a store: what they read is a view of a principal, which is
made of the sender's key or token in `Caller.principal`.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from support import PROBLEM

from index.documents import Document, Source
from index.errors import NotFoundError
from index.storage.principals import SEES_ALL, of_groups
from qa.assembly import Engine
from qa.mcp.command import application
from qa.mcp.tools import Index
from qa.service.app import create_app
from qa.service.observability.metrics import Metrics
from qa.settings import load_settings

SITE = "https://site.example"
FERRY = "The ferry to Orm sails at noon from the west quay."
SALE = "The ferry to Orm was sold to Ingrid Halloran for ninety thousand crowns."
HIDDEN = ("Halloran", "Sale", "sale", "boardroom", "ninety")
QUESTION = "To whom was the ferry to Orm sold?"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = Engine(load_settings(data=tmp_path_factory.mktemp("visibility"), origins=(SITE,)), writing=True)
    add(engine, "ferry.txt", FERRY)
    add(engine, "sale.txt", SALE, readers=("board", "owners"))
    add(engine, "boardroom.txt", SALE, "boardroom", readers=("board", "owners"))
    return engine


def add(engine: Engine, name: str, text: str, collection: str = "default", **more: Any) -> None:
    document = Document(name, name.removesuffix(".txt").title(), text, media_type="text/html", **more)
    assert engine.indexer.add_source(Source(document, f"<p>{text}".encode()), collection).status == "added"


@pytest.fixture(scope="module")
def keys(engine: Engine) -> dict[str, str]:
    """Of who sees all (admin, every), of who is in one of the readers' groups (alice), and of who isn't (bob, nobody)."""
    groups = {"alice": ["board"], "bob": ["Board", "crew"], "nobody": [], "every": ["*"]}
    made = {name: engine.store.add_key(name, ["ask"], each) for name, each in groups.items()}
    return {**made, "admin": engine.store.add_key("admin", ["admin"])}


@pytest.fixture(scope="module")
def client(engine: Engine, keys: dict[str, str]) -> Iterator[httpx.Client]:
    with TestClient(create_app(engine)) as client:
        yield client


def sent(client: httpx.Client, key: str, method: str, path: str, body: Any = None) -> httpx.Response:
    return client.request(method, path, json=body, headers={"Authorization": f"Bearer {key}", "Origin": SITE})


READS: list[tuple[str, str, Any, int]] = [
    ("GET", "/v1/documents", None, 200),
    ("GET", "/v1/documents?collection=boardroom", None, 200),
    ("GET", "/v1/documents/sale.txt", None, 404),
    ("GET", "/v1/documents/boardroom.txt?collection=boardroom", None, 404),
    ("GET", "/v1/originals/sale.txt", None, 404),
    ("GET", "/v1/originals/boardroom.txt?collection=boardroom", None, 404),
    ("POST", "/v1/search", {"question": QUESTION}, 200),
    ("POST", "/v1/search", {"question": QUESTION, "collection": "boardroom"}, 404),
    ("POST", "/v1/search", {"question": QUESTION, "document_ids": ["sale.txt"]}, 404),
    ("POST", "/v1/ask", {"question": QUESTION, "max_answers": 5, "min_confidence": 0}, 200),
    ("POST", "/v1/ask/batch", {"questions": [QUESTION]}, 200),
    ("POST", "/v1/ask/stream", {"question": QUESTION}, 200),
    ("POST", "/v1/ask", {"question": QUESTION, "collection": "boardroom"}, 404),
    ("GET", "/v1/models", None, 200),
    ("GET", "/v1/models/quoth/boardroom", None, 404),
    ("POST", "/v1/chat/completions", {"model": "quoth", "messages": [{"role": "user", "content": QUESTION}]}, 200),
    ("GET", "/v1/feedback", None, 403),
    ("GET", "/v1/insights", None, 403),
    ("GET", "/metrics", None, 403),
    ("GET", "/readyz", None, 200),
]


def without_the_request(text: str, path: str, body: Any) -> str:
    """A response without what it repeats of the request: its question, its ids, its collection."""
    names = [*(path.replace("?", "/").replace("=", "/").split("/")), *(body or {}).get("document_ids", [])]
    for name in sorted(filter(None, [QUESTION, (body or {}).get("collection", ""), *names]), key=len, reverse=True):
        text = text.replace(name, "")
    return text


@pytest.fixture(scope="module")
def judged(client: httpx.Client, keys: dict[str, str]) -> None:
    """Feedback of alice's, with a correction that quotes what bob may not see."""
    start = SALE.index("Ingrid")
    span = {"document_id": "sale.txt", "start": start, "end": start + len("Ingrid Halloran")}
    said = {"answer_id": "0" * 16, "question": QUESTION, "verdict": "wrong", "correction": span}
    assert sent(client, keys["alice"], "POST", "/v1/feedback", said).status_code in (200, 201)
    refused = sent(client, keys["bob"], "POST", "/v1/feedback", {**said, "answer_id": "1" * 16})
    assert refused.status_code == 404
    assert not any(word in refused.text.replace("sale.txt", "") for word in HIDDEN)


@pytest.mark.parametrize(("method", "path", "body", "status"), READS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("name", ["bob", "nobody", "token"])
def test_every_read_hides_it(
    client: httpx.Client, keys: dict[str, str], judged: None, name: str, method: str, path: str, body: Any, status: int
) -> None:
    key = (
        token(client, keys["alice"]) if name == "token" else keys[name]
    )  # a token is in the groups that it names alone
    response = sent(client, key, method, path, body)
    assert response.status_code == status, response.text
    if status == 404 and not path.startswith("/v1/models"):
        assert response.headers["content-type"] == PROBLEM
    told = without_the_request(response.text, path, body)
    assert [word for word in HIDDEN if word in told] == []
    assert "owners" not in response.text


def token(client: httpx.Client, key: str, *groups: str) -> str:
    minted = sent(client, key, "POST", "/v1/tokens", {"origin": SITE, "groups": list(groups)})
    assert minted.status_code == 201, minted.text
    assert minted.json()["groups"] == sorted(groups)
    return str(minted.json()["token"])


@pytest.mark.parametrize("name", ["alice", "every", "admin", "token"])
def test_who_it_is_for_sees_it(client: httpx.Client, keys: dict[str, str], judged: None, name: str) -> None:
    key = token(client, keys["every"], "board", "crew") if name == "token" else keys[name]
    listed = sent(client, key, "GET", "/v1/documents").json()
    assert [one["id"] for one in listed["documents"]] == ["boardroom.txt", "ferry.txt", "sale.txt"]
    readers = ["board", "owners"] if name in ("every", "admin") else []  # are told to who sees every document
    assert [one["readers"] for one in listed["documents"]] == [readers, [], readers]
    assert sent(client, key, "GET", "/v1/documents/sale.txt").json()["document"]["readers"] == readers
    assert sent(client, key, "GET", "/v1/originals/sale.txt").content == f"<p>{SALE}".encode()
    found = sent(client, key, "POST", "/v1/search", {"question": QUESTION}).json()
    assert found["passages"][0]["document_id"] == "sale.txt"
    assert sent(client, key, "GET", "/readyz").json()["collections"] == {"boardroom": 1, "default": 2}
    assert [one["id"] for one in sent(client, key, "GET", "/v1/models").json()["data"]] == ["quoth", "quoth/boardroom"]


def test_administrators_see_what_was_said_of_it(client: httpx.Client, keys: dict[str, str], judged: None) -> None:
    assert "Halloran" in sent(client, keys["admin"], "GET", "/v1/feedback").text


@pytest.mark.parametrize(
    ("name", "groups", "status", "told"),
    [
        (
            "alice",
            ["crew"],
            403,
            "groups: the key mints no token for 'crew', for its own groups are board: make another",
        ),
        ("nobody", ["board"], 403, "for its own groups are none"),
        ("every", "board", 422, "valid list"),
        ("every", [7], 422, "valid string"),
        ("every", ["board", " crew"], 422, "The group ' crew' of the list has white space at an end"),
        ("every", ["*"], 422, "The group '*' of the list would be every group, which only a key may have"),
        ("every", [""], 422, "The group '' of the list is blank"),
        ("every", ["a,b"], 422, "The group 'a,b' of the list has a comma"),
        ("every", ["a\nb"], 422, "can't be printed"),
        ("every", [f"{i}" for i in range(65)], 422, "At most 64 are taken, not 65"),
    ],
)
def test_a_token_for_groups_that_cannot_be_is_refused(
    client: httpx.Client, keys: dict[str, str], name: str, groups: Any, status: int, told: str
) -> None:
    response = sent(client, keys[name], "POST", "/v1/tokens", {"origin": SITE, "groups": groups})
    assert response.status_code == status
    assert told in response.text.replace('\\"', '"')


def test_what_is_hidden_changes_no_score(client: httpx.Client, keys: dict[str, str], engine: Engine) -> None:
    asked = ("POST", "/v1/search", {"question": QUESTION})
    before = sent(client, keys["bob"], *asked).json()["passages"]
    assert [one["document_id"] for one in before] == ["ferry.txt"]
    assert before[0]["bm25"] > 0
    for i in range(5):
        add(engine, f"{i}.txt", f"{FERRY} {i}", readers=("board", "owners"))
    assert sent(client, keys["bob"], *asked).json()["passages"] == before


def test_agents_over_http_see_what_their_key_may(engine: Engine, keys: dict[str, str]) -> None:
    called = {"name": "search", "arguments": {"query": QUESTION}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": called}
    index = Index(engine, SEES_ALL, Metrics())
    found = {}
    try:
        with TestClient(application(index, engine.settings, index)) as client:
            for name in ("alice", "bob"):
                headers = {"Authorization": f"Bearer {keys[name]}", "Accept": "application/json, text/event-stream"}
                response = client.post("/mcp", json=body, headers=headers)
                found[name] = {one["document_id"] for one in response.json()["result"]["structuredContent"]["passages"]}
    finally:
        index.close()
    assert "sale.txt" in found["alice"]
    assert found["bob"] == {"ferry.txt"}


def test_agents_see_by_it_too(engine: Engine) -> None:
    index = Index(engine, of_groups({"board"}), Metrics()).read_as(of_groups({"crew"}))
    try:
        found = index.search(QUESTION, collection="default", top_k=None)
        assert [one.document_id for one in found.passages] == ["ferry.txt"]
        answer = index.ask(QUESTION, collection="default", document_ids=None, max_answers=5)
        assert not any("Halloran" in one.text for one in answer.answers)
        with pytest.raises(NotFoundError, match=r"^There is no document 'sale\.txt' in the collection 'default'"):
            index.document("sale.txt", "default")
        for ask in (index.search, index.ask):
            more: Any = {"top_k": None} if ask == index.search else {"document_ids": None, "max_answers": 1}
            with pytest.raises(NotFoundError, match=r"^There is no collection 'boardroom': known are default\.$"):
                ask(QUESTION, collection="boardroom", **more)
    finally:
        index.close()
