"""What kind of answer a question asks for, by its words alone: its first question word, and no verb taken for a plural."""

import pytest

from qa.answering.forms.question_kind import Kind, kind_of


@pytest.mark.parametrize(
    "question",
    [
        "Which groups use the hall?",
        "what documents do I send in",
        "What sort of duties come with the badge?",
        "Name the two tests.",
        "could you list the fees?",
        "reasons for being late",
        "three kinds of permit",
        "Who are the present members?",
        "what goes in the first-aid kit",
        "what other federal agencies take part",
        "who was present at the meeting",
        "Who attended?",
        "who sent their apologies",
        "what does the warranty not cover",
        "packing list for heatree",
        "shopping list for the lentil soup",
        "the kit list for camp please",
        "full checklist for closing the hut",
        "what's on the shopping list for the soup",
        "what is the packing list for camp?",
        "what's in the box",
        "whats in the first aid kit?",
        "What is inside the case?",
        "what's included in the price",
        "what do I have to do daily while Ros is on holiday",
        "what must the warden do every evening?",
        "What do I do on Saturdays?",
        "what needs doing each day?",
        "who offered to do the lift and for how much - list all the quotes",
    ],
)
def test_a_plural_is_asked_for_as_a_list(question: str) -> None:
    assert kind_of(question) is Kind.LIST


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which group reviews the small boats?", Kind.FACT),  # a verb in -s
        ("Which tab of the sheet holds the options?", Kind.FACT),
        ("Which form number covers that?", Kind.FACT),
        ("what copies the keys into the safe", Kind.FACT),
        ("what happens to mail that nobody claims", Kind.CONDITION),
        ("What do selects look like by default?", Kind.FACT),  # an auxiliary in between
        ("newer name for the old initiative", Kind.FACT),  # no order to name something
        ("Who will draw up a first list of what belongs to us?", Kind.FACT),
        ("Who sits down weekly to see which agreements are waiting?", Kind.FACT),  # the first question word counts
        ("share of visits to the site that come from phones", Kind.FACT),
        ("where can I read the reasons?", Kind.FACT),
        ("Who was chair at the meeting?", Kind.FACT),
        ("who came along to explain it", Kind.FACT),
        ("where is the packing list for camp", Kind.FACT),
        ("who writes the shopping list", Kind.FACT),
        ("what does the packing list say about phones?", Kind.FACT),
        ("waiting list for a plot", Kind.FACT),
        ("price list for the hall", Kind.FACT),
        ("what's in it for the members", Kind.FACT),
        ("what is in charge of the pump", Kind.FACT),
        ("is there a packing list?", Kind.YES_NO),
        ("is towel hire included?", Kind.YES_NO),
        ("what do I have to do if the alarm goes off", Kind.FACT),
    ],
)
def test_a_fact_with_a_plural_in_its_words_is_no_list(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    "question",
    ["Can I come by bus or by car?", "Is one sent to me, or must I choose?", "is smoking allowed", "May I, or not?"],
)
def test_yes_or_no_may_be_asked_with_an_or(question: str) -> None:
    assert kind_of(question) is Kind.YES_NO


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Is the light on or off by default?", Kind.FACT),
        ("are these rules for staff or everyone", Kind.FACT),
        ("Could you tell me who takes suggestions, please?", Kind.FACT),
        ("In Bergen. Whose name do I give?", Kind.FACT),
        ("Whom do I ask to have it erased?", Kind.FACT),
        ("I can't log in to the thing, who do I call", Kind.FACT),
        ("one talks on and others have their hands up, what should I do", Kind.CONDITION),
        ("need a form for sick leave", Kind.FACT),
    ],
)
def test_what_has_another_question_word_or_two_alternatives_is_no_yes_or_no(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("If it rains, will lunch be served inside?", Kind.YES_NO),  # a verb before any noun, behind a comma
        ("files came in yesterday; are visitors' copies looked at again", Kind.YES_NO),
        ("The lawyers agreed. Good?", Kind.YES_NO),
        ("I posted it on Monday. too late?", Kind.YES_NO),
        ("so it only helps the clerks?", Kind.YES_NO),
        ("the shed's locked, surely the key may stay in there?", Kind.YES_NO),
        ("meaning?", Kind.FACT),
        ("a simpler idea?", Kind.FACT),
        ("what's too late?", Kind.FACT),
    ],
)
def test_yes_or_no_may_be_asked_behind_something_or_in_a_word(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


@pytest.mark.parametrize(
    "question",
    [
        "The bag was stolen from my locked car. Covered?",
        "my drill is three years old, still under warranty? still covered?",
        "two days late, ok to hand it in?",
        "i want to move the desk, ok without asking",
        "any harm in that?",
        "any duty on cork mats?",
        "unused ticket from last week, any chance of a refund",
        "Anything left of it, and safe to eat?",
        "no need to book then, right?",
        "when i press the dough some bubbles burst, is that bad",
        "when the pump workers struck, was somebody still there",
        "can i sit in as an outsider, when they talk of money",
        "fight over where our plot ends, can I take it to court",
        "the book turned up - will kessel refund what it cost?",
        "the fund refused me, will it give me back what i paid",
    ],
)
def test_yes_or_no_may_be_asked_briefly_or_behind_a_case(question: str) -> None:
    assert kind_of(question) is Kind.YES_NO


@pytest.mark.parametrize(
    "question",
    [
        "I've lost my card. Phone number?",
        "I have the 2 kW model. Speed?",
        "fine if I pay straight away for travelling without a ticket",  # what is the fine
        "any tip?",
        "when can I sail, and is a lifejacket needed",
        "how many may I bring, is there a limit",
        "what happens if I fall ill, will I get it back",
        "Who makes the table, is it Ann?",
    ],
)
def test_what_asks_for_something_else_is_no_yes_or_no(question: str) -> None:
    assert kind_of(question) is not Kind.YES_NO
