"""Who has a role is read from the column of people, though the role's name is one word with others in it."""

import pytest

from qa.reading.role_holders import asked_holders, names_role

ROLES = """| Role | May do | Held by |
|---|---|---|
| `libra_admin` | everything | Anneke Bos, Kwame Mensah |
| `libra_report` | read reports | Ida Lund |
"""
ACCOUNTS = """Account | Owner
svc-deploy | Ravi Shah
svc-backup-all | Mia Holt
"""
KEYS = """| Key | Who |
|---|---|
| `hall_door` | Ann Ek |
| `hall_roof` | Bo Lie |
"""


def holder(question: str, text: str) -> str | None:
    found = asked_holders(question, text).cell
    return found and text[slice(*found)]


@pytest.mark.parametrize(
    ("question", "text", "people"),
    [
        ("who holds the admin role?", ROLES, "Anneke Bos, Kwame Mensah"),
        ("who has the report role", ROLES, "Ida Lund"),
        ("who owns the deploy account?", ACCOUNTS, "Ravi Shah"),
        ("who's responsible for the backup account", ACCOUNTS, "Mia Holt"),
        ("who has the roof key?", KEYS, "Bo Lie"),
    ],
)
def test_a_part_of_the_name_tells_the_row(question: str, text: str, people: str) -> None:
    assert holder(question, text) == people


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("who has the hall key?", KEYS),  # there are two
        ("who was fired over the admin role?", ROLES),
        ("what may the admin role do?", ROLES),
        ("who sits at the north desk?", "| Desk | Who |\n|---|---|\n| north | Ann |\n| south-west | Bo |\n"),
        ("who runs before a commit?", "| Hook | Runs when |\n|---|---|\n| pre-commit | before a commit |\n"),
    ],
)
def test_no_row_is_told_otherwise(question: str, text: str) -> None:
    assert holder(question, text) is None


def test_names_of_roles_are_nobody() -> None:
    names = [ROLES[slice(*place)] for place in asked_holders("who can read reports?", ROLES).names]
    assert names == ["`libra_admin`", "`libra_report`"]
    assert asked_holders("which role can read reports?", ROLES).names == ()
    assert names_role("who has the report role", ["Role", "Held by"], "`libra_report`")
    assert not names_role("which role has Ida", ["Role", "Held by"], "`libra_report`")
    assert not names_role("who is at the north desk", ["Desk", "Who"], "north")
