"""Documents over HTTP: put, upload, list, get, delete, and everything that is refused, which leaves the index as it was."""

from typing import Any

import httpx
import pytest
from support import ROOT, SEEDS, problem

from index.blocks import Block, BlockKind
from index.documents import Document
from qa.service.routes.documents import blocks_in

pytestmark = pytest.mark.slow


def version(client: httpx.Client) -> int:
    return int(client.get("/readyz").json()["index_version"])


def ask(client: httpx.Client, question: str, collection: str) -> dict[str, Any]:
    body: dict[str, Any] = client.post("/v1/ask", json={"question": question, "collection": collection}).json()
    return body


def test_a_documents_life(client: httpx.Client) -> None:
    before = version(client)
    text = "The ferry to Orm 👩‍👧 sails at noon.\r\n"
    body = {
        "text": text,
        "title": "Ferry",
        "uri": "https://orm.test/f",
        "metadata": {"year": 2026},
        "collection": "life",
    }
    added = client.put("/v1/documents/notes/ferry 1", json=body)
    assert added.status_code == 201
    assert added.json()["status"] == "added"
    assert added.json()["index_version"] == before + 1
    assert added.json()["document"]["chunks"] == 1
    again = client.put("/v1/documents/notes/ferry 1", json=body)
    assert (again.status_code, again.json()["status"], again.json()["index_version"]) == (200, "unchanged", before + 1)

    answer = ask(client, "When does the ferry to Orm sail?", "life")
    assert (answer["answers"][0]["text"], answer["index_version"]) == ("at noon", before + 1)
    citation = answer["answers"][0]["citations"][0]
    assert citation["uri"] == "https://orm.test/f"
    assert citation["url"].startswith("/documents/notes/ferry%201?start=")

    got = client.get("/v1/documents/notes/ferry%201", params={"collection": "life"})
    assert got.status_code == 200
    assert got.json()["document"] == {
        "id": "notes/ferry 1", "title": "Ferry", "text": text, "uri": "https://orm.test/f", "media_type": "text/plain",
        "metadata": {"year": 2026}, "pages": [], "headings": [], "readers": [],
    }  # fmt: skip

    replaced = client.put("/v1/documents/notes/ferry 1", json={**body, "text": "The ferry to Orm sails at dawn."})
    assert (replaced.status_code, replaced.json()["status"]) == (200, "replaced")
    assert ask(client, "When does the ferry to Orm sail?", "life")["answers"][0]["text"].endswith("dawn")

    deleted = client.delete("/v1/documents/notes/ferry 1", params={"collection": "life"})
    assert (deleted.status_code, deleted.json()) == (
        200,
        {"id": "notes/ferry 1", "collection": "life", "index_version": before + 3},
    )
    problem(client.get("/v1/documents/notes/ferry 1", params={"collection": "life"}), 404, "not-found")
    problem(client.delete("/v1/documents/notes/ferry 1", params={"collection": "life"}), 404, "not-found")


def test_what_a_document_is_made_of_is_told_when_asked_for(client: httpx.Client) -> None:
    body = {"text": "# 🐝\n\n- Oars\n\n| a | b |", "media_type": "text/markdown", "collection": "blocks"}
    client.put("/v1/documents/made", json=body).raise_for_status()
    path, where = "/v1/documents/made", {"collection": "blocks"}
    assert client.get(path, params=where).json()["blocks"] is None
    assert client.get(path, params={**where, "blocks": "true"}).json()["blocks"] == [
        {"kind": "heading", "start": 0, "content": 2, "end": 3, "level": 1, "who": None},
        {"kind": "item", "start": 5, "content": 7, "end": 11, "level": 0, "who": None},
        {"kind": "row", "start": 13, "content": 13, "end": 22, "level": 0, "who": None},
    ]
    problem(client.get(path, params={**where, "blocks": "many"}), 422, "invalid-request")


