"""A passage that names another thing of the same kind doesn't answer for the one that the question names."""

import pytest

from qa.reading.codes import codes_of, of_other_codes, spelled_as_in


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("When was pump P-7 serviced?", [("p", "7")]),
        ("error E417, or e-417", [("e", "417"), ("e", "417")]),
        ("Is 10.4.0.12 up?", [("address", "10.4.0.12")]),
        ("RFC 2119 and ISO-9001", [("rfc", "2119"), ("iso", "9001")]),
        ("How is hepatitis A passed on? And vitamin C?", [("hepatitis", "a"), ("vitamin", "c")]),
        ("0x80070057 and 0X8007000e", [("0x", "80070057"), ("0x", "8007000e")]),
        ("ERR_CONN_12, § 12a", [("err_conn_", "12"), ("§", "12a")]),
        ("Is room 12 on platform 4?", [("room", "12"), ("platform", "4")]),
        ("12 rooms, room 12.5, costs 40, have 2 dogs", []),
        ("May 3, in 2024, v2, week 2, takes 7, at 3pm, 5-year", []),
        ("Can A go with I?", []),
        ("alarms A17 and A-71, A 12 is none, nor is a 5", [("a", "17"), ("a", "71")]),
        ("plan A", [("plan", "a")]),
        ("zones K and L", [("zone", "k")]),
    ],
)
def test_what_is_a_code(text: str, codes: list[tuple[str, str]]) -> None:
    assert list(codes_of(text)) == codes


@pytest.mark.parametrize(
    ("question", "passage", "closed"),
    [
        ("What does P-7 weigh?", "P-7 weighs 4 kg. P-9 weighs 5 kg.", [" P-9 weighs 5 kg."]),
        ("What does P-7 weigh?", "P-9 weighs 5 kg. It is red.", ["P-9 weighs 5 kg. It is red."]),
        ("P-7 weight", "| P-7 | 4 |\n| P-9 | 5 |", ["| P-9 | 5 |"]),
        ("Can P-7 get wet?", "P-9 may get wet; never do this with P-7.", ["P-9 may get wet;"]),
        (
            "How long is the warranty of P-9?",
            "It is three years for the P-7 and five years for the P-9, from the date of purchase.",
            ["It is three years for the P-7"],
        ),
        ("What weight does P-9 need?", "P-7 needs one of 2 kg, the P-9 one of 5 kg.", ["P-7 needs one of 2 kg"]),
        ("What does the case cost for P-9?", "The case for the P-7, P-8 and P-9 costs 40.", []),
        ("Which case fits P-9?", "| Case of 3 kg | P-7, P-9 of 2 kg |", []),
        ("Which pump came before P-7?", "P-7 came in place of P-9.", []),
        ("Who has P-7?", "Anna has it.", []),
        ("Who painted room 12?", "Room 112 was painted by Lars.", ["Room 112 was painted by Lars."]),
        ("What is ERR_CONN_12?", "ERR_CONN_12 Busy.\nERR_CONN_21 Cut.", ["ERR_CONN_21 Cut."]),
        ("Who has the pump?", "Anna has P-9.", []),
        ("Where is 10.4.0.12?", "10.0.4.12 is in R11.", ["10.0.4.12 is in R11."]),
        ("How is hepatitis A passed on?", "Hepatitis B is passed on by blood.", ["Hepatitis B is passed on by blood."]),
        ("What means E417?", "E-417: the valve. E471: the pump.", [" E471: the pump."]),
        ("What does A-17 mean?", "A17 is low. Alarm A71 is open.", [" Alarm A71 is open."]),
        # Of other letters, but called the same, doing the same, or in the same place of a line
        ("What does A-17 mean?", "Alarm A17: low. Alarm B-17: no paper.", [" Alarm B-17: no paper."]),
        ("What is alarm C17?", "Alarm A71 means open.", ["Alarm A71 means open."]),
        ("Who sits in room 12?", "Room B12 is Anna's.", ["Room B12 is Anna's."]),
        ("What does A17 mean?", "A17 means low. B-17 means none.", [" B-17 means none."]),
        ("A17?", "- A17: low\n- B17: none", ["- B17: none"]),
        ("What does K-20 cost?", "K-20 costs 12 euros and the P-7 costs 300 euros.", ["the P-7 costs 300 euros."]),
        # These may be what is asked for
        ("Which adapter does P-7 need?", "P-7 is a pump. It needs the adapter K-20.", []),
        ("Which adapter does P-7 need?", "It needs the K-20. P-7 costs 30, K-20 costs 2.", []),
        ("How is alarm A17 reset?", "Alarm A17 means low. Press button B-2.", []),
        ("Which adapter fits P-7?", "P-7 is red.\n\nK-20 is its adapter.", []),
    ],
)
def test_what_is_said_of_another_is_closed(question: str, passage: str, closed: list[str]) -> None:
    assert [passage[start:end] for start, end in of_other_codes(question, passage)] == closed


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("When is zone K controlled?", "Zones M and N are free. In K and L it is from 8.30."),
        ("When does it freeze in zone 7?", "Zone 5 is cold.\n\n| Zone | Frost |\n|---|---|\n| 7 | November |"),
        ("What is paid in class 2?", "In class 3 €45. €30 in classes 1 and 2."),
        ("What do classes 2 pay?", "€30 in classes 2 and 3."),
        ("Is the pass valid on bus N4?", "It isn't valid on the night buses N1 to N9."),
        ("Is BL14-35210 one?", "All from BL14-30500 to BL14-41999 are."),
        ("How is the G30 stored?", "Leave the G30-Accu half full."),
        ("What may the S35 draw?", "1,100 W on the S20 and 2,200 W on the others."),
        ("Can a P2 ticket be opened by phone?", "Only P1 tickets may be opened by phone."),
    ],
)
def test_what_is_said_of_the_asked_one_without_its_code_is_open(question: str, passage: str) -> None:
    last = passage.rstrip().rsplit("\n", 1)[-1]
    at = passage.index(last) + len(last) - 2
    assert not any(start <= at < end for start, end in of_other_codes(question, passage))


