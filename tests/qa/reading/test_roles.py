"""The holder of another role than the one asked for is no answer."""

import pytest

from qa.reading.roles import of_other_roles

STAFF = "Head of HR: Ursel Kant, ext. 20. Head of Sales is Tom Reik."
WARDENS = "Fire wardens: early shift Gerd Pohl, night shift Luis Ferro. The former safety officer was Olga Marti."
ROWS = "| Deputy site manager | Ada Lenz |\n| Night shift leader | Tim Orr |\n| First aider (office) | Ola Berg |\n"
CLUB = "The club is run by Ann Orr, a former teacher. The chairman is Tom Gray; his deputy is Ida Marsh."


@pytest.mark.parametrize(
    ("question", "passage", "closed"),
    [
        ("who is head of HR", STAFF, [" Head of Sales is Tom Reik."]),
        ("who is head of human resources?", STAFF, [" Head of Sales is Tom Reik."]),
        ("extension of the head of sales", STAFF, ["Head of HR: Ursel Kant, ext."]),
        ("who's the safety officer", WARDENS, [WARDENS[:WARDENS.index(" The")], WARDENS[WARDENS.index(" The"):]]),
        ("who was the former safety officer", WARDENS, [WARDENS[:WARDENS.index(" The")]]),
        ("who is the fire warden at night", WARDENS, [WARDENS[WARDENS.index(" The"):]]),
        ("who is first aider on the night shift", WARDENS, [WARDENS[:WARDENS.index(" The")],
                                                            WARDENS[WARDENS.index(" The"):]]),
        ("who is the deputy site manager", ROWS, [ROWS.split("\n")[1] + "\n", ROWS.split("\n")[2] + "\n"]),
        ("who is the first aider in the workshop", ROWS, [each + "\n" for each in ROWS.split("\n")[:-1]]),
        ("who's the first aider", ROWS, [each + "\n" for each in ROWS.split("\n")[:2]]),
        ("who is the manager of the club", CLUB, [" The chairman is Tom Gray;"]),
        ("who is the chair of the club", CLUB, []),
        ("who is the guard on Saturdays", "On Fridays the guard, Mr Oduya, locks up.",
         ["On Fridays the guard, Mr Oduya, locks up."]),
        ("who is the guard on Fridays", "On Fridays the guard, Mr Oduya, locks up.", []),
        ("who's the account manager at Vik now", "The Supplier's account manager is Ada.", []),
        ("who is the tech lead", "| Technical lead | Nadia |", []),
        ("who is the head of year 8", "The head of year 7 is Ms Rai, of year 8 Mr Oak.", []),
        ("who is the director", "Personal assistant to the director: Bo Lind.", ["Personal assistant to the director: Bo Lind."]),
        ("who runs the club", CLUB, []),  # names no role
        ("how long is the head of HR away", STAFF, []),
    ],
)  # fmt: skip
def test_sentences_on_other_roles_are_closed(question: str, passage: str, closed: list[str]) -> None:
    found = [passage[slice(*each)] for each in of_other_roles(question, passage)]
    assert [each for each in found if each.strip()] == closed


def test_what_the_heading_says_tells_no_two_roles_apart() -> None:
    assert of_other_roles("who was the chair of the meeting", "Chair: Ida Storm", "Minutes of the meeting") == []
    passage = "Chair of the committee: Ida Storm"
    assert of_other_roles("who was the chair of the meeting", passage, "Minutes of the meeting") == []
    assert of_other_roles("who was the chair of the jury", passage, "Minutes of the meeting") == [(0, len(passage))]
