"""Text on another thing than the one that a question names, where only a name tells the two apart."""

import pytest

from qa.reading.namesakes import differ_in_name, known_in, of_namesakes

WARDS = "# Elm ward\n\nVisits from 14:00.\n\n# Oak ward\n\nVisits from 15:00.\n"
CENTRE = (
    "# Centre\n\n## Pool\n\n### Opening hours\n\nFrom nine.\n\n### Prices\n\n5 euros.\n\n"
    "## Sauna\n\n### Opening hours\n\nFrom ten.\n"
)
TARN = ("The cooler in Tarn Hall was filled on 4 May.", "Our cooler")
DALE = ("The cooler in Dale Hall was filled on 5 May. It is blue. All are cool.", "Coolers")


def closed(question: str, passage: str, context: str = "", *others: tuple[str, str]) -> list[str]:
    ranges = of_namesakes(question, passage, context, known_in([(passage, context), *others]))
    return [text for start, end in ranges if (text := passage[start:end].strip())]


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("When can I visit on Elm ward?", WARDS, ["Visits from 15:00."]),
        ("visits oak ward", WARDS, ["Visits from 14:00."]),
        ("When can I visit?", WARDS, []),
        ("When can I visit on Ash ward?", WARDS, []),  # no text has it
        ("When can I visit on Elm ward and Oak ward?", WARDS, []),
        ("How long is Oak ward open after Elm ward?", WARDS, []),
        ("When does the sauna open?", CENTRE, ["From nine."]),
        ("When does the pool open?", CENTRE, ["From ten."]),
        ("When does it open?", CENTRE, []),
    ],
)
def test_below_the_heading_of_another(question: str, passage: str, expected: list[str]) -> None:
    assert closed(question, passage) == expected


def test_headings_that_share_nothing_are_of_one_kind_only_with_the_same_heading_below() -> None:
    centre = "# Centre\n\n## Sauna\n\nIt is hot.\n\n## Prices\n\nAdults pay 14 euros.\n"
    assert closed("What does the sauna cost?", centre) == []


def test_what_is_said_of_the_asked_one_below_the_heading_of_another_is_open() -> None:
    wards = WARDS + "\nElm ward is open, too."
    assert closed("When can I visit on Elm ward?", wards) == ["Visits from 15:00."]


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("When is Elm ward open?", "On Oak ward it is 15:00. Elm ward is different.", ["On Oak ward it is 15:00."]),
        (
            "Who works with Anna Holm?",
            "Bert Holm works with Ida. Anna Holm works with Ola.",
            ["Bert Holm works with Ida."],
        ),
        (
            "When is Anna's office free?",
            "Bert's office is free at 8. Anna's office at 9.",
            ["Bert's office is free at 8."],
        ),
        # On both, or perhaps on the asked one
        ("When is Elm ward open?", "Elm ward and Oak ward are open at 15:00.", []),
        ("When is Elm ward open?", "Unlike Oak ward, it opens at 15:00. So does Elm ward.", []),
        ("How many may use the Pro plan?", "The Pro plan has all of the Basic plan. It has ten seats.", []),
        ("Which plan is like the Pro plan, only cheaper?", "The Pro plan is 40. With the Basic plan it is 20.", []),
        ("Who was Teo Vanahalm's mother?", "Teo Vanahalm was rich. His mother, Ida Vanahalm, was not.", []),
        ("When is Elm ward full?", "On Monday morning Elm ward is full, on Friday morning it is not.", []),
        ("What do full-time staff get?", "Full-time staff get 24 days.", []),
    ],
)
def test_sentences_on_another(question: str, passage: str, expected: list[str]) -> None:
    assert closed(question, passage) == expected


def test_names_of_other_passages_are_known() -> None:
    first = ["The cooler in Dale Hall was filled on 5 May.", "It is blue."]
    assert closed("When was the cooler in tarn hall filled?", *DALE, TARN) == first
    assert closed("When was the cooler in Tarn Hall filled?", *DALE) == []
    assert closed("When was the cooler filled?", *DALE, TARN) == []


def test_a_part_of_a_name_that_only_one_title_has_is_enough() -> None:
    anna, bert = "Staff file: Anna Holm", "Staff file: Bert Salo"
    text = "Works from the Tarn office."
    assert closed("Which office does Anna work from?", text, bert, (text, anna)) == [text]
    assert closed("Which office does Anna work from?", text, anna, (text, bert)) == []
    assert (
        closed("Who plans the planting?", text, "Garden Guides", ("When planting, dig.", "Garden Planting Plans")) == []
    )


def test_headings_of_another_document_are_of_another_thing_only_by_a_name_or_the_same_heading_below() -> None:
    text, other = "Ask in Flock.", "# Days off\n\nAsk Ida."
    assert closed("How do I get a day off?", text, "Time off", (other, "Days off")) == []
    pets = ("We burn pets.", "Prices of Oxley Crematorium")
    assert closed("What is a cremation?", "It is 210.", "Prices of Meadow Funerals", pets) == []
    assert closed("What does Oxley ask for a pet?", "It is 210.", "Prices of Meadow Funerals", pets) == ["It is 210."]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("North Depot", "East Depot", True),
        ("Handbook Alpha site", "Handbook Beta site", True),
        ("Contract with Ellis Ltd", "Contract with Moran Bros", True),
        ("Staff handbook", "Visitor handbook", False),
        ("Pilot notes", "Canal notes", False),
        ("Leave policy 2023", "Leave policy 2026", False),
        ("Newsletter March", "Newsletter April", False),
        ("Leave", "Leave (draft)", False),
        ("Staff Leave Policy", "Company Leave Policy", False),  # the texts have these words in lower case
        ("North Depot", "Handbook", False),
    ],
)
def test_titles_of_two_things(one: str, other: str, apart: bool) -> None:
    assert differ_in_name(one, other, known_in([("Staff of the company.", "")])) is apart
