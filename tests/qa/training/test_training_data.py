"""What the recipe learns from: slices that hold, articles kept out, rounds that can be drawn again."""

import gzip
import json
from pathlib import Path

import pytest

from index.chunking import Chunk
from qa.training.data import Context, Labelled, kept_out, load_squad, split
from qa.training.examples import Pool, draw
from qa.training.folds import folds, restricted_to
from qa.training.mining import holds_answer, mine, with_chunks
from qa.training.pairs import KEPT_OUT, load_pairs, split_pairs
from qa.training.splits import write_split, write_splits

TEXT = "The mill was built in 1734 by Ann Tarrow. It burnt down in 1802, and was rebuilt."


def squad(articles: int = 12) -> dict:
    def paragraph(i: int) -> dict:
        return {
            "context": f"Article {i}. {TEXT}",
            "qas": [
                {"id": f"a{i}", "question": "Who built it?", "answers": [{"text": "Ann Tarrow", "answer_start": len(f"Article {i}. ") + 30}]},
                {"id": f"u{i}", "question": "Who burnt it?", "answers": [], "is_impossible": True},
            ],
        }  # fmt: skip

    return {"version": "v2.0", "data": [{"title": f"T{i}", "paragraphs": [paragraph(i)]} for i in range(articles)]}


@pytest.fixture
def questions(tmp_path: Path) -> list[Labelled]:
    path = tmp_path / "squad.json.gz"
    path.write_bytes(gzip.compress(json.dumps(squad()).encode()))
    return load_squad(path)


def test_squad_is_read_with_answers_that_slice(questions: list[Labelled]) -> None:
    assert [question.id for question in questions[:3]] == ["a0", "u0", "a1"]
    assert questions[0].texts == ("Ann Tarrow",)
    assert questions[1].answers == ()


def test_an_answer_that_does_not_slice_is_refused_by_name(tmp_path: Path) -> None:
    data = squad(1)
    data["data"][0]["paragraphs"][0]["qas"][0]["answers"][0]["answer_start"] = 3
    (tmp_path / "bad.json").write_text(json.dumps(data))
    with pytest.raises(ValueError, match=r"bad\.json: an answer to question a0 doesn't slice"):
        load_squad(tmp_path / "bad.json")


def test_articles_are_kept_out_whole(questions: list[Labelled]) -> None:
    training, validation, calibration = split(questions)
    articles = [{question.context.article for question in part} for part in (training, validation, calibration)]
    assert [len(part) for part in articles] == [3, 6, 3]
    assert len(set.union(*articles)) == 12
    assert kept_out(reversed([f"T{i}" for i in range(12)])) == kept_out([f"T{i}" for i in range(12)])


def test_kept_out_articles_are_written_as_datasets(questions: list[Labelled], tmp_path: Path) -> None:
    write_splits(questions, tmp_path)
    validation, calibration = kept_out(question.context.article for question in questions)
    training = {f"T{i}" for i in range(12)} - {*validation, *calibration}
    for name, articles, impossible in (("validation", 12, 6), ("validation-absent", 6, 6), ("training", 12, 3)):
        data = json.loads((tmp_path / f"{name}.json").read_text())["data"]
        asked = [question for article in data for part in article["paragraphs"] for question in part["qas"]]
        assert len(data) == articles
        assert sum(question["is_impossible"] for question in asked) == impossible
        expected = {title[1:] for title in (validation if name != "training" else training)}
        assert {question["id"][1:] for question in asked} == expected


def test_a_split_can_have_some_of_the_questions(questions: list[Labelled], tmp_path: Path) -> None:
    write_split(tmp_path / "some.json", questions, {"T3", "T7"}, every=3)
    data = json.loads((tmp_path / "some.json").read_text())["data"]
    assert len(data) == 12
    asked = [question["id"] for article in data for part in article["paragraphs"] for question in part["qas"]]
    assert asked == ["a3", "u7"]  # the first and fourth of a3, u3, a7, u7


def test_a_round_is_the_same_each_time_and_its_answers_slice(questions: list[Labelled]) -> None:
    answerable = [question for question in with_chunks(questions) if question.answers]
    unanswerable = [question for question in questions if not question.answers]
    pool = Pool(answerable, unanswerable, [(answerable, 0.5)], {"a0": ["Nothing of it."]}, swapped=1.0)
    groups = draw(pool, 11, 0)
    assert groups == draw(pool, 11, 0)
    assert groups != draw(pool, 11, 1)
    # 12 answerable, 12 unanswerable, half of 12 more; no question names anything that could be exchanged
    assert len(groups) == 12 + 12 + 6
    for first, *others in groups:
        assert first.answer is None or first.text[slice(*first.answer)] == "Ann Tarrow"
        assert all(other.answer is None and other.text == "Nothing of it." for other in others)
    assert sum(len(group) == 2 for group in groups) in (1, 2)  # a0, once or twice


