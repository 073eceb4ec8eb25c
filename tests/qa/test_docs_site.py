"""The documentation's site, built as its command says: nothing of README is left out, and every link leads somewhere."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from support import ROOT

if not find_spec("mkdocs"):
    pytest.skip("needs the extra `integrations`", allow_module_level=True)

pytestmark = pytest.mark.integrations
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (command,) = re.findall(r"^# .*?: (mkdocs build .*)$", (ROOT / "qa/docs/mkdocs.yml").read_text(), re.MULTILINE)
    folder = tmp_path_factory.mktemp("site")
    arguments = [sys.executable, "-m", *command.split(), "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "excluded from the built site" not in done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, html.HtmlElement]:
    return {path: html.fromstring(path.read_text()) for path in site.rglob("index.html")}


def words(text: str) -> str:
    return "".join(re.findall(r"\w+", text))


def test_every_paragraph_and_table_of_readme_is_on_a_page(pages: dict[Path, html.HtmlElement]) -> None:
    shown = "\n".join(words(page.find(".//article").text_content()) for page in pages.values())
    text = (ROOT / "README.md").read_text().partition("\n")[2]
    lines = [line for line in text.splitlines() if not line.startswith(("!", "<", "|---", "```"))]
    plain = [words(re.sub(r"\]\([^)]*\)", "", line)) for line in lines]
    left_out = [line for line in plain if line not in shown]
    assert len(plain) > 300
    assert left_out == []


def test_the_api_page_has_every_route_and_schema(pages: dict[Path, html.HtmlElement], site: Path) -> None:
    page = pages[site / "api" / "index.html"]
    headings = {" ".join(each.text_content().split()).rstrip(" ¶") for each in page.xpath("//h3")}
    assert {"POST /v1/ask", "PUT /v1/documents/{document_id}", "GET /metrics", "Answer", "Problem"} <= headings
    fields = {row.text_content().split()[0] for row in page.xpath("//h3[@id='answer']/following::table[1]//tr[td]")}
    assert {"id", "answers", "passages", "index_version"} <= fields


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_another_host(
    pages: dict[Path, html.HtmlElement], site: Path
) -> None:
    ids = {path: set(page.xpath("//@id")) | set(page.xpath("//@name")) for path, page in pages.items()}
    broken, foreign = [], []
    for path, page in pages.items():
        for tag, name in LOADED.items():
            foreign += [url for url in page.xpath(f"//{tag}/@{name}") if urlsplit(url).netloc and tag != "link"]
        foreign += [
            url for url in page.xpath("//link[@rel='stylesheet' or @rel='preconnect']/@href") if urlsplit(url).netloc
        ]
        for url in page.xpath("//a/@href | //img/@src | //script/@src | //link[@rel='stylesheet']/@href"):
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.exists() or (parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]):
                broken.append(f"{path.relative_to(site)}: {url}")
    assert sorted(set(broken)) == []
    assert foreign == []
