"""Answers in the form that the question asks for, each and each part of it a slice of the document."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shape_support import parts, shaped

from index.documents import Document, Heading
from index.lines import REACH, LineKind, lines_near
from qa.answering.forms.form import Form, Shape
from qa.answering.forms.shaping import shape

KIT = """# Kit

Each boat carries the following items:

- a flare gun
- two oars, of ash
  and painted red
- a bailer

The box is checked each spring.
"""
BOILER = """# Resetting the boiler

It is done from the cellar.

1. Switch it off at the wall.
2. Wait ten minutes.
   - Not less!
3. Press the red knob.

Call us if that doesn't help.
"""
BOATS = """| Boat | Price in crowns | Weight in kg | Colour |
|---|---|---|---|
| Kestrel | 410 | 37 | blue |
| Eider | 574 | 71 | ivory |
| Wigeon | 357 | 36 | lilac |
"""
HOURS = "Opening hours\nDay | Pool | Sauna\nMonday | 9 to 17 | closed\nTuesday | 8 to 20 | 16 to 22\n"
MANAGER = "The manager is Helen Osei and her deputy is Priya Nair. Rice is sold in bags and boxes are extra.\n"
BACKUP = "Make a backup:\n\n```sh\nfjord dump > all.sql\n```\n\nThat is all."


@pytest.mark.parametrize("span", ["the following items", "two oars", "a flare gun"])
def test_a_list_is_given_whole_for_its_introduction_and_for_any_item(span: str) -> None:
    found = shaped("What items does each boat carry?", KIT, span)
    assert found[0].form is Form.LIST
    assert parts(found) == ["a flare gun", "two oars, of ash\n  and painted red", "a bailer"]
    assert found[1].startswith("a flare gun\n- two oars")


def test_a_list_doesnt_go_on_in_page_furniture() -> None:
    text = "Each boat carries the following items:\n\n- two oars\n- a bailer\n\n- Rules 2026 -"
    metadata = {"page_furniture": f"{text.index('- Rules')}-{len(text)}"}
    question, start = "What items does each boat carry?", text.index("two oars")
    for document, items in (
        (Document("d", "d", text, metadata=metadata), ["two oars", "a bailer"]),
        (Document("d", "d", text), ["two oars", "a bailer", "Rules 2026 -"]),
    ):
        assert [part.text for part in shape(question, document, start, start + 8).parts] == items


def test_one_item_is_left_alone_where_one_is_asked_for() -> None:
    assert shaped("What colour is painted on the oars?", KIT, "red")[1] == "red"


def test_things_enumerated_in_a_sentence() -> None:
    text = "We test the pump in spring. Bring the key, a torch (with cells, please) and two straps to the shed."
    for span in ("the key", "a torch", "the key, a torch (with cells, please) and two straps"):
        found = shaped("Which things do I bring?", text, span)
        assert parts(found) == ["the key", "a torch (with cells, please)", "two straps"], span


def test_links_and_bold_terms_are_given_without_their_marks() -> None:
    text = "Apps:\n\n- [Tides](https://x.example/t): when it ebbs\n- **Winds**: how it blows\n- `fog`: what you see\n"
    assert parts(shaped("Which apps are there?", text, "Tides")) == ["Tides", "Winds", "`fog`"]


def test_what_stands_in_front_of_a_dash_comma_or_colon_is_the_term() -> None:
    text = "Fields:\n\n- user \\- who asks\n- key \\- its key\n"
    assert parts(shaped("Which fields are there?", text, "user")) == ["user", "key"]
    text = "Aims:\n\n- **Clear words:** say it once\n- **Calm**, by day and night\n"
    assert parts(shaped("Which aims are there?", text, "Clear words")) == ["Clear words", "Calm"]


def test_an_item_with_an_and_is_one_of_several() -> None:
    text = "When moving out:\n\n1. Clean the carpets and keep the receipt.\n2. Read the meters.\n3. Return all keys.\n"
    items = ["Clean the carpets and keep the receipt", "Read the meters", "Return all keys"]
    assert parts(shaped("Which duties are there?", text, "Clean the carpets and keep the receipt")) == items
    for question in ("what do I need to do when I move out", "What must I do when moving out?"):
        found = shaped(question, text, "Clean the carpets and keep the receipt")
        assert (found[0].form, parts(found)) == (Form.STEPS, [f"{item}." for item in items])
    bag = "Bag:\n\n- soap, towels and a bin\n- a broom\n"
    assert parts(shaped("Which things are soft?", bag, "soap, towels and a bin")) == ["soap", "towels", "a bin"]


def test_a_web_page_has_lists_without_marks() -> None:
    text = "Packing\n\nBring these:\n\na torch\ntwo straps\nthe key\n\nThen come."
    found = shaped("What are the things to bring?", text, "two straps", media_type="text/html")
    assert parts(found) == ["a torch", "two straps", "the key"]
    announced = "Rules\n\nThe following are to be reported at once:\n\na leak\na fire\n\nNothing else is."
    assert parts(shaped("What has to be reported?", announced, "The following", media_type="text/html")) == [
        "a leak",
        "a fire",
    ]


@pytest.mark.parametrize("span", ["Wait ten minutes", "It is done from the cellar", "Press the red knob"])
def test_steps_are_given_whole(span: str) -> None:
    found = shaped("How do I reset the boiler?", BOILER, span)
    assert found[0].form is Form.STEPS
    assert parts(found) == ["Switch it off at the wall.", "Wait ten minutes.\n   - Not less!", "Press the red knob."]


def test_a_question_on_one_step_gets_that() -> None:
    assert shaped("How long do I have to wait?", BOILER, "ten minutes")[1] == "ten minutes"
    assert shaped("how do I press the knob", BOILER, "Press the red knob")[0].form is not Form.STEPS


@pytest.mark.parametrize(
    ("question", "span", "words", "row", "column"),
    [
        ("What is the weight of the Eider?", "574", "71", "Eider", "Weight in kg"),
        ("What does the Wigeon weigh?", "357 | 36", "36", "Wigeon", "Weight in kg"),
        ("What does the Kestrel weigh?", "kg", "37", "Kestrel", "Weight in kg"),
        ("What does it cost to hire the Eider?", "71", "574", "Eider", "Price in crowns"),
        ("which boat is ivory", "Eider", "Eider", None, "Boat"),
    ],
)
def test_the_cell_of_the_asked_column(question: str, span: str, words: str, row: str | None, column: str) -> None:
    found, text = shaped(question, BOATS, span)
    assert (found.form, text, found.row, found.column) == (Form.CELL, words, row, column)


def test_cells_of_lines_without_rules() -> None:
    found, text = shaped("When is the sauna open on Tuesday?", HOURS, "8 to 20")
    assert (found.form, text, found.row, found.column) == (Form.CELL, "16 to 22", "Tuesday", "Sauna")


def test_a_fact_in_a_long_item_of_a_list_does_not_bring_the_list() -> None:
    text = (
        "1. Cook some rice and set it aside. White rice is best. Avoid sushi rice.\n2. Boil the stock.\n3. Add herbs.\n"
    )
    found, words = shaped("rice kinds to avoid", text, "sushi rice")
    assert (found.form, words) == (Form.SPAN, "sushi rice")


def test_an_enumeration_ends_after_its_last_item() -> None:
    text = "Examples come in Java, Python, and PHP, and developers may use SAS, or write to us.\n"
    found = shaped("which languages have examples", text, "Java, Python, and PHP, and developers may use SAS")
    assert parts(found) == ["Java", "Python", "PHP"]


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("Why is the water brown?", "spring", "The pipes are flushed each spring, and rust comes loose."),
        ("Why is the water brown?", "The pipes are flushed each spring", "The pipes are flushed each spring"),
        ("How often are they flushed?", "each spring", "each spring"),
        ("When are they flushed?", "spring", "spring"),
    ],
)
def test_a_reason_is_more_than_a_noun_and_a_fact_is_what_was_read(question: str, span: str, words: str) -> None:
    assert shaped(question, "Note. The pipes are flushed each spring, and rust comes loose.", span)[1] == words


def test_a_heading_on_the_line_above_is_no_part_of_the_sentence() -> None:
    text = "4. Remote work\nStaff may work from home on two days a week."
    document = Document("d", "d", text, headings=(Heading(0, 1, "4. Remote work"),))
    found = shape("Can staff work from home?", document, text.index("two"), len(text) - 1)
    assert (found.verdict, text[found.start : found.end]) == ("yes", "Staff may work from home on two days a week.")


def test_a_span_that_begins_in_a_heading_is_answered_from_below_it() -> None:
    text = "# Rules\n\n## 4. Pets\nNo dogs are allowed.\n"
    document = Document("d", "d", text, headings=(Heading(0, 1, "Rules"), Heading(9, 2, "4. Pets")))
    for question, form in (("can I have a dog", Form.YES_NO), ("Which pets are forbidden?", Form.SPAN)):
        found = shape(question, document, text.index("4. Pets"), len(text) - 1)
        assert (found.form, text[found.start : found.end]) == (form, "No dogs are allowed.")
    only = shape("Which section is on pets?", document, text.index("Pets"), text.index("Pets") + 4)
    assert text[only.start : only.end] == "Pets"


INI = """[net]
# how many clients may be connected
max_connections = 140
# seconds until an idle client is dropped
; idle_timeout = 30
idle_timeout = 75  # was 60
log_dir = /var/log/quay
"""


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("How many seconds until an idle client is dropped?", "140\n#", "75"),
        ("How many seconds until an idle client is dropped?", "30", "75"),
        ("What is the value of max_connections?", "140\n# seconds", "140"),
        ("where are the logs", "/var/log/quay", "/var/log/quay"),
    ],
)
def test_a_setting_is_given_the_value_that_it_has_now(question: str, span: str, words: str) -> None:
    assert shaped(question, INI, span)[1] == words


LINE = st.sampled_from(
    ["", "# A b", "- one", "- two, three and four", "  - five", "1. six", "2. seven", "| a | b |", "|---|---|",
     "| c | d |", "Eight: nine.", "The following:", "No. It isn't allowed.", "x = 1", "# y = 2", "> quoted", "```", "?"]
)  # fmt: skip
QUESTION = st.sampled_from(
    ["What are the things?", "How do I a?", "Can I c?", "Why five?", "What is b of c?", "What if nine?", "who", "x?"]
)


@settings(max_examples=60, deadline=None)
@given(st.data(), QUESTION, st.lists(LINE | st.text(max_size=12), min_size=1, max_size=12))
def test_whatever_the_text_the_answer_and_its_parts_are_slices(
    data: st.DataObject, question: str, lines: list[str]
) -> None:
    text = "\n".join(lines).replace("\0", "").encode(errors="ignore").decode()
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 30)))
    media_type = data.draw(st.sampled_from(["text/markdown", "text/html"]))
    found = shape(question, Document("d", "d", text, media_type=media_type), start, end)
    assert 0 <= found.start < found.end <= len(text)
    for part in found.parts:
        assert text[part.start : part.end] == part.text != ""
        assert found.start <= part.start < part.end <= found.end
    assert bool(found.parts) == (found.form in (Form.LIST, Form.STEPS))
    assert (found.verdict is not None) == (found.form is Form.YES_NO)


@pytest.mark.parametrize("question", ["Can I c?", "Why five?", "How do I a?"])
def test_a_span_of_blanks_stays_as_it_is(question: str) -> None:
    assert shape(question, Document("d", "d", "\n# A b", media_type="text/markdown"), 0, 1) == Shape(Form.SPAN, 0, 1)


def test_of_a_line_as_long_as_the_document_the_part_near_is_looked_at() -> None:
    text = "- " + "word " * 100_000  # one line of 500,002 characters
    near = lines_near(text, 250_000, 250_010)
    assert [(line.start, line.end) for line in near] == [(250_000 - 2 * REACH, 250_010 + 2 * REACH)]
    assert near[0].kind is LineKind.TEXT  # though what is left of it might begin as something else
    assert lines_near(text, 0, 4)[0].kind is LineKind.BULLET
    short = "\n".join(["# A heading", "- item " * 1_000, "- another"])  # 7,000 characters in the middle
    assert [line.kind for line in lines_near(short, 7_015, 7_020)] == [
        LineKind.HEADING,
        LineKind.BULLET,
        LineKind.BULLET,
    ]


@pytest.mark.parametrize(
    ("text", "is_code"),
    [
        ("```\n# a\n```", True),
        ("```sh\n# a\n```\n\n```sh\nb\n```", True),
        ("b\n```\n\n# a\n\n```sh\nb", False),  # it begins within code
        ("```\n# a", False),
        ("~~~\n# a\n~~~", True),
        ("Title\n~~~\n# a\n\nTitle\n~~~", False),
        ("```b``` is\n# a\n```b``` was", False),
        ("> b\n# a", False),
    ],
)
def test_what_stands_between_fences_is_text(text: str, is_code: bool) -> None:
    lines = lines_near(text, 0, len(text))
    assert [line.kind for line in lines if text.startswith("# a", line.start)] == [
        LineKind.TEXT if is_code else LineKind.HEADING
    ]


ROOMS = "We pay up to £120 a night, 150 in London and York. Breakfast is included.\n"
HOURS_OF_COURTS = "A booking lasts 45 minutes for squash and 90 minutes for tennis. Ask us for more.\n"
LESSONS = "Lessons cost £32 an hour for adults and £24 for juniors. The drum takes 8 kg of cotton or 2 kg of wool.\n"


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        ("How long is a tennis booking?", HOURS_OF_COURTS, "45 minutes", "90 minutes"),
        ("What may a room in York cost?", ROOMS, "up to £120 a night", "150"),
        ("What may a room in Leeds cost?", ROOMS, "up to £120 a night", "up to £120 a night"),
        ("what do we spend a night", ROOMS, "up to £120 a night", "up to £120 a night"),
        ("How long is a squash booking?", HOURS_OF_COURTS, "45 minutes", "45 minutes"),
        ("How long is a booking?", HOURS_OF_COURTS, "45 minutes", "45 minutes"),
        ("What does a lesson cost for a junior?", LESSONS, "£32 an hour", "£24"),
        ("How much wool can I put in?", LESSONS, "8 kg", "2 kg"),
        ("How much silk can I put in?", LESSONS, "8 kg", "8 kg"),
        ("How much do adults and juniors pay?", LESSONS, "£32", "£32"),
    ],
)
def test_of_several_amounts_the_one_of_what_is_asked_about(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, text, span)[1] == words


DETERGENT = "Detergent goes into compartment II. Softener goes into the compartment with a flower; never overfill it.\n"


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        (
            "Where do I put the softener?",
            "compartment II. Softener goes into the compartment with a flower",
            "Softener goes into the compartment with a flower",
        ),
        ("Where do I put detergent?", "compartment II. Softener goes", "compartment II"),
        # from a sentence's beginning on, it was meant
        ("Where does all of it go?", DETERGENT.strip(), DETERGENT.strip()),
    ],
)
def test_a_span_leaves_the_sentence_that_isnt_asked_about(question: str, span: str, words: str) -> None:
    assert shaped(question, DETERGENT, span)[1] == words


@pytest.mark.parametrize(
    ("question", "span", "words"),
    [
        ("Who is the manager?", "Helen Osei and her deputy is Priya Nair", "Helen Osei"),
        ("Who is the manager and who her deputy?", "Helen Osei and her deputy is Priya Nair", None),
        ("What about the manager?", "Helen Osei and her deputy is Priya Nair", None),
    ],
)
def test_one_fact_ends_before_the_next_statement(question: str, span: str, words: str | None) -> None:
    assert shaped(question, MANAGER, span)[1] == (words or span)


HOLIDAYS = "You still pay for bank holidays, but not for the closures in August."


def test_a_block_of_code_is_shown_without_its_marks() -> None:
    whole = BACKUP[BACKUP.index("```sh") : BACKUP.index("\n\nThat")]
    assert shaped("Which command makes a backup?", BACKUP, whole)[1] == "fjord dump > all.sql"
    assert shaped("Which command makes a backup?", BACKUP, "fjord dump")[1] == "fjord dump"


def test_the_row_that_is_named_with_its_head_is_no_answer() -> None:
    groups = "| Group | Leader |\n|---|---|\n| A | Ole Vik |\n| B | Kim Ek |\n"
    assert shaped("Who leads group A?", groups, "Ole Vik")[1] == "Ole Vik"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        ("can be reset by holding the button", "by holding the button"),
        ("It may also be switched off by pulling the plug", "by pulling the plug"),
        ("by holding the button", "by holding the button"),
        ("can be reset by the owner", "can be reset by the owner"),
        ("can't be reset by shaking it", "can't be reset by shaking it"),
    ],
)
def test_a_manner_is_given_without_what_it_is_the_manner_of(span: str, words: str) -> None:
    text = (
        "The router can be reset by holding the button for long. It may also be switched off by pulling the plug at night. "
        "It can be reset by the owner alone. It can't be reset by shaking it."
    )
    assert shaped("How do I reset it?", text, span)[1] == words


@pytest.mark.parametrize(
    ("question", "text", "span", "words"),
    [
        (
            "how do I add a berth",
            "Press **Add**, choose a quay (or draw one), type the length and press **Keep**. It is free at first.",
            "Press **Add**, choose a quay (or draw one)",
            "Press **Add**, choose a quay (or draw one), type the length and press **Keep**",
        ),
        (
            "how do I silence the horn",
            "- **Silence**: turn the brass key under the horn *twice* to the left. It stays so.",
            "turn the brass key under the horn",
            "turn the brass key under the horn *twice* to the left",
        ),
        (
            "how do I silence the horn",
            "Turn the brass key under the horn, which is kept in the office.",
            "Turn the brass key under the horn",
            "Turn the brass key under the horn",  # the rest only tells more of it
        ),
    ],
)
def test_an_instruction_is_given_to_its_end(question: str, text: str, span: str, words: str) -> None:
    assert shaped(question, text, span)[1] == words
