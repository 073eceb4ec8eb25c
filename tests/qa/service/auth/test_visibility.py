"""A rule of visibility is one place: documents that name a reader in their metadata are hidden from everybody else.

The rule is `of_reader` below. It touches one file outside its own: `Caller.principal` in `qa/service/auth/access.py`,
which says by what rules somebody sees. Nothing of it is in a route, in the tools for agents, or in a store: what they
read is a view.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient
from support import PROBLEM

from index.documents import Document, Source
from index.embedding import SentenceTransformerEmbedder
from index.errors import NotFoundError
from index.storage.principals import SEES_ALL, Principal, Rule
from qa import assembly
from qa.assembly import Engine
from qa.mcp.tools import Index
from qa.reading.reader import TransformersReader
from qa.service.app import create_app
from qa.service.auth.access import Caller
from qa.service.observability.metrics import Metrics
from qa.settings import load_settings

FERRY = "The ferry to Orm sails at noon from the west quay."
SALE = "The ferry to Orm was sold to Ingrid Halloran for ninety thousand crowns."
HIDDEN = ("Halloran", "Sale", "sale", "boardroom", "ninety")
QUESTION = "To whom was the ferry to Orm sold?"


def of_reader(caller: Caller) -> Principal:
    """The rule: who comes with a key sees what names no reader, or the key's own name."""
    return SEES_ALL if caller.key is None else Principal((Rule(metadata={"reader": (caller.key.name, None)}),))


@pytest.fixture(scope="module")
def engine(
    embedder: SentenceTransformerEmbedder, reader: TransformersReader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    data = tmp_path_factory.mktemp("visibility")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "embedder_of", lambda _: embedder)
        patch.setattr(assembly, "reader_of", lambda _: reader)
        patch.setattr(Caller, "principal", property(of_reader))
        engine = Engine(load_settings(data=data), writing=True)
        add(engine, "ferry.txt", FERRY)
        add(engine, "sale.txt", SALE, metadata={"reader": "alice"})
        add(engine, "boardroom.txt", SALE, "boardroom", metadata={"reader": "alice"})
        yield engine


def add(engine: Engine, name: str, text: str, collection: str = "default", **more: Any) -> None:
    document = Document(name, name.removesuffix(".txt").title(), text, media_type="text/html", **more)
    assert engine.indexer.add_source(Source(document, f"<p>{text}".encode()), collection).status == "added"


@pytest.fixture(scope="module")
def keys(engine: Engine) -> dict[str, str]:
    return {name: engine.store.add_key(name, ["admin"]) for name in ("alice", "bob")}


@pytest.fixture(scope="module")
def client(engine: Engine, keys: dict[str, str]) -> Iterator[httpx.Client]:
    with TestClient(create_app(engine)) as client:
        yield client


def sent(client: httpx.Client, key: str, method: str, path: str, body: Any = None) -> httpx.Response:
    return client.request(method, path, json=body, headers={"Authorization": f"Bearer {key}"})


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
    ("GET", "/v1/feedback", None, 200),
    ("GET", "/v1/feedback?collection=boardroom", None, 200),
    ("GET", "/metrics", None, 200),
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
    assert refused.status_code in (404, 422)
    assert not any(word in refused.text.replace("sale.txt", "") for word in HIDDEN)


@pytest.mark.parametrize(("method", "path", "body", "status"), READS, ids=lambda value: str(value)[:40])
def test_every_read_hides_it(
    client: httpx.Client, keys: dict[str, str], judged: None, method: str, path: str, body: Any, status: int
) -> None:
    response = sent(client, keys["bob"], method, path, body)
    assert response.status_code == status, response.text
    if status == 404 and not path.startswith("/v1/models"):
        assert response.headers["content-type"] == PROBLEM
    told = without_the_request(response.text, path, body)
    assert [word for word in HIDDEN if word in told] == []


def test_who_it_is_for_sees_it(client: httpx.Client, keys: dict[str, str], judged: None) -> None:
    listed = sent(client, keys["alice"], "GET", "/v1/documents").json()
    assert [one["id"] for one in listed["documents"]] == ["boardroom.txt", "ferry.txt", "sale.txt"]
    assert sent(client, keys["alice"], "GET", "/v1/originals/sale.txt").content == f"<p>{SALE}".encode()
    found = sent(client, keys["alice"], "POST", "/v1/search", {"question": QUESTION}).json()
    assert found["passages"][0]["document_id"] == "sale.txt"
    assert "Halloran" in sent(client, keys["alice"], "GET", "/v1/feedback").text
    assert [one["id"] for one in sent(client, keys["alice"], "GET", "/v1/models").json()["data"]] == [
        "quoth",
        "quoth/boardroom",
    ]


def test_what_is_hidden_changes_no_score(client: httpx.Client, keys: dict[str, str], engine: Engine) -> None:
    asked = ("POST", "/v1/search", {"question": QUESTION})
    before = sent(client, keys["bob"], *asked).json()["passages"]
    assert [one["document_id"] for one in before] == ["ferry.txt"]
    assert before[0]["bm25"] > 0
    for i in range(5):
        add(engine, f"{i}.txt", f"{FERRY} {i}", metadata={"reader": "alice"})
    assert sent(client, keys["bob"], *asked).json()["passages"] == before


def test_agents_see_by_it_too(engine: Engine) -> None:
    bob = Principal((Rule(metadata={"reader": ("bob", None)}),))
    index = Index(engine, bob, Metrics())
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
