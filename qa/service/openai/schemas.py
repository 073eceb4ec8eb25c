"""Requests and responses of OpenAI's chat completions, as far as Quoth supports them.

Parameters without effect on an answer that is copied from documents (temperature, max_tokens, seed, user, …) are
ignored. Parameters that ask for what Quoth can't answer (tools, images, several choices, JSON) are refused.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from index.documents import DEFAULT_COLLECTION
from qa.answering.answers import Reason, Status
from qa.api.openai_errors import UNSUPPORTED
from qa.api.schemas import ANSWER_EXAMPLE, at_most
from qa.citing import Citation


def _refused(why: str, *harmless: object) -> BeforeValidator:
    """Refuses every value except null and the `harmless` ones."""

    def check(value: object) -> None:
        if value is not None and value not in harmless:
            raise PydanticCustomError(UNSUPPORTED, "{why}", {"why": why})

    return BeforeValidator(check, json_schema_input_type=Annotated[Any, WithJsonSchema({"enum": [None, *harmless]})])


def _joined(content: object) -> object:
    """The text of a message; parts are joined by line breaks, other values are returned as they are."""
    if not isinstance(content, list):
        return content
    texts = []
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in ("text", "refusal"):
            why = f"Quoth reads text alone, not {kind or 'this'}: leave this part out."
            raise PydanticCustomError(UNSUPPORTED, "{why}", {"why": why})
        if not isinstance(part.get(kind), str):
            raise PydanticCustomError("string_type", "A part of type {kind} has a string of that name.", {"kind": kind})
        texts.append(part[kind])
    return "\n".join(texts)


_MAX_MESSAGES = 1_000
_NO_TOOLS = "Quoth calls no tools or functions: leave them out."
_NO_JSON = "Quoth answers in words of the documents, not in JSON of a form: leave response_format out."
_NO_SOUND = "Quoth writes text, and no sound: leave this out."


_PARTS = {"type": "array", "items": {"anyOf": [
    {"type": "object", "required": ["type", kind], "properties": {"type": {"const": kind}, kind: {"type": "string"}}}
    for kind in ("text", "refusal")
]}}  # fmt: skip


def _by_role(schema: dict[str, Any]) -> None:
    """Describe the content that each role may have, as the validators below check it."""
    properties = schema["properties"]
    text: list[dict[str, Any]] = [{"type": "string"}, _PARTS]
    maybe = [*text, {"type": "null"}]
    schema["anyOf"] = [
        {"required": ["role", *required], "properties": {
            "role": {"enum": roles}, "content": {**properties["content"], "anyOf": content}
        }}
        for roles, content, required in [
            (["user"], text, ["content"]), (["system", "developer"], maybe, ["content"]), (["assistant"], maybe, [])
        ]
    ]  # fmt: skip
    schema["properties"] = {"role": properties["role"]}
    schema["required"] = ["role"]


class Message(BaseModel):
    """A message; the user's last one is the question."""

    model_config = ConfigDict(json_schema_extra=_by_role)

    role: Literal["system", "developer", "user", "assistant"] = Field(description="Instructions are ignored.")
    content: Annotated[str | None, BeforeValidator(_joined, json_schema_input_type=str | list[dict[str, Any]] | None)]

    @model_validator(mode="before")
    @classmethod
    def _assistants_may_omit_content(cls, value: object) -> object:
        omitted = isinstance(value, dict) and value.get("role") == "assistant" and "content" not in value
        return {**value, "content": None} if omitted and isinstance(value, dict) else value

    @model_validator(mode="after")
    def _users_must_have_content(self) -> "Message":
        if self.role == "user" and self.content is None:
            raise PydanticCustomError("string_type", "A user's message has text as its content.")
        return self


