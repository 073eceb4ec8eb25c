"""Shortcodes of a site's generator, as `{{< note >}}` in Hugo's Markdown: marks that no reader of the site sees."""

import re
from collections.abc import Iterator

Range = tuple[int, int]

# Up to 300 characters within braces; the words that one shows are in its "text". One that is a link's address is as
# good as any other address
_SHORTCODE = re.compile(r"(?<!\]\()(?<!=[\"'])\{\{[<%](?P<inside>[^{}\n]{1,300})[>%]\}\}")
_TEXT = re.compile(r"\btext=(?:\"(?P<double>[^\"]{1,200})\"|'(?P<single>[^']{1,200})')")


def of_shortcodes(text: str) -> Iterator[Range]:
    """The slices `[start, end)` of the text that are shortcodes, but for the words that they show.

    Of `{{< tooltip text="a node" term_id="node" >}}` that is all but "a node".
    """
    for code in _SHORTCODE.finditer(text):
        shown = _TEXT.search(text, *code.span("inside"))
        if shown is None:
            yield code.span()
        else:
            first, last = shown.span("double" if shown["double"] else "single")
            yield code.start(), first
            yield last, code.end()


def has_shortcode(text: str, start: int, end: int) -> bool:
    """Whether a shortcode lies in the slice `[start, end)` of the text."""
    return bool(_SHORTCODE.search(text, start, end))


def is_shortcode(text: str, start: int, end: int) -> bool:
    """Whether the slice `[start, end)` of the text, a line, is a shortcode and nothing else."""
    words = text[start:end].strip()
    return words.startswith("{{") and bool(_SHORTCODE.fullmatch(words))
