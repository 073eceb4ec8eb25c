"""Which answer comes first where a newer text says what was changed: documents, a question and the answers to it."""

import pytest

from index.documents import Document
from index.storage.principals import SEES_ALL
from qa.assembly import Engine, filter_of

pytestmark = pytest.mark.slow


def asked(engine: Engine, question: str, *texts: str) -> tuple[list[str], bool]:
    """The answers to a question about these documents, best first, and whether they are in conflict."""
    for number, text in enumerate(texts):
        title = text.partition("\n")[0].strip("# ") if text.startswith("# ") else f"Document {number}"
        engine.indexer.add(Document(f"d{number}", title, text), "c")
    answer = engine.ask(SEES_ALL, question, filter_of("c"))
    assert [given.contradicts for given in answer.answers] == [False] + [True] * (len(answer.answers) - 1)
    return [given.text for given in answer.answers], answer.conflict


CONTRACT = "SUPPLY AGREEMENT\n\n3.2 Invoices are payable within 45 days from receipt.\n\n4.2 Visible defects are to be notified within ten days of delivery."  # fmt: skip
AMENDED = 'AMENDMENT No. 1\n\n1. In clause 4.2, "ten days" is replaced by "five days".\n\n2. In clause 3.2, "45 days" is replaced by "30 days".'  # fmt: skip


@pytest.mark.parametrize(
    ("question", "old", "new", "answers"),
    [
        (
            "when does the gate close",
            "# Notice, April\n\nThe gate is closed at 9 pm every evening.",
            "# Notice, June\n\nFrom 1 June the gate stays open till 10.30 pm.",
            ["till 10.30 pm", "at 9 pm every evening"],
        ),
        (
            "what time does the coach go",
            "Dear parents, the school trip to the mill is on Thursday 12 February. The coach leaves at 8.45.",
            "Dear parents, a correction to our letter of last week: the trip to the mill has been put off and is now on "
            "Thursday 5 March. The coach will leave at 9.15 instead.",
            ["at 9.15", "8.45"],
        ),
        (
            "what time must bins be out",
            "# Bin collections 2024/25\n\nPlease have everything out by 7 am (valid until 31 March 2025).",
            "# Bin collections 2026\n\nPut everything out by 6.30 am on the day.",
            ["by 6.30 am", "by 7 am"],
        ),
        (
            "how much can I claim for dinner",
            "# Expenses\n\nEmployees can claim up to 30 euros for dinner.",
            "# Update\n\nThe limit for dinner is raised to 38 euros.",
            ["38 euros", "up to 30 euros"],
        ),
        ("how many days do we have to pay their invoices", CONTRACT, AMENDED, ["30 days", "within 45 days from receipt"]),
        (
            "who is in charge of vaccinations",
            "# Contacts\n\nDr. Amos Pell is in charge of vaccinations.",
            "# Notice\n\nFrom June Dr. Ines Roth takes over the vaccinations from Dr. Amos Pell.",
            ["Ines Roth", "Amos Pell"],
        ),
        (
            "how much is the house insurance this year",
            "# Our insurances\n\n| What | With whom | Per year |\n|---|---|---|\n| House | Severn | £378.40 |\n"
            "| Car | Beacon | £521 |\n",
            "# Your home cover\n\nYou pay £412.80 a year. Last year's premium was £378.40.",
            ["£412.80", "£378.40"],
        ),
    ],
)  # fmt: skip
def test_the_newer_answer_comes_first(fresh: Engine, question: str, old: str, new: str, answers: list[str]) -> None:
    assert asked(fresh, question, old, new) == (answers, True)


def test_of_two_sums_that_of_like_size_replaces_the_former(fresh: Engine) -> None:
    old = "# Our insurances\n\n| What | With whom | Per year |\n|---|---|---|\n| House | Severn | £378.40 |\n"
    new = "# Your home cover\n\nYou pay £412.80 a year, or twelve payments of £36.20. Last year's premium was £378.40."
    texts, conflict = asked(fresh, "how much is the house insurance this year", old, new)
    assert conflict
    assert texts[0].startswith("£412.80")
    assert texts[1] == "£378.40"


def test_an_amendment_in_the_same_document_counts(fresh: Engine) -> None:
    texts, conflict = asked(fresh, "how soon do we have to notify visible defects", f"{CONTRACT}\n\n{AMENDED}")
    assert conflict
    assert (texts[0], texts[1][:15]) == ("five days", "within ten days")


def test_a_newer_answer_that_is_unsure_comes_second(fresh: Engine) -> None:
    old = "Choir news, spring 2025\n\nSubs for a term are £42 and should reach Val by the second rehearsal."
    new = "Choir news, spring 2026\n\nFrom this term subs go up to £48. Val takes them at the second rehearsal."
    texts, conflict = asked(fresh, "how much do I pay for a term", old, new)
    assert conflict
    assert texts == ["£42", "up to £48"]


@pytest.mark.parametrize(
    ("question", "old", "new", "answer"),
    [
        (  # a change of another bus
            "when does bus 12 leave the station",
            "Bus 12 leaves the station at 7.10.",
            "From Monday bus 14 leaves the station at 8.05 instead.",
            "at 7.10",
        ),
        (
            "how much are junior subs",
            "Junior subs are £12 a term.",
            "From this term senior subs go up to £48.",
            "£12",
        ),
        (
            "how much is the fee for a half plot",
            "The fee for a half plot is £35.",
            "From April the fee for a full plot goes up to £66. Half plots stay as they are.",
            "£35",
        ),
        (  # a case, not a change
            "how long does the lamp run on one charge",
            "The lamp runs for 6 hours on one charge.",
            "In eco mode the light is lowered to 40 % and the lamp runs for 20 hours instead.",
            "6 hours",
        ),
        (  # of the year that is asked for
            "what did a permit cost in 2025",
            "# 2025\n\nThe price of a permit is £60.",
            "# 2026\n\nThe price of a permit goes up to £75.",
            "£60",
        ),
        (  # of another role of the same person
            "who is the treasurer of the club",
            "The treasurer of the club is Amos Pell.",
            "From June Ines Roth takes over the boat house from Amos Pell.",
            "Amos Pell",
        ),
        (  # of another clause
            "how soon do we have to notify visible defects",
            CONTRACT,
            'AMENDMENT No. 1\n\nIn clause 7.1, "ten days" is replaced by "five days".',
            "within ten days of delivery",
        ),
    ],
)
def test_a_change_of_something_else_is_none(fresh: Engine, question: str, old: str, new: str, answer: str) -> None:
    assert asked(fresh, question, old, new) == ([answer], False)


def test_a_change_of_old_is_not_newer_than_later_rules(fresh: Engine) -> None:
    rules, notice = (
        "# Rules 2026\n\nThe gate is closed at 9 pm.",
        "# Notice, 12 May 2022\n\nFrom 1 June the gate is closed at 10 pm.",
    )
    assert asked(fresh, "when does the gate close", rules, notice) == (["at 9 pm", "at 10 pm"], True)
