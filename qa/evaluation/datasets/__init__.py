"""Read a file of questions into a `Dataset`: SQuAD's JSON, a BEIR folder, JSONL or CSV."""

from collections.abc import Sequence
from pathlib import Path

from index.errors import DatasetError
from index.parsing.limits import DEFAULT_LIMITS, Limits
from qa.evaluation.datasets.beir import read_beir
from qa.evaluation.datasets.dataset import Dataset, Find
from qa.evaluation.datasets.records import read_records
from qa.evaluation.datasets.squad import read_squad

FORMATS = ("squad", "beir", "jsonl", "csv")
_WITHOUT_DOCUMENTS = ("jsonl", "csv")


def load_dataset(
    path: Path,
    kind: str = "auto",
    *,
    documents: Sequence[Path] = (),
    split: str = "test",
    limits: Limits = DEFAULT_LIMITS,
    indexed: bool = False,
    served: Find | None = None,
) -> Dataset:
    """Read a dataset of `kind`, one of FORMATS, or "auto" to go by the ending of the name.

    `documents` are files and folders to parse within `limits`, for questions in JSONL and CSV. If there are none, and
    the file brings none, `served` returns the documents of a running server by id. `indexed`: the documents are in an
    index already, so none are needed. Raises DatasetError for a file that is missing, malformed or without questions
    or documents.
    """
    if not path.exists():
        raise DatasetError(f"There is no file or folder {path}: check the spelling.")
    kind = _kind_of(path) if kind == "auto" else kind
    if documents and kind not in _WITHOUT_DOCUMENTS:
        raise DatasetError(f"{path} is {kind}, which brings its documents: leave --documents out.")
    if kind == "squad":
        dataset = read_squad(path)
    elif kind == "beir":
        dataset = read_beir(path, split)
    else:
        dataset = read_records(path, kind, documents, limits)
        if served and not documents and not dataset.documents:
            dataset = read_records(path, kind, served=served)
    if not dataset.questions:
        raise DatasetError(f"{path} has no question that can be asked: is it {kind}, as --format says?")
    if not dataset.documents and not (indexed or dataset.served):
        raise DatasetError(
            f"{path} comes without documents: name files or folders with --documents, or a server that has them with "
            "--url."
        )
    return dataset


def brings_documents(path: Path) -> bool:
    """Whether it is there and has the documents that its questions are on. Raises DatasetError for an unknown kind."""
    return path.exists() and _kind_of(path) not in _WITHOUT_DOCUMENTS


def _kind_of(path: Path) -> str:
    if path.is_dir():
        return "beir"
    endings = {".json": "squad", ".jsonl": "jsonl", ".csv": "csv"}
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    if ending not in endings:
        raise DatasetError(f"The format of {path} can't be told from its name: give --format {', '.join(FORMATS)}.")
    return endings[ending]
