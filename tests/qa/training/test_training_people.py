"""Training on questions in people's own words: from files to a reader and an embedder that load, a step or two of each."""

import gzip
import hashlib
import json
import random
from collections import Counter
from pathlib import Path
from shutil import copy

import pytest

from index import model_files
from index.documents import Document, Heading
from index.embedding import SentenceTransformerEmbedder
from index.loading import load as load_document
from index.storage.principals import SEES_ALL
from qa.assembly import Engine
from qa.reading.reader import COMPARER_FILE, DECIDER_FILE, SHIPPED_READER, TransformersReader
from qa.settings import load_settings
from qa.training.examples import Window
from qa.training.loop import BASE_ENCODER, Schedule, load
from qa.training.loss import encode
from qa.training.people import corpus, recipe
from qa.training.people.noise import noisy
from qa.training.people.recipe import run

pytestmark = pytest.mark.slow

BUILDERS = ("Ann Tarrow", "Piet Amsel", "Jon Orm", "Lena Vask")


def page(number: int) -> dict:
    """A Markdown page with front matter, and questions that share few words with it."""
    text = (
        f"---\ntitle: Mill {number}\n---\n\n# Building\n\nThe works were put up in 1734 by {BUILDERS[number % 4]}.\n\n"
        f"# Visits\n\nDogs may not come in. The doors open at {8 + number % 4} in the morning.\n"
    )

    def answer(words: str) -> list[dict]:
        return [{"text": words, "answer_start": text.index(words)}]

    return {
        "title": f"town/mill-{number}.md",
        "paragraphs": [
            {
                "context": text,
                "qas": [
                    {"id": f"w{number}", "question": "who made it?", "answers": answer(BUILDERS[number % 4])},
                    {
                        "id": f"d{number}",
                        "question": "may I bring my poodle",
                        "answers": answer("Dogs may not come in"),
                        "type": "yesno",
                        "yesno": "no",
                    },
                    {"id": f"p{number}", "question": "what is the ticket?", "answers": [], "is_impossible": True},
                    {
                        "id": f"f{number}",
                        "question": "and when?",
                        "answers": answer("1734"),
                        "history": [{"question": "who made it?", "answer": "Ann"}],
                    },
                ],
            }
        ],
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "yesno").mkdir(parents=True)
    (folder / "spans").mkdir()
    files = {
        corpus.USER_QUESTIONS: [page(number) for number in range(20)],
        "spans/others.json.gz": [page(99)],
        "squad-36.json.gz": [page(number) for number in range(100, 110)],
    }
    for name, articles in files.items():
        (folder / name).write_bytes(gzip.compress(json.dumps({"data": articles}).encode()))
    row = {"question": "is it so", "title": "It", "passage": "It is so.", "answer": "yes"}
    (folder / recipe.BOOLQ).write_bytes(gzip.compress((json.dumps(row) + "\n").encode() * 3))
    return folder


@pytest.fixture(autouse=True)
def _short(tmp_path: Path, monkeypatch) -> None:
    invented = [page(200) | {"part": "training"}, page(201) | {"part": "calibration"}]
    (tmp_path / "invented.json.gz").write_bytes(gzip.compress(json.dumps({"data": invented}).encode()))
    monkeypatch.setattr(corpus, "INVENTED_QUESTIONS", tmp_path / "invented.json.gz")
    passages = [page(202) | {"part": "test"}]
    (tmp_path / "passages.json.gz").write_bytes(gzip.compress(json.dumps({"data": passages}).encode()))
    monkeypatch.setattr(corpus, "INVENTED_PASSAGES", tmp_path / "passages.json.gz")
    monkeypatch.setattr(corpus, "OTHERS", (corpus.Source("spans/others.json.gz", 1.0),))
    monkeypatch.setattr(recipe, "EMBEDDER", Schedule(steps=1, groups=4))
    monkeypatch.setattr(recipe, "READER", Schedule(steps=1, groups=4))
    monkeypatch.setattr(recipe, "COMPARER", Schedule(steps=1, groups=4))
    monkeypatch.setattr(recipe, "DECIDER", Schedule(steps=1, groups=4))
    monkeypatch.setattr(recipe, "COMPARED_EVERY", 1)


