"""Which questions lean on what was said before, and what is searched for then."""

import json

import pytest
from support import ROOT

from index.storage.principals import SEES_ALL
from qa.answering.follow_up import MAX_SEARCHED_CHARS, in_doubt, is_follow_up, rewrite, with_question_before
from qa.answering.questions import Turn
from qa.assembly import Engine, filter_of


@pytest.mark.parametrize(
    "question",
    [
        "And when was that?",
        "and TdA?",
        "What about the other gang?",
        "Why?",
        "why is that",
        "How much of it?",
        "When did he die?",
        "How big is the bounty for him?",
        "Who edited it?",
        "Which company built it?",
        "How big is its mirror?",
        "Who reported that?",
        "How long did that war last?",
        "Where were these coins found?",
        "How many people live there?",
        "How long do they take?",
        "since when?",
        "Who pays?",
        "what time?",
        "at what temperature?",
        "For how many people?",
        "on Sundays?",
        "for children under ten",
        "Without a ticket?",
    ],
)
def test_questions_that_lean(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "Who signed the directive?",
        "How many cells are there?",
        "What is the name of the river that flows through Brackwell?",
        "What are those with higher incomes often unable to manage?",
        "When did Maduro say that he would resign?",
        "Why do bees leave their hive?",
        "Who is the oldest of those fleeing the town?",
        "What is it called when a colony of bees leaves the hive?",
        "display says F31, what usually causes that?",
        "at what wind speed do they stop the cable car",
        "What and where is the Sun Tower?",
    ],
)
def test_questions_that_stand_by_themselves(question: str) -> None:
    assert not is_follow_up(question)


def test_no_question_on_the_seeds_leans() -> None:
    data = json.loads((ROOT / "tests" / "data" / "seed-questions.json").read_text())["data"]
    asked = [qa["question"] for document in data for paragraph in document["paragraphs"] for qa in paragraph["qas"]]
    assert len(asked) == 88
    assert [question for question in asked if is_follow_up(question)] == []


def test_conversations_written_by_somebody_who_did_not_know_the_rules() -> None:
    conversations = json.loads((ROOT / "tests" / "data" / "follow-ups.json").read_text())["conversations"]
    blind = [conversation for conversation in conversations if conversation["set"] == "blind"]
    taken = [(conversation["leans"], is_follow_up(conversation["question"])) for conversation in blind]
    assert taken.count((False, False)) == 32  # and none of the self-contained ones is taken to lean
    assert taken.count((False, True)) == 0
    assert taken.count((True, True)) == 36
    assert taken.count((True, False)) == 12  # "What is the toll?": nothing in its words tells
    doubtful = [(conversation["leans"], in_doubt(conversation["question"])) for conversation in blind]
    assert doubtful.count((True, True)) == 8
    assert doubtful.count((False, True)) == 0


def test_what_is_searched_goes_back_to_a_question_that_stands_by_itself() -> None:
    turns = [Turn("Where is Orm?"), Turn("Who founded the observatory?", "Josepha Lindqvall"), Turn("When was that?")]
    assert rewrite("And how much did she give?", turns) == (
        "Who founded the observatory? When was that? And how much did she give?"
    )
    assert rewrite("And how much did she give?", turns[:2]) == "Who founded the observatory? And how much did she give?"
    assert rewrite("Who signed the directive?", turns) is None
    assert rewrite("And when was that?", []) is None


@pytest.mark.parametrize(
    ("question", "is_in_doubt"),
    [
        ("What's the downside?", True),
        ("Where do I declare it?", True),
        ("who looks at it next", True),
        ("What could GSA do with the old ones?", True),
        ("any condition?", True),
        ("What is the toll?", True),
        ("And when was that?", False),  # a follow-up
        ("At what temperature is yeast killed?", False),
        ("Who signed the directive of 2024?", False),
        ("Who leads NASA?", False),
        ("What does error 17 mean?", False),
        ("Which river flows through the old town of Brackwell?", False),
        ("", False),
    ],
)
def test_a_question_of_few_words_may_be_a_follow_up_or_not(question: str, is_in_doubt: bool) -> None:
    assert in_doubt(question) == is_in_doubt


def test_a_question_that_may_be_a_follow_up_is_searched_for_both_ways(engine: Engine) -> None:
    history = [Turn("Who founded the Mount Corran observatory?", "Josepha Lindqvall")]
    question = "What did the building cost?"
    assert in_doubt(question)
    after, alone, both = (
        engine.ask(SEES_ALL, question, filter_of(), history=history),
        engine.ask(SEES_ALL, question, filter_of()),
        engine.search(SEES_ALL, f"{history[0].question} {question}", filter_of()),
    )
    assert after.asked_as is None
    places = [[(each.document_id, each.start) for each in found.passages] for found in (after, alone, both)]
    assert len(places[0]) == len(set(places[0])) == len(places[1])
    assert set(places[0]) <= {*places[1], *places[2]}
    assert set(places[1][:3]) | set(places[2][:3]) <= set(places[0])
    assert [each.score for each in after.passages] == sorted((each.score for each in after.passages), reverse=True)


def test_a_question_before_that_is_too_long_is_left_out() -> None:
    assert with_question_before("What's the toll?", [Turn("Is it open?")]) == "Is it open? What's the toll?"
    assert with_question_before("What's the toll?", [Turn("x" * MAX_SEARCHED_CHARS)]) is None


def test_what_is_searched_stays_short() -> None:
    long = Turn("Why " + "x" * (MAX_SEARCHED_CHARS - 4))
    assert rewrite("And then?", [long]) is None
    assert rewrite("And then?", [long, Turn("When was that?")]) == "When was that? And then?"
    most = Turn("y" * (MAX_SEARCHED_CHARS - len("And then?") - 1))
    assert len(rewrite("And then?", [most]) or "") == MAX_SEARCHED_CHARS


def test_a_question_that_leans_is_found_with_the_one_before_and_read_as_it_is(engine: Engine) -> None:
    history = [Turn("Who founded the Mount Corran observatory?", "Josepha Lindqvall")]
    question = "How much did she give for it?"
    answer = engine.ask(SEES_ALL, question, filter_of(), history=history)
    assert answer.asked_as == f"{history[0].question} {question}"
    assert answer.answers[0].text == "340,000 crowns"
    alone = engine.ask(SEES_ALL, question, filter_of())
    assert alone.asked_as is None
    assert alone.id != answer.id
    assert "Lindqvall" not in (alone.asked_as or "")


def test_a_question_that_stands_by_itself_gets_the_same_answer_whatever_was_asked_before(engine: Engine) -> None:
    question = "At what temperature is yeast killed?"
    before = [Turn("Who founded the Mount Corran observatory?", "Josepha Lindqvall"), Turn("And when?", None)]
    after, alone = (
        engine.ask(SEES_ALL, question, filter_of(), history=before),
        engine.ask(SEES_ALL, question, filter_of()),
    )
    assert (after.id, after.asked_as, after.answers, after.passages) == (alone.id, None, alone.answers, alone.passages)
