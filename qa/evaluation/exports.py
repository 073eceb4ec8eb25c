"""An evaluation's rows as files that other tools read: RAGAS's JSONL, and TREC's run and qrels.

TREC's files list documents, each ranked by its best passage, as `metrics.retrieval.documents` does. White space
separates their columns, so white space and % in ids are percent-encoded: "my file" becomes "my%20file".
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from qa.evaluation.results import Results, to_json, write_whole

_NOT_IN_AN_ID = re.compile(r"[\s%]")
_RUN = "quoth"  # the run's name, its last column


def ragas(results: Results) -> Iterator[str]:
    """A JSON line for each question, with the fields of RAGAS's `SingleTurnSample`.

    They are `user_input`, `response` ("" if no answer was shown), `retrieved_contexts` (the passages, best first)
    and `reference` (the first gold answer, "" if there is none). The question's `id` and all gold `answers` are added,
    so that `quoth evaluate` can read the file too.
    """
    for row in results.rows:
        golds = list(dict.fromkeys(gold.text for gold in row.golds))
        yield to_json(
            {
                "id": row.id,
                "user_input": row.question,
                "response": row.answer,
                "retrieved_contexts": [passage.text for passage in row.passages],
                "reference": golds[0] if golds else "",
                "answers": golds,
            }
        )


def trec_run(results: Results) -> Iterator[str]:
    """`question Q0 document rank score run`, a line for each document; the score is 1 / rank.

    A question for which nothing was retrieved has no line. Tools count it as missed only if they average over all
    questions of the qrels (`trec_eval -c`).
    """
    for row in results.rows:
        documents = dict.fromkeys(passage.document_id for passage in row.passages)
        for rank, document in enumerate(documents, start=1):
            yield f"{_in_a_column(row.id)} Q0 {_in_a_column(document)} {rank} {1 / rank:.6f} {_RUN}"


def trec_qrels(results: Results) -> Iterator[str]:
    """`question 0 document relevance`, a line for each document that has the answer."""
    for row in results.rows:
        for document, relevance in zip(row.gold_documents, row.gold_relevances, strict=True):
            yield f"{_in_a_column(row.id)} 0 {_in_a_column(document)} {relevance}"


FORMATS: dict[str, Callable[[Results], Iterator[str]]] = {
    "ragas": ragas,
    "trec-run": trec_run,
    "trec-qrels": trec_qrels,
}


def export(results: Results, path: Path, kind: str = "ragas") -> int:
    """Write the lines of `kind`, one of FORMATS, to `path` (UTF-8) and return their number.

    Raises ResultsError if the file can't be written.
    """
    lines = list(FORMATS[kind](results))
    write_whole("".join(f"{line}\n" for line in lines), path)
    return len(lines)


def _in_a_column(name: str) -> str:
    return _NOT_IN_AN_ID.sub(lambda match: quote(match[0]), str(name))