def test_documents_are_kept_out_by_the_hash_of_their_titles(data: Path) -> None:
    titles = sorted((f"town/mill-{i}.md" for i in range(20)), key=lambda t: hashlib.sha256(t.encode()).hexdigest())
    training, validation, calibration = corpus.split(corpus.read(data / corpus.USER_QUESTIONS))
    assert [article["title"] for article in validation] == titles[:4]  # a fifth of 20
    assert [article["title"] for article in calibration] == titles[4:6]  # a tenth
    assert [article["title"] for article in training] == titles[6:]


def test_more_questions_are_all_to_learn_from(data: Path) -> None:
    (data / corpus.MORE_QUESTIONS).write_bytes(gzip.compress(json.dumps({"data": [page(50), page(51)]}).encode()))
    training, validation, calibration = corpus.user_articles(data)
    assert [article["title"] for article in training[-3:]] == ["town/mill-50.md", "town/mill-51.md", "town/mill-200.md"]
    assert (len(training), len(validation), len(calibration)) == (14 + 2 + 1, 4, 2 + 1)
    assert calibration[-1]["title"] == "town/mill-201.md"
    assert len(corpus.load_corpus(data).texts) == 18  # and the other source's


def test_the_invented_documents_that_come_with_quoth_hold_the_answers_to_their_questions(monkeypatch) -> None:
    monkeypatch.undo()
    articles = corpus.read(corpus.INVENTED_QUESTIONS) + corpus.read(corpus.INVENTED_PASSAGES)
    assert Counter(article["part"] for article in articles) == {"training": 603 + 1946, "calibration": 10, "test": 172}
    asked = 0
    for article in articles:
        (paragraph,) = article["paragraphs"]
        for question in paragraph["qas"]:
            asked += 1
            places = [(gold["answer_start"], gold["text"]) for gold in question["answers"]]
            assert bool(places) != question["is_impossible"], question["id"]
            for start, words in [*places, *question.get("spans", [])]:
                assert paragraph["context"][start : start + len(words)] == words, question["id"]
    assert asked == 25280 + 19358


def test_a_corpus_has_pieces_under_their_title_and_heading(data: Path) -> None:
    loaded = corpus.load_corpus(data)
    assert len(loaded.texts) == 16  # 14 for training, an invented one and the other source's
    text = loaded.texts[0]
    visits = next(i for i in range(len(text.pieces)) if "doors open" in text.words(i))
    assert text.pieces[visits].prefix.startswith("Mill ")
    mine = [asked for asked in loaded.asked if asked.text == 0]
    assert [asked.searched for asked in mine][3] == "who made it? and when?"
    assert loaded.holding(mine[0], mine[0].answers[0]) == [0]
    assert loaded.answers(mine[0], 0, 0)


def test_documents_are_cut_as_the_index_cuts_them(tmp_path: Path) -> None:
    told = "It was built by the river and it ground corn for the town. " * 4
    text = "".join(f"Mill {number}\n{told}\n" for number in range(6))
    # Headings that only the parser knows, as in an HTML page's text: without them the cuts are elsewhere
    headings = tuple(Heading(text.index(f"Mill {number}\n"), 1, f"Mill {number}") for number in range(6))
    document = Document("mills.html", "Mills", text, headings=headings)
    engine = Engine(load_settings(data=tmp_path / "index"), writing=True)
    engine.indexer.add(document, "default")
    with engine.store.view(SEES_ALL) as view:
        indexed = [(chunk.start, chunk.end) for chunk in view.chunks_of("mills.html", "default")]
    engine.close()
    assert [(piece.start, piece.end) for piece in corpus._cutter()(document, corpus.USER).pieces] == indexed


