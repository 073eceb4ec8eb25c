"""One text in two collections, in English and in a toy language: each is cut, searched and answered by its own rules."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from in_process import InProcess
from toy_language import TOY, add_toy_language

from index.documents import Document
from index.errors import MismatchError, NotFoundError, SettingsError
from index.storage.base import Filter
from index.storage.principals import SEES_ALL
from qa.answering.questions import Turn
from qa.assembly import Engine, rebuild
from qa.reading.reader import TransformersReader
from qa.settings import Settings, load_settings

TEXT = "The ferries sail at noon; Their captain is Jorun Vask. He drinks coffee; The mate, Piet Amsel, has tea instead."
ENGLISH_COLLECTION, TOYS = Filter("default"), Filter("toys")
CAPTAIN = "Who is the captain?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        add_toy_language(monkeypatch)
        data = tmp_path_factory.mktemp("languages")
        yield load_settings(data=data, chunk_tokens=16, chunk_overlap=0, collection_languages="toys=toy")


@pytest.fixture(scope="module")
def engine(settings: Settings, reader: TransformersReader) -> Iterator[Engine]:
    engine = Engine(settings, writing=True, reader=reader)
    for collection in ("default", "toys"):
        engine.indexer.add(Document("boats", "Boats", TEXT), collection)
    yield engine
    engine.close()


def test_documents_are_cut_where_sentences_end_in_it(engine: Engine) -> None:
    with engine.store.view(SEES_ALL) as view:
        cut = {name: [chunk.text for chunk in view.chunks_of("boats", name)] for name in ("default", "toys")}
    assert cut["default"] == [
        "The ferries sail at noon; Their captain is Jorun Vask.",
        "He drinks coffee; The mate, Piet Amsel, has tea instead.",
    ]
    assert cut["toys"] == [
        "The ferries sail at noon;",
        "Their captain is Jorun Vask. He drinks coffee;",
        "The mate, Piet Amsel, has tea instead.",
    ]


def test_questions_are_searched_for_by_its_words(engine: Engine) -> None:
    def by_words(where: Filter, question: str) -> list[bool]:
        passages, _, _ = engine.consider(SEES_ALL, question, where)
        return [passage.signal("bm25") > 0 for passage in sorted(passages, key=lambda passage: passage.start)]

    assert by_words(ENGLISH_COLLECTION, "drinking, when?") == [False, True]  # "when" is a stop word
    assert by_words(TOYS, "drinking, when?") == [False, False, False]
    assert by_words(ENGLISH_COLLECTION, "ferries?") == [True, False]
    assert by_words(TOYS, "ferries?") == [False, False, False]  # a stop word there


def test_answers_are_in_its_sentences_and_have_confidence_where_it_was_fitted(engine: Engine) -> None:
    english, toy = (engine.ask(SEES_ALL, CAPTAIN, where) for where in (ENGLISH_COLLECTION, TOYS))
    assert [english.answers[0].text, toy.answers[0].text] == ["Jorun Vask", "Jorun Vask"]
    assert english.answers[0].citations[0].sentence == "The ferries sail at noon; Their captain is Jorun Vask."
    assert toy.answers[0].citations[0].sentence == "Their captain is Jorun Vask. He drinks coffee;"
    # The shipped calibration is of other chunks than 16 tokens, in either
    assert [english.answers[0].confidence, toy.answers[0].confidence] == [None, None]
    assert [engine.fitted_with(name).chunking for name in ("default", "toys")] == [
        "16 tokens, overlap 0, context section, language en",
        "16 tokens, overlap 0, context section, language toy",
    ]


def test_what_is_asked_is_understood_by_its_rules(engine: Engine) -> None:
    mistyped = "Who is the captian?"
    assert engine.ask(SEES_ALL, mistyped, ENGLISH_COLLECTION).asked_as == CAPTAIN
    assert engine.ask(SEES_ALL, mistyped, TOYS).asked_as is None  # it has no dictionary
    history = [Turn(CAPTAIN)]
    assert engine.ask(SEES_ALL, "And when?", ENGLISH_COLLECTION, history=history).asked_as == f"{CAPTAIN} And when?"
    assert engine.ask(SEES_ALL, "And when?", TOYS, history=history).asked_as is None
    assert engine.ask(SEES_ALL, "Plus when?", TOYS, history=history).asked_as == f"{CAPTAIN} Plus when?"


def test_messages_are_in_it(engine: Engine) -> None:
    assert engine.ask(SEES_ALL, "Hello!", ENGLISH_COLLECTION).reason == "greeting"
    assert engine.ask(SEES_ALL, "Hello!", TOYS).reason != "greeting"
    question = "In which country was origami first folded?"
    english, toy = (engine.ask(SEES_ALL, question, where) for where in (ENGLISH_COLLECTION, TOYS))
    assert english.message == "I found nothing on this in the documents; what comes nearest is shown."
    assert toy.message == "Nil read."
    assert engine.language_in("toys") is TOY
    assert engine.language_in("toys").messages.page == "leaf {number}"


def test_what_a_collection_was_made_with_is_asked_for_by_name(
    engine: Engine, settings: Settings, tmp_path: Path
) -> None:
    with engine.store.view(SEES_ALL):
        shutil.copytree(settings.data, tmp_path, dirs_exist_ok=True)
    one = settings.model_copy(update={"collection_languages": {}, "data": tmp_path})
    with pytest.raises(MismatchError, match=r"language 'toy' for the collection 'toys' \(here 'en'\).*`quoth rebuild`"):
        Engine(one, writing=False)
    assert rebuild(one) == 2
    again = Engine(one, writing=False)
    with again.store.view(SEES_ALL) as view:
        assert len(view.chunks_of("boats", "toys")) == 2  # as in English
    again.close()


def test_an_unknown_collection_is_refused_with_the_known_ones(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = settings.model_copy(update={"collection_languages": {"toys": "toy", "tosy": "toy"}})
    with pytest.raises(
        SettingsError,
        match=r"^QUOTH_COLLECTION_LANGUAGES names the language of 'tosy', but there is no such collection: known are "
        r"default, toys\.$",
    ):
        rebuild(elsewhere)
    open_elsewhere = Engine(elsewhere, writing=False)  # it may be made later, but is warned of where the service starts
    open_elsewhere.load()
    open_elsewhere.load()
    open_elsewhere.close()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        "QUOTH_COLLECTION_LANGUAGES names the language of 'tosy', but there is no such collection yet: known are "
        "default, toys."
    ]
    with pytest.raises(NotFoundError, match=r"There is no collection 'tosy': known are default, toys\."):
        engine.ask(SEES_ALL, CAPTAIN, Filter("tosy"))


def test_over_http_each_is_answered_in_its_language_too(
    engine: Engine, settings: Settings, reader: TransformersReader, tmp_path: Path
) -> None:
    with engine.store.view(SEES_ALL):
        shutil.copytree(settings.data, tmp_path, dirs_exist_ok=True)
    here = InProcess(tmp_path, reader, chunk_tokens=16, chunk_overlap=0, collection_languages="toys=toy")
    said, sentences = {}, {}
    for collection in ("default", "toys"):
        body = {
            "model": f"quoth/{collection}",
            "messages": [{"role": "user", "content": "Who baked the first sourdough?"}],
        }
        chosen = here.client.post("/v1/chat/completions", json=body).json()["choices"][0]
        said[collection] = chosen["message"]["content"].partition(".")[0]
        place = {"collection": collection, "start": TEXT.index("Jorun"), "end": TEXT.index("Jorun") + 10}
        sentences[collection] = here.client.get("/v1/documents/boats", params=place).json()["citation"]["sentence"]
    here.close()
    assert said == {"default": "Sorry, none of the passages that I read answers this", "toys": "Nil read"}
    assert sentences["default"] == "The ferries sail at noon; Their captain is Jorun Vask."
    assert sentences["toys"] == "Their captain is Jorun Vask. He drinks coffee;"
