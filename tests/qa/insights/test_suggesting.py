"""Questions that are suggested: which, in which order, and for how long they are held."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contract.support import asked, opinion
from store_support import SIGNATURE, put

from index.errors import NotFoundError
from index.language.english import ENGLISH
from index.questions import ALL_QUESTIONS, AnsweredWording
from index.storage.base import Store
from index.storage.principals import SEES_ALL, of_collection, of_groups
from index.stores import create_store
from qa.insights.suggesting import FRESH_SECONDS, MAX_SUGGESTIONS, Suggester, compared, fits, popular

DUES = "When are the harbour dues paid?"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path}/quoth.sqlite3", SIGNATURE)
    put(store, "a", "some words")
    yield store
    store.close()


def questions(*wordings: tuple[str, int, int], least: int = 3) -> list[str]:
    return [one.question for one in popular([AnsweredWording(*one) for one in wordings], least, ENGLISH)]


def test_those_asked_often_enough_come_most_often_first() -> None:
    assert questions(("Who sails to Orm?", 3, 0), (DUES, 5, 0), ("Who sails to Halden?", 2, 0)) == [
        DUES,
        "Who sails to Orm?",
    ]
    assert questions((DUES, 5, 0), least=6) == []


def test_wordings_that_differ_in_case_accents_and_punctuation_are_one_in_the_commonest_words() -> None:
    wordings = ("Qui dirige\n l’été à Orm ?", 2, 0), ("qui dirige l'ete a orm", 1, 0)
    assert questions(*wordings) == ["Qui dirige l’été à Orm ?"]


def test_one_answer_judged_wrong_is_enough() -> None:
    assert questions((DUES, 9, 0), (DUES.lower(), 1, 1)) == []


@pytest.mark.parametrize("question", ["And when was that?", "?!", "Who is the harbour master of Orm? " * 5])
def test_what_says_nothing_alone_or_too_much_is_left_out(question: str) -> None:
    assert questions((question, 9, 0)) == []


@pytest.mark.parametrize(
    ("typed", "fitting"),
    [
        ("", True), ("dues", True), ("DUÉS", True), ("harb du", True), ("du harb", True), ("when are the", True),
        ("arbour", False), ("harbours", False), ("dues salt", False), ("?", True),
    ],
)  # fmt: skip
def test_each_word_typed_begins_a_word(typed: str, fitting: bool) -> None:
    assert fits(compared(DUES), compared(typed)) == fitting


def test_what_begins_as_typed_comes_first_and_what_is_typed_already_is_left_out(store: Store) -> None:
    often = [asked("a", text="Whose dues are due?")] * 4
    store.keep_questions([*often, *[asked("a", text=DUES)] * 3, *[asked("a", text="Dues: who pays harbour dues?")] * 3])
    suggester = Suggester(store, 3)
    found = suggester.suggest(SEES_ALL, "default", "dues")
    assert found.questions == ("Dues: who pays harbour dues?", "Whose dues are due?", DUES)
    assert suggester.suggest(SEES_ALL, "default", DUES.upper()).questions == ()


def test_twenty_at_most_are_suggested_and_more_are_told_of(store: Store) -> None:
    for number in range(MAX_SUGGESTIONS + 1):
        store.keep_questions([asked("a", text=f"Who sails ship {number}?")] * 3)
    found = Suggester(store, 3).suggest(SEES_ALL, "default", "who")
    assert (len(found.questions), found.complete) == (MAX_SUGGESTIONS, False)
    assert Suggester(store, 3).suggest(SEES_ALL, "default", "ship 20").complete


def test_they_are_held_for_half_a_minute_at_one_version(store: Store) -> None:
    now = 0.0
    suggester = Suggester(store, 3, lambda: now)
    assert suggester.suggest(SEES_ALL, "default", "").questions == ()
    store.keep_questions([asked("a", text=DUES)] * 3)
    assert suggester.suggest(SEES_ALL, "default", "").questions == ()
    now = FRESH_SECONDS
    assert suggester.suggest(SEES_ALL, "default", "").questions == (DUES,)
    store.forget_questions(ALL_QUESTIONS)
    assert suggester.suggest(SEES_ALL, "default", "").questions == (DUES,)
    put(store, "b", "other words")  # another version
    assert suggester.suggest(SEES_ALL, "default", "").questions == ()


def test_each_principal_is_suggested_what_was_answered_from_what_they_see(store: Store) -> None:
    put(store, "pay", "secret words", readers=("board",))
    store.keep_questions([asked("pay", text="How much does the harbour master earn?")] * 3)
    store.keep_questions([asked("a", text=DUES)] * 3)
    suggester = Suggester(store, 3)
    for _ in range(2):  # found, and held
        assert len(suggester.suggest(of_groups(["board"]), "default", "").questions) == 2
        assert suggester.suggest(of_groups(["crew"]), "default", "").questions == (DUES,)
    with pytest.raises(NotFoundError, match="There is no collection 'pay'"):
        suggester.suggest(SEES_ALL, "pay", "")
    assert suggester.suggest(of_collection("other"), "default", "").questions == ()


def test_a_document_given_readers_takes_its_questions_with_it_at_once(store: Store) -> None:
    put(store, "open", "for everybody")
    store.keep_questions([asked("a", text=DUES)] * 3)
    suggester = Suggester(store, 3)
    assert suggester.suggest(of_groups(["crew"]), "default", "harbour").questions == (DUES,)
    put(store, "a", "some words", readers=("board",))
    assert suggester.suggest(of_groups(["crew"]), "default", "harbour").questions == ()


def test_an_answer_judged_wrong_is_suggested_no_more(store: Store) -> None:
    store.keep_questions([asked("a", text=DUES)] * 3)
    store.keep_feedback(opinion("a", "wrong"))
    assert Suggester(store, 3).suggest(SEES_ALL, "default", "").questions == ()
