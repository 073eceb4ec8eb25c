"""The version in which something changed, found by the heading above what tells of it."""

import pytest
from shape_support import shaped

from qa.answering.forms.form import Form
from qa.reading.changes import asked_version

LOG = """# Changelog

## [Unreleased]

### Added

- Dark mode for the reports

## [4.3.0](https://x.test/v4.3.0) – 2026-09-02

### Added

- Export of invoices as CSV
- Dark mode

### Fixed

- Slow search in long lists

## 4.2.1 – 2026-07-14

### Fixed

- A crash on login when
  the clock is wrong
- Dark letters in mails. See 4.1.0.

## 4.2 (May 2026)

Removed:

- The login by telephone
"""


@pytest.mark.parametrize(
    ("question", "version"),
    [
        ("In which version was the crash on login fixed?", "4.2.1"),
        ("which release fixes the login crash", "4.2.1"),
        ("In what version was the export of invoices added?", "4.3.0"),
        ("Since which version is CSV export of invoices supported?", "4.3.0"),
        ("Which version removed the login by telephone?", "4.2"),
        ("In which version will dark mode for the reports be available?", "Unreleased"),
        ("Since which version is there an export of invoices?", "4.3.0"),
        ("In which version was the submarine added?", None),
        ("Which version do I need for the login?", None),  # no change
        ("When was the crash on login fixed?", None),  # no version
        ("In which version was it fixed?", None),
    ],
)
def test_the_version_is_above_what_changed(question: str, version: str | None) -> None:
    place = asked_version(question, LOG)
    assert (place and LOG[slice(*place)]) == version


def test_the_same_change_in_two_versions_tells_nothing() -> None:
    text = "## 4.3.0\n\n- Fixed a crash on login\n\n## 4.2.1\n\n- Fixed a crash on login\n"
    assert asked_version("In which version was the crash on login fixed?", text) is None


def test_an_item_answers_where_its_version_is_above_the_passage() -> None:
    passage = "- A crash on login\n- Slow search\n"
    place = asked_version(
        "In which version was the slow search fixed?", passage, "Changelog\n4.2.1 – 2026-07-14\nFixed"
    )
    assert place
    assert passage[slice(*place)] == "Slow search"
    assert asked_version("In which version was the slow search fixed?", passage, "Changelog\nFixed") is None


@pytest.mark.parametrize(
    ("question", "span", "answer"),
    [
        ("In which version was the crash on login fixed?", "A crash on login", "4.2.1"),
        ("In which version was the crash on login fixed?", "4.2.1 – 2026-07-14", "4.2.1"),
        ("In which version was the mail's text fixed?", "4.1.0", "4.1.0"),  # a version already
        ("Which version removed the login by telephone?", "The login by telephone", "4.2"),
        ("When was the crash on login fixed?", "2026-07-14", "2026-07-14"),
    ],
)
def test_the_answer_is_the_versions_number_in_the_document(question: str, span: str, answer: str) -> None:
    found, words = shaped(question, LOG, span)
    assert (found.form, words) == (Form.SPAN, answer)


def test_another_chapter_is_below_no_version() -> None:
    found, words = shaped(
        "Which version fixed the crash?", "## 4.2.1\n\n- A crash\n\n## Thanks\n\nTo the crew.", "the crew"
    )
    assert (found.form, words) == (Form.SPAN, "the crew")


def test_sections_with_numbers_are_no_versions() -> None:
    text = "## 4.4 Storage\n\nSupport for the cold store was added.\n"
    assert asked_version("In which version was support for the cold store added?", text) is None
    assert (
        shaped("In which version was support for the cold store added?", text, "the cold store")[1] == "the cold store"
    )
