"""How much of real pages' main content is in the text that HTML is read as, measured against a browser.

    python tests/benchmarks/html_pages.py FOLDER_OR_FILE … [--limit 40] [--worst 5]

Each page is opened in Chromium (`pip install '.[browser]'`, `apt-get install chromium`), without a network and without
running its scripts. What it shows is the `innerText` of its main part: `main` or what has that role, else its body; menus
(`nav`, and roles for them) and the page's own foot aren't content. Reported are the shares of these words, and of these
headings, that are in the text, for each page and for all and the words that are lost most often. From a folder at most `--limit` pages are taken, evenly over all that are there.
"""

import argparse
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from common import report
from playwright.sync_api import Error, Page, sync_playwright

from index.errors import DocumentError
from index.parsing.parse import parse

CHROMIUM = "/usr/bin/chromium"
WORD = re.compile(r"\w+")
SHOWN = """() => {
  for (const each of document.querySelectorAll("noscript")) each.remove();
  for (const each of document.querySelectorAll("details")) each.open = true;
  const main = document.querySelector("main, [role=main]");
  const part = main && main.innerText.trim() ? main : document.body;
  if (!part) return {text: "", headings: []};
  const left = "nav, [role=navigation], [role=menu], [role=menubar], [role=search], button, select, textarea";
  for (const each of part.querySelectorAll(left)) if (!each.closest("h1,h2,h3,h4,h5,h6,dt")) each.remove();
  if (part === document.body) for (const each of part.querySelectorAll("footer, [role=contentinfo]"))
    if (!each.closest("article, section, blockquote")) each.remove();
  const headings = [...part.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(each => each.innerText).filter(text => text.trim());
  return {text: part.innerText, headings};
}"""


@dataclass(frozen=True)
class Measured:
    """A page: how many words and headings of it are shown and kept, and the words that aren't."""

    name: str
    words: int = 0
    kept: int = 0
    headings: int = 0
    headings_kept: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    refused: str | None = None

    def row(self) -> dict[str, object]:
        """What is reported of it."""
        shares = {"words": share(self.kept, self.words), "headings": share(self.headings_kept, self.headings)}
        lost = [f"{word} {count}" for word, count in self.lost.most_common(12)]
        return {"page": self.name, "shown": self.words, **shares, "lost": lost, "refused": self.refused}


def share(part: int, whole: int) -> float | None:
    """In percent."""
    return round(100 * part / whole, 2) if whole else None


def words_of(text: str) -> list[str]:
    """Words in lower case; characters that look alike are the same, so that a raised 2 is one."""
    return WORD.findall(unicodedata.normalize("NFKC", text.replace("\xad", "")).lower())


def measured(path: Path, page: Page) -> Measured:
    """Open a page, read it, and compare."""
    try:
        page.goto(path.resolve().as_uri(), wait_until="domcontentloaded")
        shown = page.evaluate(SHOWN)
    except Error as error:
        return Measured(str(path), refused=error.message)
    if page.url != path.resolve().as_uri():
        return Measured(str(path), refused=f"leads on to {page.url}")
    try:
        document = parse(path.read_bytes(), path.name, "text/html")
    except DocumentError as error:
        return Measured(str(path), refused=str(error))
    words, kept = Counter(words_of(shown["text"])), Counter(words_of(document.text))
    lost = words - kept
    headings = Counter(" ".join(words_of(heading)) for heading in shown["headings"])
    missing = headings - Counter(" ".join(words_of(heading.title)) for heading in document.headings)
    counts = words.total(), words.total() - lost.total(), headings.total(), headings.total() - missing.total()
    return Measured(str(path), *counts, lost)


def pages_of(path: Path, limit: int) -> list[Path]:
    """A page, or the pages below a folder: at most `limit`, evenly over all of them in order."""
    if path.is_file():
        return [path]
    found = sorted(each for each in path.rglob("*") if each.suffix in (".html", ".htm", ".xhtml") and each.is_file())
    return found[:: max(1, -(-len(found) // limit))]


def main() -> None:
    """Measure, and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--worst", type=int, default=5)
    arguments = parser.parse_args()
    groups = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False, offline=True).new_page()
        for path in arguments.paths:
            groups[str(path)] = [measured(each, page) for each in pages_of(path, arguments.limit)]
        browser.close()
    report({name: summary(pages, arguments.worst) for name, pages in groups.items()}
           | {"all": summary([page for pages in groups.values() for page in pages], 0)})  # fmt: skip


def summary(pages: list[Measured], worst: int) -> dict[str, object]:
    """Of several pages: the shares, and those that lose most."""
    read = [page for page in pages if not page.refused]
    by_loss = sorted(read, key=lambda page: page.kept / page.words if page.words else 1)
    return {
        "pages": len(pages),
        "refused": [page.row() for page in pages if page.refused][:worst],
        "words": share(sum(page.kept for page in read), sum(page.words for page in read)),
        "headings": share(sum(page.headings_kept for page in read), sum(page.headings for page in read)),
        "pages_at_least_99_percent": sum(page.kept >= 0.99 * page.words for page in read),
        "worst": [page.row() for page in by_loss[:worst]],
    }


if __name__ == "__main__":
    main()