def test_a_question_stands_beside_up_to_so_many_of_its_negatives(questions: list[Labelled]) -> None:
    item = next(question for question in with_chunks(questions) if question.answers)
    pool = Pool([item], [], [], {item.id: ["Bees.", "Mills.", "Rain."]}, swapped=0.0, most_negatives=2)
    groups = [draw(pool, 11, number)[0] for number in range(60)]
    assert {len(group) for group in groups} == {1, 2, 3}
    assert {window.text for group in groups for window in group[1:]} == {"Bees.", "Mills.", "Rain."}
    assert all(len({window.text for window in group}) == len(group) for group in groups)


def test_folds_share_out_each_sources_articles_and_what_is_within_one_is_nowhere_else() -> None:
    def asked(source: str, article: str, *answers: tuple[int, int]) -> Labelled:
        return Labelled(article, "Who built it?", Context(f"{source}/{article}/0", article, TEXT), answers)

    answerable = [asked("squad", f"S{i}", (30, 40)) for i in range(5)]
    unanswerable = [asked("squad", f"S{i}") for i in range(5)]
    policies = [asked("policy", f"P{i}", (30, 40)) for i in range(4)]
    pool = Pool(answerable, unanswerable, [(policies, 0.5)], {}, 0.1)
    parts = folds([*answerable, *unanswerable, *policies], 2)
    assert sorted(article for part in parts for article in part) == [
        "P0",
        "P1",
        "P2",
        "P3",
        "S0",
        "S1",
        "S2",
        "S3",
        "S4",
    ]
    assert [sum(article[0] == "P" for article in part) for part in parts] == [2, 2]
    for part in parts:
        inside = restricted_to(pool, part)
        assert {item.context.article for item in inside.answerable} == {name for name in part if name[0] == "S"}
        assert [item.id for item in inside.unanswerable] == [item.id for item in inside.answerable]
        assert {item.id for item in inside.further[0][0]} == {name for name in part if name[0] == "P"}
        assert (inside.further[0][1], inside.swapped) == (0.5, 0.1)


def test_a_swapped_name_leaves_a_question_without_its_answer() -> None:
    text = "In 1734 the mill was bought by Ann Tarrow, and in 1802 by Piet Amsel, who sold it to Jon Orm."
    start = text.index("1802")
    item = Labelled("s", "When did the miller Piet Amsel buy it?", Context("c", "a", text), ((start, start + 4),))
    windows = [group[0] for number in range(20) for group in draw(Pool([item], [], [], {}, 1.0), 11, number)]
    swapped = {window.question.rstrip("?").replace("milelr", "miller") for window in windows if window.answer is None}
    assert swapped >= {"When did the miller Ann Tarrow buy it", "When did the miller Jon Orm buy it"}
    assert not any("Piet" in question for question in swapped)


def test_pairs_keep_their_sentence_and_some_documents_are_kept_out(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl.gz"
    lines = [
        json.dumps({"question": f"what is number {i} ?", "sentence": f"number {i} is {i * i} ."}) for i in range(900)
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    pairs = load_pairs(path)
    assert pairs[77].texts == ("number 77 is 5929 .",)
    training, calibration = split_pairs(pairs)
    # 900 sentences make 18 documents of 50; each eighth, so the 8th and the 16th, is kept out
    assert len(calibration) == 2 * 50
    assert len(training) + len(calibration) == 900
    assert KEPT_OUT == 8


def test_negatives_are_near_and_hold_no_answer(questions: list[Labelled], tmp_path: Path) -> None:
    from index.documents import Document

    corpus = [
        Document("a", "a", TEXT),
        Document("b", "b", "Who built the other mill is not known."),
        Document("c", "c", "Bees."),
    ]
    found = mine(questions[:1], corpus, tmp_path / "negatives.json")
    assert found["a0"][0] == "Who built the other mill is not known."
    assert TEXT not in found["a0"]
    assert mine([], [], tmp_path / "negatives.json") == found  # read back, not mined again


def test_an_answer_is_found_as_words_not_as_letters() -> None:
    assert holds_answer("It was built by the Ann-Tarrow family.", ["AnnTarrow"])  # SQuAD drops punctuation
    assert holds_answer("In 1734, they say.", ["1734"])
    assert not holds_answer("In 17345, they say.", ["1734"])


def test_chunks_hold_slices_of_the_paragraph(questions: list[Labelled]) -> None:
    (first, *_) = with_chunks(questions)
    assert first.context.chunks == (Chunk(0, len(first.context.text)),)
