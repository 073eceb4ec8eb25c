"""What a changelog says of another version doesn't answer for the one that is asked for."""

import pytest

from qa.reading.versions import of_other_versions

LOG = """## [4.3.0] – 2026-09-02

- Times are in UTC

## [4.2.1] – 2026-07-14

- Tokens were logged. Rotate them if you ran 4.1.0.
"""
NEW, OLD = LOG[: LOG.index("## [4.2.1]")], LOG[LOG.index("## [4.2.1]") :]


@pytest.mark.parametrize(
    ("question", "closed"),
    [
        ("what was fixed in 4.3.0", [OLD]),
        ("what was fixed in v4.2.1?", [NEW]),
        ("When was phctl 4.3 released?", [OLD]),
        ("When was phctl 3.0 released?", [NEW, OLD]),
        ("what is wrong with 4.1.0?", [NEW]),  # the other names it
        ("What changed in 4.2.1 and 4.3.0?", []),
        ("What changed since 4.2.1?", []),
        ("What is the way from 3.0 to 4.0?", []),
        ("Is the wait 2.5 seconds?", []),
        ("when was it released", []),
    ],
)
def test_what_stands_below_another_version_is_closed(question: str, closed: list[str]) -> None:
    assert [LOG[start:end] for start, end in of_other_versions(question, LOG)] == closed


def test_a_heading_above_the_passage_says_of_which_version_it_is() -> None:
    passage = "- Times are in UTC\n"
    assert of_other_versions("what was fixed in 4.2.1", passage, "Changelog\n[4.3.0] – 2026-09-02\nFixed") == [(0, 19)]
    assert of_other_versions("what was fixed in 4.3.0", passage, "Changelog\n[4.3.0] – 2026-09-02\nFixed") == []
    assert of_other_versions("what was fixed in 4.3.0", passage, "Changelog\nFixed") == []


@pytest.mark.parametrize(
    "line",
    [
        "Version 4.2.1",
        "**v4.2.1**",
        "# phctl 4.2.1 (July)",
        "4.2.1",
        "## [4.2.1](https://x.test/v4.2.0...v4.2.1) (2026)",
    ],
)
def test_a_version_begins_a_line(line: str) -> None:
    assert of_other_versions("what was fixed in 4.3.0", f"{line}\n\nTimes.") == [(0, len(line) + 8)]


@pytest.mark.parametrize("text", ["It needs 4.2.1 or newer.", "Since 4.2.1 all times are in UTC.", "192.168.4.2 is up"])
def test_a_version_within_a_sentence_says_nothing_of_the_rest(text: str) -> None:
    assert of_other_versions("what was fixed in 4.3.0", text) == []
