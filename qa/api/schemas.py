"""The schemas of requests and responses; the classes of `qa.answering.answers` are responses, too."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from index.blocks import Block
from index.documents import (
    DEFAULT_COLLECTION,
    MAX_ID_CHARS,
    MAX_METADATA,
    MAX_METADATA_CHARS,
    MAX_METADATA_NAME_CHARS,
    Document,
    DocumentSummary,
)
from index.errors import DocumentError
from index.formats.registry import TEXT_MEDIA_TYPES
from index.formats.text import TEXT
from index.groups import MAX_GROUP_CHARS, MAX_GROUPS, checked_groups
from qa.answering.answers import Answer
from qa.answering.questions import MAX_QUESTION_CHARS, MAX_TURNS
from qa.citing import Citation

# One character that isn't white space in Python, whose set differs from \s of JSON Schema
NOT_BLANK = r"[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
MAX_OFFSET = 2**31
_MAX_UNKNOWN = 20  # unknown fields listed in an error


def _whole(value: object) -> object:
    """1.0 as 1, since JSON doesn't distinguish them; other values as they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def at_most(most: int) -> BeforeValidator:
    """Refuse a list or object with more than `most` items before validating the items."""

    def check(value: object) -> object:
        if isinstance(value, list | dict) and len(value) > most:
            raise PydanticCustomError("too_long", "At most {most} are taken, not {n}", {"most": most, "n": len(value)})
        return value

    return BeforeValidator(check)


WHOLE = BeforeValidator(_whole)
Whole = Annotated[int, WHOLE]

# For the contract only: the answerer checks questions
_ASKABLE = {"minLength": 1, "maxLength": MAX_QUESTION_CHARS, "pattern": NOT_BLANK}
Question = Annotated[
    str,
    Field(
        description="In natural language.",
        examples=["How big is the reward for Maduro now?"],
        json_schema_extra=_ASKABLE,
    ),
]
Collection = Annotated[str, Field(min_length=1, max_length=128, description="Where to look or to put it.")]
DocumentId = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]
MinConfidence = Annotated[
    Annotated[float, Field(ge=0, le=1)] | None,
    Field(
        description="If the best answer is below it, there is none; by default as the service is set. With 0 and "
        "`max_answers` 20, whatever was read comes back, however unsure.",
    ),
]
Metadata = Annotated[
    dict[
        Annotated[str, Field(max_length=MAX_METADATA_NAME_CHARS)],
        Annotated[str, Field(max_length=MAX_METADATA_CHARS)] | bool | int | float,
    ],
    Field(max_length=MAX_METADATA, examples=[{"language": "en"}]),
    at_most(MAX_METADATA),
]


def _checked(groups: list[str]) -> list[str]:
    try:
        return list(checked_groups(groups, "the list", DocumentError))
    except DocumentError as error:
        raise PydanticCustomError("groups", "{why}", {"why": str(error)}) from None


# For the contract only: `_checked` says what is wrong in our own words
_GROUP = {"minLength": 1, "maxLength": MAX_GROUP_CHARS, "pattern": "^[^,]*$"}
Groups = Annotated[
    list[Annotated[str, Field(json_schema_extra=_GROUP)]],
    Field(max_length=MAX_GROUPS, examples=[["staff", "managers"]]),
    at_most(MAX_GROUPS),
    AfterValidator(_checked),
]
_MAX_ANSWERS = (
    "Different answers to give at most; where documents disagree (`conflict`), every answer they disagree on is given."
)


