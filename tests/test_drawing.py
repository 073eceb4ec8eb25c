"""The viewer draws a document's blocks character for character: what isn't drawn is white space or a mark."""

import json
import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from support import ROOT, SEEDS
from test_javascript import node

from index.blocks import blocks_of
from index.documents import Heading
from index.formats.base import Layout, Parsed
from index.formats.registry import BY_MEDIA_TYPE, format_of
from index.known_slices import FIELDS, Known, as_metadata, known_slices

pytestmark = pytest.mark.slow

CHECKS = ROOT / "tests" / "javascript" / "drawing_checks.mjs"
SAMPLES = sorted([*SEEDS.iterdir(), *(ROOT / "tests" / "data" / "formats").iterdir()])
DRAWN = [Layout.MARKDOWN, Layout.WRAPPED, Layout.LINES]
# What Markdown is made of, and what looks like it
PIECES = (
    "a b c word Word 🐝 é 1 12 . , ! ( ) [ ] * ** *** _ __ ~~ ` `` ``` ~~~ | \\| \\* \\ > >> - + # ## 1. 2) (a) [x] [ ] "
    "--- === &amp; &nbsp; &#8364; &bogus; & < > <br> <https://a.test> [words](https://a.test/x) [w](javascript:alert(1)) "
    "[a][r] [r] [r][] [^1] ¶[r]:·https://a.test¶ ¶[^1]:·a¶ <b> </b> <sub> </sub> <code> </code> ![alt](p.png) | a | b |¶|---|:-:| ¶ ¶¶ ¶¶ ¶ ··¶ ···· ·· \t ¶-· ¶1.· ¶>· ¶```¶ ¶##· ¶|·a·|·b·|¶ --¶"
)


def test_samples_of_all_formats_are_drawn_character_for_character() -> None:
    cases = []
    for path in SAMPLES:
        if path.suffix in (".doc", ".png", ".jpg", ".tif", ".webp") or path.name in ("scan.pdf", "README.md"):
            continue  # not read, or with recognition alone
        file_format = format_of(path.name)
        cases.append(case(file_format.parse(path.read_bytes(), path.name), file_format.layout))
    assert len(cases) > 30
    assert drawn(cases) > 1000


@pytest.mark.parametrize("layout", DRAWN)
def test_any_text_is_drawn_character_for_character(layout: Layout) -> None:
    assert drawn(list(made_up(layout, 300))) > 1000


@pytest.mark.parametrize(
    "text",
    [
        "| " * 10_000 + "\n" + "|-" * 10_000 + "|\n" + "| a " * 10_000 + "|",
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 5_000,
        "\n".join(" " * depth + "- a" for depth in range(1000)),
        ">" * 50_000 + " a",
        "> " * 9_000 + "a",
        "*" * 19_000,
        "*a " * 6_000,
        "**a *b " * 2_000 + "b* a** " * 2_000,
        "[" * 19_000,
        "![" * 4_000 + "](x)" * 3_000,
        "](" * 9_000,
        "[r]: x\n\n" + "[r]" * 6_000,
        "[a][" * 4_000 + "\n\n[a]: x",
        "<b>" * 6_000 + "</b>" * 4_000,
        "`a``b```c" * 2_000,
        "&" * 19_000,
        "# " + " " * 100_000 + "a" + " #" * 20_000,
        "a\n" * 20_000,
        "- a\n" + "  b\n" * 20_000,
        "> a\n" * 10_000,
        "```\n" + "a\n" * 20_000,
        "---\n" + "a: b\n" * 10_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_drawn_in_bounds(text: str) -> None:
    assert drawn([case(Parsed(text, headings=(Heading(0, 1, "a"),) if text[0] == "#" else ()), Layout.MARKDOWN)]) > 0


def made_up(layout: Layout, count: int) -> Iterator[dict[str, object]]:
    """Texts of random pieces, their headings where Markdown has them, and pages that begin anywhere."""
    chance = random.Random(layout)  # noqa: S311  # the same texts every time
    parse = BY_MEDIA_TYPE["text/markdown"].parse
    while count:
        pieces = chance.choices(PIECES.split(" "), k=chance.randint(1, 60))
        text = "".join(each + chance.choice(("", " ", " ")) for each in pieces).replace("¶", "\n").replace("·", " ")
        if text.strip():
            count -= 1
            pages = sorted(chance.choices(range(len(text)), k=chance.randint(0, 2)))
            edges = sorted(chance.choices(range(len(text) + 1), k=chance.choice((0, 0, 4))))
            known = [Known(start, end, chance.choice(list(FIELDS))) for start, end in pairwise(edges) if start < end]
            headings = parse(text.encode(), "made-up.md").headings
            yield case(Parsed(text, pages=tuple(pages), headings=headings, metadata=as_metadata(known)), layout)


def case(parsed: Parsed, layout: Layout) -> dict[str, object]:
    """A document as the checks take it: with places in UTF-16 units."""
    text = parsed.text
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    blocks = [
        {"kind": b.kind, "start": units[b.start], "content": units[b.content], "end": units[b.end], "level": b.level}
        for b in blocks_of(text, parsed.headings, known_slices(parsed.metadata, len(text)))
    ]
    headings = [{"start": units[h.start], "level": h.level, "title": h.title} for h in parsed.headings]
    pages = [units[page] for page in parsed.pages]
    return {"text": text, "blocks": blocks, "headings": headings, "pages": pages, "layout": layout}


def drawn(cases: Sequence[dict[str, object]], checks: Path = CHECKS) -> int:
    """How many leaves there are. Fails where one isn't its slice of the text, or where something is left out."""
    return int(node(checks, text=json.dumps(cases)))
