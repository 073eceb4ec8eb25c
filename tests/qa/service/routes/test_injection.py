"""Text that means something to SQLite, to its full-text index, to JSON's paths, to file systems, headers and pages, sent
to wherever a request has words of its own: it is what it is, found by itself alone, or refused by name.
"""

from urllib.parse import quote

import httpx
import pytest

pytestmark = pytest.mark.slow

COLLECTION = "injected"
ODD = [
    '"', '""', '" OR "', 'a" OR 1 OR "', "NEAR(a b)", "text:a", "context : x", "{text}: a", "^a", "a*", "a AND", "NOT a",
    "(a", "a)", "a + b", "-a", "rowid:1", "rank MATCH 'bm25(0)'", "'; DROP TABLE documents;--", "x' OR '1'='1",
    "') UNION SELECT secret FROM keys--", "\\", "%", "_", "?1", ":words", "$.a", "$[0]", "a.b", '{"$ne": null}',
    "../../etc/passwd", "..", "/etc/passwd", "file:///etc/passwd", "C:\\x", "a//b", "%2e%2e/x", "%00", "a;b", "a?b#c",
    "a\r\nX-Evil: 1", "a\nb", "a\tb", "\u202egpj.exe", "\u2028", "\ufeffx", "\u200b", "e\u0301", "é", "ＡＢＣ", "İ" * 50,
    "😀" * 60, "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${x}", "__proto__", "constructor",
]  # fmt: skip
CANT_BE = {400, 404, 422}


@pytest.fixture(scope="module")
def words(request: pytest.FixtureRequest) -> None:
    """A document of another collection that whatever is asked of this one must not find."""
    client: httpx.Client = request.getfixturevalue("served").client
    secret = {"text": "The secret of all is kept here: a b c, x and words.", "collection": "secret"}
    client.put("/v1/documents/secret", json=secret).raise_for_status()


@pytest.mark.parametrize("text", ODD)
def test_it_is_asked_for_and_filtered_by_as_it_is(client: httpx.Client, words: None, text: str) -> None:
    for question in ({"question": text}, {"question": "x?", "document_ids": [text]}, {"question": "x?", "metadata": {"k": text}},
                     {"question": "x?", "metadata": {text: "v"}}, {"question": text, "collection": COLLECTION},
                     {"question": "What is kept?", "collection": text}):  # fmt: skip
        response = client.post("/v1/search", json=question)
        assert response.status_code in CANT_BE | {200}, response.text
        assert "secret of all" not in response.text
    for model in (f"quoth/{text}", text):
        response = client.get(f"/v1/models/{quote(model, safe='')}")
        assert response.status_code in CANT_BE
        assert "secret" not in response.headers


@pytest.mark.parametrize("text", ODD)
def test_a_document_of_that_name_is_that_document(client: httpx.Client, text: str) -> None:
    url, mine = f"/v1/documents/{quote(text, safe='')}", {"collection": COLLECTION}
    document = {"text": f"Ferries sail at noon, says {text}.", "title": text, "metadata": {"k": text}, **mine}
    stored = client.put(url, json=document)
    assert stored.status_code in CANT_BE | {201}, stored.text
    if stored.status_code != 201:
        return
    assert stored.json()["document"]["id"] == text
    found = client.post("/v1/search", json={"question": "ferries", "metadata": {"k": text}, **mine}).json()["passages"]
    assert [passage["document_id"] for passage in found] == [text]
    assert client.get(url, params=mine).json()["document"]["text"] == document["text"]
    page = client.get(f"/documents/{quote(text, safe='')}", params=mine)
    assert page.status_code == 200
    assert "Ferries" not in page.text  # which holds nothing of a document: its script fetches it
    assert "x-evil" not in page.headers
    assert client.delete(url, params=mine).status_code == 200
    assert client.get(url, params=mine).status_code == 404
