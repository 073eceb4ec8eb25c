"""Mistyped words: which they are, and what was meant."""

from dataclasses import replace

import pytest

from index.documents import Document
from index.embedding import SentenceTransformerEmbedder
from index.language.english import ENGLISH
from index.retrieval.retriever import Retriever
from index.retrieval.spelling import correct, corrections, suspects, unknown
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.questions import Turn
from qa.assembly import Engine

TEXTS = ["The screen shows Søren's timesheet.", "A certificate lasts two years; certificates are blue."]


def corrected(question: str, *texts: str, written: tuple[str, ...] = ()) -> str:
    words = suspects(question, ENGLISH)
    return correct(
        question, corrections(unknown(words, ENGLISH, lambda word: word in written), texts or TEXTS, ENGLISH)
    )


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("when does a certifcate expire?", "when does a certificate expire?"),  # a letter missing
        ("how big is the screeen", "how big is the screen"),  # one too many
        ("how long does a cartificate last.", "how long does a certificate last."),  # a wrong one
        ("Certificaet size?", "Certificate size?"),  # two exchanged; the capital stays
        ("ecrtificate size", "certificate size"),  # also the first two
        ("who has to recieve it", "who has to receive it"),  # by the dictionary alone; "relieve" is rarer
        ("certifcate or “certifcate” or certifcate", "certificate or “certifcate” or certificate"),
    ],
)
def test_one_letter_wrong(asked: str, meant: str) -> None:
    assert corrected(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "when does a certificate expire?",
        "Does sick leave need a Certifcate?",  # written with a capital: a name
        "what is a certifcate-id, o'certifcate or www.certifcate.org?",  # part of something else
        'who said “certifcate” or "certifcate"?',  # quoted
        "which CERTIFCATE is E417x",
        "does gmail take it and where is my ebike",  # made of "mail" and "bike"
        "is there wifi",  # too short: "wife"
        "does the green suffice",  # in the dictionary, though "screen" is near
        "the preen",  # its first letter would be wrong
        "soren's soren timesheet",  # as "Søren" is typed
        "modernise the labelling of tumours and their anaemic behaviour in the theatre",  # the dictionary is American
        "the certxxicate",  # two letters wrong
    ],
)
def test_what_may_be_meant_as_it_stands(asked: str) -> None:
    assert corrected(asked) == asked


def test_the_documents_words_come_before_the_dictionarys() -> None:
    """“fligt” is one edit from “flight” of the dictionary, and from “fligr”, which only the documents have."""
    assert corrected("which fligt", "It left.") == "which flight"
    assert corrected("which fligt", "The fligr is a bird.") == "which fligr"


def test_the_commoner_of_the_documents_words() -> None:
    assert corrected("the bordir", "border bordar bordar") == "the bordar"


def test_a_word_that_some_document_has_is_right() -> None:
    assert corrected("the certifcate", written=("certifcate",)) == "the certifcate"


def test_nothing_is_corrected_in_a_language_without_a_dictionary() -> None:
    language = replace(ENGLISH, dictionary=None)
    assert suspects("the certifcate", language) == []


def test_each_collection_corrects_by_its_own_words(fresh: Engine, embedder: SentenceTransformerEmbedder) -> None:
    """No dictionary has the word, and each collection another that is one letter away; none, where it is written so."""
    for collection, word in (("a", "grumblefex"), ("b", "grumblefax"), ("c", "grumblefix")):
        list(fresh.indexer.add_all([Document("d", "D", f"The {word} is closed.")], collection))
    retriever = Retriever(embedder)
    with fresh.store.view(SEES_ALL) as view:
        found = {name: retriever.corrections(view, "is the grumblefix closed", Filter(name)) for name in "abc"}
    assert found == {"a": {"grumblefix": "grumblefex"}, "b": {"grumblefix": "grumblefax"}, "c": {}}


def test_a_mistyped_question_finds_and_reads_what_the_right_one_does(engine: Engine) -> None:
    right = engine.ask(SEES_ALL, "Who became safety officer after Piet Amsel?", Filter("default"))
    answer = engine.ask(SEES_ALL, "Who became saftey officer after Piet Amsel?", Filter("default"))
    assert right.asked_as is None
    assert answer.asked_as == "Who became safety officer after Piet Amsel?"
    assert (answer.answers, answer.passages) == (right.answers, right.passages)
    found = [engine.search(SEES_ALL, f"{word} officer", Filter("default")) for word in ("saftey", "safety")]
    assert found[0] == found[1]


def test_a_follow_up_is_corrected_with_what_it_leans_on(engine: Engine) -> None:
    history = [Turn("Who is the saftey officer?")]
    answer = engine.ask(SEES_ALL, "and since when?", Filter("default"), history=history)
    assert answer.asked_as == "Who is the safety officer? and since when?"