def test_of_own_things_only_the_sentences_on_others_are_closed() -> None:
    passage = "Membership is 12 a year for each flat. Ida Voss (flat 22) has the keys."
    assert of_other_codes("Do we in flat 12 pay the membership?", passage) == [(38, len(passage))]
    assert of_other_codes("Who lives in flat 12?", passage) == [(0, len(passage))]


def test_a_heading_says_whose_sheet_it_is() -> None:
    passage = "It weighs 5 kg, less than P-8 does."
    assert of_other_codes("What does P-7 weigh?", passage, "Pump P-7") == []
    assert of_other_codes("What does P-7 weigh?", passage, "Pump P-9") == [(0, len(passage))]
    assert of_other_codes("What does P-7 weigh?", "It weighs 5 kg.", "Pump P-9") == [(0, 15)]


def test_a_heading_that_names_others_as_well_says_it_of_none() -> None:
    passage = "Both are red. The P-9 weighs 31 kg."
    assert of_other_codes("What does P-7 weigh?", passage, "Pumps P-7 and P-9") == [(13, len(passage))]
    assert of_other_codes("What does P-7 weigh?", "It weighs 5 kg.", "Pumps P-7 and P-9") == []
    passage = "Weight: 5 kg (P-9: 31 kg)."
    assert of_other_codes("What does P-7 weigh?", passage, "Pumps P-7 and P-9") == [(13, 25)]
    passage = "The 2 big ones (P-9) weigh 31 kg."
    assert of_other_codes("What does P-7 weigh?", passage, "Pumps P-7 and P-9") == [(0, len(passage))]


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("What does E417 mean?", "What does E-417 mean?"),
        ("What does e-417 mean?", "What does E-417 mean?"),
        ("What does E-471 mean?", "What does E-471 mean?"),
        ("Is E417 like E4170?", "Is E-417 like E4170?"),
        ("What is it?", "What is it?"),
    ],
)
def test_a_code_is_asked_for_as_the_passage_spells_it(question: str, spelled: str) -> None:
    assert spelled_as_in(question, "E-417 means that the valve is stuck.") == spelled
    assert spelled_as_in(question, "The valve is stuck.", "Error E-417") == spelled