def test_what_a_pdfs_pages_repeat_is_told_apart_and_in_no_passage(client: httpx.Client) -> None:
    name, where = "harbour-rules.pdf", {"collection": "blocks"}
    file = (ROOT / "tests" / "data" / "formats" / name).read_bytes()
    client.post("/v1/documents", files={"file": (name, file)}, data=where).raise_for_status()
    stored = client.get(f"/v1/documents/{name}", params={**where, "blocks": "true"}).json()
    text, last = stored["document"]["text"], stored["blocks"][-1]
    assert (last["kind"], text[last["start"] : last["end"]]) == (
        "furniture",
        "Nordhavn Harbour Board: Rules 2026, third edition",
    )
    assert stored["document"]["metadata"] == {"page_furniture": f"{last['start']}-{last['end']}"}
    found = client.post(
        "/v1/search", json={"question": "Which edition of the rules is it?", **where, "top_k": 20}
    ).json()
    assert len(found["passages"]) > 5
    assert not any("edition" in passage["text"] for passage in found["passages"])
    assert max(passage["end"] for passage in found["passages"]) < last["start"]
    client.delete(f"/v1/documents/{name}", params=where).raise_for_status()


def test_a_text_that_would_take_long_has_no_blocks() -> None:
    assert blocks_in(Document("lines", "Lines", "a\n" * 100_000)) is None
    assert blocks_in(Document("long", "Long", "a" * 5_000_001)) is None
    assert blocks_in(Document("short", "Short", "a\n\nb")) == [
        Block(BlockKind.PARAGRAPH, 0, 0, 1),
        Block(BlockKind.PARAGRAPH, 3, 3, 4),
    ]


def test_markdown_put_as_such_has_sections(client: httpx.Client) -> None:
    body = {"text": "# Ferries\n\n## To Orm\n\nIt sails at noon.", "media_type": "text/markdown", "collection": "md"}
    assert client.put("/v1/documents/m", json=body).json()["document"]["title"] == "Ferries"
    assert ask(client, "When does it sail?", "md")["answers"][0]["citations"][0]["section"] == "To Orm"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("tide-mill.txt", "text/plain"),
        ("sourdough.md", "application/octet-stream"),
        ("beekeeping.html", "text/html"),
        ("halden-handbook-2026.pdf", "application/pdf"),
    ],
)
def test_uploads_of_all_formats(client: httpx.Client, name: str, media_type: str) -> None:
    response = client.post(
        "/v1/documents",
        files={"file": (name, (SEEDS / name).read_bytes(), media_type)},
        data={"collection": "uploads", "uri": "https://x.test/" + name},
    )
    assert response.status_code == 201
    stored = response.json()["document"]
    assert (stored["id"], stored["uri"], stored["collection"]) == (name, "https://x.test/" + name, "uploads")
    assert stored["chunks"] > 15
    seed = client.get(f"/v1/documents/seeds/{name}").json()["document"]
    uploaded = client.get(f"/v1/documents/{name}", params={"collection": "uploads"}).json()["document"]
    assert {**uploaded, "id": seed["id"], "uri": None} == seed
    assert stored["original_bytes"] == (len((SEEDS / name).read_bytes()) if name[-3:] not in ("txt", ".md") else None)


def test_documents_are_listed_page_by_page(client: httpx.Client) -> None:
    first = client.get("/v1/documents", params={"collection": "default", "limit": 4})
    rest = client.get("/v1/documents", params={"collection": "default", "limit": 100, "offset": 4})
    assert first.status_code == rest.status_code == 200
    ids = [document["id"] for document in first.json()["documents"] + rest.json()["documents"]]
    assert ids == sorted(ids)
    assert len(ids) == first.json()["total"] == 10
    assert "text" not in first.json()["documents"][0]
    problem(client.get("/v1/documents", params={"limit": 0}), 422, "invalid-request")


REFUSED = [
    ("empty.txt", b"", "text/plain", 422, "unreadable-document", "empty.txt is empty"),
    ("noise.txt", bytes(range(256)), "text/plain", 422, "unreadable-document", "can't be decoded as utf-8 (byte 128)"),
    ("latin.md", "café".encode("latin-1"), "text/markdown", 422, "unreadable-document", "iconv"),
    ("cut.pdf", (SEEDS / "halden-handbook-2026.pdf").read_bytes()[:9000], "application/pdf", 422, "unreadable-document",
     "cut.pdf is a PDF cut short"),
    ("blank.html", b"<html><script>1</script></html>", "text/html", 422, "unreadable-document", "HTML without any text"),
    ("photo.png", b"\x89PNG", "image/png", 422, "unreadable-document", "photo.png begins as a PNG picture, and is damaged or cut short: save it again."),
    ("photo.gif", b"GIF89a", "image/gif", 415, "unsupported-media-type", "photo.gif is a picture of a kind that isn't read"),
    ("big.txt", b"x" * 3 * 2**20, "text/plain", 413, "too-large", "more than 2 MiB"),
    ("a\nb.txt", b"x", "text/plain", 422, "unreadable-document", "control characters"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "media_type", "status", "kind", "detail"), REFUSED, ids=[row[0] for row in REFUSED]
)
def test_refused_uploads_leave_the_index_as_it_was(
    client: httpx.Client, name: str, data: bytes, media_type: str, status: int, kind: str, detail: str
) -> None:
    before = version(client)
    form = {"id": name} if "\n" in name else {}
    response = client.post("/v1/documents", files={"file": ("x.txt" if form else name, data, media_type)}, data=form)
    assert detail in problem(response, status, kind)["detail"]
    assert version(client) == before


