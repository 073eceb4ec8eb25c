"""The list that a question names by what stands above it, and nothing else in the passage."""

import pytest

from qa.reading.guards import decode_guarded
from qa.reading.named_lists import asked_list
from tests.qa.reading.test_guards import windows

BOAT = """Ask the warden for the key.

## Rigging the dinghy

1. Step the mast.
2. Hook on the boom.
   - Not the spare one.
3. Hoist the sail.

## What to bring

- a hat
- sun cream

## Closed days

These days the slip is closed:

* Easter
* All Saints
"""
CONTRACT = (
    "7. RIGHTS OF THE TENANT\nThe Tenant may\n(a) keep a bicycle in the hall;\n(b) paint the walls.\n7.2 Rent is due."
)
MANUAL = "Cleaning the filter\n===================\n\n#. Switch off.\n#. Rinse the mesh.\n"


@pytest.mark.parametrize(
    ("question", "text", "context", "item"),
    [
        ("How do I rig the dinghy?", BOAT, "", "Step the mast."),
        ("steps for rigging a dinghy", BOAT, "", "Step the mast."),
        ("rigging the dinghy", BOAT, "", "Step the mast."),
        ("How do I rig the dinghy alone?", BOAT, "", None),  # of which nothing is said
        ("How do I rig the dinghy at the lake club?", BOAT, "Lake club", "Step the mast."),
        ("Who rigs the dinghy?", BOAT, "", None),
        ("Which days is the slip closed?", BOAT, "", "Easter"),
        ("What are the rights of the tenant?", CONTRACT, "", "keep a bicycle in the hall;"),
        ("What are the duties of the tenant?", CONTRACT, "", None),
        ("how to clean the filter", MANUAL, "", "Switch off."),
        ("how to clean the pump filter", MANUAL, "Pump X", "Switch off."),
        ("how to clean the pump", MANUAL, "Pump X", None),  # the heading says more
        ("How to rinse the filter?", "3. Rinse it.\n4. Let it dry.\n", "Pump X\nRinsing the filter", "Rinse it."),
        ("What is the filter?", MANUAL, "", None),
    ],
)
def test_the_first_item_of_the_list_that_is_named(question: str, text: str, context: str, item: str | None) -> None:
    place = asked_list(question, text, context)
    assert (place and text[slice(*place)]) == item


NOTES = """## 2.1.0 — 3 May

**New features**

- A dark theme
- Maps

**Bug fixes**

- No crash on quitting
- Depths in metres

## 2.0.0

### Added

- A compass
- Tides
"""


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("What's new in Otter 2.1?", "A dark theme"),
        ("whats new in version 2.0", "A compass"),
        ("What was fixed in 2.1?", "No crash on quitting"),
        ("What has been added in 2.0.0?", "A compass"),
        ("What has been removed in 2.1?", None),
        ("What is new?", None),  # in either
        ("What is new to sailors?", None),
        ("What was fixed in the mast of 2.1?", None),
    ],
)
def test_the_changes_of_a_version(question: str, item: str | None) -> None:
    place = asked_list(question, NOTES, "Otter release notes")
    assert (place and NOTES[slice(*place)]) == item


def test_two_lists_that_are_named_name_none() -> None:
    assert asked_list("how to clean the filter", f"{MANUAL}\n{MANUAL}") is None


def test_a_named_list_comes_before_what_the_reader_likes() -> None:
    reading = decode_guarded("How do I rig the dinghy?", BOAT, windows(BOAT, {"warden": 6.0}))
    assert BOAT[reading.spans[0].start : reading.spans[0].end] == "Step the mast."
