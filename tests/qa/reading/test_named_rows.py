"""Rows and columns that are named by more than a label and a head: other cells, keys, days, counts, titles."""

import pytest

from qa.reading.table_cells import asked_cell

SIGNALS = """| Lamp | Shows | Means | What to do |
|---|---|---|---|
| Pump | green | running | – |
| Pump | red, flashing | blocked | clear the inlet |
| Heater | green | warm | – |
"""
CAMPING = """| Pitch | Per night | | Dogs |
| Pitch | Mon–Thu | Fri–Sun | Dogs |
| Tent | €12 | €18 | €2 |
| Camper | €21 | €29 | €3 |
"""
JAMS = """| Item | Jam | 1–5 jars | 6–24 jars | Vegan? |
|---|---|---|---|---|
| J-010 | Plum ¹ | 4.20 | 3.80 | yes |
| J-022 | Quince "Portuguese" | 5.10 | 4.70 | no |
"""
QUEUE = """| Urgency | Meaning | Answered | Solved |
|---|---|---|---|
| 1 | nobody can work | 10 minutes | 2 hours |
| 2 | one is stuck | 1 hour | 1 day |
"""
TALKS = """| Day | Start | End | Hall | Title | Speaker |
|---|---|---|---|---|---|
| Mon | 9:00 | 9:40 | Oak | Opening: Bees in town | Ida Foss |
| Mon | 9:50 | 10:30 | Elm | Hedges as wind breaks | Leif Dahl |
| Tue | 9:00 | 9:40 | Elm | Old apples and new rust | Nora Berg |
"""
FACTS = "| | |\n|---|---|\n| Boats at once | 14 |\n| Depth | 2 m |\n"
BUDGET = "| Part | Planned | Spent | State |\n|---|---|---|---|\n| Jetty | £900 | £400 | £120 owed |\n| Roof | £300 | £0 | idle |\n"
FEES = "| | Solo | Crew |\n|---|---|---|\n| Per month | €4 | €9 |\n| Billed yearly | €40 | €90 |\n"
FIELDS = "| Field | Description |\n|---|---|\n| phone | for text messages |\n| size | S or L |\n"
BERTHS = "| Boat | Metres | Berth |\n|---|---|---|\n| Eider | 9 | north quay, inner side |\n| Teal | 7 | south quay |\n"


@pytest.mark.parametrize(
    ("question", "table", "words"),
    [
        ("what does a red flashing pump lamp mean", SIGNALS, "blocked"),
        ("what should I do when the pump is flashing red", SIGNALS, "clear the inlet"),
        ("What does the pump's lamp mean?", SIGNALS, None),  # either of two
        ("red flashing lamp", SIGNALS, "blocked"),  # key words ask for what it means
        ("tent on a saturday", CAMPING, "€18"),
        ("what does a camper cost per night on wednesday", CAMPING, "€21"),
        ("price of 10 jars of plum", JAMS, "3.80"),
        ("3 jars quince how much", JAMS, "5.10"),
        ("is the quince vegan", JAMS, "no"),
        ("how fast is urgency 2 solved", QUEUE, "1 day"),
        ("when is an U1 answered", QUEUE, "10 minutes"),
        ("what time does the opening start", TALKS, "9:00"),
        ("in which hall is the talk on hedges and wind", TALKS, "Elm"),
        ("in which hall is the talk on hedges and wolves", TALKS, None),  # of which nothing is said
        ("how many boats can lie there at once", FACTS, None),  # asks for lying, too
        ("how many boats can it take", FACTS, "14"),
        ("how much is owed for the jetty", BUDGET, "£120 owed"),
        ("how much is promised for the jetty", BUDGET, None),
        ("the yearly fee of Crew", FEES, "€90"),
        ("Crew per month", FEES, "€9"),
        ("what is the phone number of Bea", FIELDS, None),  # "what" alone doesn't ask for a description
        ("what is the phone for", FIELDS, "for text messages"),
        ("which boat is at the north quay", BERTHS, "Eider"),
        ("which boat is at the quay", BERTHS, None),
        ("which dog is at the north quay", BERTHS, None),
        ("What is the berth of the Eider? And the metres?", BERTHS, "9"),
        ("How many metres is the Eider? And the Teal?", BERTHS, "7"),
        ("How many metres is the Eider? And the Gull?", BERTHS, None),
    ],
)
def test_the_cell_that_is_named(question: str, table: str, words: str | None) -> None:
    found = asked_cell(question, table)
    assert (found and table[slice(*found)]) == words


def test_a_deadline_stands_below_by() -> None:
    tasks = "| Task | Who | By |\n|---|---|---|\n| Order sails | Ida | 3 May |\n| Paint the shed | Leif | 9 May |\n"
    found = asked_cell("When does Leif have to paint the shed?", tasks)
    assert found
    assert tasks[slice(*found)] == "9 May"
    found = asked_cell("Who paints the shed?", tasks)
    assert found
    assert tasks[slice(*found)] == "Leif"
