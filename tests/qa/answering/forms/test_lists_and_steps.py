"""Lists of what the text names side by side, and steps of what the question asks how to do."""

import pytest
from shape_support import parts, shaped

from qa.answering.forms.form import Form

BOILER = "# Resetting the boiler\n\n1. Switch it off.\n2. Wait ten minutes.\n"
KIT = "# Kit\n\nEach boat has the following:\n\n- a flare gun\n- two oars\n"
SALT = """### Filling in salt

The container holds 1.2 kg.

1. Take out the basket.
2. Fill in salt until it is full.
3. Screw the lid on.
"""


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("Filling in salt", "How do I fill in salt?"),
        ("Setting the salt", "how do I set the salt"),
        ("Choosing a salt", "how can I choose a salt?"),
        ("Using salt", "How do we use salt?"),
    ],
)
def test_steps_are_those_of_a_heading_with_the_verb_in_ing(heading: str, question: str) -> None:
    text = SALT.replace("Filling in salt", heading)
    found = shaped(question, text, "Fill in salt")
    assert (found[0].form, len(parts(found))) == (Form.STEPS, 3)
    assert parts(shaped("How do I screw the lid on?", text, "Screw the lid")) == []


def test_the_steps_that_are_asked_for_by_that_name() -> None:
    assert shaped("What are the steps of resetting the boiler?", BOILER, "Switch it off")[0].form is Form.STEPS
    assert shaped("Which instructions are there for the kit?", KIT, "a flare gun")[0].form is Form.LIST


@pytest.mark.parametrize(
    ("text", "question", "is_list"),
    [
        (
            "Tell the bank at once, by telephone, and the office the next day.",
            "My card was stolen, what do I have to do?",
            False,
        ),
        ("Tell the bank, the office, and the insurer.", "My card was stolen, what do I have to do?", True),
        ("on Mondays, with luggage, and without a bus", "in what cases is a taxi paid", True),
    ],
)
def test_phrases_that_go_on_with_a_sentence_are_no_list(text: str, question: str, is_list: bool) -> None:
    words = text.removesuffix(".")
    found = shaped(question, f"Rules. {text}", words)
    assert (bool(parts(found)), found[1]) == (is_list, words)


def test_those_present_are_a_list_of_their_line_alone() -> None:
    text = "Present: Ada Lund (chair), Piet Amsel, Eva Rud\nApologies: Ole Vik, Ida Moe\n"
    assert parts(shaped("who was present", text, "Ada Lund")) == ["Ada Lund (chair)", "Piet Amsel", "Eva Rud"]


@pytest.mark.parametrize(
    ("question", "text", "span", "items"),
    [
        ("what does it not cover", "It doesn't cover damage by frost, by rust or by salt.", "damage by frost",
         ["damage by frost", "by rust", "by salt"]),
        ("what decisions were made", "Decision: to pay for it at once, without a levy.", "to pay for it at once, without",
         []),
    ],
)  # fmt: skip
def test_things_that_are_phrases_have_one_preposition(question: str, text: str, span: str, items: list[str]) -> None:
    assert parts(shaped(question, text, span)) == items


INSTALLING = """## Installation

1. Install the package:

   ```console
   pip install murmel
   ```

2. Create the tables:

   ```console
   murmel migrate
   ```

3. Start a worker.

   It runs until it is stopped.

Then open the page.
"""


@pytest.mark.parametrize(
    "span", ["pip install murmel", "``console\n   pip install murmel\n   ```", "murmel migrate", "It runs"]
)
def test_a_block_of_code_belongs_to_its_step(span: str) -> None:
    found, _ = shaped("how do i do the installation", INSTALLING, span)
    assert found.form is Form.STEPS
    assert [part.text.split("\n")[0] for part in found.parts] == [
        "Install the package:", "Create the tables:", "Start a worker."
    ]  # fmt: skip
    assert shaped("how do i do the installation", INSTALLING, "Then open the page")[0].form is not Form.STEPS