@pytest.mark.parametrize(
    ("document_id", "body", "status", "kind", "detail"),
    [
        ("a", {"text": " "}, 422, "unreadable-document", "a is empty"),
        ("a", {"text": "x\0"}, 422, "unreadable-document", "a is binary"),
        ("a", {"text": 7}, 422, "invalid-request", "text: Input should be a valid string"),
        ("a", {"text": "x", "media_type": "text/html"}, 422, "invalid-request", "media_type"),
        ("a", {"text": "x", "metadata": {"k": None}}, 422, "invalid-request", "metadata"),
        ("a", {"text": "x", "tittle": "t"}, 422, "invalid-request", "tittle: Extra inputs"),
        ("%20", {"text": "x"}, 422, "unreadable-document", "id is blank"),
        ("x" * 600, {"text": "x"}, 422, "unreadable-document", "has 600 characters; at most 512"),
    ],
)
def test_refused_puts_leave_the_index_as_it_was(
    client: httpx.Client, document_id: str, body: object, status: int, kind: str, detail: str
) -> None:
    before = version(client)
    response = client.put(f"/v1/documents/{document_id}", json=body)
    assert detail in problem(response, status, kind)["detail"]
    assert version(client) == before


def test_half_a_surrogate_pair_in_a_text(client: httpx.Client) -> None:
    response = client.put(
        "/v1/documents/a", content=b'{"text": "x\\ud800"}', headers={"Content-Type": "application/json"}
    )
    assert "surrogate" in problem(response, 422, "unreadable-document")["detail"]


def test_an_upload_brings_metadata(client: httpx.Client) -> None:
    file = {"file": ("leave.md", b"---\nteam: sea\nyear: 2025\n---\nStaff get 26 days.", "text/markdown")}
    form = {"metadata": '{"year": 2026, "public": true, "note": "a \\"b\\""}', "collection": "metadata"}
    stored = client.post("/v1/documents", files=file, data=form).json()["document"]
    assert stored["metadata"] == {"team": "sea", "year": 2026, "public": True, "note": 'a "b"'}
    body = {"question": "How many days do staff get?", "collection": "metadata", "metadata": {"year": 2026}}
    assert client.post("/v1/search", json=body).json()["passages"]
    body["metadata"] = {"year": 2025}
    assert client.post("/v1/search", json=body).json()["passages"] == []


@pytest.mark.parametrize(
    ("form", "field", "message"),
    [
        (
            {"colection": "x"},
            "colection",
            "There is no such field: known are file, id, title, uri, metadata, collection, readers",
        ),
        ({"metadata": "year=2026"}, "metadata", 'No JSON object: write {"name": "value"}'),
        ({"metadata": "[1]"}, "metadata", "Input should be an object"),
        ({"metadata": '{"a": {"b": 1}}'}, "metadata.a.", None),
        ({"metadata": '{"a": NaN}'}, "metadata", None),
        ({"metadata": '{"' + "a" * 129 + '": 1}'}, "metadata.", None),
        (
            {"metadata": "{" + ",".join(f'"{n}": 1' for n in range(65)) + "}"},
            "metadata",
            "At most 64 are taken, not 65",
        ),
    ],
)
def test_an_upload_with_fields_that_it_has_not(
    client: httpx.Client, form: dict[str, str], field: str, message: str | None
) -> None:
    before = version(client)
    told = problem(client.post("/v1/documents", files={"file": ("a.txt", b"words")}, data=form), 422, "invalid-request")
    assert told["errors"][0]["field"].startswith(field)
    assert message in (None, told["errors"][0]["message"])
    assert version(client) == before


def test_an_upload_without_a_file(client: httpx.Client) -> None:
    told = problem(client.post("/v1/documents", data={"title": "x"}), 422, "invalid-request")
    assert told["errors"] == [{"field": "file", "message": "Field required"}]


