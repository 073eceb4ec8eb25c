"""SQuAD 1.1 and 2.0, and datasets in the same layout: articles, paragraphs, questions, answers with offsets.

Rajpurkar et al. 2016 and 2018. Each paragraph is a document; its id is the article's title and the paragraph's number.
A question may also have `type`, `yesno`, `spans` and `history`, as `question_fields` reads them.
"""

from pathlib import Path
from typing import Any

from index.documents import Document
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Gold, Names, Question, anchored
from qa.evaluation.datasets.files import document_of, field, json_of, name_field, question_fields, sha256_of


def read_squad(path: Path) -> Dataset:
    """Read `{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers"}]}]}]}`.

    Raises DatasetError naming the JSON path and the field.
    """
    reader = _SquadReader(path)
    root = json_of(path)
    for i, article in enumerate(field(root, "data", list, str(path))):
        reader.article(article, f"data[{i}]")
    return Dataset(
        name=path.name.removesuffix(".gz").removesuffix(".json"),
        path=str(path),
        format="squad",
        sha256=sha256_of([path]),
        documents=tuple(reader.documents),
        questions=tuple(reader.questions),
        problems=tuple(reader.problems),
        of=len(reader.questions),
    )


class _SquadReader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.documents: list[Document] = []
        self.questions: list[Question] = []
        self.problems: list[DatasetProblem] = []
        self._titles = Names(self.problems, "duplicate_titles")
        self._ids = Names(self.problems, "duplicate_question_ids")

    def article(self, article: Any, where: str) -> None:  # noqa: ANN401
        title = field(article, "title", str, f"{self._path}: {where}")
        name = self._titles.take(title, where)
        of_context: dict[str, str] = {}
        for number, paragraph in enumerate(field(article, "paragraphs", list, f"{self._path}: {where}")):
            at = f"{where}.paragraphs[{number}]"
            context = field(paragraph, "context", str, f"{self._path}: {at}")
            if context not in of_context:
                of_context[context] = f"{name}/{number}"
                self.documents.append(document_of(of_context[context], title, context, f"{self._path}: {at}.context"))
            for i, item in enumerate(field(paragraph, "qas", list, f"{self._path}: {at}")):
                self._question(item, of_context[context], context, f"{at}.qas[{i}]")

    def _question(self, item: Any, document_id: str, context: str, where: str) -> None:  # noqa: ANN401
        text = field(item, "question", str, f"{self._path}: {where}")
        name = name_field(item, "id", f"{self._path}: {where}")
        answers = field(item, "answers", list, f"{self._path}: {where}")
        golds = [self._gold(a, document_id, context, f"{where}.answers[{i}]") for i, a in enumerate(answers)]
        if not text.strip():
            self.problems.append(DatasetProblem("blank_questions", where, "The question is blank: it isn't asked."))
            return
        distinct = tuple(dict.fromkeys(gold for gold in golds if gold))
        relevant = {document_id: 1} if distinct else {}
        fields = question_fields(item, f"{self._path}: {where}")
        self.questions.append(Question(self._ids.take(name, where), text, distinct, relevant, document_id, **fields))

    def _gold(self, answer: Any, document_id: str, context: str, where: str) -> Gold | None:  # noqa: ANN401
        text = field(answer, "text", str, f"{self._path}: {where}")
        start = field(answer, "answer_start", int, f"{self._path}: {where}")
        if not text.strip():
            self.problems.append(DatasetProblem("blank_answers", where, "The answer is blank: it counts for nothing."))
            return None
        gold = anchored(text, document_id, context, start)
        if gold.start != start:
            became = "its place is left open" if gold.start is None else f"it stands at {gold.start} alone"
            message = f"{text!r} isn't what stands at {start}: {became}."
            self.problems.append(DatasetProblem("answers_that_do_not_slice", where, message))
        return gold