KEY = """# Setting up mossy

1. Install it.
2. Make a key:
   ```sh
   # make it
   - and keep it
   ssh-keygen
   ```
3. Push.
"""


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (KEY, 3),
        (KEY.replace("```", "~~~").replace("~~~sh", "\n   ~~~sh"), 3),
        (KEY.replace("```", "````").replace("# make", "```\n   # make"), 3),  # a shorter fence is code, too
        (KEY.replace("```sh", ""), 2),
        (KEY.replace("   ```\n3", "3"), 2),
    ],
)
def test_a_comment_in_code_is_no_heading(text: str, steps: int) -> None:
    assert len(parts(shaped("How do I set up mossy?", text, "Install it"))) == steps


BATTERY = """# Replacing the battery

1. Switch it off.
2. Open the lid.

> **Warning:** do not burn it.

3. Take out the old one.
4. Put in the new one.

Then close it.
"""
WARNING = "> **Warning:** do not burn it."


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        (BATTERY, 4),
        (BATTERY.replace(WARNING, "![the lid](lid.png)"), 4),
        (BATTERY.replace(WARNING, "```sh\npush\n\n# off\nopen\n```"), 4),
        (BATTERY.replace(WARNING, ".. warning::\n\n   Do not burn it."), 4),
        (BATTERY.replace(WARNING, "Do not burn it."), 4),
        (BATTERY.replace(WARNING, "- Do not burn it.\n- Do not bend it."), 4),
        (BATTERY.replace("lid.", "lid"), 4),
        (BATTERY.replace("lid.", "lid").replace(WARNING, "It is at the back."), 2),
        (BATTERY.replace("lid.", "lid?").replace(WARNING, "Yes, it is at the back."), 2),
        (BATTERY.replace("Open the lid.", "**Where is the lid?**"), 2),
        (BATTERY.replace(WARNING, "## Old batteries"), 2),
        (BATTERY.replace(WARNING, "It is hot. " * 60), 2),
        (BATTERY.replace(WARNING, "It is hot.\n" * 12), 2),
        (BATTERY.replace("3.", "1.").replace("4.", "2."), 2),
        (BATTERY.replace("3.", "7.").replace("4.", "8."), 2),
        (BATTERY.replace("4. ", "\n"), 3),
    ],
)
def test_what_stands_between_two_numbers_is_of_the_step_above(text: str, steps: int) -> None:
    assert len(parts(shaped("How do I replace the battery?", text, "Switch it off"))) == steps


def test_a_warning_below_a_step_stands_for_all_steps() -> None:
    found = parts(shaped("How do I replace the battery?", BATTERY, "do not burn it"))
    assert found[1] == f"Open the lid.\n\n{WARNING}"
    assert len(found) == 4
    assert parts(shaped("How do I replace the battery?", BATTERY, "Then close it.")) == []
    assert parts(shaped("How do I burn the lid of the battery?", BATTERY, "do not burn it")) == []


FEE = """The crew decided
  - to paint the hall
  - to raise the fee
  Ann will write to all members.
"""
ANN = "Ann will write to all members."


@pytest.mark.parametrize(
    ("text", "last"),
    [
        (FEE, "to raise the fee"),
        (FEE.replace("  Ann", "Ann"), "to raise the fee"),
        (FEE.replace("fee\n", "fee.\n").replace(ANN, "Ann writes."), "to raise the fee"),
        (
            FEE.replace("- to raise the", "(ii) to raise\n    the").replace("- to p", "(i) to p"),
            "to raise\n    the fee",
        ),
        (FEE.replace(ANN, "of the boats, as Ann will write."), "to raise the fee\n  of the boats, as Ann will write"),
        (FEE.replace(ANN, "of the boats."), "to raise the fee\n  of the boats"),
        (FEE.replace(ANN, "Of the boats"), "to raise the fee\n  Of the boats"),  # for which there was no room
        (FEE.replace("  Ann", "    Ann"), f"to raise the fee\n    {ANN.removesuffix('.')}"),
        (FEE.replace("\n  ", "\n"), "to raise the fee"),
        (FEE.replace("\n  ", "\n").replace(ANN, "of the boats."), "to raise the fee\nof the boats"),
        (FEE.replace("\n  ", "\n").replace(ANN, "Of the boats"), "to raise the fee\nOf the boats"),
        (FEE.replace("\n  ", "\n").replace("hall", "hall\nin red"), f"to raise the fee\n{ANN.removesuffix('.')}"),
    ],
)
def test_a_sentence_below_a_list_is_no_part_of_its_last_item(text: str, last: str) -> None:
    first = "to paint the hall\nin red" if "in red" in text else "to paint the hall"
    assert parts(shaped("Which things did the crew decide?", text, "to paint the hall")) == [first, last]
    if last.endswith("fee"):
        assert parts(shaped("Which things did the crew decide?", text, text.strip().split("\n")[-1])) == []


