"""Files of questions: what each format becomes, and how a bad one is refused by place and field."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from evaluation_support import BEES, FERRY, squad_file

from index.documents import Document
from index.errors import DatasetError
from qa.answering.questions import Turn
from qa.evaluation.datasets import load_dataset
from qa.evaluation.datasets.dataset import Gold, Question, problem_counts


def written(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def squad(*paragraphs: Any, title: str = "T") -> dict[str, Any]:
    return {"data": [{"title": title, "paragraphs": list(paragraphs)}]}


def paragraph(context: str, *qas: dict[str, Any]) -> dict[str, Any]:
    return {"context": context, "qas": list(qas)}


def test_squad_paragraphs_are_documents_and_answers_slice_them(tmp_path: Path) -> None:
    path = squad_file(tmp_path)
    dataset = load_dataset(path)
    assert (dataset.name, dataset.format, dataset.of) == ("orm", "squad", 5)
    assert dataset.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [(d.id, d.title) for d in dataset.documents] == [("Orm/0", "Orm"), ("Orm/1", "Orm"), ("Bees/0", "Bees")]
    first, second = Gold("noon", "Orm/0", 26, 30), Gold("at noon", "Orm/0", 23, 30)
    assert dataset.questions[0] == Question(
        "q1", "When does the ferry to Orm sail?", (first, second), {"Orm/0": 1}, "Orm/0"
    )
    assert [question.answerable for question in dataset.questions] == [True, True, True, False, True]
    assert dataset.questions[3] == Question("q4", "Who signed the treaty of Lisbon?", (), {}, "Orm/1")
    assert problem_counts(dataset.problems) == {}


def test_a_packed_squad_file_is_the_same_dataset(tmp_path: Path) -> None:
    plain = load_dataset(squad_file(tmp_path))
    packed = tmp_path / "orm.json.gz"
    packed.write_bytes(gzip.compress((tmp_path / "orm.json").read_bytes()))
    dataset = load_dataset(packed)
    assert (dataset.name, dataset.documents, dataset.questions) == (plain.name, plain.documents, plain.questions)
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(DatasetError, match="not a whole gzip file"):
        load_dataset(packed)


def test_equal_contexts_of_an_article_are_one_document_and_equal_titles_two(tmp_path: Path) -> None:
    ask = {"question": "Who?", "answers": []}
    one = squad(paragraph("Same.", {"id": 1, **ask}), paragraph("Same.", {"id": 2, **ask}), paragraph("Other."))
    path = written(tmp_path / "s.json", {"data": one["data"] + squad(paragraph("Third.", {"id": 2, **ask}))["data"]})
    dataset = load_dataset(path)
    assert [(d.id, d.text) for d in dataset.documents] == [("T/0", "Same."), ("T/2", "Other."), ("T#2/0", "Third.")]
    assert [(q.id, q.document_id) for q in dataset.questions] == [("1", "T/0"), ("2", "T/0"), ("2#2", "T#2/0")]
    assert problem_counts(dataset.problems) == {"duplicate_titles": 1, "duplicate_question_ids": 1}


def test_answers_that_do_not_slice_are_counted_and_anchored_where_there_is_one_place(tmp_path: Path) -> None:
    answers = [
        {"text": "noon", "answer_start": 3},  # once, at 26
        {"text": "a", "answer_start": 0},  # in several places
        {"text": "dusk", "answer_start": -4},  # nowhere
        {"text": " ", "answer_start": 1},
    ]
    path = written(tmp_path / "s.json", squad(paragraph(FERRY, {"id": "x", "question": "When?", "answers": answers})))
    dataset = load_dataset(path)
    (question,) = dataset.questions
    assert question.golds == (Gold("noon", "T/0", 26, 30), Gold("a", "T/0"), Gold("dusk", "T/0", absent=True))
    assert problem_counts(dataset.problems) == {"answers_that_do_not_slice": 3, "blank_answers": 1}
    first = dataset.problems[0]
    assert first.where == "data[0].paragraphs[0].qas[0].answers[0]"
    assert first.message == "'noon' isn't what stands at 3: it stands at 26 alone."


def test_blank_questions_are_left_out_and_counted(tmp_path: Path) -> None:
    asks = [{"id": "x", "question": "  ", "answers": []}, {"id": "y", "question": "Who?", "answers": []}]
    dataset = load_dataset(written(tmp_path / "s.json", squad(paragraph("Text.", *asks))))
    assert ([q.id for q in dataset.questions], problem_counts(dataset.problems)) == (["y"], {"blank_questions": 1})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"data": [\n{]}', "s.json, line 2: not JSON"),
        ([], "s.json is list, where an object with 'data' is wanted"),
        ({}, "s.json: the field 'data' is missing"),
        ({"data": [{"title": "T"}]}, "s.json: data[0]: the field 'paragraphs' is missing"),
        (squad({"qas": []}), "s.json: data[0].paragraphs[0]: the field 'context' is missing"),
        (squad(paragraph("x", {"id": "1", "question": "?"})), "data[0].paragraphs[0].qas[0]: the field 'answers' is miss"),
        (
            squad(paragraph("x", {"id": "1", "question": "?", "answers": "x"})),
            "data[0].paragraphs[0].qas[0]: the field 'answers' is str, where a list is wanted",
        ),
        (
            squad(paragraph("x", {"id": "1", "question": "?", "answers": [{"text": "x"}]})),
            "data[0].paragraphs[0].qas[0].answers[0]: the field 'answer_start' is missing",
        ),
        (squad(paragraph("  ", {"id": "1", "question": "?", "answers": []})), "data[0].paragraphs[0].context: T/0 holds no text"),
        (squad(paragraph("who \ud800?")), "the field 'context' holds half a surrogate pair"),
        ({"data": []}, "s.json has no question that can be asked"),
    ],
)  # fmt: skip
def test_malformed_squad_is_refused_by_place_and_field(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(DatasetError) as refused:
        load_dataset(written(tmp_path / "s.json", content))
    assert message in str(refused.value)


def beir_folder(folder: Path) -> Path:
    corpus = [
        {"_id": "d1", "title": "Ferry", "text": FERRY},
        {"_id": "d2", "title": "", "text": BEES},
        {"_id": "d3", "title": "", "text": ""},
        {"_id": "d1", "title": "", "text": "Again."},
    ]
    queries = [
        {"_id": "a", "text": "When?"},
        {"_id": "b", "text": "Bees?"},
        {"_id": "c", "text": " "},
        {"_id": "z", "text": "z"},
    ]
    qrels = "query-id\tcorpus-id\tscore\na\td1\t2\na\td9\t1\na\td2\t0\nb\td2\t1\nc\td2\t1\nno\td2\t1\nz\td2\t0\n"
    written(folder / "corpus.jsonl", "\n".join(map(json.dumps, corpus)))
    written(folder / "queries.jsonl", "\n".join(map(json.dumps, queries)))
    written(folder / "qrels" / "test.tsv", qrels)
    return folder


def test_beir_has_judged_documents_and_no_answers(tmp_path: Path) -> None:
    dataset = load_dataset(beir_folder(tmp_path / "nf"))
    assert (dataset.name, dataset.format, dataset.of) == ("nf-test", "beir", 5)
    assert [(d.id, d.title) for d in dataset.documents] == [("d1", "Ferry"), ("d2", "d2"), ("d1#2", "d1")]
    assert dataset.documents[0].text == f"Ferry\n\n{FERRY}"
    assert dataset.questions == (
        Question("a", "When?", gold_documents={"d1": 2, "d9": 1}),
        Question("b", "Bees?", gold_documents={"d2": 1}),
    )
    assert (dataset.lost_gold, dataset.questions[0].answerable) == (1, True)
    assert problem_counts(dataset.problems) == {
        "blank_documents": 1, "duplicate_document_ids": 1, "missing_gold": 1, "blank_questions": 1,
        "missing_questions": 1, "nothing_relevant": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "corpus.jsonl",
            '{"_id": "d", "text": "x"}\n{"_id": "e"}',
            "corpus.jsonl, line 2: the field 'text' is missing",
        ),
        ("corpus.jsonl", '{"_id": "d", "text": "x"}\n\nnot', "corpus.jsonl, line 3: not JSON"),
        ("queries.jsonl", '{"_id": null, "text": "x"}', "queries.jsonl, line 1: the field '_id' is NoneType"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\na\td1", "test.tsv, line 2 has 2 columns"),
        ("qrels/test.tsv", "a\td1\t1\na\td2\thigh", "test.tsv, line 2: the score is 'high', not a whole number"),
    ],
)
def test_malformed_beir_is_refused_by_file_and_line(tmp_path: Path, name: str, content: str, message: str) -> None:
    folder = beir_folder(tmp_path)
    written(folder / name, content)
    with pytest.raises(DatasetError) as refused:
        load_dataset(folder)
    assert message in str(refused.value)


def test_an_unknown_split_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        DatasetError, match="There is no .*dev.tsv: splits that are there: test; choose one with --split"
    ):
        load_dataset(beir_folder(tmp_path), split="dev")


def test_csv_and_jsonl_are_alike_and_their_documents_come_from_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(Path("docs/ferry.txt"), FERRY)
    Path("docs/bad.pdf").write_bytes(b"no pdf")
    records = [
        {"question": "When?", "answers": ["noon", "at noon"], "document": "docs/ferry.txt"},
        {"question": "Who, then?", "answers": [], "document": ""},
        {"question": "How many?", "answers": ["40"], "document": "docs/ferry.txt"},
        {"question": "Where?", "answers": ["Orm"], "document": "gone.txt"},
    ]
    lines = written(Path("q.jsonl"), "\n".join(map(json.dumps, records)))
    rows = "question,answers,document\nWhen?,noon | at noon,docs/ferry.txt\n" + (
        '"Who, then?",,\nHow many?,40,docs/ferry.txt\nWhere?,Orm,gone.txt\n'
    )
    table = written(Path("q.csv"), rows)
    one, other = load_dataset(lines, documents=[Path("docs")]), load_dataset(table, documents=[Path("docs")])
    assert one.questions == other.questions
    assert (one.documents, one.format, other.format) == (other.documents, "jsonl", "csv")
    assert [document.id for document in one.documents] == ["docs/ferry.txt"]
    assert one.questions[0].golds == (Gold("noon", "docs/ferry.txt", 26, 30), Gold("at noon", "docs/ferry.txt", 23, 30))
    assert one.questions[1] == Question("2", "Who, then?")
    assert one.questions[2].golds == (Gold("40", "docs/ferry.txt", absent=True),)
    assert one.questions[3].golds == (Gold("Orm", "gone.txt"),)
    assert problem_counts(one.problems) == problem_counts(other.problems) == {
        "unreadable_documents": 1, "answers_not_in_their_document": 1, "missing_gold": 1,
    }  # fmt: skip
    assert one.lost_gold == 1
    before = one.sha256
    written(Path("docs/ferry.txt"), FERRY + " Daily.")
    assert load_dataset(lines, documents=[Path("docs")]).sha256 != before


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        ({"answer": "noon"}, ["noon"]),
        ({"ground_truth": "noon", "answer": "dusk"}, ["noon"]),  # beside a reference, `answer` is what was given
        ({"reference": "noon"}, ["noon"]),
        ({"ground_truths": ["noon", " ", "at noon"]}, ["noon", "at noon"]),
        ({"answers": [], "reference": "noon"}, []),
        ({"reference": None}, []),
        ({"answer": ""}, []),
    ],
)
def test_what_is_right_stands_under_the_names_that_other_tools_have(
    tmp_path: Path, right: dict[str, Any], expected: list[str]
) -> None:
    path = written(tmp_path / "q.jsonl", json.dumps({"question": "When?", "context": FERRY, **right}))
    (question,) = load_dataset(path).questions
    assert [gold.text for gold in question.golds] == expected
    value = right.get("answer") or "noon"
    table = written(tmp_path / "q.csv", f"question,reference,context\nWhen?,{value},{FERRY}\n")
    assert [gold.text for gold in load_dataset(table).questions[0].golds] == [value]


def test_questions_need_not_name_a_document(tmp_path: Path) -> None:
    records = [{"question": "When?", "answers": ["noon"]}, {"question": "How many?", "answers": ["ninety"]}]
    lines = written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, records)))
    ferry = written(tmp_path / "ferry.txt", FERRY)
    dataset = load_dataset(lines, documents=[ferry])
    assert [(q.golds, q.document_id) for q in dataset.questions] == [
        ((Gold("noon", None),), None),
        ((Gold("ninety", None, absent=True),), None),
    ]
    assert load_dataset(lines, documents=[tmp_path]).documents == dataset.documents  # and not the questions
    assert dataset.problems[0].message == "'ninety' isn't in any document: the question is counted apart."
    # in an index it may stand for all that is known here
    assert load_dataset(lines, indexed=True).questions[1].golds == (Gold("ninety", None),)


def test_a_question_may_stand_under_ragass_name(tmp_path: Path) -> None:
    lines = written(tmp_path / "q.jsonl", json.dumps({"user_input": "When?", "reference": "noon", "context": FERRY}))
    table = written(tmp_path / "q.csv", f"user_input,reference,context\nWhen?,noon,{FERRY}\n")
    for path in (lines, table):
        (question,) = load_dataset(path).questions
        assert (question.text, question.golds) == ("When?", (Gold("noon", "context/1", 26, 30),))


def test_what_an_index_has_is_looked_up_where_no_documents_are_brought(tmp_path: Path) -> None:
    records = [
        {"question": "When?", "answers": ["noon"], "document": "ferry"},
        {"question": "How many?", "answers": ["ninety"], "document": "ferry"},
        {"question": "Where?", "answers": ["Orm"], "document": "gone"},
        {"question": "Who?", "answers": ["Ada Kestrel"]},
    ]
    lines = written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, records)))
    asked_for: list[str] = []

    def find(document_id: str) -> Document | None:
        asked_for.append(document_id)
        return Document("ferry", "Ferries", FERRY) if document_id == "ferry" else None

    dataset = load_dataset(lines, served=find)
    assert (dataset.served, [document.id for document in dataset.documents]) == (True, ["ferry"])
    assert [question.golds for question in dataset.questions] == [
        (Gold("noon", "ferry", 26, 30),),
        (Gold("ninety", "ferry", absent=True),),
        (Gold("Orm", "gone"),),
        (Gold("Ada Kestrel", None),),  # whether the index has it somewhere isn't known
    ]
    assert (asked_for, dataset.lost_gold) == (["ferry", "gone"], 1)
    assert problem_counts(dataset.problems) == {"answers_not_in_their_document": 1, "missing_gold": 1}
    brought = load_dataset(lines, documents=[written(tmp_path / "bees.txt", BEES)], served=find)
    assert (brought.served, len(brought.documents), asked_for) == (False, 1, ["ferry", "gone"])


def test_a_question_may_tell_its_kind_and_its_conversation(tmp_path: Path) -> None:
    more = {"type": "list", "spans": [[26, "noon"], "forty"], "history": [{"question": "Who?", "answer": None}]}
    item = {"id": "x", "question": "When?", "answers": [{"text": "noon", "answer_start": 26}], **more}
    (asked,) = load_dataset(written(tmp_path / "s.json", squad(paragraph(FERRY, item)))).questions
    assert (asked.type, asked.parts, asked.history) == ("list", ("noon", "forty"), (Turn("Who?", None),))
    line = json.dumps({"question": "When?", "answers": ["noon"], "context": FERRY, "yesno": "Yes", **more})
    (asked,) = load_dataset(written(tmp_path / "q.jsonl", line)).questions
    assert (asked.yes_no, asked.parts, asked.form) == ("yes", ("noon", "forty"), "yes_no")


def test_records_may_bring_their_text(tmp_path: Path) -> None:
    records = [
        {"id": 7, "question": "When?", "answers": ["noon"], "context": FERRY},
        {"question": "Where?", "answers": ["Orm"], "context": FERRY},
        {"question": "What?", "answers": [], "context": BEES, "document": "bees"},
        {"question": "What?", "answers": [], "context": "Other.", "document": "bees"},
    ]
    dataset = load_dataset(written(tmp_path / "q.jsonl", "\n".join(map(json.dumps, records))))
    assert [(q.id, q.document_id) for q in dataset.questions] == [
        ("7", "context/1"), ("2", "context/1"), ("3", "bees"), ("4", "bees#2"),
    ]  # fmt: skip
    assert [document.id for document in dataset.documents] == ["context/1", "bees", "bees#2"]
    assert problem_counts(dataset.problems) == {"duplicate_document_ids": 1}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("q.jsonl", '{"question": "Who?"}', "q.jsonl, line 1: the field 'answers' is missing"),
        ("q.jsonl", '{"question": "Who?", "answers": [1]}', "q.jsonl, line 1: the field 'answers' holds 1, where text"),
        ("q.jsonl", '{"question": "Who?", "answers": ["I"]}', "q.jsonl comes without documents: name files"),
        (
            "q.jsonl",
            '{"question": "?", "answers": [], "yesno": "maybe"}',
            "the field 'yesno' is 'maybe', where yes or no",
        ),
        ("q.jsonl", '{"question": "?", "answers": [], "spans": [3]}', "the field 'spans' is int, where text is wanted"),
        (
            "q.jsonl",
            '{"question": "?", "answers": [], "history": [{}]}',
            "line 1, history: the field 'question' is missing",
        ),
        (
            "q.jsonl",
            '{"question": "?", "ground_truth": 3}',
            "q.jsonl, line 1: the field 'ground_truth' holds 3, where text",
        ),
        ("q.jsonl", "[]", "q.jsonl, line 1 is list, where an object is wanted"),
        (
            "q.jsonl",
            '{"question": "Who?", "answers": []}',
            "q.jsonl comes without documents: name files or folders with",
        ),
        ("q.csv", "question,document\n", "q.csv, line 1: the column 'answers' is missing"),
        ("q.csv", "question,answers\nWho?,\nWho, me?,\n", "q.csv, line 3 has not as many columns as the header"),
        ("q.csv", 'question,answers\n"Who?" x,I\n', "q.csv, line 2: not CSV ("),
        ("q.txt", "Who?", "The format of"),
    ],
)
def test_malformed_records_are_refused_by_line_and_field(tmp_path: Path, name: str, content: str, message: str) -> None:
    with pytest.raises(DatasetError) as refused:
        load_dataset(written(tmp_path / name, content))
    assert message in str(refused.value)


def test_a_file_that_is_not_there_or_not_utf_8(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="There is no file or folder .*none.json: check the spelling"):
        load_dataset(tmp_path / "none.json")
    (tmp_path / "q.csv").write_bytes("question,answers\nWo?,Köln\n".encode("latin-1"))
    with pytest.raises(DatasetError, match="q.csv is not UTF-8 at byte 22: save it as UTF-8"):
        load_dataset(tmp_path / "q.csv")


def test_a_sample_is_the_same_for_a_seed_and_in_the_datasets_order(tmp_path: Path) -> None:
    asks = [{"id": str(i), "question": f"Who {i}?", "answers": []} for i in range(50)]
    dataset = load_dataset(written(tmp_path / "s.json", squad(paragraph("Text.", *asks))))
    sample, again, other = dataset.sample(10, 11), dataset.sample(10, 11), dataset.sample(10, 12)
    numbers = [int(question.id) for question in sample.questions]
    assert (len(numbers), numbers, sample.seed, sample.of) == (10, sorted(numbers), 11, 50)
    assert sample == again
    assert sample.questions != other.questions
    assert dataset.sample(50, 11) is dataset
