"""BEIR folders: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv.

Thakur et al. 2021, "BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models". Which
documents are relevant is known, not what the answer is, so only retrieval is measured.
"""

from pathlib import Path

from index.documents import Document
from index.errors import DatasetError
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Names, Question
from qa.evaluation.datasets.files import document_of, field, json_lines, name_field, sha256_of, text_of


def read_beir(folder: Path, split: str) -> Dataset:
    """Read the documents, and the questions of `split`. Raises DatasetError naming file, line and field."""
    corpus, queries, judged = folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / f"{split}.tsv"
    if not judged.is_file():
        there = ", ".join(sorted(file.stem for file in judged.parent.glob("*.tsv"))) or "none"
        raise DatasetError(f"There is no {judged}: splits that are there: {there}; choose one with --split.")
    problems: list[DatasetProblem] = []
    documents = _documents(corpus, problems)
    texts = _queries(queries, problems)
    qrels = _qrels(judged)
    return Dataset(
        name=f"{folder.resolve().name}-{split}",
        path=str(folder),
        format="beir",
        sha256=sha256_of([corpus, queries, judged]),
        documents=tuple(documents),
        questions=tuple(_questions(qrels, texts, {document.id for document in documents}, judged, problems)),
        problems=tuple(problems),
        of=len(qrels),
    )


def _documents(path: Path, problems: list[DatasetProblem]) -> list[Document]:
    names, documents = Names(problems, "duplicate_document_ids"), []
    for where, record in json_lines(path):
        name, text = name_field(record, "_id", where), field(record, "text", str, where)
        title = field(record, "title", str, where) if record.get("title") is not None else ""
        text_with_title = f"{title}\n\n{text}" if title.strip() else text  # the benchmark's systems read the title too
        if not text_with_title.strip():
            problems.append(
                DatasetProblem("blank_documents", where, f"The document {name!r} has no text: it isn't indexed.")
            )
            continue
        documents.append(document_of(names.take(name, where), title or name, text_with_title, where))
    return documents


def _queries(path: Path, problems: list[DatasetProblem]) -> dict[str, str]:
    names = Names(problems, "duplicate_question_ids")
    return {
        names.take(name_field(record, "_id", where), where): field(record, "text", str, where)
        for where, record in json_lines(path)
    }


def _qrels(path: Path) -> dict[str, dict[str, int]]:
    """Question id → document id → relevance, 0 for irrelevant documents."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        columns = line.split("\t")
        if not line.strip() or (number == 1 and columns[-1].strip() == "score"):
            continue
        if len(columns) != 3:
            raise DatasetError(
                f"{path}, line {number} has {len(columns)} columns: query-id, corpus-id, score are wanted."
            )
        try:
            relevance = int(columns[2])
        except ValueError:
            raise DatasetError(f"{path}, line {number}: the score is {columns[2]!r}, not a whole number.") from None
        qrels.setdefault(columns[0], {})[columns[1]] = relevance
    return qrels


def _questions(
    qrels: dict[str, dict[str, int]], texts: dict[str, str], known: set[str], path: Path, problems: list[DatasetProblem]
) -> list[Question]:
    questions = []
    for name, judged in qrels.items():
        relevant = {document_id: relevance for document_id, relevance in judged.items() if relevance > 0}
        if name not in texts:
            problems.append(
                DatasetProblem("missing_questions", str(path), f"queries.jsonl has no {name!r}: it isn't asked.")
            )
        elif not texts[name].strip():
            problems.append(
                DatasetProblem("blank_questions", str(path), f"The question {name!r} is blank: it isn't asked.")
            )
        elif not relevant:
            problems.append(
                DatasetProblem("nothing_relevant", str(path), f"No document is relevant to {name!r}: it isn't asked.")
            )
        else:
            problems += [
                DatasetProblem(
                    "missing_gold",
                    str(path),
                    f"The corpus has no {gold!r}, which answers {name!r}: it counts as missed.",
                )
                for gold in relevant
                if gold not in known
            ]
            questions.append(Question(name, texts[name], gold_documents=relevant))
    return questions