@pytest.mark.parametrize(
    ("text", "span", "items"),
    [
        ("Small animals such as mice, birds and fish may be kept.", "Small animals such as mice, birds and fish",
         ["mice", "birds", "fish"]),
        ("Three animals may be kept, namely mice, birds and fish.", "mice, birds and fish", ["mice", "birds", "fish"]),
        ("Fill in the form, bring the pass and a photo to the office, and come to the talk.",
         "the pass and a photo to the office", ["the pass", "a photo to the office"]),
    ],
)  # fmt: skip
def test_items_without_the_kind_of_thing_that_they_are(text: str, span: str, items: list[str]) -> None:
    found, _ = shaped("which animals or papers are meant", text, span)
    assert [part.text for part in found.parts] == items


REMOTE = """The following cannot work remotely:

- staff in production and the clean room
- apprentices in their first year
- reception

Tell the team before you move.
"""


def test_an_item_below_what_is_asked_stands_for_the_list() -> None:
    found = shaped("who is not allowed to work remotely", REMOTE, "staff in production and the clean room")
    assert found[0].form is Form.LIST
    assert parts(found) == [
        "staff in production and the clean room", "apprentices in their first year", "reception"
    ]  # fmt: skip
    asked_of_one = "Who in their first year cannot work remotely?"
    assert shaped(asked_of_one, REMOTE, "apprentices in their first year")[0].form is Form.SPAN
    assert shaped("Who tells the team?", REMOTE, "reception")[0].form is Form.SPAN


def test_items_before_the_span_and_behind_a_colon_are_in_the_list() -> None:
    text = "What is in the box: the scale, its pan, a mains adapter and a level. A case is not."
    found = shaped("What's in the box with the scale?", text, "pan, a mains adapter and a level")
    assert parts(found) == ["the scale", "its pan", "a mains adapter", "a level"]
    text = "What was done, in short: we met, and then bought a pan, an adapter and a level."
    found = shaped("What's in the box?", text, "a pan, an adapter and a level")
    assert parts(found) == ["a pan", "an adapter", "a level"]


THEFT = """If your laptop is stolen:

1. Ring the desk so that it can be locked.
2. Tell the police.
"""


def test_what_now_asks_for_steps() -> None:
    found = shaped("my laptop got stolen what now", THEFT, "Ring the desk")
    assert parts(found) == ["Ring the desk so that it can be locked.", "Tell the police."]


SHELTER = (
    "You may have cats, fish and dogs that weigh less than ten kilos. The shelter takes rugs, towels, and toys, which we wash. "
    "It serves members, guests and people who live here but pay no rent. Bring a cap, a coat and the badge that was sent to "
    "you by post. Bring no pets. We take cans, jars (washed) and glass which isn't broken."
)


def test_a_list_that_a_span_enumerates_ends_with_its_sentence() -> None:
    found, words = shaped("What did they wear?", "They wore caps, coats, and boots. It was cold there.",
                          "caps, coats, and boots. It was cold")  # fmt: skip
    assert (found.form, words) == (Form.LIST, "caps, coats, and boots")