def test_what_a_text_stands_under_is_read_and_holds_no_answer() -> None:
    _, tokenizer = load(SHIPPED_READER)
    window = Window("who?", "Built by Ann.", (9, 12), "The mill. ")
    (encoded,) = encode(tokenizer, [window])
    words = tokenizer.convert_ids_to_tokens(encoded.ids)
    # [CLS] who ? [SEP] the mill . built by ann . [SEP]
    assert words[encoded.start] == words[encoded.end] == "ann"
    assert [word for word, readable in zip(words, encoded.readable, strict=True) if readable] == [
        "[CLS]", "built", "by", "ann", ".",
    ]  # fmt: skip


def test_from_files_to_models_that_load_and_again_without_change(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    start = model_files.locate(BASE_ENCODER)
    made = run(data, out, SHIPPED_READER, start)
    assert run(data, out, SHIPPED_READER, start) == made  # nothing is done again
    lists_file = out / "training" / "shortlists.jsonl"
    found = lists_file.read_text()
    lists_file.write_text(found[: len(found) // 2])  # stopped in the middle of a line
    assert run(data, out, SHIPPED_READER, start) == made
    assert lists_file.read_text() == found
    reader = TransformersReader(str(out / "reader"))
    (reading,) = reader.read("may dogs come in?", ["Dogs may not come in."], ["Mill 1\nVisits"])
    assert reading.spans[0].end <= len("Dogs may not come in.")
    assert reader.compare("may dogs come in?", "Dogs may not come in.", [(0, 4)]) is None  # its file isn't there yet
    copy(out / "comparer" / COMPARER_FILE, out / "reader")
    copy(out / "decider" / DECIDER_FILE, out / "reader")
    comparison = TransformersReader(str(out / "reader")).compare("may dogs?", "Dogs may not come in.", [(0, 4)])
    assert comparison is not None
    assert len(comparison.scores) == 1
    yes = TransformersReader(str(out / "reader")).decide("may dogs?", "Dogs may not come in.")
    assert yes is not None
    assert 0 < yes < 1
    lists = {file.stem: file.read_text().splitlines() for file in (out / "training").glob("*.jsonl")}
    # 14 documents for training and an invented one, four questions each; four of another source
    assert {name: len(lines) for name, lines in lists.items()} == {
        "questions": 60, "shortlists": 60, "shortlists-own": 60, "shortlists-others": 4,
    }  # fmt: skip
    first = json.loads(lists["shortlists-own"][0])
    assert {passage["document_id"] for passage, _, _ in first["spans"]} == {
        json.loads(lists["questions"][0])["document"]
    }
    vector = SentenceTransformerEmbedder(str(out / "embedder")).embed_query("who made it?")
    assert vector.shape == (384,)
    kept = [json.loads(line) for line in (out / "validation" / "questions.jsonl").read_text().splitlines()]
    assert len(kept) == 4 * 4  # a fifth of 20 documents, four questions each
    assert all(load_document(Path("/") / one["document"]).text for one in kept)
    assert next(one for one in kept if one.get("yesno"))["answers"] == ["Dogs may not come in"]
    articles = json.loads((out / "calibration" / "paragraphs.json").read_text())["data"]
    asked = [question["id"] for article in articles for part in article["paragraphs"] for question in part["qas"]]
    assert len(articles) == 10
    assert len(asked) == 2  # three articles with four questions each, the first and the ninth
    absent = [json.loads(line) for line in (out / "calibration" / "absent.jsonl").read_text().splitlines()]
    assert [(one["question"], one["answers"]) for one in absent] == [("what is the ticket?", [])] * 3


def test_noise_is_a_slip_or_two_and_none_without_strength() -> None:
    rng = random.Random(3)  # noqa: S311
    assert noisy("When does the Mondaymarket open?", rng, 0.0) == "When does the Mondaymarket open?"
    made = {noisy("When does the Mondaymarket open?", rng) for _ in range(200)}
    assert {"When does the Mondaymarket open", "when does the mondaymarket open?"} <= made
    typos = [one for one in made if sorted(one.lower().rstrip("?")) != sorted("when does the mondaymarket open")]
    assert typos
    assert all(abs(len(one.rstrip("?")) - len("When does the Mondaymarket open")) <= 1 for one in made)