class StreamOptions(BaseModel):
    """`include_usage`: a last chunk has the token counts."""

    model_config = ConfigDict(strict=True)

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A conversation: the user's last message is the question, the turns before it are its history."""

    model_config = ConfigDict(extra="ignore", strict=True)

    model: str = Field(min_length=1, max_length=256, description="quoth, or quoth/COLLECTION.", examples=["quoth"])
    messages: Annotated[list[Message], at_most(_MAX_MESSAGES)] = Field(
        min_length=1,
        max_length=_MAX_MESSAGES,
        examples=[[{"role": "user", "content": "How big is the reward for Maduro now?"}]],
    )
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[None, _refused("Quoth gives one choice: leave n out.", 1)] = None
    tools: Annotated[None, _refused(_NO_TOOLS, [])] = None
    functions: Annotated[None, _refused(_NO_TOOLS, [])] = None
    tool_choice: Annotated[None, _refused(_NO_TOOLS, "none")] = None
    function_call: Annotated[None, _refused(_NO_TOOLS, "none")] = None
    response_format: Annotated[None, _refused(_NO_JSON, {"type": "text"})] = None
    modalities: Annotated[None, _refused(_NO_SOUND, ["text"])] = None
    audio: Annotated[None, _refused(_NO_SOUND)] = None


class UrlCitation(BaseModel):
    """A source; its number stands at `[start_index, end_index)` of the content, in Unicode characters."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation in OpenAI's form and, in `quoth`, in that of `/v1/ask`."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    quoth: Citation


class AnswerSummary(BaseModel):
    """The fields of `/v1/ask` besides text and sources; `confidence` is that of the first answer."""

    id: str
    status: Status
    reason: Reason | None
    conflict: bool
    confidence: float | None
    asked_as: str | None
    collection: str
    index_version: int


class Usage(BaseModel):
    """Tokens as the reader counts them, without special tokens.

    The prompt is the question and the passages that were read; the completion is the content, though it is copied, not
    generated.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AssistantMessage(BaseModel):
    """The message with the answer."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The single choice of a response."""

    index: Literal[0] = 0
    message: AssistantMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    """The response without streaming."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: Usage
    quoth: AnswerSummary


class Delta(BaseModel):
    """What a chunk adds to the message: first the role, then pieces of content, last the annotations."""

    role: Literal["assistant"] = "assistant"
    content: str = ""
    annotations: list[Annotation] = Field(default_factory=list)


class ChunkChoice(BaseModel):
    """The single choice of a chunk; `finish_reason` is stop in the last chunk that has a choice."""

    index: Literal[0] = 0
    delta: Delta
    logprobs: None = None
    finish_reason: Literal["stop"] | None = None


class ChatChunk(BaseModel):
    """A piece of an answer. `usage` is present if it was asked for, `quoth` in the last chunk that has a choice."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None
    quoth: AnswerSummary | None = None


class Model(BaseModel):
    """A collection as a model; `created` is the time when the service started."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["quoth"] = "quoth"


class ModelList(BaseModel):
    """All collections as models."""

    object: Literal["list"] = "list"
    data: list[Model]


class ErrorDetail(BaseModel):
    """What is wrong; `param` names the parameter, `code` is stable."""

    message: str
    type: Literal["invalid_request_error", "server_error"]
    param: str | None
    code: str


class OpenAIError(BaseModel):
    """An error in the form of OpenAI's protocol."""

    error: ErrorDetail


# The answer of the seeds to the question in README, from http://127.0.0.1:8000
_CITATION = ANSWER_EXAMPLE["answers"][0]["citations"][0]
_URL = f"http://127.0.0.1:8000{_CITATION['url']}"
_CONTENT = (
    "**Jorun Vask**\n\n“Jorun Vask, who took over as safety officer from Piet Amsel in 2025, reads every report within "
    f"two days.” [1]\n\n1. [{_CITATION['title']}]({_URL}), page 4, 7.3 Reporting"
)
CHAT_EXAMPLE = ChatCompletion(
    id="chatcmpl-7cf6778007964807a6dbd1e43110811a",
    created=1795543097,
    model="quoth",
    choices=[
        Choice(
            message=AssistantMessage(
                content=_CONTENT,
                annotations=[
                    Annotation(
                        url_citation=UrlCitation(start_index=123, end_index=126, title=_CITATION["title"], url=_URL),
                        quoth=_CITATION,
                    )
                ],
            )
        )
    ],
    usage=Usage(prompt_tokens=579, completion_tokens=146, total_tokens=725),
    quoth=AnswerSummary(
        id=ANSWER_EXAMPLE["id"],
        status=Status.ANSWERED,
        reason=None,
        conflict=False,
        confidence=ANSWER_EXAMPLE["answers"][0]["confidence"],
        asked_as=None,
        collection=DEFAULT_COLLECTION,
        index_version=ANSWER_EXAMPLE["index_version"],
    ),
).model_dump(mode="json")
