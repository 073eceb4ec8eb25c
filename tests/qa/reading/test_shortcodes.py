"""Shortcodes of a site's generator are never an answer nor shown in one, but for the words that they show."""

import pytest

from qa.reading.guards import guard_of
from qa.reading.shortcodes import has_shortcode, is_shortcode, of_shortcodes

PODS = (
    '{{< feature-state state="stable" >}}\n\nA {{< tooltip text="node" term_id="node" >}} runs pods. {{% note %}}\nLogs stay '
    "for 14 days.\n{{% /note %}}\nSee [the list]({{< ref \"/list\" >}}).\n{{ not one }} {{< 'a\nb' >}}"
)
CODES = [
    '{{< feature-state state="stable" >}}',
    '{{< tooltip text="',
    '" term_id="node" >}}',
    "{{% note %}}",
    "{{% /note %}}",
]


def test_no_span_touches_a_shortcode() -> None:
    assert [PODS[slice(*place)] for place in of_shortcodes(PODS)] == CODES
    closed = guard_of("How long do logs stay?", PODS).closed
    assert [PODS[slice(*place)] for place in closed] == CODES


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("{{< note >}}", True),
        ("  {{% alert title='x' %}} ", True),
        ("{{< /note >}} and more", False),
        ("{{ template }}", False),
        ("[the list]({{< ref x >}})", False),
        ("", False),
    ],
)
def test_a_line_that_is_a_shortcode(line: str, is_one: bool) -> None:
    text = f"above\n{line}\nbelow"
    assert is_shortcode(text, 6, 6 + len(line)) == is_one


def test_whether_one_is_in_a_slice() -> None:
    assert has_shortcode(PODS, 0, len(PODS))
    assert not has_shortcode("a {{ b }} [c]({{< d >}})", 0, 24)