@pytest.mark.parametrize(
    ("question", "span", "items"),
    [
        ("Which pets may I have?", "cats, fish and dogs", ["cats", "fish", "dogs that weigh less than ten kilos"]),
        ("Which pets may I have?", "fish", ["cats", "fish", "dogs that weigh less than ten kilos"]),
        ("What things does it take?", "rugs, towels, and toys", ["rugs", "towels", "toys"]),
        ("Which people does it serve?", "members, guests and people", ["members", "guests", "people who live here"]),
        (
            "What do I need to bring?",
            "a cap, a coat and the badge that was sent to you by post. Bring no pets",
            ["a cap", "a coat", "the badge that was sent to you by post"],
        ),
        ("Which materials do you take?", "cans, jars (washed) and glass",
         ["cans", "jars (washed)", "glass which isn't broken"]),
    ],
)  # fmt: skip
def test_the_last_item_keeps_the_clause_that_says_which_it_is(question: str, span: str, items: list[str]) -> None:
    found, words = shaped(question, SHELTER, span)
    assert [part.text for part in found.parts] == items
    assert words == SHELTER[SHELTER.index(items[0]) : SHELTER.index(items[-1]) + len(items[-1])]


CARE = (
    "The machine is grey. First unplug the machine, then remove the tray, and finally rinse it. Rinse the lid and then dry it. "
    "First aid is given at the desk, then at the gate."
)


@pytest.mark.parametrize("span", ["unplug the machine", "remove the tray", "finally rinse it"])
def test_steps_that_one_sentence_tells(span: str) -> None:
    found, words = shaped("How do I clean the machine?", CARE, span)
    assert found.form is Form.STEPS
    assert [part.text for part in found.parts] == ["unplug the machine", "remove the tray", "rinse it"]
    assert words == "unplug the machine, then remove the tray, and finally rinse it"


@pytest.mark.parametrize(
    ("question", "span"), [("How do I clean the lid?", "Rinse the lid"), ("How do I get first aid?", "at the desk"),
                           ("What colour is the machine?", "grey"),
                           ("Which part do I remove?", "the tray")],
)  # fmt: skip
def test_what_is_no_row_of_steps_or_not_asked_for_as_one(question: str, span: str) -> None:
    assert shaped(question, CARE, span)[0].form is not Form.STEPS


PROSE = """## Cleaning the coffee machine

The machine is grey. First, unplug the machine and let it cool. Wait ten minutes. Then remove the tray and empty it. When
it is dry, put it back. Finally, plug the machine in again. It lasts for years.

Next to the machine there is milk. Then there is tea. The third machine was sold.
"""
CLEANING = [
    "unplug the machine and let it cool", "Wait ten minutes", "remove the tray and empty it",
    "When\nit is dry, put it back", "plug the machine in again",
]  # fmt: skip


@pytest.mark.parametrize(
    "span", ["unplug the machine", "Wait ten minutes", "remove the tray", "plug the machine in again"]
)
def test_steps_that_several_sentences_tell(span: str) -> None:
    found, words = shaped("How do I clean the coffee machine?", PROSE, span)
    assert found.form is Form.STEPS
    assert [part.text for part in found.parts] == CLEANING
    assert words.startswith("unplug the machine and let it cool. Wait")


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("How do I remove the tray?", "remove the tray"),  # which is one of them
        ("How do I clean the coffee machine?", "It lasts for years"),
        ("How do I clean the coffee machine?", "there is milk"),
        ("What is emptied?", "the tray"),
        ("How long do I wait?", "ten minutes"),
    ],
)
def test_what_sentences_tell_besides_is_no_row_of_steps(question: str, span: str) -> None:
    assert shaped(question, PROSE, span)[0].form is not Form.STEPS


def test_steps_go_on_over_paragraphs_and_may_begin_without_a_word() -> None:
    text = (
        "To renew a card, first open your page. Next, choose Cards.\n\nThen press Renew and confirm it.\n\n"
        "After that, wait for the post.\n\nCards are blue."
    )
    for span in ("open your page", "press Renew", "wait for the post"):
        assert parts(shaped("How do I renew a card?", text, span)) == [
            "open your page", "choose Cards", "press Renew and confirm it", "wait for the post",
        ]  # fmt: skip
    text = "Filters clog. Unplug it. Then rinse the tray. Finally, dry it with a cloth. It is grey."
    assert parts(shaped("How do I clean it?", text, "rinse the tray")) == [
        "Unplug it", "rinse the tray", "dry it with a cloth",
    ]  # fmt: skip
