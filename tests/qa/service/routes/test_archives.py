"""Zip archives over HTTP: their documents come, change and go together; what can't be read is told file by file."""

import io
import zipfile

import httpx
import pytest
from support import problem

pytestmark = pytest.mark.slow


def packed(**files: str | bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def bring(client: httpx.Client, data: bytes, name: str = "handbook.zip") -> httpx.Response:
    return client.post("/v1/archives", files={"file": (name, data)}, data={"collection": "packed"})


def ids(client: httpx.Client) -> list[str]:
    listed = client.get("/v1/documents", params={"collection": "packed"}).json()["documents"]
    return [document["id"] for document in listed]


def test_an_archives_life(client: httpx.Client) -> None:
    files = {"staff__leave.md": b"Staff get 26 days of leave.", "pay.txt": b"\xff\xfe\x00", "logo.xyz": b"x"}
    first = bring(client, packed(**files))
    assert first.status_code == 201
    answer = first.json()
    assert [(each["status"], each["document"]["id"]) for each in answer["documents"]] == [
        ("added", "handbook.zip/staff/leave.md")
    ]
    (refused,) = answer["refused"]
    assert refused["id"] == "handbook.zip/pay.txt"
    assert refused["detail"].startswith("handbook.zip/pay.txt can't be decoded as utf-16")
    assert (answer["id"], answer["removed"]) == ("handbook.zip", [])

    second = bring(client, packed(**{"pay.txt": "Pay comes on the 25th."}))
    assert (second.status_code, second.json()["removed"]) == (201, ["handbook.zip/staff/leave.md"])
    assert ids(client) == ["handbook.zip/pay.txt"]
    again = bring(client, packed(**{"pay.txt": "Pay comes on the 25th."}))
    assert (again.status_code, again.json()["documents"][0]["status"]) == (200, "unchanged")

    asked = {"question": "When does pay come?", "collection": "packed"}
    citation = client.post("/v1/ask", json=asked).json()["answers"][0]["citations"][0]
    assert (citation["document_id"], citation["title"]) == ("handbook.zip/pay.txt", "pay")
    deleted = client.delete("/v1/archives/handbook.zip", params={"collection": "packed"})
    assert (deleted.status_code, deleted.json()["id"], ids(client)) == (200, "handbook.zip", [])
    gone = client.delete("/v1/archives/handbook.zip", params={"collection": "packed"})
    assert "There is no archive 'handbook.zip'" in problem(gone, 404, "not-found")["detail"]


def test_who_may_read_a_file_is_said_beside_it_or_of_them_all(client: httpx.Client) -> None:
    beside = '{"title": "Leave", "metadata": {"year": 2026}, "readers": ["managers"]}'
    data = packed(
        **{"leave.md": "Staff get 26 days of leave.", "leave.md.meta.json": beside, "pay.md": "Pay comes late."}
    )
    form = {"collection": "packed-for", "readers": "staff"}
    answer = client.post("/v1/archives", files={"file": ("handbook.zip", data)}, data=form).json()
    leave, pay = (each["document"] for each in answer["documents"])
    assert (leave["id"], leave["title"], leave["metadata"]) == ("handbook.zip/leave.md", "Leave", {"year": 2026})
    assert (leave["readers"], pay["readers"]) == (["managers"], ["staff"])
    client.delete("/v1/archives/handbook.zip", params={"collection": "packed-for"})


def test_what_is_no_archive_or_has_nothing_to_read_is_refused(client: httpx.Client) -> None:
    told = problem(bring(client, b"PK, but no archive"), 422, "unreadable-document")
    assert told["detail"].startswith("handbook.zip is no zip archive, or is damaged or cut short")
    told = problem(bring(client, packed(**{"logo.xyz": "x"})), 422, "unreadable-document")
    assert told["detail"].startswith("handbook.zip has no file in it that Quoth reads: bring text (.txt)")
    told = problem(bring(client, packed(**{"a.md": b"\xff"})), 422, "unreadable-document")
    assert told["detail"].startswith(
        "handbook.zip has no file that could be read; the first: handbook.zip/a.md can't be"
    )
    told = problem(bring(client, packed(**{f"{'folder/' * 500}a.md": b"\xff"})), 422, "unreadable-document")
    assert len(told["detail"]) < 500
    assert told["detail"].endswith("has 3517 characters; at most 512 fit.")
    told = problem(bring(client, b"x", "a.md"), 415, "unsupported-media-type")
    assert told["detail"] == "a.md is no zip archive by its name: bring it to POST /v1/documents."
    many = bring(client, packed(**{f"{number}.md": "x" for number in range(1001)}))
    assert "has 1,001 files to read, and 1,000 are taken at once" in problem(many, 413, "too-large")["detail"]
    document = client.post("/v1/documents", files={"file": ("a.zip", b"PK")})
    cure = "a.zip is a zip archive: bring it to POST /v1/archives"
    assert problem(document, 415, "unsupported-media-type")["detail"].startswith(cure)


def test_a_misspelt_field_is_refused(client: httpx.Client) -> None:
    files = {"file": ("handbook.zip", packed(**{"a.md": "Staff get 26 days of leave."}))}
    told = problem(client.post("/v1/archives", files=files, data={"reader": "staff"}), 422, "invalid-request")
    assert told["errors"][0]["message"] == "There is no such field: known are file, id, collection, readers"


def test_files_of_an_archive_keep_their_readers_until_others_are_named(client: httpx.Client) -> None:
    def brought(text: str, **fields: str) -> list[list[str]]:
        data = {"collection": "packed-pay", **fields}
        response = client.post("/v1/archives", files={"file": ("pay.zip", packed(**{"pay.txt": text}))}, data=data)
        return [each["document"]["readers"] for each in response.json()["documents"]]

    assert brought("Pay has nine bands.", readers="staff") == [["staff"]]
    assert brought("Pay has ten bands.") == [["staff"]]
    assert brought("Pay has ten bands.", readers="") == [[]]