class Request(BaseModel):
    """A request body. Unknown fields are refused, so that a misspelt one isn't ignored, and false isn't taken for 0."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: Any) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(value, dict) and len(value) > len(cls.model_fields) + _MAX_UNKNOWN:
            unknown = {"n": len(value), "known": ", ".join(cls.model_fields)}
            raise PydanticCustomError("too_many_fields", "It has {n} fields; known are {known}", unknown)
        return value


class Where(Request):
    """The documents to search."""

    collection: Collection = DEFAULT_COLLECTION
    document_ids: Annotated[list[DocumentId], Field(max_length=1000), at_most(1000)] | None = Field(
        None, description="Search only these documents."
    )
    metadata: Metadata = Field(default_factory=dict, description="Search only documents that have all these values.")
    top_k: Annotated[int, Field(ge=1, le=100), WHOLE] | None = Field(
        None,
        description="Passages to retrieve and read; by default as many as the service is set to, of which those too "
        "far behind the first aren't read.",
    )


class EarlierTurn(Request):
    """An earlier question of the conversation, with its answer if it had one."""

    question: Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
    answer: Annotated[str, Field(max_length=10_000)] | None = None


class AskRequest(Where):
    """A question."""

    question: Question
    max_answers: Whole = Field(1, ge=1, le=20, description=_MAX_ANSWERS)
    min_confidence: MinConfidence = None
    history: Annotated[list[EarlierTurn], at_most(MAX_TURNS)] = Field(
        default_factory=list,
        max_length=MAX_TURNS,
        description="Earlier turns of the conversation, oldest first. A question that leans on them ('and when was "
        "that?') is searched for together with them, as `asked_as` tells; others are left alone.",
    )


class BatchRequest(Where):
    """Several questions, asked of the same documents."""

    questions: Annotated[list[Question], at_most(10_000)] = Field(min_length=1, max_length=10_000)
    max_answers: Whole = Field(1, ge=1, le=20, description=f"For each question: {_MAX_ANSWERS}")
    min_confidence: MinConfidence = None


class SearchRequest(Where):
    """A question to find passages for."""

    question: Question


class BatchAnswers(BaseModel):
    """One answer for each question, in their order."""

    answers: list[Answer]


class PutDocument(Request):
    """A document's text and its other fields."""

    text: str = Field(
        description="Indexed as it is here, less a byte order mark at its start; offsets slice it.",
        json_schema_extra={"minLength": 1, "pattern": NOT_BLANK},
    )
    title: str | None = Field(None, max_length=1024, description="By default what the text or the id says.")
    uri: str | None = Field(None, max_length=2048, description="Where the document comes from.")
    media_type: str = Field(TEXT.media_type, pattern=f"^({'|'.join(map(re.escape, TEXT_MEDIA_TYPES))})$")
    metadata: Metadata = Field(default_factory=dict)
    collection: Collection = DEFAULT_COLLECTION
    readers: Groups | None = Field(
        None,
        description="The groups that may read it; [] is everybody who may read the collection. By default those that "
        "its front matter names, else those that a document with this id has, else everybody.",
    )


class Stored(BaseModel):
    """The outcome of adding a document: `status` is added, replaced or unchanged, as of `index_version`."""

    status: str
    document: DocumentSummary
    index_version: int


class RefusedFile(BaseModel):
    """A file of an archive that isn't a document, and why."""

    id: str
    detail: str


class StoredArchive(BaseModel):
    """The outcome of bringing an archive: its documents, its refused files, and documents that it no longer has."""

    id: str
    documents: list[Stored]
    refused: list[RefusedFile]
    removed: list[str]
    index_version: int


class Deleted(BaseModel):
    """The id of a deleted document, and the first index version without it."""

    id: str
    collection: str
    index_version: int


class DocumentList(BaseModel):
    """A page of documents, sorted by collection and id; `total` counts all pages.

    Their `readers` are shown to who sees every document; to others the list is empty.
    """

    documents: list[DocumentSummary]
    total: int
    index_version: int


class StoredDocument(BaseModel):
    """A document as indexed: every offset slices `text`.

    `original_bytes` is the size of the file it was read from, null if none is kept. `citation` cites the slice asked
    for; null if none was, or the document has no such slice. `blocks` are the headings, paragraphs, list items, table
    rows, pieces of code, quotations, captions, fields of forms and page furniture that the text is made of, in order;
    null unless they are asked for, and of a text that is too long. Its `readers` are shown as in a list of documents.
    """

    document: Document
    collection: str
    sha256: str
    original_bytes: int | None
    citation: Citation | None
    index_version: int
    blocks: list[Block] | None = None