def test_a_hostile_id_is_only_a_name(client: httpx.Client) -> None:
    name = "..%2F..%2Fetc%2Fpasswd"
    assert client.put(f"/v1/documents/{name}", json={"text": "x", "collection": "odd-names"}).status_code == 201
    listed = client.get("/v1/documents", params={"collection": "odd-names"}).json()["documents"]
    assert [document["id"] for document in listed] == ["../../etc/passwd"]


def test_a_slice_of_a_document_is_cited(client: httpx.Client) -> None:
    body = {
        "text": "The ferry to Orm 👩‍👧 sails at noon. It is late.",
        "uri": "https://orm.test/f",
        "collection": "slices",
    }
    client.put("/v1/documents/ferry", json=body).raise_for_status()
    start = body["text"].index("at noon")

    def cited(**place: int) -> Any:
        got = client.get("/v1/documents/ferry", params={"collection": "slices", **place})
        assert got.status_code == 200
        return got.json()["citation"]

    citation = cited(start=start, end=start + 7)
    assert (citation["quote"]["exact"], citation["start"]) == ("at noon", start)
    assert citation["sentence"] == "The ferry to Orm 👩‍👧 sails at noon."
    assert citation["source_url"].endswith("20sails-,at%20noon,-.%20It%20is%20late.")
    answer = ask(client, "When does the ferry to Orm sail?", "slices")["answers"][0]
    assert answer["citations"] == [cited(start=answer["citations"][0]["start"], end=answer["citations"][0]["end"])]
    for place in ({}, {"start": 3}, {"start": 3, "end": 3}, {"start": 5, "end": 3}, {"start": 3, "end": 1000}):
        assert cited(**place) is None
    problem(client.get("/v1/documents/ferry", params={"start": -1, "end": 3}), 422, "invalid-request")


def test_a_slice_that_is_too_long_to_cite_is_refused_by_name(client: httpx.Client) -> None:
    text = "." * 20_001 + " The end of it."
    client.put("/v1/documents/dots", json={"text": text, "collection": "dots"}).raise_for_status()
    where = {"collection": "dots", "start": 0}
    assert client.get("/v1/documents/dots", params={**where, "end": 20_000}).json()["citation"]["end"] == 20_000
    refused = problem(client.get("/v1/documents/dots", params={**where, "end": 20_001}), 422, "invalid-request")
    why = "At most 20000 characters are cited at a time, and [0:20001] has 20001: ask for fewer"
    assert refused["errors"] == [{"field": "end", "message": why}]
    assert client.get("/v1/documents/dots", params=where).json()["citation"] is None


def test_documents_are_looked_up_by_name(client: httpx.Client) -> None:
    for name in ("tide.txt", "TIDES/old.txt", "other.txt"):
        body = {"text": f"Words of {name}.", "collection": "looked-up", "title": "On harbours"}
        client.put(f"/v1/documents/{name}", json=body).raise_for_status()
    found = client.get("/v1/documents", params={"named": "tide", "collection": "looked-up", "limit": 1}).json()
    assert ([one["id"] for one in found["documents"]], found["total"]) == (["TIDES/old.txt"], 2)
    everywhere = client.get("/v1/documents", params={"named": "harbours"}).json()
    assert everywhere["total"] == 3
    problem(client.get("/v1/documents", params={"named": "x" * 257}), 422, "invalid-request")


@pytest.mark.parametrize("way", ["put", "upload"])
def test_a_document_keeps_its_readers_until_others_are_named(client: httpx.Client, way: str) -> None:
    def bring(text: str, readers: list[str] | None = None) -> list[str]:
        named = {} if readers is None else {"readers": readers}
        if way == "put":
            body = {"text": text, "collection": "readers", **named}
            response = client.put("/v1/documents/put.txt", json=body)
        else:
            fields = {
                "id": "upload.txt",
                "collection": "readers",
                **{key: ",".join(value) for key, value in named.items()},
            }
            response = client.post("/v1/documents", files={"file": ("upload.txt", text.encode())}, data=fields)
        assert response.status_code in {200, 201}, response.text
        kept: list[str] = response.json()["document"]["readers"]
        return kept

    assert bring("Pay has nine bands.", ["staff"]) == ["staff"]
    assert bring("Pay has ten bands.") == ["staff"]
    assert bring("Pay has ten bands.", ["board"]) == ["board"]
    assert bring("Pay has ten bands.", []) == []
    assert bring("Pay has ten bands.") == []
