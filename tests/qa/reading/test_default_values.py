"""The default of the setting that a question names, among entries that all look alike."""

import pytest

from qa.reading.default_values import asked_default
from qa.reading.guards import decode_guarded
from tests.qa.reading.test_guards import windows

REFERENCE = """## Pages

`page_ttl`
: How long a page is kept. Default: `10m`. Use `0` for ever.

- `pages.size` – most pages kept. Defaults to `500`, which takes 2 MB.
- `pages.path` – where they lie. Required; there is no default.
- `pages.codec` – codec for pages, `lz4` (default) or `none`.

`jobs`
: Number of jobs. Default: the number of cores. Set to `1` to debug.
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What's the default of page_ttl?", "10m"),
        ("default page ttl", "10m"),
        ("What is pages.size by default?", "500"),
        ("default size of the pages", "500"),
        ("pages.codec default", "lz4"),
        ("how many jobs by default", "the number of cores"),
        ("default of pages.path", None),
        ("default port of the metrics", None),  # of which nothing is said
        ("default pages", None),  # of which there are several
        ("Why is the default of jobs so high?", None),
        ("Can I change the default of jobs?", None),
        ("page_ttl", None),
    ],
)
def test_the_default_of_the_setting_that_is_named(question: str, value: str | None) -> None:
    place = asked_default(question, REFERENCE, "Otter reference\nPages")
    assert (place and REFERENCE[slice(*place)]) == value


def test_it_comes_before_what_the_reader_likes() -> None:
    reading = decode_guarded("What is the default of page_ttl?", REFERENCE, windows(REFERENCE, {"500": 6.0}))
    assert REFERENCE[reading.spans[0].start : reading.spans[0].end] == "10m"
