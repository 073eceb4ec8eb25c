"""The files as uploaded: their bytes and headers, and what a browser may do with them."""

import hashlib

import httpx
import pytest
from support import SEEDS, problem

pytestmark = pytest.mark.slow

PDF = (SEEDS / "halden-handbook-2026.pdf").read_bytes()
HTML = b"<!doctype html><title>T</title><script>alert(1)</script><p>Bees fly from flower to flower."


def upload(client: httpx.Client, name: str, data: bytes, media_type: str, **form: str) -> None:
    body = {"collection": "originals", **form}
    client.post("/v1/documents", files={"file": (name, data, media_type)}, data=body).raise_for_status()


def original(client: httpx.Client, path: str, **headers: str) -> httpx.Response:
    return client.get(f"/v1/originals/{path}", params={"collection": "originals"}, headers=headers)


def test_a_pdf_is_given_as_uploaded_to_be_shown(client: httpx.Client) -> None:
    upload(client, "h.pdf", PDF, "application/pdf", id='a/the "hand" büch.pdf')
    response = original(client, "a/the%20%22hand%22%20b%C3%BCch.pdf")
    assert (response.status_code, response.content) == (200, PDF)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == "inline; filename*=UTF-8''the%20%22hand%22%20b%C3%BCch.pdf"
    assert response.headers["etag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "private, no-cache"
    assert "sandbox" not in response.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_already_is_told_so(client: httpx.Client, name: str) -> None:
    upload(client, "h.pdf", PDF, "application/pdf")
    tag = original(client, "h.pdf").headers["etag"]
    response = original(client, "h.pdf", **{"If-None-Match": name.format(tag)})
    assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert original(client, "h.pdf", **{"If-None-Match": '"other"'}).status_code == 200


def test_html_is_given_to_be_saved_and_never_run(client: httpx.Client) -> None:
    upload(client, "x.html", HTML, "text/html")
    response = original(client, "x.html")
    assert (response.status_code, response.content) == (200, HTML)
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''x.html"
    assert response.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert response.headers["x-content-type-options"] == "nosniff"


def test_text_is_its_own_original(client: httpx.Client) -> None:
    upload(client, "x.txt", b"Bees fly.", "text/plain")
    assert "No original is kept of 'x.txt'" in problem(original(client, "x.txt"), 404, "not-found")["detail"]
    problem(original(client, "none.pdf"), 404, "not-found")
    problem(client.get("/v1/originals/h.pdf", params={"collection": ""}), 422, "invalid-request")


def test_it_goes_with_its_document(client: httpx.Client) -> None:
    upload(client, "gone.pdf", PDF, "application/pdf")
    assert original(client, "gone.pdf").status_code == 200
    client.put("/v1/documents/gone.pdf", json={"text": "Now a text.", "collection": "originals"}).raise_for_status()
    problem(original(client, "gone.pdf"), 404, "not-found")
    upload(client, "gone.pdf", PDF, "application/pdf")
    client.delete("/v1/documents/gone.pdf", params={"collection": "originals"}).raise_for_status()
    problem(original(client, "gone.pdf"), 404, "not-found")


def test_seeds_indexed_from_files_have_theirs(client: httpx.Client) -> None:
    assert client.get("/v1/originals/seeds/halden-handbook-2026.pdf").content == PDF
    listed = client.get("/v1/documents", params={"collection": "default"}).json()["documents"]
    kept = {document["id"] for document in listed if document["original_bytes"]}
    assert kept == {document["id"] for document in listed if document["id"].endswith((".pdf", ".html"))}
