"""A user's own questions: one a line in JSONL, one a row in CSV.

The fields are `question`, `answers` (a list; in CSV separated by `|`; empty if there is no answer) and, if known,
`document`, the id of the document that has the answer. Documents come from files, from each record's own `context`, or
from a running server. Other tools' names for the first two fields are read, too (QUESTION_FIELDS, ANSWER_FIELDS), and
the optional fields of `question_fields`.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from index.documents import Document
from index.errors import DatasetError, DocumentError, StorageError
from index.loading import find_files, load
from index.parsing.limits import DEFAULT_LIMITS, Limits
from qa.evaluation.datasets.dataset import Dataset, DatasetProblem, Find, Gold, Names, Question, anchored, has_words
from qa.evaluation.datasets.files import (
    document_of,
    field,
    json_lines,
    name_field,
    question_fields,
    sha256_of,
    text_of,
)

QUESTION_FIELDS = ("question", "user_input")
# The first of these that a record has holds the right answers. `answer` comes last: beside a `reference` it is a
# system's answer.
ANSWER_FIELDS = ("answers", "ground_truths", "ground_truth", "reference", "answer")


def read_records(
    path: Path,
    kind: str,
    documents: Iterable[Path] = (),
    limits: Limits = DEFAULT_LIMITS,
    served: Find | None = None,
) -> Dataset:
    """Read a file of `kind` "jsonl" or "csv"; `documents` are files and folders to read as `quoth index` does.

    `served` returns the documents of a running server by id. Raises DatasetError naming line and field, and what
    `index.loading.find_files` raises.
    """
    problems: list[DatasetProblem] = []
    reader = _RecordReader(_from_files(documents, path, problems, limits), problems, served)
    from_files = list(reader.documents.values())
    for number, (where, record) in enumerate(json_lines(path) if kind == "jsonl" else _csv_rows(path), start=1):
        reader.record(record, str(number), where)
    return Dataset(
        name=path.name.removesuffix(".gz").removesuffix(f".{kind}"),
        path=str(path),
        format=kind,
        sha256=sha256_of([path], from_files),
        documents=tuple(reader.documents.values()),
        questions=tuple(reader.questions),
        problems=tuple(problems),
        of=len(reader.questions),
        served=served is not None,
    )


def _from_files(
    paths: Iterable[Path], questions: Path, problems: list[DatasetProblem], limits: Limits
) -> dict[str, Document]:
    """Document id → document of files and folders; the file of questions is left out, as it has the answers."""
    documents = {}
    for file in (file for path in paths for file in find_files(path, limits) if not file.samefile(questions)):
        try:
            document = load(file, limits=limits)
        except (DocumentError, StorageError) as error:
            problems.append(DatasetProblem("unreadable_documents", str(file), str(error)))
        else:
            documents[document.id] = document
    return documents


def _csv_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = csv.DictReader(io.StringIO(text_of(path), newline=""), strict=True)
    try:
        columns = rows.fieldnames or ()
        question, answers = _first(QUESTION_FIELDS, columns), _first(ANSWER_FIELDS, columns)
        if missing := {question, answers} - set(columns):
            raise DatasetError(f"{path}, line 1: the column {min(missing)!r} is missing; it should be in the header.")
        for row in rows:
            where = f"{path}, line {rows.line_num}"
            if None in row or None in row.values():
                raise DatasetError(f"{where} has not as many columns as the header: quote commas.")
            golds = [answer.strip() for answer in row[answers].split("|")]
            yield where, {**{k: v for k, v in row.items() if v}, "question": row[question], "answers": golds}
    except csv.Error as error:
        raise DatasetError(f"{path}, line {rows.line_num + 1}: not CSV ({error}).") from None


class _RecordReader:
    def __init__(self, documents: dict[str, Document], problems: list[DatasetProblem], served: Find | None) -> None:
        self.documents = documents
        self._served = cache(served) if served else None
        self._from_files = bool(documents)
        self.questions: list[Question] = []
        self._problems = problems
        self._ids = Names(problems, "duplicate_question_ids")
        self._of_context: dict[tuple[str, str], str] = {}
        self._contexts = Names(problems, "duplicate_document_ids")

    def record(self, record: dict[str, Any], number: str, where: str) -> None:
        text, answers = field(record, _first(QUESTION_FIELDS, record), str, where), _answers(record, where)
        document_id = self._document(record, number, where)
        if not text.strip():
            self._problems.append(DatasetProblem("blank_questions", where, "The question is blank: it isn't asked."))
            return
        name = self._ids.take(name_field(record, "id", where) if "id" in record else number, where)
        golds = tuple(dict.fromkeys(self._gold(answer, document_id, where) for answer in answers))
        if document_id and document_id not in self.documents:
            message = f"There is no document {document_id!r}: {'its answer counts as missed' if golds else 'so be it'}."
            self._problems.append(DatasetProblem("missing_gold" if golds else "missing_documents", where, message))
        relevant = {document_id: 1} if golds and document_id else {}
        fields = question_fields(record, where)
        self.questions.append(Question(name, text, golds, relevant, document_id, **fields))

    def _document(self, record: dict[str, Any], number: str, where: str) -> str | None:
        named = name_field(record, "document", where) if record.get("document") not in (None, "") else None
        if record.get("context") in (None, ""):
            if named and self._served and (document := self._served(named)):
                self.documents[named] = document
            return named
        context = field(record, "context", str, where)
        key = (named or "", context)
        if key not in self._of_context:
            name = self._contexts.take(named or f"context/{number}", where)
            self._of_context[key] = name
            self.documents[name] = document_of(name, name, context, where)
        return self._of_context[key]

    def _gold(self, answer: str, document_id: str | None, where: str) -> Gold:
        if document_id is None:
            gold = Gold(answer, None, absent=self._from_files and not self._is_anywhere(answer))
        elif document_id in self.documents:
            gold = anchored(answer, document_id, self.documents[document_id].text)
        else:
            return Gold(answer, document_id)
        if gold.absent:
            where_not = repr(document_id) if document_id else "any document"
            message = f"{answer!r} isn't in {where_not}: the question is counted apart."
            self._problems.append(DatasetProblem("answers_not_in_their_document", where, message))
        elif document_id and answer not in self.documents[document_id].text:
            message = f"{answer!r} isn't in {document_id!r} word for word: its place is left open."
            self._problems.append(DatasetProblem("answers_in_other_words", where, message))
        return gold

    def _is_anywhere(self, answer: str) -> bool:
        return any(answer in document.text or has_words(document.text, answer) for document in self.documents.values())


def _first(names: Sequence[str], there: Collection[str]) -> str:
    """The first of `names` that is in `there`; if none is, `names[0]`, which the error then calls missing."""
    return next((name for name in names if name in there), names[0])


def _answers(record: dict[str, Any], where: str) -> list[str]:
    """The right answers, blank ones left out: a list of texts, or one text, in the first of ANSWER_FIELDS."""
    name = _first(ANSWER_FIELDS, record)
    answers: list[Any]
    if name != "answers" and not isinstance(record[name], list):
        answers = [] if record[name] is None else [record[name]]
    else:
        answers = field(record, name, list, where)
    if wrong := [answer for answer in answers if not isinstance(answer, str)]:
        raise DatasetError(f"{where}: the field {name!r} holds {wrong[0]!r}, where text is wanted.")
    return [answer for answer in answers if answer.strip()]