class FeedbackKept(BaseModel):
    """The feedback is kept under this id; `located` says whether a correction in words was found in a document."""

    id: int
    status: Literal["kept"] = "kept"
    located: bool | None = Field(description="Null if there was no correction in words.")


class Health(BaseModel):
    """The process is alive."""

    status: str = "ok"


class Readiness(BaseModel):
    """Questions can be asked: models are loaded, and the store is readable."""

    status: str = "ready"
    index_version: int
    collections: dict[str, int] | None = Field(
        description="Collection → how many documents it has; null for somebody without a key, where there are keys."
    )


TYPE_PREFIX = "urn:quoth:problem:"


class Problem(BaseModel):
    """What is wrong and how to correct it (RFC 9457). `type` is stable; `errors` lists invalid fields."""

    type: str = Field(examples=["urn:quoth:problem:not-found"])
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = None
    more_errors: Annotated[int | None, Field(description="The number of further errors: at most 20 are listed.")] = None
    sign_in: Annotated[str | None, Field(description="The page where people sign in, if a session would do.")] = None


# The answer of the seeds to the question in README, with only the first passage
ANSWER_EXAMPLE: dict[str, Any] = {
    "id": "0481b3f563dca435",
    "asked_as": None,
    "status": "answered",
    "reason": None,
    "conflict": False,
    "answers": [
        {
            "text": "Jorun\nVask",
            "confidence": 0.7985,
            "support": 1,
            "citations": [
                {
                    "document_id": "seeds/halden-handbook-2026.pdf",
                    "title": "Halden Ferry Company: Employee Handbook, 2026 edition",
                    "uri": None,
                    "start": 7098,
                    "end": 7108,
                    "quote": {
                        "prefix": "e program on the bridge tablet. ",
                        "exact": "Jorun\nVask",
                        "suffix": ", who took over as safety office",
                    },
                    "sentence": "Jorun\n"
                    "Vask, who took over as safety officer from Piet Amsel in "
                    "2025, reads every\n"
                    "report within two days.",
                    "page": 4,
                    "section": "7.3 Reporting",
                    "url": "/documents/seeds/halden-handbook-2026.pdf?start=7098&end=7108"
                    "#cited&prefix=e+program+on+the+bridge+tablet.&exact=Jorun+Vask"
                    "&suffix=%2C+who+took+over+as+safety+office",
                    "source_url": "/v1/originals/seeds/halden-handbook-2026.pdf#page=4",
                    "date": None,
                    "recognised": False,
                    "quoted": None,
                }
            ],
            "form": "span",
            "parts": [],
            "verdict": None,
            "row": None,
            "column": None,
            "contradicts": False,
        }
    ],
    "passages": [
        {
            "document_id": "seeds/halden-handbook-2024.html",
            "start": 8126,
            "end": 8578,
            "text": "The following are to be reported to the safety officer, Piet Amsel, before the end of the shift "
            "in which they occur:\n"
            "\n"
            "- any injury, however slight, including those to passengers;\n"
            "- any contact with a quay, a buoy or another vessel;\n"
            "- a lifejacket, flare or extinguisher found missing or out of date;\n"
            "- a failure of steering or engine lasting longer than thirty seconds;\n"
            "- a near miss, that is, an event that might have hurt someone and by luck did not.",
            "score": 0.534896,
            "dense": 0.384036,
            "bm25": 15.08596,
            "read": True,
        }
    ],
    "index_version": 10,
    "timings_ms": {"retrieve": 11.42, "read": 153.65, "total": 165.63},
    "nearest": None,
    "message": None,
}


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


# The same answer, streamed
STREAM_EXAMPLE = (
    _event("passages", {name: ANSWER_EXAMPLE[name] for name in ("passages", "index_version", "asked_as")})
    + ": 4 of 7 passages read\n\n"
    + _event("candidate", ANSWER_EXAMPLE["answers"][0])
    + _event("final", ANSWER_EXAMPLE)
)
