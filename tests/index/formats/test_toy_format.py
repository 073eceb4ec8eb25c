"""A format is one file: the toy one here adds that file and its two lines in the registry, and the rest follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import Served, copy_of_the_packages, problem

pytestmark = pytest.mark.slow

TOY = '''
"""Recipes: text with pages parted by form feeds and comments, which aren't indexed, after semicolons."""

import re

from index.documents import Heading
from index.formats.base import Format, Parsed, decode


def _parse(data: bytes, name: str) -> Parsed:
    text = re.sub(r" *;.*", "", decode(data, name))
    pages = (0, *(match.end() for match in re.finditer("\\f", text)))
    title = text.partition("\\n")[0]
    return Parsed(text, title, pages, (Heading(0, 1, title),))


RECIPE = Format("recipe", "text/x-recipe", (".recipe", ".rcp"), _parse, page_links=True)
'''
REGISTRY = Path("index/formats/registry.py")
CURD = b"Lemon curd\n\nMelt the butter slowly. ; salted will do\n\x0cStir in four eggs.\n"
CURD_TEXT = "Lemon curd\n\nMelt the butter slowly.\n\x0cStir in four eggs.\n"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = copy_of_the_packages(tmp_path_factory.mktemp("toy-format"))
    (root / "index/formats/recipe.py").write_text(TOY)
    registry = (root / REGISTRY).read_text()
    registry = registry.replace(
        "\nfrom index.formats.text", "\nfrom index.formats.recipe import RECIPE\nfrom index.formats.text"
    )
    registry = registry.replace("    PDF,\n", "    PDF,\n    RECIPE,\n")
    (root / REGISTRY).write_text(registry)
    (root / "kitchen").mkdir()
    (root / "kitchen/curd.RCP").write_bytes(CURD)
    served = Served(root / "data", "kitchen", root=root)
    yield served
    assert served.stop() == 0, served.log


def test_a_folder_is_looked_through_for_it(toy: Served) -> None:
    (listed,) = toy.client.get("/v1/documents").json()["documents"]
    assert (listed["id"], listed["title"], listed["media_type"]) == ("kitchen/curd.RCP", "Lemon curd", "text/x-recipe")
    assert listed["original_bytes"] == len(CURD)


def test_it_is_uploaded_parsed_cited_by_its_page_and_given_back(toy: Served) -> None:
    form = {"file": ("curd.recipe", CURD, "application/octet-stream")}
    stored = toy.client.post("/v1/documents", files=form)
    assert stored.status_code == 201
    start = CURD_TEXT.index("four")
    whole = toy.client.get("/v1/documents/curd.recipe", params={"start": start, "end": start + 4}).json()
    assert whole["document"]["text"] == CURD_TEXT
    assert whole["citation"]["page"] == 2
    assert whole["citation"]["source_url"] == "/v1/originals/curd.recipe#page=2"
    original = toy.client.get("/v1/originals/curd.recipe")
    assert (original.content, original.headers["content-type"]) == (CURD, "text/x-recipe; charset=utf-8")
    assert original.headers["content-disposition"] == "attachment; filename*=UTF-8''curd.recipe"


def test_pages_and_the_api_s_description_know_it(toy: Served) -> None:
    script = toy.client.get("/static/formats.js").text
    assert '"text/x-recipe": {"name": "Recipe", "pageLinks": true, "layout": "lines"}' in script
    assert '".pdf", ".recipe", ".rcp", ' in script
    assert '"Text, Markdown, HTML, PDF, Recipe, ' in script
    paths = toy.client.get("/openapi.json").json()["paths"]
    upload = paths["/v1/documents"]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert upload["encoding"]["file"]["contentType"].split(", ")[3:5] == ["application/pdf", "text/x-recipe"]
    assert "text/x-recipe" in paths["/v1/originals/{document_id}"]["get"]["responses"]["200"]["content"]


def test_a_refusal_lists_it_among_the_known_ones(toy: Served) -> None:
    form = {"file": ("photo.heif", b"\x89PNG", "image/heif")}
    detail = problem(toy.client.post("/v1/documents", files=form), 415, "unsupported-media-type")["detail"]
    known = "bring text (.txt), Markdown (.md), HTML (.html), PDF (.pdf), recipe (.recipe), "
    assert detail.startswith(f"photo.heif (image/heif) is in a format that Quoth doesn't read: {known}")
