"""Markdown: taken exactly as written, so offsets slice the decoded file itself; markdown-it finds its headings."""

import re
from datetime import date
from html import unescape

from index.documents import MAX_METADATA_CHARS, READERS, Heading, Scalar
from index.errors import DocumentError
from index.formats.base import Format, Layout, Parsed, decode, topmost_title

_NAMES_READERS = re.compile(rf"^[^\w\n]*{READERS}[^\w\n:]*:", re.MULTILINE)


def _parse(data: bytes, name: str) -> Parsed:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.front_matter import front_matter_plugin

    text = decode(data, name)
    # markdown-it counts lines as split at "\n" once "\r\n" and lone "\r" are made "\n"
    line_starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    tokens = MarkdownIt("commonmark").use(front_matter_plugin).parse(text)
    headings = tuple(
        Heading(line_starts[token.map[0]], int(token.tag[1]), _inline_text(tokens[i + 1].children or []))
        for i, token in enumerate(tokens)
        if token.type == "heading_open" and token.map
    )
    fields = _front_matter(next((token.content for token in tokens if token.type == "front_matter"), ""), name)
    title = fields.pop("title", None)  # that a site's generator would show
    shown = unescape(str(title)) if isinstance(title, str | int | float) else topmost_title(headings)
    readers = {READERS: _readers(fields.pop(READERS), name)} if READERS in fields else {}
    said = {str(name): value for name, field in fields.items() if (value := _scalar(field)) is not None}
    return Parsed(
        text, shown or topmost_title(headings), (), tuple(h for h in headings if h.title), {**readers, **said}
    )


def _front_matter(text: str, name: str) -> dict[object, object]:
    """Its fields; none where there are none, or it isn't YAML. Raises DocumentError if that seems to name readers."""
    import yaml

    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):  # ValueError: a date that is none
        if _NAMES_READERS.search(text):
            raise DocumentError(f"{name} names its readers in front matter that is no YAML: mend it.") from None
        return {}
    return dict(fields) if isinstance(fields, dict) else {}


def _readers(field: object, name: str) -> str:
    """The groups that may read the document, as one line.

    Raises DocumentError for any other field, since a document whose readers were left out would be everybody's.
    """
    groups = [field] if isinstance(field, str) else field
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise DocumentError(f"{name} has readers that are no names of groups: write `readers: [staff, managers]`.")
    line = ", ".join(groups)
    if len(line) > MAX_METADATA_CHARS:
        raise DocumentError(
            f"{name} names readers of {len(line)} characters; {MAX_METADATA_CHARS} are taken: name fewer, or name them "
            "in a file beside it."
        )
    return line


def _scalar(field: object) -> Scalar | None:
    """A field as metadata: a list of words is "leave, pay", a date as in ISO 8601; None for what is nested."""
    if isinstance(field, date):
        return field.isoformat()
    if isinstance(field, list):
        words = [_scalar(each) for each in field if not isinstance(each, list)]
        return ", ".join(map(str, words)) if words and None not in words else None
    return field if isinstance(field, str | int | float) else None


def _inline_text(tokens: list) -> str:  # type: ignore[type-arg]  # markdown-it's Token, imported only in the function
    return " ".join("".join(token.content or " " * (token.type == "softbreak") for token in tokens).split())


MARKDOWN = Format(
    "Markdown",
    "text/markdown",
    (".md", ".markdown", ".mdx"),
    _parse,
    also_declared=("text/x-markdown", "text/mdx"),
    libraries=("markdown_it", "mdit_py_plugins.front_matter", "yaml"),
    text_is_file=True,
    layout=Layout.MARKDOWN,
    breaks=re.compile(
        # A line's mark is looked for on that line, and a link's end as far as the next link's: neither further, so that
        # "](](](" and blank lines of any number are read once
        r"""\n\s*\n | ^[^\S\n]*(?:[-+*>]|\#{1,6}|\d+[.)])\s+  # blocks
            | \*+ | `+ | ~~ | (?<!\w)_ | _(?!\w) | \]\((?:[^)\s\]]|\](?!\())*\) | [\[\]|\\]""",
        re.MULTILINE | re.VERBOSE,
    ),
)
