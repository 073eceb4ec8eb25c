"""Makes the site's pages of what the project says already: README's sections, its other pages, and the contract.

Links are turned to where the sections are now; files of the project that a page links to are copied beside the pages.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from posixpath import normpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from qa.docs.reference import reference

ROOT = Path(__file__).parents[2]
ICON = ("qa/static/icon.svg", "assets/icon.svg")  # the file, and where it is on the site

# Page → (title, the headings of README's sections that it has)
SECTIONS = {
    "index.md": ("Quoth", ["Two commands"]),
    "asking.md": ("Asking", ["Over HTTP", "From a chat UI, and from an agent"]),
    "embedding.md": ("On a page of yours", ["On a page of yours"]),
    "frameworks.md": ("In other frameworks", ["In other frameworks"]),
    "formats.md": ("Formats", ["What it reads"]),
    "evaluating.md": ("Evaluating", ["Measure it on your own questions"]),
    "quality.md": ("How good, how fast", ["How good, how fast"]),
    "running.md": ("Running", ["Run it", "Keep it"]),
    "security.md": ("Security", ["Let others in", 'What "verbatim" promises']),
    "insights.md": ("What people ask", ["What people ask"]),
    "settings.md": ("Settings", ["Settings"]),
    "how.md": ("How it works", ["How it works"]),
    "libraries.md": ("Libraries and licence", ["What it is built on", "Licence"]),
}
# Page → the project's file that it is
WHOLE = {
    "ten-minutes.md": "qa/TEN_MINUTES.md",
    "operations.md": "qa/service/OPERATIONS.md",
    "plugins.md": "qa/PLUGINS.md",
    "javascript.md": "qa/static/client/README.md",
    "evaluators.md": "qa/evaluation/OTHERS.md",
    "figures.md": "qa/evaluation/FIGURES.md",
    "reader.md": "qa/weights/reader/MODEL.md",
    "embedder.md": "index/weights/embedder/MODEL.md",
    "changelog.md": "CHANGELOG.md",
}
_LINK = re.compile(r'(\]\(|src=")([^)"\s]+)([)"])')
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages, and the files that they link to."""
    linked: set[str] = {ICON[0]}
    pages = {**dict(_readme_pages()), **{page: (path, (ROOT / path).read_text()) for page, path in WHOLE.items()}}
    for page, (path, text) in pages.items():
        turned = _turned(text, path, page, linked)
        files.append(File.generated(config, page, content=turned))
    files.append(File.generated(config, "api.md", content=reference()))
    for path in sorted(linked):
        to = ICON[1] if path == ICON[0] else _copy_of(path)
        files.append(File.generated(config, to, abs_src_path=str(ROOT / path)))
    return files


def _readme_pages() -> Iterator[tuple[str, tuple[str, str]]]:
    """(Page, (README.md, its text)); the first page begins as README does."""
    sections = _readme()
    for page, (title, headings) in SECTIONS.items():
        before = sections[""].partition("\n")[2].strip()  # below README's own title
        parts = [f"# {title}", *([before] if page == "index.md" else [])]
        for heading in headings:
            parts += [sections[heading] if heading == title else f"## {heading}\n\n{sections[heading]}"]
        yield page, ("README.md", "\n\n".join(parts) + "\n")


@cache
def _readme() -> Mapping[str, str]:
    """Heading of each section of README → its text; "" → what stands before the first.

    Raises KeyError for a section that no page has.
    """
    text = (ROOT / "README.md").read_text()
    outside = _FENCE.sub(lambda match: re.sub("[^\n]", "x", match[0]), text)
    starts = [(match.start(), match.end(), match[1]) for match in re.finditer(r"^## (.+)$", outside, re.MULTILINE)]
    found = {"": text[: starts[0][0]]}
    for (_, begin, heading), end in zip(starts, [start for start, _, _ in starts[1:]] + [len(text)], strict=True):
        found[heading] = text[begin:end].strip()
    placed = {heading for _, headings in SECTIONS.values() for heading in headings}
    if placed != set(found) - {""}:
        raise KeyError(f"README.md's sections and SECTIONS of {__file__} differ: {placed ^ (set(found) - {''})}")
    return found


def _turned(text: str, path: str, page: str, linked: set[str]) -> str:
    """The text with its links turned to the pages, or to copies of the files, which are added to `linked`."""

    def turn(match: re.Match[str]) -> str:
        target = match[2]
        if re.match(r"[a-z]+:|//", target):
            return match[0]
        file, _, anchor = target.partition("#")
        named = normpath(str(Path(path).parent / file)) if file else path
        up = "../" if match[1] == 'src="' and page != "index.md" else ""  # mkdocs leaves HTML as it is
        return f"{match[1]}{up}{_place(named, anchor, linked)}{match[3]}"

    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else _LINK.sub(turn, part) for part in parts)


def _place(path: str, anchor: str, linked: set[str]) -> str:
    """Where on the site a place of the project's file `path` is, from the folder that all pages are in."""
    for name, whole in WHOLE.items():
        if path == whole:
            return f"{name}#{anchor}" if anchor else name
    if path == "README.md":
        for name, (title, headings) in SECTIONS.items():
            for heading in headings:
                if _slug(heading) == anchor:
                    return name if heading == title else f"{name}#{anchor}"
        return "index.md"
    linked.add(path)
    return _copy_of(path)


def _copy_of(path: str) -> str:
    """Where the copy of a file is; mkdocs leaves out what begins with a dot."""
    return f"files/{path.lstrip('.')}"


def _slug(heading: str) -> str:
    """What GitHub and mkdocs make of a heading as an anchor: 'What "verbatim" promises' → what-verbatim-promises."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")
