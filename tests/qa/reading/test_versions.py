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


NOTES = "## [5.1.2] - 2025-12-19\n\nWithdrawn.\n\n## From 5.1 to 5.2\n\nRun the import again.\n"
UPGRADE = NOTES[NOTES.index("## From") :]


@pytest.mark.parametrize(
    ("question", "closed"),
    [
        ("why was 5.1.2 pulled?", [UPGRADE]),
        ("what must be run again for 5.2.0?", [NOTES[: NOTES.index("## From")]]),
        ("how do I get from 5.1.2 to 5.2.0?", []),
        ("what is there to do in 5.1?", []),  # both are
        ("what was new in 4.9.6?", [NOTES[: NOTES.index("## From")], UPGRADE]),
    ],
)
def test_notes_on_an_upgrade_are_on_its_new_version(question: str, closed: list[str]) -> None:
    assert [NOTES[start:end] for start, end in of_other_versions(question, NOTES)] == closed


@pytest.mark.parametrize(
    "line",
    [
        "### 5.1 to 5.2",
        "From 5.1 to 5.2",
        "**Upgrading from 5.1 to 5.2**",
        "## Migrating to v5.2",
        "5.1.0 → 5.2.0",
        "# To 5.2",
    ],
)
def test_headings_of_upgrades(line: str) -> None:
    assert of_other_versions("why was 5.1.2 pulled?", f"{line}\n\nImport anew.")


@pytest.mark.parametrize(
    "line", ["The wait went from 1.5 to 2.5 s.", "From 2.10 to 3.40 euros", "It moved to 5.2 in May"]
)
def test_a_sentence_from_one_number_to_another_is_no_heading(line: str) -> None:
    assert not of_other_versions("why was 5.1.2 pulled?", f"{line}\n\nImport anew.")


def test_the_heading_of_an_upgrade_may_stand_above_the_passage() -> None:
    assert of_other_versions("why was 5.1.2 pulled?", "Import anew.", "Notes\nFrom 5.1 to 5.2") == [(0, 12)]
